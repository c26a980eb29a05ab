#include "engine/tool/economy/fraud_desk.h"

#include <algorithm>
#include <array>
#include <new>
#include <set>

namespace lockstep::tool {
namespace {

/// So many that those who play do not write as many while they are read.
constexpr std::size_t kRowsAtOnce = 65536;
/// The most that is read in one go.
constexpr int kMaxReads = 16;

/// As many accounts as one transfer can be about, where each is named by a flow
/// (with its issuer) and a condition.
constexpr std::size_t kAccountsAtOnce = kMaxLegs / 3;

}  // namespace

FraudDesk::FraudDesk(gsl::not_null<const Economy*> economy,
                     std::span<const Activity> activities)
    : economy_(economy), creating_codes_({kEndowmentCode}) {
  for (const Activity& activity : activities) {
    if (activity.creates) creating_codes_.push_back(activity.code);
  }
  std::sort(creating_codes_.begin(), creating_codes_.end());
  Result<JournalCursor> cursor = economy->ledger().OpenJournal();
  if (cursor) {
    cursor_.emplace(*std::move(cursor));
  } else if (cursor.error() != Outcome::kJournalOff) {
    throw std::bad_alloc();
  }
}

void FraudDesk::Follow() {
  if (!can_look()) return;
  for (int i = 0; i < kMaxReads; ++i) {
    const Result<JournalBatch> batch = cursor_->Read(kRowsAtOnce);
    if (!batch) throw std::bad_alloc();
    missed_ += batch->missed_transfers;
    const std::span<const Entry> entries = batch->entries;
    std::size_t first = 0;
    for (std::size_t end = 1; end <= entries.size(); ++end) {
      if (end < entries.size() && entries[end].leg != 0) continue;
      Read(entries.subspan(first, end - first));
      first = end;
    }
    if (entries.size() < kRowsAtOnce / 2) return;
  }
}

/// The rows of one operation.
void FraudDesk::Read(std::span<const Entry> operation) {
  const std::uint32_t code = operation.front().code;
  const bool may_create =
      std::binary_search(creating_codes_.begin(), creating_codes_.end(), code);
  std::vector<Asset> issued;  // each once
  for (const Entry& row : operation) {
    const std::optional<Asset> asset = economy_->IssuedBy(row.account);
    if (!asset || row.amount == Amount(0)) continue;
    const Minor amount = ToMinor(row.amount);
    Sums& sums = sums_[{code, *asset}];
    (amount < 0 ? sums.created : sums.destroyed) +=
        amount < 0 ? -amount : amount;
    if (std::find(issued.begin(), issued.end(), *asset) == issued.end()) {
      issued.push_back(*asset);
    }
  }
  if (may_create) return;
  for (const Asset asset : issued) {
    Sums& sums = sums_[{code, asset}];
    // What nothing was created under nobody can have gained by.
    if (sums.created == 0) continue;
    for (const Entry& other : operation) {
      if (other.asset != economy_->IdOf(asset)) continue;
      if (other.account == economy_->IssuerOf(asset)) continue;
      Gain& gain = sums.gains[other.account.value()];
      gain.amount += ToMinor(other.amount);
      if (operation.size() == 2 && other.amount > Amount(0)) {
        gain.gifts.push_back(
            {other.sequence, ToMinor(other.amount), other.leg});
      }
    }
  }
}

bool FraudDesk::IsFraud(const Key& key, const Sums& sums) const {
  return sums.created > sums.destroyed &&
         !std::binary_search(creating_codes_.begin(), creating_codes_.end(),
                             key.first);
}

// Accounts are numbered by agent.
std::vector<Agent> FraudDesk::Culprits() const {
  std::set<std::uint64_t> accounts;
  for (const auto& [key, sums] : sums_) {
    if (!IsFraud(key, sums)) continue;
    for (const auto& [account, gain] : sums.gains) {
      if (gain.amount > 0) accounts.insert(account);
    }
  }
  std::vector<Agent> culprits;
  for (const std::uint64_t account : accounts) {
    culprits.push_back(economy_->OwnerOf(AccountId(account)));
  }
  culprits.erase(std::unique(culprits.begin(), culprits.end()), culprits.end());
  return culprits;
}

std::vector<Fraud> FraudDesk::TakeBack(Worker& worker) {
  std::vector<Fraud> frauds;
  for (auto& [key, sums] : sums_) {
    if (!IsFraud(key, sums)) continue;
    std::erase_if(sums.gains,
                  [](const auto& one) { return one.second.amount <= 0; });
    Fraud fraud{.code = key.first,
                .asset = key.second,
                .created = sums.created,
                .destroyed = sums.destroyed,
                .culprits = static_cast<std::uint32_t>(sums.gains.size())};
    std::map<std::uint64_t, Minor> left;
    for (const auto& [account, gain] : sums.gains) {
      fraud.gained += gain.amount;
      const Minor back =
          Reverse(AccountId(account), gain, worker, fraud.reversed);
      fraud.recovered += back;
      if (back < gain.amount) left[account] = gain.amount - back;
    }
    fraud.recovered += Drain(left, worker);
    frauds.push_back(fraud);
    sums = {};
  }
  return frauds;
}

// The newest first, each in whole and the last in part. What has been passed on
// belongs to others now. The account stays frozen.
Minor FraudDesk::Reverse(AccountId account, const Gain& gain, Worker& worker,
                         std::uint64_t& reversed) const {
  const AccountInfo info = economy_->ledger().GetAccount(account).value();
  Minor left =
      std::min(gain.amount, ToMinor(info.balance) - ToMinor(info.held));
  Minor sum = 0;
  for (auto gift = gain.gifts.rbegin(); gift != gain.gifts.rend(); ++gift) {
    if (left <= 0) break;
    const Minor back = std::min(left, gift->amount);
    std::array<Amount, 2> amounts = {Amount(-back), Amount(-back)};
    amounts[gift->leg] = Amount(back);
    const Outcome outcome = worker.Reverse({.transfer = gift->transfer,
                                            .amounts = amounts,
                                            .despite_freeze = true},
                                           worker.DrawText());
    if (outcome == Outcome::kTransferForgotten) break;  // and all before it
    if (outcome != Outcome::kOk) continue;
    ++reversed;
    left -= back;
    sum += back;
  }
  return sum;
}

// Each gives as much as there is: that is what a flow can do. It needs the
// accounts open to what leaves them, and so for no longer than one transfer.
Minor FraudDesk::Drain(const std::map<std::uint64_t, Minor>& wanted,
                       Worker& worker) const {
  std::array<Flow, kAccountsAtOnce> flows;
  std::array<Condition, kAccountsAtOnce> conditions;
  std::array<Minor, kAccountsAtOnce> flowed = {};
  Minor sum = 0;
  std::size_t count = 0;
  const auto post = [&] {
    for (std::size_t i = 0; i < count; ++i) {
      economy_->custody().BeginSeizure(flows[i].from);
    }
    const Outcome outcome =
        worker.Post({.flows = std::span(flows).first(count),
                     .conditions = std::span(conditions).first(count)},
                    worker.DrawText(), std::span(flowed).first(count));
    if (outcome == Outcome::kOk) {
      for (std::size_t i = 0; i < count; ++i) sum += flowed[i];
    }
    for (std::size_t i = 0; i < count; ++i) {
      economy_->custody().EndSeizure(flows[i].from);
    }
    count = 0;
  };
  for (const auto& [number, amount] : wanted) {
    const AccountId account(number);
    flows[count] = {.from = account,
                    .to = economy_->IssuerOf(economy_->AssetOf(account)),
                    .at_most = Amount(amount)};
    conditions[count++] =
        Require::StatusEquals(account, AccountStatus::kCreditsFrozen);
    if (count == kAccountsAtOnce) post();
  }
  if (count > 0) post();
  return sum;
}

}  // namespace lockstep::tool
