"""A proxy between client and server that does what networks do: it delays, throttles, cuts, swallows and half-closes.

It knows frames, so that it can cut in the middle of one, or lose just one. Nothing is held beyond one read a direction.
"""

import asyncio
import socket
import struct

from .frames import Frame, Frames
from .programs import PATIENCE

CHUNK = 16 * 1024
LOSE = object()  # what a lane's rule says of a frame that is to vanish


def reset(writer):
    """Ends a connection with a TCP reset, whatever is still in its buffers."""
    raw = writer.transport.get_extra_info("socket")
    if raw is not None and raw.fileno() >= 0:
        raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    writer.transport.abort()


class Lane:
    """One direction of a link."""

    def __init__(self, link, source, sink):
        self.delay = 0      # seconds that each read waits
        self.piece = 0      # bytes written at a time; 0: as they were read
        self.pause = 0      # seconds between two pieces
        self.rule = None    # is asked about each frame: None lets it pass, LOSE, or so many of its bytes and then a reset
        self.swallows = False
        self.passed = 0     # bytes
        self._link, self._source, self._sink = link, source, sink
        self._frames = Frames()
        self._flows = asyncio.Event()
        self._flows.set()

    def hold(self):
        """Nothing passes any more, and nothing is read: the connection is there, and leads nowhere."""
        self._flows.clear()

    def go_on(self):
        self._flows.set()

    def half_close(self):
        """The sink is told that nothing more comes; what still does is swallowed."""
        self.swallows = True
        if self._sink.can_write_eof() and not self._sink.is_closing():
            self._sink.write_eof()

    async def run(self):
        while data := await self._source.read(CHUNK):
            await self._flows.wait()
            if self.delay:
                await asyncio.sleep(self.delay)
            for piece in self._frames.feed(data):
                await self._judge(piece)
        await self._flows.wait()
        await self._write(self._frames.rest())
        self.half_close()

    async def _judge(self, piece):
        await self._flows.wait()
        if not isinstance(piece, Frame):
            return await self._write(piece)
        verdict = self.rule(piece) if self.rule else None
        if verdict is None:
            await self._write(piece.raw)
        elif verdict is not LOSE:
            await self._write(piece.raw[:verdict])
            raise ConnectionAbortedError("cut by the test")

    async def _write(self, data):
        at = 0
        while at < len(data) and not self.swallows:
            end = at + self.piece if self.piece else len(data)
            self._sink.write(data[at:end])
            await self._sink.drain()
            self.passed += len(data[at:end])
            at = end
            if self.pause:
                await asyncio.sleep(self.pause)
            await self._flows.wait()


class Link:
    """One connection: `up` leads to the server, `down` to the client."""

    def __init__(self, client, server):
        self._client, self._server = client[1], server[1]
        self.up = Lane(self, client[0], server[1])
        self.down = Lane(self, server[0], client[1])
        self.over = asyncio.Event()

    @property
    def lanes(self):
        return self.up, self.down

    async def run(self):
        tasks = [asyncio.create_task(lane.run()) for lane in self.lanes]
        try:
            await asyncio.gather(*tasks)
            self.close()
        except (ConnectionError, OSError):
            self.cut()
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            self.cut()
            self.over.set()

    def hold(self):
        for lane in self.lanes:
            lane.hold()

    def go_on(self):
        for lane in self.lanes:
            lane.go_on()

    def swallow(self):
        for lane in self.lanes:
            lane.swallows = True

    def cut(self):
        """Both sides are told by a reset."""
        reset(self._client)
        reset(self._server)

    def close(self):
        """Both sides are told in good order, but not by WebSocket's own."""
        self._client.close()
        self._server.close()

    async def ended(self):
        await asyncio.wait_for(self.over.wait(), PATIENCE)


class Proxy:
    """`links` has those that are open, `made` counts all there were, and `prepare` is told of each before a byte passes."""

    @classmethod
    async def start(cls, target, narrow=False):
        self = cls()
        self.target = target
        self.narrow = narrow
        self.links, self.made = [], 0
        self.prepare = lambda link: None
        self.meets = None  # done with a new connection instead of passing it on
        self._tasks = set()
        self._changed = asyncio.Condition()
        self._server = await asyncio.start_server(self._take, "127.0.0.1", 0, limit=CHUNK, backlog=2048)
        self.port = self._server.sockets[0].getsockname()[1]
        self.url = f"ws://127.0.0.1:{self.port}/ws"
        return self

    async def _take(self, *client):
        self._tasks.add(asyncio.current_task())
        try:
            if self.meets:
                return await self.meets(*client)
            await self._pass_on(client)
        except (asyncio.CancelledError, asyncio.IncompleteReadError, ConnectionError):
            pass  # the end of the test, or of the client
        finally:
            reset(client[1])
            self._tasks.discard(asyncio.current_task())

    async def _pass_on(self, client):
        try:
            server = await self._connect()
        except OSError:
            return  # there is no server: the client is reset
        link = Link(client, server)
        self.prepare(link)
        self.links.append(link)
        self.made += 1
        await self._tell()
        try:
            await link.run()
        finally:
            self.links.remove(link)
            await self._tell()

    async def _connect(self):
        raw = socket.socket()
        raw.setblocking(False)
        if self.narrow:
            # Else the kernel takes megabytes for a connection of one machine before a server feels that nobody reads.
            raw.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            raw.setsockopt(socket.IPPROTO_TCP, socket.TCP_MAXSEG, 536)
        try:
            await asyncio.get_running_loop().sock_connect(raw, self.target)
        except BaseException:
            raw.close()
            raise
        return await asyncio.open_connection(sock=raw, limit=CHUNK)

    async def _tell(self):
        async with self._changed:
            self._changed.notify_all()

    async def until(self, said):
        async def wait():
            async with self._changed:
                await self._changed.wait_for(said)
        await asyncio.wait_for(wait(), PATIENCE)

    async def link(self, number):
        """The link that was made as the first, second …; it must be open."""
        await self.until(lambda: self.made >= number)
        return self.links[number - self.made - 1]

    async def stop(self):
        self._server.close()
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
