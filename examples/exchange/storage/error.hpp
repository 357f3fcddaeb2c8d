// What goes wrong with files, as a sentence that names the file.
#pragma once

#include <stdexcept>

namespace exchange::storage {

/// The storage can't go on: the sentence says which file, where in it, and why.
struct storage_error : std::runtime_error {
  using std::runtime_error::runtime_error;
};

}  // namespace exchange::storage
