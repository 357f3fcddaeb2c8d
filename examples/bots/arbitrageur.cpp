// arbitrageur URL SYMBOL SYMBOL: buys where it is cheaper, sells where it is dearer (docs/bots.md).
#include "arbitrageur.hpp"

#include "program.hpp"

int main(int argc, char** argv) {
  auto const usage =
      "arbitrageur ws://HOST:PORT/ws SYMBOL SYMBOL [--edge=TICKS] [--quantity=LOTS] "
      "[--limit=LOTS] [--stock=AMOUNT]";
  return bots::run_program(argc, argv, 3, usage, [](auto executor, auto& client, auto& line) {
    bots::arbitrage_style how;
    how.edge = line.count("--edge", how.edge);
    how.quantity = line.count("--quantity", how.quantity);
    how.limit = line.count("--limit", how.limit);
    auto settings = bots::program_settings("arb");
    settings.stock = line.amount("--stock", "0");
    std::array<std::string, 2> const symbols{line.word(1), line.word(2)};
    return std::make_unique<bots::arbitrageur>(executor, client, symbols, how, settings);
  });
}
