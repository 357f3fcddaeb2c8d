// SQLite behind two small classes. SQLite's own errors come as sentences that name the file.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>

struct sqlite3;
struct sqlite3_stmt;

namespace exchange::storage {

/// One connection; used by one thread at a time. All functions throw storage_error.
class sqlite_database {
 public:
  /// Opens the file, and makes it if it isn't there.
  explicit sqlite_database(std::filesystem::path const& file);

  /// Statements without parameters and without rows of interest.
  void run(std::string const& sql);
  /// The first column of the first row, which is there.
  std::int64_t number(std::string const& sql);
  /// How many rows the last statement has written or removed.
  std::int64_t changes() const noexcept;
  /// After some errors SQLite has rolled back by itself.
  bool in_transaction() const noexcept;
  [[noreturn]] void fail(std::string const& doing) const;

  sqlite3* native() const noexcept { return handle_.get(); }
  std::string const& path() const noexcept { return path_; }

 private:
  struct closer {
    void operator()(sqlite3* handle) const noexcept;
  };
  std::string path_;
  std::unique_ptr<sqlite3, closer> handle_;
};

/// A prepared statement. It may outlive no database.
class sqlite_statement {
 public:
  sqlite_statement(sqlite_database& of, std::string const& sql);

  /// Parameters, from 1 on. Text stays where it is until the statement has run.
  void bind(int at, std::string_view text);
  void bind(int at, std::int64_t number);
  void bind(int at, bool yes) { bind(at, std::int64_t{yes}); }
  /// Runs to the next row; false when there is none, and then the statement can be run again.
  bool step();
  /// Lets go of the rows that are left, so that it can be run again.
  void reset() noexcept;

  /// Columns of the row, from 0 on.
  void get(int at, std::string& text) const;
  void get(int at, std::int64_t& number) const;
  void get(int at, bool& yes) const;

 private:
  struct finalizer {
    void operator()(sqlite3_stmt* statement) const noexcept;
  };
  sqlite_database* of_;
  std::unique_ptr<sqlite3_stmt, finalizer> statement_;
};

}  // namespace exchange::storage
