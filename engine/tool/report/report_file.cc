#include "engine/tool/report/report_file.h"

#include <unistd.h>

#include <cerrno>
#include <filesystem>
#include <system_error>

#include "absl/strings/str_cat.h"

namespace lockstep::tool {
namespace {

std::string CannotWrite(const std::string& what, int error) {
  return absl::StrCat("cannot write ", what, ": ",
                      std::generic_category().message(error));
}

/// All of it, down to the system. The error number, or 0.
int WriteAll(std::FILE* file, std::string_view text) {
  errno = 0;
  const bool is_written =
      std::fwrite(text.data(), 1, text.size(), file) == text.size() &&
      std::fflush(file) == 0;
  if (is_written) return 0;
  return errno != 0 ? errno : EIO;
}

}  // namespace

std::optional<std::string> WriteToStandardOutput(std::string_view text) {
  const int error = WriteAll(stdout, text);
  if (error == 0) return std::nullopt;
  return CannotWrite("to the standard output", error);
}

ReportFile::~ReportFile() {
  if (file_ != nullptr) std::fclose(file_);
  if (!neighbour_.empty()) std::remove(neighbour_.c_str());
}

std::optional<std::string> ReportFile::Open(const std::string& path) {
  namespace fs = std::filesystem;
  path_ = path;
  if (path_ == "-") return std::nullopt;
  std::error_code ignored;
  const fs::file_status status = fs::status(path_, ignored);
  if (fs::is_directory(status)) return CannotWrite(path_, EISDIR);
  if (fs::exists(status)) {
    if (access(path_.c_str(), W_OK) != 0) return CannotWrite(path_, errno);
    // A link stays one: it is its target that is replaced.
    const fs::path target = fs::canonical(path_, ignored);
    if (!target.empty()) path_ = target.string();
  }
  const bool in_place = fs::exists(status) && !fs::is_regular_file(status);
  if (!in_place) neighbour_ = absl::StrCat(path_, ".", getpid(), ".tmp");
  const std::string& opened = in_place ? path_ : neighbour_;
  file_ = std::fopen(opened.c_str(), in_place ? "we" : "wxe");
  if (file_ != nullptr) return std::nullopt;
  neighbour_.clear();
  return CannotWrite(path_, errno);
}

std::optional<std::string> ReportFile::Write(std::string_view text) {
  if (path_ == "-") return WriteToStandardOutput(text);
  int error = WriteAll(file_, text);
  if (std::fclose(file_) != 0 && error == 0) error = errno;
  file_ = nullptr;
  if (error != 0) return CannotWrite(path_, error);
  if (neighbour_.empty()) return std::nullopt;
  if (std::rename(neighbour_.c_str(), path_.c_str()) != 0) {
    return CannotWrite(path_, errno);
  }
  neighbour_.clear();
  return std::nullopt;
}

}  // namespace lockstep::tool
