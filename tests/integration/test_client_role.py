"""The library as a client, against servers that nobody here wrote (python3-websockets), which follow a script."""

import asyncio
import http
import os

import websockets

from kit.programs import PATIENCE
from kit.scripted import Market, ScriptedServer, SYMBOLS
from kit.tests import Case, main

DEPTH = {"interval": "raw", "depth": 20}


def ticker(last):
    return {"last": last, "bid": last, "bidQuantity": "1.0", "ask": last, "askQuantity": "1.0", "open24h": last,
            "high24h": last, "low24h": last, "volume24h": "1.0"}


class Scripted(Case):
    async def script(self, **options):
        server = await ScriptedServer.start(**options)
        self.addAsyncCleanup(server.stop)
        return server


class Watcher(Scripted):
    """price_watcher: the ticker of all symbols."""

    async def begin(self, server, epoch="a"):
        connection = await server.connection()
        asked = await connection.request("subscribe")
        self.assertEqual(asked["channel"], "ticker")
        self.assertNotIn("symbols", asked)
        await connection.accept(asked, epoch)
        return connection

    async def tell(self, connection, symbol, last, epoch, seq, prev=None):
        await connection.event("ticker", symbol, ticker(last), epoch, seq, prev, interval="100ms")

    async def test_greets_subscribes_prints_and_closes(self):
        server = await self.script()
        program = await self.run_program("price_watcher", server.url, 3)
        connection = await self.begin(server)
        self.assertEqual([asked["op"] for asked in connection.requests], ["hello", "subscribe"])
        self.assertEqual(connection.socket.subprotocol, "runes.v1.json")
        ids = [asked["id"] for asked in connection.requests]
        self.assertEqual(len(set(ids)), len(ids))
        await self.tell(connection, "BTC-USD", "1.00", "a", 4)
        await self.tell(connection, "BTC-USD", "2.00", "a", 5, 4)
        await self.tell(connection, "ETH-USD", "3.00", "a", 9)
        self.assertEqual(await connection.ended(), 1000)
        self.assertEqual(await program.ended(), 0, program.output())
        self.assertEqual([line.split()[:2] for line in program.lines],
                         [["BTC-USD", "1.00"], ["BTC-USD", "2.00"], ["ETH-USD", "3.00"]])

    async def test_knows_nothing_of_other_keys_events_and_replies(self):
        server = await self.script()
        program = await self.run_program("price_watcher", server.url, 2)
        connection = await self.begin(server)
        await connection.send(event="novelty", data={})
        await connection.send(id=4711, ok={})
        await connection.send(id="x", error={"code": 1, "name": "x", "message": "x", "retry": "never", "more": 1})
        await connection.send(event="heartbeat", n=1, ts=1, heads={})
        await connection.send(event="error", error={"code": 9001, "name": "internal", "message": "x", "retry": "later"})
        await connection.event("ticker", "BTC-USD", {**ticker("1.00"), "more": [1]}, "a", 1, interval="100ms", more={})
        await connection.event("trades", "BTC-USD", [], "z", 1)
        await self.tell(connection, "BTC-USD", "2.00", "a", 2, 1)
        self.assertEqual(await program.ended(), 0, program.output())
        self.assertEqual([line.split()[1] for line in program.lines], ["1.00", "2.00"])

    async def test_comes_back_after_every_close_that_allows_it(self):
        server = await self.script()
        program = await self.run_program("price_watcher", server.url, 8)
        for round_number, code in enumerate((1001, 4100, 4200, 1012, 1011, 4103, None)):
            connection = await self.begin(server, f"e{round_number}")
            await self.tell(connection, "BTC-USD", f"{round_number}.00", f"e{round_number}", 1)
            await program.line(rf"BTC-USD +{round_number}\.00")
            if code:
                await connection.socket.close(code)
            else:
                connection.socket.transport.abort()
        connection = await self.begin(server, "last")
        await self.tell(connection, "ETH-USD", "9.00", "last", 1)
        self.assertEqual(await program.ended(), 0, program.output())
        self.assertEqual(program.lines.count("stale"), 7)
        self.assertEqual(program.lines.count("resumed"), 7)

    async def test_does_not_come_back_when_told_not_to(self):
        for code in (4001, 4003, 4008, 4009, 4042):
            with self.subTest(code=code):
                server = await self.script()
                program = await self.run_program("price_watcher", server.url)
                connection = await self.begin(server)
                await self.tell(connection, "BTC-USD", "1.00", "a", 1)
                await connection.socket.close(code)
                self.assertEqual(await program.ended(), 1)
                self.assertEqual(len(program.errors), 1)
                self.assertIn(str(code), program.errors[0])
                self.assertTrue(server.none_waits())

    async def test_a_server_that_is_not_there(self):
        server = await self.script()
        await server.stop()
        program = await self.run_program("price_watcher", server.url)
        self.assertEqual(await program.ended(), 1)
        self.assertEqual(len(program.errors), 1)

    async def test_a_server_that_refuses(self):
        async def refuse(path, headers):
            return http.HTTPStatus.FORBIDDEN, [], b"no\n"
        server = await self.script(process_request=refuse)
        program = await self.run_program("price_watcher", server.url)
        self.assertEqual(await program.ended(), 1)
        self.assertIn("403", program.errors[0])

    async def test_what_is_no_message_of_the_protocol_does_no_harm(self):
        server = await self.script()
        program = await self.run_program("price_watcher", server.url, 1)
        connection = await self.begin(server)
        for text in ("nonsense", "[]", "7", "{}", '{"event":"market"}', '{"event":7}', '{"id":null}', "[" * 1000,
                     '{"event":"market","channel":"ticker","symbol":"BTC-USD","type":"update"}'):
            await connection.socket.send(text)
        await self.tell(connection, "ETH-USD", "1.00", "a", 1)
        await program.line("ETH-USD +1.00")
        await program.ended()


class Bot(Scripted):
    """book_bot: a book of one symbol."""

    async def begin(self, server, market, epoch="a", seq=1):
        connection = await server.connection()
        await self.serve_book(connection, await connection.request("subscribe"), market, epoch, seq)
        return connection

    async def serve_book(self, connection, asked, market, epoch, seq):
        self.assertEqual((asked["channel"], asked["symbols"], asked["depth"]), ("orderbook", ["BTC-USD"], 20))
        await connection.accept(asked, epoch, seq)
        await connection.event("orderbook", "BTC-USD", market.snapshot(), epoch, seq, **DEPTH)

    async def update(self, connection, data, epoch, seq, prev):
        await connection.event("orderbook", "BTC-USD", data, epoch, seq, prev, **DEPTH)

    async def resynchronised(self, connection, market, epoch, seq):
        """The symbol at fault is asked for anew, on the same connection."""
        asked = await connection.request("unsubscribe")
        self.assertEqual(asked["symbols"], ["BTC-USD"])
        await connection.ok(asked, unsubscribed=1)
        await self.serve_book(connection, await connection.request("subscribe"), market, epoch, seq)

    def opened(self):
        market = Market()
        market.change([(10000, 5), (9999, 7)], [(10010, 6), (10020, 1)])
        return market

    async def test_keeps_the_book(self):
        server, market = await self.script(), self.opened()
        program = await self.run_program("book_bot", server.url, "BTC-USD", 4)
        connection = await self.begin(server, market)
        await self.update(connection, market.change([(10005, 2)]), "a", 2, 1)
        await self.update(connection, market.change([(10005, 0), (10000, 0)]), "a", 3, 2)
        await self.update(connection, market.change([], [(10001, 9)]), "a", 7, 3)  # merged by the server
        self.assertEqual(await program.ended(), 0, program.output())
        self.assertEqual([line.split()[2] for line in program.lines if "spread" in line], ["0.10", "0.05", "0.11", "0.02"])

    async def test_what_does_not_follow_is_not_applied(self):
        for what, epoch, seq, prev in (("a hole", "a", 9, 8), ("another epoch", "b", 2, 1)):
            with self.subTest(what):
                server, market = await self.script(), self.opened()
                program = await self.run_program("book_bot", server.url, "BTC-USD", 3)
                connection = await self.begin(server, market)
                await program.line(r"spread 0\.10")
                await self.update(connection, market.change([(10008, 2)]), epoch, seq, prev)
                market.change([(10008, 0), (10003, 1)])
                await self.resynchronised(connection, market, epoch, seq)
                await self.update(connection, market.change([(10004, 2)]), epoch, seq + 1, seq)
                await program.ended()
                self.assertEqual([line.split()[2] for line in program.lines if "spread" in line], ["0.10", "0.07", "0.06"])

    async def test_a_wrong_checksum_is_not_believed(self):
        server, market = await self.script(), self.opened()
        program = await self.run_program("book_bot", server.url, "BTC-USD", 2)
        connection = await self.begin(server, market)
        wrong = market.change([(10009, 2)])
        wrong["checksum"] ^= 1
        await self.update(connection, wrong, "a", 2, 1)
        market.change([(10009, 0), (10006, 2)])
        await self.resynchronised(connection, market, "a", 3)
        await program.ended()
        self.assertEqual([line.split()[2] for line in program.lines if "spread" in line], ["0.10", "0.04"])

    async def test_a_server_that_drops_is_asked_anew(self):
        server, market = await self.script(), self.opened()
        program = await self.run_program("book_bot", server.url, "BTC-USD", 2)
        connection = await self.begin(server, market)
        await program.line("spread")
        await connection.send(event="gap", channel="orderbook", symbol="BTC-USD", epoch="a", **DEPTH, **{"from": 2, "to": 5})
        market.change([(10006, 2)])
        await self.resynchronised(connection, market, "a", 6)
        await program.ended()

    async def test_prices_are_never_rounded(self):
        server = await self.script()
        program = await self.run_program("book_bot", server.url, "BTC-USD", 1)
        connection = await server.connection()
        await connection.accept(await connection.request("subscribe"), "a")
        big = 2 ** 53 + 1
        market = Market()
        market.change([(big, 1)], [(big + 2, 1)])
        await connection.event("orderbook", "BTC-USD", market.snapshot(), "a", 1, **DEPTH)
        await program.ended()
        self.assertEqual(program.lines[0].split()[2], "0.02")

    async def test_a_symbol_that_is_unknown_ends_it(self):
        server = await self.script()
        program = await self.run_program("book_bot", server.url, "NO-SUCH")
        connection = await server.connection()
        asked = await connection.request("subscribe")
        await connection.ok(asked, subscriptions=[{"symbol": "NO-SUCH", "error": {
            "code": 4003, "name": "unknown_symbol", "message": "there is none", "retry": "never"}}])
        self.assertEqual(await program.ended(), 1)
        self.assertIn("there is none", program.errors[0])


class Echo(Scripted):
    """echo_client: what comes goes back until the server closes."""

    async def echo(self, conversation, **options):
        done = asyncio.Event()
        failure = []

        async def take(socket, *_):
            try:
                await asyncio.wait_for(conversation(socket), PATIENCE)
            except BaseException as e:
                failure.append(e)
            finally:
                done.set()
        settings = {"ping_interval": None, "max_size": None, "close_timeout": PATIENCE, **options}
        server = await websockets.serve(take, "127.0.0.1", 0, **settings)
        self.addCleanup(server.close)
        port = server.sockets[0].getsockname()[1]
        program = await self.run_program("echo_client", f"ws://127.0.0.1:{port}/any/path?x=1")
        await asyncio.wait_for(done.wait(), PATIENCE)
        status = await program.ended()
        if failure:
            raise failure[0]
        return status

    async def say(self, socket, message):
        await socket.send(message)
        back = await socket.recv()
        self.assertEqual(len(back), len(message))
        self.assertEqual(type(back), type(message))
        self.assertTrue(back == message)

    async def test_texts_and_bytes_of_all_sizes(self):
        for compression in (None, "deflate"):
            async def conversation(socket):
                for size in (0, 1, 125, 126, 127, 65535, 65536, 1 << 20):
                    await self.say(socket, "x" * size)
                    await self.say(socket, os.urandom(size))
                    await self.say(socket, ("é€\U0001f642" * size)[:size])
                self.assertEqual(bool(socket.extensions), compression is not None)
            self.assertEqual(await self.echo(conversation, compression=compression), 0)

    async def test_messages_in_pieces_and_pings_between(self):
        async def conversation(socket):
            for parts in (["a", "", "é", "b" * 70000], [b"1", b"", os.urandom(70000)]):
                async def pieces(parts=parts):
                    for part in parts:
                        yield part
                        await (await socket.ping())
                await socket.send(pieces())
                back = await socket.recv()
                self.assertTrue(back == type(back)().join(parts))
        self.assertEqual(await self.echo(conversation), 0)

    async def test_many_at_once_come_back_in_order(self):
        async def conversation(socket):
            sent = [f"{n}" * (n % 50) for n in range(2000)]
            sending = asyncio.create_task(self.send_all(socket, sent))
            self.assertEqual([await socket.recv() for _ in sent], sent)
            await sending
        self.assertEqual(await self.echo(conversation), 0)

    async def send_all(self, socket, messages):
        for message in messages:
            await socket.send(message)

    async def test_the_exit_status_says_how_it_ended(self):
        for code, status in ((1000, 0), (1001, 0), (1011, 1), (4000, 1)):
            async def conversation(socket):
                await self.say(socket, "x")
                await socket.close(code)
            self.assertEqual(await self.echo(conversation), status, code)

        async def broken(socket):
            socket.transport.abort()
        self.assertEqual(await self.echo(broken), 1)

    async def test_a_text_that_is_no_utf8_is_refused(self):
        async def conversation(socket):
            await socket.write_frame(True, 1, b"\xff")
            await socket.wait_closed()
            self.assertEqual(socket.close_code, 1007)
        self.assertEqual(await self.echo(conversation), 1)


if __name__ == "__main__":
    main()
