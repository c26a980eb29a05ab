#include <chrono>
#include <cstdint>
#include <string_view>
#include <utility>

#include "engine/c/calls.h"
#include "engine/c/convert.h"
#include "engine/c/structs.h"
#include "lockstep/c.h"
#include "lockstep/ledger.h"

// Ledgers, assets, accounts and time of the C interface: each function takes
// its arguments apart, calls the C++ function of the same name, and puts the
// answer together.

namespace {

using namespace lockstep;
using namespace lockstep::engine;

constexpr lockstep_ledger_options kLedgerDefaults =
    LOCKSTEP_LEDGER_OPTIONS_INIT;
static_assert(kLedgerDefaults.journal_bytes == LedgerOptions().journal_bytes);
static_assert(kLedgerDefaults.id_window == LedgerOptions().id_window);
static_assert(kLedgerDefaults.expire_every_ns ==
              LedgerOptions().expire_every.count());
constexpr lockstep_asset_options kAssetDefaults = LOCKSTEP_ASSET_OPTIONS_INIT;
constexpr lockstep_account_options kAccountDefaults =
    LOCKSTEP_ACCOUNT_OPTIONS_INIT;
constexpr lockstep_transfer_options kTransferDefaults =
    LOCKSTEP_TRANSFER_OPTIONS_INIT;
constexpr lockstep_link_options kLinkDefaults = LOCKSTEP_LINK_OPTIONS_INIT;
constexpr lockstep_each_options kEachDefaults = LOCKSTEP_EACH_OPTIONS_INIT;

template <class Options>
lockstep_outcome Init(const Options& defaults, Options* options,
                      std::uint32_t struct_size) noexcept {
  if (options == nullptr) return LOCKSTEP_NULL_POINTER;
  const Outcome outcome = CheckStructSize<Options>(struct_size);
  if (outcome == Outcome::kOk) WriteStruct(defaults, options, struct_size);
  return ToC(outcome);
}

// The C enumerations have the values of the C++ ones.
static_assert(LOCKSTEP_SINGLE_THREAD ==
              static_cast<int>(Concurrency::kSingleThread));
static_assert(LOCKSTEP_TICKS_FROM_SYSTEM_CLOCK ==
              static_cast<int>(TickSource::kSystemClock));
static_assert(LOCKSTEP_STATUS_DEBITS_FROZEN ==
              static_cast<int>(AccountStatus::kDebitsFrozen));
static_assert(LOCKSTEP_STATUS_CREDITS_FROZEN ==
              static_cast<int>(AccountStatus::kCreditsFrozen));
static_assert(LOCKSTEP_STATUS_FROZEN ==
              static_cast<int>(AccountStatus::kFrozen));
static_assert(LOCKSTEP_STATUS_CLOSED ==
              static_cast<int>(AccountStatus::kClosed));

static_assert(sizeof(lockstep_asset_info::code) > kMaxAssetCodeBytes);
static_assert(sizeof(lockstep_account_info::key) > kMaxKeyBytes);
static_assert(sizeof(lockstep_account_info::label) > kMaxLabelBytes);
static_assert(LOCKSTEP_MAX_ASSET_CODE_BYTES == kMaxAssetCodeBytes);
static_assert(LOCKSTEP_MAX_KEY_BYTES == kMaxKeyBytes);
static_assert(LOCKSTEP_MAX_LABEL_BYTES == kMaxLabelBytes);
static_assert(LOCKSTEP_MAX_HANDLES == HandleTable::kMaxHandles);
static_assert(LOCKSTEP_MAX_SESSIONS == Sequence::kMaxSlots);

bool IsClass(std::uint32_t account_class) noexcept {
  return account_class <= UINT16_MAX;
}

// A status of C's, or one that the ledger will refuse.
AccountStatus StatusFromC(std::uint32_t status) noexcept {
  return static_cast<AccountStatus>(status <= UINT8_MAX ? status : UINT8_MAX);
}

Outcome ReadOptions(const lockstep_ledger_options* options,
                    LedgerOptions& read) noexcept {
  lockstep_ledger_options mine = kLedgerDefaults;
  const Outcome outcome = ReadStruct(options, mine);
  if (outcome != Outcome::kOk) return outcome;
  if (mine.routes_only > 1 || mine.reserved2 != 0 ||
      mine.concurrency > LOCKSTEP_SINGLE_THREAD ||
      mine.tick_source > LOCKSTEP_TICKS_FROM_SYSTEM_CLOCK) {
    return Outcome::kInvalidOption;
  }
  read = {.concurrency = static_cast<Concurrency>(mine.concurrency),
          .tick_source = static_cast<TickSource>(mine.tick_source),
          .journal_bytes = mine.journal_bytes,
          .id_window = mine.id_window,
          .expire_every = std::chrono::nanoseconds(mine.expire_every_ns),
          .routes_only = mine.routes_only != 0};
  return Outcome::kOk;
}

Outcome GiveLedger(Result<Ledger> opened, lockstep_ledger** ledger) {
  if (!opened) return opened.error();
  const Concurrency concurrency = opened->concurrency();
  const auto sharing = concurrency == Concurrency::kSingleThread
                           ? HandleTable::Sharing::kExclusive
                           : HandleTable::Sharing::kShared;
  return GiveHandle(*std::move(opened), sharing, ledger);
}

constexpr auto kNumber = [](auto id) { return id.value(); };

}  // namespace

extern "C" {

lockstep_outcome lockstep_ledger_options_init(
    lockstep_ledger_options* options, std::uint32_t struct_size) noexcept {
  return Init(kLedgerDefaults, options, struct_size);
}

lockstep_outcome lockstep_asset_options_init(
    lockstep_asset_options* options, std::uint32_t struct_size) noexcept {
  return Init(kAssetDefaults, options, struct_size);
}

lockstep_outcome lockstep_account_options_init(
    lockstep_account_options* options, std::uint32_t struct_size) noexcept {
  return Init(kAccountDefaults, options, struct_size);
}

lockstep_outcome lockstep_transfer_options_init(
    lockstep_transfer_options* options, std::uint32_t struct_size) noexcept {
  return Init(kTransferDefaults, options, struct_size);
}

lockstep_outcome lockstep_link_options_init(
    lockstep_link_options* options, std::uint32_t struct_size) noexcept {
  return Init(kLinkDefaults, options, struct_size);
}

lockstep_outcome lockstep_each_options_init(
    lockstep_each_options* options, std::uint32_t struct_size) noexcept {
  return Init(kEachDefaults, options, struct_size);
}

// --- Ledgers ----------------------------------------------------------------

lockstep_outcome lockstep_ledger_open(const lockstep_ledger_options* options,
                                      lockstep_ledger** ledger) noexcept {
  if (IsInsideFunction()) return LOCKSTEP_INSIDE_TRANSACTION;
  if (ledger == nullptr) return LOCKSTEP_NULL_POINTER;
  LedgerOptions read;
  if (options != nullptr) {
    const Outcome outcome = ReadOptions(options, read);
    if (outcome != Outcome::kOk) return ToC(outcome);
  }
  return ToC(
      OrOutOfMemory([&] { return GiveLedger(Ledger::Open(read), ledger); }));
}

lockstep_outcome lockstep_ledger_clone(lockstep_ledger* ledger,
                                       lockstep_ledger** clone) noexcept {
  return With(ledger, [&](const Ledger& its) {
    if (clone == nullptr) return Outcome::kNullPointer;
    return GiveLedger(its.Clone(), clone);
  });
}

lockstep_outcome lockstep_snapshot_clone(lockstep_snapshot* snapshot,
                                         const lockstep_ledger_options* options,
                                         lockstep_ledger** clone) noexcept {
  return With(snapshot, [&](const Snapshot& its) {
    if (clone == nullptr) return Outcome::kNullPointer;
    if (options == nullptr) return GiveLedger(its.Clone(), clone);
    LedgerOptions read;
    const Outcome outcome = ReadOptions(options, read);
    if (outcome != Outcome::kOk) return outcome;
    return GiveLedger(its.Clone(read), clone);
  });
}

lockstep_outcome lockstep_ledger_close(lockstep_ledger* ledger) noexcept {
  return CloseHandle(ledger);
}

// --- Assets -----------------------------------------------------------------

lockstep_outcome lockstep_asset_create(lockstep_ledger* ledger,
                                       const lockstep_asset_options* options,
                                       lockstep_asset_id* asset) noexcept {
  return With(ledger, [&](Ledger& its) {
    if (options == nullptr || asset == nullptr) return Outcome::kNullPointer;
    lockstep_asset_options mine = kAssetDefaults;
    const Outcome read = ReadStruct(options, mine);
    if (read != Outcome::kOk) return read;
    if (!IsClass(mine.issuer_class) || mine.reserved != 0) {
      return Outcome::kInvalidOption;
    }
    return Store(its.CreateAsset({.code = FromText(mine.code),
                                  .scale = mine.scale,
                                  .supply_cap = FromC(mine.supply_cap),
                                  .issuer_class = static_cast<std::uint16_t>(
                                      mine.issuer_class)}),
                 asset, kNumber);
  });
}

lockstep_outcome lockstep_asset_find(lockstep_ledger* ledger, const char* code,
                                     lockstep_asset_id* asset) noexcept {
  return With(ledger, [&](Ledger& its) {
    if (code == nullptr || asset == nullptr) return Outcome::kNullPointer;
    return Store(its.FindAsset(code), asset, kNumber);
  });
}

lockstep_outcome lockstep_asset_get(lockstep_ledger* ledger,
                                    lockstep_asset_id asset,
                                    lockstep_asset_info* info) noexcept {
  return With(ledger, [&](Ledger& its) {
    if (info == nullptr) return Outcome::kNullPointer;
    const std::uint32_t size = info->struct_size;
    const Outcome sized = CheckStructSize<lockstep_asset_info>(size);
    if (sized != Outcome::kOk) return sized;
    const Result<AssetInfo> got = its.GetAsset(AssetId(asset));
    if (!got) return got.error();
    lockstep_asset_info mine = LOCKSTEP_ASSET_INFO_INIT;
    mine.asset = got->id.value();
    mine.issuer = got->issuer.value();
    mine.scale = got->scale;
    mine.code_size = CopyText(got->code, mine.code);
    WriteStruct(mine, info, size);
    return Outcome::kOk;
  });
}

lockstep_outcome lockstep_asset_supply(lockstep_ledger* ledger,
                                       lockstep_asset_id asset,
                                       lockstep_amount* supply) noexcept {
  return With(ledger, [&](Ledger& its) {
    if (supply == nullptr) return Outcome::kNullPointer;
    return Store(its.Supply(AssetId(asset)), supply, kAmount);
  });
}

lockstep_outcome lockstep_asset_set_supply_cap(lockstep_ledger* ledger,
                                               lockstep_asset_id asset,
                                               lockstep_amount cap,
                                               std::uint32_t wait,
                                               std::int64_t wait_ns) noexcept {
  return With(ledger, [&](Ledger& its) {
    const Result<Wait> how = WaitFromC(wait, wait_ns);
    if (!how) return how.error();
    return its.SetSupplyCap(AssetId(asset), FromC(cap), *how);
  });
}

lockstep_outcome lockstep_asset_count(lockstep_ledger* ledger,
                                      std::uint32_t* count) noexcept {
  return With(ledger, [&](Ledger& its) {
    if (count == nullptr) return Outcome::kNullPointer;
    *count = its.asset_count();
    return Outcome::kOk;
  });
}

// --- Accounts ---------------------------------------------------------------

lockstep_outcome lockstep_account_create(
    lockstep_ledger* ledger, const lockstep_account_options* options,
    lockstep_account_id* account) noexcept {
  return With(ledger, [&](Ledger& its) {
    if (options == nullptr || account == nullptr) return Outcome::kNullPointer;
    lockstep_account_options mine = kAccountDefaults;
    const Outcome read = ReadStruct(options, mine);
    if (read != Outcome::kOk) return read;
    if (!IsClass(mine.account_class) || mine.reserved != 0) {
      return Outcome::kInvalidOption;
    }
    return Store(its.CreateAccount({.asset = AssetId(mine.asset),
                                    .floor = FromC(mine.floor),
                                    .ceiling = FromC(mine.ceiling),
                                    .status = StatusFromC(mine.status),
                                    .owner = OwnerId(mine.owner),
                                    .purpose = PurposeId(mine.purpose),
                                    .key = FromText(mine.key),
                                    .key_bits = FromC(mine.key_bits),
                                    .label = FromText(mine.label),
                                    .user_data = FromC(mine.user_data),
                                    .account_class = static_cast<std::uint16_t>(
                                        mine.account_class)}),
                 account, kNumber);
  });
}

lockstep_outcome lockstep_account_find(lockstep_ledger* ledger, const char* key,
                                       lockstep_account_id* account) noexcept {
  return With(ledger, [&](Ledger& its) {
    if (key == nullptr || account == nullptr) return Outcome::kNullPointer;
    return Store(its.FindAccount(std::string_view(key)), account, kNumber);
  });
}

lockstep_outcome lockstep_account_find_bits(
    lockstep_ledger* ledger, lockstep_bits128 key_bits,
    lockstep_account_id* account) noexcept {
  return With(ledger, [&](Ledger& its) {
    if (account == nullptr) return Outcome::kNullPointer;
    return Store(its.FindAccount(FromC(key_bits)), account, kNumber);
  });
}

lockstep_outcome lockstep_account_find_owned(
    lockstep_ledger* ledger, std::uint64_t owner, std::uint32_t purpose,
    lockstep_asset_id asset, lockstep_account_id* account) noexcept {
  return With(ledger, [&](Ledger& its) {
    if (account == nullptr) return Outcome::kNullPointer;
    return Store(
        its.FindAccount(OwnerId(owner), PurposeId(purpose), AssetId(asset)),
        account, kNumber);
  });
}

lockstep_outcome lockstep_account_get(lockstep_ledger* ledger,
                                      lockstep_account_id account,
                                      lockstep_account_info* info) noexcept {
  return With(ledger, [&](Ledger& its) {
    if (info == nullptr) return Outcome::kNullPointer;
    const std::uint32_t size = info->struct_size;
    const Outcome sized = CheckStructSize<lockstep_account_info>(size);
    if (sized != Outcome::kOk) return sized;
    const Result<AccountInfo> got = its.GetAccount(AccountId(account));
    if (!got) return got.error();
    lockstep_account_info mine = LOCKSTEP_ACCOUNT_INFO_INIT;
    mine.asset = got->asset.value();
    mine.account = got->id.value();
    mine.balance = ToC(got->balance);
    mine.held = ToC(got->held);
    mine.floor = ToC(got->floor);
    mine.ceiling = ToC(got->ceiling);
    mine.status = static_cast<std::uint32_t>(got->status);
    mine.purpose = got->purpose.value();
    mine.owner = got->owner.value();
    mine.version = got->version.value();
    mine.key_bits = ToC(got->key_bits);
    mine.user_data = ToC(got->user_data);
    mine.key_size = CopyText(got->key, mine.key);
    mine.label_size = CopyText(got->label, mine.label);
    mine.account_class = got->account_class;
    WriteStruct(mine, info, size);
    return Outcome::kOk;
  });
}

lockstep_outcome lockstep_account_balance(lockstep_ledger* ledger,
                                          lockstep_account_id account,
                                          lockstep_amount* balance) noexcept {
  return With(ledger, [&](Ledger& its) {
    if (balance == nullptr) return Outcome::kNullPointer;
    return Store(its.Balance(AccountId(account)), balance, kAmount);
  });
}

lockstep_outcome lockstep_account_count(lockstep_ledger* ledger,
                                        std::uint64_t* count) noexcept {
  return With(ledger, [&](Ledger& its) {
    if (count == nullptr) return Outcome::kNullPointer;
    *count = its.account_count();
    return Outcome::kOk;
  });
}

lockstep_outcome lockstep_account_set_status(lockstep_ledger* ledger,
                                             lockstep_account_id account,
                                             std::uint32_t status,
                                             std::uint32_t wait,
                                             std::int64_t wait_ns) noexcept {
  return With(ledger, [&](Ledger& its) {
    const Result<Wait> how = WaitFromC(wait, wait_ns);
    if (!how) return how.error();
    return its.SetStatus(AccountId(account), StatusFromC(status), *how);
  });
}

lockstep_outcome lockstep_account_set_limits(lockstep_ledger* ledger,
                                             lockstep_account_id account,
                                             lockstep_amount floor,
                                             lockstep_amount ceiling,
                                             std::uint32_t wait,
                                             std::int64_t wait_ns) noexcept {
  return With(ledger, [&](Ledger& its) {
    const Result<Wait> how = WaitFromC(wait, wait_ns);
    if (!how) return how.error();
    return its.SetLimits(AccountId(account), FromC(floor), FromC(ceiling),
                         *how);
  });
}

// --- Time -------------------------------------------------------------------

lockstep_outcome lockstep_advance(lockstep_ledger* ledger,
                                  std::uint64_t tick) noexcept {
  return With(ledger, [&](Ledger& its) { return its.Advance(Tick(tick)); });
}

lockstep_outcome lockstep_now(lockstep_ledger* ledger,
                              std::uint64_t* tick) noexcept {
  return With(ledger, [&](Ledger& its) {
    if (tick == nullptr) return Outcome::kNullPointer;
    *tick = its.now().value();
    return Outcome::kOk;
  });
}

}  // extern "C"
