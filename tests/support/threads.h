#pragma once

#include <barrier>
#include <cstddef>
#include <thread>
#include <vector>

namespace lockstep::test {

/// Runs `work(thread_number)` on so many threads, which start together, and
/// returns when all have ended.
template <class Work>
void RunThreads(int threads, const Work& work) {
  std::barrier together(threads);
  std::vector<std::jthread> running;
  running.reserve(static_cast<std::size_t>(threads));
  for (int number = 0; number < threads; ++number) {
    running.emplace_back([&together, &work, number] {
      together.arrive_and_wait();
      work(number);
    });
  }
}

}  // namespace lockstep::test
