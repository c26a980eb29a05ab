#include "lockstep/ids.h"

#include <gtest/gtest.h>

#include <tuple>
#include <type_traits>
#include <unordered_set>

#include "lockstep/amount.h"
#include "tests/support/small_ledger.h"

namespace lockstep {
namespace {

// No kind of number turns into another, into a bare one, or out of one, unless
// somebody says so.
template <class One, class Other>
constexpr bool kAreApart =
    !std::is_convertible_v<One, Other> && !std::is_constructible_v<One, Other>;

using Kinds = std::tuple<AccountId, AssetId, OwnerId, PurposeId, Tick, Sequence,
                         Bits128, Amount>;

template <class One, class... Others>
constexpr bool IsApartFromAllOthers(std::tuple<Others...>*) {
  return ((std::is_same_v<One, Others> || kAreApart<One, Others>)&&...);
}
template <class... Each>
constexpr bool AreAllApart(std::tuple<Each...>* kinds) {
  return (IsApartFromAllOthers<Each>(kinds) && ...);
}
static_assert(AreAllApart(static_cast<Kinds*>(nullptr)));

template <class... Each>
constexpr bool AreNoBareNumbers(std::tuple<Each...>*) {
  return ((!std::is_convertible_v<int, Each> &&
           !std::is_convertible_v<std::uint64_t, Each> &&
           !std::is_convertible_v<Each, bool> &&
           !std::is_convertible_v<Each, std::uint64_t>)&&...);
}
static_assert(AreNoBareNumbers(static_cast<Kinds*>(nullptr)));

template <class... Each>
constexpr bool AreTrivialToCopy(std::tuple<Each...>*) {
  return (std::is_trivially_copyable_v<Each> && ...);
}
static_assert(AreTrivialToCopy(static_cast<Kinds*>(nullptr)));

static_assert(sizeof(AccountId) == 8 && sizeof(AssetId) == 4);
static_assert(sizeof(Sequence) == 8 && sizeof(Bits128) == 16);

TEST(IdTest, IsNoneUnlessToldOtherwise) {
  EXPECT_TRUE(AccountId().is_none());
  EXPECT_TRUE(AccountId(0).is_none());
  EXPECT_FALSE(AccountId(1).is_none());
  EXPECT_EQ(AccountId().value(), 0U);
  EXPECT_EQ(OwnerId(UINT64_MAX).value(), UINT64_MAX);
}

TEST(IdTest, IsOrderedByItsNumber) {
  EXPECT_LT(AccountId(1), AccountId(2));
  EXPECT_GT(AccountId(UINT64_MAX), AccountId(1)) << "numbers have no sign";
  EXPECT_EQ(AssetId(3), AssetId(3));
  EXPECT_NE(AssetId(3), AssetId(4));
}

TEST(IdTest, CanBeHashed) {
  const std::unordered_set<AccountId> set = {AccountId(1), AccountId(2),
                                             AccountId(1)};
  EXPECT_EQ(set.size(), 2U);
  EXPECT_TRUE(set.contains(AccountId(2)));
  EXPECT_FALSE(set.contains(AccountId(3)));
}

TEST(Bits128Test, IsOrderedByItsHighHalfFirst) {
  EXPECT_LT((Bits128{1, 9}), (Bits128{2, 0}));
  EXPECT_LT((Bits128{1, 8}), (Bits128{1, 9}));
  EXPECT_EQ((Bits128{1, 9}), (Bits128{1, 9}));
  EXPECT_NE((Bits128{1, 9}), (Bits128{9, 1}));
  EXPECT_EQ(Bits128(), (Bits128{0, 0}));
}

TEST(SequenceTest, KeepsItsCounterAndSlotApart) {
  constexpr std::uint32_t kLastSlot = Sequence::kMaxSlots - 1;
  for (const std::uint64_t counter :
       {std::uint64_t{1}, std::uint64_t{77}, Sequence::kMaxCounter}) {
    for (const std::uint32_t slot : {0U, 1U, 511U, kLastSlot}) {
      const Sequence sequence(counter, slot);
      EXPECT_EQ(sequence.counter(), counter);
      EXPECT_EQ(sequence.slot(), slot);
      EXPECT_EQ(Sequence(sequence.value()), sequence);
      EXPECT_FALSE(sequence.is_none());
    }
  }
}

TEST(SequenceTest, IsOrderedByCounterAndThenBySlot) {
  constexpr std::uint32_t kLastSlot = Sequence::kMaxSlots - 1;
  EXPECT_LT(Sequence(1, kLastSlot), Sequence(2, 0));
  EXPECT_LT(Sequence(2, 0), Sequence(2, 1));
  EXPECT_LT(Sequence(), Sequence(1, 0)) << "none comes before every other";
  EXPECT_TRUE(Sequence().is_none());
}

TEST(SequenceTest, LeavesRoomForALockBitInAWordOf64) {
  const Sequence last(Sequence::kMaxCounter, Sequence::kMaxSlots - 1);
  EXPECT_EQ(last.value() << 1 >> 1, last.value());
  EXPECT_EQ(Sequence::kCounterBits + Sequence::kSlotBits, 62);
}

}  // namespace
}  // namespace lockstep
