"""WebSocket frames out of a stream of bytes, whole ones, as they stand there."""

import json

MOST = 16 << 20  # no frame of a test is larger


class Frame:
    def __init__(self, raw, start):
        self.raw, self.start = raw, start

    @property
    def opcode(self):
        return self.raw[0] & 0x0f

    def message(self):
        """The JSON of a server's text frame; of any other an empty object."""
        return json.loads(self.raw[self.start:]) if self.opcode == 1 and not self.raw[1] & 0x80 else {}


class Frames:
    """One direction of a connection: the HTTP head is bytes, and after it come frames. All is bytes if the head refuses."""

    def __init__(self):
        self._held = bytearray()
        self._next = self._head

    def feed(self, data):
        self._held += data
        while self._held:
            piece = self._next()
            if piece is None:
                return
            yield piece

    def rest(self):
        """What has no end yet."""
        return self._take(len(self._held))

    def _take(self, count):
        taken = bytes(self._held[:count])
        del self._held[:count]
        return taken

    def _head(self):
        end = self._held.find(b"\r\n\r\n")
        if end < 0:
            return None
        head = self._take(end + 4)
        self._next = self._frame if head.startswith((b"GET ", b"HTTP/1.1 101 ")) else self.rest
        return head

    def _frame(self):
        start, length = self._extent()
        if length is None or start + length > len(self._held):
            return None
        return Frame(self._take(start + length), start)

    def _extent(self):
        """Where the payload begins, and its length once that is known."""
        held = self._held
        if len(held) < 2:
            return 2, None
        length, start = held[1] & 0x7f, 2
        if length > 125:
            start = 4 if length == 126 else 10
            if len(held) < start:
                return start, None
            length = int.from_bytes(held[2:start], "big")
        if length > MOST:
            raise AssertionError(f"a frame of {length} bytes")
        return start + (4 if held[1] & 0x80 else 0), length
