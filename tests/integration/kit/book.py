"""An order book of our own, kept from events as protocol.md says, every checksum checked."""

import bisect
import zlib


class Wrong(AssertionError):
    """The server broke the contract."""


def units(text, decimals):
    """The integer behind an exact decimal that must show all of its decimals."""
    whole, _, fraction = text.partition(".")
    if len(fraction) != decimals or not whole.isdigit() or (len(whole) > 1 and whole[0] == "0"):
        raise Wrong(f"{text!r} is no decimal with {decimals} decimals")
    return int(whole + fraction)


class Side(dict):
    """Quantities by price, with the prices kept in order."""

    def __init__(self):
        super().__init__()
        self._prices = []

    def set(self, price, quantity):
        """True when the level has changed; a quantity of zero removes it."""
        before = self.get(price, 0)
        if quantity and not before:
            bisect.insort(self._prices, price)
        elif before and not quantity:
            del self._prices[bisect.bisect_left(self._prices, price)]
        if quantity:
            self[price] = quantity
        else:
            self.pop(price, None)
        return quantity != before

    def lowest(self, count):
        return [(price, self[price]) for price in self._prices[:count]]

    def highest(self, count):
        return [(price, self[price]) for price in reversed(self._prices[-count:])]


class Book:
    def __init__(self, instrument, depth=0):
        self.price_decimals = instrument["priceDecimals"]
        self.quantity_decimals = instrument["quantityDecimals"]
        self.depth = depth
        self.bids, self.asks = Side(), Side()

    def apply(self, data, whole, merged=False):
        if set(data) != {"bids", "asks", "checksum"}:
            raise Wrong(f"keys of a book: {sorted(data)}")
        if whole:
            self.bids, self.asks = Side(), Side()
            self._check_order(data)
        self._apply(self.bids, data["bids"], whole, merged)
        self._apply(self.asks, data["asks"], whole, merged)
        self.check(data["checksum"])

    def _apply(self, side, levels, whole, merged):
        seen = set()
        for price, quantity in levels:
            key, amount = units(price, self.price_decimals), units(quantity, self.quantity_decimals)
            if key in seen:
                raise Wrong(f"the level {price} is there twice")
            seen.add(key)
            if not amount and whole:
                raise Wrong(f"an empty level in a snapshot: {price}")
            # What came and went within a merged update is removed without ever having been seen.
            if not amount and key not in side and not merged:
                raise Wrong(f"a level was removed that is not there: {price}")
            side.set(key, amount)

    def _check_order(self, data):
        for name, falling in (("bids", True), ("asks", False)):
            prices = [units(price, self.price_decimals) for price, _ in data[name]]
            if prices != sorted(prices, reverse=falling):
                raise Wrong(f"the {name} of a snapshot are not best first")

    def best(self, count=10):
        return self.bids.highest(count), self.asks.lowest(count)

    def top(self):
        bids, asks = self.best(1)
        return (bids[0] if bids else None, asks[0] if asks else None)

    def checksum(self):
        bids, asks = self.best()
        return zlib.crc32("".join(f"{price}{quantity}" for price, quantity in bids + asks).encode())

    def check(self, claimed):
        if self.checksum() != claimed:
            raise Wrong(f"checksum {claimed}, and the book that was built has {self.checksum()}")
        if self.depth and max(len(self.bids), len(self.asks)) > self.depth:
            raise Wrong(f"more than {self.depth} levels: {len(self.bids)} and {len(self.asks)}")
        bid, ask = self.top()
        if bid and ask and bid[0] >= ask[0]:
            raise Wrong(f"the book is crossed: {bid} and {ask}")

    def __eq__(self, other):
        return (self.bids, self.asks) == (other.bids, other.asks)
