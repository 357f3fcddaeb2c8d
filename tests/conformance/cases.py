"""What is sent, and what must come back. Each case is a name, its bytes as a function of the role, and the answers."""

import struct

from wire import BINARY, CLOSE, CONTINUATION, PING, PONG, TEXT, frame

EURO = "\u20ac".encode()
GOOD_CODES = (1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011, 1012, 1013, 1014, 3000, 3999, 4000, 4999)
BAD_CODES = (0, 999, 1004, 1005, 1006, 1015, 1016, 1100, 2000, 2999, 5000, 65535)
GOOD_TEXTS = ("", "Hello-\u00b5@\u00df\u00f6\u00e4\u00fc\u00e0\u00e1-UTF-8!!", "\u03ba\u1f79\u03c3\u03bc\u03b5", "\0", "\x7f",
              "\u0080", "\u07ff", "\u0800", "\uffff", "\U00010000", "\U0010ffff", "\ud7ff", "\ue000", "\ufffd", "\ufffe")
BAD_TEXTS = (b"\xce\xba\xe1\xbd\xb9\xcf\x83\xce\xbc\xce\xb5\xed\xa0\x80edited", b"\x80", b"\xbf", b"\xc0\xaf", b"\xe0\x80\xaf",
             b"\xf0\x80\x80\xaf", b"\xf8\x88\x80\x80\x80", b"\xfe", b"\xff", b"\xed\xa0\x80", b"\xed\xbf\xbf", b"\xf4\x90\x80\x80",
             b"\xc3", b"\xe2\x82", b"\xf0\x9f\x98", b"a\xe2\x28\xa1")
SIZES = (0, 1, 124, 125, 126, 127, 128, 255, 256, 257, 300, 4000, 4096, 65535, 65536, 70000)


class Speaker:
    """Frames as the role of the tester has them."""

    def __init__(self, masked):
        self.masked = masked

    def __call__(self, op, payload=b"", **more):
        more.setdefault("masked", self.masked)
        return frame(op, payload, **more)

    def close(self, code=1000, reason=b""):
        return self(CLOSE, struct.pack("!H", code) + reason)


def closed(code):
    """An answer of this code with any reason."""
    return ("close", code)


def messages():
    for size in SIZES:
        for op, name in ((TEXT, "text"), (BINARY, "binary")):
            data = b"*" * size
            yield f"framing {name} {size}", lambda f, op=op, d=data: f(op, d), [(name, data)]
    for data in GOOD_TEXTS:
        data = data.encode()
        yield f"utf-8 good {data!r}", lambda f, d=data: f(TEXT, d), [("text", data)]
        yield f"utf-8 in pieces {data!r}", lambda f, d=data: (
            f(TEXT, b"", fin=False) + b"".join(f(CONTINUATION, d[i:i + 1], fin=False) for i in range(len(d)))
            + f(CONTINUATION)), [("text", data)]
    for data in BAD_TEXTS:
        yield f"utf-8 bad {data!r}", lambda f, d=data: f(TEXT, d) + f(TEXT, "after"), [closed(1007)]
        yield f"utf-8 bad in pieces {data!r}", lambda f, d=data: (
            b"".join(f(TEXT if i == 0 else CONTINUATION, d[i:i + 1], fin=i == len(d) - 1) for i in range(len(d)))), [closed(1007)]
        yield f"not text {data!r}", lambda f, d=data: f(BINARY, d), [("binary", data)]
    yield "utf-8 fails fast", lambda f: f(TEXT, b"\xf4\x90", length=500), [closed(1007)]


def controls():
    for size in (0, 1, 125):
        data = b"\xfe" * size
        yield f"ping {size}", lambda f, d=data: f(PING, d), [("pong", data)]
        yield f"pong {size}", lambda f, d=data: f(PONG, d) + f(PING, b"x"), [("pong", b"x")]
    yield "ten pings", lambda f: b"".join(f(PING, str(i)) for i in range(10)), [("pong", str(i).encode()) for i in range(10)]
    yield "many pings", lambda f: b"".join(f(PING, b"12345678") for _ in range(20000)), [("pong", b"12345678")] * 20000
    for op in (PING, PONG, CLOSE):
        yield f"control {op} too long", lambda f, op=op: f(op, b"x" * 126), [closed(1002)]
        yield f"control {op} in pieces", lambda f, op=op: f(op, b"", fin=False), [closed(1002)]


def bits():
    for rsv in range(1, 8):
        for op in (TEXT, BINARY, PING, CLOSE):
            yield f"rsv {rsv} on {op}", lambda f, r=rsv, op=op: f(TEXT, "a") + f(op, b"", rsv=r), [("text", b"a"), closed(1002)]
    for op in (3, 4, 5, 6, 7, 11, 12, 13, 14, 15):
        yield f"opcode {op}", lambda f, op=op: f(op, b"x") + f(PING), [closed(1002)]
    yield "length in two bytes", lambda f: f(TEXT, b"x" * 125, width=2), [closed(1002)]
    yield "length in eight bytes", lambda f: f(TEXT, b"x" * 126, width=8), [closed(1002)]
    yield "length of 64 bits", lambda f: f(BINARY, b"", length=1 << 63), [closed(1002)]
    yield "the wrong masking", lambda f: f(TEXT, b"x", masked=not f.masked), [closed(1002)]


def fragments():
    whole = [("text", b"fragment1fragment2")]
    yield "two pieces", lambda f: f(TEXT, "fragment1", fin=False) + f(CONTINUATION, "fragment2"), whole
    yield "a ping between", lambda f: (
        f(TEXT, "fragment1", fin=False) + f(PING, "p") + f(CONTINUATION, "fragment2")), [("pong", b"p"), *whole]
    for fin in (True, False):
        yield f"a stray continuation {fin}", lambda f, fin=fin: f(CONTINUATION, "x", fin=fin) + f(TEXT, "y"), [closed(1002)]
        yield f"a text within {fin}", lambda f, fin=fin: f(TEXT, "x", fin=False) + f(TEXT, "y", fin=fin), [closed(1002)]
    yield "a continuation too much", lambda f: (
        f(TEXT, "fragment1", fin=False) + f(CONTINUATION, "fragment2") + f(CONTINUATION, "x")), [*whole, closed(1002)]
    yield "a message begun and closed", lambda f: f(TEXT, "x", fin=False) + f.close(), [("close", 1000)]


def closes():
    yield "close with nothing", lambda f: f(CLOSE), [("close", 1005)]
    yield "half a code", lambda f: f(CLOSE, b"\x03"), [closed(1002)]
    for code in GOOD_CODES:
        yield f"close {code}", lambda f, c=code: f.close(c), [("close", code)]
        yield f"close {code} with a reason", lambda f, c=code: f.close(c, EURO * 41), [("close", code)]
    for code in BAD_CODES:
        yield f"close {code}", lambda f, c=code: f.close(c), [closed(1002)]
    yield "a reason too long", lambda f: f.close(1000, b"x" * 124), [closed(1002)]
    yield "a reason of no UTF-8", lambda f: f.close(1000, b"\xce\xba\xff"), [closed(1007)]
    yield "what follows a close", lambda f: f.close() + f(TEXT, "x") + f(PING) + f.close(1001), [("close", 1000)]


def limits():
    most = 16 << 20
    yield "a million bytes", lambda f: f(BINARY, b"x" * (1 << 20)), [("binary", b"x" * (1 << 20))]
    yield "in pieces of 1000", lambda f: f(TEXT, b"", fin=False) + b"".join(
        f(CONTINUATION, b"y" * 1000, fin=False) for _ in range(1000)) + f(CONTINUATION), [("text", b"y" * 1000000)]
    yield "above the limit", lambda f: f(BINARY, b"", length=most + 1), [closed(1009)]
    yield "far above it", lambda f: f(BINARY, b"", length=(1 << 63) - 1), [closed(1009)]
    yield "above it together", lambda f: f(BINARY, b"x" * 10, fin=False) + f(CONTINUATION, b"", length=most - 9), [closed(1009)]
    yield "fragments enough", lambda f: f(TEXT, b"x", fin=False) + f(CONTINUATION, b"x", fin=False) * 65534 + f(
        CONTINUATION, b"x"), [("text", b"x" * 65536)]
    yield "a fragment too many", lambda f: f(TEXT, b"x", fin=False) + f(CONTINUATION, b"x", fin=False) * 65535 + f(
        CONTINUATION, b"x"), [closed(1009)]


FAMILIES = (messages, controls, bits, fragments, closes, limits)
