#include "engine/log/disk.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <limits>
#include <utility>

namespace lockstep::engine {
namespace {

IoResult Failed(int error) noexcept {
  switch (error) {
    case ENOENT:
      return {IoOutcome::kNotFound, error};
    case EEXIST:
      return {IoOutcome::kExists, error};
    case EWOULDBLOCK:
      return {IoOutcome::kInUse, error};
    case ENOSPC:
    case EDQUOT:
    case EFBIG:
      return {IoOutcome::kNoSpace, error};
    case EACCES:
    case EPERM:
    case EROFS:
      return {IoOutcome::kForbidden, error};
    case ELOOP:
    case ENOTDIR:
    case EISDIR:
      return {IoOutcome::kForeign, error};
    default:
      return {IoOutcome::kFailed, error};
  }
}

class Descriptor {
 public:
  explicit Descriptor(int number) noexcept : number_(number) {}
  Descriptor(Descriptor&& other) noexcept
      : number_(std::exchange(other.number_, -1)) {}
  ~Descriptor() {
    if (number_ >= 0) ::close(number_);
  }
  Descriptor& operator=(Descriptor&&) = delete;

  [[nodiscard]] int number() const noexcept { return number_; }
  [[nodiscard]] bool is_open() const noexcept { return number_ >= 0; }

 private:
  int number_;
};

// Calls until it is not interrupted.
template <class Call>
auto Uninterrupted(const Call& call) noexcept {
  for (;;) {
    const auto result = call();
    if (result >= 0 || errno != EINTR) return result;
  }
}

bool FitsOffset(std::uint64_t offset, std::size_t bytes) noexcept {
  constexpr auto kMost =
      static_cast<std::uint64_t>(std::numeric_limits<off_t>::max());
  return offset <= kMost && bytes <= kMost - offset;
}

class DiskFile final : public StorageFile {
 public:
  explicit DiskFile(Descriptor descriptor) noexcept
      : descriptor_(std::move(descriptor)) {}

  IoResult Write(std::uint64_t offset,
                 std::span<const std::byte> bytes) noexcept override {
    if (!FitsOffset(offset, bytes.size())) return Failed(EFBIG);
    while (!bytes.empty()) {
      const ssize_t written = Uninterrupted([&] {
        return ::pwrite(descriptor_.number(), bytes.data(), bytes.size(),
                        static_cast<off_t>(offset));
      });
      if (written < 0) return Failed(errno);
      if (written == 0) return Failed(EIO);
      offset += static_cast<std::uint64_t>(written);
      bytes = bytes.subspan(static_cast<std::size_t>(written));
    }
    return {};
  }

  IoResult Read(std::uint64_t offset,
                std::span<std::byte> bytes) noexcept override {
    if (!FitsOffset(offset, bytes.size())) return Failed(EFBIG);
    while (!bytes.empty()) {
      const ssize_t read = Uninterrupted([&] {
        return ::pread(descriptor_.number(), bytes.data(), bytes.size(),
                       static_cast<off_t>(offset));
      });
      if (read < 0) return Failed(errno);
      if (read == 0) return Failed(EIO);
      offset += static_cast<std::uint64_t>(read);
      bytes = bytes.subspan(static_cast<std::size_t>(read));
    }
    return {};
  }

  IoResult Sync() noexcept override {
    // Not again if it was interrupted: what it did not write may be gone.
    return ::fdatasync(descriptor_.number()) == 0 ? IoResult() : Failed(errno);
  }

  IoResult Size(std::uint64_t& bytes) noexcept override {
    struct stat about {};
    if (::fstat(descriptor_.number(), &about) != 0) return Failed(errno);
    bytes = static_cast<std::uint64_t>(about.st_size);
    return {};
  }

 private:
  Descriptor descriptor_;
};

IoResult SyncParentOf(std::string path) {
  while (path.size() > 1 && path.back() == '/') path.pop_back();
  const std::size_t slash = path.rfind('/');
  const std::string parent = slash == std::string::npos ? "."
                             : slash == 0               ? "/"
                                                        : path.substr(0, slash);
  const Descriptor directory(
      ::open(parent.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!directory.is_open()) return Failed(errno);
  return ::fsync(directory.number()) == 0 ? IoResult() : Failed(errno);
}

class Disk final : public Storage {
 public:
  explicit Disk(Descriptor directory) noexcept
      : directory_(std::move(directory)), owner_(::getpid()) {}

  IoResult List(std::vector<std::string>& names) override {
    names.clear();
    // A descriptor of its own, since reading it moves its place.
    const int again =
        ::openat(directory_.number(), ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (again < 0) return Failed(errno);
    DIR* const entries = ::fdopendir(again);
    if (entries == nullptr) {
      const int error = errno;
      ::close(again);
      return Failed(error);
    }
    const std::unique_ptr<DIR, int (*)(DIR*)> closer(entries, ::closedir);
    for (;;) {
      errno = 0;
      const dirent* const entry = ::readdir(entries);
      if (entry == nullptr) return errno == 0 ? IoResult() : Failed(errno);
      const std::string_view name(entry->d_name);
      if (name != "." && name != "..") names.emplace_back(name);
    }
  }

  IoResult Open(std::string_view name,
                std::unique_ptr<StorageFile>& file) override {
    return OpenWith(name, 0, file);
  }
  IoResult Create(std::string_view name,
                  std::unique_ptr<StorageFile>& file) override {
    return OpenWith(name, O_CREAT | O_EXCL, file);
  }
  IoResult Rename(std::string_view from, std::string_view to) override {
    const int renamed =
        ::renameat(directory_.number(), std::string(from).c_str(),
                   directory_.number(), std::string(to).c_str());
    return renamed == 0 ? IoResult() : Failed(errno);
  }
  IoResult Remove(std::string_view name) override {
    const int removed =
        ::unlinkat(directory_.number(), std::string(name).c_str(), 0);
    return removed == 0 ? IoResult() : Failed(errno);
  }
  IoResult SyncNames() noexcept override {
    return ::fsync(directory_.number()) == 0 ? IoResult() : Failed(errno);
  }
  bool IsOurs() const noexcept override { return ::getpid() == owner_; }

 private:
  IoResult OpenWith(std::string_view name, int how,
                    std::unique_ptr<StorageFile>& file) {
    // Not to wait for the other end of what is no file.
    const int number = ::openat(
        directory_.number(), std::string(name).c_str(),
        how | O_RDWR | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK, S_IRUSR | S_IWUSR);
    if (number < 0) return Failed(errno);
    Descriptor descriptor(number);
    struct stat about {};
    if (::fstat(number, &about) != 0) return Failed(errno);
    if (!S_ISREG(about.st_mode)) return {IoOutcome::kForeign, 0};
    file = std::make_unique<DiskFile>(std::move(descriptor));
    return {};
  }

  Descriptor directory_;
  const pid_t owner_;
};

}  // namespace

IoResult OpenDisk(const std::string& path, std::unique_ptr<Storage>& storage) {
  if (::mkdir(path.c_str(), S_IRWXU) != 0 && errno != EEXIST) {
    return Failed(errno);
  }
  // Also if it was there: whoever made it may have ended before this.
  if (const IoResult synced = SyncParentOf(path); !synced.ok()) return synced;
  Descriptor directory(
      ::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
  if (!directory.is_open()) return Failed(errno);
  // Of the file that is open, not of the process: so a second opening in the
  // same process is told from the first one.
  if (::flock(directory.number(), LOCK_EX | LOCK_NB) != 0) return Failed(errno);
  storage = std::make_unique<Disk>(std::move(directory));
  return {};
}

}  // namespace lockstep::engine
