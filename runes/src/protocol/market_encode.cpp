#include "protocol/json_writer.hpp"
#include "protocol/market_codec.hpp"

#include <cstdint>
#include <cstring>

namespace runes {

std::string_view name_of(side s) noexcept { return s == side::buy ? "buy" : "sell"; }

namespace detail {
namespace {

// Text gathered on the stack, so that a whole object costs its string one append. The room holds
// the largest object that is written here: nine quoted decimals of 23 characters and their keys.
class object_text {
 public:
  template <std::size_t N>
  object_text& raw(char const (&literal)[N]) noexcept {
    std::memcpy(end_, literal, N - 1);
    end_ += N - 1;
    return *this;
  }
  object_text& number(decimal value) noexcept {
    *end_++ = '"';
    end_ = write_decimal(end_, value);
    *end_++ = '"';
    return *this;
  }
  object_text& number(std::integral auto value) noexcept {
    end_ = std::to_chars(end_, end_ + max_integer_chars, value).ptr;
    return *this;
  }
  object_text& number(timestamp value) noexcept { return number(value.time_since_epoch().count()); }
  object_text& name(side value) noexcept {
    return value == side::buy ? raw("\"buy\"") : raw("\"sell\"");
  }
  object_text& flag(bool value) noexcept { return value ? raw("true") : raw("false"); }
  void append_to(std::string& out) const {
    out.append(text_, static_cast<std::size_t>(end_ - text_));
  }

 private:
  char text_[512];
  char* end_ = text_;
};

void append_levels(std::string& out, std::vector<level> const& levels) {
  out += '[';
  char const* separator = "";
  for (auto const& each : levels) {
    out += separator;
    append_level(out, each.price, each.quantity);
    separator = ",";
  }
  out += ']';
}

void append_member(std::string& out, std::string_view key, std::string_view text) {
  append_string(out, key);
  out += ':';
  append_string(out, text);
  out += ',';
}

}  // namespace

void append_level(std::string& out, decimal price, decimal quantity) {
  object_text text;
  text.raw("[").number(price).raw(",").number(quantity).raw("]").append_to(out);
}

void encode(std::string& out, ticker const& value) {
  object_text text;
  text.raw(R"({"last":)").number(value.last);
  text.raw(R"(,"bid":)").number(value.bid);
  text.raw(R"(,"bidQuantity":)").number(value.bid_quantity);
  text.raw(R"(,"ask":)").number(value.ask);
  text.raw(R"(,"askQuantity":)").number(value.ask_quantity);
  text.raw(R"(,"open24h":)").number(value.open_24h);
  text.raw(R"(,"high24h":)").number(value.high_24h);
  text.raw(R"(,"low24h":)").number(value.low_24h);
  text.raw(R"(,"volume24h":)").number(value.volume_24h).raw("}");
  text.append_to(out);
}

void encode(std::string& out, trade const& value) {
  object_text text;
  text.raw(R"({"tradeId":)").number(value.trade_id);
  text.raw(R"(,"price":)").number(value.price);
  text.raw(R"(,"quantity":)").number(value.quantity);
  text.raw(R"(,"side":)").name(value.taker);
  text.raw(R"(,"ts":)").number(value.ts).raw("}");
  text.append_to(out);
}

void encode(std::string& out, statistics const& value) {
  object_text text;
  text.raw(R"({"open":)").number(value.open);
  text.raw(R"(,"high":)").number(value.high);
  text.raw(R"(,"low":)").number(value.low);
  text.raw(R"(,"close":)").number(value.close);
  text.raw(R"(,"volume":)").number(value.volume);
  text.raw(R"(,"quoteVolume":)").number(value.quote_volume);
  text.raw(R"(,"count":)").number(value.count);
  text.raw(R"(,"openTime":)").number(value.open_time);
  text.raw(R"(,"closeTime":)").number(value.close_time);
  text.raw(R"(,"closed":)").flag(value.closed).raw("}");
  text.append_to(out);
}

void encode(std::string& out, liquidation const& value) {
  object_text text;
  text.raw(R"({"price":)").number(value.price);
  text.raw(R"(,"quantity":)").number(value.quantity);
  text.raw(R"(,"side":)").name(value.side);
  text.raw(R"(,"ts":)").number(value.ts).raw("}");
  text.append_to(out);
}

void encode(std::string& out, book_changes const& value) {
  out += R"({"bids":)";
  append_levels(out, value.bids);
  out += R"(,"asks":)";
  append_levels(out, value.asks);
  out += R"(,"checksum":)";
  append_integer(out, value.checksum);
  out += '}';
}

void encode(std::string& out, instrument const& value) {
  out += '{';
  append_member(out, "symbol", value.symbol);
  append_member(out, "base", value.base);
  append_member(out, "quote", value.quote);
  append_member(out, "kind", name_of(value.kind));
  object_text text;
  text.raw(R"("tickSize":)").number(value.tick_size);
  text.raw(R"(,"lotSize":)").number(value.lot_size);
  text.raw(R"(,"priceDecimals":)").number(value.price_decimals());
  text.raw(R"(,"quantityDecimals":)").number(value.quantity_decimals());
  text.raw(R"(,"status":)").append_to(out);
  append_string(out, name_of(value.status));
  out += '}';
}

}  // namespace detail
}  // namespace runes
