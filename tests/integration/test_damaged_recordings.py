"""Recordings that are not as they should be: what is wrong is told, survived, and never served as if it were right."""

import gzip

from kit import recording
from kit.replay import lines_of, ReplayCase
from kit.tests import main


class Damaged(ReplayCase):
    async def over(self, server, lines):
        async def read():
            return (await self.numbers(server))["exchange_market_lines_total"] == lines
        await self.eventually(read)

    async def assert_degraded(self, peer, details):
        """Counted at the end of a step, which may be after what the step has published."""
        async def degraded():
            self.health = (await peer.ok("health"))["components"]["market"]
            return self.health["status"] == "degraded"
        await self.eventually(degraded)
        self.assertEqual(self.health["details"], details)

    async def tickers(self, peer, symbol, until):
        """The tickers that a peer has been sent, when one has come with this best bid and ask."""
        while True:
            sent = [m["data"] for _, m in peer.log if m.get("channel") == "ticker" and m.get("data")]
            if sent and [sent[-1][key] for key in ("bid", "bidQuantity", "ask", "askQuantity")] == until:
                return sent
            await peer.event()

    async def test_damaged_lines_are_reported_and_survived(self):
        symbol = "BTC-USDT"
        self.file(symbol)
        lines = lines_of(symbol)[:4000]
        wrong = {100: "nonsense", 200: "1723161254087896568 {\"stream\":", 300: "x" * 5000,
                 400: lines[399][:60], 500: "1723161254087896568 []", 600: "\x00\xff" * 20,
                 700: '1723161254087896568 {"stream":"btcusdt@trade","data":{"e":"trade","s":"BTCUSDT","t":-1}}'}
        damaged = list(lines)
        for number in sorted(wrong):
            damaged.insert(number - 1, wrong[number])
        server = await self.replay(self.written("damaged", damaged))
        peer = await self.peer(server)
        truth = await self.recorded(peer, symbol, lines)
        views = await self.subscribe(peer, symbol)
        await self.follow(peer, symbol, views, truth, lambda: views["orderbook"].seq == len(truth.tops) - 1
                          and views["trades"].seq == len(truth.trades))
        self.assertEqual(views["orderbook"].book, truth.book)
        for number in wrong:
            await server.error(rf"/damaged:{number}: ")
        await self.over(server, len(damaged))
        self.assertEqual((await self.numbers(server))["exchange_market_problems_total"], len(wrong))
        await self.assert_degraded(peer, "7 problems in the data")

    async def test_a_hole_empties_the_book_and_suspends_the_market_rather_than_serve_a_wrong_one(self):
        symbol = "BTC-USDT-PERP"
        self.file(symbol)
        lines = lines_of(symbol)[:6000]
        diffs = [at for at, line in enumerate(lines) if "@depth" in line]
        hole = diffs[300]
        cut = lines[:hole] + lines[hole + 1:]
        number = diffs[301]  # the line that shows it, in the copy
        server = await self.replay(self.written("hole", cut))
        peer = await self.peer(server)
        before = await self.recorded(peer, symbol, lines[:hole])
        after = await self.recorded(peer, symbol, [line for line in lines if "@depth" not in line])
        self.assertEqual(peer.instruments[symbol]["status"], "suspended")  # nothing has been played yet
        views = await self.subscribe(peer, symbol)
        await peer.send(op="subscribe", channel="ticker", symbols=[symbol])
        book, trades = views["orderbook"], views["trades"]
        changes = len(before.tops) - 1
        before.tops.append((None, None))
        before.checksums.append(0)
        before.trades = after.trades
        await self.follow(peer, symbol, views, before, lambda: book.seq == changes + 1)
        self.assertEqual((book.book.bids, book.book.asks), ({}, {}))
        (instrument,) = await peer.ok("instruments", symbols=[symbol])
        self.assertEqual(instrument["status"], "suspended")  # who sees the empty book, and asks, is told
        await self.over(server, len(cut))
        await server.error(rf"/hole:{number}: updates are missing")
        numbers = await self.numbers(server)
        self.assertEqual([numbers[f"exchange_market_{name}"] for name in ("gaps_total", "problems_total", "suspended")],
                         [1, 1, 1])
        await self.assert_degraded(peer, "1 problems in the data, markets without an order book: 1")
        # The ticker goes on with what the recording itself says of the best bid and ask.
        tickers = await self.tickers(peer, symbol, recording.best_of(cut[::-1], instrument))
        for ticker in tickers:
            self.assertGreater(min(float(ticker["bid"]), float(ticker["ask"])), 0)

    async def test_a_recording_without_its_snapshot_says_so_and_has_no_book(self):
        symbol = "BTC-USDT"
        self.file(symbol)
        lines = [line for line in lines_of(symbol)[:4000] if '"stream"' in line]
        server = await self.replay(self.written("part", lines))
        peer = await self.peer(server)
        await peer.ok("subscribe", channel="ticker", symbols=[symbol])
        await self.over(server, len(lines))
        await server.error(r"/part, at 2024-08-08T23:\S+Z: no snapshot came")
        await self.assert_degraded(peer, "1 problems in the data, markets without an order book: 1")
        self.assertEqual((await self.numbers(server))["exchange_market_problems_total"], 1)
        (instrument,) = await peer.ok("instruments", symbols=[symbol])
        self.assertEqual(instrument["status"], "suspended")
        tickers = await self.tickers(peer, symbol, recording.best_of(lines[::-1], instrument))
        for ticker in tickers:
            self.assertGreater(min(float(ticker["bid"]), float(ticker["ask"])), 0)

    async def test_one_odd_number_changes_nothing_but_its_line(self):
        symbol = "BTC-USDT"
        self.file(symbol)
        lines = lines_of(symbol)[:4000]
        odd = next(at for at, line in enumerate(lines) if at > 2000 and "@trade" in line)
        bent = lines[odd].replace('00000","q"', '00000123","q"')
        self.assertNotEqual(bent, lines[odd])
        server = await self.replay(self.written("odd", lines[:odd] + [bent] + lines[odd + 1:]))
        peer = await self.peer(server)
        truth = await self.recorded(peer, symbol, lines[:odd] + lines[odd + 1:])
        self.assertEqual(peer.instruments[symbol]["priceDecimals"], 2)
        views = await self.subscribe(peer, symbol)
        await self.follow(peer, symbol, views, truth, lambda: views["orderbook"].seq == len(truth.tops) - 1
                          and views["trades"].seq == len(truth.trades))
        self.assertEqual(views["orderbook"].book, truth.book)
        self.assertEqual((await peer.ok("instruments"))[0]["status"], "active")
        await self.over(server, len(lines))
        await server.error(rf"/odd:{odd + 1}: the price \S+123 does not fit the market's 2 decimals")
        self.assertEqual((await self.numbers(server))["exchange_market_problems_total"], 1)

    async def test_a_flood_of_problems_is_counted_and_summed_up(self):
        symbol = "BTC-USDT"
        self.file(symbol)
        lines = lines_of(symbol)[:1000] + ["nonsense"] * 1000
        server = await self.replay(self.written("flood", lines))
        peer = await self.peer(server)
        await self.subscribe(peer, symbol)
        await self.over(server, len(lines))
        await server.error(r"/flood: 1000 problems in all, the first 20 of them above")
        self.assertEqual((await self.numbers(server))["exchange_market_problems_total"], 1000)
        told = [line for line in server.errors if "/flood:" in line]
        self.assertEqual(len(told), 22)  # the first 20, that there are more, how many
        for number in range(1001, 1021):
            self.assertIn(f"/flood:{number}: ", told[number - 1001])

    async def test_a_gzip_that_is_cut_off_plays_to_there(self):
        symbol = "BTC-USDT"
        packed = self.file(symbol).read_bytes()
        path = self.folder / "cut.gz"
        path.write_bytes(packed[:len(packed) // 3])
        lines = []
        try:
            with gzip.open(path, "rt") as file:
                for line in file:
                    lines.append(line.rstrip("\n"))
        except EOFError:
            pass
        server = await self.replay(path)
        peer = await self.peer(server)
        truth = await self.recorded(peer, symbol, lines)
        views = await self.subscribe(peer, symbol)
        # Python may give up some lines before the last whole one.
        await self.follow(peer, symbol, {"orderbook": views["orderbook"]}, truth,
                          lambda: views["orderbook"].seq == len(truth.tops) - 1)
        match = await server.error(r"/cut.gz:(\d+): .*cut off")
        self.assertGreater(int(match[1]), len(lines))

        async def counted():
            return (await self.numbers(server))["exchange_market_problems_total"] == 1
        await self.eventually(counted)
        await peer.ok("time")
        self.assertIsNone(server.process.returncode)

    async def test_what_is_no_recording_is_refused(self):
        self.file()
        for name, content in (("empty", b""), ("nonsense", b"nonsense\n" * 100), ("cut.gz", gzip.compress(b"x" * 99)[:12])):
            path = self.folder / name
            path.write_bytes(content)
            program = await self.run_program("runes-exchange", "--port", "0", "--replay", path)
            self.assertEqual(await program.ended(), 2, program.output())
            self.assertEqual(len(program.errors), 1, program.output())
            self.assertIn(name, program.errors[0])


if __name__ == "__main__":
    main()
