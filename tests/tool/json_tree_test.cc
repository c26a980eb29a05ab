#include "engine/tool/scenario/json_tree.h"

#include <array>
#include <string>
#include <string_view>
#include <variant>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace lockstep::tool {
namespace {

using ::testing::HasSubstr;
using Kind = JsonNode::Kind;

JsonNode Tree(std::string_view text) {
  auto parsed = ParseJson(text);
  const auto* const fault = std::get_if<TextFault>(&parsed);
  EXPECT_EQ(fault, nullptr) << (fault == nullptr ? "" : fault->reason);
  return fault == nullptr ? std::get<JsonNode>(parsed) : JsonNode{};
}

TextFault Fault(std::string_view text) {
  const auto parsed = ParseJson(text);
  const auto* const fault = std::get_if<TextFault>(&parsed);
  EXPECT_NE(fault, nullptr) << text;
  return fault == nullptr ? TextFault{} : *fault;
}

TEST(JsonTree, KnowsTheLineOfEveryValue) {
  const JsonNode root = Tree(
      "{\n"               // 1
      "  \"list\": [\n"   // 2
      "    1,\n"          // 3
      "    2\n"           // 4: a number's end is known only behind it
      "    , true,\n"     // 5
      "    \"a\\nb\",\n"  // 6: no line break in the text
      "    {}],\n"        // 7
      "  \"last\"\n"      // 8
      "  :\n"             // 9
      "  null\n"          // 10: a member's line is that of its key
      "}");
  EXPECT_EQ(root.line, 1u);
  ASSERT_EQ(root.keys, (std::vector<std::string>{"list", "last"}));
  const JsonNode& list = root.items[0];
  EXPECT_EQ(list.line, 2u);
  ASSERT_EQ(list.items.size(), 5u);
  for (std::size_t i = 0; i < 5; ++i) EXPECT_EQ(list.items[i].line, 3 + i);
  EXPECT_EQ(root.items[1].line, 8u);
}

TEST(JsonTree, KeepsNumbersAsTheyAreWritten) {
  const JsonNode root = Tree("[10.50, -0.0, 18446744073709551615, -7]");
  ASSERT_EQ(root.items.size(), 4u);
  EXPECT_EQ(root.items[0].text, "10.50");
  EXPECT_EQ(root.items[1].text, "-0.0");
  EXPECT_EQ(root.items[2].text, "18446744073709551615");
  EXPECT_EQ(root.items[3].text, "-7");
  for (const JsonNode& number : root.items) {
    EXPECT_EQ(number.kind, Kind::kNumber);
  }
}

TEST(JsonTree, TellsTheKindsApart) {
  const JsonNode root = Tree(R"(["5", 5, true, null, [], {}])");
  constexpr std::array kKinds = {Kind::kText, Kind::kNumber, Kind::kTruth,
                                 Kind::kNull, Kind::kList,   Kind::kObject};
  ASSERT_EQ(root.items.size(), kKinds.size());
  for (std::size_t i = 0; i < kKinds.size(); ++i) {
    EXPECT_EQ(root.items[i].kind, kKinds[i]);
  }
}

TEST(JsonTree, SyntaxErrorsHaveALineAndAColumn) {
  struct Case {
    const char* text;
    std::size_t line;
    std::size_t column;
  };
  for (const Case& bad : {
           Case{"", 1, 1},
           {"{", 1, 2},
           {"{\n  \"a\": 1,\n}", 3, 1},
           {"[1 2]", 1, 4},
           {"[1]\n[2]", 2, 1},
           {"\n\n  nul", 3, 6},
           {"[\"a\nb\"]", 1, 4},
           {"[\"\xff\"]", 1, 3},
           {"[01]", 1, 3},
       }) {
    const TextFault fault = Fault(bad.text);
    EXPECT_EQ(fault.line, bad.line) << bad.text;
    EXPECT_EQ(fault.column, bad.column) << bad.text;
    EXPECT_FALSE(fault.reason.empty());
    for (const char c : fault.reason) EXPECT_TRUE(c >= ' ' && c <= '~');
  }
}

TEST(JsonTree, AKeyMayNotComeTwice) {
  const TextFault fault = Fault("{\n\"a\": {\"a\": 1},\n\"b\": 2,\n\"a\": 3}");
  EXPECT_EQ(fault.line, 4u);
  EXPECT_EQ(fault.reason, "the key 'a' is there already, in line 2");
}

TEST(JsonTree, AZeroByteIsNotTheEnd) {
  using namespace std::string_view_literals;
  for (const std::string_view text :
       {"[\n1]\0 and {{{"sv, "[\n1]\0"sv, "[\n\"\0\"]"sv}) {
    const TextFault fault = Fault(text);
    EXPECT_EQ(fault.line, 2u);
    EXPECT_EQ(fault.column, text.find('\0') - 1);
    EXPECT_EQ(fault.reason, "a zero byte is not part of JSON");
  }
  EXPECT_EQ(Tree("[\"\\u0000\"]").items[0].text, std::string(1, '\0'));
}

TEST(JsonTree, AnObjectHasOnlySoManyKeys) {
  const auto object = [](std::size_t keys) {
    std::string text = "{";
    for (std::size_t i = 0; i < keys; ++i) {
      text += (i == 0 ? "\n\"" : ",\n\"") + std::to_string(i) + "\": 1";
    }
    return text + "}";
  };
  EXPECT_EQ(Tree(object(kMaxJsonKeys)).keys.size(), kMaxJsonKeys);
  const TextFault fault = Fault(object(kMaxJsonKeys + 1));
  EXPECT_EQ(fault.line, kMaxJsonKeys + 2);
  EXPECT_EQ(fault.reason, "an object has more than 1000 keys");
}

TEST(JsonTree, NumbersThatNothingCanHoldAreRefused) {
  EXPECT_EQ(Fault("[\n1e999]").line, 2u);
  EXPECT_THAT(Fault("[1e999]").reason, HasSubstr("too large"));
}

TEST(JsonTree, DeepNestingEndsBeforeTheStackDoes) {
  std::string deepest;
  for (std::size_t i = 0; i < kMaxJsonDepth; ++i) deepest += '[';
  std::string closed = deepest;
  for (std::size_t i = 0; i < kMaxJsonDepth; ++i) closed += ']';
  EXPECT_EQ(Tree(closed).items.size(), 1u);
  EXPECT_THAT(Fault("[" + closed + "]").reason, HasSubstr("deep"));
  EXPECT_THAT(Fault(std::string(1'000'000, '[')).reason, HasSubstr("deep"));
}

}  // namespace
}  // namespace lockstep::tool
