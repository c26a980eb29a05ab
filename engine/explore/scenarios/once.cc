// What is to be done once, however often it is asked for: operations with an
// id, and reversals.

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "engine/explore/scenarios/mixed_scenario.h"
#include "engine/explore/scenarios/topics.h"

namespace lockstep::engine::explore {
namespace {

constexpr Bits128 kId{0, 5};

class IdScenario : public MixedScenario {
 public:
  using MixedScenario::MixedScenario;

 protected:
  // A transfer between two accounts, by number, with an id.
  Receipt Pay(int thread, int from, int to, std::int64_t amount,
              Bits128 id = kId) {
    TransferOptions options = how(thread);
    options.id = id;
    const Leg legs[] = {{account(from), Amount(-amount)},
                        {account(to), Amount(amount)}};
    Record([&] { recorder().Begin(name_, legs); });
    const Receipt receipt = session(thread).Transfer(account(from), account(to),
                                                     Amount(amount), options);
    Record([&] {
      if (receipt.is_replay()) {  // it posted nothing
        recorder().End(Outcome::kIdTaken);
      } else {
        recorder().End(receipt);
      }
    });
    Saw(thread,
        receipt.is_replay() ? "replay" : OutcomeName(receipt.outcome()));
    return receipt;
  }
  [[nodiscard]] Amount Balance(int number) {
    return ledger().Balance(account(number)).value();
  }

 private:
  const std::uint32_t name_ = recorder().AddName("transfer with an id");
};

// Both ask for the same.
class SameIdTwice final : public IdScenario {
 public:
  explicit SameIdTwice(const Setup& setup)
      : IdScenario(setup, {"1 -> 2: 4 with an id", "the same"}) {}

 private:
  void RunOther(int thread) override {
    const Receipt receipt = Pay(thread, 1, 2, 4);
    Require(receipt.ok(), "what can be posted is refused");
    posted_ += receipt.is_replay() ? 0 : 1;
    if (!sequence_.is_none()) {
      Require(receipt.sequence() == sequence_, "a replay is of something else");
    }
    sequence_ = receipt.sequence();
  }
  std::string CheckMore() override {
    return posted_ == 1 && Balance(2) == Amount(4)
               ? ""
               : "what has one id is not posted just once";
  }

  int posted_ = 0;
  Sequence sequence_;
};

// Different content, on accounts that have nothing to do with each other.
class SameIdOtherContent final : public IdScenario {
 public:
  explicit SameIdOtherContent(const Setup& setup)
      : IdScenario(setup, {"1 -> 2: 4 with an id", "3 -> 4: 4 with the same"}) {
  }

 private:
  void RunOther(int thread) override {
    const Receipt receipt = Pay(thread, 1 + 2 * thread, 2 + 2 * thread, 4);
    if (receipt.ok()) {
      ++posted_;
      return;
    }
    Require(receipt.outcome() == Outcome::kIdTaken &&
                receipt.refusal().id_field == IdField::kLegs,
            "what differs is not named");
  }
  std::string CheckMore() override {
    return posted_ == 1 ? "" : "one id stands for two transfers";
  }

  int posted_ = 0;
};

// One asks for more than there is, the other one for what there is.
class RefusedIdIsFree final : public IdScenario {
 public:
  explicit RefusedIdIsFree(const Setup& setup)
      : IdScenario(setup,
                   {"1 -> 2: 40 with an id", "1 -> 2: 4 with the same"}) {}

 private:
  void RunOther(int thread) override {
    const Receipt receipt = Pay(thread, 1, 2, thread == 0 ? 40 : 4);
    if (thread == 1) {
      Require(receipt.ok() && !receipt.is_replay(),
              "what was refused has used up its id");
    } else {
      Require(receipt.outcome() == Outcome::kInsufficientFunds ||
                  receipt.outcome() == Outcome::kIdTaken,
              "what there is not enough for is not refused");
    }
  }
};

// One is asked for again while another one makes the ledger forget it.
class IdIsForgotten final : public IdScenario {
 public:
  explicit IdIsForgotten(const Setup& setup)
      : IdScenario(setup, {"asks again for 1 -> 2: 4 with an id",
                           "1 -> 3: 1 with another id"}) {
    TransferOptions options;
    options.id = kId;
    ledger().Transfer(account(1), account(2), Amount(4), options);
    StartHistory();
  }

 private:
  void RunOther(int thread) override {
    if (thread == 1) {
      Require(Pay(1, 1, 3, 1, {0, 6}).ok(), "another id is refused");
      return;
    }
    const Receipt again = Pay(0, 1, 2, 4);
    Require(again.ok(), "what can be posted is refused");
    is_replay_ = again.is_replay();
  }
  std::string CheckMore() override {
    return Balance(2) == Amount(is_replay_ ? 4 : 8)
               ? ""
               : "a replay moves something, or nothing else does";
  }

  bool is_replay_ = false;
};

// A clone is made as something is posted: it has what was moved and the id, or
// neither.
class IdAndClone final : public IdScenario {
 public:
  explicit IdAndClone(const Setup& setup)
      : IdScenario(setup, {"1 -> 2: 4 with an id", "makes a clone"}) {}

 private:
  void RunOther(int thread) override {
    if (thread == 0) {
      Require(Pay(0, 1, 2, 4).ok(), "what can be posted is refused");
      return;
    }
    Result<Ledger> clone = ledger().Clone();
    const sync::Unscheduled looks_only;
    const bool has_moved = clone->Balance(account(2)).value() == Amount(4);
    TransferOptions options;
    options.id = kId;
    const Receipt again =
        clone->Transfer(account(1), account(2), Amount(4), options);
    Require(again.is_replay() == has_moved,
            "a clone has what was posted without its id, or the other way");
    Saw(1, has_moved ? "moved" : "not moved");
  }
};

// --- Reversals ---------------------------------------------------------------

// 10 were moved from account 1 to account 2, and a part of it taken back: so
// the ledger knows what it was. (If it has to find that out there is a hundred
// times as much to explore.)
class ReversalScenario : public MixedScenario {
 public:
  ReversalScenario(const Setup& setup, std::vector<std::string_view> titles,
                   std::int64_t taken_before = 1)
      : MixedScenario(setup, std::move(titles)),
        legs_{{account(1), Amount(-10)}, {account(2), Amount(10)}},
        transfer_(ledger().Post(legs_).sequence()) {
    if (taken_before > 0) {
      const Amount part[] = {Amount(-taken_before), Amount(taken_before)};
      ledger().Reverse({.transfer = transfer_, .amounts = part, .legs = legs_});
    }
    StartHistory();
  }

 protected:
  // So much of it, or all that is left; what the legs are is told if `legs` is
  // not empty.
  Receipt Reverse(int thread, std::int64_t amount,
                  std::span<const Leg> legs = {}) {
    const Amount amounts[] = {Amount(-amount), Amount(amount)};
    Record([&] { recorder().Begin(name_, {}); });
    const Receipt receipt = session(thread).Reverse(
        {.transfer = transfer_,
         .amounts = amount == 0 ? std::span<const Amount>() : amounts,
         .legs = legs,
         .options = how(thread)});
    std::vector<Leg> moved;
    for (const AccountChange& change : receipt.changes()) {
      moved.push_back(
          {change.account, Subtract(change.after, change.before).value()});
    }
    Record([&] {
      recorder().Moved(moved);
      recorder().End(receipt);
    });
    Saw(thread, receipt.outcome());
    if (receipt.ok()) ++posted_;
    return receipt;
  }
  [[nodiscard]] std::span<const Leg> legs() const { return legs_; }
  [[nodiscard]] int posted() const { return posted_; }
  [[nodiscard]] Amount Balance(int number) {
    return ledger().Balance(account(number)).value();
  }

 private:
  const std::uint32_t name_ = recorder().AddName("takes it back");
  const std::vector<Leg> legs_;
  const Sequence transfer_;
  int posted_ = 0;
};

class ReversedTwice final : public ReversalScenario {
 public:
  explicit ReversedTwice(const Setup& setup)
      : ReversalScenario(setup, {"takes it back", "the same"}) {}

 private:
  void RunOther(int thread) override {
    const Outcome outcome = Reverse(thread, 0).outcome();
    Require(outcome == Outcome::kOk || outcome == Outcome::kAlreadyReversed,
            "who comes second is told something else");
  }
  std::string CheckMore() override {
    return posted() == 1 && Balance(2) == Amount(10)
               ? ""
               : "a transfer is not taken back just once";
  }
};

class PartsReversed final : public ReversalScenario {
 public:
  explicit PartsReversed(const Setup& setup)
      : ReversalScenario(setup, {"takes 6 of it back", "the same"}) {}

 private:
  void RunOther(int thread) override {
    const Outcome outcome = Reverse(thread, 6).outcome();
    Require(outcome == Outcome::kOk || outcome == Outcome::kReversalTooLarge,
            "who comes second is told something else");
  }
  std::string CheckMore() override {
    return posted() == 1 ? "" : "more is taken back than was moved";
  }
};

// Whatever comes first, all of it is taken back in the end.
class PartAndRestReversed final : public ReversalScenario {
 public:
  explicit PartAndRestReversed(const Setup& setup)
      : ReversalScenario(setup,
                         {"takes all of it back", "takes 4 of it back"}) {}

 private:
  void RunOther(int thread) override {
    const Outcome outcome = Reverse(thread, thread * 4).outcome();
    const bool is_late = thread == 1 && outcome == Outcome::kAlreadyReversed;
    Require(outcome == Outcome::kOk || is_late,
            "what is left cannot be taken back");
  }
  std::string CheckMore() override {
    return Balance(2) == Amount(10) ? "" : "not all of it is taken back";
  }
};

// There is no journal, and two callers do not agree on what was moved.
class LegsToldOtherwise final : public ReversalScenario {
 public:
  explicit LegsToldOtherwise(const Setup& setup)
      : ReversalScenario(setup, {"takes it back", "says that it was 3 -> 4"},
                         0) {}

 private:
  void RunOther(int thread) override {
    const Leg others[] = {{account(3), Amount(-10)}, {account(4), Amount(10)}};
    const std::span<const Leg> told = thread == 0 ? legs() : others;
    const Outcome outcome = Reverse(thread, 0, told).outcome();
    Require(outcome == Outcome::kOk || outcome == Outcome::kInvalidReversal,
            "who is not believed is told something else");
  }
  std::string CheckMore() override {
    return posted() == 1 ? "" : "one transfer is taken back as two";
  }
};

// What is to be taken back is being spent; and the journal says what it was.
class ReversedAndSpent final : public ReversalScenario {
 public:
  explicit ReversedAndSpent(const Setup& setup)
      : ReversalScenario(setup, {"takes it back"}, 0) {}

 private:
  void RunOther(int thread) override {
    const Outcome outcome = Reverse(thread, 0).outcome();
    Require(outcome == Outcome::kOk || outcome == Outcome::kInsufficientFunds,
            "what the journal has is not found");
  }
  std::string CheckMore() override {
    const bool is_spent = outcomes(0)[0] == Outcome::kOk;
    return posted() == (is_spent ? 0 : 1) ? ""
                                          : "not just one of them is posted";
  }
};

}  // namespace

std::vector<NamedScenario> OnceScenarios() {
  using Setup = LedgerScenario::Setup;
  const TransferOptions lock;
  const TransferOptions once = Optimistic(1);
  const Setup two = {
      .balances = {10, 0, 10, 0}, .work = {{}, {}}, .how = {lock, lock}};
  Setup two_optimistic = two;
  two_optimistic.how = {once, once};
  Setup forgetful = two;
  forgetful.options.id_window = 1;
  forgetful.real_time = false;
  Setup cloned = two;
  cloned.real_time = false;
  Setup reversed = two;
  reversed.balances = {20, 10, 20, 20};
  // With the order of calls there are more schedules than one has patience for.
  reversed.real_time = false;
  Setup reversed_optimistic = reversed;
  reversed_optimistic.how = {lock, once};
  Setup spent = {.balances = {10, 0, 0},
                 .work = {{{{2, -5}, {3, 5}}}, {}},
                 .options = {.journal_bytes = 1},
                 .how = {lock, lock}};
  Setup spent_optimistic = spent;
  spent_optimistic.how = {lock, once};
  return {
      {"same-id-twice", "the same is asked for twice, with one id",
       MakeFrom<SameIdTwice>(two), nullptr},
      {"same-id-twice-optimistic", "the same, both optimistic",
       MakeFrom<SameIdTwice>(two_optimistic), nullptr},
      {"same-id-other-content", "one id is used for two transfers",
       MakeFrom<SameIdOtherContent>(two), nullptr},
      {"same-id-other-content-optimistic", "the same, both optimistic",
       MakeFrom<SameIdOtherContent>(two_optimistic), nullptr},
      {"refused-id", "an id is used anew as what had it is refused",
       MakeFrom<RefusedIdIsFree>(two), nullptr},
      {"forgotten-id", "an id is used again as it is forgotten",
       MakeFrom<IdIsForgotten>(forgetful), nullptr},
      {"id-and-clone", "a clone is made as something with an id is posted",
       MakeFrom<IdAndClone>(cloned), nullptr},
      {"reversal-twice", "a transfer is taken back twice",
       MakeFrom<ReversedTwice>(reversed), nullptr},
      {"reversal-twice-optimistic", "the same, one optimistic",
       MakeFrom<ReversedTwice>(reversed_optimistic), nullptr},
      {"reversal-in-parts", "two parts are taken back that are too much",
       MakeFrom<PartsReversed>(reversed), nullptr},
      {"reversal-in-parts-optimistic", "the same, one optimistic",
       MakeFrom<PartsReversed>(reversed_optimistic), nullptr},
      {"reversal-of-the-rest", "a part is taken back, and all that is left",
       MakeFrom<PartAndRestReversed>(reversed), nullptr},
      {"reversal-of-the-rest-optimistic", "the same, one optimistic",
       MakeFrom<PartAndRestReversed>(reversed_optimistic), nullptr},
      {"reversal-told-otherwise", "two do not agree on what is taken back",
       MakeFrom<LegsToldOtherwise>(reversed), nullptr},
      {"reversal-and-payment", "what is to be taken back is being spent",
       MakeFrom<ReversedAndSpent>(spent), nullptr},
      {"reversal-and-payment-optimistic", "the same, the reversal optimistic",
       MakeFrom<ReversedAndSpent>(spent_optimistic), nullptr},
  };
}

}  // namespace lockstep::engine::explore
