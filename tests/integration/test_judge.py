"""What judges in the fault tests can itself fail: each is shown what must not be."""

import json
import struct
import unittest

from kit.tests import main
from kit.book import Wrong
from kit.frames import Frame, Frames
from kit.http import client_frame
from kit.watching import Stream


def snapshot(seq, epoch="a", **more):
    return {"kind": "snapshot", "epoch": epoch, "seq": seq, "data": [], **more}


def update(prev, seq, epoch="a", **more):
    return {"kind": "update", "epoch": epoch, "prev": prev, "seq": seq, "data": list(range(prev + 1, seq + 1)), **more}


def gap(first, last):
    return {"kind": "gap", "from": first, "to": last}


STALE, RESUMED, END = {"kind": "stale"}, {"kind": "resumed"}, {"kind": "end"}


class Judged(unittest.TestCase):
    def stream(self, name, *lines):
        stream = Stream(name)
        for line in lines:
            stream.apply(line)
        return stream

    def well(self, name, *lines):
        self.stream(name, *lines)

    def wrong(self, name, *lines):
        self.stream(name, *lines[:-1])  # up to there it is well
        with self.assertRaises(Wrong):
            self.stream(name, *lines)

    def test_a_log_has_each_entry_once_and_in_order(self):
        self.well("numbers", snapshot(3), update(3, 4), update(4, 7))
        self.wrong("numbers", snapshot(3), update(4, 5))
        self.wrong("numbers", snapshot(3), update(3, 4), update(3, 4))
        self.wrong("numbers", snapshot(3), update(3, 4, epoch="b"))
        self.wrong("numbers", snapshot(3), update(3, 5, data=[4, 6]))
        self.wrong("numbers", snapshot(3), update(3, 5, data=[5]))

    def test_a_gap_of_a_log_covers_what_is_missing(self):
        self.well("numbers", snapshot(3), gap(4, 6), update(6, 7))
        self.wrong("numbers", snapshot(3), gap(5, 6))
        self.wrong("numbers", snapshot(3), gap(3, 6))
        self.wrong("numbers", snapshot(3), gap(4, 6), update(7, 8))
        self.wrong("numbers", snapshot(3), gap(0, 0), update(3, 4))

    def test_a_new_place_in_a_log_is_told_before(self):
        self.well("numbers", snapshot(3), STALE, RESUMED, gap(0, 0), snapshot(9, "b"), update(9, 10, "b"))
        self.well("numbers", snapshot(3), STALE, RESUMED, gap(4, 9), snapshot(9), update(9, 10))
        self.wrong("numbers", snapshot(3), STALE, RESUMED, snapshot(9, "b"))
        self.wrong("numbers", snapshot(3), STALE, RESUMED, snapshot(9))
        self.wrong("numbers", snapshot(3), STALE, RESUMED, gap(4, 8), snapshot(9))

    def test_nothing_comes_while_stale_nor_behind_the_end(self):
        for name in ("numbers", "orderbook"):
            self.well(name, snapshot(3), STALE, STALE, RESUMED, update(3, 4), END, END)
            self.wrong(name, snapshot(3), STALE, update(3, 4))
            self.wrong(name, snapshot(3), STALE, snapshot(4))
            self.wrong(name, snapshot(3), RESUMED)
            self.wrong(name, snapshot(3), END, update(3, 4))

    def test_a_state_behind_a_gap_needs_a_snapshot(self):
        self.well("orderbook", snapshot(3), gap(4, 6), snapshot(8), update(8, 12))
        self.wrong("orderbook", snapshot(3), gap(4, 6), update(6, 7))
        self.wrong("orderbook", snapshot(3), update(4, 5))
        self.wrong("orderbook", snapshot(3), gap(0, 0), snapshot(2))

    def test_at_rest_the_view_is_that_of_the_server(self):
        book = self.stream("orderbook", snapshot(3, digest="1"), update(3, 4, digest="2"))
        book.check({"seq": 4, "digest": "2"})
        orders = self.stream("orders", snapshot(1, data=[{"orderId": "1", "n": 1}, {"orderId": "2", "n": 1}]),
                             update(1, 2, data=[{"orderId": "1", "removed": True}, {"orderId": "2", "n": 2}]))
        orders.check({"seq": 2, "open": {"2": 2}})
        for stream, truth in ((book, {"seq": 5, "digest": "2"}), (book, {"seq": 4, "digest": "1"}),
                              (orders, {"seq": 2, "open": {"2": 1}}), (orders, {"seq": 2, "open": {}})):
            with self.assertRaises(Wrong):
                stream.check(truth)
        book.apply(STALE)
        with self.assertRaises(Wrong):
            book.check({"seq": 4, "digest": "2"})


class Framed(unittest.TestCase):
    """What the proxy takes for a frame."""

    def served(self, text):
        data = text.encode()
        head = bytes([0x81, len(data)]) if len(data) < 126 else struct.pack(">BBH", 0x81, 126, len(data))
        return head + data

    def pieces(self, data, size):
        frames = Frames()
        found = [piece for at in range(0, len(data), size) for piece in frames.feed(data[at:at + size])]
        return found, frames.rest()

    def test_frames_are_found_however_they_were_read(self):
        head = b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n\r\n"
        texts = ['{"a":1}', json.dumps({"b": "x" * 200}), json.dumps({"c": "x" * 70000})]
        frames = [self.served(text) for text in texts[:2]]
        frames.append(struct.pack(">BBQ", 0x81, 127, len(texts[2])) + texts[2].encode())
        for size in (1, 2, 3, 7, 1000, 1 << 20):
            found, rest = self.pieces(head + b"".join(frames) + b"\x81", size)
            self.assertEqual([found[0]] + [each.raw for each in found[1:]], [head, *frames])
            self.assertEqual([each.message() for each in found[1:]], [json.loads(text) for text in texts])
            self.assertEqual(rest, b"\x81")

    def test_those_of_a_client_are_masked(self):
        frame = client_frame(1, b'{"id":1}')
        (head, found), rest = self.pieces(b"GET /ws HTTP/1.1\r\n\r\n" + frame, 5)
        self.assertIsInstance(found, Frame)
        self.assertEqual((head, found.raw, found.start, found.message(), rest), (b"GET /ws HTTP/1.1\r\n\r\n", frame, 6, {}, b""))

    def test_behind_a_refusal_all_is_bytes(self):
        refusal = b"HTTP/1.1 503 Service Unavailable\r\nContent-Length: 4\r\n\r\nbusy"
        found, rest = self.pieces(refusal, 9)
        self.assertEqual((b"".join(found), rest), (refusal, b""))


if __name__ == "__main__":
    main()
