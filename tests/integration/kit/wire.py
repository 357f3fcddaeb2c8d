"""A client of the protocol by hand: requests, and events as they came."""

import asyncio
import json

import websockets

from .book import Book, Wrong
from .programs import PATIENCE

SUBPROTOCOL = "runes.v1.json"
MODELS = {"ticker": "latest", "statistics": "latest", "system": "latest", "orderbook": "book",
          "trades": "log", "liquidations": "log", "chat": "log", "seconds": "latest", "numbers": "log"}


def open_connection(url, **options):
    settings = {"compression": None, "ping_interval": None, "max_size": None, "max_queue": None,
                "open_timeout": PATIENCE, "close_timeout": PATIENCE}
    return websockets.connect(url, **{**settings, **options})


def topic_of(event):
    return event["channel"], event["symbol"], event.get("interval"), event.get("depth")


class Peer:
    """One connection; every message is kept with its text in `log`, replies by their id."""

    def __init__(self, socket):
        self.socket = socket
        self.log = []
        self._next = 0
        self._read = 0

    @classmethod
    async def connect(cls, url, **options):
        return cls(await open_connection(url, **{"subprotocols": [SUBPROTOCOL], **options}))

    async def receive(self):
        text = await asyncio.wait_for(self.socket.recv(), PATIENCE)
        if not isinstance(text, str):
            raise Wrong("a binary message in a protocol of text")
        message = json.loads(text)
        self.log.append((text, message))
        return message

    async def next(self, wanted):
        """The next message, of those not yet passed by this, for which `wanted` is true."""
        while True:
            while self._read < len(self.log):
                message = self.log[self._read][1]
                self._read += 1
                if wanted(message):
                    return message
            await self.receive()

    async def event(self, channel=None, **fields):
        def wanted(message):
            return (message.get("event") is not None and (channel is None or message.get("channel") == channel)
                    and all(message.get(key) == value for key, value in fields.items()))
        return await self.next(wanted)

    async def send(self, **fields):
        self._next += 1
        request = {"id": self._next, **fields}
        await self.socket.send(json.dumps(request))
        return request["id"]

    async def reply(self, request_id):
        """Waits for it in what was received already, then in what comes; exactly one must be there."""
        at = 0
        while True:
            while at < len(self.log):
                message = self.log[at][1]
                if message.get("id") == request_id and "event" not in message:
                    return message
                at += 1
            await self.receive()

    async def ask(self, op, **fields):
        return await self.reply(await self.send(op=op, **fields))

    async def ok(self, op, **fields):
        reply = await self.ask(op, **fields)
        if set(reply) != {"id", "ok"}:
            raise Wrong(f"{op} {fields} was answered {reply}")
        return reply["ok"]

    async def error(self, op, **fields):
        reply = await self.ask(op, **fields)
        if set(reply) != {"id", "error"}:
            raise Wrong(f"{op} {fields} was answered {reply}")
        return reply["error"]

    async def closed(self):
        """The close code and reason, when the server closes."""
        try:
            while True:
                await self.receive()
        except websockets.ConnectionClosed:
            return self.socket.close_code, self.socket.close_reason

    async def close(self):
        await self.socket.close()


class View:
    """What a subscriber holds of one topic; an event that breaks the rules raises Wrong."""

    def __init__(self, instrument=None, depth=0):
        self.epoch = self.seq = None
        self.book = Book(instrument, depth) if instrument else None
        self.value = None
        self.entries = []
        self.updates = self.snapshots = self.gaps = 0

    def apply(self, event):
        if event["event"] == "gap":
            return self._gap(event)
        whole = event["type"] == "snapshot"
        if not whole and event["type"] != "update":
            raise Wrong(f"type {event['type']}")
        if whole != ("prev" not in event):
            raise Wrong("a snapshot has no 'prev', and an update has one")
        model, data = MODELS[event["channel"]], event["data"]
        if not whole:
            self._follow(event)
            if model == "log" and event["seq"] - event["prev"] != len(data):
                raise Wrong(f"{len(data)} entries from {event['prev']} to {event['seq']}")
            if event["seq"] <= event["prev"]:
                raise Wrong(f"an update from {event['prev']} to {event['seq']}")
        elif self.epoch == event["epoch"] and event["seq"] < self.seq:
            raise Wrong("a snapshot from before what was held")
        self.epoch, self.seq = event["epoch"], event["seq"]
        self.snapshots += whole
        self.updates += not whole
        if model == "book":
            self.book.apply(data, whole, merged=not whole and event["seq"] - event["prev"] > 1)
        elif model == "latest":
            self.value = data
        else:
            if whole and data:
                raise Wrong("the snapshot of a log is an empty list")
            self.entries += data

    def _follow(self, event):
        if self.epoch is None:
            raise Wrong("an update before the snapshot")
        if (event["epoch"], event["prev"]) != (self.epoch, self.seq):
            raise Wrong(f"held {self.epoch} {self.seq}, came {event['epoch']} {event['prev']}")

    def _gap(self, event):
        if event["epoch"] != self.epoch or event["from"] != self.seq + 1 or event["to"] < event["from"]:
            raise Wrong(f"held {self.epoch} {self.seq}, came {event}")
        self.seq = event["to"]
        self.gaps += event["to"] - event["from"] + 1
