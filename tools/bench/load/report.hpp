// The result of a run, for programs and for people.
#pragma once

#include "bench/load/experiment.hpp"
#include "bench/load/options.hpp"

#include <string>

namespace runes::bench {

/// One line of JSON. Names end in their unit; what was not measured is null.
std::string as_json(load_options const& options, load_result const& result);

/// A few lines of text.
std::string as_text(load_options const& options, load_result const& result);

}  // namespace runes::bench
