#include "engine/explore/program/diagram.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>

#include "absl/strings/str_cat.h"
#include "engine/accounts/account.h"
#include "engine/explore/program/wrap.h"

namespace lockstep::engine::explore {
namespace {

using sync::StepKind;

constexpr std::size_t kNumberColumns = 5;
constexpr std::size_t kNarrowest = 18;

std::string_view VerbOf(StepKind kind, bool is_write) {
  switch (kind) {
    case StepKind::kLoad:
      return "reads";
    case StepKind::kStore:
      return "writes";
    case StepKind::kModify:
      return is_write ? "swaps" : "is too late to swap";
    case StepKind::kTryLock:
      return "tries to take";
    case StepKind::kLock:
      return "takes";
    case StepKind::kUnlock:
      return "frees";
    case StepKind::kTryShare:
      return "tries to share";
    case StepKind::kShare:
      return "shares";
    case StepKind::kUnshare:
      return "shares no longer";
    case StepKind::kWaitChange:
      return "looks again";
  }
  return "does something to";
}

// What of an account lies at `address`. The account itself is gone with its
// run; this is about places only.
std::string_view FieldAt(const Account* account, const void* address) {
  if (address >= &account->floor + 1) return "asset and status";
  if (address >= &account->floor) return "floor";
  if (address >= &account->held) return "held";
  if (address >= &account->balance) return "balance";
  return "word";
}

bool IsInAccount(const void* base, const void* address) {
  const auto at = reinterpret_cast<std::uintptr_t>(address);
  const auto begin = reinterpret_cast<std::uintptr_t>(base);
  return at >= begin && at < begin + sizeof(Account);
}

// Takes the prefix off the text, if it has it.
bool ConsumePrefix(std::string_view& text, std::string_view prefix) {
  if (!text.starts_with(prefix)) return false;
  text.remove_prefix(prefix.size());
  return true;
}

// Where each thread's line begins and ends, and whether it is dotted now.
struct Line {
  std::size_t first = SIZE_MAX;
  std::size_t last = 0;
  bool is_dotted = false;
};

// Lays cells side by side, each as wide as `width`.
void AppendLine(std::string& text, std::string_view number,
                const std::vector<std::string_view>& cells, std::size_t width) {
  std::string line(number.size() < 3 ? 3 - number.size() : 0, ' ');
  line += number;
  std::size_t end = kNumberColumns;
  for (const std::string_view cell : cells) {
    line.resize(std::max(line.size(), end), ' ');
    line += cell;
    end += width;
  }
  line.resize(line.find_last_not_of(' ') + 1);
  text += line + '\n';
}

}  // namespace

std::string LetterOf(int thread) {
  return std::string(1, sync::LetterOf(thread));
}

// --- Hearing -----------------------------------------------------------------

void Diagram::Add(int thread, std::string text) {
  rows_.push_back({thread, std::move(text), nullptr, false});
}

void Diagram::OnStep(const sync::Event& event, const void* address) {
  ++steps_;
  const int thread = event.thread;
  Hand& hand = HandOf(thread);
  if (address != nullptr) {
    hand.last_touched = address;
    if (std::find(touched_.begin(), touched_.end(), address) ==
        touched_.end()) {
      touched_.push_back(address);
    }
  }
  if (shows_steps_) {
    Add(thread,
        absl::StrCat("- ", std::string(VerbOf(event.kind, event.is_write))));
    rows_.back().address = address;
  }
  if (event.is_write || event.kind == StepKind::kUnshare) LetGo(thread);
}

void Diagram::OnNote(int thread, std::string_view note) {
  LetGo(thread);
  Hand& hand = HandOf(thread);
  std::string_view lock = note;
  if (ConsumePrefix(lock, "unlocks ")) {
    // Said before it is done: others may still find it locked.
    hand.lets_go = lock;
    return;
  }
  std::string text(note);
  const bool begins_to_wait = ConsumePrefix(lock, "waits for ");
  if (begins_to_wait) {
    hand.waits_for = lock;
    const int holder = HolderOf(hand.waits_for);
    if (holder >= 0) {
      absl::StrAppend(&text, " (", LetterOf(holder), " has it)");
    }
  } else if (ConsumePrefix(lock, "locks ")) {
    hand.waits_for.clear();
    holders_[std::string(lock)] = thread;
    if (hand.last_touched != nullptr) locks_[hand.last_touched] = lock;
  } else if (note.starts_with("gives up on ")) {
    hand.waits_for.clear();
  }
  Add(thread, std::move(text));
  rows_.back().begins_to_wait = begins_to_wait;
}

void Diagram::LetGo(int thread) {
  std::string& lock = HandOf(thread).lets_go;
  if (lock.empty()) return;
  Add(thread, absl::StrCat("unlocks ", lock));
  holders_.erase(lock);
  lock.clear();
}

// --- Drawing -----------------------------------------------------------------

std::string Diagram::NameOf(const void* address) const {
  for (const auto& [base, lock] : locks_) {
    const bool is_account = lock.starts_with("account ");
    if (is_account && IsInAccount(base, address)) {
      return absl::StrCat(
          lock, "'s ",
          std::string(FieldAt(static_cast<const Account*>(base), address)));
    }
    if (base == address) return lock;
  }
  int number = 1;
  for (const void* const other : touched_) {
    if (other == address) break;
    const bool has_name = std::any_of(
        locks_.begin(), locks_.end(),
        [other](const auto& lock) { return IsInAccount(lock.first, other); });
    if (!has_name) ++number;
  }
  return absl::StrCat("shared thing ", number);
}

std::string Diagram::Draw(int threads) const {
  const auto count = static_cast<std::size_t>(std::max(threads, 1));
  const std::size_t width =
      std::max(kNarrowest, (kColumns - kNumberColumns) / count);
  std::vector<Line> lines(count);
  for (std::size_t i = 0; i < rows_.size(); ++i) {
    Line& line = lines[static_cast<std::size_t>(rows_[i].thread)];
    line.first = std::min(line.first, i);
    line.last = i;
  }
  for (std::size_t thread = 0; thread < count; ++thread) {
    if (!hands_[thread].waits_for.empty()) lines[thread].last = rows_.size();
  }
  constexpr std::string_view kLetters = "ABCDEFGH";
  static_assert(kLetters.size() == sync::kMaxThreads);
  std::vector<std::string_view> cells(count);
  for (std::size_t thread = 0; thread < count; ++thread) {
    cells[thread] = kLetters.substr(thread, 1);
  }
  std::string text;
  AppendLine(text, "", cells, width);
  for (std::size_t i = 0; i < rows_.size(); ++i) {
    const Row& row = rows_[i];
    const auto mine = static_cast<std::size_t>(row.thread);
    const std::string what =
        row.address == nullptr
            ? row.text
            : absl::StrCat(row.text, " ", NameOf(row.address));
    std::string number = std::to_string(i + 1);
    for (const std::string& part : Wrap(what, width - 2)) {
      for (std::size_t thread = 0; thread < count; ++thread) {
        const Line& line = lines[thread];
        const bool is_on = line.first < i && i <= line.last;
        cells[thread] = !is_on ? "" : line.is_dotted ? ":" : "|";
      }
      cells[mine] = part;
      AppendLine(text, number, cells, width);
      number.clear();
    }
    if (!row.text.starts_with("- ")) {
      lines[mine].is_dotted = row.begins_to_wait;
    }
  }
  return text;
}

int Diagram::HolderOf(const std::string& lock) const {
  const auto found = holders_.find(lock);
  return found == holders_.end() ? -1 : found->second;
}

// The threads of the first circle of waiting there is, in its order.
std::vector<int> Diagram::Circle() const {
  for (int first = 0; first < sync::kMaxThreads; ++first) {
    std::vector<int> circle;
    int thread = first;
    while (thread >= 0 && !HandOf(thread).waits_for.empty() &&
           circle.size() < hands_.size()) {
      circle.push_back(thread);
      thread = HolderOf(HandOf(thread).waits_for);
      if (thread == first) return circle;
    }
  }
  return {};
}

std::string Diagram::WhoWaits() const {
  std::vector<int> order = Circle();
  for (int thread = 0; thread < sync::kMaxThreads; ++thread) {
    if (!HandOf(thread).waits_for.empty() &&
        std::find(order.begin(), order.end(), thread) == order.end()) {
      order.push_back(thread);
    }
  }
  std::string text;
  for (const int thread : order) {
    const std::string& lock = HandOf(thread).waits_for;
    absl::StrAppend(&text, LetterOf(thread), " waits for ", lock);
    const int holder = HolderOf(lock);
    if (holder >= 0)
      absl::StrAppend(&text, ", which ", LetterOf(holder), " has");
    text += '\n';
  }
  return text;
}

}  // namespace lockstep::engine::explore
