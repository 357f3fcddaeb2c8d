"""HTTP and WebSocket as bytes, for what a well-behaved client would never send."""

import asyncio
import base64
import os
import re
import struct

from .programs import PATIENCE


class Raw:
    """One TCP connection."""

    def __init__(self, reader, writer):
        self.reader, self.writer = reader, writer

    @classmethod
    async def connect(cls, host, port):
        return cls(*await asyncio.open_connection(host, port))

    async def send(self, data):
        self.writer.write(data if isinstance(data, bytes) else data.encode())
        await self.writer.drain()

    async def read(self, count):
        return await asyncio.wait_for(self.reader.readexactly(count), PATIENCE)

    async def answer(self, head=False):
        """The status, headers by their names in lower case, and the body of one response."""
        text = (await asyncio.wait_for(self.reader.readuntil(b"\r\n\r\n"), PATIENCE)).decode()
        first, *lines = text.split("\r\n")
        headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines if line)}
        length = int(headers.get("content-length", 0))
        body = b"" if head else await self.read(length)
        return int(first.split()[1]), headers, body.decode()

    async def request(self, target, method="GET", headers=()):
        lines = [f"{method} {target} HTTP/1.1", "Host: localhost", *headers]
        await self.send("\r\n".join(lines) + "\r\n\r\n")
        return await self.answer(method == "HEAD")

    async def upgrade(self, target="/ws"):
        key = base64.b64encode(os.urandom(16)).decode()
        return await self.request(target, headers=[
            "Connection: Upgrade", "Upgrade: websocket", "Sec-WebSocket-Version: 13", f"Sec-WebSocket-Key: {key}"])

    async def frame(self):
        """The opcode and payload of one short frame from the server."""
        first, second = await self.read(2)
        length = second & 0x7f
        if length == 126:
            (length,) = struct.unpack(">H", await self.read(2))
        elif length == 127:
            (length,) = struct.unpack(">Q", await self.read(8))
        return first & 0x0f, await self.read(length)

    async def close_code(self):
        """That of the close frame that comes, whatever comes before it; none where the connection just ends."""
        try:
            while True:
                opcode, payload = await self.frame()
                if opcode == 8:
                    return struct.unpack(">H", payload[:2])[0] if payload else 1005
        except (asyncio.IncompleteReadError, ConnectionError):
            return None

    async def end(self):
        """Waits until the other side has closed."""
        try:
            while await asyncio.wait_for(self.reader.read(4096), PATIENCE):
                pass
        except ConnectionError:
            pass

    def close(self):
        self.writer.transport.abort()


def client_frame(opcode, payload=b"", fin=True, rsv=0, mask=b"\x11\x22\x33\x44"):
    """A frame as a client sends it; `mask` None: without one, which is forbidden."""
    first = (0x80 if fin else 0) | rsv << 4 | opcode
    masked = 0x80 if mask is not None else 0
    if len(payload) < 126:
        head = bytes([first, masked | len(payload)])
    elif len(payload) < 1 << 16:
        head = struct.pack(">BBH", first, masked | 126, len(payload))
    else:
        head = struct.pack(">BBQ", first, masked | 127, len(payload))
    if mask is None:
        return head + payload
    return head + mask + bytes(byte ^ mask[i % 4] for i, byte in enumerate(payload))


SAMPLE = re.compile(r'^([a-zA-Z_:][a-zA-Z0-9_:]*)(\{(?:[a-zA-Z_][a-zA-Z0-9_]*="(?:[^"\\\n]|\\.)*",?)*\})? (\S+)(?: -?\d+)?$')


def prometheus(text):
    """The samples of Prometheus's text format by their name; ValueError where it is none."""
    types, samples = {}, {}
    if not text.endswith("\n"):
        raise ValueError("the last line has no end")
    for line in text.splitlines():
        if line.startswith("# TYPE "):
            _, _, name, kind = line.split(" ")
            if name in types or kind not in ("counter", "gauge", "summary", "histogram", "untyped"):
                raise ValueError(line)
            types[name] = kind
        elif line and not line.startswith("#"):
            match = SAMPLE.match(line)
            if not match or match[1] not in types or match[1] in samples and not match[2]:
                raise ValueError(line)
            samples[match[1]] = float(match[3])
    return samples
