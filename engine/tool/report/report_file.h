#pragma once

#include <cstdio>
#include <optional>
#include <string>
#include <string_view>

namespace lockstep::tool {

/// A file that a report will be written to. It is opened before the run, so
/// that a path that cannot be written is known at once; and it is a neighbour
/// of the file asked for, which takes its place when all is written, so that no
/// reader ever finds half a report. What is no ordinary file ("-" for the
/// standard output, a pipe, a device) is written in place.
class ReportFile {
 public:
  ReportFile() = default;
  /// Removes the neighbour if it did not take its place.
  ~ReportFile();
  ReportFile(const ReportFile&) = delete;
  ReportFile& operator=(const ReportFile&) = delete;

  /// The error in a line, if there is one.
  [[nodiscard]] std::optional<std::string> Open(const std::string& path);
  [[nodiscard]] std::optional<std::string> Write(std::string_view text);

 private:
  std::string path_;
  std::string neighbour_;  // empty: written in place
  std::FILE* file_ = nullptr;
};

/// Writes text to the standard output, and makes sure that it got there. The
/// error in a line, if there is one.
[[nodiscard]] std::optional<std::string> WriteToStandardOutput(
    std::string_view text);

}  // namespace lockstep::tool
