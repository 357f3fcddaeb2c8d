#include "bytes.hpp"

#include "fields.hpp"

#include <array>
#include <utility>

namespace exchange::venue {
namespace {

constexpr std::uint8_t version = 2;

template <class Kind>
command read_kind(reader& in) {
  Kind one;
  fields(in, one);
  return one;
}

template <std::size_t... Kinds>
command read_command(reader& in, std::size_t kind, std::index_sequence<Kinds...>) {
  using read = command (*)(reader&);
  constexpr std::array<read, sizeof...(Kinds)> all{
      read_kind<std::variant_alternative_t<Kinds, command>>...};
  if (kind >= all.size()) in.fail("is of an unknown kind");
  return all[kind](in);
}

}  // namespace

std::string encode(request const& one) {
  std::string bytes;
  bytes.reserve(128);  // an order with its clientOrderId
  writer out(bytes);
  out(version);
  out(static_cast<std::uint8_t>(one.what.index()));
  out(one.now);
  out(one.expires_at);
  std::visit([&](auto const& what) { fields(out, what); }, one.what);
  return bytes;
}

request decode(std::string_view bytes) {
  reader in(bytes, "the command");
  if (in.get<std::uint8_t>() != version) in.fail("was written by another version of the program");
  auto const kind = in.get<std::uint8_t>();
  request one;
  in(one.now);
  in(one.expires_at);
  one.what = read_command(in, kind, std::make_index_sequence<std::variant_size_v<command>>());
  if (!in.done()) in.fail("goes on after its end");
  return one;
}

void append_bytes(std::string& to, result const& one) {
  writer out(to);
  fields(out, one);
}

void append_bytes(std::string& to, outcome const& one) {
  writer out(to);
  out(static_cast<std::uint8_t>(one.index()));
  std::visit([&](auto const& what) { fields(out, what); }, one);
}

}  // namespace exchange::venue
