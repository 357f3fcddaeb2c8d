"""Trading at the sample exchange, by clients from outside: orders, their states, and whose money it is."""

import asyncio
import decimal
import json
import time

from kit.signing import signed
from kit.tests import main
from kit.trading import ExchangeCase


def usd(text):
    return decimal.Decimal(text)


class Accounts(ExchangeCase):
    async def test_a_signature_says_who_one_is(self):
        server = await self.exchange()
        peer = await self.stranger(server)
        self.assert_error(await peer.error("account"), 2001, "auth_required")
        self.assert_error(await peer.error("subscribe", channel="orders"), 2001, "auth_required")
        said = signed("key-ann", self.secrets["ann"])
        ok = await peer.ok("auth", **said)
        self.assertEqual(ok["account"], "ann")
        other = await self.stranger(server)
        self.assert_error(await other.error("auth", **said), 2004, "replayed")
        self.assert_error(await other.error("auth", **signed("key-ann", self.secrets["bob"])), 2002, "bad_credentials")
        # A connection is one account's.
        self.assert_error(await peer.error("auth", **signed("key-bob", self.secrets["bob"])), 2005, "forbidden")
        await peer.ok("auth", **signed("key-ann", self.secrets["ann"]))

    async def test_late_signatures_are_refused(self):
        server = await self.exchange()
        peer = await self.stranger(server)
        late = int(time.time() * 1000) - 31_000
        self.assert_error(await peer.error("auth", **signed("key-ann", self.secrets["ann"], late)), 2003, "expired")

    async def test_an_account_hears_of_itself_alone(self):
        server = await self.exchange()
        ann, bob = await self.rich(server, "orders", "account")
        mine = await ann.placed("buy", "1.0000", "50000.00")
        await ann.order_state(mine, "open")
        self.assert_error(await bob.error("order.status", orderId=mine), 5002, "unknown_order")
        self.assert_error(await bob.error("order.cancel", orderId=mine), 5002, "unknown_order")
        self.assert_error(await bob.error("order.amend", orderId=mine, price="1.00"), 5002, "unknown_order")
        self.assertEqual(await bob.open_orders(), {})
        his = await bob.placed("buy", "1.0000", "40000.00")
        await bob.order_state(his, "open")
        heard = [message for _, message in bob.log if message.get("channel") in ("orders", "account")]
        self.assertEqual({each["orderId"] for event in heard if event["channel"] == "orders"
                          for each in event["data"]}, {his})
        self.assertEqual(set(await ann.open_orders()), {mine})

    async def test_unknown_ops_are_unknown(self):
        server = await self.exchange()
        peer = await self.stranger(server)
        self.assert_error(await peer.error("order.dance"), 1003, "unknown_op")


class Permissions(ExchangeCase):
    ORDER = {"symbol": "BTC-USD", "side": "buy", "quantity": "1.0000", "price": "50000.00"}
    NEED = {"trade": [("order.place", ORDER), ("order.amend", {"orderId": "1", "price": "1.00"}),
                      ("order.cancel", {"orderId": "1"}), ("order.cancelAll", {}), ("deadman", {"ms": 0}),
                      ("cancelOnDisconnect", {"enabled": True}), ("leverage.set", {"symbol": "BTC-USD-PERP", "leverage": 2})],
            "transfer": [("deposit", {"asset": "USD", "amount": "1"}), ("withdraw", {"asset": "USD", "amount": "1"})],
            "admin": [("status.set", {"symbol": "BTC-USD", "status": "closed"})]}

    async def test_each_key_may_do_what_it_was_made_for(self):
        server = await self.exchange()
        for name, mine in {"looker": "", "clerk": "transfer", "dealer": "trade", "op": "admin",
                           "ann": "trade transfer"}.items():
            trader = await self.stranger(server)
            told = await trader.ok("auth", **signed("key-" + name, self.secrets[name]))
            self.assertEqual(told["permissions"], ["read", *mine.split()])
            for channel in ("orders", "fills", "positions", "account"):
                await trader.ok("subscribe", channel=channel)
            before = await trader.balances()
            for needed, ops in self.NEED.items():
                if needed in mine.split():
                    continue
                for op, fields in ops:
                    with self.subTest(name=name, op=op):
                        error = await trader.error(op, **fields)
                        self.assert_error(error, 2005, "forbidden")
                        self.assertIn(f"'{needed}'", error["message"])
            self.assertEqual(await trader.balances(), before)
            self.assertEqual(await trader.open_orders(), {})
        watcher = await self.peer(server)
        self.assertEqual({one["status"] for one in await watcher.ok("instruments")}, {"active"})

    async def test_and_not_less(self):
        server = await self.exchange()
        clerk, dealer = await self.trader(server, "clerk"), await self.trader(server, "dealer")
        await clerk.ok("deposit", asset="USD", amount="2")
        await clerk.ok("withdraw", asset="USD", amount="1")
        self.assert_error(await dealer.error("order.place", **self.ORDER), 5001, "insufficient_funds")

    async def test_who_only_looks_on_takes_nobodys_orders_over(self):
        known = json.loads(self.keys.read_text())
        known["keys"].append({"apiKey": "key-viewer", "secret": self.secrets["ann"], "account": "ann",
                              "permissions": ["read"]})
        self.keys.write_text(json.dumps(known))
        server = await self.exchange()
        ann, _ = await self.rich(server)
        await ann.ok("cancelOnDisconnect", enabled=True, scope="account", graceMs=2000)
        order = await ann.placed("buy", "1.0000", "50000.00")
        ann.socket.transport.abort()
        viewer = await self.stranger(server)
        await viewer.ok("auth", **signed("key-viewer", self.secrets["ann"]))
        await viewer.ok("subscribe", channel="orders")
        self.assertEqual((await viewer.order_state(order, "cancelled"))["reason"], "disconnect")


class Operator(ExchangeCase):
    async def status(self, server, symbol="BTC-USD"):
        (one,) = await (await self.peer(server)).ok("instruments", symbols=[symbol])
        return one["status"]

    async def test_a_market_is_closed_and_opened(self):
        server = await self.exchange(lasting=True)
        ann, bob = await self.rich(server)
        op = await self.trader(server, "op")
        order = await ann.placed("buy", "1.0000", "50000.00")
        for status, code, name in (("suspended", 5006, "market_closed"), ("closed", 5006, "market_closed")):
            await op.ok("status.set", symbol="BTC-USD", status=status)
            self.assertEqual(await self.status(server), status)
            before = await bob.balances()
            for fields in ({"type": "market"}, {"price": "50000.00"}, {"price": "51000.00", "postOnly": True}):
                error = (await bob.place("sell", "1.0000", **fields))["error"]
                self.assert_error(error, code, name, fields)
            self.assert_error(await ann.error("order.amend", orderId=order, price="49000.00"), code, name)
            self.assertEqual(await bob.balances(), before)
        # Others go on, and so do cancels.
        await ann.placed("buy", "1.000", "3000.00", symbol="ETH-USD")
        server.process.kill()
        await server.ended()

        server = await self.exchange(lasting=True)
        self.assertEqual(await self.status(server), "closed")
        self.assertEqual(await self.status(server, "ETH-USD"), "active")
        ann, bob, op = [await self.trader(server, name) for name in ("ann", "bob", "op")]
        self.assert_error((await bob.place("sell", "1.0000", "50000.00"))["error"], 5006, "market_closed")
        self.assert_error(await op.error("status.set", symbol="BTC-USD", status="active"), 1002, "bad_request")
        await op.ok("status.set", symbol="BTC-USD", status="auction")
        self.assertEqual(await self.status(server), "halted")
        await bob.placed("sell", "0.4000", "50000.00")  # collected, not traded
        self.assertEqual((await ann.ok("order.status", orderId=order))["filled"], "0.0000")
        await op.ok("status.set", symbol="BTC-USD", status="active")
        self.assertEqual((await ann.ok("order.status", orderId=order))["filled"], "0.4000")
        self.assertEqual(await self.status(server), "active")
        self.assertEqual(await server.stop(), 0)

    async def test_funding_is_shown_to_everybody(self):
        server = await self.exchange()
        watcher = await self.peer(server)
        shown = (await watcher.ok("funding"))["funding"]
        self.assertEqual([one["symbol"] for one in shown], ["BTC-USD-PERP", "ETH-USD-PERP"])
        self.assertEqual({key: shown[0].get(key) for key in ("rate", "nextAt", "intervalMs", "markPrice")},
                         {"rate": "0.000000", "nextAt": None, "intervalMs": 28_800_000, "markPrice": None})
        await watcher.ok("subscribe", channel="funding", symbols=["BTC-USD-PERP"])
        ann, bob = await self.rich(server)
        await ann.placed("buy", "1.0000", "50000.00")
        await bob.placed("sell", "1.0000", "50010.00")  # the perpetual has a mark price now
        event = await watcher.next(lambda message: message.get("channel") == "funding"
                                   and message["data"] and "nextAt" in message["data"])
        self.assertEqual((event["symbol"], event["data"]["rate"], event["data"]["markPrice"]),
                         ("BTC-USD-PERP", "0.000100", "50005.00"))
        self.assertEqual(event["data"]["nextAt"] % (8 * 3_600_000_000), 0)
        self.assertEqual((await watcher.ok("funding", symbol="BTC-USD-PERP"))["funding"][0]["nextAt"],
                         event["data"]["nextAt"])
        # A bid above the mark price is a premium, which weighs more and more.
        await ann.placed("buy", "0.1000", "51000.00", symbol="BTC-USD-PERP")
        event = await watcher.next(lambda message: message.get("channel") == "funding"
                                   and usd(message["data"]["rate"]) > usd("0.0001"))
        self.assertLessEqual(usd(event["data"]["rate"]), usd("0.0075"))


class Orders(ExchangeCase):
    async def test_two_accounts_trade(self):
        server = await self.exchange()
        ann, bob = await self.rich(server, "orders", "fills", "account")
        watcher = await self.peer(server)
        for channel in ("trades", "orderbook", "ticker", "statistics"):
            await watcher.ok("subscribe", channel=channel, symbols=["BTC-USD"])

        mine = await ann.placed("buy", "1.0000", "50000.00", clientOrderId="first")
        state = await ann.order_state(mine)
        self.assertEqual((state["status"], state["remaining"], state["clientOrderId"]), ("open", "1.0000", "first"))
        self.assertEqual((await watcher.event("orderbook", type="update"))["data"]["bids"], [["50000.00", "1.0000"]])
        money = (await ann.balances())["USD"]
        self.assertEqual(usd(money["locked"]), usd("50025"))  # and the dearer fee

        his = await bob.placed("sell", "0.4000", "50000.00")
        filled = await bob.order_state(his, "filled")
        self.assertTrue(filled["removed"])
        self.assertEqual(filled["averagePrice"], "50000.00")
        partly = await ann.order_state(mine)
        self.assertEqual((partly["status"], partly["filled"], partly["remaining"], partly["reason"]),
                         ("open", "0.4000", "0.6000", "filled"))
        for trader, order, maker, fee in ((ann, mine, True, "4"), (bob, his, False, "10")):
            (fill,) = (await trader.event("fills", type="update"))["data"]
            self.assertEqual((fill["orderId"], fill["price"], fill["quantity"], fill["maker"], fill["feeAsset"]),
                             (order, "50000.00", "0.4000", maker, "USD"))
            self.assertEqual(usd(fill["fee"]), usd(fee))
            self.assertEqual((await trader.ok("fills.history"))["fills"], [fill])
        (trade,) = (await watcher.event("trades", type="update"))["data"]
        self.assertEqual((trade["price"], trade["quantity"], trade["side"]), ("50000.00", "0.4000", "sell"))
        self.assertEqual((await watcher.event("ticker"))["data"]["last"], "50000.00")
        self.assertEqual((await watcher.event("statistics", type="update"))["data"]["count"], 1)

        await ann.ok("order.cancel", clientOrderId="first")
        gone = await ann.order_state(mine, "cancelled")
        self.assertEqual((gone["reason"], gone["removed"]), ("requested", True))
        ours, theirs = await ann.balances(), await bob.balances()
        self.assertEqual(usd(ours["USD"]["free"]), usd("1000000") - 20000 - 4)
        self.assertEqual(usd(ours["BTC"]["free"]), usd("10.4"))
        self.assertEqual(usd(theirs["USD"]["free"]), usd("1000000") + 20000 - 10)
        self.assertEqual(usd(theirs["BTC"]["total"]), usd("9.6"))
        # The channel's word is the account's.
        heard = {each["asset"]: each for _, message in ann.log if message.get("channel") == "account"
                 for each in message["data"]}
        self.assertEqual(heard["USD"]["free"], ours["USD"]["free"])

    async def test_one_client_order_id_is_one_order(self):
        server = await self.exchange()
        ann, _ = await self.rich(server)
        first = await ann.place("buy", "1.0000", "50000.00", clientOrderId="once")
        again = await ann.place("buy", "2.0000", "49000.00", clientOrderId="once")
        self.assertEqual(first["ok"], again["ok"])
        other = await self.trader(server, "ann")
        self.assertEqual((await other.place("buy", "1.0000", "50000.00", clientOrderId="once"))["ok"], first["ok"])
        self.assertEqual(len(await ann.open_orders()), 1)

    async def test_what_comes_too_late_is_not_done(self):
        server = await self.exchange()
        ann, _ = await self.rich(server)
        now = int(time.time() * 1_000_000)
        error = (await ann.place("buy", "1.0000", "50000.00", expiresAt=now - 1_000_000))["error"]
        self.assert_error(error, 2003, "expired")
        await ann.placed("buy", "1.0000", "50000.00", expiresAt=now + 60_000_000)
        self.assertEqual(len(await ann.open_orders()), 1)

    async def test_amend_and_cancel(self):
        server = await self.exchange()
        ann, bob = await self.rich(server, "orders")
        order = await ann.placed("buy", "1.0000", "50000.00")
        await ann.ok("order.amend", orderId=order, quantity="2.0000", price="50100.00")
        state = await ann.order_state(order)
        state = state if state["reason"] == "amended" else await ann.order_state(order)
        self.assertEqual((state["quantity"], state["price"]), ("2.0000", "50100.00"))
        await bob.placed("sell", "2.0000", "50100.00")
        await ann.order_state(order, "filled")
        self.assert_error(await ann.error("order.amend", orderId=order, quantity="3.0000"), 5003, "order_closed")
        self.assert_error(await ann.error("order.cancel", orderId=order), 5003, "order_closed")
        twice = await ann.placed("buy", "1.0000", "50000.00")
        await ann.ok("order.cancel", orderId=twice)
        self.assert_error(await ann.error("order.cancel", orderId=twice), 5003, "order_closed")
        for price in ("1.00", "2.00"):
            await ann.placed("buy", "1.0000", price)
        self.assertEqual((await ann.ok("order.cancelAll"))["cancelled"], 2)

    async def test_an_order_ends_with_its_time(self):
        server = await self.exchange()
        ann, _ = await self.rich(server, "orders")
        soon = int(time.time() * 1_000_000) + 300_000
        order = await ann.placed("buy", "1.0000", "50000.00", timeInForce="gtd", goodTill=soon)
        state = await ann.order_state(order, "expired")
        self.assertGreaterEqual(state["ts"], soon)

    async def test_a_perpetual_has_the_spot_markets_mark(self):
        server = await self.exchange()
        ann, bob = await self.rich(server, "positions")
        error = (await ann.place("buy", "0.1000", "50000.00", symbol="BTC-USD-PERP"))["error"]
        self.assert_error(error, 5006, "market_closed")
        bid = await ann.placed("buy", "1.0000", "49990.00")
        await bob.placed("sell", "1.0000", "50010.00")

        async def marked():
            reply = await ann.place("buy", "0.1000", "50000.00", symbol="BTC-USD-PERP")
            return "ok" in reply
        await self.eventually(marked)
        await bob.placed("sell", "0.1000", "50000.00", symbol="BTC-USD-PERP")
        for trader, size in ((ann, "0.1000"), (bob, "-0.1000")):
            event = await trader.next(lambda message: message.get("channel") == "positions" and message["data"])
            (position,) = event["data"]
            self.assertEqual((position["symbol"], position["size"], position["markPrice"]),
                             ("BTC-USD-PERP", size, "50000.00"))
        # A new middle is a new mark, and shows what the positions are worth.
        await ann.ok("order.amend", orderId=bid, price="50000.00")
        event = await ann.next(lambda message: message.get("channel") == "positions"
                               and any(each["markPrice"] == "50005.00" for each in message["data"]))
        self.assertEqual(usd(event["data"][-1]["unrealizedPnl"]), usd("0.5"))


class Refused(ExchangeCase):
    BAD = [
        ({"price": "50000.05"}, 5004, "bad_price"),  # off the tick of 0.10
        ({"price": "50000.001"}, 5004, "bad_price"),
        ({"price": "0.00"}, 5004, "bad_price"),
        ({"price": "-50000.00"}, 5004, "bad_price"),
        ({"price": "92233720368547758.10"}, 5004, "bad_price"),
        ({"price": "99999999999999999999999.00"}, 5004, "bad_price"),
        ({"quantity": "0.00001"}, 5005, "bad_quantity"),
        ({"quantity": "0.0000"}, 5005, "bad_quantity"),
        ({"quantity": "-1.0000"}, 5005, "bad_quantity"),
        ({"quantity": "99999999999999.0000"}, 5005, "bad_quantity"),
        ({"quantity": "99999999999999999999999.0000"}, 5005, "bad_quantity"),
        ({"quantity": 1}, 1002, "bad_request"),
        ({"quantity": "1e3"}, 1002, "bad_request"),
        ({"price": "many"}, 1002, "bad_request"),
        ({"price": None}, 1002, "bad_request"),
        ({"side": "both"}, 1002, "bad_request"),
        ({"type": "dance"}, 1002, "bad_request"),
        ({"type": "market"}, 1002, "bad_request"),  # which has no price
        ({"clientOrderId": "x" * 37}, 1002, "bad_request"),
        ({"symbol": "NO-SUCH"}, 4003, "unknown_symbol"),
        ({"symbol": "BTC-USD-PERP"}, 5006, "market_closed"),  # it has no mark price yet
        ({"quantity": "100.0000"}, 5001, "insufficient_funds"),
    ]

    async def test_each_by_its_code_and_nothing_moves(self):
        server = await self.exchange()
        ann, _ = await self.rich(server)
        good = {"symbol": "BTC-USD", "side": "buy", "quantity": "1.0000", "price": "50000.00"}
        before = await ann.balances()
        for fields, code, name in self.BAD:
            with self.subTest(fields=fields):
                self.assert_error(await ann.error("order.place", **{**good, **fields}), code, name, fields)
        self.assertEqual(await ann.balances(), before)
        self.assertEqual(await ann.open_orders(), {})
        lots = {**good, "symbol": "EUR-USD", "price": "1.10000", "quantity": "150"}  # of 100 each
        self.assert_error(await ann.error("order.place", **lots), 5005, "bad_quantity")
        await ann.ok("order.place", **good)

    async def test_would_cross_and_money(self):
        server = await self.exchange()
        ann, bob = await self.rich(server)
        await bob.placed("sell", "1.0000", "50000.00")
        error = (await ann.place("buy", "1.0000", "50000.00", postOnly=True))["error"]
        self.assert_error(error, 5007, "would_cross")
        self.assert_error(await ann.error("withdraw", asset="USD", amount="1000001"), 5001, "insufficient_funds")
        self.assert_error(await ann.error("deposit", asset="USD", amount="-1"), 5005, "bad_quantity")
        self.assert_error(await ann.error("deposit", asset="DOGE", amount="1"), 1002, "bad_request")


class Connections(ExchangeCase):
    async def test_cancel_on_disconnect(self):
        server = await self.exchange()
        ann, _ = await self.rich(server)
        other = await self.trader(server, "ann", "orders")
        await ann.ok("cancelOnDisconnect", enabled=True)
        mine = await ann.placed("buy", "1.0000", "50000.00")
        his = await other.placed("buy", "1.0000", "49000.00")
        ann.socket.transport.abort()
        state = await other.order_state(mine, "cancelled")
        self.assertEqual(state["reason"], "disconnect")
        self.assertEqual(set(await other.open_orders()), {his})

    async def test_a_deadman(self):
        server = await self.exchange()
        ann, _ = await self.rich(server, "orders")
        order = await ann.placed("buy", "1.0000", "50000.00")
        await ann.ok("deadman", ms=1000)
        self.assertEqual((await ann.order_state(order, "cancelled"))["reason"], "deadman")

    async def test_an_account_channel_resumes(self):
        server = await self.exchange()
        ann, _ = await self.rich(server, "orders")
        order = await ann.placed("buy", "1.0000", "50000.00")
        event = await ann.event("orders", symbol="BTC-USD", type="update")
        ann.socket.transport.abort()
        other = await self.trader(server, "ann")
        await other.ok("order.cancel", orderId=order)
        since = {"BTC-USD": {"epoch": event["epoch"], "seq": event["seq"]}}
        ok = await other.ok("subscribe", channel="orders", symbols=["BTC-USD"], since=since)
        self.assertTrue(ok["subscriptions"][0]["recovered"])
        missed = await other.event("orders")
        self.assertEqual((missed["type"], missed["prev"]), ("update", event["seq"]))
        self.assertEqual(missed["data"][0]["status"], "cancelled")

    async def test_requests_of_one_connection_keep_their_order(self):
        server = await self.exchange(lasting=True)
        ann, _ = await self.rich(server)
        sent = []
        for n in range(50):
            sent.append(await ann.send(op="order.place", symbol="BTC-USD", side="buy", quantity="0.0100",
                                       price="50000.00", clientOrderId=f"c{n}"))
            sent.append(await ann.send(op="order.cancel", clientOrderId=f"c{n}"))
        replies = [await ann.reply(each) for each in sent]
        self.assertEqual([each for each in replies if "ok" not in each], [])
        placed = [int(each["ok"]["orderId"]) for each in replies[::2]]
        self.assertEqual(placed, sorted(placed))
        self.assertEqual(await ann.open_orders(), {})

    async def test_several_threads_share_the_venue(self):
        server = await self.exchange("--threads", "3", lasting=True)
        await self.rich(server)
        traders = [await self.trader(server, name, "orders") for name in ("ann", "bob") * 4]

        async def trade(trader, n):
            for i in range(20):
                side = "sell" if n % 2 else "buy"  # each account on one side: nobody trades with himself
                await trader.placed(side, "0.0100", "50000.00", clientOrderId=f"{n}-{i}")
        await asyncio.gather(*(trade(each, n) for n, each in enumerate(traders)))
        total = {"USD": 0, "BTC": 0}
        for name in ("ann", "bob"):
            for asset, each in (await (await self.trader(server, name)).balances()).items():
                total[asset] = total.get(asset, 0) + usd(each["total"])
        self.assertEqual(total["BTC"], 20)
        self.assertLess(total["USD"], 2_000_000)  # fees
        self.assertGreater(total["USD"], 1_990_000)


if __name__ == "__main__":
    main()
