#!/usr/bin/env bash
# One version, said in many places: include/lockstep/version.h has it, and all
# others must agree. So must the inline namespace of every public header.
#
# versions.sh SOURCE_FOLDER BUILD_FOLDER

set -euo pipefail

source=$1 build=$2
broken=0

complain() {
  printf 'versions.sh: %s\n' "$*" >&2
  broken=1
}

# said FILE REGEX: what the group of the regular expression matches in the file.
said() { sed -nE "s/.*$2.*/\\1/p" "$1" | head -n 1; }

header=$source/include/lockstep/version.h
major=$(said "$header" 'VERSION_MAJOR ([0-9]+)')
minor=$(said "$header" 'VERSION_MINOR ([0-9]+)')
patch=$(said "$header" 'VERSION_PATCH ([0-9]+)')
version=$major.$minor.$patch

# agree FILE REGEX
agree() {
  local other
  [[ -e $1 ]] || { complain "there is no $1"; return; }
  other=$(said "$1" "$2")
  [[ $other == "$version" ]] ||
    complain "$1 says \"$other\", and version.h \"$version\""
}
agree "$header" 'VERSION_STRING "([^"]*)"'
agree "$source/vcpkg.json" '"version-semver": "([^"]*)"'
agree "$build/engine/lockstep.pc" '^Version: (.*)'
agree "$build/engine/lockstepConfigVersion.cmake" 'set\(PACKAGE_VERSION "([^"]*)"'
# The Conan recipe reads version.h itself.
grep -q 'include/lockstep/version\.h' "$source/conanfile.py" ||
  complain 'conanfile.py does not take its version from version.h'

# C++ names live in an inline namespace with the version in it, so that two
# versions in one process do not meet.
inline="namespace lockstep::inline v${major}_$minor {"
while IFS=: read -r file line text; do
  [[ $text == "$inline" || $text == '}  // '"${inline% \{}" ||
    $text == *'namespace lockstep::engine'* ]] ||
    complain "${file#"$source/"}:$line should be \"$inline\": $text"
done < <(grep -rnE '^[^/]*\bnamespace +lockstep|^} +// +namespace' \
  "$source/include")
grep -rqF "$inline" "$source/include" ||
  complain "no public header has \"$inline\""

# The .pc names what a static library must be linked with. It is written by
# hand, so see that it is what the library is built with.
if [[ -e $build/engine/liblockstep.a ]]; then
  for name in $(grep -oE 'absl::[a-z_]+' "$source/engine/CMakeLists.txt" |
    sort -u | grep -v flat_hash); do
    grep -qE "^Requires.private:.*\\babsl_${name#absl::}\\b" \
      "$build/engine/lockstep.pc" ||
      complain "lockstep.pc does not require $name"
  done
fi
exit "$broken"
