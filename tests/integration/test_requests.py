"""Every request of protocol.md, right and wrong, asked by a client from outside (python3-websockets)."""

import asyncio
import json

from kit.tests import Case, main
from kit.wire import open_connection, Peer, SUBPROTOCOL

import websockets

# What stands beside "id" in a request, the code, and its name.
REFUSED = [
    ({"op": "dance"}, 1003, "unknown_op"),
    ({"op": ""}, 1003, "unknown_op"),
    ({"op": "SUBSCRIBE"}, 1003, "unknown_op"),
    ({}, 1002, "bad_request"),
    ({"op": None}, 1002, "bad_request"),
    ({"op": 7}, 1002, "bad_request"),
    ({"op": ["time"]}, 1002, "bad_request"),
    ({"op": "subscribe", "channel": "bok"}, 4002, "unknown_channel"),
    ({"op": "subscribe", "channel": ""}, 4002, "unknown_channel"),
    ({"op": "unsubscribe", "channel": "bok"}, 4002, "unknown_channel"),
    ({"op": "unsubscribe", "channel": "ticker"}, 4004, "not_subscribed"),
    ({"op": "unsubscribe", "channel": "orderbook", "symbols": ["BTC-USD"], "depth": 3}, 4004, "not_subscribed"),
    ({"op": "unsubscribe", "channel": "ticker", "symbols": ["NO-SUCH"]}, 4004, "not_subscribed"),
    ({"op": "unsubscribe", "channel": "ticker", "symbols": ["BTC-USD"], "interval": "1s"}, 4004, "not_subscribed"),
    ({"op": "subscribe"}, 4001, "bad_options"),
    ({"op": "subscribe", "channel": None}, 4001, "bad_options"),
    ({"op": "unsubscribe"}, 4001, "bad_options"),
    ({"op": "subscribe", "channel": "orderbook", "symbols": []}, 4001, "bad_options"),
    ({"op": "subscribe", "channel": "orderbook", "depth": 5001}, 4001, "bad_options"),
    ({"op": "subscribe", "channel": "trades", "depth": 1}, 4001, "bad_options"),
    ({"op": "subscribe", "channel": "orderbook", "interval": "9ms"}, 4001, "bad_options"),
    ({"op": "subscribe", "channel": "orderbook", "interval": "25h"}, 4001, "bad_options"),
    ({"op": "subscribe", "channel": "statistics", "interval": "raw"}, 4001, "bad_options"),
    ({"op": "subscribe", "channel": "orderbook", "symbols": "BTC-USD"}, 4001, "bad_options"),
    ({"op": "subscribe", "channel": "orderbook", "symbols": [1]}, 4001, "bad_options"),
    ({"op": "subscribe", "channel": "orderbook", "symbols": {}}, 4001, "bad_options"),
    ({"op": "subscribe", "channel": "orderbook", "depth": -1}, 4001, "bad_options"),
    ({"op": "subscribe", "channel": "orderbook", "depth": "10"}, 4001, "bad_options"),
    ({"op": "subscribe", "channel": "orderbook", "depth": 1.5}, 4001, "bad_options"),
    ({"op": "subscribe", "channel": "orderbook", "depth": True}, 4001, "bad_options"),
    ({"op": "subscribe", "channel": "orderbook", "depth": 10 ** 30}, 4001, "bad_options"),
    ({"op": "subscribe", "channel": "orderbook", "interval": "soon"}, 4001, "bad_options"),
    ({"op": "subscribe", "channel": "orderbook", "interval": "0ms"}, 4001, "bad_options"),
    ({"op": "subscribe", "channel": "orderbook", "interval": "-1s"}, 4001, "bad_options"),
    ({"op": "subscribe", "channel": "orderbook", "interval": "99999999999999999999h"}, 4001, "bad_options"),
    ({"op": "subscribe", "channel": "orderbook", "interval": 100}, 4001, "bad_options"),
    ({"op": "subscribe", "channel": "statistics", "interval": "7m"}, 4001, "bad_options"),
    ({"op": "subscribe", "channel": "trades", "interval": "100ms"}, 4001, "bad_options"),
    ({"op": "subscribe", "channel": "ticker", "depth": 10}, 4001, "bad_options"),
    ({"op": "subscribe", "channel": "trades", "overflow": "conflate"}, 4001, "bad_options"),
    ({"op": "subscribe", "channel": "trades", "overflow": 1}, 4001, "bad_options"),
    ({"op": "subscribe", "channel": "trades", "since": []}, 4001, "bad_options"),
    ({"op": "subscribe", "channel": "trades", "since": {"BTC-USD": {"epoch": 1, "seq": 1}}}, 4001, "bad_options"),
    ({"op": "subscribe", "channel": "trades", "since": {"BTC-USD": {"epoch": "e", "seq": -1}}}, 4001, "bad_options"),
    ({"op": "subscribe", "channel": "trades", "since": {"BTC-USD": {"epoch": "e", "seq": 2 ** 64}}}, 4001, "bad_options"),
    ({"op": "subscribe", "channel": "trades", "since": {"BTC-USD": {"epoch": "e", "seq": 1.5}}}, 4001, "bad_options"),
    ({"op": "subscribe", "channel": "trades", "since": {"BTC-USD": {"epoch": "e"}}}, 4001, "bad_options"),
    ({"op": "subscribe", "channel": "trades", "symbols": ["BTC-USD"], "since": {"ETH-USD": {"epoch": "e", "seq": 1}}},
     4001, "bad_options"),
    ({"op": "subscribe", "channel": "orders"}, 2001, "auth_required"),
    ({"op": "subscribe", "channel": "fills"}, 2001, "auth_required"),
    ({"op": "subscribe", "channel": "positions", "symbols": ["BTC-USD"]}, 2001, "auth_required"),
    ({"op": "subscribe", "channel": "account"}, 2001, "auth_required"),
    ({"op": "instruments", "symbols": ["BTC-USD", "NO-SUCH"]}, 4003, "unknown_symbol"),
    ({"op": "auth", "token": "no such token"}, 2002, "bad_credentials"),
    ({"op": "auth"}, 1002, "bad_request"),
]

# Whole messages that carry no id that could be read, and their code.
WITHOUT_ID = [
    ("", 1001), ("{", 1001), ("nonsense", 1001), ('{"id":1,"op":"time"} x', 1001), ("{'id':1}", 1001),
    ('{"id":1,"op":"time",}', 1001), ('{"id":1,"op":NaN}', 1001), ("[" * 5000, 1001),
    ("[]", 1002), ("7", 1002), ("null", 1002), ('"time"', 1002), ('[{"id":1,"op":"time"}]', 1002),
    ('{"op":"time"}', 1002), ('{"id":null,"op":"time"}', 1002), ('{"id":1.5,"op":"time"}', 1002),
    ('{"id":true,"op":"time"}', 1002), ('{"id":[1],"op":"time"}', 1002), ('{"id":{},"op":"time"}', 1002),
    ('{"id":"%s","op":"time"}' % ("x" * 37), 1002),
]


class Requests(Case):
    async def asyncSetUp(self):
        self.server = await self.serve("runes-exchange", "--quiet", "--rateLimit.maxRequestsPerMinute", "0")
        self.me = await self.peer(self.server)

    async def test_hello_says_what_is_in_effect(self):
        ok = await self.me.ok("hello", client="test", version="1", heartbeatMs=0, unknown={"key": 1})
        self.assertLessEqual({"session", "server", "version", "ts", "heartbeatMs", "limits", "resumeWindow"}, set(ok))
        self.assertEqual(ok["heartbeatMs"], 0)
        self.assertIsInstance(ok["ts"], int)
        self.assertIsInstance(ok["limits"], dict)

    async def test_hello_with_a_wrong_heartbeat_is_refused(self):
        for wrong in (-1, "100", 1.5, None, True):
            other = await self.peer(self.server)
            self.assert_error(await other.error("hello", heartbeatMs=wrong), 1002, "bad_request", wrong)

    async def test_time_rises_and_is_in_microseconds(self):
        first, second = (await self.me.ok("time"))["ts"], (await self.me.ok("time"))["ts"]
        self.assertLessEqual(first, second)
        self.assertGreater(first, 1_600_000_000_000_000)
        self.assertLess(first, 10_000_000_000_000_000)

    async def test_ping_gives_back_its_payload(self):
        for payload in ("x", 1, None, True, [1, [2, {}]], {"a": {"b": "é\u0000\U0001f642"}}, "", 2 ** 63, -2 ** 63):
            ok = await self.me.ok("ping", payload=payload)
            self.assertEqual(ok["payload"], payload)
            self.assertIsInstance(ok["ts"], int)
        self.assertIn("ts", await self.me.ok("ping"))

    async def test_ids_come_back_untouched(self):
        for given in (0, -1, 1, 2 ** 53 + 1, 2 ** 63 - 1, -2 ** 63, "", "a", "x" * 36, "é" * 36, '"\\/\n\t', "7"):
            await self.me.socket.send(json.dumps({"id": given, "op": "time"}))
            reply = await self.me.receive()
            self.assertEqual(set(reply), {"id", "ok"}, given)
            self.assertIs(type(reply["id"]), type(given))
            self.assertEqual(reply["id"], given)

    async def test_instruments_say_how_prices_are_written(self):
        every = await self.me.ok("instruments")
        self.assertEqual(len(every), 6)
        for one in every:
            self.assertLessEqual({"symbol", "base", "quote", "kind", "tickSize", "lotSize", "priceDecimals",
                                  "quantityDecimals", "status"}, set(one))
            for size, decimals in ((one["tickSize"], one["priceDecimals"]), (one["lotSize"], one["quantityDecimals"])):
                self.assertIsInstance(size, str)
                self.assertEqual(len(size.partition(".")[2]), decimals)
        self.assertEqual(await self.me.ok("instruments", symbols=[every[1]["symbol"]]), [every[1]])
        self.assertEqual(await self.me.ok("instruments", symbols=[]), [])

    async def test_metrics_and_health_are_the_objects_of_the_guide(self):
        metrics = await self.me.ok("metrics")
        self.assertLessEqual({"messageCount", "errorCount", "activeConnections", "latency"}, set(metrics))
        self.assertEqual(metrics["activeConnections"], 1)
        before = metrics["errorCount"]
        await self.me.error("dance")
        self.assertEqual((await self.me.ok("metrics"))["errorCount"], before + 1)
        health = await self.me.ok("health")
        self.assertEqual(health["status"], "healthy")
        for component in health["components"].values():
            self.assertIn(component["status"], ("healthy", "degraded", "unhealthy"))
            self.assertIn("details", component)

    async def test_wrong_requests_are_refused_and_nothing_breaks(self):
        for fields, code, name in REFUSED:
            if fields.get("op") == "auth":
                continue  # tried too often it ends the connection: see below
            with self.subTest(request=fields):
                self.me._next += 1
                await self.me.socket.send(json.dumps({"id": self.me._next, **fields}))
                reply = await self.me.reply(self.me._next)
                self.assertEqual(set(reply), {"id", "error"})
                self.assert_error(reply["error"], code, name)
        self.assertEqual((await self.me.ok("subscriptions"))["subscriptions"], [])

    async def test_wrong_credentials_are_refused(self):
        for fields, code, name in REFUSED:
            if fields.get("op") == "auth":
                self.assert_error((await self.me.ask(**fields))["error"], code, name)

    async def test_the_same_subscription_twice(self):
        first, again = (await self.me.ok("subscribe", channel="ticker", symbols=["BTC-USD", "BTC-USD"]))["subscriptions"]
        self.assertNotIn("error", first)
        self.assert_error(again["error"], 4005, "already_subscribed")
        (third,) = (await self.me.ok("subscribe", channel="ticker", symbols=["BTC-USD"]))["subscriptions"]
        self.assert_error(third["error"], 4005, "already_subscribed")
        await self.me.ok("subscribe", channel="trades")
        self.assert_error(await self.me.error("subscribe", channel="trades"), 4005, "already_subscribed")
        self.assertEqual(await self.me.ok("unsubscribe", channel="ticker"), {"unsubscribed": 1})
        self.assert_error(await self.me.error("unsubscribe", channel="ticker"), 4004, "not_subscribed")
        await self.me.ok("time")

    async def test_places_that_never_were_get_a_snapshot(self):
        for place in ({"epoch": "of another life", "seq": 1}, {"epoch": "", "seq": 0}, {"epoch": "x" * 10000, "seq": 2 ** 63}):
            (one,) = (await self.me.ok("subscribe", channel="orderbook", symbols=["BTC-USD"],
                                       since={"BTC-USD": place}))["subscriptions"]
            self.assertIs(one["recovered"], False)
            snapshot = await self.me.event("orderbook", type="snapshot")
            self.assertEqual((snapshot["epoch"], snapshot["seq"]), (one["epoch"], one["seq"]))
            await self.me.ok("unsubscribe", channel="orderbook")
            future = {"epoch": one["epoch"], "seq": one["seq"] + 10 ** 9}
            (one,) = (await self.me.ok("subscribe", channel="orderbook", symbols=["BTC-USD"],
                                       since={"BTC-USD": future}))["subscriptions"]
            self.assertIs(one["recovered"], False)
            await self.me.event("orderbook", type="snapshot", seq=one["seq"])
            await self.me.ok("unsubscribe", channel="orderbook")
        one, other = (await self.me.ok("subscribe", channel="ticker", symbols=["BTC-USD", "NO-SUCH"],
                                       since={"NO-SUCH": {"epoch": "e", "seq": 1}}))["subscriptions"]
        self.assertIs(one["recovered"], False)
        self.assert_error(other["error"], 4003, "unknown_symbol")

    async def test_messages_without_an_id_are_answered_without_one(self):
        for text, code in WITHOUT_ID:
            with self.subTest(message=text[:60]):
                await self.me.socket.send(text)
                reply = await self.me.receive()
                self.assertEqual(set(reply), {"error"})
                self.assert_error(reply["error"], code, "bad_json" if code == 1001 else "bad_request")
        await self.me.ok("time")

    async def test_a_binary_message_is_refused(self):
        await self.me.socket.send(b'{"id":1,"op":"time"}')
        self.assert_error((await self.me.receive())["error"], 1002, "bad_request")
        await self.me.ok("time")

    async def test_every_request_of_a_burst_gets_one_reply(self):
        ids = [await self.me.send(op="ping", payload=n) for n in range(500)]
        for n, request_id in enumerate(ids):
            self.assertEqual((await self.me.reply(request_id))["ok"]["payload"], n)
        await self.me.ok("time")
        replies = [m["id"] for _, m in self.me.log]
        self.assertEqual(len(replies), len(set(replies)))

    async def test_a_message_as_large_as_may_be_is_read_and_one_byte_more_closes(self):
        def padded(size):
            empty = json.dumps({"id": 1, "op": "ping", "payload": ""})
            return json.dumps({"id": 1, "op": "ping", "payload": "x" * (size - len(empty))})
        await self.me.socket.send(padded(65536))
        self.assertIn("ok", await self.me.receive())
        await self.me.socket.send(padded(65537))
        self.assertEqual((await self.me.closed())[0], 1009)

    async def test_all_symbols_are_refused_whole_when_they_are_too_many(self):
        server = await self.serve("runes-exchange", "--quiet", "--limits.maxSubscriptions", "7")
        me = await self.peer(server)
        await me.ok("subscribe", channel="ticker")
        self.assert_error(await me.error("subscribe", channel="trades"), 3002, "too_many_subscriptions")
        await me.ok("subscribe", channel="trades", symbols=["BTC-USD"])
        self.assertEqual(len((await me.ok("subscriptions"))["subscriptions"]), 7)
        await me.ok("unsubscribe", channel="ticker")
        await me.ok("subscribe", channel="trades", symbols=["ETH-USD"])


class Negotiation(Case):
    async def test_subprotocols(self):
        server = await self.serve("runes-exchange", "--quiet")
        for offered, chosen in ((None, None), ([SUBPROTOCOL], SUBPROTOCOL), (["other", SUBPROTOCOL], SUBPROTOCOL),
                                (["other"], None)):  # which of its rules it goes on by is the client's to say
            socket = await open_connection(server.url(), subprotocols=offered)
            self.assertEqual(socket.subprotocol, chosen)
            await Peer(socket).ok("time")
            await socket.close()

    async def test_compression_that_is_offered_does_no_harm(self):
        server = await self.serve("runes-exchange", "--quiet")
        me = await self.peer(server, compression="deflate")
        await me.ok("ping", payload="x" * 10000)
        await me.ok("subscribe", channel="orderbook", symbols=["BTC-USD"])
        await me.event("orderbook", type="snapshot")

    async def test_a_question_mark_in_the_path(self):
        server = await self.serve("runes-exchange", "--quiet")
        await (await self.peer(server, path="/ws?token=x")).ok("time")

    async def test_ipv6(self):
        server = await self.serve("runes-exchange", "--quiet")
        mine = [address for address in server.addresses if address.startswith("[::1]")]
        if not mine:
            self.skipTest("this machine has no ::1")
        me = await self.peer(server.url(address=mine[0]))
        await me.ok("subscribe", channel="trades")


class RateLimit(Case):
    async def test_too_many_requests_wait_as_long_as_they_are_told(self):
        server = await self.serve("runes-exchange", "--quiet", "--rateLimit.maxRequestsPerMinute", "600")
        me, other = await self.peer(server), await self.peer(server)
        for _ in range(1300):
            reply = await me.ask("time")
            if "error" in reply:
                break
        self.assert_error(reply["error"], 3001, "rate_limited")
        self.assertEqual(reply["error"]["retry"], "later")
        self.assertGreater(reply["error"]["retryAfterMs"], 0)
        await other.ok("time")  # a bucket each
        await asyncio.sleep(reply["error"]["retryAfterMs"] / 1000)
        await me.ok("time")

    async def test_zero_is_no_limit(self):
        server = await self.serve("runes-exchange", "--quiet", "--rateLimit.maxRequestsPerMinute", "0")
        me = await self.peer(server)
        for request_id in [await me.send(op="time") for _ in range(3000)]:
            self.assertIn("ok", await me.reply(request_id))


class Authentication(Case):
    """custom_server takes any token as a name."""

    async def asyncSetUp(self):
        self.server = await self.serve("custom_server", "--security.requireAuthentication", "true")
        self.me = await self.peer(self.server)

    async def test_only_four_ops_are_open_before(self):
        await self.me.ok("hello")
        await self.me.ok("ping")
        await self.me.ok("time")
        for op in ("subscribe", "unsubscribe", "subscriptions", "instruments", "metrics", "health", "say", "dance"):
            self.assert_error(await self.me.error(op, channel="chat", text="x"), 2001, "auth_required", op)
        ok = await self.me.ok("auth", token="ann")
        self.assertLessEqual({"account", "permissions", "expiresAt"}, set(ok))
        self.assertEqual(ok["account"], "ann")
        await self.me.ok("subscribe", channel="chat")
        await self.me.ok("subscribe", channel="orders")
        await self.me.ok("say", text="hello")
        self.assert_error(await self.me.error("dance"), 1003, "unknown_op")

    async def test_who_fails_too_often_is_closed_for_good(self):
        server = await self.serve("runes-exchange", "--quiet", "--security.requireAuthentication", "true")
        me = await self.peer(server)
        for _ in range(20):
            await me.send(op="auth", token="no such token")
        self.assertEqual((await me.closed())[0], 4001)
        self.assertTrue(me.log)
        for _, reply in me.log:
            self.assert_error(reply["error"], 2002, "bad_credentials")

    async def test_who_says_nothing_is_closed(self):
        server = await self.serve("custom_server", "--security.requireAuthentication", "true",
                                  "--security.authTimeoutMs", "50")
        idle = await self.peer(server)
        self.assertEqual((await idle.closed())[0], 4105)
        quick = await self.peer(server)
        if "ok" in await quick.ask("auth", token="ann"):
            await quick.ok("time")


if __name__ == "__main__":
    main()
