#!/usr/bin/env bash
# Doxygen's filter for pages: prints a page of the tree as the site wants it.
# Links to other pages lead to where they are in the site, links to other files
# to copies of them, and links to folders of code, which the site does not have,
# become plain words.
#
# page.sh PAGE    LOCKSTEP_ROOT is the tree, LOCKSTEP_PAGES names the site's
#                 pages, LOCKSTEP_FILES takes the names of files to be copied

set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
page=${1#"$LOCKSTEP_ROOT"/}

# Whatever links name, from the root of the tree, and what there is: a page, a
# folder with pages, another folder, a file.
awk -f "$here/paths.awk" -f "$here/targets.awk" -v page="$page" "$1" | sort -u |
  while read -r target; do
    path=$LOCKSTEP_ROOT/$target
    if [[ " $LOCKSTEP_PAGES " == *" $target "* ]]; then
      echo "page $target"
    elif [[ " $LOCKSTEP_PAGES " == *" $target/README.md "* ]]; then
      echo "page $target/README.md $target"
    elif [[ " $LOCKSTEP_PAGES " == *" $target/"* ]]; then
      echo "folder $target"
    elif [[ -d $path || ! -e $path ]]; then
      echo "nothing $target"
    else
      echo "file $target"
      echo "$target" >>"$LOCKSTEP_FILES"
    fi
  done | awk -f "$here/paths.awk" -f "$here/page.awk" -v page="$page" - "$1"
