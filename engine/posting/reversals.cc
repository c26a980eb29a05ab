// Poster::Reverse: transfers that take earlier ones back.

#include <algorithm>
#include <deque>
#include <new>
#include <vector>

#include "engine/posting/checks.h"
#include "engine/posting/linked_receipts.h"
#include "engine/posting/post_once.h"
#include "engine/posting/post_together.h"
#include "engine/posting/poster.h"
#include "engine/posting/reversal_work.h"

namespace lockstep::engine {
namespace {

Verdict OfTransfer(Verdict verdict, std::size_t transfer, std::size_t of) {
  if (verdict.outcome != Outcome::kOk && of > 1) {
    verdict.refusal.transfer = static_cast<std::uint32_t>(transfer);
  }
  return verdict;
}

// What can be said of each without a look at what it takes back.
Verdict CheckSizes(std::span<const Reversal> reversals) {
  // No transfer has fewer than one leg that moves.
  if (reversals.size() > kMaxLinkedLegs) return {Outcome::kTooManyLegs, {}};
  for (std::size_t i = 0; i < reversals.size(); ++i) {
    const Reversal& reversal = reversals[i];
    Verdict verdict;
    if (reversal.amounts.size() > kMaxLegs || reversal.legs.size() > kMaxLegs) {
      verdict.outcome = Outcome::kTooManyLegs;
    } else if (reversal.options.description.size() > kMaxDescriptionBytes) {
      verdict.outcome = Outcome::kDescriptionTooLong;
    } else if (std::any_of(reversals.begin(),
                           reversals.begin() + static_cast<std::ptrdiff_t>(i),
                           [&](const Reversal& before) {
                             return before.transfer == reversal.transfer;
                           })) {
      verdict.outcome = Outcome::kInvalidReversal;
    }
    if (verdict.outcome != Outcome::kOk) {
      return OfTransfer(verdict, i, reversals.size());
    }
  }
  return {};
}

// All of one call: the works, and the requests that they come to.
class Works {
 public:
  Works(const PostingGround& ground, std::span<const Reversal> reversals)
      : ground_(ground), reversals_(reversals) {}

  // Looks at what is to be taken back. Throws std::bad_alloc.
  Verdict Begin(FindTransfer find) {
    for (std::size_t i = 0; i < reversals_.size(); ++i) {
      ReversalWork& work = works_.emplace_back(
          ground_.accounts, ground_.reversals, reversals_[i]);
      pointers_.push_back(&work);
      Verdict verdict;
      if (!work.Enter()) {
        verdict = work.EnterNew(find(reversals_[i].transfer));
      }
      if (verdict.outcome == Outcome::kOk) {
        verdict = work.CheckShape();
      }
      if (verdict.outcome != Outcome::kOk) {
        return OfTransfer(verdict, i, reversals_.size());
      }
    }
    return {};
  }

  // Decides upon the legs, which may be more than once. Throws std::bad_alloc.
  Verdict Decide() {
    requests_.clear();
    named_ = 0;
    for (std::size_t i = 0; i < works_.size(); ++i) {
      ReversalWork& work = works_[i];
      Verdict verdict = work.Decide();
      named_ += work.legs().size();
      if (verdict.outcome == Outcome::kOk && named_ > kMaxLinkedLegs) {
        verdict.outcome = Outcome::kTooManyLegs;
      }
      if (verdict.outcome != Outcome::kOk) {
        return OfTransfer(verdict, i, works_.size());
      }
      requests_.push_back(
          {.legs = work.legs(), .options = work.asked().options});
    }
    return {};
  }

  [[nodiscard]] bool AreStale() const noexcept {
    return std::any_of(
        works_.begin(), works_.end(),
        [](const ReversalWork& work) { return work.is_stale(); });
  }
  [[nodiscard]] std::span<const TransferRequest> requests() const noexcept {
    return requests_;
  }
  [[nodiscard]] std::span<ReversalWork* const> works() const noexcept {
    return pointers_;
  }
  [[nodiscard]] std::size_t named() const noexcept { return named_; }

 private:
  const PostingGround& ground_;
  const std::span<const Reversal> reversals_;
  std::deque<ReversalWork> works_;
  std::vector<ReversalWork*> pointers_;
  std::vector<TransferRequest> requests_;
  std::size_t named_ = 0;
};

template <Concurrency kConcurrency>
void ReverseOnce(const PostingGround& ground, SessionState& session,
                 std::span<const Reversal> reversals,
                 const TransferOptions& how, LockWait& wait, FindTransfer find,
                 IdClaim* claim, LinkedReceipts receipts) noexcept {
  try {
    Works works(ground, reversals);
    Verdict verdict = works.Begin(find);
    if (verdict.outcome != Outcome::kOk) {
      return receipts.Refuse(verdict.outcome, 0, verdict.refusal);
    }
    // Once more if others have taken a part of it back meanwhile, which can
    // happen only so often.
    do {
      verdict = works.Decide();
      if (verdict.outcome != Outcome::kOk) {
        return receipts.Refuse(verdict.outcome, 0, verdict.refusal);
      }
      PostTogether<kConcurrency>(ground, session, works.requests(),
                                 works.named(), how, wait, claim, receipts,
                                 works.works());
    } while (works.AreStale());
  } catch (const std::bad_alloc&) {
    receipts.Refuse(Outcome::kOutOfMemory, 0);
  }
}

}  // namespace

template <Concurrency kConcurrency>
BatchResult Poster<kConcurrency>::Reverse(
    SessionState& session, std::span<const Reversal> reversals,
    const LinkOptions& options, FindTransfer find,
    std::span<Receipt> all) const noexcept {
  const TransferOptions how{.wait = options.wait,
                            .mode = options.mode,
                            .retry = options.retry,
                            .dry_run = options.dry_run,
                            .id = options.id};
  BatchState state;
  LinkedReceipts receipts(reversals.size(), all, state);
  if (session.inside) {
    receipts.Refuse(Outcome::kInsideTransaction, 0);
  } else if (!IsMode(how)) {
    receipts.Refuse(Outcome::kInvalidOption, 0);
  } else if (const Verdict sizes = CheckSizes(reversals);
             sizes.outcome != Outcome::kOk) {
    receipts.Refuse(sizes.outcome, 0, sizes.refusal);
  } else if (!reversals.empty()) {
    LockWait wait(how.wait);
    const auto remembered = [&] {
      Remembered made(IdContent::OfReversals(reversals));
      made.Reserve(reversals.size(), kMaxLinkedLegs, 0);
      return made;
    };
    PostOnce(ground_, session, how, wait, remembered, receipts,
             [&](IdClaim* claim) {
               ReverseOnce<kConcurrency>(ground_, session, reversals, how, wait,
                                         find, claim, receipts);
             });
  }
  if (!how.dry_run) receipts.CountIn(session.counters);
  return state.result;
}

template BatchResult Poster<Concurrency::kMultiThread>::Reverse(
    SessionState&, std::span<const Reversal>, const LinkOptions&, FindTransfer,
    std::span<Receipt>) const noexcept;
template BatchResult Poster<Concurrency::kSingleThread>::Reverse(
    SessionState&, std::span<const Reversal>, const LinkOptions&, FindTransfer,
    std::span<Receipt>) const noexcept;

}  // namespace lockstep::engine
