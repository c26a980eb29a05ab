// The engine's own transfers, from two sessions, and what others see of them:
// accounts without their locks, and cuts through the journal.

#include <array>
#include <cstdint>
#include <memory>

#include "engine/journal/journal.h"
#include "engine/journal/journal_reader.h"
#include "engine/posting/session_pool.h"
#include "tests/weak_memory/books.h"
#include "tests/weak_memory/protocols.h"

namespace lockstep::test::weak {
namespace {

constexpr std::uint64_t kJournalBytes = std::uint64_t{1} << 20;

// The same books with a journal.
class JournaledBooks : public Books {
 protected:
  // Takes a cut and reads it. It must add up: if a record is there and one that
  // it depends on is not, a balance does not follow from those before. Also,
  // the record with the sequence `wanted`, if any, must be there.
  void ReadCut(Sequence wanted) {
    const engine::Cut cut = journal_->TakeCut();
    const engine::JournalView view = journal_->View(cut, {});
    engine::ForwardReader reader(view, {});
    std::array<engine::Int128, kAccounts> balances{};
    Sequence last;
    bool has_wanted = wanted.is_none();
    engine::RecordView record;
    for (; reader.Peek(record); reader.Pop()) {
      Check(record.head().sequence > last, "records come by sequence");
      last = record.head().sequence;
      has_wanted |= last == wanted;
      for (const engine::RecordLeg& leg : record.legs()) {
        engine::Int128& balance = balances[leg.account.value() - 1];
        balance += engine::ToInt128(leg.amount);
        Check(balance == engine::ToInt128(leg.balance_after),
              "with a record comes what it depends on");
      }
    }
    Check(has_wanted, "who sees an account as a record left it finds that");
  }

  const std::shared_ptr<engine::Journal> journal_ =
      std::make_shared<engine::Journal>(kJournalBytes);
};

// The same with two sessions open.
class OpenBooks : public JournaledBooks {
 public:
  OpenBooks() {
    for (engine::SessionState& session : sessions_) {
      session.stream = &journal_->OpenStream(session.slot);
      session.stream->PrepareNext();
    }
  }

 protected:
  engine::SessionState sessions_[2] = {engine::SessionState(0),
                                       engine::SessionState(1)};
};

// Two threads transfer in opposite directions; what the third one reads of an
// account with a version is what the transfer of that sequence left there.
class ViewsOfTransfers : public OpenBooks {
 public:
  void Run(int thread) override {
    if (thread == 2) {
      WaitFor(Choose(3));
      for (std::size_t account = 0; account < 2; ++account) {
        views_[account] = View(account);
      }
      return;
    }
    const auto from = static_cast<std::size_t>(thread);
    const Receipt receipt =
        Transfer(sessions_[from], from, 1 - from, 1 + thread);
    sequences_[thread] = receipt.sequence();
    for (const AccountChange& change : receipt.changes()) {
      after_[thread][change.account.value() - 1] = change.after;
    }
  }
  void After() override {
    for (std::size_t account = 0; account < 2; ++account) {
      const engine::AccountView& view = views_[account];
      Amount expected;
      for (int thread = 0; thread < 2; ++thread) {
        if (view.version == sequences_[thread]) {
          expected = after_[thread][account];
        }
      }
      Check(engine::ToAmount(view.balance) == expected,
            "the balance is what the transfer of that version left");
    }
  }

 private:
  // Each its thread's own until all are through.
  engine::AccountView views_[2];
  Sequence sequences_[2];
  Amount after_[2][2];
};

class SumBesideTransfers : public OpenBooks {
 public:
  void Run(int thread) override {
    if (thread == 2) {
      WaitFor(Choose(3));
      const std::uint32_t cut = snapshots_.Take().value();
      CheckSumAt(cut);
      return snapshots_.End(cut);
    }
    const auto from = static_cast<std::size_t>(thread);
    Transfer(sessions_[from], from, from + 1, 1 + thread);
  }
};

class CutIsClosed : public OpenBooks {
 public:
  void Run(int thread) override {
    switch (thread) {
      case 0:
        Transfer(sessions_[0], 0, 1, 1);
        Transfer(sessions_[0], 2, 1, 2);
        break;
      case 1:
        Transfer(sessions_[1], 1, 2, 4);
        break;
      default:
        WaitFor(Choose(4));
        ReadCut(Sequence());
    }
  }
};

// Who sees an account as a record left it can also find the record.
class CutAfterView : public OpenBooks {
 public:
  void Run(int thread) override {
    if (thread < 2) {
      const auto from = static_cast<std::size_t>(thread);
      Transfer(sessions_[from], from, from + 1, 1);
      return;
    }
    WaitFor(Choose(3));
    ReadCut(View(1).version);
  }
};

// The pool opens the sessions, and with them their streams, meanwhile.
class CutWhileStreamsOpen : public JournaledBooks {
 public:
  void Run(int thread) override {
    if (thread == 2) {
      WaitFor(Choose(5));
      return ReadCut(Sequence());
    }
    const Result<engine::SessionState*> session = pool_.Acquire();
    Check(session.has_value(), "there are sessions enough");
    const auto from = static_cast<std::size_t>(thread);
    // Twice: who opened the first stream is through with one before the other
    // has opened his, and what is missing in a cut is missed by the second.
    for (int i = 0; i < 2; ++i) Transfer(**session, from, from + 1, 1);
    pool_.Release(*session);
  }

 private:
  engine::SessionPool pool_{journal_};
};

// Streams may also be opened in another order than that of their slots, which
// the pool does not do.
class CutWhileLowerStreamOpens : public JournaledBooks {
 public:
  CutWhileLowerStreamOpens() { Open(1); }

  void Run(int thread) override {
    if (thread == 2) {
      WaitFor(Choose(3));
      return ReadCut(Sequence());
    }
    if (thread == 0) Open(0);
    const auto from = static_cast<std::size_t>(thread);
    Transfer(sessions_[from], from, from + 1, 1);
  }

 private:
  void Open(std::uint32_t slot) {
    sessions_[slot].stream = &journal_->OpenStream(slot);
    sessions_[slot].stream->PrepareNext();
  }

  engine::SessionState sessions_[2] = {engine::SessionState(0),
                                       engine::SessionState(1)};
};

constexpr Protocol kProtocols[] = {
    {"views_of_transfers", 3, Search::kRandom, 50'000,
     MakeScenario<ViewsOfTransfers>},
    {"sum_beside_transfers", 3, Search::kRandom, 50'000,
     MakeScenario<SumBesideTransfers>},
    {"cut_is_closed", 3, Search::kRandom, 50'000, MakeScenario<CutIsClosed>},
    {"cut_after_view", 3, Search::kRandom, 50'000, MakeScenario<CutAfterView>},
    {"cut_while_streams_open", 3, Search::kRandom, 50'000,
     MakeScenario<CutWhileStreamsOpen>},
    {"cut_while_lower_stream_opens", 3, Search::kRandom, 50'000,
     MakeScenario<CutWhileLowerStreamOpens>},
};

}  // namespace

std::span<const Protocol> PostingProtocols() { return kProtocols; }

}  // namespace lockstep::test::weak
