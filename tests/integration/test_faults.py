"""A network that misbehaves, between the library's client and a server: the view is current, or it says that it is not."""

import itertools
import signal

from kit.faults import ALL, FaultCase, PRIVATE, PUBLIC, SHORT_CLIENT, SHORT_SERVER
from kit.proxy import LOSE
from kit.tests import main

NARROW = {"limits.maxOutboxBytes": 16384}
RESERVE = 256 * 1024  # for what is no event, behind that bound (protocol.md, "Slow consumers")


class Slow(FaultCase):
    """Nothing is lost: it only takes longer, or comes in pieces."""

    async def test_delays_cost_time_and_nothing_else(self):
        server = await self.start_server()
        proxy = await self.start_proxy(server)

        def delay(link):
            link.up.delay, link.down.delay = 0.02, 0.05
        proxy.prepare = delay
        client = await self.start_client(proxy.url)
        for _ in range(5):
            await self.publish(server, 20)
        await self.settled(server, client)
        self.assert_nothing_lost(client, *ALL.split(","))
        self.assertEqual((client["numbers"].entries, client["numbers"].stales), (100, 0))
        self.assert_no_errors(client)
        await self.close(client)

    async def test_frames_in_single_bytes_are_put_together_again(self):
        server = await self.start_server()
        proxy = await self.start_proxy(server)

        def crumble(link):
            link.up.piece, link.down.piece = 1, 3
        proxy.prepare = crumble
        client = await self.start_client(proxy.url)
        await self.publish(server, 40)
        await self.settled(server, client)
        self.assert_nothing_lost(client, *ALL.split(","))
        self.assertEqual((client["numbers"].entries, client["numbers"].stales), (40, 0))
        self.assert_no_errors(client)

    async def test_who_is_too_slow_is_told_what_it_misses_and_its_book_is_right(self):
        server = await self.start_server(**NARROW)
        proxy = await self.start_proxy(server, narrow=True)
        client = await self.start_client(proxy.url, PUBLIC)
        await self.throttled(server, proxy, await proxy.link(1))
        await self.settled(server, client)
        numbers, book = client["numbers"], client["orderbook"]
        self.assertEqual(client.one.count("stale"), 0)
        missing = sum(last - first + 1 for first, last in numbers.gaps)
        self.assertGreater(missing, 0)
        self.assertEqual(numbers.entries + missing, numbers.seq)
        self.assertLess(book.updates, book.seq)  # some came merged
        self.assertEqual((book.snapshots, book.gaps), (1, []))
        await self.bounded(server)

    async def test_what_must_not_be_dropped_is_not_however_slow_the_client(self):
        server = await self.start_server(**NARROW)
        proxy = await self.start_proxy(server, narrow=True)
        client = await self.start_client(proxy.url)
        await self.throttled(server, proxy, await proxy.link(1))
        await self.settled(server, client)
        self.assertGreater(client.one.count("stale"), 0)
        self.assertTrue(any("4100 slow_consumer" in line for line in client.lines))
        self.assert_nothing_lost(client, *PRIVATE.split(","))
        self.assertEqual(client["fills"].entries, client["fills"].seq)
        await self.bounded(server)
        await self.only(server, 2)

    async def throttled(self, server, proxy, link):
        """Publishes more than the lane takes meanwhile; from then on it takes all."""
        link.down.piece, link.down.pause = 512, 0.005
        await self.publish(server, 400, padding=8000)
        link.down.piece = link.down.pause = 0

    async def bounded(self, server):
        most = (await self.ask(server, "metrics"))["largestOutboxBytes"]
        self.assertLessEqual(most, NARROW["limits.maxOutboxBytes"] + RESERVE)


class Cut(FaultCase):
    """The connection breaks; what was missed comes after it, once and in order."""

    async def test_resets_and_ends_without_a_word(self):
        server = await self.start_server()
        proxy = await self.start_proxy(server)
        client = await self.start_client(proxy.url)
        async with self.publishing(server):
            for number in range(1, 11):
                link = await proxy.link(number)
                await self.more(client)
                (link.cut if number % 2 else link.close)()
                await client.goes("live")
        await self.settled(server, client)
        self.assert_nothing_lost(client, *ALL.split(","))
        self.assertEqual(client["numbers"].stales, client["numbers"].resumes)
        self.assertGreaterEqual(client["numbers"].stales, 10)
        self.assert_no_errors(client)
        await self.only(server, 2)
        await self.close(client)

    async def test_a_frame_that_was_cut_is_no_message_and_comes_whole_later(self):
        server = await self.start_server()
        proxy = await self.start_proxy(server)
        client = await self.start_client(proxy.url)
        cuts = [lambda _: 1, lambda frame: frame.start, lambda frame: frame.start + 1,
                lambda frame: len(frame.raw) // 2, lambda frame: len(frame.raw) - 1]
        lost = []
        async with self.publishing(server):
            for number, (cut, stream) in enumerate(itertools.product(cuts, ALL.split(",")), 1):
                link = await proxy.link(number)
                await client.until(lambda: client.one.states[-1][0] == "live")

                def rule(frame):
                    message = frame.message()
                    if message.get("channel") != stream or message.get("type") != "update":
                        return None
                    lost.append((stream, message["seq"]))
                    return cut(frame)
                link.down.rule = rule
                await link.ended()
                await client.until(lambda: client[stream].seq >= lost[-1][1])
        await self.settled(server, client)
        self.assertEqual(len(lost), 20)
        self.assert_nothing_lost(client, *ALL.split(","))
        self.assertEqual(client["numbers"].entries, client["numbers"].seq)
        self.assert_no_errors(client)

    async def test_a_request_that_was_cut_is_never_carried_out(self):
        server = await self.start_server()
        proxy = await self.start_proxy(server)
        client = await self.start_client(proxy.url)
        before = await self.publish(server, 5)
        for number in range(1, 4):
            asker = await self.peer(proxy.url)
            link = next(each for each in proxy.links if each is not proxy.links[0])
            link.up.rule = lambda frame, at=number: len(frame.raw) * at // 4
            await asker.send(op="publish", count=1000)
            await link.ended()
            await self.only(server, 2)
        self.assertEqual(await self.settled(server, client), before)

    async def more(self, client):
        """Waits until it has been told something new."""
        before = client["numbers"].updates
        await client.until(lambda: client["numbers"].updates > before)

    async def test_handshakes_that_come_to_nothing_are_tried_again(self):
        server = await self.start_server()
        proxy = await self.start_proxy(server)
        client = await self.start_client(proxy.url, connectMs=500)
        meetings = []

        async def meet(reader, writer):
            how = meetings.pop()
            if not meetings:
                proxy.meets = None
            await how(reader, writer)
        for how in (nothing, reset_behind_the_request, half_an_answer, nonsense, refusal, silence):
            await self.publish(server, 5)
            meetings[:], proxy.meets = [how, how], meet
            proxy.links[0].cut()
            await client.until(lambda: not meetings and client.one.states[-1][0] == "live")
        await self.settled(server, client)
        self.assert_nothing_lost(client, *ALL.split(","))


async def nothing(_, __):
    """Accepted, and reset."""


async def reset_behind_the_request(reader, _):
    await reader.readuntil(b"\r\n\r\n")


async def half_an_answer(reader, writer):
    await reader.readuntil(b"\r\n\r\n")
    writer.write(b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: webso")
    writer.write_eof()
    await reader.read()


async def nonsense(reader, writer):
    await reader.readuntil(b"\r\n\r\n")
    writer.write(bytes(range(256)) * 20)
    await reader.read()


async def refusal(reader, writer):
    await reader.readuntil(b"\r\n\r\n")
    writer.write(b"HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\n\r\n")
    await reader.read()


async def silence(reader, _):
    """Until the client has had enough."""
    await reader.read()


class Lost(FaultCase):
    """Single frames vanish, which TCP rules out and a broken middlebox does not: even that is seen."""

    async def lose_one(self, streams):
        server = await self.start_server()
        proxy = await self.start_proxy(server)
        client = await self.start_client(proxy.url, streams, heartbeatMs=100)
        await self.publish(server, 5)
        await self.settled(server, client)
        lost = {}

        def rule(frame):
            message = frame.message()
            if message.get("type") != "update" or message["channel"] in lost:
                return None
            lost[message["channel"]] = message["seq"]
            return LOSE
        link = await proxy.link(1)
        link.down.rule = rule
        await self.publish(server)
        while len(lost) < len(streams.split(",")):
            await self.publish(server, 1)
        await self.publish(server, 5)
        await self.settled(server, client)
        self.assertEqual(client.one.count("stale"), 0)
        return client, lost

    async def test_a_log_says_exactly_what_is_missing(self):
        client, lost = await self.lose_one("numbers,fills")
        for name, seq in lost.items():
            self.assertEqual(client[name].gaps, [(seq, seq)])
            self.assertEqual(client[name].entries, client[name].seq - 1)

    async def test_a_state_is_asked_for_anew(self):
        client, lost = await self.lose_one("orderbook,orders")
        for name in lost:
            self.assertEqual((len(client[name].gaps), client[name].snapshots), (1, 2))

    async def test_the_loss_of_the_last_one_is_seen_by_the_heartbeat(self):
        server = await self.start_server()
        proxy = await self.start_proxy(server)
        client = await self.start_client(proxy.url, heartbeatMs=100)
        await self.publish(server, 5)
        await self.settled(server, client)
        lost, told = {}, set()

        def rule(frame):
            """All updates of a channel vanish until a heartbeat has told of one."""
            message = frame.message()
            told.update({topic.split(".")[0] for topic in message.get("heads", ())} & lost.keys())
            if message.get("type") != "update" or message["channel"] in told:
                return None
            lost.setdefault(message["channel"], []).extend(range(message["prev"] + 1, message["seq"] + 1))
            return LOSE
        link = await proxy.link(1)
        link.up.delay, link.down.rule = 0.1, rule  # so much comes before the server hears that it is asked anew
        async with self.publishing(server):
            await client.until(lambda: all(client[name].gaps for name in ALL.split(",")))
        await self.settled(server, client)
        self.assertEqual(client.one.count("stale"), 0)
        for name, seqs in lost.items():
            self.assertEqual((name, client[name].gaps), (name, [(seqs[0], seqs[-1])]))
            self.assertEqual((name, client[name].snapshots), (name, 1 if client[name].log else 2))
            if client[name].log:
                self.assertEqual(client[name].entries, client[name].seq - len(seqs))


class Silent(FaultCase):
    """Nobody says that the other one has gone; both sides find out."""

    async def begin(self):
        self.server = await self.start_server(**SHORT_SERVER)
        self.proxy = await self.start_proxy(self.server)
        self.client = await self.start_client(self.proxy.url, **SHORT_CLIENT)
        return await self.proxy.link(1)

    async def found_out(self):
        """The client by going on over another connection, the server by letting go of the old one."""
        async with self.publishing(self.server):
            await self.client.goes("stale")
            await self.client.goes("live")
        await self.settled(self.server, self.client)
        self.assert_nothing_lost(self.client, *ALL.split(","))
        await self.only(self.server, 2)

    async def test_a_black_hole(self):
        link = await self.begin()
        link.hold()
        await self.found_out()
        link.go_on()
        await link.ended()
        await self.settled(self.server, self.client)

    async def test_all_that_is_sent_vanishes(self):
        link = await self.begin()
        link.swallow()
        await self.found_out()

    async def test_nothing_reaches_the_server(self):
        link = await self.begin()
        link.up.swallows = True
        await self.found_out()
        self.assertTrue(any("4102 no_pong" in line for line in self.client.lines))

    async def test_nothing_reaches_the_client(self):
        link = await self.begin()
        link.down.swallows = True
        await self.found_out()

    async def test_pongs_come_and_data_does_not(self):
        link = await self.begin()
        link.down.rule = lambda frame: LOSE if frame.opcode == 1 else None
        await self.found_out()
        self.assertTrue(any("no heartbeat" in line for line in self.client.lines))

    async def test_a_client_that_is_stopped_for_a_while(self):
        await self.begin()
        self.client.process.send_signal(signal.SIGSTOP)
        async with self.publishing(self.server):
            await self.only(self.server, 1)
            self.client.process.send_signal(signal.SIGCONT)
            await self.client.goes("live")
        await self.settled(self.server, self.client)
        self.assert_nothing_lost(self.client, *ALL.split(","))

    async def test_the_way_to_the_client_is_half_closed(self):
        link = await self.begin()
        link.down.half_close()
        await self.found_out()
        await link.ended()

    async def test_the_way_to_the_server_is_half_closed(self):
        link = await self.begin()
        link.up.half_close()
        await self.found_out()
        await link.ended()


if __name__ == "__main__":
    main()
