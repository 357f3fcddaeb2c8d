"""What tests of a replay have in common: a server that plays a recording, and a peer that holds it against the truth."""

import asyncio
import functools
import pathlib
import tempfile

from . import recording
from .http import prometheus, Raw
from .tests import Case
from .wire import View

# Whatever a subscriber is behind, it fits: every change is delivered by itself.
ROOMY = ("--limits.maxOutboxBytes", str(1 << 30))
TIGHT = ("--limits.maxOutboxBytes", "65536")


@functools.cache
def lines_of(symbol):
    return recording.lines_of(recording.find(symbol))


class ReplayCase(Case):
    def setUp(self):
        super().setUp()
        temporary = tempfile.TemporaryDirectory()
        self.addCleanup(temporary.cleanup)
        self.folder = pathlib.Path(temporary.name)

    def file(self, symbol="BTC-USDT"):
        found = recording.find(symbol)
        if not found:
            self.skipTest(f"{recording.folder() / recording.FILES[symbol]} is absent; RUNES_DATA names the folder of the recordings")
        return found

    def written(self, name, lines):
        path = self.folder / name
        path.write_text("".join(line + "\n" for line in lines))
        return path

    async def replay(self, *files, speed="max", options=ROOMY, more=()):
        return await self.serve("runes-exchange", *options, *more, "--timeouts.pingMs", "0", "--wait", "--speed", speed,
                                *(part for file in files for part in ("--replay", file)))

    async def recorded(self, peer, symbol, lines):
        (instrument,) = await peer.ok("instruments", symbols=[symbol])
        return recording.Recording(lines, instrument)

    async def numbers(self, server):
        connection = await Raw.connect(server.host, server.port)
        samples = prometheus((await connection.request("/metrics"))[2])
        connection.close()
        return samples

    async def subscribe(self, peer, symbol, channels=("orderbook", "trades")):
        """Both at once; a view by channel."""
        await asyncio.gather(*(peer.send(op="subscribe", channel=c, symbols=[symbol]) for c in channels))
        return {c: View(peer.instruments[symbol] if c == "orderbook" else None) for c in channels}

    async def peer(self, server, *arguments, **options):
        peer = await super().peer(server, *arguments, **options)
        peer.instruments = {one["symbol"]: one for one in await peer.ok("instruments")}
        return peer

    async def follow(self, peer, symbol, views, truth, until, base=(0, 0)):
        """Applies events until `until()`; each book is the recording's after as many changes as its `seq` says."""
        while not until():
            event = await peer.event()
            if event.get("symbol") != symbol or event["channel"] not in views:
                continue
            view = views[event["channel"]]
            view.apply(event)
            if event["channel"] == "orderbook":
                at = view.seq - base[0]
                self.assertEqual(view.book.top(), truth.tops[at], f"the top after {at} changes")
                self.assertEqual(event["data"]["checksum"], truth.checksums[at])
            elif event["event"] != "gap" and event["type"] == "update":
                to = event["seq"] - base[1]
                self.assertEqual(event["data"], truth.trades[to - len(event["data"]):to])
