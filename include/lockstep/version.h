#pragma once

/// The version of these headers, by semantic versioning (https://semver.org):
/// what breaks programs raises this one,
#define LOCKSTEP_VERSION_MAJOR 0
/// what adds something this one (before 1.0, what breaks programs as well),
#define LOCKSTEP_VERSION_MINOR 1
/// and all else this one.
#define LOCKSTEP_VERSION_PATCH 0
/// The three of them, as people write them.
#define LOCKSTEP_VERSION_STRING "0.1.0"
