#pragma once

#include <cstdint>
#include <mutex>
#include <string>
#include <vector>

namespace lockstep::bench {

/// Which rows count. A row whose contestant lost or made money, or did not do
/// what was asked of it, is void, and a run with such a row is a failure.
class Ruling {
 public:
  /// A measurement that held.
  void Confirm() {
    const std::lock_guard<std::mutex> locked(mutex_);
    ++confirmed_;
  }
  void Void(const std::string& row, const std::string& fault) {
    const std::lock_guard<std::mutex> locked(mutex_);
    voided_.push_back(row + ": " + fault);
  }

  [[nodiscard]] std::uint64_t confirmed() const { return confirmed_; }
  [[nodiscard]] const std::vector<std::string>& voided() const {
    return voided_;
  }

 private:
  std::mutex mutex_;
  std::uint64_t confirmed_ = 0;
  std::vector<std::string> voided_;
};

}  // namespace lockstep::bench
