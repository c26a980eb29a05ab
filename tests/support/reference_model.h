#pragma once

#include <boost/multiprecision/cpp_int.hpp>
#include <cstdint>
#include <map>
#include <set>
#include <span>
#include <string>
#include <tuple>
#include <vector>

#include "lockstep/lockstep.h"

namespace lockstep::test {

/// What a ledger is supposed to do, as plainly as it can be said: one thread,
/// numbers of any size, maps, and none of the engine's code. Slow, and meant to
/// be read.
///
/// It stands for a ledger that one session posts to, so its sequences are
/// counted from 1 without gaps.
class ReferenceModel {
 public:
  using Number = boost::multiprecision::cpp_int;

  /// As LedgerOptions::routes_only.
  explicit ReferenceModel(bool routes_only = false)
      : routes_only_(routes_only) {}

  static Number NumberOf(Amount amount);
  static Amount AmountOf(const Number& number);

  struct Account {
    AssetId asset;
    Number balance;
    Number floor;
    Number ceiling;
    Number held;
    AccountStatus status = AccountStatus::kOpen;
    std::uint16_t account_class = 0;
    /// The counter of the last operation's sequence.
    std::uint64_t version = 0;
  };

  /// A row of the journal.
  struct Row {
    std::uint64_t counter = 0;
    std::uint32_t leg = 0;
    AccountId account;
    Number amount;
    Number balance_after;
    AccountId counterpart;
    std::uint32_t code = 0;
    std::string description;
    EntryKind kind = EntryKind::kTransfer;
    /// For the other kinds.
    AccountStatus status = AccountStatus::kOpen;
    Number floor;
    Number ceiling;
    std::uint64_t hold = 0;
    Number held;
    std::uint64_t reverses = 0;
    Route route;
    bool is_allowed = false;
  };

  /// By the counter of the operation that placed it.
  struct Hold {
    std::vector<Leg> legs;
    std::uint64_t deadline = 0;
    HoldStatus status = HoldStatus::kOpen;
  };

  /// What moved something, by the counter of its sequence, and how much of each
  /// leg was taken back.
  struct Moved {
    std::vector<Leg> legs;
    std::vector<Number> taken;
  };
  /// How many of those are remembered at the least: the last ones.
  static constexpr std::uint64_t kRemembered = 64;

  /// What a transfer is answered with.
  struct Answer {
    Outcome outcome = Outcome::kOk;
    std::uint32_t leg = Refusal::kNoLeg;
    std::uint32_t flow = Refusal::kNoLeg;
    std::uint32_t condition = Refusal::kNoLeg;
    /// What each flow moves.
    std::vector<Number> flowed = {};
    /// Who may not be paid.
    AccountId payee = {};
  };

  Outcome CreateAsset(const AssetOptions& options);
  Outcome CreateAccount(const AccountOptions& options);
  Outcome SetStatus(AccountId account, AccountStatus status);
  Outcome SetLimits(AccountId account, Amount floor, Amount ceiling);
  Outcome SetSupplyCap(AssetId asset, Amount cap);
  Outcome AllowRoute(const Route& route);
  Outcome ForbidRoute(const Route& route);
  [[nodiscard]] const std::set<Route>& routes() const { return routes_; }
  Answer Transfer(AccountId from, AccountId to, Amount amount,
                  const TransferOptions& options);
  Answer Post(std::span<const Leg> legs, const TransferOptions& options);
  /// A function that returns these legs, whatever it sees.
  Answer Transact(std::span<const AccountId> declared,
                  std::span<const Leg> legs, const TransferOptions& options);

  Answer Post(const TransferRequest& request);
  /// An answer for each.
  std::vector<Answer> PostAll(std::span<const TransferRequest> requests);

  /// Whether a request has the right shape.
  [[nodiscard]] Answer CheckShape(const TransferRequest& request) const;

  /// Of one that is remembered, or that nobody has heard of.
  Answer Reverse(const Reversal& reversal);
  /// An answer for each.
  std::vector<Answer> ReverseAll(std::span<const Reversal> reversals);
  [[nodiscard]] const std::map<std::uint64_t, Moved>& moved() const {
    return moved_;
  }

  Answer PlaceHold(std::span<const Leg> legs, Tick deadline,
                   const TransferOptions& options);
  Answer Capture(std::uint64_t hold, std::span<const Amount> amounts,
                 const TransferOptions& options);
  Answer Release(std::uint64_t hold, const TransferOptions& options);
  Outcome Advance(Tick now);
  [[nodiscard]] const std::map<std::uint64_t, Hold>& holds() const {
    return holds_;
  }

  /// By id.
  [[nodiscard]] const std::map<AccountId, Account>& accounts() const {
    return accounts_;
  }
  [[nodiscard]] std::uint32_t asset_count() const {
    return static_cast<std::uint32_t>(codes_.size());
  }
  /// The counter of the last operation that was posted.
  [[nodiscard]] std::uint64_t counter() const { return counter_; }

  /// The rows written since this was called last.
  std::vector<Row> TakeRows() { return std::exchange(rows_, {}); }

 private:
  using OwnerKey = std::tuple<OwnerId, PurposeId, AssetId>;

  /// A leg, or one side of a flow.
  struct Side {
    AccountId account;
    Number amount;
    bool pays = false;
  };

  // The first `legs` sides are those of legs; the others, two by two, of flows.
  Answer CheckState(std::span<const Side> sides,
                    const std::map<AccountId, Number>& after, std::size_t legs,
                    std::uint32_t code) const;
  [[nodiscard]] bool IsAllowed(AccountId payer, AccountId payee,
                               std::uint32_t code) const;
  // The first side that needs a route which is not allowed, and to whom.
  Answer CheckRoutes(std::span<const Side> sides,
                     const std::map<AccountId, Number>& after, std::size_t legs,
                     std::uint32_t code) const;
  void WriteRoute(const Route& route, bool is_allowed);
  // kOk, or the first leg of an asset whose legs do not sum to zero.
  Answer CheckSums(std::span<const Leg> legs) const;
  Answer Apply(std::span<const Leg> legs, const TransferOptions& options);
  // A row for one of an operation's accounts, once it has done what it does.
  Row& AddRow(std::span<const AccountId> accounts, std::size_t leg,
              const TransferOptions& options);
  void WriteChange(EntryKind kind, AccountId account);
  void Write(std::span<const Side> sides,
             const std::map<AccountId, Number>& after,
             const TransferOptions& options);

  Answer WhyNotOpen(std::uint64_t hold) const;
  // Resolves a hold that is open, having moved what is captured.
  void Resolve(EntryKind kind, std::uint64_t hold,
               std::span<const Number> captured,
               const TransferOptions& options);
  void Remember(std::vector<Leg> legs);
  Answer CheckReversal(const Reversal& reversal) const;
  // What it takes back of each leg, by what is left.
  [[nodiscard]] std::vector<Number> TakenBy(const Reversal& reversal) const;
  Answer CheckLeft(const Reversal& reversal) const;
  Answer ApplyReversal(const Reversal& reversal);
  void LetGo(const Hold& hold, int sign);
  void WriteHoldRows(EntryKind kind, std::uint64_t hold,
                     std::span<const Number> captured,
                     const TransferOptions& options);
  Answer CheckConditions(std::span<const Condition> conditions) const;
  // The flows' amounts, worked out upon what the legs leave.
  std::vector<Number> Flow(const TransferRequest& request) const;
  Answer ApplyRequest(const TransferRequest& request);

  bool routes_only_;
  std::set<Route> routes_;
  std::map<AccountId, Account> accounts_;
  std::set<std::string> codes_;
  std::map<AssetId, AccountId> issuers_;
  std::map<std::uint64_t, Hold> holds_;
  std::map<std::uint64_t, Moved> moved_;
  std::uint64_t now_ = 0;
  std::set<std::string> keys_;
  std::set<Bits128> bits_;
  std::set<OwnerKey> owners_;
  std::vector<Row> rows_;
  std::uint64_t counter_ = 0;
};

}  // namespace lockstep::test
