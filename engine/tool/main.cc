#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <optional>
#include <string>
#include <string_view>
#include <thread>
#include <variant>

#include "engine/tool/explore.h"
#include "engine/tool/options.h"
#include "engine/tool/report/report_file.h"
#include "engine/tool/simulate.h"

namespace lockstep::tool {
namespace {

ExitCode Print(const Reply& reply) {
  if (reply.exit_code != ExitCode::kOk) {
    std::fputs(reply.text.c_str(), stderr);
    return reply.exit_code;
  }
  if (const auto error = WriteToStandardOutput(reply.text)) {
    std::fprintf(stderr, "lockstep: %s\n", error->c_str());
    return ExitCode::kFailed;
  }
  return ExitCode::kOk;
}

ExitCode Main(int argc, char** argv) {
  if (argc > 1 && std::string_view(argv[1]) == "explore") {
    return StartExplore(argv);
  }
  // The system may not know how many processors there are, and says 0 then.
  const auto processors = std::clamp<std::uint64_t>(
      std::thread::hardware_concurrency(), 1, kMaxThreads);
  const auto command =
      ParseCommandLine(argc, argv, static_cast<std::uint32_t>(processors));
  if (const auto* reply = std::get_if<Reply>(&command)) return Print(*reply);
  return Simulate(std::get<SimulateOptions>(command));
}

}  // namespace
}  // namespace lockstep::tool

int main(int argc, char** argv) {
  return static_cast<int>(lockstep::tool::Main(argc, argv));
}
