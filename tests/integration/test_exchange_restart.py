"""The sample exchange's state outlasts it: killed, stopped in good order, or refused to start."""

import asyncio
import decimal
import signal
import sqlite3
import stat

import websockets

from kit.tests import main
from kit.trading import ExchangeCase


class Restart(ExchangeCase):
    async def test_what_was_acknowledged_outlasts_a_kill(self):
        server = await self.exchange(lasting=True)
        await self.rich(server)
        traders = [await self.trader(server, name) for name in ("ann", "bob") * 4]
        placed, cancelled, sent = set(), set(), set()
        enough = asyncio.Event()

        async def trade(n, trader):
            try:
                for i in range(100_000):
                    name = f"{n}-{i}"
                    sent.add(name)
                    # Prices that never meet, so that what rests is what was placed.
                    side, price = ("buy", "40000.00") if n % 2 == 0 else ("sell", "60000.00")
                    reply = await trader.place(side, "0.0001", price, clientOrderId=name)
                    placed.add((name, reply["ok"]["orderId"]))
                    if len(placed) >= 400:
                        enough.set()
                    if i % 2:
                        await trader.ok("order.cancel", clientOrderId=name)
                        cancelled.add(name)
            except websockets.ConnectionClosed:
                pass

        async def kill():
            await enough.wait()
            server.process.kill()
        await asyncio.gather(kill(), *(trade(n, each) for n, each in enumerate(traders)))
        self.assertEqual(await server.ended(), -signal.SIGKILL)

        server = await self.exchange(lasting=True)
        found = {}
        for name in ("ann", "bob"):
            trader = await self.trader(server, name, "orders")
            orders = await trader.open_orders()
            locked = {"USD": decimal.Decimal(0), "BTC": decimal.Decimal(0)}
            for each in orders.values():
                value = decimal.Decimal(each["quantity"])
                if each["side"] == "buy":
                    locked["USD"] += value * decimal.Decimal(each["price"]) * decimal.Decimal("1.0005")
                else:
                    locked["BTC"] += value
            for asset, each in (await trader.balances()).items():
                self.assertEqual(decimal.Decimal(each["free"]) + decimal.Decimal(each["locked"]),
                                 decimal.Decimal(each["total"]))
                self.assertEqual(decimal.Decimal(each["locked"]), locked.get(asset, 0))
            # The snapshot of the channel has what rests, too.
            snapshot = await trader.event("orders", type="snapshot", symbol="BTC-USD")
            self.assertEqual({each["orderId"] for each in snapshot["data"]}, set(orders))
            history = (await trader.ok("orders.history", limit=1000))["orders"]
            found |= {each["clientOrderId"]: each for each in [*orders.values(), *history]}
        self.assertLessEqual(set(found), sent)
        for name, order in placed:
            self.assertIn(name, found)
            self.assertEqual(found[name]["orderId"], order)
        for name in cancelled:
            self.assertEqual(found[name]["status"], "cancelled")

    async def test_it_ends_in_good_order_and_goes_on(self):
        server = await self.exchange(lasting=True)
        ann, bob = await self.rich(server)
        order = await ann.placed("buy", "1.0000", "50000.00", clientOrderId="mine")
        await bob.placed("sell", "0.2500", "50000.00")
        balances = await ann.balances()
        state = (await ann.open_orders())[order]
        fills = (await ann.ok("fills.history"))["fills"]
        self.assertEqual(await server.stop(), 0, server.output())
        self.assertTrue(list((self.folder / "data").glob("snapshot-*")))
        self.assertEqual(stat.S_IMODE((self.folder / "data").stat().st_mode), 0o700)

        server = await self.exchange(lasting=True)
        ann = await self.trader(server, "ann", "orders", "account")
        self.assertEqual(await ann.balances(), balances)
        self.assertEqual((await ann.open_orders())[order], state)
        self.assertEqual((await ann.ok("fills.history"))["fills"], fills)
        self.assertEqual((await ann.place("buy", "9.0000", "1.00", clientOrderId="mine"))["ok"]["orderId"], order)
        watcher = await self.peer(server)
        await watcher.ok("subscribe", channel="orderbook", symbols=["BTC-USD"])
        book = (await watcher.event("orderbook", type="snapshot"))["data"]
        self.assertEqual((book["bids"], book["asks"]), ([["50000.00", "0.7500"]], []))
        bob = await self.trader(server, "bob")
        later = await bob.placed("sell", "0.1000", "50000.00")
        self.assertGreater(int(later), int(order))
        self.assertEqual(await server.stop(), 0)

        with sqlite3.connect(self.folder / "data" / "mirror.sqlite") as mirror:
            rows = mirror.execute("select status, filled from orders where client_order_id = 'mine'").fetchall()
            self.assertEqual(rows, [("open", "0.3500")])
            (total,) = mirror.execute("select total from accounts where account='ann' and asset='BTC'").fetchone()
            self.assertEqual(decimal.Decimal(total), decimal.Decimal("10.35"))

    async def statistics(self, server):
        """The ticker, and the day's window."""
        watcher = await self.peer(server)
        shown = {}
        for channel, more in (("ticker", {}), ("statistics", {"interval": "24h"})):
            await watcher.ok("subscribe", channel=channel, symbols=["BTC-USD"], **more)
            shown[channel] = (await watcher.next(lambda m: m.get("channel") == channel and m["data"]))["data"]
        return shown

    def same(self, before, after):
        self.assertEqual(before["ticker"], after["ticker"])
        if before["statistics"]["openTime"] == after["statistics"]["openTime"]:  # else the day is over
            self.assertEqual(before["statistics"], after["statistics"])

    async def test_ticker_and_statistics_go_on(self):
        server = await self.exchange(lasting=True)
        ann, bob = await self.rich(server)
        await ann.placed("buy", "1.0000", "50000.00")
        await bob.placed("sell", "0.2500", "50000.00")
        before = await self.statistics(server)
        self.assertEqual(before["ticker"]["volume24h"], "0.2500")
        # In good order, and killed: from the snapshot, and from the journal after it.
        self.assertEqual(await server.stop(), 0)
        server = await self.exchange(lasting=True)
        self.same(before, await self.statistics(server))
        bob = await self.trader(server, "bob")
        await bob.placed("sell", "0.5000", "50000.00")
        after = await self.statistics(server)
        self.assertEqual(after["ticker"]["volume24h"], "0.7500")
        server.process.kill()
        await server.ended()
        server = await self.exchange(lasting=True)
        self.same(after, await self.statistics(server))

    async def test_data_of_other_markets_is_refused(self):
        server = await self.exchange(lasting=True)
        self.assertEqual(await server.stop(), 0)
        table = self.folder / "data" / "markets"
        kept = table.read_text()
        table.write_text(kept.replace("ETH-USD tickUnits 1\n", "ETH-USD tickUnits 5\n"))
        self.assertNotEqual(table.read_text(), kept)
        other = await self.run_program("runes-exchange", "--quiet", "--port", "0", "--keys", self.keys,
                                       "--data", self.folder / "data")
        self.assertEqual(await other.ended(), 2)
        self.assertEqual(len(other.errors), 1, other.errors)
        self.assertIn("ETH-USD has tickUnits 5 there, and 1 here", other.errors[0])
        table.write_text(kept)
        server = await self.exchange(lasting=True)
        self.assertEqual(await server.stop(), 0)

    async def test_connections_of_the_last_life_are_gone(self):
        server = await self.exchange(lasting=True)
        ann, _ = await self.rich(server)
        await ann.ok("cancelOnDisconnect", enabled=True)
        order = await ann.placed("buy", "1.0000", "50000.00")
        server.process.kill()
        await server.ended()
        server = await self.exchange(lasting=True)
        ann = await self.trader(server, "ann")
        state = await ann.ok("order.status", orderId=order)
        self.assertEqual((state["status"], state["reason"]), ("cancelled", "disconnect"))

    async def test_a_directory_is_one_processs(self):
        await self.exchange(lasting=True)
        other = await self.run_program("runes-exchange", "--quiet", "--port", "0", "--keys", self.keys,
                                       "--data", self.folder / "data")
        self.assertEqual(await other.ended(), 2)
        self.assertEqual(len(other.errors), 1, other.errors)
        self.assertIn("is in use by another process", other.errors[0])

    async def test_an_ephemeral_one_leaves_nothing(self):
        server = await self.exchange()
        await server.line("ephemeral")
        await self.rich(server)
        self.assertEqual(await server.stop(), 0)
        self.assertEqual([each.name for each in self.folder.iterdir()], ["keys.json"])
        server = await self.exchange()
        ann = await self.trader(server, "ann")
        self.assertEqual(decimal.Decimal((await ann.balances()).get("USD", {"total": "0"})["total"]), 0)


if __name__ == "__main__":
    main()
