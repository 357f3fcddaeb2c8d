"""echo_server and echo_client, held to RFC 6455 and RFC 7692: `test_conformance.py --programs FOLDER`."""

import pathlib
import socket
import subprocess
import sys
import unittest
import zlib

import cases
import wire
from wire import CONTINUATION, TEXT

folder = None
OFFER = "permessage-deflate; server_no_context_takeover"


def deflate(compressor, data):
    done = compressor.compress(data) + compressor.flush(zlib.Z_SYNC_FLUSH)
    assert done.endswith(b"\0\0\xff\xff")
    return done[:-4]


def compressor(bits=15, level=6):
    return zlib.compressobj(level, zlib.DEFLATED, -bits)


class Role(unittest.TestCase):
    """What is asked of both roles. `open()` gives a peer of the program under test."""

    def setUp(self):
        self.say = cases.Speaker(self.tester_is_client)

    def converse(self, data, expected, piece=0, extensions=None):
        peer = self.open(extensions)
        peer.send(data, piece)
        ends = bool(expected) and expected[-1][0] == "close"
        if not ends:
            peer.send(self.say.close(1000))
            expected = [*expected, ("close", 1000)]
        for at, want in enumerate(expected):
            self.assertEqual(peer.next()[:2], want, at)
        self.assertEqual(peer.next(), ("eof",))
        peer.close()
        self.done(clean=expected[-1] in (("close", 1000), ("close", 1001), ("close", 1005)))

    def test_frames(self):
        for family in cases.FAMILIES:
            for name, data, expected in family():
                with self.subTest(name):
                    self.converse(data(self.say), expected)

    def test_frames_in_pieces(self):
        for family in cases.FAMILIES:
            for name, data, expected in family():
                data = data(self.say)
                if len(data) < 400:
                    with self.subTest(name):
                        self.converse(data, expected, piece=1 if len(data) < 40 else 37)

    def converse_compressed(self, extensions, bits, takeover, level=6):
        """Messages of many sizes and kinds, whole and in pieces, plain ones between."""
        texts = [b"", b"a", b"the price is " * 30, bytes(range(32, 127)) * 300, b"the price is " * 30, "\u20ac".encode() * 5000]
        with_all = compressor(bits, level)
        sent, expected = b"", []
        for text in texts * 2:
            body = deflate(with_all if takeover else compressor(bits, level), text)
            third = len(body) // 3
            sent += self.say(TEXT, body, rsv=4) + self.say(TEXT, "plain")
            expected += [("text", text), ("text", b"plain")]
            body = deflate(with_all if takeover else compressor(bits, level), text)
            third = len(body) // 3
            sent += (self.say(TEXT, body[:third], rsv=4, fin=False) + self.say(wire.PING, b"p")
                     + self.say(CONTINUATION, body[third:2 * third], fin=False) + self.say(CONTINUATION, body[2 * third:]))
            expected += [("pong", b"p"), ("text", text)]
        self.converse(sent, expected, extensions=extensions)

    def test_what_does_not_expand(self):
        extensions = self.plain_agreement
        bad = [(b"\x07", 1007), (b"\xf2\x48", 1007), (deflate(compressor(), b"\xc3"), 1007),
               (deflate(compressor(), b"x" * ((16 << 20) + 1)), 1009)]
        for body, code in bad:
            with self.subTest(body[:10]):
                self.converse(self.say(TEXT, body, rsv=4), [("close", code)], extensions=extensions)
        for data in (self.say(TEXT, b"a", fin=False) + self.say(CONTINUATION, b"b", rsv=4), self.say(wire.PING, b"", rsv=4),
                     self.say(TEXT, b"a", rsv=2)):
            self.converse(data, [("close", 1002)], extensions=extensions)
        final = compressor()
        body = final.compress(b"Hello") + final.flush(zlib.Z_FINISH) + b"\0"
        self.converse(self.say(TEXT, body, rsv=4), [("text", b"Hello")], extensions=extensions)


class Server(Role):
    tester_is_client = True
    plain_agreement = [OFFER]

    @classmethod
    def setUpClass(cls):
        cls.program = subprocess.Popen([folder / "echo_server", "0"], stdout=subprocess.PIPE, text=True)
        cls.port = int(cls.program.stdout.readline().rsplit(":", 1)[1])

    @classmethod
    def tearDownClass(cls):
        cls.program.terminate()
        cls.program.wait(wire.PATIENCE)
        cls.program.stdout.close()

    def open(self, extensions=None):
        return wire.connect(self.port, extensions)[0]

    def done(self, clean):
        pass

    def test_offers_of_compression(self):
        mine = "permessage-deflate; server_no_context_takeover; client_no_context_takeover"
        for offer, answer in (
                (["permessage-deflate"], mine),
                (["permessage-deflate; client_max_window_bits"], mine),
                (["permessage-deflate; client_max_window_bits=10"], mine + "; client_max_window_bits=10"),
                (["permessage-deflate; server_max_window_bits=12"], mine + "; server_max_window_bits=12"),
                (["permessage-deflate; client_no_context_takeover; server_no_context_takeover"], mine),
                (["permessage-deflate; server_max_window_bits=8, permessage-deflate"], mine),
                (["x-other, permessage-deflate; unknown", "permessage-deflate; client_max_window_bits=9"],
                 mine + "; client_max_window_bits=9"),
                (["permessage-deflate; server_max_window_bits=16"], None),
                (["permessage-deflate; server_max_window_bits"], None),
                (["permessage-deflate; client_max_window_bits=07"], None),
                (["permessage-deflate; server_no_context_takeover=1"], None),
                (["permessage-deflate; client_no_context_takeover; client_no_context_takeover"], None),
                (["x-other"], None), ([], None)):
            with self.subTest(offer):
                peer, headers = wire.connect(self.port, offer)
                peer.close()
                self.assertEqual(headers.get("sec-websocket-extensions"), answer)

    def test_compressed_messages(self):
        for bits in (9, 12, 15):
            for level in (0, 1, 9):
                with self.subTest((bits, level)):
                    self.converse_compressed([f"permessage-deflate; client_max_window_bits={bits}"], bits, False, level)


class Client(Role):
    tester_is_client = False
    plain_agreement = OFFER

    def setUp(self):
        super().setUp()
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.listener.settimeout(wire.PATIENCE)
        self.addCleanup(self.listener.close)
        self.program = None

    def open(self, extensions=None, first=b""):
        url = f"ws://127.0.0.1:{self.listener.getsockname()[1]}/"
        self.program = subprocess.Popen([folder / "echo_client", url], stderr=subprocess.DEVNULL)
        self.addCleanup(self.away, self.program)
        return wire.accept(self.listener, extensions, first)[0]

    @staticmethod
    def away(program):
        if program.poll() is None:
            program.kill()
            program.wait()

    def done(self, clean):
        self.assertEqual(self.program.wait(wire.PATIENCE), 0 if clean else 1)

    def test_frames_that_come_with_the_response(self):
        first = self.say(TEXT, "a") + self.say(TEXT, b"b" * 5000) + self.say(wire.PING, b"c") + self.say(TEXT, "d")
        for cut in (len(first), 1, 3, 2000):
            peer = self.open(first=first[:cut])
            peer.send(first[cut:] + self.say.close(1000))
            for want in (("text", b"a"), ("text", b"b" * 5000), ("pong", b"c"), ("text", b"d"), ("close", 1000), ("eof",)):
                self.assertEqual(peer.next()[:2], want)
            peer.close()
            self.done(clean=True)

    def test_answers_that_nobody_asked_for(self):
        for answer in ("x-other", "permessage-deflate; client_max_window_bits=10", "permessage-deflate; server_max_window_bits=7",
                       "permessage-deflate; unknown", "permessage-deflate, permessage-deflate"):
            with self.subTest(answer):
                peer = self.open(answer)
                self.assertEqual(peer.next(), ("eof",))
                peer.close()
                self.done(clean=False)

    def test_compressed_messages(self):
        for bits in (9, 15):
            for takeover in (True, False):
                more = "" if takeover else "; server_no_context_takeover"
                more += "; client_no_context_takeover" if bits == 9 else ""
                with self.subTest((bits, takeover)):
                    self.converse_compressed(f"permessage-deflate; server_max_window_bits={bits}{more}", bits, takeover)


del Role  # its tests are those of the two

if __name__ == "__main__":
    at = sys.argv.index("--programs")
    folder = pathlib.Path(sys.argv[at + 1])
    del sys.argv[at:at + 2]
    unittest.main(verbosity=1)
