#!/usr/bin/env bash
# Compares the functions that the C header declares with those that the map of
# symbols lists by name, and with those that the shared library shows, each with
# the version of its node.
#
# symbols.sh HEADER MAP LIBRARY

set -euo pipefail

declared=$(grep -oE '\blockstep_[a-z0-9_]+\(' "$1" | tr -d '(' | sort -u)
# Lines NAME@@NODE.
listed=$(awk '/^LOCKSTEP_[0-9.]+ \{/ { node = $1 }
  /^ *lockstep_.*;/ { gsub(/[ ;]/, ""); print $0 "@@" node }' "$2" | sort -u)
shown=$(nm -D --defined-only "$3" | awk '{ print $3 }' | grep '^lockstep_' |
  sort -u)
[[ -n $declared ]] || { echo "no functions in $1"; exit 1; }

same() {
  diff <(echo "$1") <(echo "$2") || { printf '%s\n' "$3" >&2; exit 1; }
}
same "$declared" "$(sed "s/@@.*//" <<<"$listed")" 'header (<) and map (>) differ'
same "$listed" "$shown" 'map (<) and library (>) differ'
wc -l <<<"$shown" | sed 's/$/ functions/'
