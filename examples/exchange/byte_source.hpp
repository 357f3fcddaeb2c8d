// The bytes of a file, plain or gzip, a piece at a time.
#pragma once

#include <zlib.h>

#include <array>
#include <cstddef>
#include <cstdio>
#include <filesystem>
#include <memory>
#include <optional>
#include <span>
#include <string>

namespace exchange {

/// Reads a file and unpacks it when it begins as gzip does. Of a damaged or truncated gzip, all
/// that could be unpacked is given before the end. (zlib's own gzread() would keep back what it
/// unpacked just before the damage.)
class byte_source {
 public:
  /// Throws runes::error(errc::bad_config) when the file can't be opened.
  explicit byte_source(std::filesystem::path const& file);
  ~byte_source();
  byte_source(byte_source const&) = delete;
  byte_source& operator=(byte_source const&) = delete;

  /// Puts bytes into `out` and says how many; 0 at the end, for good.
  std::size_t read(std::span<char> out);
  /// Why the end came before its time; set together with the end.
  std::optional<std::string> const& fault() const noexcept { return fault_; }

 private:
  bool refill();
  std::size_t unpack(std::span<char> out);
  void take(int inflate_result);
  void fail(std::string why);

  struct closer {
    void operator()(std::FILE* file) const noexcept { std::fclose(file); }
  };
  std::unique_ptr<std::FILE, closer> file_;
  std::array<unsigned char, 64 * 1024> packed_;
  z_stream stream_{};  // next_in and avail_in are the unread part of packed_
  bool gzip_ = false;
  bool in_member_ = false;  // a gzip member has begun and not ended
  bool ended_ = false;
  std::optional<std::string> fault_;
};

}  // namespace exchange
