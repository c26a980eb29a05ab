// The program lockstep-explore, which `lockstep explore` starts.

#include <cstdio>
#include <exception>
#include <string>
#include <variant>

#include "engine/explore/program/options.h"
#include "engine/explore/program/run_command.h"

namespace lockstep::engine::explore {
namespace {

ExitCode Print(const Reply& reply) {
  const bool is_error = reply.exit_code == ExitCode::kBadOption ||
                        reply.exit_code == ExitCode::kCouldNot;
  std::FILE* const out = is_error ? stderr : stdout;
  const bool is_written = std::fwrite(reply.text.data(), 1, reply.text.size(),
                                      out) == reply.text.size() &&
                          std::fflush(out) == 0;
  if (is_written || is_error) return reply.exit_code;
  std::fputs("lockstep: could not write to the standard output\n", stderr);
  return ExitCode::kCouldNot;
}

ExitCode Main(int argc, const char* const* argv) {
  try {
    const auto command = ParseCommandLine(argc, argv);
    if (const auto* reply = std::get_if<Reply>(&command)) return Print(*reply);
    return Print(RunCommand(std::get<ExploreOptions>(command)));
  } catch (const std::exception& error) {
    std::fprintf(stderr, "lockstep: could not explore: %s\n", error.what());
    return ExitCode::kCouldNot;
  }
}

}  // namespace
}  // namespace lockstep::engine::explore

int main(int argc, char** argv) {
  return static_cast<int>(lockstep::engine::explore::Main(argc, argv));
}
