#!/usr/bin/env bash
# Plants includes that break the rules of check.sh, each in a small tree that
# breaks none, and sees that it complains of exactly those.
#
# check_test.sh SCRATCH_FOLDER

set -euo pipefail

check=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)/check.sh
scratch=$1
failures=0

write() {
  mkdir -p "$(dirname "$scratch/$1")"
  printf '#include %s\n' "${@:2}" >"$scratch/$1"
}

# A tree in order, with one of each kind of include that is allowed.
make_tree() {
  rm -rf "$scratch"
  write include/lockstep/amount.h '<cstdint>' '<string_view>'
  write include/lockstep/c.h '<stdint.h>' '"lockstep/amount.h"'
  write include/lockstep/ledger.h '"lockstep/amount.h"' '<memory>'
  write engine/base/checks.h '<gsl/assert>' '"lockstep/amount.h"'
  write engine/base/sync/real/sync_primitives.h '<atomic>'
  write engine/money/split.cc '<boost/multiprecision/cpp_int.hpp>' \
    '"engine/base/checks.h"' '"engine/money/split.h"'
  write engine/journal/rows.cc '"absl/container/inlined_vector.h"' \
    '"engine/money/split.h"' '"sync_primitives.h"'
  write engine/log/segment.cc '"engine/journal/rows.h"'
  write engine/ledger/ledger.cc '"engine/log/segment.h"' \
    '"engine/journal/rows.h"'
  write engine/tool/main.cc '"engine/tool/simulate.h"' '"lockstep/ledger.h"' \
    '<CLI/CLI.hpp>'
  write engine/explore/program/run.cc '"engine/ledger/ledger.h"' \
    '"engine/explore/search.h"' '"engine/tool/base/progress.h"'
}

# expect WHAT PATTERN FILE INCLUDE: with that include in that file, the check
# fails and says so, in one line that names the file.
expect_complaint() {
  local pattern=$1 file=$2 include=$3 said status=0
  make_tree
  write "$file" "$include"
  said=$("$check" "$scratch") || status=$?
  if ((status == 0)) || (($(wc -l <<<"$said") != 1)) ||
    [[ $said != "$file includes "*$pattern* ]]; then
    printf 'with %s in %s it should say "%s", and says: %s\n' "$include" \
      "$file" "$pattern" "${said:-nothing}"
    failures=$((failures + 1))
  fi
}

make_tree
said=$("$check" "$scratch") || {
  printf 'it complains of a tree in order: %s\n' "$said"
  failures=1
}

expect_complaint 'base must not see money' engine/base/a.h \
  '"engine/money/split.h"'
expect_complaint 'explore must not see tool' engine/explore/search.cc \
  '"engine/tool/base/progress.h"'
expect_complaint 'explore must not see tool' engine/explore/program/a.cc \
  '"engine/tool/options.h"'
expect_complaint 'money must not see ledger' engine/money/a.cc \
  '"engine/ledger/ledger.h"'
expect_complaint 'audit must not see log' engine/audit/a.h \
  '"engine/log/segment.h"'
expect_complaint 'log must not see accounts' engine/log/a.cc \
  '"engine/accounts/account.h"'
expect_complaint 'ledger must not see tool' engine/ledger/a.cc \
  '"engine/tool/simulate.h"'
expect_complaint 'ledger must not see explore' engine/ledger/a.cc \
  '"engine/explore/history/history.h"'
expect_complaint 'explore must not see tool' engine/explore/history/a.cc \
  '"engine/tool/simulate.h"'
expect_complaint 'tool must not see base' engine/tool/a.cc \
  '"sync_primitives.h"'
expect_complaint 'tool must not see ledger' engine/tool/a.cc \
  '"engine/ledger/ledger.h"'
expect_complaint 'money must not see attic' engine/money/a.cc \
  '"engine/attic/old.h"'
expect_complaint 'only money knows Boost.Multiprecision' engine/audit/a.cc \
  '<boost/multiprecision/cpp_int.hpp>'
expect_complaint 'from the root of the tree' engine/posting/a.cc \
  '"account.h"'
expect_complaint 'included in quotes' engine/posting/a.cc \
  '<lockstep/ledger.h>'
expect_complaint 'knows nothing of tests/' engine/posting/a.cc \
  '"tests/support/model.h"'
expect_complaint 'only the standard library' include/lockstep/a.h \
  '<gsl/pointers>'
expect_complaint 'only the standard library' include/lockstep/a.h \
  '<string.h>'
expect_complaint 'only each other' include/lockstep/a.h \
  '"engine/base/checks.h"'
expect_complaint 'no such public header' include/lockstep/a.h \
  '"lockstep/missing.h"'

expect_complaint 'in the program, economy must not see report' \
  engine/tool/economy/a.cc '"engine/tool/report/plot.h"'
expect_complaint "must not see the program's commands" \
  engine/tool/report/a.cc '"engine/tool/simulate.h"'

# A room that the order does not name.
make_tree
write engine/attic/old.h '<memory>'
if said=$("$check" "$scratch"); then
  printf 'it does not mind a room that has no place in the order\n'
  failures=$((failures + 1))
fi

rm -rf "$scratch"
((failures == 0))
