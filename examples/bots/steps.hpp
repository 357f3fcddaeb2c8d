// From the orders that are open to those that are wanted, a request at a time. No I/O.
#pragma once

#include <runes/runes.hpp>

#include <cstdint>
#include <functional>
#include <optional>
#include <variant>
#include <vector>

namespace bots {

/// A decimal in whole steps of that size (an instrument's ticks or lots), rounded towards zero; and
/// back. Throws std::bad_optional_access where it does not fit.
std::int64_t steps_of(runes::decimal value, runes::decimal size);
runes::decimal from_steps(std::int64_t count, runes::decimal size);

/// One request to the venue; the order_ref is to be cancelled.
using step = std::variant<runes::order_ref, runes::amendment, runes::new_order>;

/// What brings the open orders nearer to the wanted ones: first what nobody wants is cancelled,
/// then what is elsewhere is amended, then what is missing is placed. A step that would cross an
/// own order waits until that is out of the way, and one that is not `allowed` holds no other up.
/// None: all is as wanted, or has to wait.
std::optional<step> next_step(runes::order_list const& open, std::vector<runes::new_order> wanted,
                              std::function<bool(step const&)> const& allowed = nullptr);

}  // namespace bots
