#include "engine/tool/economy/run.h"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <exception>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <thread>
#include <utility>
#include <vector>

#include "engine/tool/base/interrupt.h"
#include "gsl/assert"

namespace lockstep::tool {
namespace {

using Clock = std::chrono::steady_clock;

// Neighbouring cache lines are fetched in pairs.
constexpr std::size_t kNoSharingBytes = 128;

constexpr std::chrono::milliseconds kBetweenLooks(100);
constexpr std::uint64_t kRequestsPerTick = 1024;

// So many transfers are taken out of the quota at once.
constexpr std::uint64_t kPortion = 64;

// A worker looks so often whether another interval has begun.
constexpr std::uint64_t kRequestsPerInterval = 64;

// How finely a run is observed: that many times if its length is known, and
// otherwise so often at first.
constexpr int kLooksInAll = 100;
constexpr std::chrono::milliseconds kShortestInterval(5);

/// How many transfers are still to be posted, handed out to the workers in
/// portions so that they rarely meet here.
class Quota {
 public:
  explicit Quota(std::uint64_t transfers)
      : transfers_(transfers), left_(transfers) {}

  /// What part of it was handed out, from 0 to 1.
  [[nodiscard]] double Fraction() const noexcept {
    const std::uint64_t left = left_.load(std::memory_order_relaxed);
    return static_cast<double>(transfers_ - left) /
           static_cast<double>(transfers_);
  }

  /// A portion that the taker must post itself, of so many at the most; 0:
  /// nothing is left.
  std::uint64_t Take(std::uint64_t most) noexcept {
    // Relaxed: the number is all that is handed over.
    std::uint64_t left = left_.load(std::memory_order_relaxed);
    std::uint64_t taken = std::min(left, most);
    while (!left_.compare_exchange_weak(left, left - taken,
                                        std::memory_order_relaxed)) {
      taken = std::min(left, most);
    }
    return taken;
  }

 private:
  std::uint64_t transfers_;
  std::atomic<std::uint64_t> left_;
};

/// A worker's place in the run, on cache lines of its own.
struct alignas(kNoSharingBytes) Seat {
  explicit Seat(Worker&& its_worker) : worker(std::move(its_worker)) {}

  Worker worker;
  IntervalLog intervals;
  /// Written by its thread, read by the one that shows the progress; relaxed,
  /// for nothing else is handed over with it.
  alignas(kNoSharingBytes) std::atomic<std::uint64_t> posted = 0;
};

/// What the workers and the one who waits for them share.
struct Table {
  Table(const Economy& its_economy, const SimulateOptions& its_options,
        Director& its_director)
      : economy(its_economy),
        options(its_options),
        director(its_director),
        quota(its_options.transfers.value_or(UINT64_MAX)) {}

  /// How much of the run is over. All of it is when all have stopped, and not
  /// before: what comes at 100 % comes last.
  [[nodiscard]] RunTime Now(bool is_end) const {
    constexpr double kNearlyAll = 1 - 0.5 / static_cast<double>(kWhole);
    const double seconds =
        std::chrono::duration<double>(Clock::now() - start).count();
    const double fraction =
        options.transfers ? quota.Fraction() : seconds / options.seconds;
    return {.fraction = is_end ? 1 : std::min(fraction, kNearlyAll),
            .tick = economy.ledger().now(),
            .seconds = seconds};
  }

  const Economy& economy;
  const SimulateOptions& options;
  Director& director;
  const Clock::time_point start = Clock::now();
  Quota quota;
  /// Relaxed: the threads' ends hand over all that they did.
  std::atomic<bool> is_over = false;
  std::atomic<bool> is_stalled = false;
  /// The interval that it is now, as the one who waits says; stays 0 if nobody
  /// observes. Relaxed, too.
  std::atomic<std::uint64_t> interval = 0;

  std::mutex mutex;
  std::condition_variable someone_left;
  // Guarded by the mutex: how many threads were started and have not ended, how
  // many of all that there will be have not made their last request, and what
  // was thrown first.
  std::size_t players_left = 0;
  std::size_t playing = 0;
  std::exception_ptr failure;
};

/// What all workers do now and then: let happen what is due, and learn by which
/// rules to play. `seen` is the number of those that they know.
void LookUp(Table& table, Seat& seat, std::size_t& seen) {
  Director& director = table.director;
  if (director.is_waiting()) director.Perform(table.Now(false), seat.worker);
  const std::size_t came = director.came();
  if (came == seen) return;
  seat.worker.PlayBy(director.RulesAfter(came));
  seen = came;
}

/// A tick of the ledger's time passes, and the prices follow the supplies.
void PassATick(const Economy& economy) {
  Ledger& ledger = economy.ledger();
  const Outcome outcome = ledger.Advance(Tick(ledger.now().value() + 1));
  // Without the memory to let all holds expire that are due, the next tick
  // will.
  Ensures(outcome == Outcome::kOk || outcome == Outcome::kOutOfMemory);
  economy.UpdatePrices();
}

/// Notes what was done if another interval has begun.
void NoteInterval(const Table& table, Seat& seat) {
  const auto interval = table.interval.load(std::memory_order_relaxed);
  if (interval == seat.intervals.current()) return;
  seat.intervals.Begin(interval, seat.worker.tally());
}

/// What one worker has still to post of its portion, and what it has posted.
struct Portion {
  std::uint64_t to_post = 0;
  std::uint64_t posted = 0;
};

/// What the game does for many with each tick. What is refused of it the worker
/// posts otherwise.
void MakeARound(Table& table, Seat& seat, Portion& portion) {
  const std::uint64_t size = seat.worker.RoundSize();
  if (size == 0) return;
  const std::uint64_t taken = table.quota.Take(size);
  const std::uint64_t posted = seat.worker.PlayRound(taken);
  portion.to_post += taken - posted;
  portion.posted += posted;
  seat.posted.store(portion.posted, std::memory_order_relaxed);
}

/// Makes request after request, until the run is over.
void MakeRequests(Table& table, Seat& seat, bool keeps_time) {
  Portion portion;
  std::uint64_t requests = 0;
  std::uint64_t refusals_in_a_row = 0;
  std::size_t seen = 0;
  while (!table.is_over.load(std::memory_order_relaxed)) {
    if (portion.to_post == 0) {
      LookUp(table, seat, seen);
      portion.to_post = table.quota.Take(kPortion);
    }
    if (portion.to_post == 0) break;
    if (++requests % kRequestsPerTick == 0) {
      if (keeps_time) {
        PassATick(table.economy);
        MakeARound(table, seat, portion);
      }
      LookUp(table, seat, seen);
    }
    if (requests % kRequestsPerInterval == 0) NoteInterval(table, seat);
    if (seat.worker.PlayOne() == Outcome::kOk) {
      --portion.to_post;
      refusals_in_a_row = 0;
      seat.posted.store(++portion.posted, std::memory_order_relaxed);
    } else if (++refusals_in_a_row == kMaxRefusalsInARow &&
               table.options.transfers) {
      table.is_stalled.store(true, std::memory_order_relaxed);
      table.is_over.store(true, std::memory_order_relaxed);
    }
  }
}

/// Nobody plays any more: the last events happen.
void MakeTheEnd(Table& table, Seat& seat) {
  const bool is_whole = !table.is_stalled.load(std::memory_order_relaxed);
  if (!is_whole || Interrupted()) return;
  table.director.Perform(table.Now(true), seat.worker);
}

/// Runs a part of the run; what it throws ends it all, and is kept.
template <class Part>
void Guarded(Table& table, const Part& part) {
  try {
    part();
  } catch (...) {
    table.is_over.store(true, std::memory_order_relaxed);
    const std::lock_guard lock(table.mutex);
    if (!table.failure) table.failure = std::current_exception();
  }
}

/// What one thread does. One of them keeps the time.
void Play(Table& table, Seat& seat, bool keeps_time) {
  Guarded(table, [&] { MakeRequests(table, seat, keeps_time); });
  bool is_last = false;
  {
    const std::lock_guard lock(table.mutex);
    is_last = --table.playing == 0 && !table.failure;
  }
  if (is_last) Guarded(table, [&] { MakeTheEnd(table, seat); });
  // Under the mutex, or the one who waits could look and sleep in between.
  const std::lock_guard lock(table.mutex);
  --table.players_left;
  table.someone_left.notify_one();
}

using Seats = std::vector<std::unique_ptr<Seat>>;

std::uint64_t PostedBy(const Seats& seats) {
  std::uint64_t sum = 0;
  for (const auto& seat : seats) {
    sum += seat->posted.load(std::memory_order_relaxed);
  }
  return sum;
}

/// Waits until all have left, telling them to when the time is over or there
/// was an interrupt. True if there was. Observes meanwhile, if there is an
/// observer.
bool WaitForAll(Table& table, const Seats& seats, Progress& progress,
                Observer* observer) {
  const SimulateOptions& options = table.options;
  const auto limit = std::chrono::duration_cast<Clock::duration>(
      std::chrono::duration<double>(options.seconds));
  const auto deadline =
      options.transfers ? Clock::time_point::max() : table.start + limit;
  auto next_show = table.start;
  std::unique_lock lock(table.mutex);
  while (table.players_left > 0) {
    const auto now = Clock::now();
    if (now >= deadline || Interrupted()) {
      table.is_over.store(true, std::memory_order_relaxed);
    }
    lock.unlock();
    if (observer != nullptr && now >= observer->due()) {
      observer->Look();
      table.interval.store(observer->Begin(Clock::now()),
                           std::memory_order_relaxed);
    }
    if (now >= next_show) {
      const double seconds =
          std::chrono::duration<double>(now - table.start).count();
      const std::uint64_t posted = PostedBy(seats);
      const double fraction = options.transfers
                                  ? static_cast<double>(posted) /
                                        static_cast<double>(*options.transfers)
                                  : seconds / options.seconds;
      progress.Show(fraction, posted, seconds);
      next_show = now + kBetweenLooks;
    }
    lock.lock();
    auto next_look = next_show;
    if (now < deadline) next_look = std::min(next_look, deadline);
    if (observer != nullptr) next_look = std::min(next_look, observer->due());
    table.someone_left.wait_until(lock, next_look,
                                  [&] { return table.players_left == 0; });
  }
  return Interrupted();
}

/// The shortest time between two looks at the run.
Clock::duration IntervalOf(const SimulateOptions& options) {
  constexpr Clock::duration kShortest = kShortestInterval;
  if (options.transfers) return kShortest;
  const std::chrono::duration<double> wanted(options.seconds / kLooksInAll);
  return std::max(kShortest,
                  std::chrono::duration_cast<Clock::duration>(wanted));
}

Chronicle ChronicleOf(Observer&& observer, Seats& seats,
                      Clock::time_point end) {
  std::vector<const IntervalLog*> logs;
  for (const auto& seat : seats) {
    // Closes the interval that it is in.
    seat->intervals.Begin(seat->intervals.current(), seat->worker.tally());
    logs.push_back(&seat->intervals);
  }
  return std::move(observer).Finish(end, logs);
}

Result<Seats> TakeSeats(const Economy& economy, const SimulateOptions& options,
                        std::span<const Activity> activities) {
  Seats seats;
  for (std::uint32_t i = 0; i < options.threads; ++i) {
    Result<Session> session = economy.ledger().OpenSession();
    if (!session) return session.error();
    seats.push_back(std::make_unique<Seat>(Worker(&economy, *std::move(session),
                                                  activities, options.seed, i,
                                                  options.zipf, options.mode)));
    if (options.threads == 1) seats.back()->worker.PlayAlone();
  }
  return seats;
}

}  // namespace

Result<RunResult> RunEconomy(gsl::not_null<const Economy*> economy,
                             const SimulateOptions& options,
                             std::span<const Activity> activities,
                             Progress& progress,
                             std::span<const Moment> moments) {
  Result<Seats> seats = TakeSeats(*economy, options, activities);
  if (!seats) return seats.error();
  Director director(economy, activities, moments);
  bool was_interrupted = false;
  std::optional<Observer> observer;
  if (!options.report.empty()) observer.emplace(economy, IntervalOf(options));
  Table table(*economy, options, director);
  table.playing = seats->size();
  if (observer) observer->Start(table.start);
  {
    std::vector<std::jthread> threads;  // joined at the end of this block
    try {
      for (std::size_t i = 0; i < seats->size(); ++i) {
        {
          const std::lock_guard lock(table.mutex);
          ++table.players_left;
        }
        threads.emplace_back(Play, std::ref(table), std::ref(*(*seats)[i]),
                             i == 0);
      }
    } catch (...) {
      table.is_over.store(true, std::memory_order_relaxed);
      throw;
    }
    was_interrupted =
        WaitForAll(table, *seats, progress, observer ? &*observer : nullptr);
  }
  const auto end = Clock::now();
  if (table.failure) std::rethrow_exception(table.failure);

  RunResult result{.tally = Tally(activities.size())};
  for (const auto& seat : *seats) result.tally.Merge(seat->worker.tally());
  economy->lots().NoteExpired(economy->ledger().now(), result.tally);
  result.seconds = std::chrono::duration<double>(end - table.start).count();
  if (observer)
    result.chronicle = ChronicleOf(*std::move(observer), *seats, end);
  const bool is_stalled = table.is_stalled.load(std::memory_order_relaxed);
  result.events = director.marks();
  result.frauds = director.frauds();
  const bool is_complete =
      !options.transfers || PostedBy(*seats) == *options.transfers;
  if (is_stalled) {
    result.end = RunEnd::kStalled;
  } else if (was_interrupted && !(options.transfers && is_complete)) {
    result.end = RunEnd::kInterrupted;
  }
  return result;
}

}  // namespace lockstep::tool
