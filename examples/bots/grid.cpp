// grid URL SYMBOL LOW HIGH: buys low and sells high between two prices (docs/bots.md).
#include "grid.hpp"

#include "program.hpp"

int main(int argc, char** argv) {
  auto const usage =
      "grid ws://HOST:PORT/ws SYMBOL LOW HIGH [--cells=NUMBER] [--quantity=LOTS] [--stock=AMOUNT]";
  return bots::run_program(argc, argv, 4, usage, [](auto executor, auto& client, auto& line) {
    bots::grid_style how;
    how.cells = line.count("--cells", how.cells);
    how.quantity = line.count("--quantity", how.quantity);
    auto settings = bots::program_settings("grid");
    settings.stock = line.amount("--stock", "0");
    return std::make_unique<bots::grid>(executor, client, line.word(1), line.price(2),
                                        line.price(3), how, settings);
  });
}
