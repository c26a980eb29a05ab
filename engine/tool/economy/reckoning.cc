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

Minor AskedFor(Minor worth, Share spread) {
  return PriceTimes(worth, kWhole + spread.ppm, kWhole, Rounding::kCeiling);
}

Minor BidFor(Minor worth, Share spread) {
  return PriceTimes(worth, kWhole - spread.ppm, kWhole, Rounding::kFloor);
}

}  // namespace lockstep::tool
