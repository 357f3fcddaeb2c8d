#include <runes/broker.hpp>

#include "broker/local_member.hpp"
#include "broker/shard.hpp"
#include "broker/topic.hpp"

#include <runes/error.hpp>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <utility>

namespace runes {

broker::~broker() = default;

std::string topic_ref::name() const { return topic_->name(); }
std::uint64_t topic_ref::seq() const { return topic_->seq(); }
std::size_t topic_ref::subscribers() const { return topic_->subscribers(); }

awaitable<> broker::publish(topic_ref to, payload_ptr change, timestamp at) {
  for (;;) {
    push_result const result = try_publish(to, change, at);
    if (result == push_result::accepted) co_return;
    if (result == push_result::dropped || !co_await wait_for_room(to))
      throw error(errc::closed, "the broker has closed");
  }
}

awaitable<> broker::publish(topic_ref to, std::vector<payload_ptr> changes, timestamp at) {
  for (;;) {
    push_result const result = try_publish(to, changes, at);
    if (result == push_result::accepted) co_return;
    if (result == push_result::dropped || !co_await wait_for_room(to))
      throw error(errc::closed, "the broker has closed");
  }
}

namespace {

awaitable<> join_on_strand(std::shared_ptr<detail::local_member> member) {
  member->join();
  co_return;
}

}  // namespace

awaitable<broker_subscription> broker::subscribe(topic_query query) {
  auto member = join_locally(query);
  auto const on = member->executor();
  awaitable<> joining = join_on_strand(member);
  broker_subscription made(
      std::move(member));  // first: from here on it leaves, whatever becomes of this coroutine
  co_await asio::co_spawn(on, std::move(joining), asio::use_awaitable);
  co_return made;
}

broker_subscription::broker_subscription(std::shared_ptr<detail::local_member> member) noexcept
    : member_(std::move(member)) {}
broker_subscription::broker_subscription(broker_subscription&&) noexcept = default;

broker_subscription& broker_subscription::operator=(broker_subscription&& other) noexcept {
  if (this != &other) {
    if (member_) member_->close();
    member_ = std::move(other.member_);
  }
  return *this;
}

broker_subscription::~broker_subscription() {
  if (member_) member_->close();
}

awaitable<std::optional<broker_event>> broker_subscription::next() { return member_->next(); }

}  // namespace runes
