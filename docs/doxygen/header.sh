#!/usr/bin/env bash
# Doxygen's filter for headers: prints a header as the site wants it, without
# the version's inline namespace and without private parts, which are none of the
# reader's business. What pages say in their tables is put where it belongs: the
# header's concept (docs/api.md), each outcome's meaning (docs/outcomes.md).
#
# header.sh HEADER    LOCKSTEP_ROOT is the tree

set -euo pipefail

header=$1
docs=$LOCKSTEP_ROOT/docs

# cell PAGE ROW COLUMN: of the table row that begins with that.
cell() {
  sed -nE "s/^\| *$2.*/&/p" "$docs/$1" | head -n 1 | cut -d "|" -f "$3" |
    sed -E "s| *\\(\\[.*||"
}

if [[ $header == */c.h ]]; then
  awk -v outcomes="$docs/outcomes.md" -f "${BASH_SOURCE[0]%/*}/c_header.awk" \
    "$header"
  exit
fi

concept=$(cell api.md "\[${header##*/}\]" 3)
printf '/** @file\n@brief %s */ ' "${concept:-Part of the interface.}"

# shellcheck disable=SC2016  # awk's own dollars
sed -E 's/^(}  \/\/ )?namespace lockstep::inline v[0-9_]+/\1namespace lockstep/' \
  "$header" |
  awk -v outcomes="$docs/outcomes.md" -v is_outcomes="${header##*/outcome.h}" '
    BEGIN {
      while (is_outcomes == "" && (getline row < outcomes) > 0) {
        split(row, cells, / *\| */)
        if (cells[2] ~ /^[0-9]+$/) meaning[cells[2]] = cells[4]
      }
    }
    /^ private:$/ { is_private = 1 }
    /^};$/ { is_private = 0 }
    is_private { print ""; next }
    /^  k[A-Za-z]+ = [0-9]+,$/ {
      number = $3
      sub(/,/, "", number)
      if (number in meaning) $0 = $0 "  ///< " meaning[number]
    }
    { print }'
