// Audit, digest and statistics, while others post.

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>

#include "engine/explore/scenarios/mixed_scenario.h"
#include "engine/explore/scenarios/topics.h"

namespace lockstep::engine::explore {
namespace {

// The last thread audits while the others post.
class AuditAndWriters final : public MixedScenario {
 public:
  explicit AuditAndWriters(const Setup& setup)
      : MixedScenario(setup, {"audits"}),
        name_(recorder().AddName("audit")),
        has_journal_(setup.options.journal_bytes != 0) {}

 private:
  void RunOther(int thread) override {
    Record([&] { recorder().Begin(name_); });
    const AuditReport report = ledger().Audit().value();
    Record([&] { recorder().End(Outcome::kOk); });
    Require(report.ok, "an audit during it finds that the books do not hold");
    Require((report.rows != 0) == has_journal_, "the audit follows no rows");
    Saw(thread, report.rows);
  }

  const std::uint32_t name_;
  const bool has_journal_;
};

// B takes a digest, while A posts once: what it says was true at one moment.
class DigestAndWriter final : public MixedScenario {
 public:
  explicit DigestAndWriter(const Setup& setup)
      : MixedScenario(setup, {"takes a digest"}),
        name_(recorder().AddName("digest")) {
    const LegsOf& legs = setup.work[0][0];
    moments_[0] = ledger().Digest().value();
    Move(legs[0].account, legs[1]);
    moments_[1] = ledger().Digest().value();
    Move(legs[1].account, {legs[0].account, legs[1].amount});
    StartHistory();
  }

 private:
  void Move(int from, const LegOf& to) {
    ledger().Transfer(account(from), account(to.account), Amount(to.amount));
  }

  void RunOther(int thread) override {
    Record([&] { recorder().Begin(name_); });
    const Bits128 digest = ledger().Digest().value();
    Record([&] { recorder().End(Outcome::kOk); });
    std::size_t moment = 0;
    while (moment < moments_.size() && moments_[moment] != digest) ++moment;
    Require(moment < moments_.size(),
            "the digest is of no moment that there was");
    Saw(thread, moment);
  }

  const std::uint32_t name_;
  // Before the writer's transfer, and after it.
  std::array<Bits128, 2> moments_{};
};

// Each writer asks for the statistics after its transfer.
class StatsAndWriters final : public MixedScenario {
 public:
  explicit StatsAndWriters(const Setup& setup)
      : MixedScenario(setup, {"asks for the statistics, twice"}),
        before_(ledger().GetStats()) {}

 private:
  void RunOther(int thread) override {
    const std::uint64_t first = Posted();
    const std::uint64_t second = Posted();
    Require(first <= second, "a count falls");
    Require(second <= 2, "more is counted than was posted");
    Saw(thread, first);
    Saw(thread, second);
  }
  std::uint64_t Posted() {
    return ledger().GetStats().posted() - before_.posted();
  }
  std::string CheckMore() override {
    std::uint64_t posted = 0;
    for (int thread = 0; thread < threads(); ++thread) {
      for (const Outcome outcome : outcomes(thread)) {
        if (outcome == Outcome::kOk) ++posted;
      }
    }
    return Posted() == posted ? std::string()
                              : "what was posted is not what is counted";
  }

  const Stats before_;
};

// Between the issuer and one account, so that there are no others to look at.
LedgerScenario::Setup WriterAndOneMore(std::uint64_t journal_bytes) {
  return {.balances = {10},
          .work = {{{{0, -3}, {1, 3}}}, {}},
          .options = {.journal_bytes = journal_bytes},
          .real_time = false};
}

}  // namespace

std::vector<NamedScenario> BooksScenarios() {
  constexpr std::uint64_t kJournalBytes = std::uint64_t{1} << 20;
  LedgerScenario::Setup with_stats = {
      .balances = {10, 10},
      .work = {{{{1, -3}, {2, 3}}}, {{{2, -2}, {1, 2}}}, {}},
      .real_time = false};
  // Too many schedules for all of them.
  LedgerScenario::Setup crowd = {
      .balances = {4, 4, 4},
      .work = {{{{1, -3}, {2, 3}}, {{2, -2}, {1, 2}}},
               {{{2, -5}, {3, 5}}, {{1, -4}, {3, 4}}},
               {{{3, -6}, {1, 6}}, {{3, -1}, {2, 1}}},
               {}},
      .options = {.journal_bytes = kJournalBytes},
      .real_time = false};
  return {
      {"audit-and-writer", "an audit while a thread posts",
       MakeFrom<AuditAndWriters>(WriterAndOneMore(0)), nullptr},
      {"audit-with-journal",
       "an audit, which follows the journal's rows, while a thread posts",
       MakeFrom<AuditAndWriters>(WriterAndOneMore(kJournalBytes)), nullptr},
      {"audit-in-a-crowd",
       "an audit while three threads post twice each, some of it refused",
       MakeFrom<AuditAndWriters>(crowd), nullptr, 1},
      {"digest-and-writer", "the ledger's digest while a thread posts",
       MakeFrom<DigestAndWriter>(WriterAndOneMore(0)), nullptr},
      {"stats-and-writers", "statistics while two threads post",
       MakeFrom<StatsAndWriters>(with_stats), nullptr},
  };
}

}  // namespace lockstep::engine::explore
