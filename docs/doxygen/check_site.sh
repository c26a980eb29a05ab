#!/usr/bin/env bash
# Every link and picture of the site leads to a file of it, and to an anchor in
# that file.
#
# check_site.sh FOLDER

set -euo pipefail

cd "$1"
pages=(*.html)
# shellcheck disable=SC2016  # awk's own dollars
awk '
  # The anchors of every page first, then who links to what.
  FNR == 1 { pass_file = FILENAME; is_first = !seen[FILENAME]++ }
  is_first {
    exists[FILENAME] = 1
    line = $0
    while (match(line, / (id|name)="[^"]+"/)) {
      name = substr(line, RSTART, RLENGTH)
      gsub(/^[^"]*"|"$/, "", name)
      anchors[FILENAME "#" name] = 1
      line = substr(line, RSTART + RLENGTH)
    }
    next
  }
  {
    line = $0
    while (match(line, / (href|src|data)="[^"]*"/)) {
      target = substr(line, RSTART, RLENGTH)
      gsub(/^[^"]*"|"$/, "", target)
      line = substr(line, RSTART + RLENGTH)
      if (target ~ /^[a-z]+:/ || target == "#" || target == "") continue
      file = target
      sub(/#.*/, "", file)
      if (file == "") { file = FILENAME; target = FILENAME target }
      if (!(file in exists)) {
        if ((getline ignored < file) < 0) {
          print FILENAME ":" FNR ": " file " is not there"
          broken = 1
          continue
        }
        close(file)
        exists[file] = 1
      }
      if (target ~ /#/ && file ~ /\.html$/ && !(target in anchors)) {
        print FILENAME ":" FNR ": there is no " target
        broken = 1
      }
    }
  }
  END { exit broken }
' "${pages[@]}" "${pages[@]}" | sort -u
exit "${PIPESTATUS[0]}"
