#!/usr/bin/env bash
# Plants links that lead nowhere among links that lead somewhere, and sees that
# links.sh complains of exactly those.
#
# links_test.sh SCRATCH_FOLDER

set -euo pipefail

links=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)/links.sh
scratch=$1

rm -rf "$scratch"
mkdir -p "$scratch/docs/deeper"
cat >"$scratch/dev" <<'DEV'
  ./dev test [REGEX]     as in the help of dev
packages_build=(g++ cmake
  libone-dev)
DEV
cat >"$scratch/docs/deeper/page.md" <<'PAGE'
# A page, and `code`
[up](../other.md) [up](../other.md#a-heading) [here](#a-page-and-code)
`[code](nowhere.md)` [far](https://semver.org) ![seen](../seen.svg)
`./dev test` <img src="../seen.svg" width="10">
```text
[code](nowhere.md)
```
[a](gone.md) and [b](../other.md)
[c](../other.md#no-heading)
![d](unseen.svg)
<img src="unseen.svg">
`./dev paint`
```sh
sudo apt-get install --no-install-recommends g++ \\
  libone-dev libtwo-dev
```
PAGE
printf '# A heading\n' >"$scratch/docs/other.md"
touch "$scratch/docs/seen.svg"

expected='docs/deeper/page.md:8: gone.md is not there
docs/deeper/page.md:9: ../other.md#no-heading: no heading there is called that
docs/deeper/page.md:10: unseen.svg is not there
docs/deeper/page.md:11: unseen.svg is not there
docs/deeper/page.md:12: ./dev has no command "paint"
docs/deeper/page.md:15: ./dev does not install "libtwo-dev"'
status=0
said=$("$links" "$scratch") || status=$?
diff -u --label 'should say' --label says <(echo "$expected") <(echo "$said")
((status == 1))
rm -rf "$scratch"
