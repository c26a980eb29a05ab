#include "engine/tool/report/machine.h"

#include <sys/utsname.h>

#include <fstream>
#include <thread>

#include "absl/strings/str_cat.h"

namespace lockstep::tool {
namespace {

/// What Linux says of the first processor; empty where it says nothing.
std::string ProcessorName() {
  std::ifstream file("/proc/cpuinfo");
  std::string line;
  while (std::getline(file, line)) {
    if (!line.starts_with("model name")) continue;
    const std::size_t colon = line.find(": ");
    if (colon != std::string::npos) return line.substr(colon + 2);
  }
  return "";
}

std::string Processor(const std::string& machine) {
  std::string name = ProcessorName();
  if (name.empty()) name = machine.empty() ? "unknown" : machine;
  const unsigned count = std::thread::hardware_concurrency();
  if (count == 0) return name;
  return absl::StrCat(name, ", ", count,
                      count == 1 ? " processor" : " processors");
}

std::string Compiler() {
#if defined(__clang__)
  std::string compiler = "Clang " __clang_version__;
#elif defined(__GNUC__)
  std::string compiler = "GCC " __VERSION__;
#else
  std::string compiler = "unknown";
#endif
#if !defined(NDEBUG)
  compiler += ", not optimized: the figures of speed say little";
#endif
  return compiler;
}

}  // namespace

Machine ThisMachine() {
  utsname names = {};
  const bool is_known = uname(&names) == 0;
  return {.processor = Processor(is_known ? names.machine : ""),
          .system = is_known ? absl::StrCat(names.sysname, " ", names.release,
                                            " ", names.machine)
                             : "unknown",
          .compiler = Compiler()};
}

}  // namespace lockstep::tool
