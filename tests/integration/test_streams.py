"""Events of the living market, held to protocol.md by a client from outside (python3-websockets)."""

import collections
import signal

from kit.book import units
from kit.tests import Case, main
from kit.wire import topic_of, View

PERPETUALS = {"BTC-USD-PERP", "ETH-USD-PERP"}
SYMBOLS = {"BTC-USD", "ETH-USD", "SOL-USD", "EUR-USD"} | PERPETUALS
PRICES = {"ticker": ("last", "bid", "ask", "open24h", "high24h", "low24h"),
          "statistics": ("open", "high", "low", "close"), "trades": ("price",)}
QUANTITIES = {"ticker": ("bidQuantity", "askQuantity", "volume24h"), "statistics": ("volume",), "trades": ("quantity",)}


class Streams(Case):
    async def asyncSetUp(self):
        self.server = await self.serve("runes-exchange", "--rateLimit.maxRequestsPerMinute", "0")
        self.me = await self.peer(self.server)
        self.instruments = {one["symbol"]: one for one in await self.me.ok("instruments")}

    async def watch(self, peer, views, enough):
        """Applies all events of the topics in `views` in order until `enough()`."""
        while not enough():
            event = await peer.event()
            view = views.get(topic_of(event)) if "channel" in event else None
            if view:
                view.apply(event)

    def check_values(self, event):
        channel, of = event["channel"], self.instruments[event["symbol"]]
        for data in event["data"] if isinstance(event["data"], list) else [event["data"]]:
            if not data:
                continue  # of a market that has not traded yet
            for key in PRICES[channel]:
                units(data[key], of["priceDecimals"])
            for key in QUANTITIES[channel]:
                units(data[key], of["quantityDecimals"])

    async def test_the_reply_comes_first_then_the_snapshot_then_updates(self):
        request = await self.me.send(op="subscribe", channel="orderbook", symbols=["BTC-USD", "ETH-USD"], depth=5)
        reply = await self.me.reply(request)
        held = reply["ok"]["subscriptions"]
        self.assertEqual([one["symbol"] for one in held], ["BTC-USD", "ETH-USD"])
        for one in held:
            self.assertLessEqual({"symbol", "topic", "interval", "depth", "epoch", "seq", "recovered"}, set(one))
            self.assertEqual((one["interval"], one["depth"], one["recovered"]), ("raw", 5, False))
        views = {("orderbook", symbol, "raw", 5): View(self.instruments[symbol], 5) for symbol in ("BTC-USD", "ETH-USD")}
        await self.watch(self.me, views, lambda: all(view.updates >= 5 for view in views.values()))
        messages = [m for _, m in self.me.log]
        self.assertLess(messages.index(reply), min(i for i, m in enumerate(messages) if "event" in m))
        for one in held:
            first = next(m for m in messages if m.get("symbol") == one["symbol"] and m.get("event"))
            self.assertEqual((first["type"], first["epoch"], first["seq"]), ("snapshot", one["epoch"], one["seq"]))

    async def test_one_bad_symbol_does_not_fail_the_others(self):
        ok = await self.me.ok("subscribe", channel="ticker", symbols=["NO-SUCH", "BTC-USD", "", "BTC-USD", "btc-usd"])
        entries = ok["subscriptions"]
        self.assertEqual([one["symbol"] for one in entries], ["NO-SUCH", "BTC-USD", "", "BTC-USD", "btc-usd"])
        for at, code, name in ((0, 4003, "unknown_symbol"), (2, 4003, "unknown_symbol"),
                               (3, 4005, "already_subscribed"), (4, 4003, "unknown_symbol")):
            self.assert_error(entries[at]["error"], code, name)
            self.assertNotIn("recovered", entries[at])
        self.assertFalse(entries[1]["recovered"])
        self.assertEqual(len((await self.me.ok("subscriptions"))["subscriptions"]), 1)

    async def test_all_symbols_where_none_are_named(self):
        for channel in ("ticker", "orderbook", "trades", "statistics"):
            ok = await self.me.ok("subscribe", channel=channel)
            self.assertEqual({one["symbol"] for one in ok["subscriptions"]}, SYMBOLS, channel)
            self.assert_error(await self.me.error("subscribe", channel=channel), 4005, "already_subscribed")
        listed = (await self.me.ok("subscriptions"))["subscriptions"]
        self.assertEqual(collections.Counter(one["symbol"] for one in listed), dict.fromkeys(SYMBOLS, 4))
        for channel in ("ticker", "orderbook", "trades", "statistics"):
            self.assertEqual(await self.me.ok("unsubscribe", channel=channel), {"unsubscribed": len(SYMBOLS)})
        self.assertEqual((await self.me.ok("subscriptions"))["subscriptions"], [])

    async def test_liquidations_are_of_perpetuals(self):
        ok = await self.me.ok("subscribe", channel="liquidations")
        self.assertEqual({one["symbol"] for one in ok["subscriptions"]}, PERPETUALS)
        self.assertEqual(await self.me.ok("unsubscribe", channel="liquidations"), {"unsubscribed": len(PERPETUALS)})

    async def test_books_of_every_depth_and_interval(self):
        views = {}
        for depth in (0, 1, 5, 10, 50):
            for interval in ("raw", "100ms"):
                ok = await self.me.ok("subscribe", channel="orderbook", symbols=["BTC-USD"], depth=depth, interval=interval)
                (one,) = ok["subscriptions"]
                self.assertEqual((one["depth"], one["interval"]), (depth, interval))
                views["orderbook", "BTC-USD", interval, depth] = View(self.instruments["BTC-USD"], depth)
        epochs = collections.Counter(one["epoch"] for one in (await self.me.ok("subscriptions"))["subscriptions"])
        self.assertEqual(len(epochs), len(views))  # every topic numbers its own sequence
        await self.watch(self.me, views, lambda: all(view.updates >= 5 for view in views.values())
                         and views["orderbook", "BTC-USD", "raw", 0].updates >= 100)
        for (_, _, interval, depth), view in views.items():
            self.assertEqual((view.snapshots, view.gaps), (1, 0), (interval, depth))

    async def test_depths_are_cut_from_one_book(self):
        # A new subscriber's snapshots come in one turn: whatever is behind the depth, they agree.
        whole, cut = View(self.instruments["ETH-USD"]), View(self.instruments["ETH-USD"], 5)
        await self.me.ok("subscribe", channel="orderbook", symbols=["ETH-USD"])
        await self.me.ok("subscribe", channel="orderbook", symbols=["ETH-USD"], depth=5)
        views = {("orderbook", "ETH-USD", "raw", 0): whole, ("orderbook", "ETH-USD", "raw", 5): cut}
        agreed = 0

        def enough():
            nonlocal agreed
            if cut.seq is not None and whole.book.best(5) == cut.book.best(5):
                agreed += 1
            return cut.updates >= 50 and agreed >= 20
        await self.watch(self.me, views, enough)

    async def test_an_interval_is_the_least_time_between_two_updates(self):
        before = (await self.me.ok("time"))["ts"]
        await self.me.ok("subscribe", channel="ticker", symbols=["BTC-USD"], interval="200ms")
        view = View()
        await self.watch(self.me, {("ticker", "BTC-USD", "200ms", None): view}, lambda: view.updates >= 8)
        elapsed = (await self.me.ok("time"))["ts"] - before
        # Never more than the time allows; how much fewer is the machine's affair. Two may lie at the ends.
        self.assertLessEqual(view.updates, elapsed // 200_000 + 2)

    async def test_trades_come_each_once_with_rising_ids(self):
        await self.me.ok("subscribe", channel="trades")
        views = {("trades", symbol, None, None): View() for symbol in SYMBOLS}
        await self.watch(self.me, views, lambda: sum(len(view.entries) for view in views.values()) >= 30)
        for view in views.values():
            ids = [trade["tradeId"] for trade in view.entries]
            self.assertEqual(ids, sorted(set(ids)))
            for trade in view.entries:
                self.assertIn(trade["side"], ("buy", "sell"))
                self.assertIsInstance(trade["ts"], int)
        for _, message in self.me.log:
            if message.get("channel") == "trades":
                self.check_values(message)

    async def test_tickers_and_statistics_are_whole_each_time(self):
        views = {("ticker", "BTC-USD", "raw", None): View()}
        await self.me.ok("subscribe", channel="ticker", symbols=["BTC-USD"])
        for window in ("1m", "5m", "1h", "24h"):
            (one,) = (await self.me.ok("subscribe", channel="statistics", symbols=["BTC-USD"], interval=window))["subscriptions"]
            self.assertEqual(one["interval"], window)
            views["statistics", "BTC-USD", window, None] = View()
        await self.watch(self.me, views, lambda: all(view.updates >= 2 for view in views.values()))
        for _, message in self.me.log:
            if "event" in message:
                self.check_values(message)
        minutes = {"1m": 1, "5m": 5, "1h": 60, "24h": 24 * 60}
        for (channel, _, window, _), view in views.items():
            if channel == "ticker":
                self.assertLessEqual(int(view.value["bid"].replace(".", "")), int(view.value["ask"].replace(".", "")))
                continue
            self.assertLessEqual({"open", "high", "low", "close", "volume", "quoteVolume", "count", "openTime",
                                  "closeTime", "closed"}, set(view.value))
            length = view.value["closeTime"] - view.value["openTime"]
            self.assertIn(length, (minutes[window] * 60_000_000, minutes[window] * 60_000_000 - 1))

    async def test_system_tells_of_the_server(self):
        alone = await self.peer(await self.serve("runes-exchange", "--quiet"))
        await alone.ok("subscribe", channel="system")
        event = await alone.event("system", type="update")
        self.assertEqual(event["event"], "system")
        self.assertEqual(event["data"]["connections"], 1)
        self.assertEqual(event["data"]["health"]["status"], "healthy")

    async def test_unsubscribing_ends_it_at_once_and_only_it(self):
        for depth in (5, 10):
            await self.me.ok("subscribe", channel="orderbook", symbols=["BTC-USD", "ETH-USD"], depth=depth)
        await self.me.event("orderbook", type="update", symbol="BTC-USD", depth=5)
        gone = await self.me.send(op="unsubscribe", channel="orderbook", symbols=["BTC-USD"], depth=5)
        self.assertEqual((await self.me.reply(gone))["ok"], {"unsubscribed": 1})
        after = len(self.me.log)
        views = {("orderbook", "BTC-USD", "raw", 10): View(self.instruments["BTC-USD"], 10),
                 ("orderbook", "ETH-USD", "raw", 5): View(self.instruments["ETH-USD"], 5)}
        self.me._read = 0
        await self.watch(self.me, views, lambda: all(view.updates >= 50 for view in views.values()))
        for _, message in self.me.log[after:]:
            self.assertNotEqual((message.get("symbol"), message.get("depth")), ("BTC-USD", 5))
        self.assertEqual(await self.me.ok("unsubscribe", channel="orderbook", symbols=["BTC-USD"]), {"unsubscribed": 1})
        self.assertEqual(await self.me.ok("unsubscribe", channel="orderbook"), {"unsubscribed": 2})
        self.assert_error(await self.me.error("unsubscribe", channel="orderbook"), 4004, "not_subscribed")

    async def test_subscribing_again_starts_anew(self):
        views = {("orderbook", "BTC-USD", "100ms", 10): View(self.instruments["BTC-USD"], 10)}
        (view,) = views.values()
        for round_number in range(1, 6):
            await self.me.ok("subscribe", channel="orderbook", symbols=["BTC-USD"], depth=10, interval="100ms")
            await self.watch(self.me, views, lambda: view.snapshots == round_number and view.updates >= round_number)
            await self.me.ok("unsubscribe", channel="orderbook", symbols=["BTC-USD"], depth=10, interval="100ms")

    async def test_since_is_answered_by_all_or_a_snapshot(self):
        ok = await self.me.ok("subscribe", channel="orderbook", symbols=["BTC-USD"],
                              since={"BTC-USD": {"epoch": "no such", "seq": 7}})
        self.assertIs(ok["subscriptions"][0]["recovered"], False)
        self.assertEqual((await self.me.event("orderbook"))["type"], "snapshot")

    async def test_two_subscribers_of_a_topic_get_the_same_bytes(self):
        other = await self.peer(self.server, compression="deflate")
        for peer in (self.me, other):
            await peer.ok("subscribe", channel="orderbook", symbols=["BTC-USD"], depth=10)
            await peer.ok("subscribe", channel="trades", symbols=["BTC-USD"])
            await peer.ok("subscribe", channel="ticker", symbols=["BTC-USD"])

        def updates(peer):
            return {(m["channel"], m["epoch"], m["seq"]): text for text, m in peer.log if m.get("type") == "update"}
        while len(common := updates(self.me).keys() & updates(other).keys()) < 50:
            for peer in (self.me, other):
                await peer.receive()
        mine, theirs = updates(self.me), updates(other)
        for key in common:
            self.assertEqual(mine[key], theirs[key])

    async def test_heartbeats_name_the_heads_of_what_moved(self):
        me = await self.peer(self.server)
        self.assertEqual((await me.ok("hello", heartbeatMs=150))["heartbeatMs"], 150)
        names = {}
        for channel in ("orderbook", "trades"):
            for one in (await me.ok("subscribe", channel=channel))["subscriptions"]:
                names[channel, one["symbol"]] = one["topic"]
        place, moved, beats = {}, set(), 0
        while beats < 6:
            message = await me.event()
            if message["event"] == "heartbeat":
                beats += 1
                self.assertEqual(message["n"], beats)
                self.assertEqual(set(message["heads"]), moved)
                for topic, head in message["heads"].items():
                    self.assertEqual(head, place[topic])
                moved.clear()
            else:
                topic = names[message["channel"], message["symbol"]]
                place[topic] = {"epoch": message["epoch"], "seq": message["seq"]}
                if message["type"] == "update":
                    moved.add(topic)

    async def test_who_comes_back_goes_on_where_it_was(self):
        """Cut off in the middle, again and again; what is held each time follows what was held before."""
        topics = {("orderbook", "BTC-USD", "raw", 0): View(self.instruments["BTC-USD"]),
                  ("trades", "BTC-USD", None, None): View()}
        peer = await self.peer(self.server)
        self.assertGreater((await peer.ok("hello"))["resumeWindow"], 0)
        for life in range(6):
            for (channel, symbol, *_), view in topics.items():
                since = {} if view.epoch is None else {"since": {symbol: {"epoch": view.epoch, "seq": view.seq}}}
                (one,) = (await peer.ok("subscribe", channel=channel, symbols=[symbol], **since))["subscriptions"]
                self.assertEqual(one["recovered"], life > 0)
                if life:
                    self.assertEqual(one["epoch"], view.epoch)
                    self.assertGreaterEqual(one["seq"], view.seq)
            # Of an event that comes many times a second, and of one that may take seconds.
            wanted = {key: view.updates + (10 if key[0] == "orderbook" else 2) for key, view in topics.items()}
            await self.watch(peer, topics, lambda: all(topics[key].updates >= n for key, n in wanted.items()))
            self.assertTrue(all(view.snapshots == 1 for view in topics.values()))
            peer.socket.transport.abort()
            peer = await self.peer(self.server)

    async def test_who_comes_back_to_another_life_begins_anew(self):
        (one,) = (await self.me.ok("subscribe", channel="ticker", symbols=["BTC-USD"],
                                   since={"BTC-USD": {"epoch": "another", "seq": 3}}))["subscriptions"]
        self.assertFalse(one["recovered"])
        self.assertEqual((await self.me.event("ticker"))["type"], "snapshot")
        for wrong in ({"ETH-USD": {"epoch": "e", "seq": 1}}, {"BTC-USD": {"epoch": "e", "seq": -1}}, [], {"BTC-USD": 3}):
            error = await self.me.error("subscribe", channel="trades", symbols=["BTC-USD"], since=wrong)
            self.assertEqual(error["code"], 4001, wrong)

    async def test_no_heartbeats_unless_asked_for(self):
        await self.me.ok("subscribe", channel="orderbook")
        for _ in range(200):
            self.assertNotEqual((await self.me.event())["event"], "heartbeat")

    async def test_who_comes_later_holds_the_same_book(self):
        first, late = View(self.instruments["SOL-USD"]), View(self.instruments["SOL-USD"])
        topic = ("orderbook", "SOL-USD", "raw", 0)
        await self.me.ok("subscribe", channel="orderbook", symbols=["SOL-USD"])
        await self.watch(self.me, {topic: first}, lambda: first.updates >= 30)
        other = await self.peer(self.server)
        await other.ok("subscribe", channel="orderbook", symbols=["SOL-USD"])
        await self.watch(other, {topic: late}, lambda: late.updates >= 30)
        await self.watch(self.me, {topic: first}, lambda: first.seq >= late.seq)
        await self.watch(other, {topic: late}, lambda: late.seq >= first.seq)
        self.assertEqual((first.epoch, first.seq), (late.epoch, late.seq))
        self.assertEqual(first.book, late.book)
        self.assertEqual(late.gaps, 0)

    async def test_several_threads_serve_the_same_streams(self):
        server = await self.serve("runes-exchange", "--threads", "3")
        peers = [await self.peer(server) for _ in range(6)]
        for peer in peers:
            await peer.ok("subscribe", channel="orderbook", symbols=["BTC-USD"], depth=10)
        for peer in peers:
            view = View(self.instruments["BTC-USD"], 10)
            await self.watch(peer, {("orderbook", "BTC-USD", "raw", 10): view}, lambda: view.updates >= 100)

    async def test_a_connection_that_is_cut_leaves_nothing_behind(self):
        server = await self.serve("runes-exchange", "--quiet")
        me = await self.peer(server)
        for _ in range(5):
            peer = await self.peer(server)
            await peer.ok("subscribe", channel="orderbook")
            peer.socket.transport.abort()

        async def gone():
            metrics = await me.ok("metrics")
            return metrics["activeConnections"] == 1 and metrics["subscriptions"] == 0
        await self.eventually(gone)

    async def test_a_server_that_stops_closes_with_4200(self):
        others = [await self.peer(self.server) for _ in range(3)]
        for peer in others:
            await peer.ok("subscribe", channel="orderbook")
        self.server.process.send_signal(signal.SIGTERM)
        for peer in [self.me, *others]:
            self.assertEqual((await peer.closed())[0], 4200)
        self.assertEqual(await self.server.ended(), 0)


if __name__ == "__main__":
    main()
