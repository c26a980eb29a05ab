#!/usr/bin/env bash
# Runs a page's program, and compares what it prints with what the page says.
#
# prints.sh PROGRAM EXPECTED    EXPECTED "-": the page does not say

set -euo pipefail

program=$1 expected=$2
if [[ $expected == - ]]; then
  exec "$program"
fi
"$program" | diff -u --label 'the page' --label 'the program' "$expected" -
