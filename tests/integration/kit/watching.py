"""What fault_client prints, held to the promise: a view is current, or it says that it is not."""

import asyncio
import json

from .book import Wrong
from .programs import PATIENCE, Program

LOGS = ("numbers", "fills")


class Stream:
    """One stream of one client; an event that breaks the promise raises Wrong."""

    def __init__(self, name):
        self.name, self.log = name, name in LOGS
        self.epoch = self.seq = self.digest = None
        self.stale = self.ended = False
        self.lost = False      # something is missing that only a snapshot makes good
        self.gaps = []         # (from, to) of those that were told; (0, 0): nobody knows
        self.orders = {}
        self.updates = self.snapshots = self.stales = self.resumes = self.entries = 0

    def _wrong(self, line):
        raise Wrong(f"{self.name}: held {self.epoch} {self.seq}{' stale' * self.stale}{' lost' * self.lost}, came {line}")

    def apply(self, line):
        if self.ended and line["kind"] != "end":
            self._wrong(line)
        getattr(self, "_" + line["kind"])(line)

    def _stale(self, _):
        self.stale = True
        self.stales += 1

    def _resumed(self, line):
        if not self.stale:
            self._wrong(line)
        self.stale = False
        self.resumes += 1

    def _end(self, _):
        self.ended = True

    def _gap(self, line):
        first, last = line["from"], line["to"]
        self.gaps.append((first, last))
        if first == 0 or not self.log:
            self.lost = True
        elif first != self.seq + 1 or last < first:
            self._wrong(line)  # of a log it covers exactly what is missing
        else:
            self.seq = last

    def _snapshot(self, line):
        if self.stale:
            self._wrong(line)
        same_life = line["epoch"] == self.epoch
        if same_life and line["seq"] < self.seq:
            self._wrong(line)
        if self.log and self.epoch is not None and not self.lost and (not same_life or line["seq"] != self.seq):
            self._wrong(line)  # what a log misses is to be told before
        self._hold(line)
        self.snapshots += 1
        self.lost = False
        self.orders = {}
        self._take(line)

    def _update(self, line):
        if self.stale or self.lost or line["epoch"] != self.epoch or line["prev"] != self.seq:
            self._wrong(line)
        if self.log and line["data"] != list(range(line["prev"] + 1, line["seq"] + 1)):
            self._wrong(line)
        self._hold(line)
        self.updates += 1
        self.entries += len(line["data"]) if self.log else 0
        self._take(line)

    def _hold(self, line):
        self.epoch, self.seq = line["epoch"], line["seq"]

    def _take(self, line):
        self.digest = line.get("digest")
        if self.name != "orders":
            return
        for order in line["data"]:
            if order.get("removed"):
                self.orders.pop(order["orderId"], None)
            else:
                self.orders[order["orderId"]] = order["n"]

    def is_at(self, truth):
        return self.seq == truth["seq"] and not self.stale and not self.lost

    def check(self, truth):
        """At rest: what is held is what the server holds."""
        if not self.is_at(truth):
            self._wrong(truth)
        if self.name == "orderbook" and self.digest != truth["digest"]:
            self._wrong(truth)
        if self.name == "orders" and self.orders != truth["open"]:
            self._wrong(truth)


class Watcher:
    """One client of the process."""

    def __init__(self):
        self.streams, self.states, self.errors, self.waits = {}, [], [], None

    def apply(self, line):
        if "stream" in line:
            name = line["stream"]
            self.streams.setdefault(name, Stream(name)).apply(line)
        elif "state" in line:
            self.states.append((line["state"], line["at"]))
        elif "error" in line:
            self.errors.append(line["error"])
        else:
            self.waits = line["waits"]

    @property
    def ready(self):
        return self.waits is not None

    def is_at(self, truth):
        return self.ready and all(stream.is_at(truth[name]) for name, stream in self.streams.items())

    def count(self, state):
        return sum(each == state for each, _ in self.states)


class Watching(Program):
    """fault_client."""

    def __init__(self, process):
        self.watchers, self._wrong = {}, None
        super().__init__(process)

    async def _read(self, stream, into):
        if into is not self.lines:
            return await super()._read(stream, into)
        async for text in stream:
            async with self._changed:
                self._apply(text.decode())
                self._changed.notify_all()
        async with self._changed:
            self._changed.notify_all()

    def _apply(self, text):
        self.lines.append(text.rstrip("\n"))
        line = json.loads(text)
        try:
            self.watchers.setdefault(line["client"], Watcher()).apply(line)
        except Wrong as e:
            self._wrong = self._wrong or e

    async def until(self, said):
        def well():
            if self._wrong:
                raise self._wrong
            return said()
        await super().until(well)

    @property
    def one(self):
        return self.watchers.setdefault(0, Watcher())

    def __getitem__(self, name):
        return self.one.streams[name]

    async def ready(self, count=1):
        await self.until(lambda: sum(each.ready for each in self.watchers.values()) == count)

    async def settled(self, truth):
        """All clients hold what is true, in every stream, to the last change."""
        waiting = list(self.watchers.values())

        def said():
            while waiting and waiting[-1].is_at(truth):
                waiting.pop()
            return not waiting
        await self.until(said)
        for each in self.watchers.values():
            for name, stream in each.streams.items():
                stream.check(truth[name])

    async def goes(self, state):
        """Waits for the next time that the one client goes into this state."""
        before = self.one.count(state)
        await self.until(lambda: self.one.count(state) > before)

    def output(self):
        return "\n".join(self.lines[-40:] + self.errors[-40:])
