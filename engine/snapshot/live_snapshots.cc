#include "engine/snapshot/live_snapshots.h"

#include <algorithm>
#include <gsl/assert>
#include <utility>

#include "engine/locking/account_lock.h"
#include "engine/locking/lock_wait.h"
#include "lock_watch.h"

namespace lockstep::engine {
namespace {

// Holds one account's lock, to look at or change its images.
class ImagesLock {
 public:
  ImagesLock(Account& account, AccountId id) noexcept
      : account_(account), id_(id) {
    LockWait wait(Wait::Forever());
    const bool locked =
        LockAccount<Concurrency::kMultiThread>(account_, id_, wait);
    Ensures(locked);
    watch::TookForImages();
  }
  ~ImagesLock() { UnlockAccount(account_, id_, Sequence()); }
  ImagesLock(const ImagesLock&) = delete;
  ImagesLock& operator=(const ImagesLock&) = delete;

 private:
  Account& account_;
  const AccountId id_;
};

void DeleteAll(Image* images) noexcept {
  while (images != nullptr) delete std::exchange(images, images->next);
}

// The account as of the cut, for the holder of its lock.
const AccountView& FindImageLocked(const AccountTable& accounts, AccountId id,
                                   std::uint32_t epoch) noexcept {
  const Image* image = accounts.ImagesLocked(id);
  while (image != nullptr && image->epoch > epoch) image = image->older;
  // Whoever changed it first after the cut has kept it.
  Ensures(image != nullptr);
  return image->state;
}

}  // namespace

LiveSnapshots::~LiveSnapshots() {
  for (SnapshotCut* cut = TakePutOff(); cut != nullptr;) {
    delete std::exchange(cut, cut->next_put_off);
  }
  // None lives but those.
  for (const Live& live : live_) DeleteAll(live.images);
  DeleteAll(TakeNew());
}

Result<std::uint32_t> LiveSnapshots::Take() {
  const ExclusiveLock lock(mutex_);
  const std::uint32_t ended = clock_.Load().epoch;
  if (ended == EpochClock::kLast) return Outcome::kTooManySnapshots;
  live_.push_back({ended, nullptr});
  clock_.Store({ended + 1, ended + 1});
  return ended;
}

std::uint32_t LiveSnapshots::OldestCut() const noexcept {
  const ExclusiveLock lock(mutex_);
  return live_.empty() ? clock_.Load().epoch : live_.front().epoch;
}

void LiveSnapshots::End(std::uint32_t epoch) noexcept {
  EndOne(epoch);
  for (SnapshotCut* next = TakePutOff(); next != nullptr;) {
    const std::unique_ptr<SnapshotCut> cut(
        std::exchange(next, next->next_put_off));
    sync::WillRead(cut.get(), "cut");
    EndOne(cut->epoch);
  }
}

void LiveSnapshots::PutOffEnd(std::unique_ptr<SnapshotCut> cut) noexcept {
  SnapshotCut* const mine = cut.release();
  sync::WillWrite(mine, "cut");
  mine->next_put_off = put_off_.load(std::memory_order_relaxed);
  // Releases: pairs with TakePutOff.
  while (!put_off_.compare_exchange_weak(mine->next_put_off, mine,
                                         std::memory_order_release,
                                         std::memory_order_relaxed)) {
  }
}

void LiveSnapshots::EndOne(std::uint32_t epoch) noexcept {
  Image* unneeded = nullptr;
  {
    const ExclusiveLock lock(mutex_);
    const auto ended =
        std::find_if(live_.begin(), live_.end(),
                     [epoch](const Live& live) { return live.epoch == epoch; });
    Expects(ended != live_.end());
    Image* const images = ended->images;
    live_.erase(ended);
    const std::uint32_t wanted_below =
        live_.empty() ? 0 : live_.back().epoch + 1;
    clock_.Store({clock_.Load().epoch, wanted_below});
    unneeded = ShareOutLocked(TakeNew());
    Image* const more = ShareOutLocked(images);
    Image** end = &unneeded;
    while (*end != nullptr) end = &(*end)->next;
    *end = more;
  }
  Drop(unneeded);
}

Image* LiveSnapshots::ShareOutLocked(Image* images) noexcept {
  Image* unneeded = nullptr;
  while (images != nullptr) {
    sync::WillRead(images, "image");
    Image* const image = std::exchange(images, images->next);
    // The latest snapshot below the epoch in which it was replaced.
    auto keeper = std::lower_bound(
        live_.begin(), live_.end(), image->replaced_in,
        [](const Live& live, std::uint32_t at) { return live.epoch < at; });
    Image** list = &unneeded;
    if (keeper != live_.begin() && (--keeper)->epoch >= image->epoch) {
      list = &keeper->images;
    }
    image->next = std::exchange(*list, image);
  }
  return unneeded;
}

void LiveSnapshots::Drop(Image* images) noexcept {
  while (images != nullptr) {
    Image* const image = std::exchange(images, images->next);
    {
      const ImagesLock locked(accounts_.Hot(image->account), image->account);
      sync::WillWrite(image, "image");
      Image** link = &accounts_.ImagesLocked(image->account);
      while (*link != image) link = &(*link)->older;
      *link = image->older;
    }
    delete image;
  }
}

AccountView ViewAtCut(const AccountTable& accounts, AccountId id,
                      std::uint32_t epoch) noexcept {
  Account& account = accounts.Hot(id);
  LockWait wait(Wait::Forever());
  for (;;) {
    const std::uint64_t word = account.word.LoadAfterRaise();
    if (!AccountWord::IsLocked(word)) {
      // Changed since: whatever else happens, there is an image to look for.
      if (account.epoch.Load() > epoch) break;
      const AccountView view = ViewShared(accounts, id, account, word);
      if (account.word.LoadAgain() == word) {
        watch::Viewed(id.value(), view.version.value(), view.balance);
        return view;
      }
    }
    static_cast<void>(wait.Again());
  }
  const ImagesLock locked(account, id);
  const AccountView& view = FindImageLocked(accounts, id, epoch);
  watch::Viewed(id.value(), view.version.value(), view.balance);
  return view;
}

}  // namespace lockstep::engine
