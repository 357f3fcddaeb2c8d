// market_maker URL SYMBOL: quotes both sides of a market (docs/bots.md).
#include "market_maker.hpp"

#include "program.hpp"

int main(int argc, char** argv) {
  auto const usage =
      "market_maker ws://HOST:PORT/ws SYMBOL [--quantity=LOTS] [--limit=LOTS] [--spread=TICKS] "
      "[--skew=TICKS] [--patience=TICKS] [--stock=AMOUNT]";
  return bots::run_program(argc, argv, 2, usage, [](auto executor, auto& client, auto& line) {
    using least = bots::arguments::least;
    bots::maker_style how;
    how.quantity = line.count("--quantity", how.quantity);
    how.limit = line.count("--limit", how.limit);
    how.spread = line.count("--spread", how.spread);
    how.skew = line.count("--skew", how.skew, least::zero);
    how.patience = line.count("--patience", how.patience, least::zero);
    auto settings = bots::program_settings("maker");
    settings.stock = line.amount("--stock", "0");
    return std::make_unique<bots::market_maker>(executor, client, line.word(1), how, settings);
  });
}
