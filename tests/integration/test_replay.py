"""The replay's truth through the whole server: what is served is the market that was recorded."""

import asyncio
import socket

from kit import recording
from kit.replay import lines_of, ReplayCase, TIGHT
from kit.tests import main
from kit.wire import View

# How many book tickers have the update id of a diff that was applied.
COMPARED = {"BTC-USDT": 564, "BTC-USDT-PERP": 629, "ETH-USDT-PERP": 551}


class Replay(ReplayCase):
    async def slow_peer(self, server):
        """Reads nothing ahead: what is not asked for stays in the server."""
        small = socket.socket()
        small.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        small.setblocking(False)
        await asyncio.get_running_loop().sock_connect(small, (server.host, server.port))
        return await self.peer(server, sock=small, max_queue=1, read_limit=4096)

    async def whole(self, symbol, speed):
        file = self.file(symbol)
        server = await self.replay(file, speed=speed)
        peer = await self.peer(server)
        truth = await self.recorded(peer, symbol, lines_of(symbol))
        self.assertEqual(truth.compared(), COMPARED[symbol])
        views = await self.subscribe(peer, symbol)
        book, trades = views["orderbook"], views["trades"]
        changes = len(truth.tops) - 1
        await self.follow(peer, symbol, views, truth,
                          lambda: book.seq == changes and trades.seq == len(truth.trades))
        self.assertEqual(book.book, truth.book)
        self.assertEqual((book.snapshots, book.gaps, trades.gaps), (1, 0, 0))
        # The first subscription started it; the books were asked for first, so all of them came, one by one.
        first = next(m for _, m in peer.log if m.get("channel") == "orderbook")
        self.assertEqual((first["type"], first["seq"], book.updates), ("snapshot", 0, changes))
        self.assertEqual(trades.entries, truth.trades[len(truth.trades) - len(trades.entries):])
        numbers = await self.numbers(server)
        self.assertEqual(numbers["exchange_market_problems_total"], 0)
        self.assertEqual(numbers["exchange_market_gaps_total"], 0)
        self.assertEqual(numbers["exchange_market_lines_total"], len(lines_of(symbol)))
        self.assertEqual(numbers["exchange_market_trades_total"], len(truth.trades))

    async def test_spot_at_full_speed(self):
        await self.whole("BTC-USDT", "max")

    async def test_futures_at_full_speed(self):
        await self.whole("BTC-USDT-PERP", "max")

    async def test_futures_a_hundred_times_as_fast(self):
        await self.whole("ETH-USDT-PERP", "100")

    async def test_every_trade_once_and_in_order(self):
        server = await self.replay(self.file("BTC-USDT-PERP"))
        peer = await self.peer(server)
        truth = await self.recorded(peer, "BTC-USDT-PERP", lines_of("BTC-USDT-PERP"))
        views = await self.subscribe(peer, "BTC-USDT-PERP", ["trades"])
        await self.follow(peer, "BTC-USDT-PERP", views, truth, lambda: views["trades"].seq == len(truth.trades))
        self.assertEqual(views["trades"].entries, truth.trades)
        ids = [trade["tradeId"] for trade in views["trades"].entries]
        self.assertEqual(ids, sorted(set(ids)))

    async def test_who_joins_in_the_middle_ends_with_the_same_book(self):
        symbol = "BTC-USDT"
        server = await self.replay(self.file(symbol), speed="100")
        early, late = await self.peer(server), await self.peer(server)
        truth = await self.recorded(early, symbol, lines_of(symbol))
        mine = await self.subscribe(early, symbol)
        await self.follow(early, symbol, mine, truth, lambda: mine["orderbook"].updates >= 300)
        theirs = await self.subscribe(late, symbol)
        changes = len(truth.tops) - 1
        await asyncio.gather(
            self.follow(early, symbol, mine, truth, lambda: mine["orderbook"].seq == changes),
            self.follow(late, symbol, theirs, truth, lambda: theirs["orderbook"].seq == changes))
        self.assertGreater(theirs["orderbook"].updates, 0)
        self.assertLess(theirs["orderbook"].updates, mine["orderbook"].updates)
        self.assertEqual(theirs["orderbook"].book, mine["orderbook"].book)
        self.assertEqual(theirs["orderbook"].book, truth.book)

    async def test_who_comes_after_the_end_gets_the_final_state(self):
        symbol = "BTC-USDT"
        server = await self.replay(self.file(symbol))
        first = await self.peer(server)
        truth = await self.recorded(first, symbol, lines_of(symbol))
        views = await self.subscribe(first, symbol)
        await self.follow(first, symbol, views, truth, lambda: views["orderbook"].seq == len(truth.tops) - 1
                          and views["trades"].seq == len(truth.trades))
        last = await self.peer(server)
        for depth in (0, 10):
            await last.ok("subscribe", channel="orderbook", symbols=[symbol], depth=depth)
            view = View(last.instruments[symbol], depth)
            view.apply(await last.event("orderbook", depth=depth))
            self.assertEqual(view.book.best(), truth.book.best())
        self.assertEqual(view.book.checksum(), truth.checksums[-1])
        await last.ok("subscribe", channel="ticker", symbols=[symbol])
        self.assertEqual((await last.event("ticker"))["data"]["last"], truth.trades[-1]["price"])

    async def test_who_does_not_read_is_merged_and_told_of_gaps_and_never_wrong(self):
        symbol = "BTC-USDT-PERP"
        server = await self.replay(self.file(symbol), options=TIGHT)
        slow = await self.slow_peer(server)
        truth = await self.recorded(slow, symbol, lines_of(symbol))
        views = await self.subscribe(slow, symbol)
        changes = len(truth.tops) - 1

        async def over():
            return (await self.numbers(server))["exchange_market_lines_total"] == len(lines_of(symbol))
        await self.eventually(over)
        book, trades = views["orderbook"], views["trades"]
        await self.follow(slow, symbol, views, truth, lambda: book.seq == changes and trades.seq == len(truth.trades))
        self.assertEqual(book.book, truth.book)
        self.assertLess(book.updates, changes)  # merged
        self.assertEqual(book.gaps, 0)
        self.assertGreater(trades.gaps, 0)
        self.assertEqual(trades.gaps + len(trades.entries) + slow_start(slow), len(truth.trades))

    async def test_orders_to_disconnect_rather_than_merge_are_kept(self):
        symbol = "BTC-USDT-PERP"
        server = await self.replay(self.file(symbol), options=TIGHT)
        slow = await self.slow_peer(server)
        await slow.send(op="subscribe", channel="orderbook", symbols=[symbol], overflow="disconnect")

        async def over():
            return (await self.numbers(server))["runes_slow_consumers_total"] == 1
        await self.eventually(over)
        self.assertEqual((await slow.closed())[0], 4100)

    async def test_several_recordings_at_once(self):
        symbols = list(recording.FILES)
        server = await self.replay(*[self.written(s, lines_of(s)[:5000]) for s in symbols if self.file(s)])
        peers = [await self.peer(server) for _ in symbols]
        self.assertEqual(sorted(peers[0].instruments), sorted(symbols))
        truths = [await self.recorded(peers[0], s, lines_of(s)[:5000]) for s in symbols]

        async def one(peer, symbol, truth):
            views = await self.subscribe(peer, symbol)
            await self.follow(peer, symbol, views, truth, lambda: views["orderbook"].seq == len(truth.tops) - 1
                              and views["trades"].seq == len(truth.trades))
            self.assertEqual(views["orderbook"].book, truth.book)
        await asyncio.gather(*map(one, peers, symbols, truths))

    async def test_in_a_loop(self):
        symbol = "BTC-USDT"
        self.file(symbol)
        lines = lines_of(symbol)[:3000]
        server = await self.replay(self.written("part", lines), speed="500", more=("--loop",))
        peer = await self.peer(server)
        truth = await self.recorded(peer, symbol, lines)
        views = await self.subscribe(peer, symbol)
        book, trades = views["orderbook"], views["trades"]
        changes, count = len(truth.tops) - 1, len(truth.trades)
        for rounds in range(1, 4):
            # The numbers go on; the first change of a round brings the last round's book to the first one's.
            await self.follow(peer, symbol, {"orderbook": book}, truth, lambda: book.seq == rounds * changes,
                              ((rounds - 1) * changes, 0))
        for _, message in peer.log:
            if message.get("channel") == "trades" and "event" in message:
                trades.apply(message)
        self.assertGreaterEqual(trades.seq, 2 * count)
        start = trades.seq - len(trades.entries)
        for at, trade in enumerate(trades.entries, start):
            self.assertEqual(trade, truth.trades[at % count])


def slow_start(peer):
    """Trades before the snapshot: the first subscription may have started the market before the second was held."""
    return next(m["seq"] for _, m in peer.log if m.get("channel") == "trades" and m.get("event"))


if __name__ == "__main__":
    main()
