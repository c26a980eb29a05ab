// Holds, and those who race for them.

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "engine/explore/scenarios/mixed_scenario.h"
#include "engine/explore/scenarios/topics.h"

namespace lockstep::engine::explore {
namespace {

// Account 1 has a hold of 6 in favour of account 2, due at 5.
class HoldScenario : public MixedScenario {
 public:
  HoldScenario(const Setup& setup, std::vector<std::string_view> titles)
      : MixedScenario(setup, std::move(titles)),
        legs_{{account(1), Amount(-6)}, {account(2), Amount(6)}} {}

 protected:
  // For constructors: places it before the threads begin.
  void PlaceHold() {
    hold_ = ledger().Hold(legs_, Tick(5)).sequence();
    StartHistory();
  }
  Outcome Hold(int thread) {
    return Recorded(
               thread, name_, {},
               [&] { return session(thread).Hold(legs_, {}, how(thread)); })
        .outcome();
  }
  Outcome Capture(int thread) {
    return Recorded(
               thread, name_, legs_,
               [&] { return session(thread).Capture(hold_, {}, how(thread)); })
        .outcome();
  }
  Outcome Release(int thread) {
    return Recorded(thread, name_, {},
                    [&] { return session(thread).Release(hold_, how(thread)); })
        .outcome();
  }
  // Whether the hold expired by that.
  bool Advance(int thread) {
    Record([&] { recorder().Begin(name_); });
    const Outcome outcome = ledger().Advance(Tick(5));
    Require(outcome == Outcome::kOk, "the time cannot be set");
    const bool has_expired = StatusNow() == HoldStatus::kExpired;
    // Nobody stamps the account once the hold has expired.
    const Sequence expired_at = Info(1).version;
    Record([&] {
      if (has_expired) {
        recorder().End(expired_at);
      } else {  // it came too late, and so posted nothing
        recorder().End(Outcome::kUnknownHold);
      }
    });
    Saw(thread, has_expired ? "expired" : "not expired");
    return has_expired;
  }
  [[nodiscard]] HoldStatus StatusNow() {
    return ledger().GetHold(hold_)->status;
  }
  [[nodiscard]] AccountInfo Info(int number) {
    return ledger().GetAccount(account(number)).value();
  }
  // Counts that somebody resolved it.
  void Resolved(bool did) { resolved_ += did ? 1 : 0; }

  std::string CheckMore() override {
    if (resolved_ != 1) return "a hold is not resolved just once";
    if (Info(1).held != Amount()) return "something is held for ever";
    const bool has_moved = Info(2).balance == Amount(6);
    return has_moved == (StatusNow() == HoldStatus::kCaptured)
               ? ""
               : "a hold moves what it should not, or does not";
  }

 private:
  const std::vector<Leg> legs_;
  const std::uint32_t name_ = recorder().AddName("works on the hold");
  HoldId hold_;
  int resolved_ = 0;
};

class CaptureAndRelease final : public HoldScenario {
 public:
  explicit CaptureAndRelease(const Setup& setup)
      : HoldScenario(setup, {"captures the hold", "releases the hold"}) {
    PlaceHold();
  }

 private:
  void RunOther(int thread) override {
    const Outcome outcome = thread == 0 ? Capture(thread) : Release(thread);
    Resolved(outcome == Outcome::kOk);
    Require(outcome == Outcome::kOk ||
                outcome == (thread == 0 ? Outcome::kHoldReleased
                                        : Outcome::kHoldCaptured),
            "who comes second is told something else");
  }
};

class CaptureAndExpiry final : public HoldScenario {
 public:
  explicit CaptureAndExpiry(const Setup& setup)
      : HoldScenario(setup, {"captures the hold", "lets it expire"}) {
    PlaceHold();
  }

 private:
  void RunOther(int thread) override {
    if (thread == 1) return Resolved(Advance(thread));
    const Outcome outcome = Capture(thread);
    Resolved(outcome == Outcome::kOk);
    Require(outcome == Outcome::kOk || outcome == Outcome::kHoldExpired,
            "who is late is told something else");
  }
};

class ReleaseAndExpiry final : public HoldScenario {
 public:
  explicit ReleaseAndExpiry(const Setup& setup)
      : HoldScenario(setup, {"releases the hold", "lets it expire"}) {
    PlaceHold();
  }

 private:
  void RunOther(int thread) override {
    if (thread == 1) return Resolved(Advance(thread));
    const Outcome outcome = Release(thread);
    Resolved(outcome == Outcome::kOk);
    Require(outcome == Outcome::kOk || outcome == Outcome::kHoldExpired,
            "who is late is told something else");
  }
};

// A has 10, out of which one thread holds 6 and another one pays 6.
class HoldAndPay final : public HoldScenario {
 public:
  explicit HoldAndPay(const Setup& setup)
      : HoldScenario(setup, {"holds 6 of account 2"}) {}

 private:
  void RunOther(int thread) override {
    has_held_ = Hold(thread) == Outcome::kOk;
  }
  std::string CheckMore() override {
    const bool has_paid = outcomes(0)[0] == Outcome::kOk;
    return has_held_ == has_paid ? "not just one of them is posted" : "";
  }

  bool has_held_ = false;
};

// An account that may owe 10 is closed, or has something held.
class HoldAndClose final : public HoldScenario {
 public:
  explicit HoldAndClose(const Setup& setup)
      : HoldScenario(setup, {"holds 6 of account 2", "closes account 2"}) {
    ledger().SetLimits(account(1), Amount(-10), Amount::Max());
    StartHistory();
  }

 private:
  void RunOther(int thread) override {
    if (thread == 0) {
      has_held_ = Hold(thread) == Outcome::kOk;
      return;
    }
    Record([&] { recorder().Begin(closes_); });
    const Outcome outcome =
        ledger().SetStatus(account(1), AccountStatus::kClosed);
    Record([&] { recorder().EndStatusChange(outcome); });
    Saw(thread, outcome);
    has_closed_ = outcome == Outcome::kOk;
    Require(has_closed_ || outcome == Outcome::kHeldNotZero,
            "an account is not closed, for no reason that there is");
  }
  std::string CheckMore() override {
    return has_held_ == has_closed_ ? "not just one of them is posted" : "";
  }

  const std::uint32_t closes_ = recorder().AddName("closes account 2");
  bool has_held_ = false;
  bool has_closed_ = false;
};

}  // namespace

std::vector<NamedScenario> HoldScenarios() {
  using Setup = LedgerScenario::Setup;
  const TransferOptions lock;
  const TransferOptions once = Optimistic(1);
  const Setup two = {
      .balances = {10, 0}, .work = {{}, {}}, .how = {lock, lock}};
  Setup two_optimistic = two;
  two_optimistic.how = {once, once};
  // With the order of calls there are a million schedules, and none is bad.
  Setup expiry_optimistic = two_optimistic;
  expiry_optimistic.real_time = false;
  const Setup pay = {.balances = {10, 0, 0},
                     .work = {{{{1, -6}, {3, 6}}}, {}},
                     .how = {lock, lock}};
  Setup pay_optimistic = pay;
  pay_optimistic.how = {lock, once};
  const Setup close = {
      .balances = {0, 0}, .work = {{}, {}}, .how = {lock, lock}};
  Setup close_optimistic = close;
  close_optimistic.how = {once, lock};
  return {
      {"capture-and-release", "a hold is captured and released",
       MakeFrom<CaptureAndRelease>(two), nullptr},
      {"capture-and-release-optimistic", "the same, both optimistic",
       MakeFrom<CaptureAndRelease>(two_optimistic), nullptr},
      {"capture-and-expiry", "a hold is captured as its time comes",
       MakeFrom<CaptureAndExpiry>(two), nullptr},
      {"capture-and-expiry-optimistic", "the same, the capture optimistic",
       MakeFrom<CaptureAndExpiry>(expiry_optimistic), nullptr},
      {"release-and-expiry", "a hold is released as its time comes",
       MakeFrom<ReleaseAndExpiry>(two), nullptr},
      {"hold-and-pay", "what one holds, another one pays",
       MakeFrom<HoldAndPay>(pay), nullptr},
      {"hold-and-pay-optimistic", "the same, the hold optimistic",
       MakeFrom<HoldAndPay>(pay_optimistic), nullptr},
      {"hold-and-close", "an account is closed as something of it is held",
       MakeFrom<HoldAndClose>(close), nullptr},
      {"hold-and-close-optimistic", "the same, the hold optimistic",
       MakeFrom<HoldAndClose>(close_optimistic), nullptr},
  };
}

}  // namespace lockstep::engine::explore
