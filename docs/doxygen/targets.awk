# Prints the path, from the root of the tree, of each file or folder that a page
# links to.

/^ *```/ { in_code = !in_code }

!in_code {
  line = $0
  gsub(/`[^`]*`/, "code", line)
  while (match(line, /\]\([^) ]+/)) {
    target = substr(line, RSTART + 2, RLENGTH - 2)
    if (target !~ /^[a-z]+:/) print from_root(target, page)
    line = substr(line, RSTART + RLENGTH)
  }
}
