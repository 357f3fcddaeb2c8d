"""What the fault tests share: a server that tells what is true, the proxy before it, and the library's client behind."""

import asyncio
import contextlib
import signal
import socket

import websockets

from .proxy import Proxy
from .tests import Case
from .watching import Watching

PUBLIC = "numbers,orderbook"
PRIVATE = "fills,orders"
ALL = PUBLIC + "," + PRIVATE

SERVER = {"host": "127.0.0.1", "rateLimit.maxRequestsPerMinute": 0, "timeouts.drainNoticeMs": 0}
# A client that comes back soon, and waits for nobody when it is to end.
CLIENT = {"token": "ann", "baseMs": 20, "capMs": 50, "closeMs": 1000}
# For those tests in which nobody says that the other one has gone. What is slow only, and taken for dead, comes back.
SHORT_SERVER = {"timeouts.pingMs": 300, "timeouts.pongMs": 700, "timeouts.closeMs": 300}
SHORT_CLIENT = {"pingMs": 300, "pongMs": 700, "heartbeatMs": 300, "connectMs": 2000, "requestMs": 2000}


def options(*tables):
    merged = {key: value for table in tables for key, value in table.items()}
    return [text for key, value in merged.items() for text in ("--" + key, str(value))]


def reserved_port():
    """A port of ours that a server can be started on again and again: while it is down nobody else is given it, and no
    client's own end of a connection, either. Such a socket is in the way of nobody who listens with SO_REUSEADDR."""
    holder = socket.socket()
    holder.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    holder.bind(("127.0.0.1", 0))
    return holder, holder.getsockname()[1]


class FaultCase(Case):
    async def start_server(self, **more):
        """Its `control` is a connection of the test's own, past the proxy."""
        server = await self.serve("fault_server", *options(SERVER, more))
        server.control, server.asked = await self.peer(server), asyncio.Lock()
        self.addAsyncCleanup(self.stopped, server)
        return server

    async def start_proxy(self, server, **more):
        proxy = await Proxy.start((server.host, server.port), **more)
        self.addAsyncCleanup(proxy.stop)
        return proxy

    async def start_client(self, url, streams=ALL, ready=True, **more):
        client = await self.run_program("fault_client", *options({"url": url, "streams": streams}, CLIENT, more),
                                        kind=Watching)
        self.addAsyncCleanup(self.stopped, client)
        if ready:
            await client.ready(int(more.get("clients", 1)))
        return client

    async def ask(self, server, op, **fields):
        """Past the proxy; of several at once one after the other."""
        async with server.asked:
            return await server.control.ok(op, **fields)

    async def publish(self, server, count=0, padding=0):
        """The truth, after so many changes of everything."""
        return await self.ask(server, "publish", count=count, padding=padding)

    @contextlib.asynccontextmanager
    async def publishing(self, server):
        """Until the block ends, however it does, or the server."""
        going = True

        async def publish():
            while going:
                await self.publish(server, 2)
                await asyncio.sleep(0.005)  # the pace of a market, nothing that is waited for
        task = asyncio.create_task(publish())
        try:
            yield
        finally:
            going = False
            with contextlib.suppress(websockets.ConnectionClosed):
                await task

    async def settled(self, server, client):
        truth = await self.publish(server)
        await client.settled(truth)
        return truth

    async def connections(self, server):
        """As the sessions are counted, and as the door counts those it let in."""
        sessions = (await self.ask(server, "metrics"))["activeConnections"]
        health = await self.ask(server, "health")
        return sessions, int(health["components"]["connections"]["details"].split()[0])

    async def only(self, server, count):
        """Waits until the server has so many connections, that of the test itself included."""
        async def asked():
            return await self.connections(server) == (count, count)
        await self.eventually(asked)

    def assert_nothing_lost(self, client, *names):
        for name in names:
            self.assertEqual((name, client[name].gaps, client[name].snapshots), (name, [], 1))

    def assert_no_errors(self, client):
        for each in client.watchers.values():
            self.assertEqual(each.errors, [])

    async def stopped(self, program):
        """What still runs ends when asked, and has nothing to complain of; so sanitizers are heard."""
        if program.process.returncode is None:
            program.process.send_signal(signal.SIGCONT)
            self.assertEqual(await program.stop(), 0, program.output())

    async def close(self, client):
        """And so do all its streams."""
        await self.stopped(client)
        for each in client.watchers.values():
            self.assertTrue(all(stream.ended for stream in each.streams.values()))
