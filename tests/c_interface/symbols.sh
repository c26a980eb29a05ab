#!/usr/bin/env bash
# Compares the functions that the C header declares with those that the shared
# library shows, each of which carries a version.
#
# symbols.sh HEADER LIBRARY

set -euo pipefail

declared=$(grep -oE '\blockstep_[a-z0-9_]+\(' "$1" | tr -d '(' |
  grep -v '^lockstep_amount_of$' | sort -u) # which is inline
shown=$(nm -D --defined-only "$2" | grep -oE '\blockstep_[a-z0-9_]+@@?[A-Z0-9_.]+' |
  sed -E 's/@@?LOCKSTEP_[0-9.]+$//' | sort -u)
[[ -n $declared ]] || { echo "no functions in $1"; exit 1; }
diff <(echo "$declared") <(echo "$shown") || {
  echo "< is declared and not shown with a version, > the other way round"
  exit 1
}
wc -l <<<"$shown" | sed 's/$/ functions/'
