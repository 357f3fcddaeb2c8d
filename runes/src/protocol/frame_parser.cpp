#include "protocol/frame_parser.hpp"

#include "protocol/frame.hpp"
#include "protocol/mask.hpp"

#include <algorithm>

namespace runes::detail {
namespace {

constexpr auto op_text = static_cast<std::uint8_t>(opcode::text);
constexpr auto op_close = static_cast<std::uint8_t>(opcode::close);
constexpr auto op_ping = static_cast<std::uint8_t>(opcode::ping);
/// A message is given this much memory before it has come.
constexpr std::size_t trusted_bytes = 4096;

std::string_view view(std::span<char const> bytes) noexcept { return {bytes.data(), bytes.size()}; }

void drop(std::span<char>& input, std::size_t count) noexcept { input = input.subspan(count); }

parsed result(parsed::kind what, std::string_view bytes) noexcept {
  parsed p;
  p.what = what;
  p.bytes = bytes;
  return p;
}

/// Whether a peer may send it (RFC 6455, section 7.4, and the registry it founded).
bool is_sendable(unsigned code) noexcept {
  if (code >= 3000) return code < 5000;
  return code >= 1000 && code <= 1014 && code != 1004 && code != 1005 && code != 1006;
}

/// What a compressed message may travel in. Blocks that don't compress cost a few bytes in
/// thousands; what goes beyond is padding.
std::uint64_t most_compressed(std::uint64_t most) noexcept { return most + most / 16 + 1024; }

}  // namespace

parsed frame_parser::next(std::span<char>& input) {
  if (state_ == state::delivered) {
    message_.clear();
    state_ = state::header;
  }
  for (;;) {
    std::optional<parsed> done;
    if (state_ == state::ended) return {};
    if (state_ == state::payload) {
      done = take_payload(input);
    } else {
      auto const read =
          decode_header(input, {how_.masked, how_.compression.has_value(), fragments_ > 0});
      if (read.now == read_header::state::violation)
        return violation(close_code::protocol_error, read.mistake);
      if (read.now == read_header::state::incomplete) return {};
      if (read.header.is_control()) return control(read.header, input);
      done = begin(read.header, input);
    }
    if (done) return *done;
  }
}

parsed frame_parser::control(frame_header const& header, std::span<char>& input) {
  std::size_t const size = static_cast<std::size_t>(header.length);
  if (input.size() < header.size + size) return {};
  auto const payload = input.subspan(header.size, size);
  if (header.masked) apply_mask(payload, header.key);
  drop(input, header.size + size);
  if (header.op == op_close) return close(view(payload));
  return result(header.op == op_ping ? parsed::kind::ping : parsed::kind::pong, view(payload));
}

parsed frame_parser::close(std::string_view payload) {
  auto said = result(parsed::kind::close, {});
  said.code = close_code::no_status;
  if (payload.size() == 1) return violation(close_code::protocol_error, "half a close code");
  if (payload.size() > 1) {
    unsigned const high = static_cast<unsigned char>(payload[0]);
    unsigned const code = high << 8 | static_cast<unsigned char>(payload[1]);
    if (!is_sendable(code))
      return violation(close_code::protocol_error, "a close code that may not be sent");
    said.code = static_cast<close_code>(code);
    said.bytes = payload.substr(2);
    if (!is_utf8(said.bytes))
      return violation(close_code::bad_payload, "the reason of a close was no UTF-8");
  }
  state_ = state::ended;
  return said;
}

/// A data frame begins. A message that is one frame and here already is handed out where it stands.
std::optional<parsed> frame_parser::begin(frame_header const& header, std::span<char>& input) {
  bool const first = header.op != 0;
  if (first) {
    text_ = header.op == op_text;
    compressed_ = header.compressed;
    size_ = 0;
    utf8_.reset();
  }
  std::uint64_t const most =
      compressed_ ? most_compressed(how_.max_message_bytes) : how_.max_message_bytes;
  if (header.length > most - size_) return violation(close_code::too_big, "a message was too big");
  // Many senders of pieces end with an empty one that says only that it is the end.
  bool const counts = header.length > 0 || !header.fin || first;
  if (counts && ++fragments_ > how_.max_fragments)
    return violation(close_code::too_big, "a message in too many fragments");
  size_ += header.length;
  bool const here = input.size() - header.size >= header.length;
  drop(input, header.size);
  if (first && header.fin && !compressed_ && here) {
    auto const payload = input.first(static_cast<std::size_t>(header.length));
    if (header.masked) apply_mask(payload, header.key);
    drop(input, payload.size());
    return whole(payload, text_);
  }
  if (first && !compressed_) message_.reserve(std::min<std::uint64_t>(size_, trusted_bytes));
  fin_ = header.fin;
  key_ = header.key;
  left_ = header.length;
  taken_ = 0;
  state_ = state::payload;
  return {};
}

parsed frame_parser::whole(std::span<char> payload, bool text) {
  fragments_ = 0;
  if (text && !is_utf8(view(payload)))
    return violation(close_code::bad_payload, "a text was no UTF-8");
  auto said = result(parsed::kind::message, view(payload));
  said.text = text;
  return said;
}

/// Takes what has come of a frame's payload, so that a message needn't fit into what is read at
/// once.
std::optional<parsed> frame_parser::take_payload(std::span<char>& input) {
  auto const part =
      input.first(static_cast<std::size_t>(std::min<std::uint64_t>(left_, input.size())));
  drop(input, part.size());
  if (how_.masked) apply_mask(part, key_, taken_);
  taken_ += part.size();
  left_ -= part.size();
  if (auto const failed = append(part)) return failed;
  if (left_ > 0) return parsed();
  state_ = state::header;
  if (!fin_) return {};
  return finish();
}

std::optional<parsed> frame_parser::append(std::span<char const> part) {
  if (compressed_) return expand(part, false);
  if (text_ && !utf8_.feed(view(part)))
    return violation(close_code::bad_payload, "a text was no UTF-8");
  message_.append(part.data(), part.size());
  return {};
}

std::optional<parsed> frame_parser::expand(std::span<char const> part, bool last) {
  if (!inflater_) inflater_ = std::make_unique<inflater>(*how_.compression);
  std::size_t const before = message_.size();
  auto const verdict = last ? inflater_->finish(message_, how_.max_message_bytes)
                            : inflater_->feed(part, message_, how_.max_message_bytes);
  // What came first is told, however the bytes were cut.
  if (text_ && !utf8_.feed(std::string_view(message_).substr(before)))
    return violation(close_code::bad_payload, "a text was no UTF-8");
  if (verdict == inflater::verdict::too_big)
    return violation(close_code::too_big, "a message was too big");
  if (verdict == inflater::verdict::corrupt)
    return violation(close_code::bad_payload, "a compressed message does not expand");
  return {};
}

parsed frame_parser::finish() {
  if (compressed_) {
    if (auto const failed = expand({}, true)) return *failed;
  }
  if (text_ && !utf8_.complete()) return violation(close_code::bad_payload, "a text was no UTF-8");
  fragments_ = 0;
  state_ = state::delivered;
  auto said = result(parsed::kind::message, message_);
  said.text = text_;
  return said;
}

parsed frame_parser::violation(close_code code, std::string_view sentence) noexcept {
  state_ = state::ended;
  message_ = std::string();
  auto said = result(parsed::kind::violation, sentence);
  said.code = code;
  return said;
}

void frame_parser::rest() noexcept {
  if (fragments_ > 0) return;
  message_ = std::string();
  if (state_ == state::delivered) state_ = state::header;
  if (how_.compression && !how_.compression->takeover) inflater_.reset();
}

}  // namespace runes::detail
