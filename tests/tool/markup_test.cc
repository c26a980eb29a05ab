#include "engine/tool/report/markup.h"

#include <string>
#include <string_view>

#include "gtest/gtest.h"

namespace lockstep::tool {
namespace {

constexpr char kBad[] = "\xEF\xBF\xBD";  // the replacement character

TEST(Escaped, LeavesNothingThatMarkupWouldRead) {
  EXPECT_EQ(Escaped("<script>alert('a\"b')</script> & co"),
            "&lt;script&gt;alert(&#39;a&quot;b&#39;)&lt;/script&gt; &amp; co");
  EXPECT_EQ(Escaped("&lt;"), "&amp;lt;");
  EXPECT_EQ(Escaped("plain, 1-2_3"), "plain, 1-2_3");
  EXPECT_EQ(Escaped(""), "");
}

TEST(Escaped, KeepsTextInAnyLanguage) {
  const std::string text =
      "Schöne Grüße, 金貨, \xF0\x9F\x92\xB0, \xF4\x8F\xBF\xBD";
  EXPECT_EQ(Escaped(text), text);
}

TEST(Escaped, ReplacesWhatXmlCannotHold) {
  using namespace std::string_view_literals;
  EXPECT_EQ(Escaped("a\0b"sv), std::string("a") + kBad + "b");
  EXPECT_EQ(Escaped("\x1b[31m\x7f"), std::string(kBad) + "[31m" + kBad);
  EXPECT_EQ(Escaped("a\tb\nc\r"), "a b c ");
  EXPECT_EQ(Escaped("\xEF\xBF\xBE"), kBad) << "U+FFFE";
}

TEST(Escaped, ReplacesWhatIsNotUtf8) {
  const std::string once = kBad;
  EXPECT_EQ(Escaped("\xFF"), once);
  EXPECT_EQ(Escaped("a\xC3"), "a" + once) << "cut short";
  EXPECT_EQ(Escaped("\xC3<"), once + "&lt;") << "it must not eat the bracket";
  EXPECT_EQ(Escaped("\xC0\xBC"), once + once) << "an overlong '<'";
  EXPECT_EQ(Escaped("\xE0\x80\xBC"), once + once + once) << "another";
  EXPECT_EQ(Escaped("\xED\xA0\x80"), once + once + once) << "half a pair";
  EXPECT_EQ(Escaped("\xF4\x90\x80\x80"), once + once + once + once)
      << "beyond the last character";
}

TEST(Coordinate, IsShortAndRounded) {
  EXPECT_EQ(Coordinate(0), "0");
  EXPECT_EQ(Coordinate(-0.04), "0");
  EXPECT_EQ(Coordinate(12.5), "12.5");
  EXPECT_EQ(Coordinate(-12.54), "-12.5");
  EXPECT_EQ(Coordinate(-0.5), "-0.5");
  EXPECT_EQ(Coordinate(99.96), "100");
  EXPECT_EQ(Coordinate(1000), "1000");
}

}  // namespace
}  // namespace lockstep::tool
