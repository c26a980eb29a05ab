#include <cstdint>
#include <memory>
#include <utility>

#include "engine/explore/scenarios/mixed_scenario.h"
#include "engine/explore/scenarios/topics.h"

namespace lockstep::engine::explore {
namespace {

// 2^64 - 1, which one more turns into 2^64: both halves change.
constexpr Amount kLowHalfFull = Amount::FromHalves(0, UINT64_MAX);

// Thread A posts to account 1, whose balance is 2^64 - 1 at first; thread B
// looks at it without its lock.
class TornHalves final : public MixedScenario {
 public:
  explicit TornHalves(const Setup& setup)
      : MixedScenario(setup, {"reads account 2 twice"}),
        name_(recorder().AddName("read of account 2")) {
    const AccountId issuer = ledger().GetAsset(asset())->issuer;
    const Amount had = ledger().Balance(account(1)).value();
    ledger().Transfer(issuer, account(1), Subtract(kLowHalfFull, had).value());
    StartHistory();
    Amount balance = kLowHalfFull;
    balances_.push_back(balance);
    for (const LegsOf& legs : setup.work[0]) {
      for (const LegOf& leg : legs) {
        if (leg.account == 1)
          balance = Add(balance, Amount(leg.amount)).value();
      }
      balances_.push_back(balance);
    }
  }

 private:
  void RunOther(int thread) override {
    Record([&] { recorder().Begin(name_); });
    const AccountInfo info = ledger().GetAccount(account(1)).value();
    Record([&] {
      recorder().Read(info.id, info.version, info.balance);
      recorder().End(Outcome::kOk);
    });
    const std::size_t first = PlaceOf(info.balance);
    const std::size_t second = PlaceOf(ledger().Balance(account(1)).value());
    Require(first < balances_.size() && second < balances_.size(),
            "the balance read is a mix of two balances");
    Require(first <= second, "the balance went back to what it was before");
    Saw(thread, first);
    Saw(thread, second);
  }

  // Which of the balances it is that account 1 has in turn; none: their number.
  [[nodiscard]] std::size_t PlaceOf(Amount balance) const {
    std::size_t place = 0;
    while (place < balances_.size() && balances_[place] != balance) ++place;
    return place;
  }

  const std::uint32_t name_;
  std::vector<Amount> balances_;
};

}  // namespace

std::vector<NamedScenario> ReadingScenarios() {
  return {
      {"torn-halves",
       "two transfers over 2^64, half by half, against reads without the lock",
       MakeFrom<TornHalves>(
           {{10, 10}, {{{{2, -1}, {1, 1}}, {{1, -5}, {2, 5}}}, {}}}),
       nullptr},
  };
}

}  // namespace lockstep::engine::explore
