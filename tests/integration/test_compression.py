"""Events compressed once for all who agreed to it, read by a client from outside (python3-websockets)."""

import json

from kit.http import prometheus, Raw
from kit.tests import Case, main
from kit.wire import open_connection, topic_of, View


class Compression(Case):
    async def samples(self, server):
        connection = await Raw.connect(server.host, server.port)
        try:
            return prometheus((await connection.request("/metrics"))[2])
        finally:
            connection.close()

    async def sockets(self, server, count, compression):
        """Subscribed, each of them: what it says next is answered behind that."""
        made = [await open_connection(server.url("/"), compression=compression) for _ in range(count)]
        for socket in made:
            self.assertEqual(bool(socket.extensions), compression is not None)
            await socket.send("s")
            await socket.send("there")
            self.assertEqual(await socket.recv(), "there")
        return made

    async def share(self, start, size, *options):
        server = await self.serve("runes-bench-server", "--compression.enabled", "true", *options, "0", port_option=False)
        sockets = await self.sockets(server, 10, "deflate") + await self.sockets(server, 3, None)
        await sockets[0].send(start)
        for socket in sockets:
            numbers = []
            for _ in range(100):
                text = await socket.recv()
                self.assertEqual(len(text), size)
                numbers.append(json.loads(text)["seq"])
            self.assertEqual(numbers, list(range(1, 101)))
        await sockets[0].send("q")
        return server

    async def test_ten_subscribers_cost_one_compression(self):
        for start, size in (("p200,1,300", 300), ("p200,20,300", 300), ("p100,1,20000", 20000)):
            with self.subTest(start):
                server = await self.share(start, size)

                async def each_was_compressed_once():
                    samples = await self.samples(server)
                    once = samples["runes_compressions_total"]
                    return once >= 100 and samples["runes_events_sent_total"] == 13 * once
                await self.eventually(each_was_compressed_once)
                samples = await self.samples(server)
                self.assertLess(samples["runes_compression_output_bytes_total"],
                                samples["runes_compression_input_bytes_total"] / 2)

    async def test_below_the_size_nothing_is_compressed(self):
        server = await self.share("p200,1,300", 300, "--compression.minBytes", "301")
        self.assertEqual((await self.samples(server))["runes_compressions_total"], 0)

    async def test_an_offer_is_refused_where_nothing_says_otherwise(self):
        server = await self.serve("runes-bench-server", "0", port_option=False)
        socket = await open_connection(server.url("/"), compression="deflate")
        self.assertFalse(socket.extensions)

    async def test_streams_are_the_same_with_and_without(self):
        server = await self.serve("runes-exchange", "--compression.enabled", "true", "--compression.minBytes", "1")
        compressed = await self.peer(server, compression="deflate")
        plain = await self.peer(server)
        (instrument,) = (one for one in await plain.ok("instruments") if one["symbol"] == "BTC-USD")
        self.assertTrue(compressed.socket.extensions)
        for peer in (compressed, plain):
            for channel in ("orderbook", "trades", "ticker"):
                await peer.ok("subscribe", channel=channel, symbols=["BTC-USD"])
        view = View(instrument)
        while view.updates < 200:
            event = await compressed.event("orderbook")
            self.assertEqual(topic_of(event)[:2], ("orderbook", "BTC-USD"))
            view.apply(event)

        def updates(peer):
            return {(m["channel"], m["epoch"], m["seq"]): text for text, m in peer.log if m.get("type") == "update"}
        while len(common := updates(compressed).keys() & updates(plain).keys()) < 100:
            for peer in (compressed, plain):
                await peer.receive()
        for key in common:
            self.assertEqual(updates(compressed)[key], updates(plain)[key])
        metrics = await plain.ok("metrics")
        self.assertGreater(metrics["compressions"], 0)
        self.assertLess(metrics["compressionOutputBytes"], metrics["compressionInputBytes"])


if __name__ == "__main__":
    main()
