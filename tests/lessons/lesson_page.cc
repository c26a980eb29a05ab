#include "tests/lessons/lesson_page.h"

#include <fstream>
#include <regex>
#include <sstream>

namespace lockstep::test {

namespace {

std::vector<std::string> LinesOf(std::string_view text) {
  std::vector<std::string> lines;
  std::istringstream stream{std::string(text)};
  for (std::string line; std::getline(stream, line);) lines.push_back(line);
  return lines;
}

// A line feed before every line, no indentation.
std::string Flatten(std::string_view text) {
  std::string flat;
  for (const std::string& line : LinesOf(text)) {
    const std::size_t begin = line.find_first_not_of(' ');
    flat += "\n";
    if (begin != std::string::npos) flat += line.substr(begin);
  }
  return flat + "\n";
}

std::vector<std::string> FindAll(std::string_view text, const char* pattern) {
  const std::regex regex(pattern);
  const std::string copy(text);
  std::vector<std::string> found;
  for (std::sregex_iterator match(copy.begin(), copy.end(), regex), end;
       match != end; ++match) {
    found.push_back((*match)[1]);
  }
  return found;
}

}  // namespace

std::vector<Block> BlocksOf(std::string_view page) {
  std::vector<Block> blocks;
  bool is_inside = false;
  int number = 0;
  for (const std::string& line : LinesOf(page)) {
    ++number;
    if (!line.starts_with("```")) {
      if (is_inside) blocks.back().text += line + "\n";
      continue;
    }
    if (!is_inside) {
      blocks.push_back(
          {.language = line.substr(3), .text = {}, .line = number});
    }
    is_inside = !is_inside;
  }
  return blocks;
}

bool Occurs(std::string_view block, std::string_view source) {
  return Flatten(source).find(Flatten(block)) != std::string::npos;
}

std::vector<std::string> LinksOf(std::string_view page) {
  // In code, brackets side by side are no link.
  std::string prose;
  bool is_code = false;
  for (const std::string& line : LinesOf(page)) {
    if (line.starts_with("```")) is_code = !is_code;
    if (!is_code) prose += line + "\n";
  }
  std::vector<std::string> links;
  for (const std::string& link : FindAll(prose, R"(\]\(([^)#]+))")) {
    if (link.find("://") == std::string::npos) links.push_back(link);
  }
  return links;
}

std::vector<std::string> ProgramsOf(std::string_view page) {
  return FindAll(page, "<!-- printed by ([^ ]+) -->");
}

std::vector<std::string> IncludesOf(std::string_view source) {
  std::vector<std::string> includes;
  for (const std::string& line : LinesOf(source)) {
    const std::vector<std::string> found =
        FindAll(line, R"(^\s*#\s*include\s*([<"][^>"]+[>"]))");
    includes.insert(includes.end(), found.begin(), found.end());
  }
  return includes;
}

std::string ReadFile(const std::filesystem::path& path) {
  std::ifstream file(path);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

}  // namespace lockstep::test
