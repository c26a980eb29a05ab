#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "engine/explore/history/history_checker.h"

namespace lockstep::engine::explore {

/// No operation, where the number of one is asked for.
inline constexpr std::uint32_t kNobody = UINT32_MAX;

/// Collects what is found wrong with one history, and how to say it.
class Findings {
 public:
  void Start(const History& history) {
    history_ = &history;
    verdict_ = {};
    covered_.clear();
  }

  /// `text` says what is wrong; the operations are described below it.
  void Add(Anomaly anomaly, std::vector<std::uint32_t> operations,
           const std::string& text);

  /// All these operations are already in one finding about what accounts say:
  /// the circle that they make is that finding over again.
  [[nodiscard]] bool Cover(std::span<const std::uint32_t> operations) const;

  [[nodiscard]] bool any() const noexcept {
    return verdict_.finding_count != 0;
  }
  [[nodiscard]] Verdict Take() { return std::exchange(verdict_, {}); }

 private:
  const History* history_ = nullptr;
  Verdict verdict_;
  std::vector<std::vector<std::uint32_t>> covered_;  // each sorted
};

// How people read it: "#12", "account 3", "7@2" (counter and slot), "-150".
[[nodiscard]] std::string Text(AccountId account);
[[nodiscard]] std::string Text(Sequence sequence);
[[nodiscard]] std::string Text(Amount amount);
/// Nobody: "the end", where the accounts' last states are looked at.
[[nodiscard]] std::string NumberText(std::uint32_t operation);

}  // namespace lockstep::engine::explore
