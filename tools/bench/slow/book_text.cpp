#include "bench/slow/book_text.hpp"

#include <cstddef>

namespace runes::bench {
namespace {

class cursor {
 public:
  explicit cursor(std::string_view text) : text_(text) {}

  bool pass(std::string_view what) {
    if (!text_.substr(at_).starts_with(what)) return false;
    at_ += what.size();
    return true;
  }

  std::optional<std::int64_t> digits() {
    auto const begin = at_;
    std::int64_t value = 0;
    for (; at_ < text_.size(); ++at_) {
      char const c = text_[at_];
      if (c == '.') continue;
      if (c < '0' || '9' < c) break;
      value = value * 10 + (c - '0');
    }
    if (at_ == begin) return {};
    return value;
  }

 private:
  std::string_view text_;
  std::size_t at_ = 0;
};

// The level behind its opening bracket.
bool read_level(cursor& text, side which, order_book& into) {
  if (!text.pass("\"")) return false;
  auto const price = text.digits();
  if (!price || !text.pass(R"(",")")) return false;
  auto const quantity = text.digits();
  if (!quantity || !text.pass(R"("])")) return false;
  into.set(which, {*price, *quantity});
  return true;
}

bool read_side(cursor& text, side which, order_book& into) {
  while (text.pass("[")) {
    if (!read_level(text, which, into)) return false;
    text.pass(",");
  }
  return text.pass("]");
}

}  // namespace

std::optional<std::uint32_t> read_book(std::string_view data, order_book& into) {
  cursor text(data);
  if (!text.pass(R"("data":{"bids":[)") || !read_side(text, side::buy, into)) return {};
  if (!text.pass(R"(,"asks":[)") || !read_side(text, side::sell, into)) return {};
  if (!text.pass(R"(,"checksum":)")) return {};
  auto const checksum = text.digits();
  if (!checksum || !text.pass("}")) return {};
  return static_cast<std::uint32_t>(*checksum);
}

}  // namespace runes::bench
