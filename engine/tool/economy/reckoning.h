#pragma once

#include "engine/tool/economy/scenario.h"

namespace lockstep::tool {

// How agents reckon what something costs.

/// Of the whole, so many of so many parts, in smallest units.
[[nodiscard]] Minor RoundedShare(Minor whole, Minor numerator,
                                 Minor denominator, Rounding rounding);

/// What is paid for something: at least a penny, and not more than any request
/// is for.
[[nodiscard]] Minor PriceTimes(Minor price, Minor numerator, Minor denominator,
                               Rounding rounding);

/// A part of a price, to the penny as bankers round it, but at least a penny if
/// there is a tax at all.
[[nodiscard]] Minor TaxOn(Minor price, Share tax);

/// What somebody who trades at a spread asks for goods that are worth so much,
/// and what is bid for them; never to the trader's disadvantage.
[[nodiscard]] Minor AskedFor(Minor worth, Share spread);
[[nodiscard]] Minor BidFor(Minor worth, Share spread);

}  // namespace lockstep::tool
