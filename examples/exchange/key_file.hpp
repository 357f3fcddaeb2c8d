// The file of the accounts' API keys (docs/authentication.md, "The keys file").
#pragma once

#include <runes/api_keys.hpp>

#include <filesystem>
#include <functional>
#include <string>
#include <string_view>

namespace exchange {

/// Whether an account may be called so: 1 to 64 letters, digits, "-", "_" and ".".
bool is_account_name(std::string_view name);

/// The keys in a text of that form. Throws runes::error(errc::bad_config) with one sentence, which
/// begins with `where` and shows no secret.
runes::api_keys keys_from_json(std::string_view text, std::string const& where);
/// The same keys as text, one a line, secrets included.
std::string keys_as_json(runes::api_keys const& keys);

/// Reads a file of keys. Throws runes::error(errc::bad_config) with one sentence: it isn't there,
/// is no regular file (a symbolic link is none either), others than its owner may read or write it,
/// or its text is wrong. Blocks while it reads.
runes::api_keys load_keys(std::filesystem::path const& file);

/// Changes a file of keys, which is made when it isn't there. Whoever reads it, and whoever loses
/// power, finds all of the old one or all of the new one; two that change it at once do so one
/// after the other. Throws as load_keys() does, where it can't be written, and what `change`
/// throws: the file is as it was then.
void change_keys(std::filesystem::path const& file,
                 std::function<void(runes::api_keys&)> const& change);

}  // namespace exchange
