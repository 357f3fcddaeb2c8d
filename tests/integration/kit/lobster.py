"""A stock's market at order level, made up by a plain table of orders and a seed: the lines of its LOBSTER message file, and
what a subscriber of it is to see."""

import random

from .book import Book

NAME = "AAPL_2012-06-21_34200000_57600000_message_50.csv"
SYMBOL = "AAPL"
INSTRUMENT = {"symbol": SYMBOL, "base": "AAPL", "quote": "USD", "kind": "spot", "tickSize": "0.0001", "lotSize": "1",
              "priceDecimals": 4, "quantityDecimals": 0}
MIDNIGHT = 1_340_251_200 * 1_000_000_000  # of that day in New York, in ns since the Unix epoch
BUY, SELL = 1, -1


def price_text(price):
    return f"{price // 10_000}.{price % 10_000:04}"


class Market:
    """`tops[n]` and `checksums[n]` are those of the book after its n-th change; `trades` are in their order."""

    def __init__(self, seed, count):
        self._random = random.Random(seed)
        self._orders = {}  # by id, the oldest first: price, size, direction
        self._id = 0
        self._time = 34_200 * 1_000_000_000
        self.lines, self.trades = [], []
        self.book = Book(INSTRUMENT)
        self.tops, self.checksums = [self.book.top()], [0]
        for _ in range(count):
            self._time += self._random.randrange(10_000_000)
            self._next()

    def _next(self):
        what = self._random.randrange(100)
        if len(self._orders) < 10 or what < 40 and len(self._orders) < 300:
            self._submit()
        elif what < 50:
            self._take(2, self._random.choice(list(self._orders)), whole=False)
        elif what < 70:
            self._take(3, self._random.choice(list(self._orders)), whole=True)
        elif what < 95:
            self._execute(self._random.choice((BUY, SELL)))
        else:
            self._trade_unseen()

    def _line(self, kind, order, size, price, direction):
        seconds, rest = divmod(self._time, 1_000_000_000)
        self.lines.append(f"{seconds}.{rest:09},{kind},{order},{size},{price},{direction}")

    def _submit(self):
        direction = self._random.choice((BUY, SELL))
        other = self._best(-direction)
        start = self._orders[other][0] if other else 5_853_300
        self._id += self._random.randint(1, 500)
        price = start - direction * 100 * self._random.randint(1, 30)
        self._orders[self._id] = [price, self._random.randint(1, 200), direction]
        self._line(1, self._id, self._orders[self._id][1], price, direction)
        self._note(price, direction)

    def _take(self, kind, order, whole=False, most=200):
        price, size, direction = self._orders[order]
        if kind == 2 and size == 1:
            kind, whole = 3, True
        part = size if whole else self._random.randint(1, min(most, size - (kind == 2)))
        self._line(kind, order, part, price, direction)
        self._orders[order][1] -= part
        if part == size:
            del self._orders[order]
        if kind == 4:
            self._traded(price, part, direction)
        self._note(price, direction)

    def _execute(self, direction):
        order = self._best(direction)
        if order:
            self._take(4, order)
        else:
            self._submit()

    def _trade_unseen(self):
        direction, size = self._random.choice((BUY, SELL)), self._random.randint(1, 500)
        price = 5_853_300 + self._random.randint(-50, 50)
        self._line(self._random.choice((5, 6)), 0, size, price, direction)
        self._traded(price, size, direction)

    def _best(self, direction):
        """Of the orders at the best price, the oldest."""
        of_side = [(-direction * price, order) for order, (price, _, which) in self._orders.items() if which == direction]
        return min(of_side)[1] if of_side else None

    def _traded(self, price, size, direction):
        self.trades.append({"tradeId": len(self.trades) + 1, "price": price_text(price), "quantity": str(size),
                            "side": "sell" if direction == BUY else "buy", "ts": (MIDNIGHT + self._time) // 1000})

    def _note(self, price, direction):
        side = self.book.bids if direction == BUY else self.book.asks
        side.set(price, sum(size for at, size, which in self._orders.values() if (at, which) == (price, direction)))
        self.tops.append(self.book.top())
        self.checksums.append(self.book.checksum())
