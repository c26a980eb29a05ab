#include "engine/ledger/explain.h"

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
        return absl::StrCat("posted as ", receipt_.sequence().value(), ": ",
                            receipt_.changes().size(), " accounts changed");
      case Outcome::kZeroAmount:
      case Outcome::kUnknownAccount:
      case Outcome::kAccountClosed:
      case Outcome::kAccountFrozen:
      case Outcome::kSameAccount:
      case Outcome::kAmountOverflow:
        return absl::StrCat(Title(), ": ", WhereToBlame());
      case Outcome::kAssetsDiffer:
        return absl::StrCat(Title(), ": ", WhereToBlame(), " holds ",
                            Code(refusal_.asset), ", the payer something else");
      case Outcome::kUnbalanced:
        return absl::StrCat(Title(), ": the legs sum to ",
                            Money(refusal_.required, refusal_.asset),
                            ", not to zero");
      case Outcome::kInsufficientFunds:
        return absl::StrCat(Title(), ": ", Account(), " has ", Funds(),
                            ", needs ",
                            Plain(refusal_.required, refusal_.asset));
      case Outcome::kAboveCeiling:
        return absl::StrCat(
            Title(), ": ", Account(), " has ",
            Money(refusal_.available, refusal_.asset), " and a ceiling of ",
            Plain(refusal_.limit, refusal_.asset), ", would get ",
            Plain(refusal_.required, refusal_.asset));
      default:
        return absl::StrCat(Title(), ": ",
                            AsAbsl(OutcomeMeaning(receipt_.outcome())));
    }
  }

 private:
  static absl::string_view AsAbsl(std::string_view text) {
    return {text.data(), text.size()};
  }

  // "insufficient funds"
  [[nodiscard]] std::string Title() const {
    std::string title(OutcomeName(receipt_.outcome()));
    for (char& c : title) {
      if (c == '_') c = ' ';
    }
    return title;
  }

  // "account 7 (alice)"
  [[nodiscard]] std::string Account() const {
    const AccountId id = refusal_.account;
    if (!accounts_.Contains(id)) return absl::StrCat("account ", id.value());
    const Names& names = accounts_.Cold(id).names;
    const std::string_view name =
        names.label().empty() ? names.key() : names.label();
    if (name.empty()) return absl::StrCat("account ", id.value());
    return absl::StrCat("account ", id.value(), " (", AsAbsl(name), ")");
  }

  // "account 7 (alice), leg 2", or less where less is known.
  [[nodiscard]] std::string WhereToBlame() const {
    if (refusal_.leg == Refusal::kNoLeg) {
      return std::string(OutcomeMeaning(receipt_.outcome()));
    }
    return absl::StrCat(Account(), ", leg ", refusal_.leg);
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
