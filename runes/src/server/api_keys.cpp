#include "protocol/quoted.hpp"
#include "protocol/random_hex.hpp"

#include <runes/api_keys.hpp>
#include <runes/error.hpp>

#include <algorithm>
#include <set>
#include <utility>

namespace runes {
namespace {

constexpr std::size_t max_id_chars = 64, max_account_bytes = 64;
constexpr std::size_t min_secret_chars = 32, max_secret_chars = 64, min_different_chars = 8;
constexpr std::size_t new_id_bytes = 16, new_secret_bytes = 32;

[[noreturn]] void fail(std::string sentence) { throw error(errc::bad_config, std::move(sentence)); }

bool is_plain(std::string_view text) {
  return std::ranges::all_of(text, [](char c) { return c > ' ' && c < '\x7f'; });
}

void check_id(std::string const& id) {
  if (id.empty() || id.size() > max_id_chars || !is_plain(id))
    fail("a key's id must be 1 to 64 printable characters without spaces");
}

/// Never shows the secret: who reads the sentence may not be who may have it.
void check_secret(api_key const& key) {
  std::string_view const secret = key.secret;
  std::string const of = "the secret of key " + detail::quoted(key.id);
  if (secret.size() < min_secret_chars || secret.size() > max_secret_chars)
    fail(of + " must be 32 to 64 characters long, not " + std::to_string(secret.size()));
  if (!is_plain(secret)) fail(of + " must be printable characters without spaces");
  if (std::set<char>(secret.begin(), secret.end()).size() < min_different_chars)
    fail(of + " must have at least 8 different characters: draw it at random");
}

void check_account(api_key const& key) {
  if (key.account.empty() || key.account.size() > max_account_bytes)
    fail("the account of key " + detail::quoted(key.id) + " must be 1 to 64 bytes long");
}

}  // namespace

api_key new_api_key(std::string account) {
  api_key made;
  made.id = detail::random_hex(new_id_bytes);
  made.secret = detail::random_hex(new_secret_bytes);
  made.account = std::move(account);
  return made;
}

void api_keys::add(api_key key) {
  check_id(key.id);
  check_secret(key);
  check_account(key);
  if (find(key.id)) fail("there are two keys " + detail::quoted(key.id));
  if (keys_.size() >= max_keys_)
    fail("there is no room for key " + detail::quoted(key.id) + ": there may be " +
         std::to_string(max_keys_) + " keys");
  std::string id = key.id;
  keys_.emplace(std::move(id), std::move(key));
}

bool api_keys::remove(std::string_view id) {
  auto const found = keys_.find(id);
  if (found == keys_.end()) return false;
  keys_.erase(found);
  return true;
}

api_key const* api_keys::find(std::string_view id) const {
  auto const found = keys_.find(id);
  return found == keys_.end() ? nullptr : &found->second;
}

}  // namespace runes
