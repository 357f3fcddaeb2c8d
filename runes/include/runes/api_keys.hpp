// API keys: the `auth` op's signatures (protocol.md, "auth"), checked by a server and made by a
// client.
#pragma once

#include <runes/session.hpp>

#include <chrono>
#include <cstddef>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace runes {

/// A key of an account, and the secret that its owner signs with. Whoever has the secret is that
/// account: it belongs into no log and no error.
struct api_key {
  std::string id;       ///< what travels as `apiKey`: 1 to 64 printable characters without spaces
  std::string secret;   ///< signs as the text it is: 32 to 64 characters of the same kind, with at
                        ///< least 8 different ones among them
  std::string account;  ///< whose key it is: 1 to 64 bytes
  std::vector<std::string> permissions;  ///< become those of the identity
};

/// A key nobody can guess: a random id of 128 bits and a random secret of 256, both in lower-case
/// hex, from the operating system's generator. Throws std::system_error when that fails.
api_key new_api_key(std::string account);

/// Keys by their id, not more than a number of them. A plain value, not thread-safe.
class api_keys {
 public:
  static constexpr std::size_t default_max_keys = 4096;

  explicit api_keys(std::size_t max_keys = default_max_keys) noexcept : max_keys_(max_keys) {}

  /// Throws error(errc::bad_config) when the key is not as api_key says, when there is one of that
  /// id, or when there are max_keys() already. The sentence names the key by its id and never shows
  /// a secret.
  void add(api_key key);
  /// False when there is none of that id.
  bool remove(std::string_view id);
  /// Null when there is none; valid until the keys change.
  api_key const* find(std::string_view id) const;

  std::size_t size() const noexcept { return keys_.size(); }
  std::size_t max_keys() const noexcept { return max_keys_; }
  /// From id to key, in the order of the ids.
  std::map<std::string, api_key, std::less<>> const& all() const noexcept { return keys_; }

 private:
  std::size_t max_keys_;
  std::map<std::string, api_key, std::less<>> keys_;
};

/// What a key_check remembers of nonces.
struct key_check_options {
  /// Nonces remembered of one key; 0 is taken as 1. The default lets a thousand connections of one
  /// bot come back in the same minute.
  std::size_t max_nonces_per_key = 1024;
  /// Nonces remembered of all keys together: of each key an even share of these, though never fewer
  /// than one. The default is some 30 MB when every key is used that hard, and 64 nonces a key when
  /// there are as many keys as api_keys holds by default.
  std::size_t max_nonces = 262'144;
};

/// Decides whether who signed an `auth` is who the key says, and each signed request once. For a
/// handler's authenticate(), which is all that calls it:
///
///     co_return keys_->check(brought, std::chrono::system_clock::now());
///
/// Thread-safe: one serves the handlers of all loops. It blocks for no longer than it computes,
/// some microseconds.
class key_check {
 public:
  /// How far a signature's time may be from the server's, both ways.
  static constexpr std::chrono::seconds window{30};
  /// Longest nonce, in bytes.
  static constexpr std::size_t max_nonce_bytes = 64;

  explicit key_check(api_keys keys, key_check_options how = {});
  key_check(key_check const&) = delete;
  key_check& operator=(key_check const&) = delete;
  ~key_check();

  /// Who signed `brought`, at the server's time `now`: the key's account and permissions.
  ///
  /// Errors, the first that applies: error(errc::bad_request) when the nonce is empty or too long;
  /// error(errc::bad_credentials) when there is no such key or the signature is not that of its
  /// secret, in the same words and after the same work; error(errc::expired) when the timestamp is
  /// further than `window` from `now`; error(errc::replayed) when that nonce of this key was
  /// accepted before with a timestamp that may still come. error(errc::rate_limited) when the key
  /// was used so often that nonces of such a timestamp had to be forgotten: a signature made
  /// retry_after() later is accepted. A replay never is, nor when `now` jumps back.
  identity check(credentials const& brought, std::chrono::system_clock::time_point now);

  /// Other keys from now on. What is remembered of nonces stays. Who has authenticated with a key
  /// that is gone remains authenticated: close such sessions yourself.
  void replace(api_keys keys);

  /// Nonces remembered now.
  std::size_t remembered_nonces() const;

 private:
  struct impl;
  std::unique_ptr<impl> impl_;
};

/// For client::authenticate(fresh): signs with this key, each time with the time of day and a
/// random nonce of 128 bits from the operating system's generator, so that it works again on every
/// new connection. May be called on any thread. Throws error(errc::bad_config) when `key` or
/// `secret` is empty, and when it is called std::system_error where the generator fails.
std::function<credentials()> signed_by(std::string key, std::string secret);

}  // namespace runes
