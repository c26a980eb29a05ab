#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <utility>
#include <vector>

#include "engine/tool/economy/agent.h"
#include "engine/tool/economy/economy.h"
#include "engine/tool/economy/scenario.h"
#include "engine/tool/economy/worker.h"
#include "gsl/pointers"
#include "lockstep/lockstep.h"

namespace lockstep::tool {

/// What a fraud desk found out about one code and one asset: that something was
/// created under a code that is not meant to create anything.
struct Fraud {
  std::uint32_t code = 0;
  Asset asset = Asset::kMoney;
  Minor created = 0;
  Minor destroyed = 0;
  /// How many accounts have more by it, and how much more.
  std::uint32_t culprits = 0;
  Minor gained = 0;
  /// What of that was taken back; the rest had been passed on.
  Minor recovered = 0;
  /// How many transfers were reversed for it, in whole or in part.
  std::uint64_t reversed = 0;

  [[nodiscard]] Minor lost() const noexcept { return gained - recovered; }
};

/// Follows the ledger's journal and sums up, by code, what issuers gave and
/// took, and under the codes that should give nothing also who got it. For one
/// thread at a time.
class FraudDesk {
 public:
  /// The activities say which codes are meant to create something. Both must
  /// outlive it.
  FraudDesk(gsl::not_null<const Economy*> economy,
            std::span<const Activity> activities);

  /// Whether there is a journal to follow.
  [[nodiscard]] bool can_look() const noexcept { return cursor_.has_value(); }
  /// How many operations the journal had dropped before they were read.
  [[nodiscard]] std::uint64_t missed() const noexcept { return missed_; }

  /// Reads what is new, but not for ever if others write as fast.
  void Follow();

  /// All who were given something which nobody should have got, in rising
  /// order. They must be frozen, so that nothing enters their accounts
  /// meanwhile, before the worker takes back what is left there. It is
  /// forgotten then: the next time only what is new is found.
  [[nodiscard]] std::vector<Agent> Culprits() const;
  [[nodiscard]] std::vector<Fraud> TakeBack(Worker& worker);

 private:
  using Key = std::pair<std::uint32_t, Asset>;
  /// A transfer by which an issuer gave something to one account.
  struct Gift {
    Sequence transfer;
    Minor amount = 0;
    /// Which of its two legs the account's is.
    std::uint32_t leg = 0;
  };
  struct Gain {
    /// What the account got less what it gave back.
    Minor amount = 0;
    std::vector<Gift> gifts = {};
  };
  struct Sums {
    Minor created = 0;
    Minor destroyed = 0;
    /// By the account's number.
    std::map<std::uint64_t, Gain> gains = {};
  };

  void Read(std::span<const Entry> operation);
  [[nodiscard]] bool IsFraud(const Key& key, const Sums& sums) const;
  /// Takes the gifts back as long as there is something to give. Returns what
  /// that was, and counts them.
  Minor Reverse(AccountId account, const Gain& gain, Worker& worker,
                std::uint64_t& reversed) const;
  /// Takes back what was got by other ways, or of what the journal has
  /// forgotten.
  Minor Drain(const std::map<std::uint64_t, Minor>& wanted,
              Worker& worker) const;

  gsl::not_null<const Economy*> economy_;
  /// In rising order.
  std::vector<std::uint32_t> creating_codes_;
  std::optional<JournalCursor> cursor_;
  std::uint64_t missed_ = 0;
  std::map<Key, Sums> sums_;
};

}  // namespace lockstep::tool
