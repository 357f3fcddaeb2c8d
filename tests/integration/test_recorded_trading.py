"""`--replay FILE --trade`: accounts trade in the midst of a recorded market."""

import asyncio
import decimal

from kit import recording
from kit.replay import lines_of, ReplayCase, ROOMY
from kit.signing import signed
from kit.tests import main
from kit.trading import make_keys, Trader

SYMBOL = "BTC-USDT-PERP"
LINES = 10_000  # of the recording: half a minute of it


class RecordedTrading(ReplayCase):
    async def exchange(self, *arguments):
        self.file(SYMBOL)
        self.lines = lines_of(SYMBOL)[:LINES]
        some = self.written("some.txt", self.lines)
        keys, self.secrets = make_keys(self.folder, "ann")
        return await self.serve("runes-exchange", *ROOMY, "--timeouts.pingMs", "0", "--rateLimit.maxRequestsPerMinute", "0",
                                "--replay", some, "--trade", "--keys", keys, "--wait", *arguments)

    async def ann(self, server):
        ann = await Trader.connect(server.url())
        self.addCleanup(lambda: ann.socket.transport.abort())
        await ann.ok("auth", **signed("key-ann", self.secrets["ann"]))
        await ann.ok("deposit", asset="USDT", amount="1000000")
        return ann

    async def test_the_market_is_the_recorded_one_and_can_be_traded_on(self):
        server = await self.exchange("--speed", "20")
        ann = await self.ann(server)
        error = (await ann.place("buy", "0.010", symbol=SYMBOL))["error"]
        self.assert_error(error, 5006, "market_closed")  # nothing is known of it yet
        watcher = await self.peer(server)
        truth = await self.recorded(watcher, SYMBOL, self.lines)
        views = await self.subscribe(watcher, SYMBOL)

        async def played():
            return (await self.numbers(server))["exchange_market_lines_total"] == len(self.lines)
        async def read():
            async for event in self.events(watcher):
                views[event["channel"]].apply(event)
        reading = asyncio.create_task(read())
        self.addCleanup(reading.cancel)
        await self.eventually(played)
        # What was traded before the book was known can't be told by a market without a mark price.
        known = next(n for n, line in enumerate(self.lines) if '"stream"' not in line)
        before = len(recording.Recording(self.lines[:known], watcher.instruments[SYMBOL]).trades)
        expected = truth.trades[before:]
        traded = sum(decimal.Decimal(each["quantity"]) for each in expected)

        async def caught_up():
            return (views["orderbook"].book == truth.book
                    and sum(decimal.Decimal(each["quantity"]) for each in views["trades"].entries) == traded)
        await self.eventually(caught_up)
        self.assertEqual([(each["price"], each["side"]) for each in self.joined(views["trades"].entries)],
                         [(each["price"], each["side"]) for each in self.joined(expected)])

        # The end of the recording stays, and is there to be traded with.
        (bid, _), (ask, _) = truth.book.top()
        decimals = watcher.instruments[SYMBOL]["priceDecimals"]
        middle = decimal.Decimal((bid + ask) // 2).scaleb(-decimals)
        await ann.ok("subscribe", channel="positions", symbols=[SYMBOL])
        await ann.placed("buy", "0.010", symbol=SYMBOL)
        (position,) = (await ann.ok("positions"))["positions"]
        self.assertEqual((position["size"], decimal.Decimal(position["entryPrice"])),
                         ("0.010", decimal.Decimal(ask).scaleb(-decimals)))
        self.assertEqual(decimal.Decimal(position["markPrice"]), middle)

    @staticmethod
    def joined(trades):
        """A recorded trade may be told in parts of one price."""
        joined = []
        for each in trades:
            if not joined or (joined[-1]["price"], joined[-1]["side"]) != (each["price"], each["side"]):
                joined.append(each)
        return joined

    @staticmethod
    async def events(peer):
        while True:
            event = await peer.event()
            if event.get("channel") in ("orderbook", "trades"):
                yield event

    async def test_who_waits_is_filled_by_recorded_trades(self):
        server = await self.exchange("--speed", "20", "--loop")
        ann = await self.ann(server)
        await ann.ok("subscribe", channel="fills", symbols=[SYMBOL])
        await ann.ok("subscribe", channel="ticker", symbols=[SYMBOL])
        ticker = (await ann.next(lambda m: m.get("channel") == "ticker" and m["data"]))["data"]
        await ann.placed("sell", "0.010", ticker["ask"], symbol=SYMBOL)
        fill = await ann.next(lambda m: m.get("channel") == "fills" and m["data"])
        self.assertEqual(fill["data"][0]["price"], ticker["ask"])

    async def test_what_goes_not_together(self):
        for words, named in ((["--trade"], "--replay"), (["--replay", "x", "--trade", "--data", "y"], "--data"),
                             (["--replay", "x", "--trade", "--quiet"], "--quiet"),
                             (["--replay", "x", "--ephemeral"], "--trade"), (["--replay", "x", "--keys", "y"], "--trade")):
            with self.subTest(words=words):
                program = await self.run_program("runes-exchange", "--port", "0", *words)
                self.assertEqual(await program.ended(), 2, program.output())
                self.assertIn(named, program.errors[-1])


if __name__ == "__main__":
    main()
