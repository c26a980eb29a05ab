#pragma once

// The whole of lockstep's public surface.
#include "lockstep/account.h"        // IWYU pragma: export
#include "lockstep/account_state.h"  // IWYU pragma: export
#include "lockstep/amount.h"         // IWYU pragma: export
#include "lockstep/audit.h"          // IWYU pragma: export
#include "lockstep/concurrency.h"    // IWYU pragma: export
#include "lockstep/hold.h"           // IWYU pragma: export
#include "lockstep/ids.h"            // IWYU pragma: export
#include "lockstep/journal.h"        // IWYU pragma: export
#include "lockstep/ledger.h"         // IWYU pragma: export
#include "lockstep/mode.h"           // IWYU pragma: export
#include "lockstep/outcome.h"        // IWYU pragma: export
#include "lockstep/rate.h"           // IWYU pragma: export
#include "lockstep/request.h"        // IWYU pragma: export
#include "lockstep/result.h"         // IWYU pragma: export
#include "lockstep/reversal.h"       // IWYU pragma: export
#include "lockstep/route.h"          // IWYU pragma: export
#include "lockstep/snapshot.h"       // IWYU pragma: export
#include "lockstep/stats.h"          // IWYU pragma: export
#include "lockstep/tick_source.h"    // IWYU pragma: export
#include "lockstep/transact.h"       // IWYU pragma: export
#include "lockstep/transfer.h"       // IWYU pragma: export
#include "lockstep/version.h"        // IWYU pragma: export
#include "lockstep/wait.h"           // IWYU pragma: export
