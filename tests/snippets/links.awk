# Prints, for each link of a page that leads to a file, "LINE TARGET", for each
# heading "LINE heading #ANCHOR" (as the usual renderers make it from the words),
# for each command of ./dev that it names "LINE ./dev COMMAND", and for each
# package that it tells readers to install "LINE package NAME". Links in code are
# no links.

function anchor(heading) {
  heading = tolower(heading)
  gsub(/`|\[|\]\([^)]*\)/, "", heading)
  gsub(/[^a-z0-9 _-]/, "", heading)
  gsub(/ /, "-", heading)
  return heading
}

function dev_commands(line) {
  while (match(line, /\.\/dev [a-z][a-z0-9]*/)) {
    print NR " " substr(line, RSTART, RLENGTH)
    line = substr(line, RSTART + RLENGTH)
  }
}

/^ *```/ {
  in_code = !in_code
  next
}

{ dev_commands($0) }

in_code {
  # The packages that it tells readers to install.
  if (/apt-get install/ || is_install) {
    count = split($0, words, " ")
    for (i = 1; i <= count; ++i)
      if (words[i] ~ /^[a-z][a-z0-9.+-]+$/ && words[i] !~ /^(sudo|apt-get|install)$/)
        print NR " package " words[i]
    is_install = /\\$/
  }
  next
}

/^#+ / {
  heading = $0
  sub(/^#+ +/, "", heading)
  print NR " heading #" anchor(heading)
}

{
  line = $0
  gsub(/`[^`]*`/, "code", line)
  while (match(line, /\]\([^)]+\)|(src|href|srcset)="[^"]+"/)) {
    target = substr(line, RSTART, RLENGTH)
    sub(/^[^("]*[("]/, "", target)
    sub(/[)"]$/, "", target)
    sub(/ .*/, "", target)
    if (target !~ /^[a-z]+:/) print NR " " target
    line = substr(line, RSTART + RLENGTH)
  }
}
