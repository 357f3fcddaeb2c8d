#include "protocol/random_hex.hpp"
#include "protocol/signature.hpp"
#include "server/nonce_memory.hpp"

#include <runes/api_keys.hpp>
#include <runes/error.hpp>

#include <cstdint>
#include <mutex>
#include <utility>

namespace runes {
namespace {

using std::chrono::milliseconds;

constexpr std::size_t decoy_bytes = 32;

void check_form(credentials const& brought) {
  if (brought.api_key.empty())
    throw error(errc::bad_credentials,
                "an API key is needed: 'auth' with 'apiKey', 'timestamp', 'nonce' and 'signature'");
  if (brought.nonce.empty() || brought.nonce.size() > key_check::max_nonce_bytes)
    throw error(errc::bad_request, "'nonce' must be 1 to 64 bytes long");
}

/// Says by how much, since a clock that is wrong is what this mostly is.
void check_time(milliseconds at, milliseconds now) {
  milliseconds const window = key_check::window;
  if (at >= now - window && at <= now + window) return;
  throw error(errc::expired, "the timestamp is more than 30 s from this server's time, which is " +
                                 std::to_string(now.count()));
}

}  // namespace

struct key_check::impl {
  impl(api_keys all, key_check_options const& how)
      : keys(std::make_shared<api_keys const>(std::move(all))),
        nonces(window, how.max_nonces_per_key, how.max_nonces) {
    nonces.share_among(keys->size());
  }

  std::shared_ptr<api_keys const> current() const {
    std::scoped_lock const lock(mutex);
    return keys;
  }
  void check_signature(credentials const& brought, api_key const* key) const;
  void check_nonce(credentials const& brought, milliseconds now);

  /// What those without a key are compared with, so that they wait as long as others.
  std::string const decoy = detail::random_hex(decoy_bytes);
  mutable std::mutex mutex;  ///< of all below
  std::shared_ptr<api_keys const> keys;
  detail::nonce_memory nonces;
};

void key_check::impl::check_signature(credentials const& brought, api_key const* key) const {
  auto const right = detail::signature_of(key ? key->secret : decoy, brought.timestamp,
                                          brought.nonce, brought.api_key);
  bool const same = detail::same_in_constant_time(right, brought.signature);
  if (!same || !key) throw error(errc::bad_credentials, "unknown API key or wrong signature");
}

void key_check::impl::check_nonce(credentials const& brought, milliseconds now) {
  using verdict = detail::nonce_memory::verdict;
  milliseconds const at(brought.timestamp);
  std::unique_lock lock(mutex);
  auto const answer = nonces.take(brought.api_key, brought.nonce, at, now);
  lock.unlock();
  if (answer.is == verdict::replayed)
    throw error(errc::replayed, "this nonce was used before: each request needs its own");
  if (answer.is == verdict::unknown)
    throw error(errc::rate_limited, "this key has signed too many requests in a short time")
        .retry_after(answer.wait);
}

key_check::key_check(api_keys keys, key_check_options how)
    : impl_(std::make_unique<impl>(std::move(keys), how)) {}
key_check::~key_check() = default;

// Only who has the secret is told anything of times and nonces, and has any remembered.
identity key_check::check(credentials const& brought, std::chrono::system_clock::time_point now) {
  check_form(brought);
  auto const keys = impl_->current();
  api_key const* const key = keys->find(brought.api_key);
  impl_->check_signature(brought, key);
  auto const time = std::chrono::floor<milliseconds>(now.time_since_epoch());
  check_time(milliseconds(brought.timestamp), time);
  impl_->check_nonce(brought, time);
  identity who(key->account);
  who.permissions = key->permissions;
  return who;
}

void key_check::replace(api_keys keys) {
  auto fresh = std::make_shared<api_keys const>(std::move(keys));
  std::scoped_lock const lock(impl_->mutex);
  impl_->keys = std::move(fresh);
  impl_->nonces.share_among(impl_->keys->size());
}

std::size_t key_check::remembered_nonces() const {
  std::scoped_lock const lock(impl_->mutex);
  return impl_->nonces.size();
}

}  // namespace runes
