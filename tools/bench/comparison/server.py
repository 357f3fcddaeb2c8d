"""A server under measurement: started on its CPU, awaited, and ended by its process id."""

import os
import queue
import re
import shlex
import socket
import subprocess
import threading
import time

START_SECONDS = 15
STOP_SECONDS = 5
_LISTENING = re.compile(r"listening on \S*?:(\d+)(?:/\S*)?\s*$")


class ServerError(Exception):
    """The server could not be started; the text says why."""


class Server:
    """A context manager. The command gets the port 0 as its last argument and says `listening on HOST:PORT`; or it
    contains {port}, which a free port replaces, and is ready as soon as it accepts a connection there."""

    def __init__(self, command, cpu):
        self._words = shlex.split(command)
        self._cpu = cpu
        self._process = None
        self.port = None

    @property
    def pid(self):
        return self._process.pid

    def __enter__(self):
        named = any("{port}" in word for word in self._words)
        if named:
            self.port = _free_port()
            words = [word.replace("{port}", str(self.port)) for word in self._words]
        else:
            words = self._words + ["0"]
        self._process = _start_on(self._cpu, words)
        try:
            if named:
                self._await_accept()
            else:
                self._await_line()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_):
        process = self._process
        if process.poll() is None:
            process.terminate()
            try:
                process.wait(STOP_SECONDS)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait(STOP_SECONDS)
        process.stdout.close()

    def _await_line(self):
        found = queue.Queue()
        threading.Thread(target=_watch, args=(self._process.stdout, found), daemon=True).start()
        try:
            self.port = found.get(timeout=START_SECONDS)
        except queue.Empty:
            raise ServerError(f"did not say where it listens within {START_SECONDS} s") from None
        if self.port is None:
            raise ServerError("ended without saying where it listens")

    def _await_accept(self):
        threading.Thread(target=_watch, args=(self._process.stdout, queue.Queue()), daemon=True).start()
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline:
            if self._process.poll() is not None:
                raise ServerError(f"ended with status {self._process.returncode}")
            try:
                socket.create_connection(("127.0.0.1", self.port), timeout=1).close()
                return
            except OSError:
                time.sleep(0.02)
        raise ServerError(f"accepted no connection within {START_SECONDS} s")


def _watch(stream, found):
    """Reads all that the server prints, so that it never waits for us, and reports the port once; None at the end."""
    try:
        for line in stream:
            match = _LISTENING.search(line)
            if match:
                found.put(int(match.group(1)))
    except ValueError:
        pass  # closed meanwhile
    found.put(None)


def _start_on(cpu, words):
    """A child inherits the CPUs of this process, so they are set for the moment of its start."""
    before = os.sched_getaffinity(0)
    try:
        if cpu is not None:
            os.sched_setaffinity(0, {cpu})
        return subprocess.Popen(words, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True)
    except OSError as error:
        raise ServerError(str(error)) from None
    finally:
        os.sched_setaffinity(0, before)


def _free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]
