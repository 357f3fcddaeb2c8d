"""Accounts that trade at the sample exchange: keys, signatures, and orders in few words."""

import json
import os
import pathlib
import secrets
import tempfile

from .signing import signed
from .tests import Case
from .wire import Peer


def make_keys(folder, *accounts, **permissions):
    """A file with a key for each account, named as it, and the secrets by account; those of which permissions are said
    have no others."""
    path = pathlib.Path(folder) / "keys.json"
    known = {name: secrets.token_hex(32) for name in (*accounts, *permissions)}
    keys = [{"apiKey": "key-" + name, "secret": secret, "account": name, "permissions": permissions.get(name, [])}
            for name, secret in known.items()]
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
        json.dump({"keys": keys}, file)
    return path, known


class Trader(Peer):
    """A connection of an account, and what its channels have told."""

    async def place(self, side, quantity, price=None, symbol="BTC-USD", **fields):
        if price is not None:
            fields["price"] = price
        elif "type" not in fields:
            fields["type"] = "market"
        return await self.ask("order.place", symbol=symbol, side=side, quantity=quantity, **fields)

    async def placed(self, *what, **fields):
        reply = await self.place(*what, **fields)
        if "ok" not in reply:
            raise AssertionError(f"{what} {fields} was answered {reply}")
        return reply["ok"]["orderId"]

    async def order_state(self, order, status=None):
        """The next state of that order on `orders`, or the next one with that status."""
        def wanted(message):
            return message.get("channel") == "orders" and any(
                each["orderId"] == order and status in (None, each["status"]) for each in message["data"])
        event = await self.next(wanted)
        return [each for each in event["data"] if each["orderId"] == order][-1]

    async def balances(self):
        return {each["asset"]: each for each in (await self.ok("account"))["balances"]}

    async def open_orders(self):
        return {each["orderId"]: each for each in (await self.ok("orders.open"))["orders"]}


class ExchangeCase(Case):
    """A venue without bots, whose accounts are `ann` and `bob`, and its operator `op`."""

    def setUp(self):
        super().setUp()
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)
        self.keys, self.secrets = make_keys(folder.name, "ann", "bob", op=["admin"], looker=["read"], clerk=["transfer"],
                                               dealer=["trade"])

    async def exchange(self, *arguments, lasting=False):
        where = ["--data", self.folder / "data"] if lasting else ["--ephemeral"]
        return await self.serve("runes-exchange", "--quiet", "--keys", self.keys, *where,
                                "--rateLimit.maxRequestsPerMinute", "0", *arguments)

    async def stranger(self, server):
        trader = await Trader.connect(server.url())
        self.addCleanup(lambda: trader.socket.transport.abort())
        return trader

    async def trader(self, server, name, *channels):
        trader = await self.stranger(server)
        await trader.ok("auth", **signed("key-" + name, self.secrets[name]))
        for channel in channels:
            await trader.ok("subscribe", channel=channel)
        return trader

    async def rich(self, server, *channels):
        """Both of them, with money."""
        both = [await self.trader(server, name, *channels) for name in ("ann", "bob")]
        for trader in both:
            await trader.ok("deposit", asset="USD", amount="1000000")
            await trader.ok("deposit", asset="BTC", amount="10")
        return both
