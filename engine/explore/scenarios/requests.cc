// Requests while others post: flows, conditions, and transfers that are linked.

#include <array>
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "engine/explore/scenarios/mixed_scenario.h"
#include "engine/explore/scenarios/topics.h"

namespace lockstep::engine::explore {
namespace {

class RequestScenario : public MixedScenario {
 public:
  using MixedScenario::MixedScenario;

 protected:
  // Linked transfers: to those who watch they are one, which moves what they
  // move together.
  BatchResult PostAll(int thread, std::span<const TransferRequest> requests) {
    std::vector<Leg> legs;
    for (const TransferRequest& request : requests) {
      legs.insert(legs.end(), request.legs.begin(), request.legs.end());
    }
    std::vector<Receipt> receipts(requests.size());
    Record([&] { recorder().Begin(linked_, legs); });
    const TransferOptions& options = how(thread);
    const BatchResult result = session(thread).PostAll(
        requests, receipts, {.mode = options.mode, .retry = options.retry});
    Record([&] { recorder().End(receipts.back()); });
    Saw(thread, result.outcome);
    return result;
  }
  Receipt Post(int thread, TransferRequest request) {
    request.options = how(thread);
    Record([&] { recorder().Begin(request_, request.legs); });
    const Receipt receipt = session(thread).Post(request);
    std::vector<Leg> moved;
    for (std::size_t i = 0; i < receipt.flowed().size(); ++i) {
      const Amount amount = receipt.flowed()[i];
      moved.push_back({request.flows[i].from, Negate(amount).value()});
      moved.push_back({request.flows[i].to, amount});
    }
    Record([&] {
      recorder().Moved(moved);
      recorder().End(receipt);
    });
    Saw(thread, receipt.outcome());
    return receipt;
  }
  [[nodiscard]] Amount Balance(int number) {
    return ledger().Balance(account(number)).value();
  }

 private:
  const std::uint32_t linked_ = recorder().AddName("linked transfers");
  const std::uint32_t request_ = recorder().AddName("request");
};

// A posts 1 -> 2 -> 3 in two linked transfers, the second of which needs what
// the first one brings; B posts on the same accounts the other way round.
class LinkedAndTransfer final : public RequestScenario {
 public:
  explicit LinkedAndTransfer(const Setup& setup)
      : RequestScenario(setup, {"2 -> 3: 4 and 3 -> 4: 4, linked"}) {}

 private:
  void RunOther(int thread) override {
    const Leg first[] = {{account(1), Amount(-4)}, {account(2), Amount(4)}};
    const Leg second[] = {{account(2), Amount(-4)}, {account(3), Amount(4)}};
    const std::array requests = {TransferRequest{.legs = first},
                                 TransferRequest{.legs = second}};
    Require(PostAll(thread, requests).posted == 2,
            "linked transfers are refused that there is enough for");
  }
};

// Two threads each move what both need in linked transfers, in opposite orders:
// both can be posted, or the one that comes second is refused whole.
class LinkedBothWays final : public RequestScenario {
 public:
  explicit LinkedBothWays(const Setup& setup)
      : RequestScenario(setup, {"2 -> 4: 6 and 3 -> 4: 6, linked",
                                "3 -> 5: 6 and 2 -> 5: 6, linked"}) {}

 private:
  void RunOther(int thread) override {
    const int first = thread == 0 ? 1 : 2;
    const AccountId payee = account(3 + thread);
    const Leg one[] = {{account(first), Amount(-6)}, {payee, Amount(6)}};
    const Leg other[] = {{account(3 - first), Amount(-6)}, {payee, Amount(6)}};
    const std::array requests = {TransferRequest{.legs = one},
                                 TransferRequest{.legs = other}};
    posted_ += PostAll(thread, requests).posted;
  }
  std::string CheckMore() override {
    if (posted_ != 2) return "not just one of them is posted";
    const bool is_first = Balance(3) == Amount(12);
    return is_first || Balance(4) == Amount(12)
               ? std::string()
               : "a part of linked transfers is posted";
  }

  std::size_t posted_ = 0;
};

// A sweeps account 1, to which and from which B posts.
class SweepAndTransfer final : public RequestScenario {
 public:
  explicit SweepAndTransfer(const Setup& setup)
      : RequestScenario(setup, {"all that 2 has -> 4"}) {}

 private:
  void RunOther(int thread) override {
    const Flow flow[] = {{.from = account(1), .to = account(3)}};
    const Receipt receipt = Post(thread, {.flows = flow});
    Require(
        receipt.ok() && receipt.flowed()[0] == receipt.Find(account(1))->before,
        "a sweep leaves something behind");
    Require(receipt.Find(account(1))->after.is_zero(),
            "a sweep leaves something behind");
  }
};

// A and B each pay out of their own account as long as the other's has 10
// (write skew: see JointLimit). Only one of them may.
class OnCondition final : public RequestScenario {
 public:
  explicit OnCondition(const Setup& setup)
      : RequestScenario(setup,
                        {"2 -> 4: 6, if 3 has 10", "3 -> 5: 6, if 2 has 10"}) {}

 private:
  void RunOther(int thread) override {
    const int own = 1 + thread;
    const Leg legs[] = {{account(own), Amount(-6)},
                        {account(3 + thread), Amount(6)}};
    const Condition conditions[] = {
        lockstep::Require::BalanceAtLeast(account(3 - own), Amount(10))};
    const Receipt receipt =
        Post(thread, {.legs = legs, .conditions = conditions});
    posted_ += receipt.ok() ? 1 : 0;
    Require(receipt.ok() || receipt.outcome() == Outcome::kConditionNotMet,
            "a payment is refused by another than its condition");
  }
  std::string CheckMore() override {
    return posted_ == 1 ? std::string() : "not just one condition is met";
  }

  int posted_ = 0;
};

// A posts linked transfers while B reads the journal twice: there is never one
// of them without the other.
class LinkedAndCursor final : public RequestScenario {
 public:
  explicit LinkedAndCursor(const Setup& setup)
      : RequestScenario(setup, {"2 -> 3: 4 and 3 -> 4: 4, linked",
                                "reads the journal twice"}),
        cursor_(ledger().OpenJournal().value()) {
    while (!cursor_.Read().value().entries.empty()) {
    }
  }

 private:
  void RunOther(int thread) override {
    if (thread == 1) {
      for (int reads = 0; reads < 2; ++reads) {
        const std::size_t rows = cursor_.Read().value().entries.size();
        Require(rows == 0 || rows == 4,
                "a part of what is linked is to be read");
        Saw(thread, rows);
      }
      return;
    }
    const Leg first[] = {{account(1), Amount(-4)}, {account(2), Amount(4)}};
    const Leg second[] = {{account(2), Amount(-4)}, {account(3), Amount(4)}};
    const std::array requests = {TransferRequest{.legs = first},
                                 TransferRequest{.legs = second}};
    Require(PostAll(thread, requests).ok(), "linked transfers are refused");
  }

  JournalCursor cursor_;
};

// A tries a transfer between two accounts dry, without locks, while B posts
// between them: what A is told is of one moment.
class DryRunAndWriter final : public RequestScenario {
 public:
  explicit DryRunAndWriter(const Setup& setup)
      : RequestScenario(setup, {"2 -> 3: 1, dry"}) {}

 private:
  void RunOther(int thread) override {
    TransferOptions options = how(thread);
    options.dry_run = true;
    const Receipt receipt =
        session(thread).Transfer(account(1), account(2), Amount(1), options);
    Require(receipt.is_dry_run(), "a dry run is refused");
    Amount sum;
    for (const AccountChange& change : receipt.changes()) {
      sum = Add(sum, change.before).value();
    }
    Require(sum == Amount(20), "a dry run sees a mix of two moments");
  }
};

}  // namespace

std::vector<NamedScenario> RequestScenarios() {
  using Setup = LedgerScenario::Setup;
  const TransferOptions lock;
  const TransferOptions once = Optimistic(1);
  const Setup linked = {.balances = {10, 0, 5},
                        .work = {{}, {{{3, -1}, {1, 1}}}},
                        .how = {lock, lock}};
  Setup linked_optimistic = linked;
  linked_optimistic.how = {once, lock};
  const Setup both_ways = {
      .balances = {10, 10, 0, 0}, .work = {{}, {}}, .how = {lock, lock}};
  Setup both_ways_mixed = both_ways;
  both_ways_mixed.how = {once, lock};
  const Setup sweep = {.balances = {10, 3, 0},
                       .work = {{}, {{{2, -3}, {1, 3}}}},
                       .how = {lock, lock}};
  Setup sweep_optimistic = sweep;
  sweep_optimistic.how = {once, lock};
  Setup conditions_mixed = both_ways;
  conditions_mixed.how = {once, lock};
  Setup conditions_optimistic = both_ways;
  conditions_optimistic.how = {once, once};
  const Setup linked_read = {.balances = {10, 0, 0},
                             .work = {{}, {}},
                             .options = {.journal_bytes = 1 << 20},
                             .how = {lock, lock}};
  const Setup dry = {.balances = {10, 10},
                     .work = {{}, {{{2, -3}, {1, 3}}}},
                     .how = {once, lock}};
  return {
      {"linked-and-transfer",
       "two linked transfers, and one on their accounts in the other order",
       MakeFrom<LinkedAndTransfer>(linked), nullptr},
      {"linked-optimistic", "the same, the linked ones optimistic",
       MakeFrom<LinkedAndTransfer>(linked_optimistic), nullptr},
      {"linked-and-cursor", "linked transfers while a cursor reads the journal",
       MakeFrom<LinkedAndCursor>(linked_read), nullptr},
      {"linked-both-ways",
       "linked transfers in opposite orders, for one of which there is enough",
       MakeFrom<LinkedBothWays>(both_ways), nullptr},
      {"linked-both-ways-mixed", "the same, one of them optimistic",
       MakeFrom<LinkedBothWays>(both_ways_mixed), nullptr},
      {"sweep-and-transfer", "an account is swept while it is paid",
       MakeFrom<SweepAndTransfer>(sweep), nullptr},
      {"sweep-optimistic", "the same, the sweep optimistic",
       MakeFrom<SweepAndTransfer>(sweep_optimistic), nullptr},
      {"conditions", "two payments, each on condition of the other's account",
       MakeFrom<OnCondition>(both_ways), nullptr},
      {"conditions-mixed", "the same, one of them optimistic",
       MakeFrom<OnCondition>(conditions_mixed), nullptr},
      {"conditions-optimistic", "the same, both optimistic",
       MakeFrom<OnCondition>(conditions_optimistic), nullptr},
      {"dry-run-and-writer",
       "a transfer is tried dry, without locks, while a thread posts",
       MakeFrom<DryRunAndWriter>(dry), nullptr},
  };
}

}  // namespace lockstep::engine::explore
