"""The sample exchange as tools/serve shows it: bots trade by themselves, and it ends and goes on in good order."""

import asyncio
import decimal
import os
import tempfile
import time

from kit.tests import Case, main
from kit.wire import View

SYMBOLS = ("BTC-USD", "ETH-USD", "SOL-USD", "EUR-USD", "BTC-USD-PERP", "ETH-USD-PERP")
LEVELS = 10
PATIENCE = 90  # seconds; on a machine that does nothing else, all of it is there after ten


class LivingMarket(Case):
    def setUp(self):
        super().setUp()
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.data = folder.name + "/data"

    async def exchange(self, *arguments):
        return await self.serve("runes-exchange", "--data", self.data, *arguments)

    async def watch(self, server, *channels):
        me = await self.peer(server)
        instruments = {one["symbol"]: one for one in await me.ok("instruments")}
        self.assertEqual(set(instruments), set(SYMBOLS))
        await me.ok("subscribe", channel="orderbook")
        for channel in channels:
            await me.ok("subscribe", channel=channel)
        return me, {symbol: View(instruments[symbol]) for symbol in SYMBOLS}

    async def until(self, me, books, enough):
        seen, end = {}, time.monotonic() + PATIENCE
        while not enough(seen):
            self.assertLess(time.monotonic(), end, f"{PATIENCE} s are over; there was {sorted(seen)}")
            event = await me.event()
            if event.get("channel") == "orderbook":
                books[event["symbol"]].apply(event)
            elif event.get("data"):
                seen[event["channel"], event["symbol"]] = event["data"]
        return seen

    def is_deep(self, books):
        return all(view.book is not None and all(len(side) >= LEVELS for side in view.book.best(LEVELS))
                   for view in books.values())

    async def test_it_lives_ends_and_goes_on(self):
        server = await self.exchange()
        me, books = await self.watch(server, "trades", "ticker", "statistics")
        wanted = {(channel, symbol) for channel in ("trades", "ticker", "statistics") for symbol in SYMBOLS}
        seen = await self.until(me, books, lambda seen: self.is_deep(books) and wanted <= set(seen))
        for symbol in SYMBOLS:
            ticker = seen["ticker", symbol]
            self.assertLess(decimal.Decimal(ticker["bid"]), decimal.Decimal(ticker["ask"]))
            self.assertGreater(int(seen["statistics", symbol]["count"]), 0)
        last = decimal.Decimal(seen["ticker", "BTC-USD"]["last"])
        self.assertEqual(await server.stop(), 0, server.output())
        self.assertEqual([line for line in server.errors if "no keys" not in line], [])

        # Where it was, and not where it begins: 5 % are far beyond what a minute brings.
        server = await self.exchange()
        me, books = await self.watch(server, "ticker")
        seen = await self.until(me, books, lambda seen: self.is_deep(books) and ("ticker", "BTC-USD") in seen)
        again = decimal.Decimal(seen["ticker", "BTC-USD"]["last"])
        self.assertLess(abs(again - last) / last, decimal.Decimal("0.05"))
        server.process.kill()
        await server.ended()

        # Killed, and quiet now: what the bots had in the book is gone with their connections.
        server = await self.exchange("--quiet")
        me, books = await self.watch(server)

        async def empty():
            await asyncio.wait_for(self.until(me, books, lambda _: all(v.snapshots for v in books.values())), PATIENCE)
            return all(view.book.best(1) == ([], []) for view in books.values())
        self.assertTrue(await empty())
        self.assertEqual(await server.stop(), 0)

    async def test_nobody_is_a_bot_by_a_key_of_a_file(self):
        path = self.data + "-keys.json"
        with open(path, "w", encoding="utf-8") as file:
            file.write('{"keys":[{"apiKey":"k","secret":"0123456789abcdef0123456789abcdef",'
                       '"account":"bot/maker-1","permissions":[]}]}')
        os.chmod(path, 0o600)
        self.addCleanup(os.remove, path)
        program = await self.run_program("runes-exchange", "--port", "0", "--ephemeral", "--keys", path)
        self.assertEqual(await program.ended(), 2, program.output())
        self.assertIn("account", program.errors[-1])


if __name__ == "__main__":
    main()
