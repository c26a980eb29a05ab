#!/usr/bin/env bash
# Compiles each public header alone, with nothing but the folder of public
# headers to include from: as most hosts would, and without exceptions and
# run-time types.
#
# headers.sh COMPILER INCLUDE_FOLDER

set -euo pipefail

compiler=$1 folder=$2
cd "$folder"

compile_alone() {
  local compiler=$1 header=$2
  shift 2
  # Twice: a header must also bear being included again.
  printf '#include "%s"\n#include "%s"\n' "$header" "$header" |
    "$compiler" -std=c++20 -I . -Wall -Wextra -Wpedantic -Wshadow -Wconversion \
      -Wsign-conversion -Werror "$@" -x c++ -fsyntax-only - || {
    printf 'headers.sh: %s does not stand alone (%s)\n' "$header" \
      "${*:-plain}" >&2
    return 1
  }
}
export -f compile_alone

mapfile -t headers < <(find . -name '*.h' -printf '%P\n' | sort)
((${#headers[@]} > 0)) || {
  printf 'headers.sh: no headers in %s\n' "$folder" >&2
  exit 1
}

# shellcheck disable=SC2016  # the inner shell expands them
printf '%s\0' "${headers[@]}" | xargs -0 -P 2 -I '{}' bash -c '
  compile_alone "$1" "$2" && compile_alone "$1" "$2" -fno-exceptions -fno-rtti
' _ "$compiler" '{}'
printf '%d headers stand alone\n' "${#headers[@]}"
