"""The programs that trade, on the real exchange over real sockets; what they have there another client asks."""

import decimal
import signal
import subprocess

from kit import programs
from kit.signing import signed
from kit.tests import main
from kit.trading import ExchangeCase

SPOT, PERPETUAL = "BTC-USD", "BTC-USD-PERP"


class Bots(ExchangeCase):
    """`cat` is the bots' account; `bob` makes the markets and takes from them."""

    def setUp(self):
        super().setUp()
        if programs.find("runes-exchange") is None:
            self.skipTest("this build has no runes-exchange")
        ran = subprocess.run([programs.find("runes-exchange"), "keys", "add", "cat", "--keys", self.keys],
                             env=programs.environment(), capture_output=True, text=True, timeout=programs.PATIENCE)
        self.assertEqual(ran.returncode, 0, ran)
        self.key = dict(line.split() for line in ran.stdout.splitlines())

    async def bot(self, server, name, *arguments):
        return await self.run_program(name, server.url(), *arguments,
                                      env={"API_KEY": self.key["apiKey"], "API_SECRET": self.key["secret"]})

    async def cat(self, server, *channels):
        """The bots' account, as another client of it."""
        trader = await self.stranger(server)
        await trader.ok("auth", **signed(self.key["apiKey"], self.key["secret"]))
        for channel in channels:
            await trader.ok("subscribe", channel=channel)
        return trader

    async def markets(self, server):
        """Money for both, and quotes of bob: 49,990 to 50,010."""
        bob, cat = await self.trader(server, "bob", "orders"), await self.cat(server, "fills")
        for trader in (bob, cat):
            await trader.ok("deposit", asset="USD", amount="1000000")
            await trader.ok("deposit", asset="BTC", amount="10")
        for symbol in (SPOT, PERPETUAL):
            for side, price in (("buy", "49990.00"), ("sell", "50010.00")):
                await self.quote(bob, symbol, side, price)
        return bob, cat

    async def quote(self, bob, symbol, side, price, quantity="1.0000"):
        async def placed():
            reply = await bob.place(side, quantity, price, symbol=symbol)
            if "error" in reply:  # a perpetual waits for its mark price
                self.assert_error(reply["error"], 5006, "market_closed")
            return "ok" in reply
        await self.eventually(placed)

    async def has_open(self, cat, count):
        async def as_many():
            return len(await cat.open_orders()) == count
        await self.eventually(as_many)

    async def stopped(self, bot, cat):
        self.assertEqual(await bot.stop(signal.SIGTERM), 0, bot.output())
        self.assertEqual(bot.errors, [])
        self.assertEqual(bot.lines[-1], "all orders are cancelled")
        self.assertEqual(await cat.open_orders(), {})

    async def position(self, cat, symbol):
        held = {each["symbol"]: each["size"] for each in (await cat.ok("positions"))["positions"]}
        return decimal.Decimal(held.get(symbol, "0"))

    async def test_order_bot(self):
        server = await self.exchange()
        _, cat = await self.markets(server)
        bot = await self.bot(server, "order_bot", SPOT, "0.0100", "40000.00")
        self.assertEqual(await bot.ended(), 0, bot.output())
        self.assertRegex(bot.lines[0], r"^BTC-USD \S+: open \(placed\), 0\.0000 of 0\.0100 filled$")
        self.assertRegex(bot.lines[-1], r": cancelled \(requested\), ")
        self.assertEqual(await cat.open_orders(), {})

    async def test_deposit(self):
        server = await self.exchange()
        cat = await self.cat(server)
        program = await self.bot(server, "deposit", "USD", "100000")
        self.assertEqual(await program.ended(), 0, program.output())
        self.assertEqual(program.lines, ["USD: 100000.00000000 free, 100000.00000000 in all"])
        balances = {each["asset"]: each["total"] for each in (await cat.ok("account"))["balances"]}
        self.assertEqual(balances["USD"], "100000.00000000")
        program = await self.bot(server, "deposit", "XYZ", "1")
        self.assertEqual(await program.ended(), 1, program.output())

    async def test_in_process(self):
        program = await self.run_program("in_process")
        self.assertEqual(await program.ended(), 0, program.output())
        self.assertEqual(program.lines, ["the handler does what it should"])

    async def test_market_maker(self):
        server = await self.exchange()
        bob, cat = await self.markets(server)
        bot = await self.bot(server, "market_maker", PERPETUAL, "--quantity=100", "--spread=20")
        await self.has_open(cat, 2)
        self.assertEqual({each["price"] for each in (await cat.open_orders()).values()}, {"49999.00", "50001.00"})
        await bob.placed("buy", "0.0150", symbol=PERPETUAL)
        self.assertEqual((await bot.line(r"BTC-USD-PERP: sold (\S+) at 50001\.00"))[1], "0.0100")
        await self.has_open(cat, 2)
        self.assertEqual(await self.position(cat, PERPETUAL), decimal.Decimal("-0.0100"))
        await self.stopped(bot, cat)

    async def test_market_maker_outlives_an_exchange_that_is_killed(self):
        server = await self.exchange(lasting=True)
        _, cat = await self.markets(server)
        bot = await self.bot(server, "market_maker", SPOT, "--stock=10")
        await self.has_open(cat, 2)
        before = set(await cat.open_orders())
        self.assertEqual(await server.stop(signal.SIGKILL), -signal.SIGKILL)
        server = await self.exchange("--port", server.port, lasting=True)
        cat = await self.cat(server)

        async def quoted_anew():
            now = set(await cat.open_orders())
            return len(now) == 2 and not now & before
        await self.eventually(quoted_anew)
        await self.stopped(bot, cat)

    async def test_grid(self):
        server = await self.exchange()
        bob, cat = await self.markets(server)
        bot = await self.bot(server, "grid", SPOT, "49950.00", "50050.00", "--cells=10", "--quantity=50", "--stock=10")
        await self.has_open(cat, 10)
        # One cell is bought and a part of the next one, which is wanted and offered at once.
        await bob.ok("order.cancelAll", symbol=SPOT)
        await bob.placed("sell", "0.0070")
        await self.has_open(cat, 11)
        asks = sorted((each["price"], each["remaining"]) for each in (await cat.open_orders()).values()
                      if each["side"] == "sell")
        self.assertEqual(asks[:2], [("49990.00", "0.0020"), ("50000.00", "0.0050")])
        await self.stopped(bot, cat)

    async def test_arbitrageur(self):
        server = await self.exchange()
        bob, cat = await self.markets(server)
        bot = await self.bot(server, "arbitrageur", SPOT, PERPETUAL, "--edge=500", "--quantity=100", "--limit=100",
                             "--stock=10")
        await bob.ok("order.cancelAll", symbol=PERPETUAL)
        await self.quote(bob, PERPETUAL, "buy", "50100.00")
        await bot.line(r"BTC-USD: bought 0\.0100 at 50010\.00")
        await bot.line(r"BTC-USD-PERP: sold 0\.0100 at 50100\.00")
        self.assertEqual(await self.position(cat, PERPETUAL), decimal.Decimal("-0.0100"))
        await self.stopped(bot, cat)

    async def test_trailing_stop(self):
        server = await self.exchange()
        bob, cat = await self.markets(server)
        await cat.placed("buy", "0.0100", symbol=PERPETUAL)
        bot = await self.bot(server, "trailing_stop", PERPETUAL, "25.00")
        await self.has_open(cat, 1)
        (stop,) = (await cat.open_orders()).values()
        # The last price is older than the subscription, or that begins with it: 50,010 either way.
        self.assertEqual((stop["type"], stop["status"], stop["side"]), ("stop", "untriggered", "sell"))
        self.assertEqual((stop["stopPrice"], stop["remaining"]), ("49985.00", "0.0100"))
        await self.stopped(bot, cat)
        self.assertEqual(await self.position(cat, PERPETUAL), decimal.Decimal("0.0100"))

    async def test_what_is_wrong_is_told(self):
        server = await self.exchange()
        for name, words in (("market_maker", [SPOT, "--limit=none"]), ("market_maker", [SPOT, "--limit=9000000000"]),
                            ("grid", [SPOT, "1.00", "9.00", "--cells=202"]), ("market_maker", [SPOT, "--sped=1"]),
                            ("grid", [SPOT, "1", "x"]), ("grid", [SPOT, "1.00", "1.00"]), ("arbitrageur", [SPOT]), ("trailing_stop", [])):
            bot = await self.bot(server, name, *words)
            self.assertEqual(await bot.ended(), 2, bot.output())
            self.assertIn("usage: ", bot.errors[-1])
        for name, words, said in (
                ("market_maker", ["BTC-EUR"], "there is no market 'BTC-EUR'"),
                ("arbitrageur", [SPOT, "ETH-USD"], "must be of one asset"),
                ("trailing_stop", [SPOT, "1"], "no perpetual")):
            bot = await self.bot(server, name, *words)
            self.assertEqual(await bot.ended(), 1, bot.output())
            self.assertIn(said, bot.errors[-1])


if __name__ == "__main__":
    main()
