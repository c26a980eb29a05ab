#include "engine/tool/scenario/json_tree.h"

#include <algorithm>
#include <iterator>
#include <optional>
#include <utility>

#include "absl/strings/str_cat.h"
#include "nlohmann/json.hpp"

namespace lockstep::tool {
namespace {

// The longest excerpt of the parser's complaint that is passed on.
constexpr std::size_t kMaxReasonBytes = 200;

/// Tells lines and columns from places in a text.
class Lines {
 public:
  explicit Lines(std::string_view text) : text_(text) {
    for (std::size_t i = 0; i < text.size(); ++i) {
      if (text[i] == '\n') starts_.push_back(i + 1);
    }
  }

  [[nodiscard]] std::size_t LineOf(std::size_t offset) const {
    return static_cast<std::size_t>(
        std::upper_bound(starts_.begin(), starts_.end(), offset) -
        starts_.begin());
  }
  [[nodiscard]] std::size_t ColumnOf(std::size_t offset) const {
    return offset - starts_[LineOf(offset) - 1] + 1;
  }
  [[nodiscard]] std::string_view text() const { return text_; }

 private:
  std::string_view text_;
  std::vector<std::size_t> starts_ = {0};
};

/// Hands out the text's bytes and notes how many were taken: the parser tells
/// no positions but those of errors.
class CountingIterator {
 public:
  using iterator_category = std::input_iterator_tag;
  using value_type = char;
  using difference_type = std::ptrdiff_t;
  using pointer = const char*;
  using reference = const char&;

  CountingIterator(const char* at, const char** taken)
      : at_(at), taken_(taken) {}

  reference operator*() const { return *at_; }
  CountingIterator& operator++() {
    *taken_ = ++at_;
    return *this;
  }
  CountingIterator operator++(int) {
    CountingIterator before = *this;
    ++*this;
    return before;
  }
  friend bool operator==(const CountingIterator& a, const CountingIterator& b) {
    return a.at_ == b.at_;
  }
  friend bool operator!=(const CountingIterator& a, const CountingIterator& b) {
    return !(a == b);
  }

 private:
  const char* at_;
  const char** taken_;
};

/// What is wrong, from what the parser says of it: one line, printable.
std::string ReasonFrom(std::string_view what) {
  // "[json.exception...] parse error at line 1, column 2: the reason"
  const std::size_t column = what.find("column ");
  if (column != std::string_view::npos) {
    const std::size_t colon = what.find(": ", column);
    if (colon != std::string_view::npos) what.remove_prefix(colon + 2);
  } else if (what.find("number overflow") != std::string_view::npos) {
    what = "a number is too large";
  }
  std::string reason(what.substr(0, kMaxReasonBytes));
  std::replace_if(
      reason.begin(), reason.end(),
      [](unsigned char c) { return c < ' ' || c > '~'; }, '?');
  return reason;
}

/// Makes the tree from what the parser finds. Its functions return false to end
/// the parsing.
class TreeMaker {
 public:
  using Json = nlohmann::json;

  TreeMaker(const Lines& lines, const char* const& taken)
      : lines_(lines), taken_(taken) {}

  bool null() { return Add(JsonNode::Kind::kNull, "null"); }
  bool boolean(bool value) {
    return Add(JsonNode::Kind::kTruth, value ? "true" : "false");
  }
  bool number_integer(Json::number_integer_t value) {
    return Add(JsonNode::Kind::kNumber, absl::StrCat(value));
  }
  bool number_unsigned(Json::number_unsigned_t value) {
    return Add(JsonNode::Kind::kNumber, absl::StrCat(value));
  }
  bool number_float(Json::number_float_t /*value*/, const std::string& text) {
    return Add(JsonNode::Kind::kNumber, text);
  }
  bool string(std::string& text) {
    return Add(JsonNode::Kind::kText, std::move(text));
  }
  bool binary(Json::binary_t& /*bytes*/) { return false; }  // not in a text
  bool start_object(std::size_t /*size*/) {
    return Open(JsonNode::Kind::kObject);
  }
  bool start_array(std::size_t /*size*/) { return Open(JsonNode::Kind::kList); }
  bool end_object() { return Close(); }
  bool end_array() { return Close(); }
  bool key(std::string& text);
  bool parse_error(std::size_t position, const std::string& /*last_token*/,
                   const Json::exception& error);

  [[nodiscard]] std::optional<TextFault>& fault() { return fault_; }
  [[nodiscard]] JsonNode& root() { return root_; }

 private:
  [[nodiscard]] std::size_t LineOfToken() const;
  bool Add(JsonNode::Kind kind, std::string text);
  bool Open(JsonNode::Kind kind);
  bool Close() {
    open_.pop_back();
    return true;
  }

  const Lines& lines_;
  const char* const& taken_;
  JsonNode root_;
  // Only the innermost one's items grow, so the others stay where they are.
  std::vector<JsonNode*> open_;
  std::size_t key_line_ = 0;
  std::optional<TextFault> fault_;
};

// The parser looks one byte ahead to see a number's end. If that is a line
// feed, it still belongs to the number's line.
std::size_t TreeMaker::LineOfToken() const {
  const auto taken = static_cast<std::size_t>(taken_ - lines_.text().data());
  return lines_.LineOf(taken > 0 ? taken - 1 : 0);
}

bool TreeMaker::Add(JsonNode::Kind kind, std::string text) {
  JsonNode* const parent = open_.empty() ? nullptr : open_.back();
  JsonNode& node =
      parent == nullptr ? root_ : parent->items.emplace_back(JsonNode{});
  node.kind = kind;
  node.text = std::move(text);
  const bool is_member =
      parent != nullptr && parent->kind == JsonNode::Kind::kObject;
  node.line = is_member ? key_line_ : LineOfToken();
  return true;
}

bool TreeMaker::Open(JsonNode::Kind kind) {
  if (open_.size() == kMaxJsonDepth) {
    fault_ = TextFault{LineOfToken(), 0,
                       absl::StrCat("lists and objects lie more than ",
                                    kMaxJsonDepth, " deep in each other")};
    return false;
  }
  Add(kind, {});
  open_.push_back(open_.empty() ? &root_ : &open_.back()->items.back());
  return true;
}

bool TreeMaker::key(std::string& text) {
  JsonNode& object = *open_.back();
  key_line_ = LineOfToken();
  if (object.keys.size() == kMaxJsonKeys) {
    fault_ = TextFault{
        key_line_, 0,
        absl::StrCat("an object has more than ", kMaxJsonKeys, " keys")};
    return false;
  }
  const auto same = std::find(object.keys.begin(), object.keys.end(), text);
  if (same != object.keys.end()) {
    const auto place = static_cast<std::size_t>(same - object.keys.begin());
    fault_ = TextFault{
        key_line_, 0,
        absl::StrCat("the key '", ReasonFrom(text.substr(0, 50)),
                     "' is there already, in line ", object.items[place].line)};
    return false;
  }
  object.keys.push_back(std::move(text));
  return true;
}

bool TreeMaker::parse_error(std::size_t position,
                            const std::string& /*last_token*/,
                            const Json::exception& error) {
  const std::size_t offset =
      std::min(position > 0 ? position - 1 : 0, lines_.text().size());
  fault_ = TextFault{lines_.LineOf(offset), lines_.ColumnOf(offset),
                     ReasonFrom(error.what())};
  return false;
}

}  // namespace

std::variant<JsonNode, TextFault> ParseJson(std::string_view text) {
  const Lines lines(text);
  // The parser takes a zero byte for the text's end.
  const std::size_t zero = text.find('\0');
  if (zero != std::string_view::npos) {
    return TextFault{lines.LineOf(zero), lines.ColumnOf(zero),
                     "a zero byte is not part of JSON"};
  }
  const char* taken = text.data();
  TreeMaker maker(lines, taken);
  const char* const end = text.data() + text.size();
  const bool is_read =
      nlohmann::json::sax_parse(CountingIterator(text.data(), &taken),
                                CountingIterator(end, &taken), &maker);
  if (maker.fault()) return *std::move(maker.fault());
  if (!is_read) return TextFault{1, 0, "this is no JSON"};
  return std::move(maker.root());
}

}  // namespace lockstep::tool
