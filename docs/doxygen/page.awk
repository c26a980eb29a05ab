# Rewrites a page for the site. First it reads what the page's links lead to (see
# page.sh), then the page.

FILENAME == "-" {
  kind[$2] = $1
  if (page ~ /\/README\.md$/ && $1 == "page" && $2 != page &&
      index($2, folder) == 1)
    has_below = 1
  if ($1 == "page") {
    kind[$3] = "page"
    place[$2] = place[$3] = $2
  }
  next
}

BEGIN {
  folder = page
  sub(/README\.md$/, "", folder)
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
    # What a folder's page leads to in its folder stands below it in the
    # contents.
    if (page ~ /\/README\.md$/ && index(path, folder) == 1 && path != page &&
        !is_below[path]++)
      return "@subpage " label(path) " \"" text "\""
    if (fragment != "" && path !~ /(^|\/)README\.md$/)
      return "[" text "](@ref " label(path) "-" fragment ")"
    return "[" text "](" (path == "README.md" ? "index.html" : "@ref " label(path)) ")"
  }
  if (kind[path] == "folder") return "[" text "](@ref " label(path) ")"
  if (kind[path] == "file") return "[" text "](files/" path ")"
  return text
}

# The lines with their links rewritten; what stands in code is left alone.
function rewritten(line,   result, text, target) {
  while (match(line, /`[^`]*`|!?\[([^][`]|`[^`]*`)*\]\([^) ]+\)/)) {
    result = result substr(line, 1, RSTART - 1)
    text = substr(line, RSTART, RLENGTH)
    line = substr(line, RSTART + RLENGTH)
    if (text ~ /^!?\[/) gsub(/\n/, " ", text)
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

# Prose is kept until its paragraph ends, since links go on over lines.
function end_paragraph() {
  if (paragraph != "") printf "%s", rewritten(paragraph)
  paragraph = ""
}

# Comments are for the tests.
/^<!-- / && !in_code {
  end_paragraph()
  in_comment = 1
}
in_comment {
  if (/-->$/) in_comment = 0
  next
}

# What is folded away: Doxygen has it from the browser.
/^ *<\/?(details|summary)>/ {
  end_paragraph()
  print "@htmlonly[block] " $0 " @endhtmlonly"
  next
}

# Two pictures, one for the dark: Doxygen knows one.
/^ *<\/?(picture|source)/ { next }

/^ *```/ {
  end_paragraph()
  in_code = !in_code
  print
  next
}
in_code {
  print
  next
}

/^#+ / {
  end_paragraph()
  heading = $0
  sub(/^#+ +/, "", heading)
  if (/^# / && !titled) {
    titled = 1
    # The main page has a name of its own.
    print rewritten($0) (page == "README.md" ? "" : " {#" label(page) "}")
  } else {
    id = label(page) "-" anchor(heading)
    if (seen[id]++) id = id "-" (seen[id] - 1)
    # Sections of a page that has others below it would stand among them in the
    # contents.
    print rewritten($0) (page == "README.md" || has_below ? "" : " {#" id "}")
  }
  next
}

{ paragraph = paragraph $0 "\n" }
/^$/ { end_paragraph() }
END { end_paragraph() }
