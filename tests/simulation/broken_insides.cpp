// Servers that are wrong inside: models that merge wrongly, bounds that are none.
#include "simulation/broken_variants.hpp"

#include <runes/channel.hpp>

#include <chrono>
#include <cstddef>
#include <limits>
#include <memory>
#include <string>
#include <utility>

namespace runes::simulation::broken {
namespace {

/// A model that is another one but for how it merges. That one is the library's, and lives as long
/// as the program.
class older_wins final : public channel_model {
 public:
  explicit older_wins(channel_model const& of) noexcept : of_(of) {}
  std::unique_ptr<topic_state> make_state() const override { return of_.make_state(); }
  payload_ptr merge(payload_ptr const& older, payload_ptr const& newer) const override {
    return of_.merge(newer, older);
  }
  payload_ptr project(topic_state const& source, topic_state& view, unsigned depth) const override {
    return of_.project(source, view, depth);
  }

 private:
  channel_model const& of_;
};

/// What was merged, and all that went into it.
class hoard final : public payload {
 public:
  hoard(payload_ptr merged, std::size_t kept) : merged_(std::move(merged)), kept_(kept) {}
  void encode(std::string& out) const override { merged_->encode(out); }
  std::size_t bytes() const noexcept override { return kept_ + merged_->bytes(); }
  payload_ptr const& merged() const noexcept { return merged_; }

 private:
  payload_ptr merged_;
  std::size_t kept_;
};

payload_ptr const& merged_of(payload_ptr const& what) {
  auto const* const kept = dynamic_cast<hoard const*>(what.get());
  return kept ? kept->merged() : what;
}

/// The library's own state, which knows no hoards.
class state_of_merged final : public topic_state {
 public:
  explicit state_of_merged(std::unique_ptr<topic_state> of) : of_(std::move(of)) {}
  payload_ptr apply(payload_ptr const& change) override { return of_->apply(merged_of(change)); }
  payload_ptr snapshot() const override { return of_->snapshot(); }
  topic_state& inner() const noexcept { return *of_; }

 private:
  std::unique_ptr<topic_state> of_;
};

class keeps_all final : public channel_model {
 public:
  explicit keeps_all(channel_model const& of) noexcept : of_(of) {}
  std::unique_ptr<topic_state> make_state() const override {
    return std::make_unique<state_of_merged>(of_.make_state());
  }
  payload_ptr merge(payload_ptr const& older, payload_ptr const& newer) const override {
    auto both = of_.merge(merged_of(older), merged_of(newer));
    if (!both) return nullptr;
    return payload_ptr(new hoard(std::move(both), older->bytes() + newer->bytes()));
  }
  payload_ptr project(topic_state const& source, topic_state& view, unsigned depth) const override {
    return of_.project(dynamic_cast<state_of_merged const&>(source).inner(),
                       dynamic_cast<state_of_merged&>(view).inner(), depth);
  }

 private:
  channel_model const& of_;
};

/// The same channel, with another model.
template <class Model>
channel with_model(channel of) {
  channel made(of.name(), std::make_shared<Model>(of.model()));
  made.event(of.event()).windows(of.windows()).when_slow(of.when_slow());
  if (of.is_throttled()) made.throttled();
  if (of.has_depths()) made.depths();
  if (of.who() == audience::account) made.for_accounts();
  return made;
}

}  // namespace

mutation merge_out_of_order() {
  mutation made;
  made.name = "merge-out-of-order";
  made.what = "of two changes that are merged the older one wins";
  made.channels = [](channel of) { return with_model<older_wins>(std::move(of)); };
  return made;
}

mutation merge_without_bound() {
  mutation made;
  made.name = "merge-without-bound";
  made.what = "what is merged for a lagging subscriber keeps all that went into it";
  made.channels = [](channel of) { return with_model<keeps_all>(std::move(of)); };
  return made;
}

mutation unbounded_outbox() {
  mutation made;
  made.name = "unbounded-outbox";
  made.what = "a connection's outbox takes whatever comes";
  made.configuration = [](server_config& config) {
    config.limits.max_outbox_bytes = std::numeric_limits<std::size_t>::max() / 4;
  };
  return made;
}

mutation unbounded_history() {
  mutation made;
  made.name = "unbounded-history";
  made.what = "histories are kept whole";
  made.configuration = [](server_config& config) {
    constexpr std::size_t without_end = std::numeric_limits<std::size_t>::max() / 4;
    config.history.max_bytes = config.history.account_max_bytes = without_end;
    config.history.total_bytes = without_end;
    config.history.max_age = config.history.account_max_age = std::chrono::hours(24);
  };
  return made;
}

mutation repeated_epochs() {
  mutation made;
  made.name = "repeated-epochs";
  made.what = "a server that starts anew gives its topics the epochs of the life before";
  made.repeats_epochs = true;
  return made;
}

mutation broker_left_open() {
  mutation made;
  made.name = "broker-left-open";
  made.what = "a server that ends does not close its broker";
  made.leaves_broker_open = true;
  return made;
}

}  // namespace runes::simulation::broken
