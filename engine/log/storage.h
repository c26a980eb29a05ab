#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

// The seam between the log and the disk: one directory and the files in it.
// What is written and not synced may be lost, and so may names that were made,
// changed or taken away since the directory was synced, in any order.

namespace lockstep::engine {

/// What became of something that was asked of the disk.
enum class IoOutcome : std::uint8_t {
  kOk,
  kNotFound,   ///< there is nothing of that name
  kExists,     ///< there is something of that name
  kInUse,      ///< somebody else has the directory
  kNoSpace,    ///< the disk is full, or the owner's part of it
  kForbidden,  ///< the system does not let this process do that
  kForeign,    ///< it is no plain file, or no directory
  kFailed,     ///< anything else
};

/// How something failed, with the system's own number for it.
struct IoResult {
  IoOutcome outcome = IoOutcome::kOk;
  int system_error = 0;

  [[nodiscard]] bool ok() const noexcept { return outcome == IoOutcome::kOk; }
};

/// A file that is open. For one thread at a time.
class StorageFile {
 public:
  StorageFile() = default;
  virtual ~StorageFile() = default;
  StorageFile(const StorageFile&) = delete;
  StorageFile& operator=(const StorageFile&) = delete;

  /// All of the bytes, at that place; or, if it fails, any part of them.
  [[nodiscard]] virtual IoResult Write(
      std::uint64_t offset, std::span<const std::byte> bytes) noexcept = 0;
  /// As many bytes as there is place for: fewer than that in the file is a
  /// failure.
  [[nodiscard]] virtual IoResult Read(std::uint64_t offset,
                                      std::span<std::byte> bytes) noexcept = 0;
  /// Once this says kOk, what was written before outlasts the machine's sudden
  /// end, and so does the file's size. After anything else it is never to be
  /// asked again: what it did not write may be gone, and be called good.
  [[nodiscard]] virtual IoResult Sync() noexcept = 0;
  [[nodiscard]] virtual IoResult Size(std::uint64_t& bytes) noexcept = 0;
};

/// A directory that nobody else has, for as long as this lives. For one thread
/// at a time. All names are plain names in it.
class Storage {
 public:
  Storage() = default;
  virtual ~Storage() = default;
  Storage(const Storage&) = delete;
  Storage& operator=(const Storage&) = delete;

  /// The names of all files, in any order. Throws std::bad_alloc.
  [[nodiscard]] virtual IoResult List(std::vector<std::string>& names) = 0;
  /// Opens a file that there is, to read and to write. Throws std::bad_alloc.
  [[nodiscard]] virtual IoResult Open(std::string_view name,
                                      std::unique_ptr<StorageFile>& file) = 0;
  /// Makes a file, empty. Throws std::bad_alloc.
  [[nodiscard]] virtual IoResult Create(std::string_view name,
                                        std::unique_ptr<StorageFile>& file) = 0;
  /// Gives a file another name, at once, instead of whatever had that. Throws
  /// std::bad_alloc.
  [[nodiscard]] virtual IoResult Rename(std::string_view from,
                                        std::string_view to) = 0;
  /// Throws std::bad_alloc.
  [[nodiscard]] virtual IoResult Remove(std::string_view name) = 0;
  /// Once this says kOk, all names are as they are now after the machine's
  /// sudden end.
  [[nodiscard]] virtual IoResult SyncNames() noexcept = 0;
  /// False in a process that was forked off from the one that opened it:
  /// nothing else may be asked of it there.
  [[nodiscard]] virtual bool IsOurs() const noexcept = 0;
};

}  // namespace lockstep::engine
