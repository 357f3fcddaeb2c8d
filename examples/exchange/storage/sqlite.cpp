#include "sqlite.hpp"

#include "error.hpp"

#include <sqlite3.h>

namespace exchange::storage {

void sqlite_database::closer::operator()(sqlite3* handle) const noexcept { sqlite3_close(handle); }

sqlite_database::sqlite_database(std::filesystem::path const& file) : path_(file.string()) {
  sqlite3* opened = nullptr;
  // One thread at a time uses it, so SQLite need not lock for itself.
  auto const flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX;
  auto const result = sqlite3_open_v2(path_.c_str(), &opened, flags, nullptr);
  handle_.reset(opened);
  if (result != SQLITE_OK) fail("cannot open");
  sqlite3_extended_result_codes(opened, 1);
}

void sqlite_database::run(std::string const& sql) {
  if (sqlite3_exec(native(), sql.c_str(), nullptr, nullptr, nullptr) != SQLITE_OK) {
    fail("cannot use");
  }
}

std::int64_t sqlite_database::number(std::string const& sql) {
  sqlite_statement query(*this, sql);
  std::int64_t result = 0;
  if (!query.step()) throw storage_error("no answer from " + path_ + " to " + sql);
  query.get(0, result);
  return result;
}

std::int64_t sqlite_database::changes() const noexcept { return sqlite3_changes(native()); }

bool sqlite_database::in_transaction() const noexcept {
  return sqlite3_get_autocommit(native()) == 0;
}

void sqlite_database::fail(std::string const& doing) const {
  throw storage_error(doing + " " + path_ + ": " +
                      (handle_ ? sqlite3_errmsg(native()) : "out of memory"));
}

void sqlite_statement::finalizer::operator()(sqlite3_stmt* statement) const noexcept {
  sqlite3_finalize(statement);
}

sqlite_statement::sqlite_statement(sqlite_database& of, std::string const& sql) : of_(&of) {
  sqlite3_stmt* prepared = nullptr;
  if (sqlite3_prepare_v2(of.native(), sql.c_str(), -1, &prepared, nullptr) != SQLITE_OK) {
    of.fail("cannot use");
  }
  statement_.reset(prepared);
}

void sqlite_statement::bind(int at, std::string_view text) {
  auto const* const data = text.empty() ? "" : text.data();  // no data would be NULL
  if (sqlite3_bind_text64(statement_.get(), at, data, text.size(), SQLITE_STATIC, SQLITE_UTF8) !=
      SQLITE_OK) {
    of_->fail("cannot use");
  }
}

void sqlite_statement::bind(int at, std::int64_t number) {
  if (sqlite3_bind_int64(statement_.get(), at, number) != SQLITE_OK) of_->fail("cannot use");
}

bool sqlite_statement::step() {
  auto const result = sqlite3_step(statement_.get());
  if (result == SQLITE_ROW) return true;
  bool const done = sqlite3_reset(statement_.get()) == SQLITE_OK;
  if (!done || result != SQLITE_DONE) of_->fail("cannot write or read");
  return false;
}

void sqlite_statement::reset() noexcept { sqlite3_reset(statement_.get()); }

void sqlite_statement::get(int at, std::string& text) const {
  auto const* const bytes = sqlite3_column_blob(statement_.get(), at);
  auto const size = static_cast<std::size_t>(sqlite3_column_bytes(statement_.get(), at));
  text.assign(static_cast<char const*>(bytes), bytes ? size : 0);
}

void sqlite_statement::get(int at, std::int64_t& number) const {
  number = sqlite3_column_int64(statement_.get(), at);
}

void sqlite_statement::get(int at, bool& yes) const {
  yes = sqlite3_column_int64(statement_.get(), at) != 0;
}

}  // namespace exchange::storage
