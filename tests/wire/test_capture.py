"""What the tap copies for its trace arrives whole and in order, whichever thread sends it."""

import io
import socket
import threading

from kernel_seams.wire.tap.capture import BYE, FRAMES, HEAD, SIZE, Capture
from kernel_seams.wire.tap.keeper import Gulps
from kernel_seams.wire.trace import Stderr, decode

PATIENCE = 60
MESSAGES = [[b"%d" % number, b"x" * size] for number, size in enumerate([9, 999, 70_000, 0, 300_000, 5] * 10)]
LINES = [f"line {number}" for number in range(200)]


class Reader(threading.Thread):
    """Reads as the keeper does."""

    def __init__(self, link):
        super().__init__(daemon=True)
        self.link, self.messages, self.lines = link, [], []
        self.start()

    def run(self):
        """Until the tap says goodbye."""
        with io.BufferedReader(Gulps(self.link)) as stream:
            while (kind := stream.read(1)) != BYE:
                if kind == FRAMES:
                    *_, count = HEAD.unpack(kind + stream.read(HEAD.size - 1))
                    sizes = [SIZE.unpack(stream.read(SIZE.size))[0] for _ in range(count)]
                    self.messages.append([stream.read(size) for size in sizes])
                else:
                    self.lines.append(decode(stream.read(SIZE.unpack(stream.read(SIZE.size))[0])).text)
        self.link.close()


def test_all_arrives_in_order_while_the_keeper_is_slow_and_when_it_is_not():
    """Nobody reads at first, so most of it waits for a thread; later each is sent by whoever has kept it."""
    ours, theirs = socket.socketpair()
    capture = Capture(ours)

    def say():
        for text in LINES:
            capture.record(Stderr(t=1, text=text))
            capture.flush()

    pump = threading.Thread(target=say)
    pump.start()
    for number, frames in enumerate(MESSAGES):
        capture.frames(1, "iopub", "to_client", frames)
        if number % 3 == 0:
            capture.flush()
        if number == len(MESSAGES) // 2:
            assert capture.waiting  # the socket was full long ago
            reader = Reader(theirs)
    pump.join(PATIENCE)
    assert capture.close(PATIENCE)
    capture.record(Stderr(t=1, text="too late"))
    reader.join(PATIENCE)
    assert (reader.messages, reader.lines) == (MESSAGES, LINES)
    assert (capture.waiting, capture.left_out) == (0, 0)
    ours.close()
