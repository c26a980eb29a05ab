#pragma once

#include <string>
#include <vector>

namespace lockstep::tool {

/// How a run of the program ended and what it said.
struct Ended {
  /// Its exit code; -1 if it did not end by itself.
  int exit_code = -1;
  std::string out;
  std::string err;
};

/// A fresh folder that goes away with all that is in it.
class ScratchFolder {
 public:
  ScratchFolder();
  ~ScratchFolder();
  ScratchFolder(const ScratchFolder&) = delete;
  ScratchFolder& operator=(const ScratchFolder&) = delete;

  [[nodiscard]] const std::string& path() const noexcept { return path_; }
  [[nodiscard]] std::string File(const std::string& name) const {
    return path_ + "/" + name;
  }
  /// How many things lie in it.
  [[nodiscard]] std::size_t Count() const;

 private:
  std::string path_;
};

/// The whole of a file; empty if there is none.
[[nodiscard]] std::string ReadFile(const std::string& path);

/// Runs the program as built, with these arguments, to its end. Its output goes
/// to files, so it sees no terminal; `out_path` sends its standard output
/// elsewhere.
[[nodiscard]] Ended RunProgram(const std::vector<std::string>& arguments,
                               const std::string& out_path = {});
/// The same with another program.
[[nodiscard]] Ended RunProgramAt(const std::string& program,
                                 const std::vector<std::string>& arguments,
                                 const std::string& out_path = {});

}  // namespace lockstep::tool
