#include "protocol/request_text.hpp"

#include "protocol/json_writer.hpp"
#include "protocol/quoted.hpp"

#include <boost/json/memory_resource.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/storage_ptr.hpp>
#include <boost/json/value.hpp>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <functional>
#include <iterator>
#include <limits>
#include <memory>
#include <new>
#include <utility>

namespace runes::detail {
namespace json = boost::json;
namespace {

/// Of UTF-8: bytes that do not go on with a character.
std::size_t characters(std::string_view text) {
  auto const begins = [](char c) { return (static_cast<unsigned char>(c) & 0xc0) != 0x80; };
  return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), begins));
}

/// The id as JSON; empty when it is none that protocol.md allows.
std::string read_id(json::object const& body) {
  std::string out;
  auto const* id = body.if_contains("id");
  if (!id) return out;
  if (auto const* number = id->if_int64()) {
    append_integer(out, std::int64_t{*number});
  } else if (auto const* large = id->if_uint64()) {
    append_integer(out, std::uint64_t{*large});
  } else if (auto const* text = id->if_string(); text && characters(*text) <= longest_id) {
    append_string(out, *text);
  }
  return out;
}

void append_id(std::string& out, std::string_view id) {
  if (id.empty()) return;
  out += R"("id":)";
  out += id;
  out += ',';
}

/// Boost.JSON reads 1e400 and would write Infinity, which is no JSON.
bool is_finite(json::value const& value) {
  if (auto const* number = value.if_double()) return std::isfinite(*number);
  if (auto const* list = value.if_array())
    return std::all_of(list->begin(), list->end(), is_finite);
  if (auto const* object = value.if_object()) {
    return std::all_of(object->begin(), object->end(),
                       [](auto const& member) { return is_finite(member.value()); });
  }
  return true;
}

error bad_option(std::string_view field, std::string_view rule, errc code = errc::bad_options) {
  return {code, quoted(field) + " must be " + std::string(rule)};
}

std::string string_field(json::value const& value, std::string_view field,
                         errc code = errc::bad_options) {
  auto const* text = value.if_string();
  if (!text) throw error(code, quoted(field) + " must be a string");
  return std::string(*text);
}

std::optional<std::uint64_t> unsigned_value(json::value const& value) {
  if (auto const* n = value.if_uint64()) return *n;
  if (auto const* n = value.if_int64(); n && *n >= 0) return static_cast<std::uint64_t>(*n);
  return {};
}

/// The JSON of one request: in one block, but for what is too large for it or comes later.
///
/// Whoever copies a part of the body copies its memory resource along. So what is allocated behind
/// seal() is the heap's, on whatever thread, and what of it is given back is free again.
class request_memory final : public json::memory_resource {
 public:
  /// The storage_ptr points at something around this, so this tells where it is.
  explicit request_memory(request_memory*& itself) noexcept { itself = this; }
  void seal() noexcept { left_ = 0; }

 private:
  void* do_allocate(std::size_t size, std::size_t alignment) override {
    void* at = block_ + (sizeof block_ - left_);
    if (left_ == 0 || !std::align(alignment, size, at, left_)) return ::operator new(size);
    left_ -= size;
    return at;
  }
  void do_deallocate(void* at, std::size_t, std::size_t) override {
    auto const* const byte = static_cast<unsigned char const*>(at);
    bool const inside = std::less_equal<>()(block_, byte) && std::less<>()(byte, std::end(block_));
    if (!inside) ::operator delete(at);
  }
  bool do_is_equal(json::memory_resource const& other) const noexcept override {
    return this == &other;
  }

  alignas(std::max_align_t) unsigned char block_[896];  // an order's is half of it
  std::size_t left_ = sizeof block_;
};

parsed_request unreadable(std::string id, error why) {
  parsed_request result;
  result.id = std::move(id);
  result.wrong = std::move(why);
  return result;
}

std::vector<sequence_point> read_since(json::value const& value) {
  auto const* map = value.if_object();
  if (!map) throw bad_option("since", R"(an object of symbols, each with "epoch" and "seq")");
  std::vector<sequence_point> points;
  for (auto const& [symbol, point] : *map) {
    auto const* fields = point.if_object();
    auto const* epoch = fields ? fields->if_contains("epoch") : nullptr;
    auto const* seq = fields ? fields->if_contains("seq") : nullptr;
    if (!epoch || !epoch->is_string())
      throw bad_option("since." + std::string(symbol) + ".epoch", "a string");
    auto const number = seq ? unsigned_value(*seq) : std::nullopt;
    if (!number) throw bad_option("since." + std::string(symbol) + ".seq", "a whole number from 0");
    points.push_back({std::string(symbol), std::string(epoch->get_string()), *number});
  }
  return points;
}

overflow read_overflow(json::value const& value) {
  auto const text = string_field(value, "overflow");
  for (auto const policy : {overflow::conflate, overflow::gap, overflow::disconnect}) {
    if (text == name_of(policy)) return policy;
  }
  throw bad_option("overflow", "conflate, gap or disconnect");
}

}  // namespace

parsed_request parse_request(std::string_view text) {
  request_memory* memory = nullptr;
  auto const storage = json::make_shared_resource<request_memory>(memory);
  boost::system::error_code ec;
  json::value value = json::parse(text, ec, storage);
  memory->seal();
  if (ec) return unreadable({}, {errc::bad_json, "no JSON: " + ec.message()});
  auto* body = value.if_object();
  if (!body) return unreadable({}, {errc::bad_request, "a request is a JSON object"});
  auto id = read_id(*body);
  if (id.empty()) {
    return unreadable(
        {}, {errc::bad_request, "'id' must be an integer or a string of at most 36 characters"});
  }
  if (!is_finite(value)) return unreadable(id, {errc::bad_json, "a number is too large"});
  auto const* op = body->if_contains("op");
  if (!op || !op->is_string()) {
    return unreadable(id, {errc::bad_request, "'op' must be a string"});
  }
  std::string name(op->get_string());
  return {std::move(id), std::move(name), std::move(*body), {}};
}

std::string ok_reply(std::string_view id, std::string_view ok) {
  std::string out = "{";
  out.reserve(id.size() + ok.size() + 16);
  append_id(out, id);
  out += R"("ok":)";
  out += ok;
  out += '}';
  return out;
}

void append_error(std::string& out, error const& what) {
  out += R"({"code":)";
  append_integer(out, std::int64_t{static_cast<int>(what.code())});
  out += R"(,"name":)";
  append_string(out, name_of(what.code()));
  out += R"(,"message":)";
  append_string(out, what.sentence());
  out += R"(,"retry":)";
  append_string(out, name_of(retry_of(what.code())));
  if (auto const wait = what.retry_after()) {
    out += R"(,"retryAfterMs":)";
    append_integer(out, std::int64_t{wait->count()});
  }
  out += '}';
}

std::string error_reply(std::string_view id, error const& what) {
  std::string out = "{";
  append_id(out, id);
  out += R"("error":)";
  append_error(out, what);
  out += '}';
  return out;
}

std::string error_event(error const& what) {
  std::string out = R"({"event":"error","error":)";
  append_error(out, what);
  out += '}';
  return out;
}

std::optional<std::vector<std::string>> read_symbols(json::object const& body, errc code) {
  auto const* value = body.if_contains("symbols");
  if (!value) return {};
  auto const* list = value->if_array();
  if (!list) throw bad_option("symbols", "a list of strings", code);
  std::vector<std::string> symbols;
  for (auto const& symbol : *list) {
    if (!symbol.is_string()) throw bad_option("symbols", "a list of strings", code);
    symbols.emplace_back(symbol.get_string());
  }
  return symbols;
}

subscription_fields read_subscription(json::object const& body) {
  subscription_fields fields;
  auto const* name = body.if_contains("channel");
  if (!name) throw error(errc::bad_options, "'channel' is missing");
  fields.wanted.channel = string_field(*name, "channel");
  fields.wanted.symbols = read_symbols(body, errc::bad_options);
  if (fields.wanted.symbols && fields.wanted.symbols->empty())
    throw bad_option("symbols", "a list of strings with at least one, or left out for all");
  if (auto const* interval = body.if_contains("interval"))
    fields.wanted.interval = string_field(*interval, "interval");
  if (auto const* depth = body.if_contains("depth")) {
    auto const levels = unsigned_value(*depth);
    if (!levels || *levels > std::numeric_limits<unsigned>::max())
      throw bad_option("depth", "a whole number from 0");
    fields.wanted.depth = static_cast<unsigned>(*levels);
  }
  if (auto const* since = body.if_contains("since")) fields.since = read_since(*since);
  if (auto const* policy = body.if_contains("overflow")) fields.when_slow = read_overflow(*policy);
  return fields;
}

credentials read_credentials(json::object const& body) {
  credentials brought;
  auto const take = [&](std::string_view field, std::string& into) {
    if (auto const* value = body.if_contains(field))
      into = string_field(*value, field, errc::bad_request);
  };
  take("apiKey", brought.api_key);
  take("nonce", brought.nonce);
  take("signature", brought.signature);
  take("token", brought.token);
  if (auto const* stamp = body.if_contains("timestamp")) {
    if (!stamp->is_int64())
      throw error(errc::bad_request, "'timestamp' must be a whole number of milliseconds");
    brought.timestamp = stamp->get_int64();
  }
  if (brought.api_key.empty() && brought.token.empty()) {
    throw error(errc::bad_request,
                "'auth' needs 'apiKey' with 'timestamp', 'nonce' and 'signature', or 'token'");
  }
  return brought;
}

}  // namespace runes::detail
