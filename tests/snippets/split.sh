#!/usr/bin/env bash
# Takes a page apart, by split.awk, and leaves alone what has not changed, so
# that it is not compiled again.
#
# split.sh ROOT PAGE OUT_FOLDER    prints what split.awk prints

set -euo pipefail

root=$1 page=$2 out=$3
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)

rm -rf "$out.new"
mkdir -p "$out" "$out.new"
awk -v page="$page" -v out="$out.new" -f "$here/split.awk" "$root/$page"
for file in "$out"/*; do
  [[ -e $out.new/${file##*/} ]] || rm -rf "$file"
done
for file in "$out.new"/*; do
  [[ -e $file ]] || continue
  cmp -s "$file" "$out/${file##*/}" || mv "$file" "$out/"
done
rm -rf "$out.new"
