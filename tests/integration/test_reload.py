"""SIGHUP: a server takes another configuration over while it runs."""

import json
import pathlib
import signal
import tempfile

from kit import programs, recording
from kit.http import Raw
from kit.tests import Case, main
from kit.wire import open_connection

import websockets


class Reload(Case):
    def setUp(self):
        super().setUp()
        temporary = tempfile.TemporaryDirectory()
        self.addCleanup(temporary.cleanup)
        self.file = pathlib.Path(temporary.name) / "config.json"

    def write(self, **config):
        self.file.write_text(json.dumps({"host": "127.0.0.1", **config}))

    async def start(self, *arguments, name="runes-exchange", env=None):
        """Without a level of the log on the command line, so that the file has a say in it."""
        if programs.find(name) is None:
            self.skipTest(f"this build has no {name}")
        if name == "runes-exchange":
            # Recorded markets, which no limit keeps from moving as it would bots.
            files = [recording.find(symbol) for symbol in ("BTC-USDT", "ETH-USDT-PERP")]
            if None in files:
                self.skipTest("the recordings are absent; RUNES_DATA names their folder")
            arguments += ("--loop", *(part for file in files for part in ("--replay", file)))
        server = await programs.Server.start(name, "--port", "0", "--log-format", "human", "--config", self.file,
                                             *arguments, env=env)
        self.addAsyncCleanup(server.end)
        await server.listening(name)
        return server

    async def reload(self, server, *lines):
        """Tells the server, and waits until it has said all of this; returns all that it said of itself."""
        told = len(server.errors)
        server.process.send_signal(signal.SIGHUP)
        for line in lines:
            await server.line(line, server.errors, told)
        # What it says of its start may come as late as this.
        return [line for line in server.errors[told:] if " server " in line and "running on" not in line]

    async def test_limits_change_for_those_who_are_there(self):
        self.write()
        server = await self.start()
        me = await self.peer(server)
        self.assertEqual((await me.ok("hello"))["limits"]["maxRequestsPerMinute"], 6000)
        await me.ok("subscribe", channel="ticker", symbols=["BTC-USDT", "ETH-USDT-PERP"])
        self.write(rateLimit={"maxRequestsPerMinute": 3}, limits={"maxSubscriptions": 1})
        await self.reload(server, r"rateLimit\.maxRequestsPerMinute: 6000 -> 3$",
                          r"limits\.maxSubscriptions: 1000 -> 1$")
        self.assert_error(await me.error("subscribe", channel="trades", symbols=["BTC-USDT"]),
                          3002, "too_many_subscriptions")
        self.assertEqual(len((await me.ok("subscriptions"))["subscriptions"]), 2)
        await me.ok("ping")
        self.assert_error(await me.error("ping"), 3001, "rate_limited")
        other = await self.peer(server)
        self.assertEqual((await other.ok("hello"))["limits"]["maxRequestsPerMinute"], 3)
        await me.event("ticker", type="update")  # it is served as before

    async def test_the_whitelist_counts_for_those_who_come(self):
        self.write()
        server = await self.start()
        me = await self.peer(server)
        self.write(security={"enableIPWhitelist": True, "whitelistedIPs": ["10.0.0.0/8"]})
        await self.reload(server, r"security\.enableIPWhitelist: false -> true$",
                          r'security\.whitelistedIPs: \[\] -> \["10\.0\.0\.0/8"\]$')
        with self.assertRaises(websockets.InvalidStatusCode) as refused:
            await open_connection(server.url())
        self.assertEqual(refused.exception.status_code, 403)
        await me.ok("time")
        self.write(security={"enableIPWhitelist": True, "whitelistedIPs": ["127.0.0.0/8"]})
        await self.reload(server, "security.whitelistedIPs")
        await (await self.peer(server)).ok("time")

    async def test_connections_that_came_before_the_limit_count(self):
        self.write()
        server = await self.start()
        mine = [await self.peer(server) for _ in range(2)]
        self.write(rateLimit={"maxConnectionsPerIP": 2})
        await self.reload(server, r"rateLimit\.maxConnectionsPerIP: 0 -> 2$")
        with self.assertRaises(websockets.InvalidStatusCode) as refused:
            await open_connection(server.url())
        self.assertEqual(refused.exception.status_code, 429)
        for peer in mine:
            await peer.ok("time")
        self.write(maxConnections=2)
        await self.reload(server, r"maxConnections: 10000 -> 2$")
        connection = await Raw.connect(server.host, server.port)
        self.addCleanup(connection.close)
        self.assertEqual((await connection.request("/health"))[0], 503)

    async def test_the_level_of_the_log(self):
        self.write(log={"level": "warning"})
        server = await self.start()
        await self.peer(server)
        self.assertEqual(server.errors, [])
        self.write(log={"level": "debug"})
        await self.reload(server, r'log\.level: "warning" -> "debug"$')
        await self.peer(server)
        await server.error("open: 127.0.0.1:")
        self.write(log={"level": "error"})
        await self.reload(server, r'log\.level: "debug" -> "error"$')

    async def test_a_file_that_is_wrong_leaves_everything_as_it_was(self):
        self.write(limits={"maxSubscriptions": 7})
        server = await self.start()
        for text, said in (("{", "syntax|incomplete"), ('{"prot": 1}', 'no key "prot"'),
                           ('{"limits": {"maxSubscriptions": 5, "maxOutboxBytes": "much"}}', "limits.maxOutboxBytes must be"),
                           ('{"limits": {"maxSubscriptions": 0}}', "limits.maxSubscriptions must be")):
            with self.subTest(file=text):
                self.file.write_text(text)
                (line,) = await self.reload(server, said)
                self.assertRegex(line, "error .*the configuration stays as it was: .*config.json")
                self.assertEqual((await (await self.peer(server)).ok("hello"))["limits"]["maxSubscriptions"], 7)
        self.file.unlink()
        await self.reload(server, "can't be read")
        self.write(limits={"maxSubscriptions": 5})
        await self.reload(server, r"limits\.maxSubscriptions: 7 -> 5$")

    async def test_what_takes_a_restart_is_named(self):
        self.write(threads=1)
        server = await self.start()
        self.write(threads=2, limits={"maxSubscriptions": 5})
        lines = await self.reload(server, r"warning .*threads: 1 -> 2, which takes a restart", r"info .*maxSubscriptions")
        self.assertEqual(len(lines), 2, lines)
        self.assertEqual((await (await self.peer(server)).ok("hello"))["limits"]["maxSubscriptions"], 5)

    async def test_environment_and_options_stay_above_the_file(self):
        self.write()
        server = await self.start("--limits.minIntervalMs", "30", env={"RUNES_LIMITS_MAX_SUBSCRIPTIONS": "20"})
        self.write(limits={"maxSubscriptions": 1, "minIntervalMs": 2, "maxMessageBytes": 1000})
        lines = await self.reload(server, r"limits\.maxMessageBytes: 65536 -> 1000$")
        self.assertEqual(len(lines), 1, lines)
        limits = (await (await self.peer(server)).ok("hello"))["limits"]
        self.assertEqual((limits["maxMessageBytes"], limits["maxSubscriptions"], limits["minIntervalMs"]), (1000, 20, 30))

    async def test_nothing_has_changed(self):
        self.write()
        server = await self.start()
        await self.reload(server, "has not changed")

    async def test_several_threads_all_hear_of_it(self):
        self.write(threads=3)
        server = await self.start()
        peers = [await self.peer(server) for _ in range(6)]
        self.write(threads=3, limits={"maxSubscriptions": 1})
        await self.reload(server, "limits.maxSubscriptions")
        for peer in peers:
            self.assert_error(await peer.error("subscribe", channel="ticker"), 3002, "too_many_subscriptions")

    async def test_a_shorter_drain_goes_for_the_stop_that_follows(self):
        self.write(timeouts={"drainNoticeMs": 3_600_000})
        server = await self.start()
        me = await self.peer(server)
        await me.ok("time")
        self.write(timeouts={"drainNoticeMs": 50})
        await self.reload(server, r"timeouts\.drainNoticeMs: 3600000 -> 50$")
        server.process.send_signal(signal.SIGTERM)
        self.assertEqual((await me.receive()), {"event": "drain", "byMs": 50})
        self.assertEqual((await me.closed())[0], 4200)
        self.assertEqual(await server.ended(), 0)

    async def test_programs_with_a_command_line_reload(self):
        for name in ("custom_server", "quickest_server"):
            self.write()
            server = await self.start(name=name)
            me = await self.peer(server)
            self.write(limits={"maxSubscriptions": 1})
            server.process.send_signal(signal.SIGHUP)

            async def reloaded():
                peer = await self.peer(server)
                return (await peer.ok("hello"))["limits"]["maxSubscriptions"] == 1
            await self.eventually(reloaded)
            await me.ok("time")
            self.assertEqual(await server.stop(), 0)


if __name__ == "__main__":
    main()
