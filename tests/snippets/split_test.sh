#!/usr/bin/env bash
# Plants mistakes in pages, one in each, and sees that they are found; and takes
# a page without a mistake apart, to see that nothing of it is lost.
#
# split_test.sh SCRATCH_FOLDER COMPILER

set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
scratch=$1 compiler=$2
failures=0

fail() {
  printf 'split_test.sh: %s\n' "$*" >&2
  failures=$((failures + 1))
}

# split LINE...: a page of these lines, taken apart.
split() {
  rm -rf "$scratch"
  mkdir -p "$scratch"
  printf '%s\n' "$@" >"$scratch/page.md"
  "$here/split.sh" "$scratch" page.md "$scratch/out" 2>&1
}

# refused WHAT LINE...: the page has that mistake, in its third line.
refused() {
  local what=$1 said status=0
  shift
  said=$(split "$@") || status=$?
  ((status != 0)) || fail "it takes a page with this mistake: $what"
  [[ $said == "page.md:3: "*"$what"* ]] || fail "not \"$what\" but: $said"
}

refused 'never closed' Text '' '```cpp' 'int a;'
refused 'never closed' Text '' '<!-- cpp' 'int a;'
refused 'no test knows the language' Text '' '```c++' 'int a;' '```'
refused 'no block below this mark' Text '' '<!-- file: a.txt -->' 'More text.'
refused 'two marks' Text '<!-- run -->' '<!-- file: a.txt -->' '```sh' ls '```'
refused 'say "run" or "not run: WHY"' Text '' '```sh' 'ls' '```' \
  '<!-- run -->' '```sh' 'ls' '```'
refused 'nothing before it could print this' 'It prints' '' '```text' 'a' '```'

# What follows other words is not what the block prints.
said=$(split '```cpp' 'int main() {}' '```' 'Nothing, but look:' \
  '```text' 'a' '```')
[[ $said == 'cpp-program 1 program-1.cc' ]] || fail "unlike a page: $said"

# fails_to SPEAK_OF COMMAND...: it fails and speaks of that.
fails_to() {
  local what=$1 said status=0
  shift
  said=$("$@" 2>&1) || status=$?
  ((status != 0)) || fail "this should fail: $*"
  [[ $said == *"$what"* ]] || fail "not \"$what\" but: $said"
}

# Code that does not compile is found, in the page's own line.
split '# Page' '```cpp' 'int one = 1;' '```' '<!-- cpp' 'void F() {' '-->' \
  '```cpp' 'int two = three;' '```' '<!-- cpp' '}' '-->' >/dev/null
fails_to 'page.md:9:' "$compiler" -fsyntax-only "$scratch/out/page.cc"
# With what it lacks in a hidden place, it compiles.
split '<!-- cpp' 'int three = 3;' '-->' '' '```cpp' 'int two = three;' '```' \
  >/dev/null
"$compiler" -fsyntax-only "$scratch/out/page.cc" || fail 'it should compile'

# What a program prints is compared, and so is how it ends.
printf 'a\n' >"$scratch/expected"
"$here/prints.sh" 'echo' - >/dev/null || fail 'prints.sh: a program that is fine'
fails_to '-a' "$here/prints.sh" echo "$scratch/expected"
fails_to '' "$here/prints.sh" false -

# follow LINE...: a page that is followed word for word.
follow() {
  split "$@" >/dev/null
  "$here/walk_test.sh" "$scratch" - page.md "$scratch/out/walk.sh" \
    "$scratch/work"
}
file=('<!-- file: a.txt -->' '```text' 'one' '```')
follow "${file[@]}" '<!-- run -->' '```sh' 'mkdir b' 'cd b' 'cat ../a.txt' \
  '```' 'It prints' '```text' 'one' '```' \
  '<!-- run -->' '```sh' 'ls ../a.txt ~/lockstep/page.md' '```' >/dev/null ||
  fail 'it does not follow a page that is right'
fails_to 'page.md:10: failed' follow "${file[@]}" '<!-- run -->' '```sh' \
  'cat a.txt' '```' 'It prints' '```text' 'two' '```'
fails_to 'page.md:2: failed' follow '<!-- run -->' '```sh' 'false' 'true' '```'

rm -rf "$scratch"
((failures == 0))
