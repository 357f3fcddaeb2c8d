// What the tests of the configuration share.
#pragma once

#include <runes/error.hpp>

#include <string>

/// The sentence of the runes::error that `action` throws with errc::bad_config; says so when there
/// is none.
template <class Action>
std::string complaint_of(Action&& action) {
  try {
    action();
  } catch (runes::error const& e) {
    return e.code() == runes::errc::bad_config ? e.sentence() : "another code: " + e.sentence();
  }
  return "no complaint";
}
