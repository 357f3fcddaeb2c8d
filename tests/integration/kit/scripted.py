"""A runes server that nobody here wrote: python3-websockets, and a script that says what comes next."""

import asyncio
import json

import websockets

from .book import Book
from .programs import PATIENCE

SYMBOLS = ("BTC-USD", "ETH-USD")


class Connection:
    """One client; `requests` holds all that it asked. It is greeted by itself; the rest is the test's."""

    def __init__(self, socket):
        self.socket = socket
        self.requests = []

    async def request(self, op):
        """The next request, which must be this one; greetings on the way are answered."""
        while True:
            asked = json.loads(await asyncio.wait_for(self.socket.recv(), PATIENCE))
            self.requests.append(asked)
            if asked["op"] == "hello" and op != "hello":
                await self.ok(asked, session="1", server="scripted", version="1", ts=1, heartbeatMs=0, limits={},
                              resumeWindow=0)
            elif asked["op"] == op:
                return asked
            else:
                raise AssertionError(f"waited for {op}, was asked {asked}")

    async def send(self, **message):
        await self.socket.send(json.dumps(message))

    async def ok(self, asked, **fields):
        await self.send(id=asked["id"], ok=fields)

    async def accept(self, asked, epoch, seq=0):
        """Answers a subscription to these symbols, or to all."""
        names = asked.get("symbols") or SYMBOLS
        await self.ok(asked, subscriptions=[
            {"symbol": name, "topic": f"{asked['channel']}.{name}", "interval": asked.get("interval", "raw"),
             "depth": asked.get("depth", 0), "epoch": epoch, "seq": seq, "recovered": False} for name in names])

    async def event(self, channel, symbol, data, epoch, seq, prev=None, **more):
        numbers = {"seq": seq} if prev is None else {"seq": seq, "prev": prev}
        await self.send(event="market", channel=channel, symbol=symbol, type="snapshot" if prev is None else "update",
                        epoch=epoch, ts=1_700_000_000_000_000, data=data, **numbers, **more)

    async def ended(self):
        """The close code that the client sent."""
        await asyncio.wait_for(self.socket.wait_closed(), PATIENCE)
        return self.socket.close_code


class ScriptedServer:
    """Hands its connections to the test, one after the other."""

    @classmethod
    async def start(cls, **options):
        self = cls()
        self._arrived = asyncio.Queue()
        self._over = asyncio.Event()
        settings = {"subprotocols": ["runes.v1.json"], "ping_interval": None, "close_timeout": PATIENCE, **options}
        self._server = await websockets.serve(self._take, "127.0.0.1", 0, **settings)
        self.port = self._server.sockets[0].getsockname()[1]
        self.url = f"ws://127.0.0.1:{self.port}/ws"
        return self

    async def _take(self, socket, *_):
        await self._arrived.put(Connection(socket))
        await self._over.wait()  # a connection ends with its handler

    async def connection(self):
        return await asyncio.wait_for(self._arrived.get(), PATIENCE)

    def none_waits(self):
        return self._arrived.empty()

    async def stop(self):
        self._over.set()
        self._server.close()
        await self._server.wait_closed()


class Market:
    """A book to be served, with prices of 2 and quantities of 4 decimals."""

    def __init__(self):
        self.book = Book({"priceDecimals": 2, "quantityDecimals": 4})

    @staticmethod
    def _written(value, decimals):
        text = str(value).rjust(decimals + 1, "0")
        return text[:-decimals] + "." + text[-decimals:]

    def _levels(self, levels):
        return [[self._written(price, 2), self._written(quantity, 4)] for price, quantity in levels]

    def change(self, bids=(), asks=()):
        """In smallest units; the data of an update."""
        for side, levels in ((self.book.bids, bids), (self.book.asks, asks)):
            for level in levels:
                side.set(*level)
        return {"bids": self._levels(bids), "asks": self._levels(asks), "checksum": self.book.checksum()}

    def snapshot(self):
        bids, asks = self.book.best(1000)
        return {"bids": self._levels(bids), "asks": self._levels(asks), "checksum": self.book.checksum()}
