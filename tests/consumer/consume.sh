#!/usr/bin/env bash
# Builds a host against lockstep, had in one of these ways, and runs it:
#
#   installed     what this build installs, moved elsewhere
#   subdirectory  its source, as a folder of the host's project, as a shared
#                 library; then that library installed and moved elsewhere
#   FetchContent  its source, as content that the host's project fetched (only
#                 compiled: linking it would be as in a subdirectory)
#
# consume.sh WAY SOURCE_FOLDER BUILD_FOLDER WORK_FOLDER

set -euo pipefail

way=$1 source=$2 build=$3 work=$4
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)

fail() {
  printf 'consume.sh: %s\n' "$*" >&2
  exit 1
}

# install_and_move BUILD: an installed lockstep remembers no folder of this
# machine's, so it can be moved.
install_and_move() {
  local found
  cmake --install "$1" --prefix "$work/first"
  found=$(grep -rlF -e "$work" -e "$source" "$work/first" --include='*.cmake' \
    --include='*.h') && fail "it remembers where it was made: $found"
  mv "$work/first" "$work/moved"
}

# Hidden visibility: a shared lockstep shows its public names and no others.
check_shown_names() {
  local shown
  shown=$(nm -DC --defined-only "$work"/moved/lib*/*/liblockstep.so \
    "$work"/moved/lib*/liblockstep.so 2>/dev/null | grep -E ' [TDBR] ') || true
  grep -qE ' lockstep::v[0-9_]+::Ledger::' <<<"$shown" ||
    fail 'the shared library does not show lockstep::Ledger by its version'
  shown=$(grep -E 'lockstep::engine::|absl::|boost::|gsl::' <<<"$shown" |
    grep -vE ' lockstep::v[0-9_]+::(Ledger|Session|JournalCursor)::') || return 0
  fail "the shared library shows what should stay inside: $shown"
}

# Host sources are compiled with the host's flags and nothing of ours but the
# include folder.
check_flags() {
  local command flag
  command=$(grep '"command"' "$1/compile_commands.json" | grep 'host\.cc')
  for flag in $command; do
    case $flag in
      -W* | -fsanitize* | -fvisibility* | -D*)
        fail "the host is compiled with lockstep's $flag: $command" ;;
      -I"$source/include") ;;
      -I*) fail "the host sees more than the public headers: $flag" ;;
    esac
  done
}

# build_host FOLDER TARGET OPTION...: a host in the way that the options name.
# It is built to be linked, so without what makes that slower.
build_host() {
  local folder=$1 target=$2
  cmake -S "$here/project" -B "$folder" -DCMAKE_BUILD_TYPE=Debug \
    -DCMAKE_CXX_FLAGS_DEBUG= "${@:3}"
  check_flags "$folder"
  cmake --build "$folder" --parallel 2 --target "$target"
}

use_what_was_moved() {
  build_host "$work/host" host -DHOW=find_package \
    "-DCMAKE_PREFIX_PATH=$work/moved"
  "$work/host/host"
}

rm -rf "$work"
mkdir -p "$work"
case $way in
  installed)
    install_and_move "$build"
    use_what_was_moved
    ;;
  subdirectory)
    build_host "$work/project" host -DHOW=add_subdirectory \
      "-DLOCKSTEP_SOURCE=$source" -DBUILD_SHARED_LIBS=ON -DLOCKSTEP_INSTALL=ON
    "$work/project/host"
    install_and_move "$work/project"
    check_shown_names
    use_what_was_moved
    ;;
  FetchContent)
    build_host "$work/project" host_objects -DHOW=FetchContent \
      "-DLOCKSTEP_SOURCE=$source"
    ;;
  *) fail "there is no way \"$way\"" ;;
esac
rm -rf "$work"
