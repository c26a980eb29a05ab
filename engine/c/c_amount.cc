#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "engine/c/calls.h"
#include "engine/c/convert.h"
#include "engine/c/structs.h"
#include "lockstep/account.h"
#include "lockstep/amount.h"
#include "lockstep/audit.h"
#include "lockstep/c.h"
#include "lockstep/outcome.h"
#include "lockstep/rate.h"
#include "lockstep/version.h"

// What the C interface has that needs no ledger: amounts and texts.

namespace {

using namespace lockstep;
using namespace lockstep::engine;

static_assert(LOCKSTEP_LOG_DAMAGED + 1 == kOutcomeCount);
static_assert(LOCKSTEP_ROUND_AWAY_FROM_ZERO ==
              static_cast<int>(Rounding::kAwayFromZero));
static_assert(LOCKSTEP_ROUND_FLOOR == static_cast<int>(Rounding::kFloor));
static_assert(LOCKSTEP_ROUND_CEILING == static_cast<int>(Rounding::kCeiling));
static_assert(LOCKSTEP_ROUND_HALF_AWAY_FROM_ZERO ==
              static_cast<int>(Rounding::kHalfAwayFromZero));
static_assert(LOCKSTEP_ROUND_HALF_TO_EVEN ==
              static_cast<int>(Rounding::kHalfToEven));

lockstep_outcome StoreAmount(const Result<Amount>& result,
                             lockstep_amount* target) noexcept {
  return ToC(Store(result, target, [](Amount amount) { return ToC(amount); }));
}

// Texts that the library has for good end with a zero byte: they are literals.
const char* Text(std::string_view literal) noexcept { return literal.data(); }

Outcome OutcomeFromC(lockstep_outcome outcome) noexcept {
  const bool is_one =
      outcome >= 0 && static_cast<std::uint32_t>(outcome) < kOutcomeCount;
  return static_cast<Outcome>(is_one ? outcome : UINT16_MAX);
}

}  // namespace

extern "C" {

const char* lockstep_outcome_name(lockstep_outcome outcome) noexcept {
  return Text(OutcomeName(OutcomeFromC(outcome)));
}

const char* lockstep_outcome_meaning(lockstep_outcome outcome) noexcept {
  return Text(OutcomeMeaning(OutcomeFromC(outcome)));
}

const char* lockstep_outcome_advice(lockstep_outcome outcome) noexcept {
  return Text(OutcomeAdvice(OutcomeFromC(outcome)));
}

const char* lockstep_status_name(std::uint32_t status) noexcept {
  return Text(AccountStatusName(
      static_cast<AccountStatus>(status <= UINT8_MAX ? status : UINT8_MAX)));
}

const char* lockstep_id_field_name(std::uint32_t field) noexcept {
  return Text(IdFieldName(EnumFromC<IdField>(field)));
}

const char* lockstep_audit_rule_text(std::uint32_t rule) noexcept {
  return Text(AuditRuleText(
      static_cast<AuditRule>(rule <= UINT8_MAX ? rule : UINT8_MAX)));
}

lockstep_amount lockstep_amount_of(std::int64_t minor_units) noexcept {
  return ToC(Amount(minor_units));
}

const char* lockstep_version(void) noexcept { return LOCKSTEP_VERSION_STRING; }

lockstep_outcome lockstep_amount_add(lockstep_amount a, lockstep_amount b,
                                     lockstep_amount* sum) noexcept {
  if (sum == nullptr) return LOCKSTEP_NULL_POINTER;
  return StoreAmount(Add(FromC(a), FromC(b)), sum);
}

lockstep_outcome lockstep_amount_subtract(
    lockstep_amount a, lockstep_amount b,
    lockstep_amount* difference) noexcept {
  if (difference == nullptr) return LOCKSTEP_NULL_POINTER;
  return StoreAmount(Subtract(FromC(a), FromC(b)), difference);
}

std::int32_t lockstep_amount_compare(lockstep_amount a,
                                     lockstep_amount b) noexcept {
  const auto order = FromC(a) <=> FromC(b);
  return order < 0 ? -1 : order > 0 ? 1 : 0;
}

lockstep_outcome lockstep_amount_multiply(lockstep_amount amount,
                                          lockstep_amount numerator,
                                          lockstep_amount denominator,
                                          std::uint32_t rounding,
                                          lockstep_amount* product) noexcept {
  if (product == nullptr) return LOCKSTEP_NULL_POINTER;
  if (rounding > LOCKSTEP_ROUND_HALF_TO_EVEN) return LOCKSTEP_INVALID_OPTION;
  return StoreAmount(
      Multiply(FromC(amount), Rate{FromC(numerator), FromC(denominator)},
               static_cast<Rounding>(rounding)),
      product);
}

lockstep_outcome lockstep_amount_split(lockstep_amount total,
                                       const std::uint64_t* weights,
                                       std::uint64_t count,
                                       lockstep_amount* parts) noexcept {
  if (weights == nullptr || parts == nullptr) return LOCKSTEP_NULL_POINTER;
  // No array is that long.
  if (count > PTRDIFF_MAX / sizeof(lockstep_amount)) {
    return LOCKSTEP_INVALID_WEIGHTS;
  }
  const Result<std::vector<Amount>> split =
      Split(FromC(total), std::span(weights, count));
  if (!split) return ToC(split.error());
  for (const Amount part : *split) *parts++ = ToC(part);
  return LOCKSTEP_OK;
}

lockstep_outcome lockstep_amount_parse(const char* text, std::int32_t scale,
                                       lockstep_amount* amount) noexcept {
  if (text == nullptr || amount == nullptr) return LOCKSTEP_NULL_POINTER;
  return StoreAmount(ParseDecimal(text, scale), amount);
}

lockstep_outcome lockstep_amount_format(lockstep_amount amount,
                                        std::int32_t scale, char* buffer,
                                        std::uint64_t buffer_size,
                                        std::uint64_t* text_size) noexcept {
  if (buffer == nullptr && buffer_size > 0) return LOCKSTEP_NULL_POINTER;
  if (scale < 0 || scale > kMaxScale) return LOCKSTEP_INVALID_SCALE;
  const std::string text = FormatDecimal(FromC(amount), scale);
  if (text.empty()) return LOCKSTEP_OUT_OF_MEMORY;
  return ToC(WriteText(text, buffer, buffer_size, text_size));
}

}  // extern "C"
