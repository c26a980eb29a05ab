// docs/outcomes.md has a table of all outcomes, which is made from the code.
//
//   lockstep_outcomes_page PAGE           is the page's table that of the code?
//   lockstep_outcomes_page PAGE --write   makes it so

#include <fstream>
#include <iostream>
#include <optional>
#include <sstream>
#include <string>
#include <string_view>

#include "lockstep/outcome.h"

namespace {

constexpr std::string_view kBegin =
    "<!-- begin: written by ./dev docs --write -->\n";
constexpr std::string_view kEnd = "<!-- end -->\n";

std::string Table() {
  std::ostringstream table;
  table << "| number | name | it means that | what you can do |\n"
           "|---|---|---|---|\n";
  for (std::size_t i = 0; i < lockstep::kOutcomeCount; ++i) {
    const auto outcome = static_cast<lockstep::Outcome>(i);
    table << "| " << i << " | `" << OutcomeName(outcome) << "` | "
          << OutcomeMeaning(outcome) << " | " << OutcomeAdvice(outcome)
          << " |\n";
  }
  return table.str();
}

std::string Read(const char* name) {
  std::ifstream file(name);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

/// The page with the code's table in the place of its own; none if it does not
/// say where that is.
std::optional<std::string> WithTable(std::string page) {
  const std::size_t begin = page.find(kBegin);
  const std::size_t end = page.find(kEnd, begin);
  if (begin == std::string::npos || end == std::string::npos) return {};
  const std::size_t first = begin + kBegin.size();
  return page.replace(first, end - first, Table());
}

}  // namespace

int main(int argc, char** argv) {
  const bool writes = argc == 3 && std::string_view(argv[2]) == "--write";
  if (argc != 2 && !writes) {
    std::cerr << "usage: lockstep_outcomes_page PAGE [--write]\n";
    return 2;
  }
  const std::string page = Read(argv[1]);
  const std::optional<std::string> wanted = WithTable(page);
  if (!wanted) {
    std::cerr << argv[1] << " has no lines\n" << kBegin << kEnd;
    return 1;
  }
  if (page == *wanted) return 0;
  if (writes) {
    std::ofstream file(argv[1]);
    file << *wanted << std::flush;
    return file ? 0 : 1;
  }
  std::cerr << argv[1]
            << " does not say what the code says: ./dev docs --write\n";
  return 1;
}
