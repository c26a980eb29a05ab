#!/usr/bin/env bash
# Follows a page word for word, in a clean folder: writes the files that it
# shows, gives the commands that it gives, and compares what they print with
# what it says. The reader's home has lockstep's source in ~/lockstep.
#
# walk_test.sh ROOT BUILD_FOLDER PAGE SCRIPT WORK_FOLDER

set -euo pipefail

root=$1 page=$3 script=$4 work=$5

rm -rf "$work"
mkdir -p "$work/home"
ln -s "$root" "$work/home/lockstep"
export HOME=$work/home
cd "$HOME"
# shellcheck disable=SC2016  # the inner shell expands them
bash -euo pipefail -c '
  printed=$1/printed
  trap '\''printf "%s:%s: failed\n" "$2" "$line" >&2'\'' ERR
  source "$3"
' walk "$work" "$page" "$script"
rm -rf "$work"
