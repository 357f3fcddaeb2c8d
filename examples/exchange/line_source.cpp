#include "line_source.hpp"

#include <algorithm>
#include <cstring>
#include <span>
#include <string>

namespace exchange {
namespace {

constexpr std::size_t piece = 64 * 1024;

}  // namespace

line_source::line_source(std::filesystem::path const& file, std::size_t max_line)
    : bytes_(file), max_line_(max_line), buffer_(piece) {}

std::optional<line_source::item> line_source::next() {
  while (!ended_) {
    if (searched_ < end_) {
      auto const* from = buffer_.data() + searched_;
      auto const* found = static_cast<char const*>(std::memchr(from, '\n', end_ - searched_));
      if (found) {
        auto const at = static_cast<std::size_t>(found - buffer_.data());
        return take(at, at + 1);
      }
      searched_ = end_;
      if (end_ - begin_ > max_line_) overlong_ = true;
    }
    if (overlong_) begin_ = searched_ = end_ = 0;
    make_room();
    auto const n = bytes_.read(std::span(buffer_).subspan(end_));
    if (n == 0) return take_rest();
    end_ += n;
  }
  return std::nullopt;
}

std::optional<line_source::item> line_source::take(std::size_t line_end, std::size_t next_line) {
  ++number_;
  std::string_view text(buffer_.data() + begin_, line_end - begin_);
  begin_ = searched_ = next_line;
  if (overlong_ || text.size() > max_line_) {
    overlong_ = false;
    return too_long();
  }
  if (text.ends_with('\r')) text.remove_suffix(1);
  return text_line{number_, text};
}

// A last line without an end counts as whole, unless the data broke off in it.
std::optional<line_source::item> line_source::take_rest() {
  ended_ = true;
  if (bytes_.fault()) return problem{number_ + 1, *bytes_.fault()};
  if (overlong_ || begin_ < end_) return take(end_, end_);
  return std::nullopt;
}

void line_source::make_room() {
  if (begin_ > 0) {
    std::memmove(buffer_.data(), buffer_.data() + begin_, end_ - begin_);
    end_ -= begin_;
    searched_ -= begin_;
    begin_ = 0;
  }
  if (buffer_.size() - end_ < piece / 2) buffer_.resize(end_ + piece);
}

problem line_source::too_long() const {
  return {number_,
          "the line is longer than " + std::to_string(max_line_) + " bytes and is left out"};
}

}  // namespace exchange
