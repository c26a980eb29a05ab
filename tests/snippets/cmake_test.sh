#!/usr/bin/env bash
# Gives a page's CMake block to CMake, as it stands there. Where it finds an
# installed lockstep, it is built as well; where it has lockstep's source, that
# was built often enough.
#
# cmake_test.sh ROOT BUILD_FOLDER PAGE FILE WORK_FOLDER

set -euo pipefail

root=$1 build=$2 page=$3 file=$4 work=$5

rm -rf "$work"
mkdir -p "$work/project"
cp "$file" "$work/project/CMakeLists.txt"
# The page's own program, if it has one.
if [[ -e $(dirname "$file")/main.cpp ]]; then
  cp "$(dirname "$file")/main.cpp" "$work/project/"
else
  printf '#include <lockstep/lockstep.h>\nint main() {}\n' \
    >"$work/project/main.cpp"
fi
ln -s "$root" "$work/project/lockstep"
cmake --install "$build" --prefix "$work/installed" >/dev/null
printf '%s, as a project:\n' "$page"
cmake -S "$work/project" -B "$work/build" -Werror=dev -Wno-deprecated \
  "-DCMAKE_PREFIX_PATH=$work/installed" \
  "-DFETCHCONTENT_SOURCE_DIR_LOCKSTEP=$root"
if grep -q 'find_package(lockstep' "$file"; then
  cmake --build "$work/build"
fi
rm -rf "$work"
