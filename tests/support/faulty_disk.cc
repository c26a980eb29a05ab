#include "tests/support/faulty_disk.h"

#include <algorithm>
#include <cstring>
#include <utility>

#include "absl/hash/hash.h"

namespace lockstep::engine {

class FaultyFile final : public StorageFile {
 public:
  FaultyFile(FaultyDisk& disk, std::shared_ptr<FaultyDisk::Content> content)
      : disk_(disk), content_(std::move(content)) {}

  IoResult Write(std::uint64_t offset,
                 std::span<const std::byte> bytes) noexcept override {
    const bool was_on = !disk_.is_off_;
    const IoResult may = disk_.Begin(FaultyDisk::Step::kWrite);
    // When the power is cut, or the disk fails, some of it may have been done.
    const bool is_begun = was_on && (may.ok() || disk_.is_off_);
    if (is_begun) Put(static_cast<std::size_t>(offset), bytes);
    return may;
  }
  IoResult Read(std::uint64_t offset,
                std::span<std::byte> bytes) noexcept override {
    const auto begin = static_cast<std::size_t>(offset);
    if (disk_.is_off_ || begin + bytes.size() > content_->now.size() ||
        begin + bytes.size() > disk_.faults.unreadable_from) {
      return {IoOutcome::kFailed, 0};
    }
    std::copy_n(content_->now.begin() + static_cast<std::ptrdiff_t>(begin),
                bytes.size(), bytes.begin());
    return {};
  }
  IoResult Sync() noexcept override {
    const bool was_on = !disk_.is_off_;
    const IoResult may = disk_.Begin(FaultyDisk::Step::kSync);
    if (may.ok()) {
      for (const std::size_t sector : content_->dirty) Save(sector);
      content_->safe.resize(content_->now.size());
      content_->dirty.clear();
    } else if (was_on && !disk_.is_off_) {
      // As after a failed fsync: nobody will ever write these again.
      content_->dirty.clear();
    }
    return may;
  }
  IoResult Size(std::uint64_t& bytes) noexcept override {
    bytes = content_->now.size();
    return disk_.is_off_ ? IoResult{IoOutcome::kFailed, 0} : IoResult{};
  }

 private:
  void Put(std::size_t begin, std::span<const std::byte> bytes) {
    const std::size_t end = begin + bytes.size();
    if (end > content_->now.size()) content_->now.resize(end);
    std::copy(bytes.begin(), bytes.end(),
              content_->now.begin() + static_cast<std::ptrdiff_t>(begin));
    for (std::size_t sector = begin / FaultyDisk::kSectorBytes;
         sector * FaultyDisk::kSectorBytes < end; ++sector) {
      content_->dirty.insert(sector);
    }
  }
  void Save(std::size_t sector) {
    const std::size_t begin = sector * FaultyDisk::kSectorBytes;
    const std::size_t end =
        std::min(begin + FaultyDisk::kSectorBytes, content_->now.size());
    if (content_->safe.size() < end) content_->safe.resize(end);
    std::copy(content_->now.begin() + static_cast<std::ptrdiff_t>(begin),
              content_->now.begin() + static_cast<std::ptrdiff_t>(end),
              content_->safe.begin() + static_cast<std::ptrdiff_t>(begin));
  }

  FaultyDisk& disk_;
  const std::shared_ptr<FaultyDisk::Content> content_;
};

class FaultyStorage final : public Storage {
 public:
  explicit FaultyStorage(FaultyDisk& disk) : disk_(disk) {}

  IoResult List(std::vector<std::string>& names) override {
    if (disk_.is_off_) return {IoOutcome::kFailed, 0};
    names = disk_.Names();
    return {};
  }
  IoResult Open(std::string_view name,
                std::unique_ptr<StorageFile>& file) override {
    if (disk_.is_off_) return {IoOutcome::kFailed, 0};
    const auto found = disk_.names_.find(name);
    if (found == disk_.names_.end()) return {IoOutcome::kNotFound, 0};
    file = std::make_unique<FaultyFile>(disk_, found->second);
    return {};
  }
  IoResult Create(std::string_view name,
                  std::unique_ptr<StorageFile>& file) override {
    if (disk_.names_.contains(name)) return {IoOutcome::kExists, 0};
    auto content = std::make_shared<FaultyDisk::Content>();
    const IoResult may =
        Change(FaultyDisk::Step::kCreate, {"", std::string(name), content});
    if (may.ok()) file = std::make_unique<FaultyFile>(disk_, content);
    return may;
  }
  IoResult Rename(std::string_view from, std::string_view to) override {
    const auto found = disk_.names_.find(from);
    if (found == disk_.names_.end()) return {IoOutcome::kNotFound, 0};
    return Change(FaultyDisk::Step::kRename,
                  {std::string(from), std::string(to), found->second});
  }
  IoResult Remove(std::string_view name) override {
    if (!disk_.names_.contains(name)) return {IoOutcome::kNotFound, 0};
    return Change(FaultyDisk::Step::kRemove, {std::string(name), "", nullptr});
  }
  IoResult SyncNames() noexcept override {
    const IoResult may = disk_.Begin(FaultyDisk::Step::kSyncNames);
    if (!may.ok()) return may;
    disk_.safe_names_ = disk_.names_;
    disk_.changes_.clear();
    return may;
  }
  bool IsOurs() const noexcept override { return true; }

 private:
  IoResult Change(FaultyDisk::Step step, FaultyDisk::NameChange change) {
    const bool was_on = !disk_.is_off_;
    const IoResult may = disk_.Begin(step);
    if (!may.ok() && !(was_on && disk_.is_off_)) return may;
    if (!change.taken.empty()) disk_.names_.erase(change.taken);
    if (!change.made.empty()) disk_.names_[change.made] = change.content;
    disk_.changes_.push_back(std::move(change));
    return may;
  }

  FaultyDisk& disk_;
};

std::unique_ptr<Storage> FaultyDisk::OpenStorage() {
  return std::make_unique<FaultyStorage>(*this);
}

IoResult FaultyDisk::Begin(Step step) {
  const std::uint64_t number = log_.size();
  if (is_off_) return {IoOutcome::kFailed, 0};
  log_.push_back(step);
  if (number >= faults.cut_at) {
    is_off_ = true;
    return {IoOutcome::kFailed, 0};
  }
  if (number == faults.fail_at) is_failing_ = true;
  if (!is_failing_) return {};
  is_failing_ = faults.all_from_then_on;
  return {faults.fails_with, 0};
}

std::size_t FaultyDisk::Undecided() const {
  std::size_t count = changes_.size();
  std::set<const Content*> counted;
  const auto count_in = [&](const std::shared_ptr<Content>& content) {
    if (content == nullptr || !counted.insert(content.get()).second) return;
    count += content->dirty.size() + 1;  // and its size
  };
  for (const auto& [name, content] : names_) count_in(content);
  for (const auto& [name, content] : safe_names_) count_in(content);
  return count;
}

FaultyDisk FaultyDisk::AfterPowerCut(
    const std::function<bool(std::size_t)>& keeps) const {
  std::size_t number = 0;
  NameMap kept = safe_names_;
  for (const NameChange& change : changes_) {
    if (!keeps(number++)) continue;
    if (!change.taken.empty()) kept.erase(change.taken);
    if (!change.made.empty()) kept[change.made] = change.content;
  }
  FaultyDisk after;
  std::map<const Content*, std::shared_ptr<Content>> settled;
  for (const auto& [name, content] : kept) {
    std::shared_ptr<Content>& its = settled[content.get()];
    if (its == nullptr) {
      its = std::make_shared<Content>();
      its->now = content->safe;
      if (keeps(number++)) its->now.resize(content->now.size());
      for (const std::size_t sector : content->dirty) {
        if (!keeps(number++)) continue;
        const std::size_t begin = sector * kSectorBytes;
        if (begin >= its->now.size()) continue;
        const std::size_t size =
            std::min({kSectorBytes, its->now.size() - begin,
                      content->now.size() - begin});
        std::memcpy(&its->now[begin], &content->now[begin], size);
      }
      its->safe = its->now;
    }
    after.names_[name] = its;
  }
  after.safe_names_ = after.names_;
  return after;
}

std::uint64_t FaultyDisk::Fingerprint() const {
  std::uint64_t sum = 0;
  for (const auto& [name, content] : names_) {
    const std::string_view bytes(
        reinterpret_cast<const char*>(content->now.data()),
        content->now.size());
    sum = absl::HashOf(sum, name, bytes);
  }
  return sum;
}

std::vector<std::byte>* FaultyDisk::Find(std::string_view name) {
  const auto found = names_.find(name);
  return found == names_.end() ? nullptr : &found->second->now;
}

std::vector<std::string> FaultyDisk::Names() const {
  std::vector<std::string> names;
  for (const auto& [name, content] : names_) names.push_back(name);
  return names;
}

void FaultyDisk::Erase(std::string_view name) {
  names_.erase(names_.find(name));
  safe_names_ = names_;
}

}  // namespace lockstep::engine
