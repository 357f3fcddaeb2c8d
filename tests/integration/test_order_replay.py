"""`--replay` of a recording at order level: what is served is the book of the venue that recorded it."""

import decimal
import gzip

from kit import lobster
from kit.replay import ReplayCase, ROOMY
from kit.signing import signed
from kit.tests import main
from kit.trading import make_keys, Trader

SYMBOL = lobster.SYMBOL


class OrderReplay(ReplayCase):
    def packed(self, lines, keep=1.0):
        """Of its bytes that much is kept."""
        data = gzip.compress("".join(line + "\n" for line in lines).encode())
        path = self.folder / (lobster.NAME + ".gz")
        path.write_bytes(data[:int(len(data) * keep)])
        return path

    async def whole(self, peer, market, views):
        book, trades = views["orderbook"], views["trades"]
        await self.follow(peer, SYMBOL, views, market, lambda: book.seq == len(market.tops) - 1
                          and trades.seq == len(market.trades))
        self.assertEqual(book.book, market.book)
        self.assertEqual((book.snapshots, book.gaps, trades.gaps), (1, 0, 0))
        self.assertEqual(trades.entries, market.trades[len(market.trades) - len(trades.entries):])

    async def test_the_book_is_the_venues_after_every_change(self):
        market = lobster.Market(1, 5000)
        server = await self.replay(self.written(lobster.NAME, market.lines))
        peer = await self.peer(server)
        self.assertEqual(peer.instruments[SYMBOL], {**lobster.INSTRUMENT, "status": "suspended"})
        await self.whole(peer, market, await self.subscribe(peer, SYMBOL))
        (instrument,) = await peer.ok("instruments", symbols=[SYMBOL])
        self.assertEqual(instrument["status"], "active")
        numbers = await self.numbers(server)
        self.assertEqual(numbers["exchange_market_lines_total"], len(market.lines))
        self.assertEqual(numbers["exchange_market_trades_total"], len(market.trades))
        self.assertEqual(numbers["exchange_market_problems_total"], 0)
        await peer.ok("subscribe", channel="ticker", symbols=[SYMBOL])
        ticker = (await peer.event("ticker"))["data"]
        self.assertEqual(ticker["last"], market.trades[-1]["price"])
        self.assertEqual([ticker["bid"], ticker["ask"]], [lobster.price_text(side[0]) for side in market.book.top()])
        await peer.ok("subscribe", channel="statistics", symbols=[SYMBOL], interval="1h")
        hour = (await peer.event("statistics"))["data"]
        self.assertEqual((hour["count"], hour["close"]), (len(market.trades), market.trades[-1]["price"]))

    async def test_damage_is_told_counted_and_survived(self):
        market = lobster.Market(2, 2000)
        lines = list(market.lines)
        lines.insert(500, "nonsense")
        lines.insert(1000, lines[999].split(",")[0] + ",3,4611,10,5853300,1")
        server = await self.replay(self.packed(lines))
        peer = await self.peer(server)
        await self.whole(peer, market, await self.subscribe(peer, SYMBOL))
        await server.error(rf"/{lobster.NAME}\.gz:501: the line has not six fields")
        await server.error(rf"/{lobster.NAME}\.gz:1001: the order 4611 is not in the book")
        async def counted():
            return (await self.numbers(server))["exchange_market_problems_total"] == 2
        await self.eventually(counted)
        self.assertEqual((await peer.ok("health"))["components"]["market"]["status"], "degraded")

    async def test_a_truncated_file_is_played_as_far_as_it_goes(self):
        market = lobster.Market(3, 2000)
        server = await self.replay(self.packed(market.lines, keep=0.5))
        peer = await self.peer(server)
        await self.subscribe(peer, SYMBOL)
        async def told():
            return (await self.numbers(server))["exchange_market_problems_total"] == 1
        await self.eventually(told)
        read = int((await self.numbers(server))["exchange_market_lines_total"])
        self.assertGreater(read, 100)
        await server.error(rf"/{lobster.NAME}\.gz:{read + 1}: ")

    async def test_in_a_loop_each_round_begins_with_an_empty_book(self):
        market = lobster.Market(4, 300)
        server = await self.replay(self.written(lobster.NAME, market.lines), speed="30", more=("--loop",))
        peer = await self.peer(server)
        views = await self.subscribe(peer, SYMBOL, ["orderbook"])
        changes = len(market.tops) - 1
        for rounds in range(3):
            await self.follow(peer, SYMBOL, views, market, lambda: views["orderbook"].seq == (rounds + 1) * changes,
                              (rounds * changes, 0))
            self.assertEqual(views["orderbook"].book, market.book)

    async def test_accounts_trade_in_its_midst(self):
        market = lobster.Market(5, 2000)
        keys, secrets = make_keys(self.folder, "ann")
        server = await self.serve("runes-exchange", *ROOMY, "--timeouts.pingMs", "0", "--replay",
                                  self.written(lobster.NAME, market.lines), "--speed", "max", "--trade", "--keys", keys, "--wait")
        ann = await Trader.connect(server.url())
        self.addCleanup(lambda: ann.socket.transport.abort())
        await ann.ok("auth", **signed("key-ann", secrets["ann"]))
        await ann.ok("deposit", asset="USD", amount="1000000")
        watcher = await self.peer(server)
        # The first subscription begins the recording, and a trade that is missed does not come again.
        views = await self.subscribe(watcher, SYMBOL, ["trades", "orderbook"])

        async def played():
            return (await self.numbers(server))["exchange_market_lines_total"] == len(market.lines)
        await self.eventually(played)
        while views["orderbook"].book != market.book or len(views["trades"].entries) < len(market.trades):
            event = await watcher.event()
            if event["channel"] in views:
                views[event["channel"]].apply(event)
        self.assertEqual([(each["price"], each["quantity"], each["side"]) for each in views["trades"].entries],
                         [(each["price"], each["quantity"], each["side"]) for each in market.trades])
        _, (ask, size) = market.book.top()
        await ann.placed("buy", "1", symbol=SYMBOL)
        (fill,) = (await ann.ok("fills.history"))["fills"]
        self.assertEqual(decimal.Decimal(fill["price"]), decimal.Decimal(lobster.price_text(ask)))
        left = await watcher.event("orderbook")
        self.assertEqual(left["data"]["asks"], [[lobster.price_text(ask), str(size - 1)]])


if __name__ == "__main__":
    main()
