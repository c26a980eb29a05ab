#include "engine/accounts/names.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "lockstep/account.h"

namespace lockstep::engine {
namespace {

void ExpectHas(const Names& names, std::string_view key, Bits128 bits,
               std::string_view label) {
  EXPECT_EQ(names.key(), key);
  EXPECT_EQ(names.key_bits(), bits);
  EXPECT_EQ(names.label(), label);
}

TEST(NamesTest, AreEmptyUnlessMade) {
  ExpectHas(Names(), "", {}, "");
  NameArena arena;
  ExpectHas(arena.Make("", {}, ""), "", {}, "");
}

TEST(NamesTest, HaveAnyCombinationOfTheThree) {
  const Bits128 bits = {0x0102030405060708, 0x090a0b0c0d0e0f10};
  NameArena arena;
  for (const std::string_view key : {"", "player-1"}) {
    for (const Bits128 key_bits : {Bits128{}, bits}) {
      for (const std::string_view label : {"", "Alice"}) {
        ExpectHas(arena.Make(key, key_bits, label), key, key_bits, label);
      }
    }
  }
}

TEST(NamesTest, KeepBitsThatAreZeroInOneHalf) {
  NameArena arena;
  ExpectHas(arena.Make("", {0, 1}, ""), "", {0, 1}, "");
  ExpectHas(arena.Make("", {1, 0}, ""), "", {1, 0}, "");
}

TEST(NamesTest, MayBeAsLongAsTheLimitsSay) {
  const std::string key(kMaxKeyBytes, 'k');
  const std::string label(kMaxLabelBytes, 'l');
  NameArena arena;
  ExpectHas(arena.Make(key, {1, 2}, label), key, {1, 2}, label);
}

TEST(NamesTest, AreBytesAndNotText) {
  const std::string key("a\0b\xff", 4);
  NameArena arena;
  ExpectHas(arena.Make(key, {}, key), key, {}, key);
}

TEST(NamesTest, AreCopied) {
  NameArena arena;
  std::string key = "before";
  const Names names = arena.Make(key, {}, key);
  key = "behind";
  ExpectHas(names, "before", {}, "before");
}

// Lengths that end blocks of the arena in many places, with room left over.
TEST(NamesTest, StayAsTheyAreWhileTheArenaGrows) {
  const auto key_of = [](std::size_t i) {
    return std::to_string(i) + std::string(i % 240, 'k');
  };
  const auto label_of = [](std::size_t i) {
    return std::string(i * 7 % 250, 'l');
  };
  NameArena arena;
  std::vector<Names> made;
  for (std::size_t i = 0; i < 20'000; ++i) {
    made.push_back(arena.Make(key_of(i), {i, i + 1}, label_of(i)));
  }
  for (std::size_t i = 0; i < made.size(); ++i) {
    ExpectHas(made[i], key_of(i), {i, i + 1}, label_of(i));
    if (HasFailure()) return;
  }
}

// Fills a block to its last byte, and the next one from its first.
TEST(NamesTest, FitABlockExactly) {
  constexpr std::size_t kBlock = std::size_t{64} << 10;
  constexpr std::size_t kEach = 256;  // with three bytes of lengths
  const std::string text(kEach - 3, 'x');
  NameArena arena;
  std::vector<Names> made;
  for (std::size_t i = 0; i < 3 * kBlock / kEach; ++i) {
    made.push_back(arena.Make(text, {}, ""));
  }
  for (const Names& names : made) ExpectHas(names, text, {}, "");
}

}  // namespace
}  // namespace lockstep::engine
