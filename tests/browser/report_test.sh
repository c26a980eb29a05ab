#!/usr/bin/env bash
# Opens reports of all sorts of runs in a browser, and sees every plot drawn and
# nothing said on the console.
#
# report_test.sh PROGRAM FOLDER

set -euo pipefail

program=$1
source "$(dirname "${BASH_SOURCE[0]}")/browser.sh"
begin "$2"

failed=0

# try NAME OPTION...: a run with these options has a report without fault.
try() {
  local name=$1 page=$work/report.html faults
  shift
  "$program" simulate --report "$page" "$@" >/dev/null
  faults=$(check "$page")
  if [[ -n $faults ]]; then
    printf '%s (simulate %s):\n%s\n' "$name" "$*" "$faults"
    failed=1
  else
    echo "$name: well"
  fi
}

try 'a run like any' --accounts 20k --seconds 0.5 --threads 2
try 'one of no interval, without a journal' --accounts 1k --transfers 1k \
  --threads 1 --journal 0
try 'the shortest of all' --accounts 100 --transfers 1 --threads 1
try 'one with a number of transfers' --accounts 5k --transfers 200k --threads 2
for scenario in "$here"/../../docs/scenarios/*.json; do
  case $scenario in *.schema.json) continue ;; esac
  try "the scenario $(basename "$scenario" .json)" --scenario "$scenario" \
    --accounts 5k --transfers 300k --threads 1
done

exit "$failed"
