#include "tests/weak_memory/orders.h"

#include <algorithm>
#include <array>
#include <cstdlib>

namespace lockstep::test::weak {
namespace {

// As it is come by: file names are the compiler's own and last.
struct RawSite {
  const char* file = nullptr;
  unsigned line = 0;
  unsigned column = 0;
  Operation operation = Operation::kLoad;
  std::memory_order order = std::memory_order_relaxed;

  friend bool operator==(const RawSite&, const RawSite&) = default;
};

// One thread runs all of it: the machine's threads are fibers.
bool is_collecting = false;
std::array<RawSite, 256> collected;
std::size_t collected_count = 0;

bool is_weakened = false;
Site weakened;
std::memory_order weakened_to = std::memory_order_relaxed;

void Note(const RawSite& site) {
  const auto end = collected.begin() + collected_count;
  if (std::find(collected.begin(), end, site) != end) return;
  if (collected_count == collected.size()) std::abort();  // make it larger
  collected[collected_count++] = site;
}

}  // namespace

std::string_view ToString(std::memory_order order) {
  switch (order) {
    case std::memory_order_relaxed:
      return "relaxed";
    case std::memory_order_consume:
      return "consume";
    case std::memory_order_acquire:
      return "acquire";
    case std::memory_order_release:
      return "release";
    case std::memory_order_acq_rel:
      return "acq_rel";
    case std::memory_order_seq_cst:
      return "seq_cst";
  }
  return "unknown";
}

std::string_view ToString(Operation operation) {
  switch (operation) {
    case Operation::kLoad:
      return "load";
    case Operation::kStore:
      return "store";
    case Operation::kExchange:
      return "exchange";
    case Operation::kFailedExchange:
      return "failed exchange";
    case Operation::kModify:
      return "modify";
  }
  return "unknown";
}

std::string EngineFile(std::string_view path) {
  if (path.find("tests/weak_memory/") != path.npos) return {};
  // The compiler may have been given a relative path, or an absolute one.
  const std::size_t at = path.rfind("engine/");
  return at == path.npos ? std::string() : std::string(path.substr(at));
}

std::vector<std::memory_order> OneNotchBelow(const Site& site) {
  switch (site.order) {
    case std::memory_order_relaxed:
      return {};
    case std::memory_order_consume:
    case std::memory_order_acquire:
    case std::memory_order_release:
      return {std::memory_order_relaxed};
    case std::memory_order_acq_rel:
      return {std::memory_order_acquire, std::memory_order_release};
    case std::memory_order_seq_cst:
      switch (site.operation) {
        case Operation::kLoad:
        case Operation::kFailedExchange:
          return {std::memory_order_acquire};
        case Operation::kStore:
          return {std::memory_order_release};
        case Operation::kExchange:
        case Operation::kModify:
          return {std::memory_order_acq_rel};
      }
  }
  return {};
}

void Weaken(const Site& site, std::memory_order order) {
  is_weakened = true;
  weakened = site;
  weakened_to = order;
}

void StartCollecting() {
  is_collecting = true;
  collected_count = 0;
}

std::vector<Site> StopCollecting() {
  is_collecting = false;
  std::vector<Site> sites;
  for (std::size_t i = 0; i < collected_count; ++i) {
    const RawSite& raw = collected[i];
    std::string file = EngineFile(raw.file);
    if (file.empty()) continue;
    sites.push_back(
        {std::move(file), raw.line, raw.column, raw.operation, raw.order});
  }
  // A header is in several objects, each with its own copy of the name.
  std::sort(sites.begin(), sites.end());
  sites.erase(std::unique(sites.begin(), sites.end()), sites.end());
  return sites;
}

std::memory_order OrderAt(const std::source_location& where,
                          Operation operation, std::memory_order asked) {
  if (asked == std::memory_order_relaxed) return asked;
  if (is_collecting) {
    Note({where.file_name(), where.line(), where.column(), operation, asked});
  }
  if (is_weakened && where.line() == weakened.line &&
      where.column() == weakened.column && operation == weakened.operation &&
      std::string_view(where.file_name()).ends_with(weakened.file)) {
    return weakened_to;
  }
  return asked;
}

}  // namespace lockstep::test::weak
