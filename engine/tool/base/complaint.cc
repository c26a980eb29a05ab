#include "engine/tool/base/complaint.h"

#include <algorithm>

namespace lockstep::tool {

std::string ComplaintLine(std::string complaint, std::string_view command) {
  std::replace_if(
      complaint.begin(), complaint.end(),
      [](unsigned char c) { return c < ' ' || c == 0x7F; }, '?');
  std::string line = "lockstep: " + complaint + " (see '";
  line += command;
  line += " --help')\n";
  return line;
}

}  // namespace lockstep::tool
