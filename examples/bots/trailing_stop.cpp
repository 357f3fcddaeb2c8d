// trailing_stop URL SYMBOL DISTANCE: a stop order that follows the price (docs/bots.md).
#include "trailing_stop.hpp"

#include "program.hpp"

int main(int argc, char** argv) {
  auto const usage = "trailing_stop ws://HOST:PORT/ws SYMBOL DISTANCE";
  return bots::run_program(argc, argv, 3, usage, [](auto executor, auto& client, auto& line) {
    auto settings = bots::program_settings("trail");
    settings.keeps_orders = true;  // where the stop stands is where the price has been
    return std::make_unique<bots::trailing_stop>(executor, client, line.word(1), line.price(2),
                                                 settings);
  });
}
