#include "tests/tool/run_program.h"

#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "gtest/gtest.h"

namespace lockstep::tool {

ScratchFolder::ScratchFolder() {
  std::string pattern = ::testing::TempDir() + "lockstep_XXXXXX";
  if (mkdtemp(pattern.data()) == nullptr) std::abort();
  path_ = pattern;
}

ScratchFolder::~ScratchFolder() {
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}

std::size_t ScratchFolder::Count() const {
  const std::filesystem::directory_iterator all(path_);
  return static_cast<std::size_t>(std::distance(begin(all), end(all)));
}

std::string ReadFile(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

Ended RunProgram(const std::vector<std::string>& arguments,
                 const std::string& out_path) {
  return RunProgramAt(LOCKSTEP_PROGRAM, arguments, out_path);
}

Ended RunProgramAt(const std::string& program,
                   const std::vector<std::string>& arguments,
                   const std::string& out_path) {
  const ScratchFolder folder;
  const std::string out = out_path.empty() ? folder.File("out") : out_path;
  const std::string err = folder.File("err");
  constexpr int kHow = O_WRONLY | O_CREAT | O_TRUNC;
  posix_spawn_file_actions_t files;
  posix_spawn_file_actions_init(&files);
  posix_spawn_file_actions_addopen(&files, STDOUT_FILENO, out.c_str(), kHow,
                                   0600);
  posix_spawn_file_actions_addopen(&files, STDERR_FILENO, err.c_str(), kHow,
                                   0600);
  std::vector<std::string> words = arguments;
  words.insert(words.begin(), program);
  std::vector<char*> argv;
  for (std::string& word : words) argv.push_back(word.data());
  argv.push_back(nullptr);

  pid_t child = 0;
  Ended ended;
  const int error = posix_spawn(&child, program.c_str(), &files, nullptr,
                                argv.data(), environ);
  posix_spawn_file_actions_destroy(&files);
  if (error != 0) return ended;
  int status = 0;
  while (waitpid(child, &status, 0) < 0) {
    if (errno != EINTR) return ended;
  }
  if (WIFEXITED(status)) ended.exit_code = WEXITSTATUS(status);
  if (out_path.empty()) ended.out = ReadFile(out);
  ended.err = ReadFile(err);
  return ended;
}

}  // namespace lockstep::tool
