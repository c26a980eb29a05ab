#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "engine/tool/economy/figures.h"
#include "engine/tool/report/machine.h"

namespace lockstep::tool {

// All that the page of plots shows, apart from where it comes from. Amounts
// are in whole units of their asset; text is as people typed it, not escaped.
// Of the vectors over time, those named `..._at` have a value for each reading,
// the others one for each interval between two; NaN where there is none.

/// What an activity took from an asset's issuer, and what it gave back.
struct ReportFlow {
  std::string name;
  double minted = 0;
  double burned = 0;
};

struct ReportAsset {
  std::string code;
  int scale = 0;
  /// Debts are kept in it: there is none in circulation, and `supply_at` is
  /// what is owed to the banks.
  bool is_debt = false;
  std::vector<double> supply_at;
  double endowed = 0;
  double minted = 0;
  double burned = 0;
  std::vector<ReportFlow> flows;  ///< those that are not zero
};

/// A good that is sold at the auction; its prices are in the currency.
struct ReportGood {
  std::string code;
  int scale = 0;
  /// Both for one minor unit.
  double list_price = 0;
  std::vector<double> mean_prices;
};

struct ReportRefusal {
  std::string name;
  std::string meaning;
  std::string example;
  std::uint64_t count = 0;
  std::vector<double> per_second;
};

struct ReportHotAccount {
  std::string name;
  std::uint64_t rows = 0;
};

struct ReportEvent {
  double seconds = 0;
  std::string text;
};

struct ReportFact {
  std::string name;
  std::string value;
};

struct ReportData {
  std::string title;
  std::string description;
  std::string version;
  std::string made_at;
  /// The command that does it again.
  std::string command;
  std::vector<ReportFact> settings;
  Machine machine;

  std::uint64_t posted = 0;
  std::uint64_t refused = 0;
  std::uint64_t legs = 0;
  std::uint64_t waits = 0;
  std::uint64_t accounts = 0;
  std::uint64_t peak_memory_bytes = 0;
  double seconds = 0;
  /// Why the run ended early; empty if it did not.
  std::string ended_early;

  bool books_hold = false;
  double audit_seconds = 0;
  std::uint64_t audited_rows = 0;
  std::vector<std::string> faults;
  std::string digest;
  /// Known to nobody before: the page's script carries it.
  std::string nonce;

  std::vector<double> moments_s;
  std::vector<ReportEvent> events;

  std::vector<double> posted_per_second;
  std::vector<double> refused_per_second;
  std::vector<double> p50_ns;
  std::vector<double> p99_ns;
  std::vector<double> p999_ns;
  /// Of the whole run.
  std::uint64_t total_p50_ns = 0;
  std::uint64_t total_p99_ns = 0;
  std::uint64_t total_p999_ns = 0;

  std::vector<ReportAsset> assets;
  std::string currency;
  int currency_scale = 0;
  std::vector<ReportGood> goods;

  double gini = 0;
  double richest_share = 0;
  std::vector<double> gini_at;
  std::uint32_t players = 0;
  std::uint32_t sampled_players = 0;
  std::vector<double> lorenz_at_start;
  std::vector<double> lorenz_at_end;

  std::vector<ReportRefusal> refusals;  ///< the most frequent first
  std::uint64_t retained_rows = 0;
  std::vector<ReportHotAccount> hottest;  ///< the same
};

/// Takes from the figures what is shown. The run must have been observed.
[[nodiscard]] ReportData ReportDataOf(const Figures& figures);

/// The command line that asks for a run with these options.
[[nodiscard]] std::string CommandOf(const SimulateOptions& options);

}  // namespace lockstep::tool
