#include "engine/tool/economy/reckoning.h"

#include <algorithm>

namespace lockstep::tool {

Minor RoundedShare(Minor whole, Minor numerator, Minor denominator,
                   Rounding rounding) {
  return ToMinor(Multiply(Amount(whole),
                          Rate{Amount(numerator), Amount(denominator)},
                          rounding)
                     .value());
}

Minor PriceTimes(Minor price, Minor numerator, Minor denominator,
                 Rounding rounding) {
  return std::clamp<Minor>(
      RoundedShare(price, numerator, denominator, rounding), 1,
      kMaxRequestAmount);
}

Minor TaxOn(Minor price, Share tax) {
  if (tax.ppm == 0) return 0;
  return std::max<Minor>(
      1, RoundedShare(price, tax.ppm, kWhole, Rounding::kHalfToEven));
}

Minor AskedFor(Minor worth, Share spread) {
  return PriceTimes(worth, kWhole + spread.ppm, kWhole, Rounding::kCeiling);
}

Minor BidFor(Minor worth, Share spread) {
  return PriceTimes(worth, kWhole - spread.ppm, kWhole, Rounding::kFloor);
}

}  // namespace lockstep::tool
