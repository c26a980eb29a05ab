# What the scripts for the site know about names of files.

# The path of `target`, which stands on `page`, from the root of the tree.
function from_root(target, page,   folder, parts, count, i, kept, depth, path) {
  sub(/#.*/, "", target)
  if (target == "") return page
  folder = page
  if (!sub(/\/[^\/]*$/, "", folder)) folder = ""
  count = split(folder "/" target, parts, "/")
  for (i = 1; i <= count; ++i) {
    if (parts[i] == "" || parts[i] == ".") continue
    if (parts[i] == "..") --depth
    else kept[++depth] = parts[i]
  }
  for (i = 1; i <= depth; ++i) path = path (i > 1 ? "/" : "") kept[i]
  return path
}

# What a page, or a folder of them, is called in the site.
function label(path) {
  sub(/\.md$/, "", path)
  gsub(/[^A-Za-z0-9]/, "_", path)
  return "page_" path
}

# A heading's anchor, as usual renderers make it from the words.
function anchor(heading) {
  heading = tolower(heading)
  gsub(/`|\[|\]\([^)]*\)/, "", heading)
  gsub(/[^a-z0-9 _-]/, "", heading)
  gsub(/ /, "-", heading)
  return heading
}
