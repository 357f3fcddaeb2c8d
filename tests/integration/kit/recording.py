"""A recording, read and rebuilt by our own understanding of the exchange's rules, to hold the served market against."""

import gzip
import json
import os
import pathlib
from decimal import Decimal

from .book import Book

ROOT = pathlib.Path(__file__).resolve().parents[3]
FILES = {"BTC-USDT": "binance_spot_btcusdt_20240808.gz", "BTC-USDT-PERP": "binance_usdm_btcusdt_20240808.gz",
         "ETH-USDT-PERP": "binance_usdm_ethusdt_20240808.gz"}


def folder():
    return pathlib.Path(os.environ.get("RUNES_DATA") or ROOT.parent / "shared" / "data")


def find(symbol):
    path = folder() / FILES[symbol]
    return path if path.is_file() else None


def lines_of(path, count=None):
    with gzip.open(path, "rt") as file:
        return [line.rstrip("\n") for _, line in zip(range(count or 1 << 30), file)]


def shown(text, decimals):
    """As the protocol writes it: all decimals, and no more."""
    value = Decimal(text)
    exact = value.quantize(Decimal(1).scaleb(-decimals))
    if exact != value:
        raise AssertionError(f"{text} does not fit {decimals} decimals")
    return f"{exact:f}"


def best_of(lines, instrument):
    """The best bid and ask of the first book ticker in these lines, as a ticker shows them."""
    data = next(json.loads(line.partition(" ")[2])["data"] for line in lines if "@bookTicker" in line)
    price, quantity = instrument["priceDecimals"], instrument["quantityDecimals"]
    return [shown(data["b"], price), shown(data["B"], quantity), shown(data["a"], price), shown(data["A"], quantity)]


class Recording:
    """`tops[n]` and `checksums[n]` are those of the book after its n-th change; `trades` are in their order."""

    def __init__(self, lines, instrument):
        self.instrument = instrument
        self.book = Book(instrument)
        self.tops, self.checksums, self.trades = [self.book.top()], [0], []
        self._pending, self._last, self._joined = [], None, False
        self._after, self._tickers = {}, []  # by the exchange's update id
        for line in lines:
            message = json.loads(line.partition(" ")[2])
            if "stream" not in message:
                self._snapshot(message)
                continue
            kind, data = message["stream"].split("@")[1], message["data"]
            if kind == "depth":
                self._diff(data)
            elif kind == "bookTicker":
                self._tickers.append(data)
            elif kind == "trade" and Decimal(data["p"]) and Decimal(data["q"]):
                self.trades.append(self._trade(data))

    def compared(self):
        """How many book tickers have the update id of a diff; each must be the top of the book after it."""
        count = 0
        for ticker in self._tickers:
            top = self._after.get(ticker["u"])
            if top:
                said = (self._level(ticker["b"], ticker["B"]), self._level(ticker["a"], ticker["A"]))
                if said != top:
                    raise AssertionError(f"after {ticker['u']} the top is {top}, and was {said}")
                count += 1
        return count

    def _level(self, price, quantity):
        return (int(Decimal(price).scaleb(self.book.price_decimals)),
                int(Decimal(quantity).scaleb(self.book.quantity_decimals)))

    def _trade(self, data):
        return {"tradeId": data["t"], "price": shown(data["p"], self.book.price_decimals),
                "quantity": shown(data["q"], self.book.quantity_decimals), "side": "sell" if data["m"] else "buy",
                "ts": data["T"] * 1000}

    def _snapshot(self, message):
        if self._last is not None:
            raise AssertionError("these recordings have one snapshot each")
        self._set(message["bids"], message["asks"])
        self._last = message["lastUpdateId"]
        for diff in self._pending:
            self._join(diff)
        self._note()

    def _diff(self, data):
        if self._last is None:
            self._pending.append(data)
        elif self._join(data):
            self._note()

    def _join(self, data):
        """True when the book has changed."""
        futures = "pu" in data
        if not self._joined:
            if data["u"] < self._last or not futures and data["u"] == self._last:
                return False
            fits = data["U"] <= self._last + (not futures) or futures and data["pu"] <= self._last
        else:
            fits = data["pu"] == self._last if futures else data["U"] == self._last + 1
        if not fits:
            raise AssertionError(f"a hole in the recording before {data['U']}")
        self._joined, self._last = True, data["u"]
        changed = self._set(data["b"], data["a"])
        self._after[data["u"]] = self.book.top()
        return changed

    def _set(self, bids, asks):
        changed = False
        for side, levels in ((self.book.bids, bids), (self.book.asks, asks)):
            for text in levels:
                changed |= side.set(*self._level(*text))
        return changed

    def _note(self):
        self.tops.append(self.book.top())
        self.checksums.append(self.book.checksum())
