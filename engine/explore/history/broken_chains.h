#pragma once

#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <span>
#include <string>
#include <vector>

#include "engine/explore/history/account_chains.h"
#include "engine/explore/history/dependency_graph.h"
#include "engine/explore/history/findings.h"

namespace lockstep::engine::explore {

/// Says what is wrong with accounts whose operations did not each find what the
/// one before it left. Some of it can be named only when all accounts are seen:
/// an update that is gone from one of its accounts is lost; one gone from all
/// of them leaves every sum as it should be.
class BrokenChains {
 public:
  /// Keeps the references.
  BrokenChains(const History& history, DependencyGraph& graph,
               Findings& findings)
      : history_(history), graph_(graph), findings_(findings) {}

  /// Looks at one account, and adds its dependencies to the graph as far as
  /// they can be made out.
  void Diagnose(const AccountPlaces::Place& place, std::span<const Link> links);

  /// Call once, after the last account.
  void Tell();

 private:
  // A write, or the state before all of them.
  struct Write {
    std::uint32_t operation = kNobody;
    Sequence found_version;
    Amount found;
    Sequence left_version;
    Amount left;
    bool is_on_path = false;  // from the last state back to the first
  };
  // What somebody found; nobody: what was there at the end.
  struct Found {
    std::uint32_t operation = kNobody;
    Sequence version;
    Amount balance;
  };
  // Something about an operation that other accounts may have to say as well.
  struct Mark {
    Anomaly anomaly;
    std::uint32_t operation;
    AccountId account;
    std::uint32_t witness;
  };

  void CollectWrites();
  void FindPath();
  void LookAt(const Found& found);
  void Unexplained(const Found& found);
  void WrongBalance(const Found& found, const Write& source);
  void MarkLost();
  void AddEdges();
  void TellOne(std::span<const Mark> marks);

  [[nodiscard]] const Write* LeftBy(Sequence version) const;
  [[nodiscard]] const Write& LastBelow(Sequence version) const;
  [[nodiscard]] std::vector<Write>::const_iterator FirstAbove(
      Sequence version) const;
  [[nodiscard]] std::uint32_t FindDirty(const Found& found,
                                        const Write* source) const;
  [[nodiscard]] bool IsPartOf(const Operation& operation, Amount from,
                              Amount balance) const;
  [[nodiscard]] std::size_t AccountsWritten(std::uint32_t operation) const;
  void AddMark(Anomaly anomaly, std::uint32_t operation, std::uint32_t witness);
  void Add(Anomaly anomaly, std::initializer_list<std::uint32_t> operations,
           const std::string& text);

  const History& history_;
  DependencyGraph& graph_;
  Findings& findings_;
  // Of the account that is being looked at.
  const AccountPlaces::Place* place_ = nullptr;
  std::span<const Link> links_;
  std::vector<Write> writes_;  // by the version left; the first state first
  // Of all accounts.
  std::vector<Mark> marks_;
  std::size_t wrong_ = 0;
};

}  // namespace lockstep::engine::explore
