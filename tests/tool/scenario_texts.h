#pragma once

#include <string>
#include <string_view>
#include <variant>

#include "absl/strings/str_cat.h"
#include "engine/tool/scenario/scenario_file.h"
#include "gtest/gtest.h"

namespace lockstep::tool {

// What most scenarios here deal in.
inline constexpr Asset kCash{0};
inline constexpr Asset kTea{1};

// Short ways to scenarios and to what is said of them.

inline Scenario Read(std::string_view text) {
  auto read = ReadScenario(text);
  const auto* const fault = std::get_if<TextFault>(&read);
  EXPECT_EQ(fault, nullptr)
      << text << "\n"
      << (fault == nullptr ? "" : FaultText("FILE", *fault));
  return fault == nullptr ? std::get<Scenario>(read) : Scenario{};
}

// "LINE: reason", or "LINE:COLUMN: reason".
inline std::string FaultIn(std::string_view text) {
  const auto read = ReadScenario(text);
  const auto* const fault = std::get_if<TextFault>(&read);
  return fault == nullptr ? "none" : FaultText("", *fault).substr(1);
}

// A member in line 2 of a scenario that is otherwise the default one.
inline std::string With(std::string_view member) {
  return absl::StrCat("{\"name\": \"test\",\n", std::string(member), "}");
}

// An event in line 2.
inline std::string WithEvent(std::string_view event) {
  return With(absl::StrCat("\"events\": [", std::string(event), "]"));
}

}  // namespace lockstep::tool
