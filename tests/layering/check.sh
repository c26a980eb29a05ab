#!/usr/bin/env bash
# Checks who includes whom. A room of engine/ includes only rooms before it,
# the program only public headers and its own, and public headers only the
# standard library and each other.
#
# check.sh ROOT    prints each include that breaks a rule; succeeds if none does

set -euo pipefail

cd "$1"

# The rooms and which of the others each may see, `include/` besides. The log
# sees little and is seen by few, so that it could be used alone.
declare -A sees=(
  [base]=''
  [money]='base'
  [accounts]='base money'
  [locking]='base money accounts'
  [snapshot]='base money accounts locking'
  [journal]='base money accounts locking'
  [posting]='base money accounts locking snapshot journal'
  [audit]='base money accounts locking snapshot journal posting'
  [log]='base money journal'
  [recovery]='base money accounts locking snapshot journal posting audit log'
  [ledger]='base money accounts locking snapshot journal posting audit log recovery'
  [c]='base posting'
  [explore]='base money accounts locking snapshot journal posting audit ledger'
  [tool]=''
)

# The same for the rooms inside the program. What lies in none of them, its
# commands, sees them all.
declare -A tool_sees=(
  [base]=''
  [economy]='base'
  [scenario]='base economy'
  [report]='base economy'
)

# The headers of the C++20 standard library; C's through their C++ names only.
standard=' algorithm any array atomic barrier bit bitset cassert cctype cerrno
cfenv cfloat charconv chrono cinttypes climits clocale cmath compare complex
concepts condition_variable coroutine csetjmp csignal cstdarg cstddef cstdint
cstdio cstdlib cstring ctime cuchar cwchar cwctype deque exception execution
filesystem format forward_list fstream functional future initializer_list
iomanip ios iosfwd iostream istream iterator latch limits list locale map
memory memory_resource mutex new numbers numeric optional ostream queue random
ranges ratio regex scoped_allocator semaphore set shared_mutex source_location
span sstream stack stdexcept stop_token streambuf string string_view
syncstream system_error thread tuple type_traits typeindex typeinfo
unordered_map unordered_set utility valarray variant vector version '
standard=${standard//$'\n'/ }

broken=0
complain() {
  printf '%s includes %s: %s\n' "$1" "$2" "$3"
  broken=1
}

# Lines "FILE QUOTE NAME" for every include under the folders, QUOTE being
# < or ".
includes() {
  local pattern='^\s*#\s*include(_next)?\s*([<"])([^>"]+)[>"].*'
  grep -rE --include='*.h' --include='*.cc' "$pattern" "$@" |
    sed -E 's/^([^:]+):\s*#\s*include(_next)?\s*([<"])([^>"]+).*/\1 \3 \4/'
}

# A seam's header is found through the include path: it has no folder in front.
# It belongs to base, whichever implementation is chosen.
seam_header() {
  compgen -G "engine/base/*/*/$1" >/dev/null
}

# room_include FILE ROOM NAME: an include of one of our own by file of a room.
room_include() {
  local file=$1 room=$2 name=$3 other
  # The explorer's program has progress and numerals from the other one's base.
  [[ $file != engine/explore/program/* || $name != engine/tool/base/* ]] || return 0
  case $name in
    lockstep/*) return ;;
    engine/*/*) other=${name#engine/} other=${other%%/*} ;;
    bench/* | tests/* | docs/*)
      complain "$file" "$name" "the engine knows nothing of ${name%%/*}/"
      return
      ;;
    */*) return ;;
    *)
      if ! seam_header "$name"; then
        complain "$file" "$name" 'write it from the root of the tree'
        return
      fi
      other=base
      ;;
  esac
  [[ $other != "$room" && " ${sees[$room]} " != *" $other "* ]] || return 0
  complain "$file" "$name" "$room must not see $other"
}

check_rooms() {
  local folder room file quote name
  for folder in engine/*/; do
    room=$(basename "$folder")
    [[ -v sees[$room] ]] || {
      complain "$folder" 'what it likes' 'this room has no place in the order'
      continue
    }
    while read -r file quote name; do
      case $quote$name in
        '<boost/multiprecision/'*)
          [[ $room == money ]] || complain "$file" "$name" \
            'only money knows Boost.Multiprecision' ;;
        '<lockstep/'* | '<engine/'*)
          complain "$file" "$name" 'our own headers are included in quotes' ;;
        '"'*) room_include "$file" "$room" "$name" ;;
      esac
    done < <(includes "$folder")
  done
}

check_tool_rooms() {
  local folder room file quote name other
  for folder in engine/tool/*/; do
    [[ -d $folder ]] || continue
    room=$(basename "$folder")
    [[ -v tool_sees[$room] ]] || {
      complain "$folder" 'what it likes' 'this room has no place in the order'
      continue
    }
    while read -r file quote name; do
      [[ $name == engine/tool/* ]] || continue
      other=${name#engine/tool/}
      [[ $other == */* ]] || { complain "$file" "$name" \
        "$room must not see the program's commands"; continue; }
      other=${other%%/*}
      [[ $other == "$room" || " ${tool_sees[$room]} " == *" $other "* ]] ||
        complain "$file" "$name" "in the program, $room must not see $other"
    done < <(includes "$folder")
  done
}

check_public_headers() {
  local file quote name
  while read -r file quote name; do
    case $quote$name in
      '"lockstep/'*)
        [[ -e include/$name ]] ||
          complain "$file" "$name" 'there is no such public header' ;;
      '"'*) complain "$file" "$name" 'public headers include only each other' ;;
      '<stddef.h' | '<stdint.h')
        [[ $file == include/lockstep/c.h ]] || complain "$file" "$name" \
          "only the C interface includes C's headers by their C names" ;;
      *)
        [[ $standard == *" $name "* ]] || complain "$file" "$name" \
          'public headers include only the standard library' ;;
    esac
  done < <(includes include)
}

check_rooms
check_tool_rooms
check_public_headers
exit "$broken"
