#include "engine/tool/explore.h"

#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <filesystem>
#include <string>
#include <system_error>

namespace lockstep::tool {
namespace {

// Where this program lies, links followed; how it was called where the system
// does not say.
std::filesystem::path OwnPath(const char* called) {
  std::error_code error;
  std::filesystem::path path =
      std::filesystem::read_symlink("/proc/self/exe", error);
  return error ? std::filesystem::path(called) : path;
}

}  // namespace

ExitCode StartExplore(char** argv) {
  const std::filesystem::path program =
      OwnPath(argv[0]).parent_path() / "lockstep-explore";
  // Its own name is the first of its arguments, in the place of "explore".
  std::string name = program.string();
  argv[1] = name.data();
  execv(name.c_str(), argv + 1);
  const std::error_code why(errno, std::system_category());
  std::fprintf(stderr,
               "lockstep: 'lockstep explore' is the program %s, which cannot "
               "be started: %s (install both, or './dev build')\n",
               name.c_str(), why.message().c_str());
  return ExitCode::kCouldNotExplore;
}

}  // namespace lockstep::tool
