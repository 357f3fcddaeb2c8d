#include "mirror.hpp"

#include "error.hpp"

#include <algorithm>
#include <iterator>
#include <string>
#include <type_traits>
#include <utility>

namespace exchange::storage {
namespace {

constexpr std::int64_t application = 0x52584D31;  // "RXM1", which `file` and we know it by
constexpr std::int64_t schema_version = 1;
/// How many ids are trimmed at a time, and how many rows of a table, of fills for
/// each market, in one transaction.
constexpr std::int64_t trimmed_ids = 1'000;
constexpr std::int64_t most_trimmed = 5'000;

mirror_keeps checked(mirror_keeps const& keeps) {
  if (keeps.orders < 1 || keeps.trades < 1) {
    throw storage_error("a mirror must keep at least 1 order and 1 trade");
  }
  return keeps;
}

template <class Row>
std::string names(std::size_t from, std::size_t to, std::string_view prefix = {}) {
  using table = table_of<Row>;
  std::string list;
  for (auto i = from; i < to; ++i) {
    if (i > from) list += ", ";
    list += table::columns[i];
    if (!prefix.empty()) list.append(" = ").append(prefix).append(table::columns[i]);
  }
  return list;
}

template <class Member>
constexpr std::string_view type_name =
    std::is_same_v<std::remove_cvref_t<Member>, std::string> ? " TEXT NOT NULL"
                                                             : " INTEGER NOT NULL";

template <class Row>
std::string create_sql() {
  using table = table_of<Row>;
  std::string sql = "CREATE TABLE ";
  sql.append(table::name).append(" (");
  Row row;
  std::apply(
      [&sql](auto&... member) {
        std::size_t i = 0;
        ((sql.append(table::columns[i++]).append(type_name<decltype(member)>).append(", ")), ...);
      },
      table::tie(row));
  return sql + "PRIMARY KEY (" + names<Row>(0, table::keys) + ")) STRICT, WITHOUT ROWID;";
}

template <class Row>
std::string upsert_sql() {
  using table = table_of<Row>;
  constexpr auto all = table::columns.size();
  std::string sql = "INSERT INTO ";
  sql.append(table::name).append(" VALUES (?");
  for (std::size_t i = 1; i < all; ++i) sql += ", ?";
  return sql + ") ON CONFLICT (" + names<Row>(0, table::keys) + ") DO UPDATE SET " +
         names<Row>(table::keys, all, "excluded.");
}

template <class Row>
std::string select_sql(std::string const& where) {
  using table = table_of<Row>;
  return "SELECT " + names<Row>(0, table::columns.size()) + " FROM " + std::string(table::name) +
         where + " ORDER BY " + names<Row>(0, table::keys);
}

template <class Row>
void upsert(sqlite_database& into, std::vector<Row> const& rows) {
  if (rows.empty()) return;
  sqlite_statement statement(into, upsert_sql<Row>());
  for (auto const& row : rows) {
    int at = 0;
    std::apply([&](auto const&... member) { (statement.bind(++at, member), ...); },
               table_of<Row>::tie(row));
    statement.step();
  }
}

template <class Row>
std::vector<Row> read_all(sqlite_statement& query) {
  std::vector<Row> rows;
  while (query.step()) {
    int at = 0;
    std::apply([&](auto&... member) { (query.get(at++, member), ...); },
               table_of<Row>::tie(rows.emplace_back()));
  }
  return rows;
}

template <class Row>
void move_rows(std::vector<Row>& into, std::vector<Row>& from) {
  into.insert(into.end(), std::make_move_iterator(from.begin()),
              std::make_move_iterator(from.end()));
}

}  // namespace

void mirror_batch::join(mirror_batch&& later) {
  up_to = later.up_to;
  move_rows(accounts, later.accounts);
  move_rows(orders, later.orders);
  move_rows(fills, later.fills);
  move_rows(positions, later.positions);
}

mirror_standing compare_mirror(sequence applied, sequence snapshot, sequence last) {
  if (applied > last) return mirror_standing::ahead;
  return applied < snapshot ? mirror_standing::behind : mirror_standing::current;
}

mirror::mirror(std::filesystem::path const& file, mirror_keeps const& keeps,
               std::chrono::milliseconds patience)
    : keeps_(checked(keeps)), database_(file) {
  // Behind the journal a transaction may be lost in a power cut, but not be half there.
  database_.run("PRAGMA busy_timeout = " + std::to_string(patience.count()) +
                "; PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL;");
  prepare_schema();
  applied_ = static_cast<sequence>(database_.number("SELECT sequence FROM applied"));
}

void mirror::prepare_schema() {
  auto const version = database_.number("PRAGMA user_version");
  auto const owner = database_.number("PRAGMA application_id");
  if (version == schema_version && owner == application) return;
  if (owner == application) {
    throw storage_error(database_.path() + " has schema version " + std::to_string(version) +
                        "; this program knows " + std::to_string(schema_version));
  }
  if (owner != 0 || version != 0 || database_.number("SELECT count(*) FROM sqlite_schema") != 0) {
    throw storage_error(database_.path() + " is another program's database");
  }
  database_.run("BEGIN;" + create_sql<account_row>() + create_sql<order_row>() +
                create_sql<fill_row>() + create_sql<position_row>() +
                "CREATE TABLE applied (sequence INTEGER NOT NULL) STRICT;"
                "INSERT INTO applied VALUES (0);"
                "PRAGMA application_id = " +
                std::to_string(application) +
                "; PRAGMA user_version = " + std::to_string(schema_version) + "; COMMIT;");
}

void mirror::apply(mirror_batch const& batch) {
  if (batch.up_to > applied_) write(batch, false);
}

void mirror::rebuild(mirror_batch const& batch) { write(batch, true); }

void mirror::write(mirror_batch const& batch, bool rebuild) {
  database_.run("BEGIN IMMEDIATE");
  try {
    if (rebuild) {
      database_.run("DELETE FROM accounts; DELETE FROM orders; DELETE FROM positions");
    }
    upsert(database_, batch.accounts);
    upsert(database_, batch.orders);
    upsert(database_, batch.fills);
    upsert(database_, batch.positions);
    trim(batch);
    database_.run("UPDATE applied SET sequence = " + std::to_string(batch.up_to) + "; COMMIT");
  } catch (...) {
    if (database_.in_transaction()) database_.run("ROLLBACK");
    throw;
  }
  applied_ = batch.up_to;
}

namespace {

/// Whether it is time to trim up to the newest of these ids less those that are kept.
template <class Row>
bool is_time(std::vector<Row> const& rows, std::int64_t Row::* id, std::int64_t kept,
             std::int64_t trimmed, std::int64_t& up_to) {
  for (auto const& row : rows) up_to = std::max(up_to, row.*id - kept);
  return up_to >= trimmed + trimmed_ids;
}

}  // namespace

// A backlog, of a file that was allowed more, is trimmed piece by piece with the batches to come.
void mirror::trim(mirror_batch const& batch) {
  std::int64_t orders = 0, trades = 0;
  if (is_time(batch.orders, &order_row::order_id, keeps_.orders, trimmed_orders_, orders) &&
      trim_orders(orders)) {
    trimmed_orders_ = orders;
  }
  if (is_time(batch.fills, &fill_row::trade_id, keeps_.trades, trimmed_trades_, trades) &&
      trim_fills(trades)) {
    trimmed_trades_ = trades;
  }
}

// Open orders are few; they are looked at again each time.
bool mirror::trim_orders(std::int64_t up_to) {
  database_.run(
      "DELETE FROM orders WHERE order_id IN (SELECT order_id FROM orders WHERE order_id <= " +
      std::to_string(up_to) + " AND status NOT IN ('open', 'untriggered') LIMIT " +
      std::to_string(most_trimmed) + ")");
  return database_.changes() < most_trimmed;
}

// By market, since the key begins with it.
bool mirror::trim_fills(std::int64_t up_to) {
  sqlite_statement next(database_,
                        "SELECT symbol FROM fills WHERE symbol > ? ORDER BY symbol LIMIT 1");
  sqlite_statement remove(database_,
                          "DELETE FROM fills WHERE symbol = ?1 AND (trade_id, order_id) IN (SELECT "
                          "trade_id, order_id FROM fills WHERE symbol = ?1 AND trade_id <= ?2 "
                          "ORDER BY trade_id LIMIT " +
                              std::to_string(most_trimmed) + ")");
  bool all = true;
  std::string symbol;
  for (;;) {
    next.bind(1, symbol);
    if (!next.step()) return all;
    std::string found;
    next.get(0, found);
    next.reset();  // before what is bound to it changes
    symbol = std::move(found);
    remove.bind(1, symbol);
    remove.bind(2, up_to);
    remove.step();
    all = all && database_.changes() < most_trimmed;
  }
}

// The answer's first column is whether a reader was in the way.
void mirror::make_durable() {
  if (database_.number("PRAGMA wal_checkpoint(TRUNCATE)") != 0) {
    throw storage_error("cannot sync " + database_.path() + ": another program is reading it");
  }
}

template <class Row>
std::vector<Row> mirror::rows() {
  sqlite_statement query(database_, select_sql<Row>(""));
  return read_all<Row>(query);
}

template <class Row>
std::vector<Row> mirror::rows_of(std::string_view account) {
  sqlite_statement query(database_, select_sql<Row>(" WHERE account = ?"));
  query.bind(1, account);
  return read_all<Row>(query);
}

template std::vector<account_row> mirror::rows();
template std::vector<order_row> mirror::rows();
template std::vector<fill_row> mirror::rows();
template std::vector<position_row> mirror::rows();
template std::vector<account_row> mirror::rows_of(std::string_view);
template std::vector<order_row> mirror::rows_of(std::string_view);
template std::vector<fill_row> mirror::rows_of(std::string_view);
template std::vector<position_row> mirror::rows_of(std::string_view);

}  // namespace exchange::storage
