// The bot's connection, which can be cut.
#include "stage.hpp"

#include "transport/connect.hpp"
#include "transport/local_door.hpp"

#include <boost/asio/post.hpp>

#include <array>
#include <stdexcept>
#include <utility>

namespace bots::test {
namespace {

namespace asio = boost::asio;

constexpr int most_steps_to_a_request = 1'000;

}  // namespace

/// The client's end of the bot's connection.
class stage::cuttable final : public runes::detail::transport {
 public:
  cuttable(stage& of, std::unique_ptr<transport> inner) : stage_(of), inner_(std::move(inner)) {
    stage_.wire_ = this;
    stage_.peer_ = inner_->peer();
  }
  ~cuttable() override {
    if (stage_.wire_ == this) stage_.wire_ = nullptr;
  }
  runes::detail::outbox_writer& writer() noexcept override { return inner_->writer(); }
  std::optional<runes::message> try_read() override { return inner_->try_read(); }
  runes::awaitable<std::optional<runes::message>> read() override { return inner_->read(); }
  runes::close_reason const& ended() const noexcept override { return inner_->ended(); }
  void start_close(runes::close_reason const& why) override { inner_->start_close(why); }
  void abort() noexcept override { inner_->abort(); }
  void on_heard(std::function<void()> call) override { inner_->on_heard(std::move(call)); }
  runes::role role() const noexcept override { return inner_->role(); }
  std::string peer() const override { return inner_->peer(); }
  std::string const& target() const noexcept override { return inner_->target(); }
  std::string const& subprotocol() const noexcept override { return inner_->subprotocol(); }

 private:
  stage& stage_;
  std::unique_ptr<transport> inner_;
};

void stage::cut() {
  if (wire_ == nullptr) return;
  ++cuts;
  wire_->abort();
}

void stage::leave() {
  away_ = true;
  cut();
}

void stage::cut_after(int hops) {
  asio::post(executor(), [this, hops] { hops > 0 ? cut_after(hops - 1) : cut(); });
}

runes::awaitable<> stage::cut_twenty_times(std::function<runes::awaitable<>()> step) {
  constexpr std::array ways{cut_at::arrival, cut_at::answer, cut_at::delivery};
  auto const before = cuts;
  for (int n = 0; n < 20; ++n) {
    auto const way = static_cast<std::size_t>(n) % (ways.size() + 1);
    if (way == ways.size()) {
      cut();
    } else {
      plan(ways[way]);
    }
    for (int steps = 0; cuts == before + n; ++steps) {
      if (steps == most_steps_to_a_request) throw std::runtime_error("the bot does nothing to cut");
      co_await step();
      co_await breathe();
    }
    co_await agree();
  }
}

runes::awaitable<std::unique_ptr<runes::detail::transport>> stage::dial() {
  if (away_) throw runes::error(runes::errc::connection_lost, "nobody is there");
  runes::detail::connect_options options;
  options.subprotocols = {"runes.v1.json"};
  auto inner = co_await runes::detail::connect(loop_, &counters_, here_.door(), "/ws", options);
  std::unique_ptr<runes::detail::transport> made =
      std::make_unique<cuttable>(*this, std::move(inner));
  co_return made;
}

}  // namespace bots::test
