#pragma once

#include <memory>
#include <string>

#include "engine/log/storage.h"

namespace lockstep::engine {

/// Opens a directory of the file system, or makes it (its parent must be
/// there), for this process alone: with mode 0700, its files with 0600. kInUse:
/// somebody has it, in this process or in another one. Throws std::bad_alloc.
[[nodiscard]] IoResult OpenDisk(const std::string& path,
                                std::unique_ptr<Storage>& storage);

}  // namespace lockstep::engine
