"""Runs the tests of a file: `FILE [--programs FOLDER…] [--flush uring|send] [unittest's own arguments]`."""

import argparse
import asyncio
import importlib.util
import pathlib
import sys
import unittest

SKIPPED = 77  # what CTest takes for skipped

if importlib.util.find_spec("websockets") is None:
    print("skipped: this Python has no package 'websockets' (Debian: python3-websockets)")
    sys.exit(SKIPPED)

from . import programs  # noqa: E402
from .wire import Peer  # noqa: E402


class Case(unittest.IsolatedAsyncioTestCase):
    """Ends what a test began, however the test ends."""

    def setUp(self):
        asyncio.get_event_loop().set_debug(False)  # unittest turns it on, and it is slow

    async def serve(self, name, *arguments, **options):
        if programs.find(name) is None:
            self.skipTest(f"this build has no {name}")
        server = await programs.Server.serve(name, *arguments, **options)
        self.addAsyncCleanup(server.end)
        return server

    async def run_program(self, name, *arguments, kind=programs.Program, **options):
        if programs.find(name) is None:
            self.skipTest(f"this build has no {name}")
        program = await kind.start(name, *arguments, **options)
        self.addAsyncCleanup(program.end)
        return program

    async def peer(self, server, path="/ws", **options):
        url = server if isinstance(server, str) else server.url(path)
        peer = await Peer.connect(url, **options)
        self.addCleanup(lambda: peer.socket.transport.abort())
        return peer

    async def eventually(self, asked):
        """Asks again and again until the answer is true: for what the server does when it gets to it."""
        async def ask():
            while not await asked():
                await asyncio.sleep(0.01)
        await asyncio.wait_for(ask(), programs.PATIENCE)

    def assert_error(self, error, code, name, context=None):
        self.assertEqual((error.get("code"), error.get("name")), (code, name), context or error)
        self.assertIsInstance(error["message"], str)
        self.assertTrue(error["message"])
        self.assertIn(error["retry"], ("never", "later", "now"))
        self.assertLessEqual(set(error), {"code", "name", "message", "retry", "retryAfterMs"})


def main():
    arguments = argparse.ArgumentParser(add_help=False)
    arguments.add_argument("--programs", action="append", default=[])
    arguments.add_argument("--flush")
    known, rest = arguments.parse_known_args()
    programs.folders[:] = map(pathlib.Path, known.programs)
    programs.flush = known.flush
    if known.flush and (refused := programs.flush_refused()):
        print(f"skipped: {refused}")
        sys.exit(SKIPPED)
    ran = unittest.main(module="__main__", argv=[sys.argv[0], *rest], exit=False, verbosity=2).result
    if not ran.wasSuccessful():
        sys.exit(1)
    if ran.testsRun and len(ran.skipped) == ran.testsRun:
        print("skipped: " + "; ".join(sorted({reason for _, reason in ran.skipped})))
        sys.exit(SKIPPED)
