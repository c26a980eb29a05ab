#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace lockstep::tool {

/// One line on a terminal that says how far the run is. Says nothing if the
/// standard error is no terminal, or one that cannot rewrite a line.
class Progress {
 public:
  Progress();
  /// Wipes the line away.
  ~Progress();
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;

  [[nodiscard]] bool is_shown() const noexcept { return is_shown_; }

  /// Shows a sentence, or how far things are.
  void Say(std::string_view sentence);
  void Show(double fraction, std::uint64_t transfers, double seconds);

 private:
  bool is_shown_;
  bool is_dirty_ = false;
};

/// The line without its control characters: at most `columns` wide, for a
/// `fraction` from 0 to 1.
[[nodiscard]] std::string ProgressLine(double fraction, std::uint64_t transfers,
                                       double seconds, std::size_t columns);

}  // namespace lockstep::tool
