#include "back_off.hpp"

#include <algorithm>

namespace bots {

bool back_off::allows(asked_order const& wanted, time now) const {
  auto const at = all_.find({wanted.symbol, wanted.side});
  if (at == all_.end() || at->second.until <= now) return true;
  return at->second.in_a_row < chances && at->second.last != wanted;
}

void back_off::refused(asked_order const& what, time now) {
  auto& of = all_[{what.symbol, what.side}];
  auto pause = shortest;
  for (unsigned n = 0; n < of.in_a_row && pause < longest; ++n) pause *= 2;
  of.last = what;
  of.in_a_row += 1;
  of.until = now + std::min(pause, longest);
}

void back_off::taken(asked_order const& what) { all_.erase({what.symbol, what.side}); }

}  // namespace bots
