#include "market_table.hpp"

#include <algorithm>
#include <stdexcept>
#include <vector>

namespace exchange::service {
namespace {

constexpr char const* file_name = "markets";
constexpr char const* temporary_name = "markets.tmp";

/// The lines of one subject.
class subject {
 public:
  subject(std::string& out, std::string name) : out_(out), name_(std::move(name)) {}

  template <class Number>
  void operator()(char const* key, Number value) const {
    text(key, std::to_string(value));
  }
  void text(char const* key, std::string_view value) const {
    ((((out_ += name_) += ' ') += key) += ' ') += value;
    out_ += '\n';
  }

 private:
  std::string& out_;
  std::string name_;
};

void write_accounts(subject const& put, accounts::market_config const& m,
                    venue::venue_config const& config) {
  put.text("kind", name_of(m.kind));
  put.text("base", config.assets[m.base].name);
  put.text("quote", config.assets[m.quote].name);
  put("makerFee", m.maker_fee);
  put("takerFee", m.taker_fee);
  if (m.kind == accounts::market_kind::spot) return;
  put("maxPosition", m.max_position);
  put("maxLeverage", m.max_leverage);
  put("defaultLeverage", m.default_leverage);
  put.text("defaultMode", name_of(m.default_mode));
  put("maintenanceMargin", m.maintenance_margin);
  put("liquidationFee", m.liquidation_fee);
}

void write_funding(subject const& put, venue::funding_config const& f) {
  put("fundingInterval", f.interval);
  put("fundingInterest", f.interest);
  put("fundingDamper", f.damper);
  put("fundingMost", f.most);
}

void write_engine(subject const& put, engine::engine_config const& e) {
  put("maxOrders", e.max_orders);
  put("maxPrice", e.max_price);
  put("maxQuantity", e.max_quantity);
  put("maxQuotes", e.max_quotes);
  put("maxReduceOnlyAccounts", e.max_reduce_only_accounts);
  put("bandBasisPoints", e.band_basis_points);
  put("bandHalts", static_cast<int>(e.band_action));
  put("dayLength", e.day_length);
  put("dayOffset", e.day_offset);
  put("firstReference", e.reference);
  put.text("firstState", name_of(e.state));
}

/// "subject key value" of a line, the subject without spaces.
struct entry {
  std::string_view subject, key, value;
};

std::vector<entry> entries_of(std::string_view text) {
  std::vector<entry> all;
  while (!text.empty()) {
    auto const end = std::min(text.find('\n'), text.size());
    auto const line = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    auto const first = std::min(line.find(' '), line.size());
    auto const second = std::min(line.find(' ', first + 1), line.size());
    all.push_back({line.substr(0, first),
                   line.substr(std::min(first + 1, second), second - first - 1),
                   line.substr(std::min(second + 1, line.size()))});
  }
  return all;
}

bool has(std::vector<entry> const& in, std::string_view subject) {
  return std::ranges::any_of(in, [&](entry const& one) { return one.subject == subject; });
}

entry const* find(std::vector<entry> const& in, entry const& like) {
  auto const found = std::ranges::find_if(
      in, [&](entry const& one) { return one.subject == like.subject && one.key == like.key; });
  return found == in.end() ? nullptr : &*found;
}

}  // namespace

std::string table_text(venue::venue_config const& config) {
  std::string text;
  subject const venue(text, "venue");
  venue("maxAccounts", config.max_accounts);
  venue("maxConnections", config.max_connections);
  venue("maxOpenOrders", config.max_open_orders);
  venue("maxClosedOrders", config.max_closed_orders);
  venue("maxFills", config.max_fills);
  venue("maxClientOrderIds", config.max_client_order_ids);
  for (std::size_t i = 0; i < config.assets.size(); ++i) {
    subject const asset(text, config.assets[i].name);
    asset("asset", i);
    asset("decimals", config.assets[i].decimals);
  }
  for (std::size_t i = 0; i < config.instruments.size(); ++i) {
    auto const& one = config.instruments[i];
    subject const market(text, one.market.symbol);
    market("market", i);
    market("priceDecimals", one.price_decimals);
    market("quantityDecimals", one.quantity_decimals);
    market("tickUnits", one.steps.tick_units);
    market("lotUnits", one.steps.lot_units);
    market("stopSlippage", one.stop_slippage);
    write_accounts(market, one.market, config);
    if (one.market.kind == accounts::market_kind::perpetual) write_funding(market, one.funding);
    write_engine(market, one.engine);
  }
  return text;
}

std::string table_difference(std::string_view kept, std::string_view here) {
  auto const old = entries_of(kept);
  auto const now = entries_of(here);
  for (auto const& one : old) {
    auto const subject = std::string(one.subject);
    if (!has(now, one.subject)) return subject + " is there, and not here";
    auto const* const other = find(now, one);
    if (other == nullptr) return subject + " has " + std::string(one.key) + " there, and not here";
    if (other->value == one.value) continue;
    return subject + " has " + std::string(one.key) + ' ' + std::string(one.value) +
           " there, and " + std::string(other->value) + " here";
  }
  for (auto const& one : now) {
    auto const subject = std::string(one.subject);
    if (!has(old, one.subject)) return subject + " is here, and not there";
    if (find(old, one) == nullptr) {
      return subject + " has " + std::string(one.key) + " here, and not there";
    }
  }
  return {};
}

void keep_table(storage::directory& where, venue::venue_config const& config) {
  auto const here = table_text(config);
  auto const names = where.list();
  if (std::ranges::find(names, file_name) != names.end()) {
    auto const different = table_difference(where.read(file_name), here);
    if (different.empty()) return;
    throw std::runtime_error(where.prefix() + file_name +
                             ": the data is of other markets: " + different +
                             "; use the program that wrote it, or another directory (--data)");
  }
  auto const file = where.create(temporary_name);
  file->write(here);
  file->sync();
  where.rename(temporary_name, file_name);
  where.sync();
}

}  // namespace exchange::service
