#include "engine/tool/base/progress.h"

#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <cstddef>
#include <cstdio>
#include <cstdlib>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "engine/tool/base/numerals.h"

namespace lockstep::tool {
namespace {

constexpr char kWipe[] = "\r\x1b[K";

bool CanRewriteLines() {
  const char* const terminal = std::getenv("TERM");
  return isatty(STDERR_FILENO) == 1 && terminal != nullptr &&
         std::string_view(terminal) != "dumb";
}

std::size_t Columns() {
  winsize size = {};
  const bool known = ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0;
  return known && size.ws_col > 0 ? size.ws_col : 80;
}

}  // namespace

Progress::Progress() : is_shown_(CanRewriteLines()) {}

Progress::~Progress() {
  if (is_dirty_) std::fputs(kWipe, stderr);
}

void Progress::Say(std::string_view sentence) {
  if (!is_shown_) return;
  std::fprintf(stderr, "%s%.*s", kWipe, static_cast<int>(sentence.size()),
               sentence.data());
  std::fflush(stderr);
  is_dirty_ = true;
}

void Progress::Show(double fraction, std::uint64_t transfers, double seconds) {
  if (!is_shown_) return;
  // The last column is left free: writing there wraps on some terminals.
  Say(ProgressLine(fraction, transfers, seconds, Columns() - 1));
}

std::string ProgressLine(double fraction, std::uint64_t transfers,
                         double seconds, std::size_t columns) {
  constexpr std::size_t kWidestBar = 30;
  fraction = std::clamp(fraction, 0.0, 1.0);
  const double per_second =
      seconds > 0 ? static_cast<double>(transfers) / seconds : 0;
  std::string figures =
      absl::StrFormat(" %3.0f %% %13s transfers %6.2f M/s", fraction * 100,
                      Grouped(transfers), per_second / 1e6);
  if (fraction > 0 && fraction < 1) {
    const double left = seconds / fraction - seconds;
    absl::StrAppendFormat(&figures, "  %.0f s left", left);
  }
  std::string line;
  if (columns > figures.size() + 2) {
    const std::size_t bar = std::min(kWidestBar, columns - figures.size() - 2);
    const auto done =
        static_cast<std::size_t>(fraction * static_cast<double>(bar));
    line = absl::StrCat("[", std::string(done, '#'),
                        std::string(bar - done, '.'), "]");
  }
  line += figures;
  line.resize(std::min(line.size(), columns));
  return line;
}

}  // namespace lockstep::tool
