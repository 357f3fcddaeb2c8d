#include <runes/server.hpp>

#include "server/server_impl.hpp"

#include <stdexcept>
#include <utility>

namespace runes {

server::server(server_config config) : impl_(std::make_unique<impl>(std::move(config))) {}
server::~server() = default;

broker& server::broker() noexcept { return *impl_->broker; }
server_config server::config() const { return *impl_->settings(); }

std::vector<config_change> server::reload(server_config const& next) { return impl_->reload(next); }

void server::mount(std::string path, std::shared_ptr<handler> shared) {
  if (!shared) throw std::invalid_argument("there is no handler to mount on " + path);
  impl_->mounts.add(std::move(path), [shared = std::move(shared)] { return shared; });
}

void server::mount(std::string path, std::function<std::shared_ptr<handler>()> make) {
  impl_->mounts.add(std::move(path), std::move(make));
}

void server::add_instrument(instrument what) {
  std::lock_guard const lock(impl_->mutex);
  auto symbol = what.symbol;
  impl_->instruments.insert_or_assign(std::move(symbol), std::move(what));
}

std::vector<instrument> server::instruments() const {
  std::lock_guard const lock(impl_->mutex);
  std::vector<instrument> all;
  for (auto const& [symbol, i] : impl_->instruments) all.push_back(i);
  return all;
}

void server::add_health(std::string component, std::function<component_health()> ask) {
  std::lock_guard const lock(impl_->mutex);
  impl_->health_questions.emplace_back(std::move(component), std::move(ask));
}

void server::add_metric(std::string name, std::string help, std::function<double()> value) {
  std::lock_guard const lock(impl_->mutex);
  impl_->metrics.push_back({std::move(name), std::move(help), std::move(value)});
}

void server::listen() { impl_->listen(); }
void server::listen(local_endpoint const& here) { impl_->listen(here); }

unsigned short server::port() const {
  if (!impl_->open) throw std::logic_error("the server does not listen yet");
  return impl_->open->port();
}

std::vector<std::string> server::addresses() const {
  if (!impl_->open) throw std::logic_error("the server does not listen yet");
  return impl_->open->addresses();
}

void server::run() { impl_->run(); }
void server::stop() { impl_->stop(); }

void server::spawn(std::function<awaitable<>()> coroutine) {
  impl_->next_worker().start("a coroutine", std::move(coroutine));
}

asio::any_io_executor server::executor() { return impl_->workers.front()->executor(); }

std::string server::metrics_json() const { return impl_->metrics_json(); }
std::string server::health_json() const { return impl_->health_json(); }
std::string server::metrics_text() const { return impl_->metrics_text(); }

}  // namespace runes
