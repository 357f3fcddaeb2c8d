"""A server that is killed, or stands still, in the middle of its streams, and one that is there again."""

import signal

from kit.faults import ALL, FaultCase, PRIVATE, SHORT_CLIENT, reserved_port
from kit.tests import main
from kit.wire import View

LOGS = ("numbers", "fills")


class Killed(FaultCase):
    """Another life of every topic begins: nothing can be recovered, and everybody is told."""

    def setUp(self):
        super().setUp()
        holder, self.port = reserved_port()
        self.addCleanup(holder.close)

    async def begin(self):
        return await self.start_server(port=self.port)

    async def kill(self, server):
        server.process.kill()
        self.assertEqual(await server.ended(), -signal.SIGKILL)

    async def more(self, client):
        before = client["numbers"].updates
        await client.until(lambda: client["numbers"].updates > before)

    async def test_a_client_goes_on_with_the_next_life(self):
        server = await self.begin()
        client = await self.start_client(server.url())
        epochs = set()
        for life in range(1, 4):
            async with self.publishing(server):
                await self.more(client)
                epochs.add(client["numbers"].epoch)
                await self.kill(server)
            await client.until(lambda: client.one.states[-1][0] == "stale")
            server = await self.begin()
            await self.publish(server, 7 * life)
            await self.settled(server, client)
            for name in ALL.split(","):
                self.assertEqual((client[name].stales, client[name].resumes), (life, life))
            for name in LOGS:
                # What was lost with the life before nobody can know.
                self.assertEqual((client[name].gaps, client[name].snapshots), ([(0, 0)] * life, 1 + life))
            for name in ("orderbook", "orders"):
                self.assertEqual(client[name].snapshots, 1 + life)
        self.assertEqual(len(epochs | {client["numbers"].epoch}), 4)
        self.assert_no_errors(client)
        await self.close(client)

    async def test_a_client_from_outside_resumes_with_since(self):
        server = await self.begin()
        peer = await self.peer(server)
        (entry,) = (await peer.ok("subscribe", channel="numbers"))["subscriptions"]
        async with self.publishing(server):
            event = await peer.event("numbers", type="update")
            await self.kill(server)
        self.assertEqual((await peer.closed())[0], 1006)
        self.assertEqual(event["epoch"], entry["epoch"])

        server = await self.begin()
        await self.publish(server, 3)
        peer, view = await self.peer(server), View()
        since = {event["symbol"]: {"epoch": event["epoch"], "seq": event["seq"]}}
        (entry,) = (await peer.ok("subscribe", channel="numbers", since=since, symbols=list(since)))["subscriptions"]
        self.assertEqual((entry["recovered"], entry["seq"]), (False, 3))
        self.assertNotEqual(entry["epoch"], event["epoch"])
        await self.publish(server, 2)
        while view.seq != 5:
            view.apply(await peer.event("numbers"))
        self.assertEqual((view.epoch, view.snapshots), (entry["epoch"], 1))
        self.assertEqual([each["n"] for each in view.entries], [4, 5])

    async def test_an_end_in_good_order_is_another_life_too(self):
        server = await self.begin()
        client = await self.start_client(server.url())
        await self.publish(server, 5)
        await self.settled(server, client)
        self.assertEqual(await server.stop(), 0, server.output())
        server = await self.begin()
        await self.publish(server, 5)
        await self.settled(server, client)
        for name in LOGS:
            self.assertEqual((client[name].gaps, client[name].snapshots), ([(0, 0)], 2))


class Stopped(FaultCase):
    async def test_a_server_that_stands_still_loses_nothing(self):
        # The kernel goes on accepting for it, so that what is tried meanwhile connects, and is not answered.
        server = await self.start_server()
        client = await self.start_client(server.url(), **{**SHORT_CLIENT, "connectMs": 400})
        await self.publish(server, 5)
        await self.settled(server, client)
        server.process.send_signal(signal.SIGSTOP)
        await client.until(lambda: client.one.count("stale") >= 3)
        server.process.send_signal(signal.SIGCONT)
        await client.goes("live")
        await self.publish(server, 5)
        await self.settled(server, client)
        self.assert_nothing_lost(client, *PRIVATE.split(","), "numbers", "orderbook")
        self.assertEqual(client["numbers"].entries, 10)
        await self.only(server, 2)


if __name__ == "__main__":
    main()
