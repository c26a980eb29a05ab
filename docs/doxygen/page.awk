# Rewrites a page for the site. First it reads what the page's links lead to (see
# page.sh), then the page.

FILENAME == "-" {
  kind[$2] = $1
  if ($1 == "page") {
    kind[$3] = "page"
    place[$2] = place[$3] = $2
  }
  next
}

# The link [text](target), as it must be in the site.
function link(text, target,   path, fragment, name) {
  if (target ~ /^[a-z]+:/) return "[" text "](" target ")"
  # Doxygen shows a reference's words as they stand.
  gsub(/`/, "", text)
  path = from_root(target, page)
  if (match(target, /#.*/)) fragment = substr(target, RSTART + 1)
  if (path ~ /^include\/lockstep\/.*\.h$/) {
    name = text
    if (name ~ /^[A-Z][A-Za-z]*(::[A-Za-z_]+)?$/)
      return "[" text "](@ref lockstep::" name ")"
    sub(/.*\//, "", path)
    return "[" text "](@ref " path ")"
  }
  if (kind[path] == "page") {
    path = place[path]
    if (fragment != "" && path != "README.md")
      return "[" text "](@ref " label(path) "-" fragment ")"
    return "[" text "](" (path == "README.md" ? "index.html" : "@ref " label(path)) ")"
  }
  if (kind[path] == "folder") return "[" text "](@ref " label(path) ")"
  if (kind[path] == "file") return "[" text "](files/" path ")"
  return text
}

# The line with its links rewritten; what stands in code is left alone.
function rewritten(line,   result, text, target) {
  while (match(line, /`[^`]*`|!?\[([^][`]|`[^`]*`)*\]\([^) ]+\)/)) {
    result = result substr(line, 1, RSTART - 1)
    text = substr(line, RSTART, RLENGTH)
    line = substr(line, RSTART + RLENGTH)
    if (text ~ /^\[/) {
      target = text
      sub(/^.*\]\(/, "", target)
      sub(/\)$/, "", target)
      sub(/\]\([^(]*\)$/, "", text)
      text = link(substr(text, 2), target)
    } else if (text ~ /^!/) {
      # Doxygen looks for pictures by their name alone.
      sub(/\]\(.*\//, "](", text)
    } else if (text ~ /^`[a-z_]+\.h`$/) {
      # A header of the engine's, not the public one of the same name.
      text = "<code>%" substr(text, 2, length(text) - 2) "</code>"
    }
    result = result text
  }
  return result line
}

# Comments are for the tests.
/^<!-- / && !in_code { in_comment = 1 }
in_comment {
  if (/-->$/) in_comment = 0
  next
}

# Two pictures, one for the dark: Doxygen knows one.
/^ *<\/?(picture|source)/ { next }

/^ *```/ {
  in_code = !in_code
  print
  next
}
in_code {
  print
  next
}

/^#+ / {
  heading = $0
  sub(/^#+ +/, "", heading)
  if (/^# / && !titled) {
    titled = 1
    # The main page has a name of its own.
    print rewritten($0) (page == "README.md" ? "" : " {#" label(page) "}")
  } else {
    id = label(page) "-" anchor(heading)
    if (seen[id]++) id = id "-" (seen[id] - 1)
    # Sections of the main page would stand among the pages in the contents.
    print rewritten($0) (page == "README.md" ? "" : " {#" id "}")
  }
  next
}

{ print rewritten($0) }
