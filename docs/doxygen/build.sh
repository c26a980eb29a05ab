#!/usr/bin/env bash
# Builds the site: the reference of the public headers, and all pages, as one.
# Any warning is an error, and so is a link that leads nowhere.
#
# build.sh ROOT OUT_FOLDER    the site is in OUT_FOLDER/html

set -euo pipefail

root=$1 out=$2
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
theme=/usr/share/doxygen-awesome-css/doxygen-awesome.css

cd "$root"
rm -rf "$out"
mkdir -p "$out"

# The pages in the order in which the site lists them: those named here first,
# then whatever there is besides.
first=(README.md docs/embedding.md docs/api.md docs/outcomes.md
  docs/architecture.md docs/concurrency.md docs/abi.md docs/testing.md
  tests/weak_memory/README.md
  docs/lessons/README.md docs/scenarios/README.md
  bench/README.md)
last=(CONTRIBUTING.md CHANGELOG.md)
mapfile -t others < <(find docs -name '*.md' | sort)
pages=()
for page in "${first[@]}" "${others[@]}" "${last[@]}"; do
  [[ -e $page && " ${pages[*]} " != *" $page "* ]] || continue
  pages+=("$page")
done

# A page for each folder of pages that has none of its own.
folder_pages() {
  local folder name page
  for folder in docs/*/; do
    folder=${folder%/}
    [[ " ${pages[*]} " == *" $folder/"* && ! -e $folder/README.md ]] || continue
    name=${folder##*/}
    printf '/**\n@page page_%s %s\n' "${folder//[^A-Za-z0-9]/_}" "${name^}"
    for page in "${pages[@]}"; do
      [[ $page == "$folder"/* ]] || continue
      page=${page%.md}
      printf -- '- @subpage page_%s\n' "${page//[^A-Za-z0-9]/_}"
    done
    printf '*/\n'
  done
}
folder_pages >"$out/folders.dox"

# Pictures lie beside the pages that show them.
mapfile -t picture_folders < <(find README.md docs bench -name '*.svg' \
  -o -name '*.png' | sed 's|/[^/]*$||' | sort -u)

# listed FILE...: as a list of Doxygen's.
listed() { printf '"%s" ' "$@"; }
styles=("$here/site.css")
[[ ! -e $theme ]] || styles=("$theme" "$here/site.css")
version=$(sed -nE 's/.*VERSION_STRING "([^"]*)".*/\1/p' include/lockstep/version.h)
sed -e "s|@ROOT@|$root|g; s|@OUT@|$out|g; s|@VERSION@|$version|g" \
  -e "s|@PAGES@|$(listed "${pages[@]/#/$root/}" "$out/folders.dox")|" \
  -e "s|@PICTURES@|$(listed "${picture_folders[@]/#/$root/}")|" \
  -e "s|@STYLES@|$(listed "${styles[@]}")|" \
  "$here/Doxyfile.in" >"$out/Doxyfile"

export LOCKSTEP_ROOT=$root LOCKSTEP_PAGES="${pages[*]}"
export LOCKSTEP_FILES=$out/files.txt
: >"$LOCKSTEP_FILES"
doxygen "$out/Doxyfile" || {
  cat "$out/warnings.txt" >&2
  exit 1
}
while read -r file; do
  mkdir -p "$out/html/files/$(dirname "$file")"
  cp "$file" "$out/html/files/$file"
done < <(sort -u "$LOCKSTEP_FILES")
"$here/check_site.sh" "$out/html"
