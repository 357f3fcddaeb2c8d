// The callbacks and coroutines of client::on().
#pragma once

#include <runes/asio.hpp>
#include <runes/client.hpp>

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace runes::detail {

/// Tells them, and survives what they do: throw, add and remove listeners, destroy the client. On
/// the client's strand.
class listeners {
 public:
  using callback = std::function<void(notice const&)>;
  using coroutine = std::function<awaitable<>(notice const&)>;

  /// Notices that wait for one coroutine listener.
  static constexpr std::size_t most_waiting = 1'024;

  explicit listeners(asio::any_io_executor executor) noexcept : executor_(std::move(executor)) {}
  ~listeners() { clear(); }
  listeners(listeners const&) = delete;
  listeners& operator=(listeners const&) = delete;

  std::uint64_t add(std::string_view name, callback call);
  std::uint64_t add_coroutine(std::string_view name, coroutine start);
  void remove(std::uint64_t id);
  /// Cancels the coroutines that run.
  void clear();

  /// Whether telling has a point; what is told can be dear to make.
  bool any(std::string_view name) const noexcept;
  void tell(notice const& what);

 private:
  struct entry;
  static void require_known(std::string_view name);
  void queue(std::shared_ptr<entry> const& to, notice const& what);
  static awaitable<> run(std::shared_ptr<entry> listener);

  asio::any_io_executor executor_;
  std::vector<std::shared_ptr<entry>> entries_;
  std::uint64_t last_ = 0;
};

}  // namespace runes::detail
