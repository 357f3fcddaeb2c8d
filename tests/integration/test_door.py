"""What stands at the door: HTTP, admission by address and number, and WebSocket done wrong on purpose."""

import asyncio
import contextlib
import json
import signal
import struct
import time
from email.utils import parsedate_to_datetime

from kit.http import client_frame, prometheus, Raw
from kit.tests import Case, main
from kit.wire import open_connection, View

import websockets

TEXT, BINARY, CLOSE, PING, PONG = 1, 2, 8, 9, 10

# What breaks the protocol, as bytes, and the close code that must follow.
VIOLATIONS = {
    "no mask": (client_frame(TEXT, b"{}", mask=None), 1002),
    "a reserved bit": (client_frame(TEXT, b"{}", rsv=1), 1002),
    "a compressed frame without the extension": (client_frame(TEXT, b"{}", rsv=4), 1002),
    "a reserved opcode": (client_frame(3, b"{}"), 1002),
    "a reserved control opcode": (client_frame(11, b""), 1002),
    "a continuation of nothing": (client_frame(0, b"{}"), 1002),
    "a message begun in another": (client_frame(TEXT, b"{", fin=False) + client_frame(TEXT, b"}"), 1002),
    "a ping in pieces": (client_frame(PING, b"x", fin=False), 1002),
    "a long ping": (client_frame(PING, b"x" * 126), 1002),
    "a long close": (client_frame(CLOSE, struct.pack(">H", 1000) + b"x" * 124), 1002),
    "a close with half a code": (client_frame(CLOSE, b"\x03"), 1002),
    "a close with 1005": (client_frame(CLOSE, struct.pack(">H", 1005)), 1002),
    "a close with 999": (client_frame(CLOSE, struct.pack(">H", 999)), 1002),
    "a text that is no UTF-8": (client_frame(TEXT, b'{"id":1,"op":"\xff"}'), 1007),
    "an overlong character": (client_frame(TEXT, b"\xc0\xaf"), 1007),
    "half a character at the end": (client_frame(TEXT, b"\xe2\x82"), 1007),
    "a surrogate": (client_frame(TEXT, b"\xed\xa0\x80"), 1007),
    "more than may be, in one frame": (client_frame(TEXT, b"x" * 65537), 1009),
    "more than may be, in pieces": (
        client_frame(TEXT, b"x" * 60000, fin=False) + client_frame(0, b"x" * 60000), 1009),
    "a length of 2^62": (struct.pack(">BBQ", 0x81, 0xff, 1 << 62) + b"\x00" * 4, 1009),
}


class Door(Case):
    async def raw(self, server, address=None):
        connection = await Raw.connect(address or server.host, server.port)
        self.addCleanup(connection.close)
        return connection


class Http(Door):
    async def asyncSetUp(self):
        self.server = await self.serve("runes-exchange", "--quiet")

    async def test_health(self):
        status, headers, body = await (await self.raw(self.server)).request("/health")
        self.assertEqual(status, 200)
        self.assertTrue(headers["content-type"].startswith("application/json"))
        self.assertLess(abs(parsedate_to_datetime(headers["date"]).timestamp() - time.time()), 60)
        health = json.loads(body)
        self.assertEqual(health["status"], "healthy")
        self.assertIn("connections", health["components"])

    async def test_metrics_are_in_prometheus_text(self):
        await self.peer(self.server)
        status, headers, body = await (await self.raw(self.server)).request("/metrics")
        self.assertEqual(status, 200)
        self.assertTrue(headers["content-type"].startswith("text/plain"), headers["content-type"])
        samples = prometheus(body)
        self.assertEqual(samples["runes_connections_active"], 1)
        self.assertEqual(samples["exchange_requests_total"], 0)

    async def test_other_paths_and_methods(self):
        for target, method, status in (("/", "GET", 404), ("/nothing", "GET", 404), ("/health/", "GET", 404),
                                       ("/../health", "GET", 404), ("/ws", "GET", 426), ("/health?x=1", "GET", 200),
                                       ("http://any.example/health", "GET", 200), ("http://any.example", "GET", 404),
                                       ("/health", "HEAD", 200), ("/metrics", "HEAD", 200), ("/health", "POST", 405),
                                       ("/metrics", "DELETE", 405)):
            with self.subTest(request=f"{method} {target}"):
                found, headers, _ = await (await self.raw(self.server)).request(target, method)
                self.assertEqual(found, status)
                if status == 405:
                    self.assertIn("GET", headers["allow"])
                if status == 426:
                    self.assertEqual(headers["upgrade"].lower(), "websocket")

    async def test_a_connection_carries_several_requests_and_then_an_upgrade(self):
        connection = await self.raw(self.server)
        for target in ("/health", "/metrics", "/nothing", "/health"):
            await connection.request(target)
        self.assertEqual((await connection.upgrade())[0], 101)
        await connection.send(client_frame(TEXT, b'{"id":1,"op":"time"}'))
        opcode, payload = await connection.frame()
        self.assertEqual((opcode, json.loads(payload)["id"]), (TEXT, 1))

    async def test_upgrades_that_cannot_be(self):
        self.assertEqual((await (await self.raw(self.server)).upgrade("/nothing"))[0], 404)
        status, headers, _ = await (await self.raw(self.server)).request("/ws", headers=[
            "Connection: Upgrade", "Upgrade: websocket", "Sec-WebSocket-Version: 12",
            "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ=="])
        self.assertIn(status, (400, 426))
        status, _, _ = await (await self.raw(self.server)).request("/ws", headers=[
            "Connection: Upgrade", "Upgrade: websocket", "Sec-WebSocket-Version: 13"])
        self.assertGreaterEqual(status, 400)

    async def test_what_is_no_http_ends_that_connection_only(self):
        for nonsense in (b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + bytes(64), b"nonsense\r\n\r\n",
                         b"GET / HTTP/9.9\r\n\r\n", b"\r\n\r\n\r\n", b"GET /" + b"x" * 100_000 + b" HTTP/1.1\r\n\r\n"):
            connection = await self.raw(self.server)
            with contextlib.suppress(OSError):
                await connection.send(nonsense)
                connection.writer.write_eof()
            await connection.end()
        self.assertEqual((await (await self.raw(self.server)).request("/health"))[0], 200)

    async def test_who_says_nothing_is_cut_off(self):
        server = await self.serve("runes-exchange", "--quiet", "--timeouts.handshakeMs", "100")
        connection = await self.raw(server)
        await connection.send("GET /health HTTP/1.1\r\n")
        await connection.end()


class Violations(Door):
    async def test_each_is_closed_with_its_code(self):
        server = await self.serve("runes-exchange", "--quiet")
        for what, (data, code) in VIOLATIONS.items():
            with self.subTest(what):
                connection = await self.raw(server)
                self.assertEqual((await connection.upgrade())[0], 101)
                await connection.send(data)
                self.assertEqual(await connection.close_code(), code)
                connection.close()
        await (await self.peer(server)).ok("time")

    async def test_a_request_in_the_same_packet_as_the_upgrade(self):
        server = await self.serve("runes-exchange", "--quiet")
        connection = await self.raw(server)
        await connection.send(
            b"GET /ws HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
            b"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n" + client_frame(TEXT, b'{"id":1,"op":"time"}'))
        status, headers, _ = await connection.answer()
        self.assertEqual((status, headers["sec-websocket-accept"]), (101, "s3pPLMBiTxaQ9kYGzzhZRbK+xOo="))
        self.assertEqual((await connection.frame())[0], TEXT)

    async def test_a_message_byte_by_byte_in_frames_with_pings_between(self):
        server = await self.serve("runes-exchange", "--quiet")
        connection = await self.raw(server)
        await connection.upgrade()
        text = '{"id":"é","op":"time"}'.encode()
        for at in range(len(text)):
            frame = client_frame(0 if at else TEXT, text[at:at + 1], fin=at == len(text) - 1)
            for byte in frame + (client_frame(PING, b"%d" % at) if at < len(text) - 1 else b""):
                await connection.send(bytes([byte]))
        for at in range(len(text) - 1):
            self.assertEqual(await connection.frame(), (PONG, b"%d" % at))
        opcode, payload = await connection.frame()
        self.assertEqual((opcode, json.loads(payload)["id"]), (TEXT, "é"))

    async def test_a_close_is_echoed_and_the_connection_ended(self):
        server = await self.serve("runes-exchange", "--quiet")
        for payload, code in ((b"", 1005), (struct.pack(">H", 1000) + b"bye", 1000), (struct.pack(">H", 4999), 4999)):
            connection = await self.raw(server)
            await connection.upgrade()
            await connection.send(client_frame(CLOSE, payload))
            # Without a code the answer is either empty as well or normal.
            self.assertIn(await connection.close_code(), (code, 1000) if code == 1005 else (code,))
            await connection.end()

    async def test_who_answers_no_ping_is_closed(self):
        server = await self.serve("runes-exchange", "--quiet", "--timeouts.pingMs", "50", "--timeouts.pongMs", "50",
                                  "--timeouts.closeMs", "200")
        connection = await self.raw(server)
        await connection.upgrade()
        self.assertEqual((await connection.frame())[0], PING)
        self.assertEqual(await connection.close_code(), 4102)
        await connection.end()  # it doesn't answer the close frame either

    async def test_who_answers_pings_and_does_nothing_else_is_closed(self):
        server = await self.serve("runes-exchange", "--quiet", "--timeouts.pingMs", "20", "--timeouts.idleMs", "200")
        subscribed = await self.peer(server)
        await subscribed.ok("subscribe", channel="trades", symbols=["BTC-USD"])
        idle = await self.peer(server)
        self.assertEqual(await idle.closed(), (4104, "nothing was asked, and nothing is subscribed to"))
        await subscribed.ok("time")

    async def test_pings_come_though_pongs_may_take_long(self):
        server = await self.serve("runes-exchange", "--quiet", "--timeouts.pingMs", "20", "--timeouts.pongMs", "3600000")
        connection = await self.raw(server)
        await connection.upgrade()
        for _ in range(3):
            opcode, payload = await connection.frame()
            self.assertEqual(opcode, PING)
            await connection.send(client_frame(PONG, payload))

    async def test_who_answers_pings_stays(self):
        server = await self.serve("runes-exchange", "--quiet", "--timeouts.pingMs", "50", "--timeouts.pongMs", "3000")
        connection = await self.raw(server)
        await connection.upgrade()
        for _ in range(2):
            opcode, payload = await connection.frame()
            self.assertEqual(opcode, PING)
            await connection.send(client_frame(PONG, payload))
        await connection.send(client_frame(TEXT, b'{"id":1,"op":"time"}'))
        while (frame := await connection.frame())[0] != TEXT:
            await connection.send(client_frame(PONG, frame[1]))


class Admission(Door):
    async def refused(self, server, status, address=None):
        """Over both doors, WebSocket and HTTP; returns the headers."""
        connection = await self.raw(server, address)
        found, _, body = await connection.request("/health")
        self.assertEqual(found, status, body)
        with self.assertRaises(websockets.InvalidStatusCode) as refused:
            await open_connection(server.url(address=f"{address}:{server.port}" if address else None))
        self.assertEqual(refused.exception.status_code, status)
        return refused.exception.headers

    async def test_the_whitelist(self):
        server = await self.serve("runes-exchange", "--quiet", "--host", "127.0.0.1", "--security.enableIPWhitelist", "true",
                                  "--security.whitelistedIPs", "10.0.0.0/8,127.0.0.2")
        await self.refused(server, 403)

    async def test_the_whitelist_takes_addresses_and_ranges(self):
        for listed in ("127.0.0.1", "127.0.0.0/8", "0.0.0.0/0", "10.0.0.0/8,127.0.0.1/32"):
            server = await self.serve("runes-exchange", "--quiet", "--host", "127.0.0.1", "--security.enableIPWhitelist", "true",
                                      "--security.whitelistedIPs", listed)
            await (await self.peer(server)).ok("time")

    async def test_the_whitelist_and_ipv6(self):
        for listed, in_four, in_six in (("::1", False, True), ("127.0.0.0/8", True, False), ("::/0", False, True)):
            server = await self.serve("runes-exchange", "--quiet", "--security.enableIPWhitelist", "true",
                                      "--security.whitelistedIPs", listed)
            if len(server.addresses) < 2:
                self.skipTest("this machine has no ::1")
            for address, may in zip(server.addresses, (in_four, in_six)):
                try:
                    await (await self.peer(server.url(address=address))).ok("time")
                    self.assertTrue(may, (listed, address))
                except websockets.InvalidStatusCode as refused:
                    self.assertEqual(refused.status_code, 403)
                    self.assertFalse(may, (listed, address))

    async def test_connections_of_one_address(self):
        server = await self.serve("runes-exchange", "--quiet", "--host", "127.0.0.1", "--rateLimit.maxConnectionsPerIP", "2")
        first = await self.peer(server)
        second = await self.peer(server)
        headers = await self.refused(server, 429)
        self.assertGreaterEqual(int(headers["Retry-After"]), 1)
        await first.close()

        async def admitted():
            try:
                await self.peer(server)
                return True
            except websockets.InvalidStatusCode as refused:
                self.assertEqual(refused.status_code, 429)
                return False
        await self.eventually(admitted)
        await second.ok("time")

    async def test_addresses_are_counted_apart(self):
        server = await self.serve("runes-exchange", "--quiet", "--host", "127.0.0.1", "--rateLimit.maxConnectionsPerIP", "1")
        await self.peer(server)
        other = await self.peer(server, local_addr=("127.0.0.2", 0))
        await other.ok("time")

    async def test_all_connections(self):
        server = await self.serve("runes-exchange", "--quiet", "--maxConnections", "2")
        peers = [await self.peer(server) for _ in range(2)]
        await self.refused(server, 503)
        for peer in peers:
            await peer.ok("time")
        metrics = await peers[0].ok("metrics")
        self.assertEqual(metrics["connectionsRefused"], 2)
        await peers[1].close()

        async def healthy():
            connection = await self.raw(server)
            return (await connection.request("/health"))[0] == 200
        await self.eventually(healthy)

    async def test_who_was_cut_off_gives_the_place_back(self):
        server = await self.serve("runes-exchange", "--quiet", "--maxConnections", "1")
        for _ in range(5):
            peers = []

            async def admitted():
                try:
                    peers.append(await self.peer(server))
                    return True
                except websockets.InvalidStatusCode:
                    return False
            await self.eventually(admitted)
            peers[0].socket.transport.abort()


class Stopping(Door):
    async def test_both_signals_end_it_cleanly(self):
        for how in (signal.SIGTERM, signal.SIGINT):
            server = await self.serve("runes-exchange", "--quiet")
            peer = await self.peer(server)
            server.process.send_signal(how)
            self.assertEqual((await peer.closed())[0], 4200)
            self.assertEqual(await server.ended(), 0)

    async def test_who_has_read_the_address_may_stop_it(self):
        for name, arguments in (("runes-exchange", ["--port", "0"]), ("custom_server", ["--port", "0"]),
                                ("quickest_server", ["--port", "0"]), ("echo_server", ["0"])):
            program = await self.run_program(name, *arguments)
            await program.line("listening on")
            self.assertEqual(await program.stop(), 0, name)

    async def test_peers_that_do_not_answer_cannot_hold_it(self):
        server = await self.serve(
            "runes-exchange", "--timeouts.drainNoticeMs", "0", "--timeouts.drainMs", "200", "--timeouts.closeMs", "100"
        )
        silent = [await self.raw(server) for _ in range(3)]
        await silent[0].upgrade()
        await silent[1].send("GET /health HT")
        server.process.send_signal(signal.SIGTERM)
        self.assertEqual(await silent[0].close_code(), 4200)
        self.assertEqual(await server.ended(), 0)

    async def test_a_drain_comes_before_the_close(self):
        server = await self.serve("runes-exchange", "--quiet", "--timeouts.drainNoticeMs", "300")
        leaves, stays = await self.peer(server), await self.peer(server)
        for peer in (leaves, stays):
            await peer.ok("ping")
        server.process.send_signal(signal.SIGTERM)
        for peer in (leaves, stays):
            self.assertEqual(await peer.receive(), {"event": "drain", "byMs": 300})
        refused = await stays.error("subscribe", channel="ticker")
        self.assertEqual(refused["code"], 9003)
        await leaves.close()
        self.assertEqual((await stays.closed())[0], 4200)
        self.assertEqual(await server.ended(), 0)

    async def test_who_only_begins_is_told_as_well(self):
        server = await self.serve("runes-exchange", "--quiet", "--timeouts.drainNoticeMs", "500")
        peers = [await self.peer(server) for _ in range(20)]  # the last are known to the client before the server
        server.process.send_signal(signal.SIGTERM)
        for peer in peers:
            notice = await peer.receive()
            self.assertEqual(notice["event"], "drain")
            self.assertLessEqual(notice["byMs"], 500)
            self.assertEqual((await peer.closed())[0], 4200)
        self.assertEqual(await server.ended(), 0)

    async def test_what_is_queued_comes_before_the_close_frame(self):
        server = await self.serve("runes-exchange", "--quiet", "--timeouts.drainNoticeMs", "0")
        connection = await self.raw(server)
        await connection.upgrade()
        await connection.send(client_frame(
            TEXT, b'{"id":1,"op":"subscribe","channel":"ticker","symbols":["BTC-USD"]}'))
        self.assertEqual(json.loads((await connection.frame())[1])["id"], 1)
        server.process.send_signal(signal.SIGTERM)
        view = View()
        while (frame := await connection.frame())[0] != CLOSE:
            view.apply(json.loads(frame[1]))  # none is missing
        self.assertGreaterEqual(view.snapshots, 1)
        self.assertEqual(frame[1][:2], struct.pack(">H", 4200))
        await connection.send(client_frame(CLOSE, frame[1][:2]))
        self.assertEqual(await server.ended(), 0)

    async def test_who_stops_it_twice_waits_for_nobody(self):
        server = await self.serve("runes-exchange", "--quiet", "--timeouts.drainNoticeMs", "3600000", "--timeouts.drainMs", "3600000")
        peer = await self.peer(server)  # also one that only begins as the server stops is told
        server.process.send_signal(signal.SIGTERM)
        self.assertEqual((await peer.receive())["event"], "drain")
        server.process.send_signal(signal.SIGTERM)
        self.assertEqual(await server.ended(), 0)

    async def test_an_idle_http_connection_does_not_hold_it(self):
        server = await self.serve("runes-exchange", "--quiet", "--timeouts.drainNoticeMs", "3600000", "--timeouts.drainMs", "3600000")
        idle = await self.raw(server)
        status, _, _ = await idle.request("/health")
        self.assertEqual(status, 200)
        server.process.send_signal(signal.SIGTERM)
        self.assertEqual(await server.ended(), 0)

    async def test_every_program_stops(self):
        for name, options in (("custom_server", True), ("quickest_server", True), ("echo_server", False), ("runes-bench-server", False)):
            with self.subTest(program=name):
                server = await self.serve(name, *([] if options else ["0"]), port_option=options)
                socket = await open_connection(server.url())
                server.process.send_signal(signal.SIGTERM)
                with self.assertRaises(websockets.ConnectionClosed):
                    while True:  # a drain may come first
                        await socket.recv()
                self.assertEqual(socket.close_code, 4200)
                self.assertEqual(await server.ended(), 0)


if __name__ == "__main__":
    main()
