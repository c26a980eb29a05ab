#!/usr/bin/env bash
# Plants faults in a report, one at a time, and sees that each is found.
#
# check_test.sh PROGRAM FOLDER

set -euo pipefail

program=$1
source "$(dirname "${BASH_SOURCE[0]}")/browser.sh"
begin "$2"

failed=0
good=$work/good.html
page=$work/report.html
"$program" simulate --accounts 2k --transfers 50k --threads 1 \
  --report "$good" >/dev/null
nonce=$(sed -n 's/^<script nonce="\([0-9a-f]*\)">$/\1/p' "$good")

# plant WHAT FAULT SED-SCRIPT: with that change, a fault like that is found.
plant() {
  local what=$1 fault=$2 script=$3 faults
  sed -E "$script" "$good" >"$page"
  if cmp -s "$good" "$page"; then
    echo "$what: the change changes nothing"
    failed=1
    return
  fi
  faults=$(check "$page")
  if grep -qE -- "$fault" <<<"$faults"; then
    echo "$what: found"
  else
    printf '%s: not found; this was:\n%s\n' "$what" "$faults"
    failed=1
  fi
}

cp "$good" "$page"
faults=$(check "$page")
if [[ -n $faults ]]; then
  printf 'without a planted fault:\n%s\n' "$faults"
  failed=1
fi

plant 'an error on the console' 'console: .*planted' \
  "s|</body>|<script nonce=\"$nonce\">console.error('planted')</script>&|"
plant 'an exception' 'console: .*Uncaught Error: planted' \
  "s|</body>|<script nonce=\"$nonce\">throw Error('planted')</script>&|"
plant 'a script that came in from outside' \
  'console: .*(violates|Refused).*Content Security Policy' \
  's|<h1>|&<script>document.title = 1</script>|'
plant 'something to fetch' 'console: .*(violates|Refused).*Content Security' \
  's|<h1>|&<img src="https://lockstep.invalid/x.png">|'
plant 'a line that is not drawn' 'GOLD: .*line' \
  '/<strong>GOLD/s|(class="line s1" d=")[^"]*|\1|'
plant 'a line that is missing' 'GOLD: 0 lines' \
  '/<strong>GOLD/s|<path class="line s1" d="[^"]*"/>||'
plant 'a line that nobody sees' 'a line cannot be seen' \
  's|\.line\.s2\{stroke:[^}]*\}||'
plant 'a line that leaves its plot' 'GOLD: a line leaves' \
  '/<strong>GOLD/s|(class="line s1" d=")|\1M0 -500L|'
plant 'all plots gone' 'no plot at all' 's|<svg class="plot"|<svg class="x"|g'
plant 'bars without a length' 'a bad bar' \
  's|(<rect class="s1"[^>]*) width="[^"]*"|\1 width="0"|g'
plant 'a page too wide for a phone' '390: scrolls sideways' \
  's|<h1>|<h1 style="width:500px">|'
plant 'text too small' 'too small' 's|text\{font:12px|text{font:8px|'
plant 'ticks over ticks' 'ticks overlap' \
  's/>([0-9.]+) (µs|ms|s)</>\1 \2 since the run was started</g'
plant 'an empty table' 'Latency: has no numbers' \
  '/<strong>Latency/,/<\/figure>/{/^<tr/d}'
plant 'a script that shows other numbers' 'GOLD: shows' \
  's|bold.textContent = value|bold.textContent = 7|'
plant 'a section that is missing' 'no section wealth' \
  's|<section id="wealth">|<section>|'
plant 'a section without anything' 'section run is empty' \
  's|<section id="run">|&</section><section>|'

exit "$failed"
