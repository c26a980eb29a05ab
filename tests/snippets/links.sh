#!/usr/bin/env bash
# Every link of every page leads to a file that is there, and to a heading of
# it; every command of ./dev that a page names is one, and every package that a
# page has its readers install is one that ./dev installs.
#
# links.sh ROOT    prints each link that leads nowhere; succeeds if none does

set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
cd "$1"
broken=0

complain() {
  printf '%s:%d: %s\n' "$1" "$2" "$3"
  broken=1
}

said_by() { awk -f "$here/links.awk" "$1"; }

# check_link PAGE LINE TARGET
check_link() {
  local page=$1 line=$2 target=$3 file anchor=
  [[ $target != *'#'* ]] || anchor=${target#*#}
  file=${target%%#*}
  if [[ -n $file ]]; then
    file=$(dirname "$page")/$file
  else
    file=$page
  fi
  if [[ ! -e $file ]]; then
    complain "$page" "$line" "$target is not there"
  elif [[ -n $anchor && $file == *.md ]] &&
    ! said_by "$file" | grep -qxE "[0-9]+ heading #$anchor"; then
    complain "$page" "$line" "$target: no heading there is called that"
  fi
}

# The words of the list in `dev`.
packages=$(sed -n '/^packages_build=/,/)/p' dev | tr '=()\n' '    ')

mapfile -t pages < <(find . -name '*.md' -not -path './build/*' \
  -not -path '*/.*/*' \
  -printf '%P\n' | sort)
((${#pages[@]} > 0)) || {
  printf 'links.sh: there are no pages in %s\n' "$1"
  exit 1
}
for page in "${pages[@]}"; do
  while read -r line target command; do
    case $target in
      heading) ;;
      ./dev)
        grep -qE "^  \./dev $command( |\$)" dev ||
          complain "$page" "$line" "./dev has no command \"$command\"" ;;
      package)
        [[ " $packages " == *" $command "* ]] ||
          complain "$page" "$line" "./dev does not install \"$command\"" ;;
      *) check_link "$page" "$line" "$target" ;;
    esac
  done < <(said_by "$page")
done
exit "$broken"
