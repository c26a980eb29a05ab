#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace lockstep::test {

/// A fenced block of a Markdown page.
struct Block {
  std::string language;
  std::string text;
  int line = 0;
};

[[nodiscard]] std::vector<Block> BlocksOf(std::string_view page);

/// Whether the block's lines follow one another somewhere in the source, each
/// as it is but for its indentation.
[[nodiscard]] bool Occurs(std::string_view block, std::string_view source);

/// What the page's links and images point to, those of other sites left out.
[[nodiscard]] std::vector<std::string> LinksOf(std::string_view page);

/// The programs whose output the page shows.
[[nodiscard]] std::vector<std::string> ProgramsOf(std::string_view page);

/// Lines "<name>" or "\"name\"", one for each include.
[[nodiscard]] std::vector<std::string> IncludesOf(std::string_view source);

[[nodiscard]] std::string ReadFile(const std::filesystem::path& path);

}  // namespace lockstep::test
