#include "engine/explore/history/findings.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "engine/base/int128.h"

namespace lockstep::engine::explore {
namespace {

// An operation with many accesses or legs (an audit, say) is cut short.
constexpr std::size_t kMaxShown = 8;

std::string AccessText(const Access& access) {
  std::string text =
      absl::StrCat(Text(access.account), " at ", Text(access.found_version),
                   " with ", Text(access.found));
  if (access.wrote || access.left != access.found) {
    absl::StrAppend(&text, ", left ", Text(access.left_version), " with ",
                    Text(access.left));
  }
  return text;
}

std::string OperationText(const History& history, std::uint32_t number) {
  const Operation& operation = history.operations[number];
  std::string text = absl::StrCat(
      "  ", NumberText(number), " ",
      operation.name < history.names.size() ? history.names[operation.name]
                                            : "operation",
      " (thread ", operation.thread, ", clock ", operation.invoked, " to ",
      operation.returned, ", posted ", operation.posted() ? "as " : "nothing",
      operation.posted() ? Text(operation.sequence) : "", ")");
  const std::span<const Leg> legs = history.LegsOf(operation);
  for (std::size_t i = 0; i < std::min(legs.size(), kMaxShown); ++i) {
    absl::StrAppend(&text, i == 0 ? ", legs " : ", ", legs[i].account.value(),
                    ": ", Text(legs[i].amount));
  }
  if (legs.size() > kMaxShown) absl::StrAppend(&text, ", ...");
  const std::span<const Access> accesses = history.AccessesOf(operation);
  for (std::size_t i = 0; i < std::min(accesses.size(), kMaxShown); ++i) {
    absl::StrAppend(&text, "\n    found ", AccessText(accesses[i]));
  }
  if (accesses.size() > kMaxShown) {
    absl::StrAppend(&text, "\n    and ", accesses.size() - kMaxShown,
                    " accounts more");
  }
  return text + "\n";
}

}  // namespace

std::string Text(AccountId account) {
  return absl::StrCat("account ", account.value());
}

std::string Text(Sequence sequence) {
  if (sequence.is_none()) return "no version";
  return absl::StrCat(sequence.counter(), "@", sequence.slot());
}

std::string Text(Amount amount) {
  const Int128 value = ToInt128(amount);
  UInt128 left = static_cast<UInt128>(value);
  if (value < 0) left = 0 - left;
  std::string digits;
  do {
    digits += static_cast<char>('0' + static_cast<int>(left % 10));
    left /= 10;
  } while (left != 0);
  if (value < 0) digits += '-';
  return {digits.rbegin(), digits.rend()};
}

std::string NumberText(std::uint32_t operation) {
  return operation == kNobody ? "the end" : absl::StrCat("#", operation);
}

void Findings::Add(Anomaly anomaly, std::vector<std::uint32_t> operations,
                   const std::string& text) {
  ++verdict_.finding_count;
  if (verdict_.findings.size() >= Verdict::kMaxFindings) return;
  Finding finding{anomaly, std::move(operations), {}};
  finding.text =
      absl::StrCat(std::string(AnomalyName(anomaly)), ": ", text, "\n");
  for (const std::uint32_t operation : finding.operations) {
    finding.text += OperationText(*history_, operation);
  }
  covered_.push_back(finding.operations);
  std::sort(covered_.back().begin(), covered_.back().end());
  verdict_.findings.push_back(std::move(finding));
}

bool Findings::Cover(std::span<const std::uint32_t> operations) const {
  return std::any_of(
      covered_.begin(), covered_.end(), [&](const auto& covered) {
        return std::all_of(operations.begin(), operations.end(),
                           [&](std::uint32_t operation) {
                             return std::binary_search(
                                 covered.begin(), covered.end(), operation);
                           });
      });
}

std::string_view AnomalyName(Anomaly anomaly) noexcept {
  switch (anomaly) {
    case Anomaly::kLostUpdate:
      return "lost update";
    case Anomaly::kLostTransfer:
      return "lost transfer, the sum kept";
    case Anomaly::kDuplicate:
      return "duplicate";
    case Anomaly::kDirtyRead:
      return "dirty read";
    case Anomaly::kBrokenChain:
      return "broken chain";
    case Anomaly::kReadSkew:
      return "read skew";
    case Anomaly::kWriteSkew:
      return "write skew";
    case Anomaly::kWriteCycle:
      return "write cycle";
    case Anomaly::kCircularInformation:
      return "circular information flow";
    case Anomaly::kStaleRead:
      return "stale read";
    case Anomaly::kOtherCycle:
      return "dependency cycle";
    case Anomaly::kDuplicateSequence:
      return "two with one sequence";
    case Anomaly::kSequenceNotRising:
      return "sequence not rising";
    case Anomaly::kWrongVersion:
      return "wrong version";
    case Anomaly::kUnbalanced:
      return "sum not zero";
    case Anomaly::kLegsMismatch:
      return "change is not the legs";
    case Anomaly::kRefusedWrote:
      return "refused, yet it wrote";
    case Anomaly::kMalformed:
      return "malformed history";
  }
  return "unknown anomaly";
}

std::string Verdict::Text() const {
  std::string text;
  for (const Finding& finding : findings) text += finding.text;
  if (finding_count > findings.size()) {
    absl::StrAppend(&text, "and ", finding_count - findings.size(),
                    " findings more\n");
  }
  return text;
}

}  // namespace lockstep::engine::explore
