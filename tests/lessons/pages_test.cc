// The lessons' pages show what their programs are made of, and nothing that is
// not there.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <sstream>
#include <string>
#include <vector>

#include "tests/lessons/lesson_page.h"

namespace lockstep::test {
namespace {

namespace fs = std::filesystem;
using testing::AnyOf;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;

const fs::path& LessonsFolder() {
  static const fs::path folder = LOCKSTEP_LESSONS_DIR;
  return folder;
}

// The folders of the lessons, in their order.
std::vector<fs::path> Lessons() {
  std::vector<fs::path> lessons;
  for (const auto& entry : fs::directory_iterator(LessonsFolder())) {
    if (entry.is_directory()) lessons.push_back(entry.path());
  }
  std::ranges::sort(lessons);
  return lessons;
}

std::vector<fs::path> SourcesOf(const fs::path& lesson) {
  std::vector<fs::path> sources;
  for (const auto& entry : fs::directory_iterator(lesson)) {
    const std::string extension = entry.path().extension().string();
    if (extension == ".h" || extension == ".cc") sources.push_back(entry);
  }
  return sources;
}

std::vector<fs::path> AllPages() {
  std::vector<fs::path> pages = {LessonsFolder() / "README.md"};
  for (const fs::path& lesson : Lessons()) {
    pages.push_back(lesson / "README.md");
  }
  return pages;
}

// The programs that CMake tests, each with the page that shows its output.
std::vector<std::string> TestedPrograms() {
  std::vector<std::string> programs;
  std::istringstream list(LOCKSTEP_LESSON_PROGRAMS);
  for (std::string program; std::getline(list, program, ' ');) {
    programs.push_back(program);
  }
  return programs;
}

TEST(LessonPagesTest, ThereAreSixLessonsAndTheFirstPageLinksToEach) {
  const std::string index = ReadFile(LessonsFolder() / "README.md");
  ASSERT_GE(Lessons().size(), 6U);
  for (const fs::path& lesson : Lessons()) {
    EXPECT_THAT(LinksOf(index),
                Contains(lesson.filename().string() + "/README.md"));
  }
}

TEST(LessonPagesTest, EveryLessonAsksFirstAndEndsWithAnExercise) {
  for (const fs::path& lesson : Lessons()) {
    SCOPED_TRACE(lesson);
    const std::string page = ReadFile(lesson / "README.md");
    const std::size_t question = page.find("\n## The question\n");
    const std::size_t run = page.find("\n<!-- printed by ");
    const std::size_t exercise = page.find("\n## Exercise\n");
    const std::size_t solution = page.find("\n<details>\n");
    EXPECT_LT(question, run);
    EXPECT_LT(run, exercise);
    EXPECT_LT(exercise, solution);
    EXPECT_NE(solution, std::string::npos);
    EXPECT_TRUE(page.ends_with("\n</details>\n"));
  }
}

TEST(LessonPagesTest, EveryPieceOfCodeIsInTheSourcesOfItsLesson) {
  for (const fs::path& lesson : Lessons()) {
    const std::string page = ReadFile(lesson / "README.md");
    std::string sources;
    for (const fs::path& source : SourcesOf(lesson)) {
      sources += ReadFile(source) + "\n";
    }
    // Or in those of the engine that its page leads to.
    for (const std::string& link : LinksOf(page)) {
      if (link.starts_with("../../../engine/")) {
        sources += ReadFile(lesson / link) + "\n";
      }
    }
    int pieces = 0;
    for (const Block& block : BlocksOf(page)) {
      SCOPED_TRACE(lesson.string() +
                   "/README.md:" + std::to_string(block.line));
      EXPECT_THAT(block.language, AnyOf("cpp", "sh", "text"));
      if (block.language != "cpp") continue;
      ++pieces;
      EXPECT_TRUE(Occurs(block.text, sources)) << block.text;
    }
    EXPECT_GT(pieces, 1) << lesson;
  }
}

TEST(LessonPagesTest, EveryOutputShownIsComparedWithItsProgram) {
  for (const fs::path& page : AllPages()) {
    for (const std::string& program : ProgramsOf(ReadFile(page))) {
      EXPECT_THAT(TestedPrograms(), Contains(program)) << page;
    }
  }
}

TEST(LessonPagesTest, EveryLinkAndPictureIsThere) {
  for (const fs::path& page : AllPages()) {
    for (const std::string& link : LinksOf(ReadFile(page))) {
      EXPECT_TRUE(fs::exists(page.parent_path() / link))
          << page << " links to " << link;
    }
  }
}

TEST(LessonPagesTest, EveryPictureIsShownAndHasADarkSide) {
  for (const fs::path& lesson : Lessons()) {
    const std::string page = ReadFile(lesson / "README.md");
    int pictures = 0;
    for (const auto& entry : fs::directory_iterator(lesson)) {
      if (entry.path().extension() != ".svg") continue;
      ++pictures;
      EXPECT_THAT(LinksOf(page), Contains(entry.path().filename().string()));
      EXPECT_THAT(ReadFile(entry), HasSubstr("prefers-color-scheme: dark"))
          << entry.path();
    }
    EXPECT_GT(pictures, 0) << lesson;
  }
}

TEST(LessonPagesTest, ProgramsIncludeOnlyWhatAHostSeesAndOtherLessons) {
  for (const fs::path& lesson : Lessons()) {
    for (const fs::path& source : SourcesOf(lesson)) {
      for (const std::string& include : IncludesOf(ReadFile(source))) {
        const std::string name = include.substr(1, include.size() - 2);
        const bool is_standard = include.front() == '<' &&
                                 name.find('/') == std::string::npos &&
                                 !name.ends_with(".h");
        const bool is_public = name.starts_with("lockstep/");
        const bool is_a_lessons = fs::exists(LessonsFolder() / name);
        EXPECT_TRUE(is_standard || is_public || is_a_lessons)
            << source << " includes " << include;
      }
    }
  }
}

// The checks above are worth what these are worth.

TEST(LessonPagesTest, CodeIsFoundWhateverItsIndentation) {
  const char* const source = "int F() {\n  if (x) {\n    y();\n  }\n}\n";
  EXPECT_TRUE(Occurs("if (x) {\n  y();\n}\n", source));
  EXPECT_TRUE(Occurs("int F() {\n", source));
}

TEST(LessonPagesTest, CodeThatIsNotThereIsMissed) {
  const char* const source = "int F() {\n  if (x) {\n    y();\n  }\n}\n";
  EXPECT_FALSE(Occurs("if (x) {\n  z();\n}\n", source));
  EXPECT_FALSE(Occurs("if (x) {\n}\n", source));            // a line left out
  EXPECT_FALSE(Occurs("if (x)\n", source));                 // half a line
  EXPECT_FALSE(Occurs("y();\nif (x) {\n", source));         // another order
  EXPECT_FALSE(Occurs("if (x) {\n\n  y();\n}\n", source));  // a line more
}

TEST(LessonPagesTest, APageIsTakenApart) {
  const char* const page =
      "# A\n\n[b](c/d.md) [e](https://f.example/g.md) ![h\ni](j.svg)\n\n"
      "```cpp\nint k[](0);\n```\n\n<!-- printed by lesson-l "
      "-->\n```text\nm\n```\n";
  EXPECT_THAT(LinksOf(page), ElementsAre("c/d.md", "j.svg"));
  EXPECT_THAT(ProgramsOf(page), ElementsAre("lesson-l"));
  const std::vector<Block> blocks = BlocksOf(page);
  ASSERT_EQ(blocks.size(), 2U);
  EXPECT_EQ(blocks[0].language, "cpp");
  EXPECT_EQ(blocks[0].text, "int k[](0);\n");
  EXPECT_EQ(blocks[0].line, 6);
  EXPECT_EQ(blocks[1].language, "text");
  EXPECT_EQ(blocks[1].text, "m\n");
  EXPECT_THAT(IncludesOf("#include <n>\n  # include \"o/p.h\"\nint q;\n"),
              ElementsAre("<n>", "\"o/p.h\""));
}

}  // namespace
}  // namespace lockstep::test
