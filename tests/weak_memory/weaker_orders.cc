#include "tests/weak_memory/weaker_orders.h"

#include <fcntl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <map>
#include <regex>
#include <stdexcept>

#include "tests/support/settings.h"
#include "tests/weak_memory/protocols.h"

namespace lockstep::test::weak {
namespace {

namespace fs = std::filesystem;

constexpr Explained kExplained[] = {
    {"engine/posting/session_pool.cc",
     "closed_.store(true, std::memory_order_release);",
     std::memory_order_relaxed,
     "who sees it only lets go of its reference to the pool; what he had in "
     "it goes back under the pool's mutex"},
    {"engine/posting/session_pool.h",
     "return closed_.load(std::memory_order_acquire);",
     std::memory_order_relaxed, "as its partner, the store"},
    {"engine/c/handle_table.cc",
     "places_[index - 1].state.fetch_or(kClosed, std::memory_order_acq_rel);",
     std::memory_order_acquire,
     "the Leave that follows in the same thread releases"},
    {"engine/c/handle_table.cc",
     "places_[index - 1].state.fetch_or(kClosed, std::memory_order_acq_rel);",
     std::memory_order_release,
     "the Leave that follows in the same thread acquires, before anything is "
     "destroyed"},
};

// What a child tells its parent.
struct Message {
  bool is_failed = false;
  std::uint64_t runs = 0;
  std::array<char, 200> what{};
};

// In a process that may crash, hang, or say things on its standard error.
[[noreturn]] void ExploreInChild(const Protocol& protocol, int pipe) {
  constexpr unsigned kHangs_s = 120;
  alarm(kHangs_s);
  const rlimit no_core{0, 0};
  setrlimit(RLIMIT_CORE, &no_core);
  const int nowhere = open("/dev/null", O_WRONLY);
  if (nowhere >= 0) dup2(nowhere, STDERR_FILENO);

  // What is found at all is found in a few hundred runs.
  constexpr std::uint64_t kRuns = 20'000;
  const Exploration exploration =
      Explore(protocol, Scaled(std::min(protocol.runs, kRuns)));
  Message message{exploration.is_failed, exploration.runs, {}};
  exploration.what.copy(message.what.data(), message.what.size() - 1);
  const bool sent = write(pipe, &message, sizeof message) == sizeof message;
  _exit(sent ? 0 : 1);
}

Finding LookInChild(const Protocol& protocol, const Site& site,
                    std::memory_order weaker) {
  int ends[2];
  if (pipe(ends) != 0) throw std::runtime_error("no pipe");
  const pid_t child = fork();
  if (child < 0) throw std::runtime_error("no child");
  if (child == 0) {
    close(ends[0]);
    Weaken(site, weaker);
    ExploreInChild(protocol, ends[1]);
  }
  close(ends[1]);
  Message message;
  const bool told = read(ends[0], &message, sizeof message) == sizeof message;
  close(ends[0]);
  int status = 0;
  while (waitpid(child, &status, 0) < 0 && errno == EINTR) {
  }
  if (told) {
    return {message.is_failed, protocol.name, message.runs,
            message.what.data()};
  }
  // Not counted as found: it may as well be a fault of the test's own.
  throw std::runtime_error(
      std::string(protocol.name) + " crashed instead of failing: " +
      (WIFSIGNALED(status) ? strsignal(WTERMSIG(status)) : "no signal"));
}

std::string Trimmed(std::string text) {
  text.erase(0, text.find_first_not_of(' '));
  return text;
}

}  // namespace

std::vector<UsedSite> FindSites() {
  // Each way through a protocol is taken in far fewer runs than this.
  constexpr std::uint64_t kRuns = 2000;
  std::map<Site, std::vector<Protocol>> by_site;
  for (const Protocol& protocol : AllProtocols()) {
    StartCollecting();
    Explore(protocol, kRuns);
    for (const Site& site : StopCollecting()) {
      by_site[site].push_back(protocol);
    }
  }
  std::vector<UsedSite> sites;
  for (auto& [site, protocols] : by_site) {
    sites.push_back({site, std::move(protocols)});
  }
  return sites;
}

Finding LookFor(const UsedSite& used, std::memory_order weaker) {
  Finding nothing;
  for (const Protocol& protocol : used.protocols) {
    const Finding finding = LookInChild(protocol, used.site, weaker);
    if (finding.is_found) return finding;
    nothing.runs += finding.runs;
  }
  return nothing;
}

std::span<const Explained> ExplainedOrders() { return kExplained; }

std::vector<OrderedLine> FindOrderedLines() {
  const std::regex ordered(
      "memory_order(_|::)(consume|acquire|release|acq_rel|seq_cst)");
  const fs::path root = LOCKSTEP_SOURCE_DIR;
  std::vector<OrderedLine> lines;
  for (const auto& entry : fs::recursive_directory_iterator(root / "engine")) {
    const std::string file = fs::relative(entry.path(), root).string();
    const bool is_source = file.ends_with(".h") || file.ends_with(".cc");
    // The programs have threads of their own, and use the engine from outside;
    // and the other seam only passes orders on.
    if (!is_source || file.starts_with("engine/tool/") ||
        file.starts_with("engine/explore/") ||
        file.starts_with("engine/base/sync/controlled/")) {
      continue;
    }
    std::ifstream stream(entry.path());
    std::string text;
    for (unsigned line = 1; std::getline(stream, text); ++line) {
      const std::string code = text.substr(0, text.find("//"));
      if (std::regex_search(code, ordered)) {
        lines.push_back({file, line, Trimmed(text)});
      }
    }
  }
  return lines;
}

std::string SourceLine(const std::string& file, unsigned line) {
  std::ifstream stream(fs::path(LOCKSTEP_SOURCE_DIR) / file);
  std::string text;
  for (unsigned i = 0; i < line; ++i) std::getline(stream, text);
  return Trimmed(text);
}

}  // namespace lockstep::test::weak
