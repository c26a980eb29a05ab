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

// The last thread takes a digest: what it says was true at one moment.
class DigestAndWriters final : public MixedScenario {
 public:
  explicit DigestAndWriters(const Setup& setup)
      : MixedScenario(setup, {"takes a digest"}),
        name_(recorder().AddName("digest")) {
    // All that there may be, by who has posted: of two threads, a transfer
    // each, none of which can be refused.
    moments_[0] = ledger().Digest().value();
    Play(setup.work[0][0]);
    moments_[1] = ledger().Digest().value();
    Play(setup.work[1][0]);
    moments_[3] = ledger().Digest().value();
    Undo(setup.work[0][0]);
    moments_[2] = ledger().Digest().value();
    Undo(setup.work[1][0]);
    StartHistory();
  }

 private:
  void Play(const LegsOf& legs) {
    ledger().Transfer(account(legs[0].account), account(legs[1].account),
                      Amount(legs[1].amount));
  }
  void Undo(const LegsOf& legs) {
    ledger().Transfer(account(legs[1].account), account(legs[0].account),
                      Amount(legs[1].amount));
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
  std::array<Bits128, 4> moments_{};
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

LedgerScenario::Setup TwoWritersAndOneMore(std::uint64_t journal_bytes) {
  return {.balances = {10, 10},
          .work = {{{{1, -3}, {2, 3}}}, {{{2, -2}, {1, 2}}}, {}},
          .options = {.journal_bytes = journal_bytes},
          .real_time = false};
}

}  // namespace

std::vector<NamedScenario> BooksScenarios() {
  constexpr std::uint64_t kJournalBytes = std::uint64_t{1} << 20;
  LedgerScenario::Setup one_writer = TwoWritersAndOneMore(0);
  one_writer.work = {{{{1, -3}, {2, 3}}, {{2, -2}, {1, 2}}}, {}};
  one_writer.real_time = true;
  // Too many schedules for all of them.
  LedgerScenario::Setup crowd = TwoWritersAndOneMore(kJournalBytes);
  crowd.balances = {4, 4, 4};
  crowd.work = {{{{1, -3}, {2, 3}}, {{2, -2}, {1, 2}}},
                {{{2, -5}, {3, 5}}, {{1, -4}, {3, 4}}},
                {{{3, -6}, {1, 6}}, {{3, -1}, {2, 1}}},
                {}};
  return {
      {"audit-and-writer", "an audit while a thread posts twice",
       MakeFrom<AuditAndWriters>(one_writer), nullptr},
      {"audit-and-writers", "an audit while two threads post",
       MakeFrom<AuditAndWriters>(TwoWritersAndOneMore(0)), nullptr},
      {"audit-with-journal",
       "an audit, which follows the journal's rows, while two threads post",
       MakeFrom<AuditAndWriters>(TwoWritersAndOneMore(kJournalBytes)), nullptr},
      {"audit-in-a-crowd",
       "an audit while three threads post twice each, some of it refused",
       MakeFrom<AuditAndWriters>(crowd), nullptr, 1},
      {"digest-and-writers", "the ledger's digest while two threads post",
       MakeFrom<DigestAndWriters>(TwoWritersAndOneMore(0)), nullptr},
      {"stats-and-writers", "statistics while two threads post",
       MakeFrom<StatsAndWriters>(TwoWritersAndOneMore(0)), nullptr},
  };
}

}  // namespace lockstep::engine::explore
