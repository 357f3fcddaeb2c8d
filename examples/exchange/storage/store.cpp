#include "store.hpp"

#include "error.hpp"
#include "snapshots.hpp"

#include <string>

namespace exchange::storage {

store::store(directory& where, recovery_target& target, journal_config const& config,
             journal_listener& listener)
    : where_(&where),
      recovered_(recover(where, target)),
      journal_(where, recovered_.last + 1, config, listener) {}

void store::save_snapshot(sequence at, std::string_view bytes) {
  if (at == 0 || at > durable()) {
    throw storage_error("a snapshot must be of a durable record, which " + std::to_string(at) +
                        " is not; the last is " + std::to_string(durable()));
  }
  storage::save_snapshot(*where_, at, bytes);
}

}  // namespace exchange::storage
