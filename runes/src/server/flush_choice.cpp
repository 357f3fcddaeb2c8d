#include "server/flush_choice.hpp"

#include <runes/error.hpp>

#include <array>
#include <utility>

namespace runes {
namespace {

constexpr std::array<std::string_view, 3> mode_names{"auto", "uring", "send"};

}  // namespace

std::string_view name_of(flush_mode mode) noexcept {
  return mode_names[static_cast<std::size_t>(mode)];
}

std::optional<flush_mode> flush_mode_from(std::string_view name) noexcept {
  for (std::size_t i = 0; i < mode_names.size(); ++i) {
    if (mode_names[i] == name) return static_cast<flush_mode>(i);
  }
  return std::nullopt;
}

namespace detail {

flush_choice choose_flush(flush_mode told, std::size_t loops,
                          std::function<made_sender()> const& make) {
  flush_choice chosen;
  while (told != flush_mode::send && chosen.senders.size() < loops) {
    auto made = make();
    if (!made.sender) {
      chosen.why_not = std::move(made.why_not);
      break;
    }
    chosen.senders.push_back(std::move(made.sender));
  }
  if (told == flush_mode::uring && !chosen.why_not.empty()) {
    throw error(errc::bad_config, "flush must be auto or send here: " + chosen.why_not);
  }
  if (!chosen.why_not.empty()) chosen.senders.clear();
  chosen.senders.resize(loops);
  return chosen;
}

std::string flush_choice::in_words() const {
  if (!senders.empty() && senders.front()) return "by io_uring";
  return why_not.empty() ? "by send" : "by send: " + why_not;
}

}  // namespace detail
}  // namespace runes
