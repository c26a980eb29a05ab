#pragma once

/// Marks what the shared library shows to the outside. Everything else is built
/// with hidden visibility.
#if defined(__GNUC__) || defined(__clang__)
#define LOCKSTEP_EXPORT __attribute__((visibility("default")))
#else
#define LOCKSTEP_EXPORT
#endif
