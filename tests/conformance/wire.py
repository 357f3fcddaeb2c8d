"""A WebSocket peer that can say anything: frames as bytes, in either role, and what comes back."""

import base64
import hashlib
import socket
import struct
import zlib

GUID = b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11"
TEXT, BINARY, CLOSE, PING, PONG, CONTINUATION = 1, 2, 8, 9, 10, 0
NAMES = {TEXT: "text", BINARY: "binary", CLOSE: "close", PING: "ping", PONG: "pong"}
PATIENCE = 60  # a bound against hanging: a build under a sanitizer on a busy machine is slow
KEY = b"\x37\xfa\x21\x3d"


def mask(payload):
    times = -(-len(payload) // 4)
    return (int.from_bytes(payload, "big") ^ int.from_bytes((KEY * times)[:len(payload)], "big")).to_bytes(len(payload), "big")


def frame(op, payload=b"", fin=True, rsv=0, masked=True, width=None, length=None):
    """One frame; `width` is the size of the length's field if not the shortest, `length` what it tells instead."""
    payload = payload.encode() if isinstance(payload, str) else payload
    length = len(payload) if length is None else length
    width = width or (1 if length < 126 else 2 if length < 65536 else 8)
    bit = 0x80 if masked else 0
    head = bytes([fin << 7 | rsv << 4 | op])
    head += {1: lambda: bytes([bit | length]), 2: lambda: struct.pack("!BH", bit | 126, length),
             8: lambda: struct.pack("!BQ", bit | 127, length)}[width]()
    return head + (KEY + mask(payload) if masked else payload)


def expanded(payload):
    """A message that refers to none before it, as its sender has promised."""
    reader = zlib.decompressobj(-zlib.MAX_WBITS)
    message = reader.decompress(payload + b"\0\0\xff\xff") + reader.flush()
    assert not reader.eof, "a block that says it is the last"
    return message


class Peer:
    """One side of a connection whose other side is under test."""

    def __init__(self, sock, is_client, got=b"", compressed=False):
        self.socket, self.is_client, self.got, self.compressed = sock, is_client, got, compressed
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def send(self, data, piece=0):
        """All at once, or in pieces of so many bytes."""
        try:
            for at in range(0, len(data), piece or len(data) or 1):
                self.socket.sendall(data[at:at + (piece or len(data))])
        except (ConnectionResetError, BrokenPipeError):
            pass  # cut off by the other side: what it said before tells why

    def _take(self, count):
        while len(self.got) < count:
            more = self.socket.recv(1 << 16)
            if not more:
                raise EOFError
            self.got += more
        taken, self.got = self.got[:count], self.got[count:]
        return taken

    def next(self):
        """The next frame as a tuple, ("close", code, reason) for a close, and ("eof",) when there is none."""
        try:
            first, second = self._take(2)
            size = second & 127
            if size > 125:
                size = int.from_bytes(self._take(2 if size == 126 else 8), "big")
            assert bool(second & 128) != self.is_client, "a client masks and a server does not"
            key = self._take(4) if second & 128 else bytes(4)
            payload = self._take(size)
        except (EOFError, ConnectionResetError):
            return ("eof",)
        assert first & 0x80 and not first & 0x30, f"a first byte of {first:#x}"
        assert not first & 0x40 or (self.compressed and first & 15 in (TEXT, BINARY)), f"a first byte of {first:#x}"
        if any(key):
            times = -(-size // 4)
            payload = (int.from_bytes(payload, "big") ^ int.from_bytes((key * times)[:size], "big")).to_bytes(size, "big")
        if first & 0x40:
            payload = expanded(payload)
        name = NAMES[first & 15]
        if name == "close":
            return (name, int.from_bytes(payload[:2], "big") if payload else 1005, payload[2:].decode())
        return (name, payload)

    def close(self):
        self.socket.close()


def read_header(sock):
    data = b""
    while b"\r\n\r\n" not in data:
        more = sock.recv(4096)
        if not more:
            raise EOFError(data)
        data += more
    head, rest = data.split(b"\r\n\r\n", 1)
    lines = head.decode().split("\r\n")
    return lines[0], {k.strip().lower(): v.strip() for k, v in (line.split(":", 1) for line in lines[1:])}, rest


def connect(port, extensions=None):
    """A client of the server under test; its response header comes with it."""
    sock = socket.create_connection(("127.0.0.1", port), timeout=PATIENCE)
    lines = ["GET / HTTP/1.1", "Host: localhost", "Upgrade: websocket", "Connection: Upgrade", "Sec-WebSocket-Version: 13",
             "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ=="]
    lines += [f"Sec-WebSocket-Extensions: {one}" for one in extensions or []]
    sock.sendall("\r\n".join([*lines, "", ""]).encode())
    status, headers, rest = read_header(sock)
    assert status.split()[1] == "101", status
    assert headers["sec-websocket-accept"] == "s3pPLMBiTxaQ9kYGzzhZRbK+xOo="
    return Peer(sock, True, rest, "sec-websocket-extensions" in headers), headers


def accept(listener, extensions=None, first=b""):
    """The server of a client under test; `first` is said in one breath with the response."""
    sock, _ = listener.accept()
    sock.settimeout(PATIENCE)
    _, headers, rest = read_header(sock)
    key = base64.b64encode(hashlib.sha1(headers["sec-websocket-key"].encode() + GUID).digest()).decode()
    lines = ["HTTP/1.1 101 Switching Protocols", "Upgrade: websocket", "Connection: Upgrade", f"Sec-WebSocket-Accept: {key}"]
    lines += [f"Sec-WebSocket-Extensions: {extensions}"] if extensions else []
    sock.sendall("\r\n".join([*lines, "", ""]).encode() + first)
    return Peer(sock, False, rest), headers
