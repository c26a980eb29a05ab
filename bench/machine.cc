#include "bench/machine.h"

#include <gnu/libc-version.h>
#include <pthread.h>
#include <sched.h>
#include <sys/resource.h>
#include <sys/utsname.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cassert>
#include <chrono>
#include <cstdint>
#include <fstream>
#include <stop_token>
#include <string_view>

#include "absl/base/config.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "bench/contestant.h"
#include "bench/locks.h"
#include "lockstep/version.h"

namespace lockstep::bench {
namespace {

std::string FirstLine(const std::string& path) {
  std::ifstream file(path);
  std::string line;
  std::getline(file, line);
  return line;
}

std::string ProcessorName() {
  std::ifstream file("/proc/cpuinfo");
  for (std::string line; std::getline(file, line);) {
    if (line.rfind("model name", 0) == 0) {
      return line.substr(line.find(':') + 2);
    }
  }
  return "unknown";
}

std::vector<int> UsableCores() {
  cpu_set_t set;
  CPU_ZERO(&set);
  std::vector<int> cores;
  if (sched_getaffinity(0, sizeof set, &set) != 0) return cores;
  for (int core = 0; core < CPU_SETSIZE; ++core) {
    if (CPU_ISSET(static_cast<std::size_t>(core), &set)) cores.push_back(core);
  }
  return cores;
}

std::string CacheSizes() {
  std::string text;
  for (int i = 0;; ++i) {
    const std::string folder =
        absl::StrCat("/sys/devices/system/cpu/cpu0/cache/index", i, "/");
    const std::string size = FirstLine(folder + "size");
    if (size.empty()) return text.empty() ? "unknown" : text;
    if (FirstLine(folder + "type") == "Instruction") continue;
    absl::StrAppend(&text, text.empty() ? "" : ", ", "L",
                    FirstLine(folder + "level"), " ", size);
  }
}

std::string Compiler() {
#if defined(__clang__)
  return absl::StrCat("Clang ", __clang_version__);
#else
  return absl::StrCat("GCC ", __VERSION__);
#endif
}

std::string Libraries() {
  std::string text =
      absl::StrCat("lockstep ", LOCKSTEP_VERSION_STRING, ", Google Benchmark ",
                   LOCKSTEP_BENCH_GOOGLE, ", glibc ", gnu_get_libc_version());
#if defined(__GLIBCXX__)
  absl::StrAppend(&text, ", libstdc++ ", __GLIBCXX__);
#endif
#if defined(ABSL_LTS_RELEASE_VERSION)
  absl::StrAppend(&text, ", Abseil ", ABSL_LTS_RELEASE_VERSION);
#endif
  return text;
}

void StayOn(int core) {
  cpu_set_t set;
  CPU_ZERO(&set);
  CPU_SET(static_cast<std::size_t>(core), &set);
  // Without it the figure may be that of one core; it is shown all the same.
  pthread_setaffinity_np(pthread_self(), sizeof set, &set);
}

// Two threads pass a number to and fro. The median of some stretches, in
// nanoseconds one way.
double HandOverNs(int core_a, int core_b) {
  constexpr std::uint64_t kStretches = 9;
  constexpr std::uint64_t kRoundTrips = 2'000;
  alignas(kNoSharingBytes) std::atomic<std::uint64_t> ball{0};
  // Acquires and releases in pairs, like the locks that this stands for.
  const auto wait_for = [&ball](std::uint64_t value) {
    while (ball.load(std::memory_order_acquire) != value) Pause();
  };
  std::thread other([&] {
    StayOn(core_b);
    for (std::uint64_t i = 0; i < kStretches * kRoundTrips; ++i) {
      wait_for(2 * i + 1);
      ball.store(2 * i + 2, std::memory_order_release);
    }
  });
  std::vector<double> stretches;
  std::thread timing([&] {
    StayOn(core_a);
    std::uint64_t i = 0;
    for (std::uint64_t stretch = 0; stretch < kStretches; ++stretch) {
      const auto begin = std::chrono::steady_clock::now();
      for (std::uint64_t trip = 0; trip < kRoundTrips; ++trip, ++i) {
        ball.store(2 * i + 1, std::memory_order_release);
        wait_for(2 * i + 2);
      }
      const std::chrono::duration<double, std::nano> took =
          std::chrono::steady_clock::now() - begin;
      stretches.push_back(took.count() / (2 * kRoundTrips));
    }
  });
  timing.join();
  other.join();
  std::nth_element(stretches.begin(), stretches.begin() + kStretches / 2,
                   stretches.end());
  return stretches[kStretches / 2];
}

}  // namespace

SecondThread::SecondThread()
    : thread_([](const std::stop_token& stop) {
        std::atomic<bool> stopped = false;
        const std::stop_callback tell(stop, [&stopped] {
          stopped.store(true);
          stopped.notify_one();
        });
        stopped.wait(false);
      }) {}

SecondThread::~SecondThread() = default;  // asks it to stop, and waits

Neighbours::Used Neighbours::Look() {
  Used used;
  std::ifstream file("/proc/stat");
  std::string word;
  file >> word;  // "cpu": what follows is the sum over all cores
  constexpr int kIdle = 3;
  constexpr int kWaitingForDisk = 4;
  constexpr int kKinds = 8;
  const auto ticks_a_second = static_cast<double>(sysconf(_SC_CLK_TCK));
  for (int kind = 0; kind < kKinds; ++kind) {
    double ticks = 0;
    file >> ticks;
    used.all_s += ticks / ticks_a_second;
    if (kind == kIdle || kind == kWaitingForDisk) continue;
    used.busy_s += ticks / ticks_a_second;
  }
  rusage mine = {};
  getrusage(RUSAGE_SELF, &mine);
  const auto seconds = [](const timeval& time) {
    return static_cast<double>(time.tv_sec) +
           static_cast<double>(time.tv_usec) / 1e6;
  };
  used.by_us_s = seconds(mine.ru_utime) + seconds(mine.ru_stime);
  return used;
}

std::string Neighbours::Describe() const {
  constexpr double kTooLittle = 0.05;
  const Used now = Look();
  const double all = now.all_s - begin_.all_s;
  const double others =
      now.busy_s - begin_.busy_s - (now.by_us_s - begin_.by_us_s);
  if (all <= 0 || others / all < kTooLittle) return {};
  return absl::StrFormat("%.0f %% of the machine had other things to do",
                         100 * others / all);
}

Facts DescribeMachine() {
  Facts facts;
  facts.emplace_back("processor", ProcessorName());
  facts.emplace_back("cores", absl::StrCat(UsableCores().size()));
  facts.emplace_back("caches", CacheSizes());
  utsname system = {};
  uname(&system);
  facts.emplace_back(
      "system",
      absl::StrCat(system.sysname, " ", system.release, ", ", "huge pages ",
                   FirstLine("/sys/kernel/mm/transparent_hugepage/"
                             "enabled")));
  facts.emplace_back("load", FirstLine("/proc/loadavg"));
  facts.emplace_back("compiler", Compiler());
  facts.emplace_back("build", absl::StrCat(LOCKSTEP_BENCH_BUILD_TYPE, ", ",
                                           LOCKSTEP_BENCH_FLAGS));
  facts.emplace_back("libraries", Libraries());
  return facts;
}

std::string MeasureHandOver() {
  constexpr std::size_t kMostCores = 16;
  const std::vector<int> cores = UsableCores();
  if (cores.size() < 2) return "there is one core only";
  std::vector<double> times;
  for (std::size_t i = 1; i < std::min(cores.size(), kMostCores); ++i) {
    times.push_back(HandOverNs(cores[0], cores[i]));
  }
  const auto [least, most] = std::minmax_element(times.begin(), times.end());
  if (times.size() == 1) {
    return absl::StrFormat("%.0f ns one way (cores %d and %d)", times[0],
                           cores[0], cores[1]);
  }
  return absl::StrFormat("%.0f to %.0f ns one way (core %d and %d others)",
                         *least, *most, cores[0], times.size());
}

std::string BuildWarning() {
  const std::string_view flags = LOCKSTEP_BENCH_FLAGS;
  bool is_debug = false;
  assert(is_debug = true);  // runs in debug builds only
  if (is_debug) return "this is a debug build: its figures say nothing";
  if (flags.find("-O2") == std::string_view::npos &&
      flags.find("-O3") == std::string_view::npos) {
    return "this build is not optimized: its figures say nothing";
  }
  if (flags.find("-fsanitize") != std::string_view::npos) {
    return "this build has sanitizers: its figures say nothing";
  }
  return {};
}

}  // namespace lockstep::bench
