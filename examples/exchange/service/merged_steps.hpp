// What markets have to tell of several requests, as if it were of one.
#pragma once

#include "market_source.hpp"

#include <vector>

namespace exchange::service {

/// Adds what happened later, so that each topic is told one change of all of it. False, with
/// nothing done, where that would hide something: a change of a market's status, or a whole book.
bool merge(std::vector<step>& into, std::vector<step>& later);

/// A change of a book names no price twice: of each the last word is kept. Sorts them.
void keep_last(std::vector<runes::level>& levels);

/// After the last merge().
void keep_last(std::vector<step>& all);

}  // namespace exchange::service
