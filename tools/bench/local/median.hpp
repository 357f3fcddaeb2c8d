// The middle of some figures.
#pragma once

#include <algorithm>
#include <vector>

namespace runes::bench {

/// Of an even number of figures, the mean of the two in the middle. Precondition: there are some.
inline double median(std::vector<double> figures) {
  std::sort(figures.begin(), figures.end());
  auto const half = figures.size() / 2;
  return figures.size() % 2 == 1 ? figures[half] : (figures[half - 1] + figures[half]) / 2;
}

}  // namespace runes::bench
