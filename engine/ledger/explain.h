#pragma once

#include <string>

#include "engine/accounts/account_table.h"
#include "engine/accounts/directory.h"
#include "lockstep/transfer.h"

namespace lockstep::engine {

/// A receipt as a sentence, for people. Throws std::bad_alloc.
[[nodiscard]] std::string ExplainReceipt(const Receipt& receipt,
                                         const AccountTable& accounts,
                                         const Directory& directory);

}  // namespace lockstep::engine
