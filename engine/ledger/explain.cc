#include "engine/ledger/explain.h"

#include <algorithm>
#include <string_view>

#include "absl/strings/str_cat.h"
#include "lockstep/amount.h"

namespace lockstep::engine {
namespace {

class Explainer {
 public:
  Explainer(const Receipt& receipt, const AccountTable& accounts,
            const Directory& directory)
      : receipt_(receipt),
        refusal_(receipt.refusal()),
        accounts_(accounts),
        directory_(directory) {}

  [[nodiscard]] std::string Explain() const {
    switch (receipt_.outcome()) {
      case Outcome::kOk:
        if (receipt_.is_replay()) {
          return absl::StrCat("posted before: ", receipt_.changes().size(),
                              receipt_.changes().size() == 1
                                  ? " account had changed"
                                  : " accounts had changed");
        }
        return absl::StrCat(
            receipt_.is_dry_run() ? "could be posted: " : "posted: ",
            receipt_.changes().size(),
            receipt_.changes().size() == 1 ? " account" : " accounts",
            receipt_.is_dry_run() ? " would change" : " changed");
      case Outcome::kZeroAmount:
        if (refusal_.leg == Refusal::kNoLeg &&
            refusal_.flow == Refusal::kNoLeg) {
          break;
        }
        return Sentence(Part(), " (", Account(), ") is zero");
      case Outcome::kSameAccount:
        return Sentence(Account(), " is on both sides");
      case Outcome::kUnknownAccount:
        return Sentence("there is no account ", refusal_.account.value(),
                        Leg());
      case Outcome::kUndeclaredAccount:
        return Sentence(Account(), " was not declared", Leg());
      case Outcome::kRefusedByFunction:
        return Sentence("reason ", refusal_.reason);
      case Outcome::kAssetsDiffer:
        return Sentence(Account(), " holds ", Code(refusal_.asset),
                        ", the payer something else");
      case Outcome::kAccountClosed:
        return Sentence(Account(), " is closed", Leg());
      case Outcome::kAccountFrozen:
        return Sentence(Account(), " is frozen in this direction", Leg());
      case Outcome::kRouteNotAllowed:
        return Sentence(OfClass(refusal_.account), " may not pay ",
                        OfClass(refusal_.payee), " with this code", Leg());
      case Outcome::kAmountOverflow:
        return Sentence(Account(), " has ",
                        Money(refusal_.available, refusal_.asset),
                        ", too much for a change by ",
                        Plain(refusal_.required, refusal_.asset));
      case Outcome::kUnbalanced:
        return Sentence("the legs sum to ",
                        Money(refusal_.required, refusal_.asset),
                        ", not to zero");
      case Outcome::kInsufficientFunds:
        return Sentence(Account(), " has ", Funds(), ", needs ",
                        Plain(refusal_.required, refusal_.asset));
      case Outcome::kAboveCeiling:
        return Sentence(
            Account(), " has ", Money(refusal_.available, refusal_.asset),
            " and a ceiling of ", Plain(refusal_.limit, refusal_.asset),
            ", would get ", Plain(refusal_.required, refusal_.asset));
      case Outcome::kConditionNotMet:
        return Sentence(Part(), " on ", Account());
      case Outcome::kTooLittleAvailable:
        return Sentence("flow ", refusal_.flow, " (", Account(), ") comes to ",
                        Money(refusal_.available, refusal_.asset), ", not ",
                        Plain(refusal_.required, refusal_.asset));
      case Outcome::kInvalidFlow:
        return Sentence(Part(), " (", Account(), ")");
      case Outcome::kInvalidCondition:
        return Sentence(Part(), " (", Account(), ")");
      case Outcome::kIdTaken:
        if (refusal_.id_field == IdField::kNone) break;
        return Sentence("what was posted with this id (as ",
                        refusal_.posted_as.value(), ") has another ",
                        AsAbsl(IdFieldName(refusal_.id_field)));
      case Outcome::kInvalidReversal:
        if (refusal_.leg == Refusal::kNoLeg) break;
        return Sentence("leg ", refusal_.leg, " (", Account(), ") moved less, ",
                        "or the other way, or is another one");
      case Outcome::kReversalTooLarge:
        return Sentence("of leg ", refusal_.leg, " (", Account(), ") ",
                        Plain(refusal_.available, refusal_.asset),
                        " is left to take back, not ",
                        Plain(refusal_.required, refusal_.asset));
      case Outcome::kLinkedRefused:
        return Sentence("see transfer ", refusal_.transfer);
      default:
        break;
    }
    return Sentence(AsAbsl(OutcomeMeaning(receipt_.outcome())));
  }

 private:
  static absl::string_view AsAbsl(std::string_view text) {
    return {text.data(), text.size()};
  }

  // "insufficient funds: " and what follows.
  template <class... Parts>
  [[nodiscard]] std::string Sentence(const Parts&... parts) const {
    std::string sentence(OutcomeName(receipt_.outcome()));
    std::replace(sentence.begin(), sentence.end(), '_', ' ');
    absl::StrAppend(&sentence, ": ", parts...);
    return sentence;
  }

  // "leg 1", "flow 0", or "condition 2": whichever is to blame, if any.
  [[nodiscard]] std::string Part() const {
    if (refusal_.leg != Refusal::kNoLeg) {
      return absl::StrCat("leg ", refusal_.leg);
    }
    if (refusal_.flow != Refusal::kNoLeg) {
      return absl::StrCat("flow ", refusal_.flow);
    }
    if (refusal_.condition != Refusal::kNoLeg) {
      return absl::StrCat("condition ", refusal_.condition);
    }
    return {};
  }
  // " (leg 1)", if one is to blame.
  [[nodiscard]] std::string Leg() const {
    const std::string part = Part();
    return part.empty() ? part : absl::StrCat(" (", part, ")");
  }

  // "account 7 (alice) of class 2"
  [[nodiscard]] std::string OfClass(AccountId id) const {
    std::string text = Account(id);
    if (accounts_.Contains(id)) {
      absl::StrAppend(&text, " of class ", accounts_.Cold(id).account_class);
    }
    return text;
  }

  // "account 7 (alice)"
  [[nodiscard]] std::string Account() const {
    return Account(refusal_.account);
  }
  [[nodiscard]] std::string Account(AccountId id) const {
    if (!accounts_.Contains(id)) return absl::StrCat("account ", id.value());
    const Names& names = accounts_.Cold(id).names;
    const std::string_view name =
        names.label().empty() ? names.key() : names.label();
    if (name.empty()) return absl::StrCat("account ", id.value());
    return absl::StrCat("account ", id.value(), " (", AsAbsl(name), ")");
  }

  // "10.00 GOLD", and the floor where that is not zero.
  [[nodiscard]] std::string Funds() const {
    std::string funds = Money(refusal_.available, refusal_.asset);
    if (!refusal_.limit.is_zero()) {
      absl::StrAppend(&funds, " and a floor of ",
                      Plain(refusal_.limit, refusal_.asset));
    }
    return funds;
  }

  [[nodiscard]] std::string Code(AssetId asset) const {
    const Result<AssetInfo> info = directory_.GetAsset(asset);
    return info ? info->code : absl::StrCat("asset ", asset.value());
  }
  [[nodiscard]] std::string Plain(Amount amount, AssetId asset) const {
    const Result<AssetInfo> info = directory_.GetAsset(asset);
    return FormatDecimal(amount, info ? info->scale : 0);
  }
  [[nodiscard]] std::string Money(Amount amount, AssetId asset) const {
    return absl::StrCat(Plain(amount, asset), " ", Code(asset));
  }

  const Receipt& receipt_;
  const Refusal refusal_;
  const AccountTable& accounts_;
  const Directory& directory_;
};

}  // namespace

std::string ExplainReceipt(const Receipt& receipt, const AccountTable& accounts,
                           const Directory& directory) {
  return Explainer(receipt, accounts, directory).Explain();
}

}  // namespace lockstep::engine
