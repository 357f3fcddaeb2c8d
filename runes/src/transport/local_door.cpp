#include "transport/local_door.hpp"

#include "broker/wakeup.hpp"
#include "transport/deadline.hpp"
#include "transport/local_transport.hpp"

#include <boost/asio/execution/context.hpp>
#include <boost/asio/post.hpp>

#include <atomic>
#include <utility>

namespace runes::detail {
namespace {

constexpr unsigned come_in = 101;

std::uint64_t next_number() noexcept {
  static std::atomic<std::uint64_t> last{0};
  return ++last;
}

/// The client's side of the question: gives up unless there was an answer that it goes by.
class caller {
 public:
  explicit caller(loop const& on)
      : connection_(std::make_shared<local_connection>(teller(on.executor(), answered_))) {}
  ~caller() {
    if (!kept_) connection_->hang_up();
  }
  caller(caller const&) = delete;
  caller& operator=(caller const&) = delete;

  std::shared_ptr<local_connection> const& connection() const noexcept { return connection_; }
  wakeup& answered() noexcept { return *answered_; }
  void keep() noexcept { kept_ = true; }

 private:
  static local_pipe::teller teller(asio::any_io_executor const& on,
                                   std::weak_ptr<wakeup> const& whom) {
    return [on, whom] {
      asio::post(on, [whom] {
        if (auto const alive = whom.lock()) alive->notify();
      });
    };
  }

  std::shared_ptr<wakeup> answered_ = std::make_shared<wakeup>();
  std::shared_ptr<local_connection> connection_;
  bool kept_ = false;
};

[[noreturn]] void throw_refused(local_connection::answer const& what) {
  if (what.status == 0)
    throw error(errc::not_connected, "no server takes connections on the local endpoint");
  std::string const why = std::to_string(what.status) + ' ' + what.text;
  upgrade_refused refused(what.status, "the local endpoint refused the connection: " + why);
  if (what.retry_after) refused.retry_after(*what.retry_after);
  throw refused;
}

}  // namespace

// ---- a connection

local_connection::local_connection(local_pipe::teller on_answer)
    : number_(next_number()), on_answer_(std::move(on_answer)) {}

bool local_connection::say(answer what) {
  std::lock_guard const lock(mutex_);
  if (!on_answer_) return false;
  answer_ = std::move(what);
  std::exchange(on_answer_, nullptr)();
  return true;
}

std::optional<local_connection::answer> local_connection::heard() {
  std::lock_guard const lock(mutex_);
  return answer_;
}

void local_connection::hang_up() noexcept {
  {
    std::lock_guard const lock(mutex_);
    on_answer_ = nullptr;
  }
  up_.finish();
  down_.abandon();
}

// ---- a call

local_call::~local_call() {
  if (connection_) connection_->say({});
}

void local_call::refuse(http_reply const& why) {
  auto sentence = why.body.substr(0, why.body.find('\n'));
  std::exchange(connection_, nullptr)->say({why.status, std::move(sentence), why.retry_after});
}

std::unique_ptr<transport> local_call::accept(std::shared_ptr<loop> on, loop_counters* counters,
                                              upgrade_terms const& terms,
                                              std::size_t max_outbox_bytes) {
  message_limits const limits{terms.max_message_bytes, terms.max_fragments};
  auto made =
      std::make_unique<local_transport>(std::move(on), counters, max_outbox_bytes, connection_,
                                        role::server, limits, wish_.target, terms.subprotocol);
  bool const there =
      std::exchange(connection_, nullptr)->say({come_in, terms.subprotocol, std::nullopt});
  if (!there) return nullptr;
  return made;
}

// ---- the door

bool local_door::open(void const* owner, taker take) {
  std::lock_guard const lock(mutex_);
  if (owner_ && owner_ != owner) return false;
  owner_ = owner;
  take_ = std::move(take);
  return true;
}

void local_door::close(void const* owner) noexcept {
  std::lock_guard const lock(mutex_);
  if (owner_ != owner) return;
  owner_ = nullptr;
  take_ = nullptr;
}

void local_door::knock(local_call who) {
  std::lock_guard const lock(mutex_);
  if (take_) take_(std::move(who));
}

awaitable<std::unique_ptr<transport>> connect(std::shared_ptr<loop> on, loop_counters* counters,
                                              std::shared_ptr<local_door> to, std::string target,
                                              connect_options options) {
  caller me(*on);
  local_call::wish wish;
  wish.target = target;
  wish.subprotocols = std::move(options.subprotocols);
  wish.from = &asio::query(on->executor(), asio::execution::context);
  local_call call(me.connection(), std::move(wish));
  to->knock(std::move(call));
  std::optional<local_connection::answer> heard;
  {
    deadline const limit(*on, options.timeout, [&me] { me.answered().notify(); });
    if (!co_await me.answered().wait())
      throw boost::system::system_error(asio::error::operation_aborted, "connecting");
    heard = me.connection()->heard();
  }
  if (!heard) throw error(errc::timed_out, "the local endpoint did not answer in time");
  if (heard->status != come_in) throw_refused(*heard);
  message_limits const limits{options.max_message_bytes, options.max_fragments};
  std::unique_ptr<transport> made = std::make_unique<local_transport>(
      on, counters, options.max_outbox_bytes, me.connection(), role::client, limits,
      std::move(target), std::move(heard->text));
  me.keep();
  co_return made;
}

}  // namespace runes::detail
