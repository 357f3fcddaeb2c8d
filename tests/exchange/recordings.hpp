// Recordings, made up for a test or real.
#pragma once

#include <market_source.hpp>
#include <recording.hpp>

#include <runes/decimal.hpp>

#include <zlib.h>
#include <boost/test/unit_test.hpp>

#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>
#include <string_view>
#include <vector>

namespace exchange::test {

/// A file that is gone at the end of the test.
class temporary_file {
 public:
  /// With a name, in a folder of its own.
  explicit temporary_file(std::string_view content, std::string_view name = {})
      : whole_(fresh_path()), path_(name.empty() ? whole_ : whole_ / name) {
    if (!name.empty()) std::filesystem::create_directory(whole_);
    std::ofstream(path_, std::ios::binary) << content;
  }
  ~temporary_file() {
    std::error_code ignored;
    std::filesystem::remove_all(whole_, ignored);
  }
  temporary_file(temporary_file const&) = delete;
  temporary_file& operator=(temporary_file const&) = delete;

  std::filesystem::path const& path() const noexcept { return path_; }
  /// Another one in its folder.
  std::filesystem::path beside(std::string_view name, std::string_view content) const {
    auto const other = path_.parent_path() / name;
    std::ofstream(other, std::ios::binary) << content;
    return other;
  }

 private:
  static std::filesystem::path fresh_path() {
    static int n = 0;
    auto const name =
        "runes_unit_exchange_" + std::to_string(::getpid()) + '_' + std::to_string(++n);
    return std::filesystem::temp_directory_path() / name;
  }
  std::filesystem::path whole_;
  std::filesystem::path path_;
};

/// The text as one gzip member.
inline std::string gzip(std::string_view text) {
  z_stream z{};
  BOOST_REQUIRE_EQUAL(deflateInit2(&z, 6, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY), Z_OK);
  std::string out(deflateBound(&z, text.size()), '\0');
  z.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(text.data()));
  z.avail_in = static_cast<uInt>(text.size());
  z.next_out = reinterpret_cast<Bytef*>(out.data());
  z.avail_out = static_cast<uInt>(out.size());
  BOOST_REQUIRE_EQUAL(deflate(&z, Z_FINISH), Z_STREAM_END);
  out.resize(z.total_out);
  deflateEnd(&z);
  return out;
}

/// One line each, received `ms` milliseconds after the epoch, which is the exchange's time as well.
inline std::string line(int ms, std::string_view json) {
  return std::to_string(ms) + "000000 " + std::string(json) + '\n';
}

inline std::string trade_line(int ms, int id, std::string_view price, std::string_view quantity,
                              bool buyer_is_maker = false, std::string_view symbol = "BTCUSDT") {
  auto const at = std::to_string(ms);
  return line(ms, R"({"stream":"x@trade","data":{"e":"trade","E":)" + at + R"(,"T":)" + at +
                      R"(,"s":")" + std::string(symbol) + R"(","t":)" + std::to_string(id) +
                      R"(,"p":")" + std::string(price) + R"(","q":")" + std::string(quantity) +
                      R"(","m":)" + (buyer_is_maker ? "true" : "false") + "}}");
}

/// `bids` and `asks` as JSON lists; without `previous` (below zero) it is spot's.
inline std::string diff_line(int ms, int first, int last, int previous, std::string_view bids,
                             std::string_view asks) {
  auto const pu = previous < 0 ? "" : R"(,"pu":)" + std::to_string(previous);
  return line(ms, R"({"stream":"x@depth@100ms","data":{"e":"depthUpdate","E":)" +
                      std::to_string(ms) + R"(,"s":"BTCUSDT","U":)" + std::to_string(first) +
                      R"(,"u":)" + std::to_string(last) + pu + R"(,"b":)" + std::string(bids) +
                      R"(,"a":)" + std::string(asks) + "}}");
}

inline std::string snapshot_line(int ms, int id, std::string_view bids, std::string_view asks) {
  return line(ms, R"({"lastUpdateId":)" + std::to_string(id) + R"(,"bids":)" + std::string(bids) +
                      R"(,"asks":)" + std::string(asks) + "}");
}

inline std::string ticker_line(int ms, int id) {
  return line(ms, R"({"stream":"x@bookTicker","data":{"u":)" + std::to_string(id) +
                      R"(,"s":"BTCUSDT","b":"1.00","B":"2.0","a":"1.01","A":"3.0"}})");
}

/// With which a book begins.
inline std::string const opening =
    snapshot_line(1, 100, R"([["1.00","1.0"]])", R"([["1.02","1.5"]])");

inline std::vector<step> play(market_source& source) {
  std::vector<step> all;
  while (auto one = source.next()) all.push_back(std::move(*one));
  return all;
}

inline std::vector<std::uint64_t> problem_lines(std::vector<step> const& steps) {
  std::vector<std::uint64_t> lines;
  for (auto const& one : steps) {
    for (auto const& wrong : one.problems) lines.push_back(wrong.line);
  }
  return lines;
}

inline std::vector<record> read_all(recording_reader& reader) {
  std::vector<record> all;
  while (auto one = reader.next()) all.push_back(std::move(*one));
  return all;
}

inline std::vector<record> read_all(std::string_view content) {
  temporary_file const file(content);
  recording_reader reader(file.path());
  return read_all(reader);
}

inline runes::level level(std::string_view price, std::string_view quantity) {
  return {runes::decimal::from(price), runes::decimal::from(quantity)};
}

/// Where the real recordings are: RUNES_DATA, or beside the project.
inline std::filesystem::path recording_folder() {
  if (auto const* folder = std::getenv("RUNES_DATA")) return folder;
  return std::filesystem::path(RUNES_PROJECT_DIR) / "../shared/data";
}

}  // namespace exchange::test
