"""Starts the programs under test, reads where they listen, and stops them by their process."""

import asyncio
import os
import pathlib
import re
import signal
import subprocess
import urllib.parse

# Bounds against hanging, not measures: a build under a sanitizer on a busy machine is slow.
PATIENCE = 90

folders: list[pathlib.Path] = []
flush: str | None = None  # how servers are told to flush; None: nothing


def find(name):
    """The path of a program, or None when this build leaves it out."""
    return next((folder / name for folder in folders if (folder / name).is_file()), None)


def environment():
    """Ours, without what would configure a server but how it flushes, if that was asked for."""
    ours = {key: value for key, value in os.environ.items() if not key.startswith("RUNES_")}
    return ours | ({"RUNES_FLUSH": flush} if flush else {})


def flush_refused():
    """Why no server can flush as it was asked to; None when it can."""
    # An address that is never one's own, so that it ends in either case: what it can't have is told first.
    words = [find("quickest_server"), "--host", "192.0.2.1", "--port", "0"]
    said = subprocess.run(words, env=environment(), capture_output=True, text=True, timeout=PATIENCE).stderr.strip()
    return said if " flush must be " in said else None


class Program:
    """A process whose lines can be waited for."""

    def __init__(self, process):
        self.process = process
        self.lines = []
        self.errors = []
        self._changed = asyncio.Condition()
        self._readers = [
            asyncio.create_task(self._read(process.stdout, self.lines)),
            asyncio.create_task(self._read(process.stderr, self.errors)),
        ]

    @classmethod
    async def start(cls, name, *arguments, env=None):
        process = await asyncio.create_subprocess_exec(
            str(find(name)), *map(str, arguments), limit=1 << 20,
            stdin=asyncio.subprocess.DEVNULL, stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE, env={**environment(), **(env or {})})
        return cls(process)

    async def _read(self, stream, into):
        async for line in stream:
            async with self._changed:
                into.append(line.decode(errors="replace").rstrip("\n"))
                self._changed.notify_all()
        async with self._changed:
            self._changed.notify_all()

    async def until(self, said):
        """Waits until `said()` is true; fails with all that was printed when the program ends first."""
        async def wait():
            async with self._changed:
                while not said():
                    if all(reader.done() for reader in self._readers) or (
                            self.process.returncode is not None and not self._reading()):
                        raise AssertionError("the program has ended:\n" + self.output())
                    await self._changed.wait()
        try:
            await asyncio.wait_for(wait(), PATIENCE)
        except asyncio.TimeoutError:
            raise AssertionError("this was not said in time; what was:\n" + self.output()) from None

    def _reading(self):
        return any(not reader.done() for reader in self._readers)

    async def line(self, pattern, where=None, after=0):
        """The match of the first line, of standard output unless told, that has the pattern in it."""
        lines = self.lines if where is None else where
        found = []

        def said():
            found[:] = [m for m in (re.search(pattern, text) for text in lines[after:]) if m]
            return bool(found)
        await self.until(said)
        return found[0]

    async def error(self, pattern):
        return await self.line(pattern, self.errors)

    async def ended(self):
        """The exit status, when all that was printed has been read."""
        status = await asyncio.wait_for(self.process.wait(), PATIENCE)
        await asyncio.wait_for(asyncio.gather(*self._readers), PATIENCE)
        return status

    async def stop(self, how=signal.SIGTERM):
        if self.process.returncode is None:
            self.process.send_signal(how)
        return await self.ended()

    async def end(self):
        """Away with it, however it is."""
        if self.process.returncode is None:
            self.process.kill()
        await self.ended()

    def output(self):
        return "\n".join(self.lines + self.errors)


class Server(Program):
    """A program that serves: `host`, `port`, and the addresses as printed."""

    addresses = ()

    @classmethod
    async def serve(cls, name, *arguments, port_option=True, env=None):
        options = ["--port", "0", "--log-level", "warning"] if port_option else []
        # Nothing is left in the folder where the tests are run.
        if name == "runes-exchange" and not {"--replay", "--data", "--ephemeral"} & {str(each) for each in arguments}:
            options.append("--ephemeral")
        server = await cls.start(name, *options, *arguments, env=env)
        try:
            await server.listening(name)
        except BaseException:
            await server.end()
            raise
        return server

    async def listening(self, name):
        # The exchange has said all that it has to say with the line about its market.
        await self.line(r" market of " if name == "runes-exchange" else r"listening on ")
        self.addresses = [m[1] for m in (re.search(r"listening on (?:ws://)?([^/, ]+)", text)
                                         for text in self.lines) if m]
        parts = urllib.parse.urlsplit("//" + self.addresses[0])
        self.host, self.port = parts.hostname, parts.port

    def url(self, path="/ws", address=None):
        return f"ws://{address or self.addresses[0]}{path}"
