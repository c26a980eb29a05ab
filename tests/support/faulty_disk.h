#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "engine/log/storage.h"

namespace lockstep::engine {

/// A disk in memory that does what disks do when the power is cut, or when they
/// fail. What was written and not synced is kept by 512-byte sectors, any of
/// them or none; so are names that were made, changed or taken away since the
/// directory was synced.
class FaultyDisk {
 public:
  static constexpr std::size_t kSectorBytes = 512;

  /// What changes something on it is a step, numbered from 0.
  enum class Step : std::uint8_t {
    kWrite,
    kSync,
    kCreate,
    kRename,
    kRemove,
    kSyncNames,
  };
  static constexpr std::uint64_t kNever = UINT64_MAX;
  struct Faults {
    /// As this step begins the power is cut: nothing happens any more.
    std::uint64_t cut_at = kNever;
    /// This step fails, or from it on all do. What a failed sync was to make
    /// durable never is, but can be read until the power is cut.
    std::uint64_t fail_at = kNever;
    bool all_from_then_on = false;
    IoOutcome fails_with = IoOutcome::kFailed;
    /// Whatever is read behind this place of any file cannot be.
    std::uint64_t unreadable_from = kNever;
  };

  FaultyDisk() = default;

  /// The directory, for one who opens it; it sees the disk as long as it lives.
  [[nodiscard]] std::unique_ptr<Storage> OpenStorage();

  Faults faults;
  /// Nothing fails any more.
  void Mend() noexcept {
    faults = {};
    is_failing_ = false;
  }
  /// How many steps there were, and what each was.
  [[nodiscard]] std::uint64_t steps() const noexcept { return log_.size(); }
  [[nodiscard]] const std::vector<Step>& log() const noexcept { return log_; }

  /// How many sectors, sizes and names may be kept or not.
  [[nodiscard]] std::size_t Undecided() const;
  /// The disk after the power came back: `keeps(number)` says which of these
  /// are kept.
  [[nodiscard]] FaultyDisk AfterPowerCut(
      const std::function<bool(std::size_t)>& keeps) const;

  /// A number that is the same for disks with the same files; as all of them is
  /// if the power has just come back.
  [[nodiscard]] std::uint64_t Fingerprint() const;

  /// The bytes of a file, to look at or to spoil; null: there is none.
  [[nodiscard]] std::vector<std::byte>* Find(std::string_view name);
  [[nodiscard]] std::vector<std::string> Names() const;
  void Erase(std::string_view name);

 private:
  friend class FaultyStorage;
  friend class FaultyFile;

  struct Content {
    std::vector<std::byte> now;
    std::vector<std::byte> safe;
    std::set<std::size_t> dirty;  // sectors that differ in more than by chance
  };
  using NameMap = std::map<std::string, std::shared_ptr<Content>, std::less<>>;
  // What was done to the names: each is kept or not.
  struct NameChange {
    std::string taken;  // empty: none
    std::string made;   // empty: none
    std::shared_ptr<Content> content;
  };

  // Says whether the step may be done; if not, with what it fails.
  [[nodiscard]] IoResult Begin(Step step);

  NameMap names_;
  NameMap safe_names_;
  std::vector<NameChange> changes_;
  std::vector<Step> log_;
  bool is_off_ = false;
  bool is_failing_ = false;
};

}  // namespace lockstep::engine
