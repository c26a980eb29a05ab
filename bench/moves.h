#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace lockstep::bench {

/// A transfer to make. Accounts are counted from 0.
struct Move {
  std::uint64_t from;
  std::uint64_t to;
  std::int64_t amount;
};

/// Transfers between random accounts, uniform, never to the same one; made
/// beforehand, so that drawing them costs nothing while the clock runs. Their
/// number is a power of two; whoever comes to the end starts again.
class Moves {
 public:
  Moves(std::uint64_t accounts, std::uint64_t seed);

  /// `count` moves from number `first` on; both are multiples of kBatch, so a
  /// stretch of one batch never goes round the end.
  [[nodiscard]] std::span<const Move> Batch(std::uint64_t first,
                                            std::uint64_t count) const {
    return {moves_.data() + (first & (moves_.size() - 1)), count};
  }
  [[nodiscard]] std::uint64_t size() const { return moves_.size(); }
  [[nodiscard]] std::uint64_t accounts() const { return accounts_; }

 private:
  std::uint64_t accounts_;
  std::vector<Move> moves_;
};

/// One leg of a transfer of several; accounts are counted from 0.
struct BareLeg {
  std::uint64_t account;
  std::int64_t amount;
};

/// Transfers of several legs, like wages: the first leg pays the others, each
/// the same amount. All accounts of a transfer are different.
class Payrolls {
 public:
  Payrolls(std::uint64_t accounts, std::size_t legs, std::uint64_t seed);

  [[nodiscard]] std::size_t legs() const { return legs_; }
  /// How many transfers there are: a power of two, at least kBatch.
  [[nodiscard]] std::uint64_t size() const { return all_.size() / legs_; }
  /// The legs of transfer number `index`, counted round and round.
  [[nodiscard]] std::span<const BareLeg> At(std::uint64_t index) const {
    return {all_.data() + (index & (size() - 1)) * legs_, legs_};
  }

 private:
  std::size_t legs_;
  std::vector<BareLeg> all_;
};

/// Where one of `threads` threads starts in a round of `size` operations: as
/// far from the others as can be. They all read the same round, which nobody
/// writes.
[[nodiscard]] std::uint64_t FirstOperation(int thread, int threads,
                                           std::uint64_t size);

}  // namespace lockstep::bench
