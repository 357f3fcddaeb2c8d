// The resumes of runes-bench-resume and what they took.
#pragma once

#include "bench/resume/options.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace runes::bench {

/// The resumes of one kind.
struct resume_kind {
  std::vector<double> milliseconds;  ///< from the begin of connecting to the last missed event
  std::vector<double> server_milliseconds;  ///< CPU time of the server meanwhile
  std::vector<double> allocations;          ///< of the server meanwhile
  std::vector<double> idle_allocations;     ///< the same for one who missed nothing
};

struct resume_result {
  resume_kind heard;    ///< somebody else listened while this client was away
  resume_kind unheard;  ///< nobody did, so the events are encoded for the one who returns
  std::uint64_t events = 0, bytes = 0;
  std::uint64_t wrong = 0;          ///< events that did not follow the one before
  std::uint64_t not_recovered = 0;  ///< resumes that were answered with a snapshot

  bool right() const { return wrong == 0 && not_recovered == 0; }
};

/// @throws run_error when it cannot be made.
resume_result run_resume(resume_options const& o);

/// One JSON object, without a newline.
std::string as_json(resume_options const& o, resume_result const& r);

}  // namespace runes::bench
