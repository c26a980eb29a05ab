#!/usr/bin/env bash
# Builds a host against lockstep, had in one of these ways, and runs it:
#
#   installed     what this build installs, moved elsewhere
#   embedded      its source, as a folder of the host's project and as content
#                 that it fetched, as a shared library; then that library
#                 installed and moved elsewhere
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
  found=$(grep -rlF -e "$work" -e "$source" "$work/first" \
    --include='*.cmake' --include='*.h' --include='*.pc') &&
    fail "it remembers where it was made: $found"
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
    grep -vE ' lockstep::v[0-9_]+::(Ledger|Session|JournalCursor|Snapshot)::') || return 0
  fail "the shared library shows what should stay inside: $shown"
}

# The shared library's name says which minor version it is compatible with.
check_soname() {
  local version soname
  version=$(sed -nE 's/^Version: ([0-9]+)\.([0-9]+).*/\1.\2/p' \
    "$work"/moved/lib*/pkgconfig/lockstep.pc)
  # From 1.0 on, the major version alone.
  [[ $version == 0.* ]] || version=${version%.*}
  soname=$(objdump -p "$work"/moved/lib*/liblockstep.so |
    sed -nE 's/^ *SONAME +//p')
  [[ $soname == "liblockstep.so.$version" ]] ||
    fail "the shared library is named $soname, and its version is $version"
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

# use_by_pkg_config [--static]: without CMake, as a Makefile would.
use_by_pkg_config() {
  local flags
  export PKG_CONFIG_PATH
  PKG_CONFIG_PATH=$(echo "$work"/moved/lib*/pkgconfig)
  flags=$(pkg-config --cflags --libs "$@" lockstep)
  [[ $flags == *"$work/moved"* ]] ||
    fail "lockstep.pc does not say where it was moved: $flags"
  # shellcheck disable=SC2086  # they are many words
  "${CXX:-c++}" -std=c++20 -fno-exceptions -fno-rtti "$here/host.cc" $flags \
    -o "$work/host_by_pkg_config"
  LD_LIBRARY_PATH=$(echo "$work"/moved/lib*) "$work/host_by_pkg_config"
}

rm -rf "$work"
mkdir -p "$work"
case $way in
  installed)
    install_and_move "$build"
    use_what_was_moved
    if [[ -e $(echo "$work"/moved/lib*/liblockstep.a) ]]; then
      use_by_pkg_config --static
    else
      use_by_pkg_config
    fi
    ;;
  embedded)
    build_host "$work/project" host -DHOW=add_subdirectory \
      "-DLOCKSTEP_SOURCE=$source" -DBUILD_SHARED_LIBS=ON -DLOCKSTEP_INSTALL=ON
    "$work/project/host"
    install_and_move "$work/project"
    check_shown_names
    check_soname
    use_what_was_moved
    use_by_pkg_config
    # The same folder again, so that only what differs is built anew.
    build_host "$work/project" host -DHOW=FetchContent
    "$work/project/host"
    ;;
  *) fail "there is no way \"$way\"" ;;
esac
rm -rf "$work"
