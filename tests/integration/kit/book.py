"""An order book of our own, kept from events as protocol.md says, every checksum checked."""

import zlib


class Wrong(AssertionError):
    """The server broke the contract."""


def units(text, decimals):
    """The integer behind an exact decimal that must show all of its decimals."""
    whole, _, fraction = text.partition(".")
    if len(fraction) != decimals or not whole.isdigit() or (len(whole) > 1 and whole[0] == "0"):
        raise Wrong(f"{text!r} is no decimal with {decimals} decimals")
    return int(whole + fraction)


class Book:
    def __init__(self, instrument, depth=0):
        self.price_decimals = instrument["priceDecimals"]
        self.quantity_decimals = instrument["quantityDecimals"]
        self.depth = depth
        self.bids, self.asks = {}, {}

    def apply(self, data, whole):
        if set(data) != {"bids", "asks", "checksum"}:
            raise Wrong(f"keys of a book: {sorted(data)}")
        if whole:
            self.bids, self.asks = {}, {}
            self._check_order(data)
        self._apply(self.bids, data["bids"], whole)
        self._apply(self.asks, data["asks"], whole)
        self.check(data["checksum"])

    def _apply(self, side, levels, whole):
        seen = set()
        for price, quantity in levels:
            key, amount = units(price, self.price_decimals), units(quantity, self.quantity_decimals)
            if key in seen:
                raise Wrong(f"the level {price} is there twice")
            seen.add(key)
            if amount:
                side[key] = amount
            elif whole:
                raise Wrong(f"an empty level in a snapshot: {price}")
            elif side.pop(key, None) is None:
                raise Wrong(f"a level was removed that is not there: {price}")

    def _check_order(self, data):
        for name, falling in (("bids", True), ("asks", False)):
            prices = [units(price, self.price_decimals) for price, _ in data[name]]
            if prices != sorted(prices, reverse=falling):
                raise Wrong(f"the {name} of a snapshot are not best first")

    def best(self, count=10):
        bids = sorted(self.bids.items(), reverse=True)[:count]
        asks = sorted(self.asks.items())[:count]
        return bids, asks

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
