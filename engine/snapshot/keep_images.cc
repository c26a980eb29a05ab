#include "engine/snapshot/keep_images.h"

namespace lockstep::engine {

void KeepImageLocked(const AccountTable& accounts, AccountId id,
                     Account& account, EpochClock::Reading now,
                     ImageStock& stock, KeptImages& kept) noexcept {
  if (WantsImageLocked(account, now)) {
    Image* const image = stock.Take();
    Image*& images = accounts.ImagesLocked(id);
    sync::WillWrite(image, "image");
    image->state = ViewLocked(accounts, id, account);
    image->account = id;
    image->epoch = account.epoch.Load();
    image->replaced_in = now.epoch;
    image->older = images;
    images = image;
    image->next = kept.first;
    if (kept.first == nullptr) kept.last = image;
    kept.first = image;
  }
  account.epoch.StoreLocked(now.epoch);
}

}  // namespace lockstep::engine
