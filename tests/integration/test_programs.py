"""The programs as one meets them: their options, their mistakes, and the examples of the tutorial."""

import asyncio
import json
import os
import pathlib
import signal
import tempfile

from kit import programs
from kit.http import prometheus, Raw
from kit.tests import Case, main
from kit.wire import open_connection, View

# Arguments, environment and the file, and what the one sentence must name.
MISTAKES = [
    (["--port", "x"], {}, None, "--port"),
    (["--port", "65536"], {}, None, "--port"),
    (["--port", "-1"], {}, None, "--port"),
    (["--port"], {}, None, "--port"),
    (["--threads", "many"], {}, None, "--threads"),
    (["--ephemeral", "--log-level", "error", "--host", "nowhere.invalid"], {}, None, "host"),
    (["--ephemeral", "--log-level", "error", "--host", "192.0.2.1"], {}, None, "192.0.2.1"),
    (["--flush", "loud"], {}, None, "--flush must be auto, uring or send"),
    (["--log-level", "loud"], {}, None, "--log-level"),
    (["--log-format", "xml"], {}, None, "--log-format"),
    (["--maxConnections", "0"], {}, None, "maxConnections"),
    (["--prot", "1"], {}, None, "prot"),
    (["--speed", "fast"], {}, None, "--speed"),
    (["--speed", "0"], {}, None, "--speed"),
    (["--speed", "2"], {}, None, "--replay"),
    (["--loop"], {}, None, "--replay"),
    (["--speed", "-1"], {}, None, "--speed"),
    (["--speed", "nan"], {}, None, "--speed"),
    (["--seed", "x"], {}, None, "--seed"),
    (["--replay", "/no/such/file"], {}, None, "/no/such/file"),
    (["--quiet", "--replay", "/no/such/file"], {}, None, "--replay"),
    (["--quiet", "--seed", "1"], {}, None, "--seed"),
    (["--quiet", "--ephemeral", "--data", "somewhere"], {}, None, "--data"),
    (["--quiet", "--ephemeral", "--keys", "/no/such/file"], {}, None, "/no/such/file"),
    (["--replay", "/no/such/file", "--data", "somewhere"], {}, None, "--data"),
    (["--replay", "/no/such/file", "--ephemeral"], {}, None, "--ephemeral"),
    (["--replay", "/no/such/file", "--keys", "somewhere"], {}, None, "--keys"),
    (["--replay", "/no/such/file", "--seed", "1"], {}, None, "--seed"),
    (["nonsense"], {}, None, "nonsense"),
    (["--config", "/no/such/file.json"], {}, None, "/no/such/file.json"),
    (["--security.whitelistedIPs", "300.0.0.1"], {}, None, "security.whitelistedIPs"),
    (["--security.whitelistedIPs", "10.0.0.0/33"], {}, None, "security.whitelistedIPs"),
    (["--security.enableIPWhitelist", "perhaps"], {}, None, "security.enableIPWhitelist"),
    ([], {"RUNES_PORT": "x"}, None, "RUNES_PORT"),
    ([], {"RUNES_PROT": "1"}, None, "RUNES_PROT"),
    ([], {"RUNES_RATE_LIMIT_MAX_REQUESTS_PER_MINUTE": "-1"}, None, "RUNES_RATE_LIMIT_MAX_REQUESTS_PER_MINUTE"),
    ([], {}, "", "config.json"),
    ([], {}, "{", "config.json"),
    ([], {}, "[]", "config.json"),
    ([], {}, '{"prot": 1}', "prot"),
    ([], {}, '{"port": "9001"}', "port"),
    ([], {}, '{"port": 1.5}', "port"),
    ([], {}, '{"port": null}', "port"),
    ([], {}, '{"port": 1, "port": 2}', "port"),
    ([], {}, '{"rateLimit": 5}', "rateLimit"),
    ([], {}, '{"rateLimit": {"maxRequestsPerMinute": "many"}}', "rateLimit.maxRequestsPerMinute"),
    ([], {}, '{"rateLimit": {"maxConnectionsPerIp": 1}}', "maxConnectionsPerIp"),
    ([], {}, '{"security": {"whitelistedIPs": "10.0.0.1"}}', "security.whitelistedIPs"),
    ([], {}, '{"security": {"whitelistedIPs": [7]}}', "security.whitelistedIPs"),
    ([], {}, '{"security": {"requireAuthentication": 1}}', "security.requireAuthentication"),
]


class Programs(Case):
    def setUp(self):
        super().setUp()
        temporary = tempfile.TemporaryDirectory()
        self.addCleanup(temporary.cleanup)
        self.config = pathlib.Path(temporary.name) / "config.json"

    async def test_a_mistake_is_one_sentence_and_status_2(self):
        for arguments, environment, text, named in MISTAKES:
            with self.subTest(arguments=arguments, environment=environment, file=text):
                options = ["--port", "0", *arguments] if "--port" not in arguments else list(arguments)
                if text is not None:
                    self.config.write_text(text)
                    options = ["--config", self.config]
                if environment:
                    options = list(arguments)
                program = await self.run_program("runes-exchange", *options, env=environment)
                self.assertEqual(await program.ended(), 2, program.output())
                self.assertEqual(program.lines, [])
                self.assertEqual(len(program.errors), 1, program.output())
                self.assertTrue(program.errors[0].startswith("runes-exchange: "), program.errors[0])
                self.assertIn(named, program.errors[0])

    async def test_a_port_that_is_taken(self):
        server = await self.serve("runes-exchange", "--host", "127.0.0.1")
        other = await self.run_program("runes-exchange", "--ephemeral", "--log-level", "error",
                                       "--host", "127.0.0.1", "--port", server.port)
        self.assertEqual(await other.ended(), 2, other.output())
        self.assertEqual(len(other.errors), 1, other.output())
        self.assertIn(str(server.port), other.errors[0])

    async def test_file_environment_and_options_lie_one_over_the_other(self):
        self.config.write_text(json.dumps({"limits": {"maxMessageBytes": 1000, "maxSubscriptions": 1000,
                                                      "minIntervalMs": 1000}}))
        server = await self.serve("runes-exchange", "--config", self.config, "--limits.minIntervalMs", "30",
                                  env={"RUNES_LIMITS_MAX_SUBSCRIPTIONS": "20", "RUNES_LIMITS_MIN_INTERVAL_MS": "20",
                                       "RUNES_DATA": "/nowhere"})
        limits = (await (await self.peer(server)).ok("hello"))["limits"]
        self.assertEqual((limits["maxMessageBytes"], limits["maxSubscriptions"], limits["minIntervalMs"]), (1000, 20, 30))

    async def test_log_and_metrics_say_how_it_flushes(self):
        for threads, text in ((1, "1 thread"), (3, "3 threads")):
            server = await self.serve("runes-exchange", "--log-level", "info", "--threads", threads)
            said = await server.error(rf"running on {text}, flushing by (io_uring|send)")
            by_uring = said[1] == "io_uring"
            if programs.flush:
                self.assertEqual(by_uring, programs.flush == "uring")
            peer = await self.peer(server)
            self.assertEqual((await peer.ok("metrics"))["flush"], "uring" if by_uring else "send")
            connection = await Raw.connect(server.host, server.port)
            self.addCleanup(connection.close)
            samples = prometheus((await connection.request("/metrics"))[2])
            self.assertEqual(samples["runes_threads"], threads)
            self.assertEqual(samples["runes_threads_flushing_by_uring"], threads if by_uring else 0)

    async def test_help_and_version(self):
        for name in ("runes-exchange", "custom_server", "quickest_server"):
            for option, said in (("--help", "--port"), ("-h", "--port"), ("--version", "0.")):
                program = await self.run_program(name, option)
                self.assertEqual(await program.ended(), 0)
                self.assertIn(said, "\n".join(program.lines))
                self.assertEqual(program.errors, [])

    async def test_json_logs_are_json_lines(self):
        server = await self.serve("runes-exchange", "--log-format", "json", "--log-level", "debug")
        peer = await self.peer(server)
        await peer.error("auth", token="a-very-secret-token")
        await peer.close()
        self.assertEqual(await server.stop(), 0)
        self.assertTrue(server.errors)
        for line in server.errors:
            self.assertLessEqual({"severity", "channel", "text"}, set(json.loads(line)))
        self.assertNotIn("a-very-secret-token", server.output())

    async def test_examples_say_how_they_are_used(self):
        for name in ("echo_client", "price_watcher", "book_bot"):
            program = await self.run_program(name)
            self.assertEqual(await program.ended(), 2)
            self.assertIn("usage", program.errors[0])
        for name in ("echo_server", "runes-bench-server"):
            for wrong in (["0", "0"], ["65536"], ["-1"], ["--threads", "2", "http"]):
                program = await self.run_program(name, *wrong)
                self.assertEqual(await program.ended(), 2)
                self.assertEqual(len(program.errors), 1, program.errors)


class Examples(Case):
    async def test_quickest_server_counts(self):
        server = await self.serve("quickest_server")
        peer = await self.peer(server)
        await peer.ok("subscribe", channel="seconds", symbols=["UTC"])
        view = View()
        while view.updates < 2:
            event = await peer.event("seconds")
            before = view.value
            view.apply(event)
            if event["type"] == "update":
                self.assertEqual(view.value, before + 1)

    async def test_custom_server_is_a_chat(self):
        server = await self.serve("custom_server")
        ann, bob, guest = [await self.peer(server) for _ in range(3)]
        for peer in (ann, bob, guest):
            (one,) = (await peer.ok("subscribe", channel="chat"))["subscriptions"]
            self.assertEqual(one["symbol"], "lobby")
        self.assert_error(await guest.error("say", text="x"), 2001, "auth_required")
        await ann.ok("auth", token="ann")
        await bob.ok("auth", token='"bob" \\é')
        self.assert_error(await ann.error("say"), 1002, "bad_request")
        self.assert_error(await ann.error("say", text=7), 1002, "bad_request")
        self.assert_error(await ann.error("dance"), 1003, "unknown_op")
        said = [(ann, "ann", "hello"), (bob, '"bob" \\é', 'quotes " \\ \n\u0000 \U0001f642'), (ann, "ann", "")]
        for at, (who, _, text) in enumerate(said, 1):
            self.assertEqual(await who.ok("say", text=text), {"lines": at})
        for peer in (ann, bob, guest):
            view = View()
            while len(view.entries) < len(said):
                event = await peer.event("chat")
                self.assertEqual(event["event"], "chat")
                view.apply(event)
            self.assertEqual(view.entries, [{"from": name, "text": text} for _, name, text in said])

    async def test_price_watcher_and_book_bot_on_the_living_market(self):
        server = await self.serve("runes-exchange")
        watcher = await self.run_program("price_watcher", server.url(), 8)
        bot = await self.run_program("book_bot", server.url(), "BTC-USD", 50)
        self.assertEqual(await watcher.ended(), 0, watcher.output())
        self.assertEqual(await bot.ended(), 0, bot.output())
        self.assertEqual(len(bot.lines), 50)
        for line in bot.lines:
            self.assertRegex(line, r"^BTC-USD spread \d+\.\d\d imbalance \d+ %$")

    async def test_bots_outlive_their_server(self):
        server = await self.serve("runes-exchange", "--host", "127.0.0.1")
        bot = await self.run_program("book_bot", server.url(), "BTC-USD")
        await bot.line("spread")
        await server.stop()
        told = len(bot.lines)
        again = await self.run_program("runes-exchange", "--host", "127.0.0.1", "--port", server.port,
                                       "--ephemeral", "--log-level", "warning")
        await again.line(" market of ")
        await bot.line("spread", after=told)

    async def test_bots_outlive_a_server_that_is_killed(self):
        server = await self.serve("runes-exchange", "--host", "127.0.0.1")
        bot = await self.run_program("book_bot", server.url(), "BTC-USD")
        await bot.line("spread")
        self.assertEqual(await server.stop(signal.SIGKILL), -signal.SIGKILL)
        await bot.line("BTC-USD stale")
        again = await self.run_program("runes-exchange", "--host", "127.0.0.1", "--port", server.port,
                                       "--ephemeral", "--log-level", "warning")
        await again.line(" market of ")
        await bot.line("BTC-USD resumed")
        told = len(bot.lines)
        await bot.line("spread", after=told)

    async def test_echo_server(self):
        server = await self.serve("echo_server", "0", port_option=False)
        for path in ("/", "/any/path?x=1"):
            for compression in (None, "deflate"):
                socket = await open_connection(server.url(path), compression=compression)
                self.assertEqual(bool(socket.extensions), compression is not None)
                for size in (0, 1, 125, 126, 65535, 65536, 1 << 20):
                    for message in ("x" * size, os.urandom(size)):
                        await socket.send(message)
                        back = await socket.recv()
                        self.assertTrue(back == message and type(back) is type(message), size)
                await socket.close()
                self.assertEqual(socket.close_code, 1000)

    async def test_echo_server_limits_messages(self):
        server = await self.serve("echo_server", "0", port_option=False)
        socket = await open_connection(server.url("/"))
        message = b"x" * (16 << 20)
        await socket.send(message)
        self.assertTrue(await socket.recv() == message)

        async def pieces(count, size):
            for _ in range(count):
                yield b"x" * size
        await socket.send(pieces(65536, 1))
        self.assertEqual(len(await socket.recv()), 65536)
        peer = await self.peer(server, "/")
        sending = asyncio.create_task(peer.socket.send(b"x" * ((16 << 20) + 1)))
        self.assertEqual((await peer.closed())[0], 1009)
        await asyncio.wait([sending])
        if not sending.cancelled():
            sending.exception()

    async def test_bench_server(self):
        server = await self.serve("runes-bench-server", "0", port_option=False)
        first, second = [await open_connection(server.url("/any")) for _ in range(2)]
        await first.send("hello")
        self.assertEqual(await first.recv(), "hello")
        for socket in (first, second, second):  # twice is as good as once
            await socket.send("s")
        await first.send("p1000,10,300")
        sequences = []
        for socket in (first, second):
            texts = [await socket.recv() for _ in range(100)]
            self.assertEqual({len(text) for text in texts}, {300})
            numbers = [json.loads(text)["seq"] for text in texts]
            self.assertEqual(numbers, list(range(numbers[0], numbers[0] + 100)))
            sequences.append(dict(zip(numbers, texts)))
        common = sequences[0].keys() & sequences[1].keys()
        self.assertTrue(common)
        for number in common:
            self.assertEqual(sequences[0][number], sequences[1][number])
        await first.send("q")


if __name__ == "__main__":
    main()
