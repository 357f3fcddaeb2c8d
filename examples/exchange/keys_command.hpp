// `runes-exchange keys`: makes, lists and removes API keys.
#pragma once

#include <ostream>
#include <span>
#include <string>

namespace exchange {

/// Carries out what stands behind `keys` on the command line, and returns the exit status: 0, or 2
/// with one sentence in `errors`.
int keys_command(std::span<std::string const> words, std::ostream& out, std::ostream& errors);

}  // namespace exchange
