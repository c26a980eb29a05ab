// Accounts that are made while others look for them or use them.

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/explore/scenarios/mixed_scenario.h"
#include "engine/explore/scenarios/topics.h"

namespace lockstep::engine::explore {
namespace {

constexpr std::string_view kKey = "bob";

// What those who make an account, and those who use it, have in common.
class Creation : public MixedScenario {
 public:
  using MixedScenario::MixedScenario;

 protected:
  Result<AccountId> Create() {
    return ledger().CreateAccount(
        {.asset = asset(), .key = kKey, .label = "Bob"});
  }

  // Pays an account that there may not be yet.
  void Pay(int thread, AccountId to) {
    const Outcome outcome = PayFrom(account(1), thread, to);
    Require(outcome == Outcome::kOk || outcome == Outcome::kUnknownAccount,
            "a payment to a new account is refused for another reason than "
            "that there is no such account");
    if (outcome == Outcome::kOk) RequireWhole(thread, to);
  }
  // Makes one and pays it from the issuer, without looking at what came of it:
  // for those beside whom others look at every account there is.
  void CreateAndIssue(int thread) {
    const Outcome outcome = PayFrom(account(0), thread, Create().value());
    Require(outcome == Outcome::kOk, "who made an account cannot pay it");
  }

  // What the new account says of itself, to who knows of it.
  void RequireWhole(int thread, AccountId made) {
    const Result<AccountInfo> info = ledger().GetAccount(made);
    Require(info.has_value() && info->asset == asset() && info->key == kKey &&
                info->label == "Bob" && info->ceiling == Amount::Max(),
            "who knows of a new account does not see all of it");
    Saw(thread, info ? FormatDecimal(info->balance, 0) : "unknown");
  }

 private:
  Outcome PayFrom(AccountId from, int thread, AccountId to) {
    const std::vector<Leg> legs = {{from, Amount(-4)}, {to, Amount(4)}};
    Record([&] { recorder().Begin(pays_, legs); });
    const Receipt receipt = session(thread).Transfer(from, to, Amount(4));
    Record([&] { recorder().End(receipt); });
    Saw(thread, receipt.outcome());
    return receipt.outcome();
  }

  const std::uint32_t pays_ = recorder().AddName("payment to the new account");
};

// A makes an account; B looks for it by its key, and pays it if it is there.
class CreateAndFind final : public Creation {
 public:
  explicit CreateAndFind(const Setup& setup)
      : Creation(setup, {"makes account 3, with a key",
                         "finds it by its key and pays it"}) {}

 private:
  void RunOther(int thread) override {
    if (thread == 0) return Require(Create().has_value(), "it is not made");
    const Result<AccountId> found = ledger().FindAccount(kKey);
    Saw(thread, found ? Outcome::kOk : found.error());
    if (!found) return;
    RequireWhole(thread, *found);
    Pay(thread, *found);
    Require(ledger().Balance(*found).value() == Amount(4),
            "an account that was found by its key cannot be paid");
  }
};

// A makes an account; the others pay it, not knowing whether it is there.
class CreateAndPay final : public Creation {
 public:
  explicit CreateAndPay(const Setup& setup)
      : Creation(setup, {"makes account 3", "pays account 3 if it is there",
                         "pays account 3 if it is there"}) {}

 private:
  void RunOther(int thread) override {
    if (thread == 0) return Require(Create().has_value(), "it is not made");
    Pay(thread, AccountId(account(1).value() + 1));
  }
};

// Both make an account with the same key.
class CreateSameKey final : public Creation {
 public:
  explicit CreateSameKey(const Setup& setup)
      : Creation(setup, {"makes an account with a key",
                         "makes an account with the same key"}) {}

 private:
  void RunOther(int thread) override {
    const Result<AccountId> made = Create();
    Saw(thread, made ? Outcome::kOk : made.error());
    Require(made.has_value() || made.error() == Outcome::kKeyExists,
            "making an account is refused for another reason than its key");
    const Result<AccountId> found = ledger().FindAccount(kKey);
    Require(found.has_value() && (!made || *made == *found),
            "the key does not find the account that was made with it");
    if (found) RequireWhole(thread, *found);
  }
  std::string CheckMore() override {
    return ledger().account_count() == account(1).value() + 1
               ? std::string()
               : "two accounts have the same key";
  }
};

// A makes an account, and the issuer pays it at once; B looks at all there are.
class CreateDuringAudit final : public Creation {
 public:
  explicit CreateDuringAudit(const Setup& setup)
      : Creation(setup, {"makes account 2 and pays it", "audits"}) {}

 private:
  void RunOther(int thread) override {
    if (thread == 0) return CreateAndIssue(thread);
    Record([&] { recorder().Begin(audits_); });
    const AuditReport report = ledger().Audit().value();
    Record([&] { recorder().End(Outcome::kOk); });
    Require(report.ok, "an audit during it finds that the books do not hold");
    Saw(thread, report.accounts);
  }

  const std::uint32_t audits_ = recorder().AddName("audit");
};

// The same; B takes a snapshot, which has the account with its payment, or
// without it, or neither.
class CreateDuringSnapshot final : public Creation {
 public:
  explicit CreateDuringSnapshot(const Setup& setup)
      : Creation(setup, {"makes account 2 and pays it", "takes a snapshot"}) {}

 private:
  void RunOther(int thread) override {
    if (thread == 0) return CreateAndIssue(thread);
    Record([&] { recorder().Begin(takes_); });
    snapshot_.emplace(ledger().TakeSnapshot().value());
    const AccountId made(account(0).value() + 1);
    const Result<Amount> paid = snapshot_->Balance(made);
    const Amount issued = snapshot_->Balance(account(0)).value();
    Record([&] { recorder().End(Outcome::kOk); });
    Saw(thread, paid ? Outcome::kOk : paid.error());
    Saw(thread, FormatDecimal(issued, 0));
    Require(paid.has_value() == (snapshot_->account_count() == 2),
            "a snapshot has another number of accounts than it says");
    Require(Add(issued, paid ? *paid : Amount()).value() == Amount(),
            "a snapshot has a payment without the account that was paid");
  }

  const std::uint32_t takes_ = recorder().AddName("snapshot");
  std::optional<Snapshot> snapshot_;
};

// A makes an asset and an account of it, and pays that from the new issuer; B
// takes a digest, which is of one moment. Which moments there are, another
// ledger says, on which the same is done.
class CreateDuringDigest final : public Creation {
 public:
  explicit CreateDuringDigest(const Setup& setup)
      : Creation(setup, {"makes asset 2 and account 3, and pays it",
                         "takes a digest"}) {
    Ledger same = Ledger::Open({.journal_bytes = 0}).value();
    static_cast<void>(same.CreateAsset({.code = "GOLD"}));
    const auto note = [&] { moments_.push_back(same.Digest().value()); };
    note();
    MakeAsset(same);
    note();
    MakeAccount(same);
    note();
    same.Post(LegsOn(same));
    note();
  }

 private:
  static void MakeAsset(Ledger& on) {
    static_cast<void>(on.CreateAsset({.code = "SILVER"}));
  }
  static void MakeAccount(Ledger& on) {
    static_cast<void>(on.CreateAccount({.asset = AssetId(2), .key = kKey}));
  }
  static std::vector<Leg> LegsOn(const Ledger& on) {
    const AccountId silver = on.GetAsset(AssetId(2))->issuer;
    return {{silver, Amount(-7)}, {AccountId(silver.value() + 1), Amount(7)}};
  }

  void RunOther(int thread) override {
    if (thread == 1) {
      const Bits128 digest = ledger().Digest().value();
      std::size_t moment = 0;
      while (moment < moments_.size() && moments_[moment] != digest) ++moment;
      Require(moment < moments_.size(),
              "the digest is of no moment that there was");
      return Saw(thread, moment);
    }
    MakeAsset(ledger());
    MakeAccount(ledger());
    const std::vector<Leg> legs = LegsOn(ledger());
    Record([&] { recorder().Begin(posts_, legs); });
    const Receipt receipt = session(thread).Post(legs);
    Record([&] { recorder().End(receipt); });
    Require(receipt.ok(), "new accounts cannot be posted to");
  }

  const std::uint32_t posts_ = recorder().AddName("first payment");
  std::vector<Bits128> moments_;
};

}  // namespace

std::vector<NamedScenario> CreationScenarios() {
  const LedgerScenario::Setup two = {{10}, {{}, {}}};
  const LedgerScenario::Setup issuer_alone = {
      .balances = {}, .work = {{}, {}}, .real_time = false};
  const LedgerScenario::Setup three = {
      .balances = {10}, .work = {{}, {}, {}}, .real_time = false};
  return {
      {"create-and-find",
       "an account is made, and another thread finds and pays it",
       MakeFrom<CreateAndFind>(two), nullptr},
      {"create-and-pay",
       "an account is made, and two threads pay it who guessed its number",
       MakeFrom<CreateAndPay>(three), nullptr},
      {"create-same-key", "two threads make an account with the same key",
       MakeFrom<CreateSameKey>(two), nullptr},
      {"create-during-audit",
       "an account is made and paid while the books are audited",
       MakeFrom<CreateDuringAudit>(issuer_alone), nullptr},
      {"create-during-snapshot",
       "an account is made and paid while a snapshot is taken",
       MakeFrom<CreateDuringSnapshot>(issuer_alone), nullptr},
      {"create-during-digest",
       "an asset and an account are made and posted to while a digest is taken",
       MakeFrom<CreateDuringDigest>(issuer_alone), nullptr},
  };
}

}  // namespace lockstep::engine::explore
