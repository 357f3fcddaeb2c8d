"""Peers that misbehave as networks make them: the server lets go of them, and nobody else notices."""

import asyncio
import json
import socket

from kit.faults import ALL, FaultCase, SHORT_SERVER
from kit.http import client_frame, Raw
from kit.proxy import LOSE, reset
from kit.tests import main
from kit.wire import View

REQUEST = b"GET /ws HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
SUBSCRIBE = b'{"id":1,"op":"subscribe","channel":"numbers"}'
MANY = 20  # of each kind
OUTBOX = 256 * 1024
RESERVE = 256 * 1024  # behind that bound (protocol.md, "Slow consumers")


class Peers(FaultCase):
    """While a good client is served."""

    async def asyncSetUp(self):
        self.server = await self.start_server(**{
            **SHORT_SERVER, "timeouts.handshakeMs": 500, "limits.maxOutboxBytes": OUTBOX, "threads": 2})
        self.good = await self.start_client(self.server.url())
        await self.publish(self.server, 5)

    async def connect(self, narrow=False):
        raw = socket.socket()
        raw.setblocking(False)
        if narrow:  # so that the server soon feels that nobody reads
            raw.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            raw.setsockopt(socket.IPPROTO_TCP, socket.TCP_MAXSEG, 536)
        await asyncio.get_running_loop().sock_connect(raw, (self.server.host, self.server.port))
        peer = Raw(*await asyncio.open_connection(sock=raw, limit=4096))
        self.addCleanup(peer.close)
        return peer

    async def many(self, behave, **options):
        """So many of them, who leave it to the server to end it."""
        async def one():
            peer = await self.connect(**options)
            await behave(peer)
            return peer
        return await asyncio.gather(*[one() for _ in range(MANY)])

    async def let_go(self):
        """The server has let go of all but the good ones, and these have lost nothing."""
        await self.only(self.server, 2)
        await self.settled(self.server, self.good)
        self.assert_nothing_lost(self.good, *ALL.split(","))
        self.assertEqual(self.good["numbers"].stales, 0)
        self.assert_no_errors(self.good)

    async def ended(self, peers):
        await asyncio.gather(*[peer.end() for peer in peers])

    async def test_who_says_nothing_or_half_of_it(self):
        async def half(peer):
            await peer.send(REQUEST)
        async with self.publishing(self.server):
            peers = [await self.connect() for _ in range(MANY)] + await self.many(half)
            await self.ended(peers)
        await self.let_go()

    async def test_who_upgrades_and_is_never_heard_of_again(self):
        async def fall_silent(peer):
            await peer.upgrade()
        async with self.publishing(self.server):
            peers = await self.many(fall_silent)
            self.assertEqual([await peer.close_code() for peer in peers], [4102] * MANY)
            await self.ended(peers)
        await self.let_go()

    async def test_who_breaks_off_within_a_frame(self):
        frame = client_frame(1, b'{"id":1,"op":"publish","count":1000}')
        before = await self.publish(self.server)
        for end in (reset, lambda writer: writer.close(), lambda writer: writer.write_eof()):
            async def break_off(peer, end=end):
                await peer.upgrade()
                for part in (frame[:1], frame[1:-1]):
                    await peer.send(part)
                end(peer.writer)
            await self.many(break_off)
            await self.only(self.server, 2)
        self.assertEqual(await self.publish(self.server), before)
        await self.let_go()

    async def test_who_closes_one_half(self):
        async def close_half(peer):
            await peer.upgrade()
            await peer.send(client_frame(1, SUBSCRIBE))
            await peer.frame()
            peer.writer.write_eof()
        async with self.publishing(self.server):
            await self.ended(await self.many(close_half))
        await self.let_go()

    async def test_who_never_reads(self):
        async def never_read(peer):
            await peer.upgrade()
            await peer.send(client_frame(1, SUBSCRIBE))
        await self.many(never_read, narrow=True)

        async def subscribed():
            return (await self.ask(self.server, "metrics"))["subscriptions"] == 4 + MANY
        await self.eventually(subscribed)
        for _ in range(20):  # in parts, so that only they are too slow
            await self.publish(self.server, 20, padding=4000)
            await self.settled(self.server, self.good)
        metrics = await self.ask(self.server, "metrics")
        self.assertLessEqual(metrics["largestOutboxBytes"], OUTBOX + RESERVE)
        self.assertLessEqual(metrics["largestBacklogBytes"], OUTBOX)
        self.assertGreater(metrics["eventsMerged"], 0)
        await self.let_go()  # by their missing pongs


class Outside(FaultCase):
    """A client that nobody here wrote, behind the proxy, who resumes by hand."""

    async def subscribe(self, since=None):
        peer = await self.peer(self.proxy.url)
        fields = {"since": {"BTC-USD": since}} if since else {}
        (entry,) = (await peer.ok("subscribe", channel="numbers", symbols=["BTC-USD"], **fields))["subscriptions"]
        return peer, entry

    async def test_resumes_after_each_fault_with_all_that_it_missed(self):
        server = await self.start_server()
        self.proxy = await self.start_proxy(server)

        def crumble(link):
            link.down.piece = 7
        self.proxy.prepare = crumble
        peer, _ = await self.subscribe()
        view = View()

        async def follow(enough):
            while not enough():
                view.apply(await peer.event("numbers"))
        await follow(lambda: view.snapshots == 1)
        async with self.publishing(server):
            for number in range(1, 9):
                held = len(view.entries)
                await follow(lambda: len(view.entries) > held + 5)
                link = await self.proxy.link(number)
                if number % 2:
                    link.down.rule = lambda frame: len(frame.raw) // 2
                else:
                    link.cut()
                self.assertEqual((await peer.closed())[0], 1006)
                self.take_up(view, peer)
                peer, entry = await self.subscribe({"epoch": view.epoch, "seq": view.seq})
                self.assertEqual((entry["epoch"], entry["recovered"]), (view.epoch, True))
        truth = await self.publish(server)
        await follow(lambda: view.seq == truth["numbers"]["seq"])
        self.assertEqual([each["n"] for each in view.entries], list(range(1, view.seq + 1)))
        self.assertEqual((view.snapshots, view.gaps), (1, 0))
        await self.only(server, 2)

    def take_up(self, view, peer):
        """What came whole before the end."""
        for text, message in peer.log:
            if message.get("channel") == "numbers" and message.get("type") == "update" and message["prev"] >= view.seq:
                self.assertEqual(json.loads(text), message)
                view.apply(message)

    async def test_a_lost_frame_is_seen_by_the_numbers_of_the_next(self):
        server = await self.start_server()
        self.proxy = await self.start_proxy(server)
        peer, _ = await self.subscribe()
        link = await self.proxy.link(1)
        lost = []

        def rule(frame):
            message = frame.message()
            if message.get("type") == "update" and not lost:
                lost.append(message["seq"])
                return LOSE
            return None
        link.down.rule = rule
        await self.publish(server, 2)
        event = await peer.event("numbers", type="update")
        self.assertEqual((lost, event["prev"]), ([1], 1))


if __name__ == "__main__":
    main()
