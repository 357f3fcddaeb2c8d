// The payloads of the four models. Each is made whole and not changed after it is shared.
#pragma once

#include <runes/channel.hpp>
#include <runes/error.hpp>
#include <runes/payloads.hpp>

#include <string>
#include <utility>
#include <vector>

#include "channels/level_list.hpp"

namespace runes::detail {

/// One JSON value.
class latest_data final : public payload {
 public:
  latest_data(std::string json, bool keep) : json_(std::move(json)), keep_(keep) {}

  void encode(std::string& out) const override { out += json_; }
  std::size_t bytes() const noexcept override { return sizeof *this + json_.capacity(); }

  std::string const& json() const noexcept { return json_; }
  /// Whether a later one must not take its place.
  bool keep() const noexcept { return keep_; }

 private:
  std::string json_;
  bool keep_;
};

/// Entries, joined as they will be sent.
class log_data final : public payload {
 public:
  log_data(std::string joined, std::uint64_t count) : joined_(std::move(joined)), count_(count) {}

  void encode(std::string& out) const override;
  std::size_t bytes() const noexcept override { return sizeof *this + joined_.capacity(); }
  std::uint64_t count() const noexcept override { return count_; }

  std::string const& joined() const noexcept { return joined_; }

 private:
  std::string joined_;  // JSON values with commas between them
  std::uint64_t count_;
};

/// Entries by key, each key once; a removed one says so in its JSON.
class keyed_data final : public payload {
 public:
  explicit keyed_data(std::vector<keyed_entry> entries);

  void encode(std::string& out) const override;
  std::size_t bytes() const noexcept override { return bytes_; }

  std::vector<keyed_entry> const& entries() const noexcept { return entries_; }

 private:
  std::vector<keyed_entry> entries_;
  std::size_t bytes_;
};

/// The decimals that the integers of a book stand for.
struct book_decimals {
  unsigned price = 0, quantity = 0;
  bool operator==(book_decimals const&) const = default;
};

/// Levels of a book: changed ones, or all of them (`whole`).
class book_data final : public payload {
 public:
  book_data(book_decimals decimals, level_list bids, level_list asks, std::uint32_t checksum,
            bool whole)
      : decimals_(decimals),
        bids_(std::move(bids)),
        asks_(std::move(asks)),
        checksum_(checksum),
        whole_(whole) {}

  void encode(std::string& out) const override;
  std::size_t bytes() const noexcept override;

  book_decimals decimals() const noexcept { return decimals_; }
  level_list const& levels(side which) const noexcept { return which == side::buy ? bids_ : asks_; }
  std::uint32_t checksum() const noexcept { return checksum_; }
  bool whole() const noexcept { return whole_; }

 private:
  book_decimals decimals_;
  level_list bids_, asks_;  // best last
  std::uint32_t checksum_;
  bool whole_;
};

/// The payload as the type that a model works on; error(errc::internal) when it was made for
/// another.
template <class Data>
Data const& expect(payload_ptr const& given, char const* model) {
  if (auto const* data = dynamic_cast<Data const*>(given.get())) return *data;
  throw error(errc::internal,
              std::string("a payload of another model given to a '") + model + "' channel");
}

/// Of several entries with one key the last stays, in the place of the first.
std::vector<keyed_entry> last_of_each_key(std::vector<keyed_entry> entries);

}  // namespace runes::detail
