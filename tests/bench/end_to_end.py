"""The load generator against the peers over real sockets: `end_to_end.py FOLDER_OF_THE_PROGRAMS`. Runs end when enough messages
came, so nothing here depends on how fast anything is."""

import json
import os
import pathlib
import subprocess
import sys
import unittest

sys.dont_write_bytecode = True
ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tools/bench"))

from comparison.server import Server, ServerError  # noqa: E402
from comparison.table import lines, summarize  # noqa: E402
from comparison.workloads import WORKLOADS  # noqa: E402

PROGRAMS = pathlib.Path(sys.argv.pop(1)).resolve()
PEERS = ("bench-peer-floor", "bench-peer-beast")
BRIEF = ["--settle", "0", "--warmup", "0", "--duration", "60", "--enough", "200"]


def load(*arguments):
    words = [PROGRAMS / "runes-load", *map(str, arguments)]
    return subprocess.run(words, capture_output=True, text=True, timeout=90)


class EndToEnd(unittest.TestCase):
    def with_each_peer(self, check, flags=""):
        for peer in PEERS:
            with self.subTest(peer=peer), Server(f"{PROGRAMS / peer} {flags}", None) as server:
                check(server)

    def measured(self, server, *arguments):
        done = load("--port", server.port, "--pid", server.pid, *BRIEF, *arguments)
        self.assertEqual(done.returncode, 0, done.stderr)
        result = json.loads(done.stdout)
        self.assertEqual((result["lost"], result["gaps"]), (0, 0))
        return result

    def test_every_subscriber_gets_events_of_the_size_asked_for(self):
        def check(server):
            for start, size in (("p1000,1", 200), ("p1000,10,1000", 1000), ("p0,16,64", 64)):
                result = self.measured(server, "--connections", 20, "--start", start)
                self.assertGreaterEqual(result["messages"], 200)
                self.assertEqual(result["latency_us"]["count"], result["messages"])
                payload = result["payload_bytes_per_second"] / result["messages_per_second"]
                self.assertAlmostEqual(payload, size, delta=0.01)

        self.with_each_peer(check)

    def test_both_ways_of_flushing(self):
        for program in ("bench-peer-floor", "runes-bench-server"):
            for how in ("send", "uring"):
                with self.subTest(program=program, how=how):
                    self.with_flush(program, how)
            words = [PROGRAMS / program, "--flush", "loud", "0"]
            done = subprocess.run(words, capture_output=True, text=True, timeout=30)
            self.assertEqual(done.returncode, 2, done.stderr)

    def with_flush(self, program, how):
        command = f"{PROGRAMS / program} --flush {how}"
        try:
            with Server(command, None) as server:
                # More sockets than one call takes, and batches that fill them.
                for connections, start in ((600, "p6000,10"), (20, "p0,16,4000")):
                    result = self.measured(server, "--connections", connections, "--start", start)
                    self.assertGreaterEqual(result["messages"], 200)
        except ServerError:
            done = subprocess.run([*command.split(), "0"], capture_output=True, text=True, timeout=30)
            if how == "uring" and "io_uring" in done.stderr:
                self.skipTest(done.stderr.strip())
            raise

    def test_compressed_events_are_read(self):
        words = f"{PROGRAMS / 'runes-bench-server'} --compression.enabled true"
        with Server(words, None) as server:
            for start, size in (("p1000,1", 200), ("p1000,10,2000", 2000), ("p1000,1,64", 64)):
                result = self.measured(server, "--connections", 20, "--start", start, "--compress")
                payload = result["payload_bytes_per_second"] / result["messages_per_second"]
                self.assertEqual(result["compressed_messages"], result["messages"] if size > 64 else 0)
                self.assertEqual(result["latency_us"]["count"], result["messages"])
                if size > 64:
                    self.assertLess(payload, size)
                else:
                    self.assertAlmostEqual(payload, size, places=3)
            self.assertEqual(self.measured(server, "--connections", 5)["compressed_messages"], 0)
        with Server(str(PROGRAMS / "runes-bench-server"), None) as server:
            done = load("--port", server.port, "--compress", *BRIEF)
            self.assertEqual(done.returncode, 1)
            self.assertIn("does not compress", done.stderr)

    def test_threads_and_ipv6(self):
        def check(server):
            result = self.measured(server, "--host", "::1", "--connections", 20)
            self.assertGreaterEqual(result["messages"], 200)
            self.assertGreaterEqual(result["server"]["threads"], 3)

        self.with_each_peer(check, "--ipv6 --threads 3")

    def test_echo_of_any_size_and_depth(self):
        def check(server):
            for size, depth in ((1, 1), (64, 16), (70000, 3)):
                for binary in ([], ["--binary"]):
                    arguments = ["--mode", "echo", "--connections", 5, "--request-bytes", size]
                    result = self.measured(server, *arguments, "--depth", depth, *binary)
                    self.assertGreaterEqual(result["messages"], 200)

        self.with_each_peer(check)

    def test_idle_connections(self):
        def check(server):
            result = self.measured(server, "--mode", "idle", "--connections", 300, "--duration", 0)
            self.assertEqual(result["messages"], 0)
            self.assertIsNone(result["messages_per_second"])
            self.assertEqual(result["connect"]["handshake_us"]["count"], 300)

        self.with_each_peer(check)

    def test_a_server_that_is_not_there(self):
        with Server(str(PROGRAMS / PEERS[0]), None) as server:
            port = server.port
        done = load("--port", port, *BRIEF)
        self.assertEqual(done.returncode, 1)
        self.assertIn("no connection to 127.0.0.1", done.stderr)

    def test_wrong_command_lines(self):
        self.assertEqual(load("--port", "none").returncode, 2)
        for peer in PEERS:
            done = subprocess.run([PROGRAMS / peer, "70000"], capture_output=True, text=True, timeout=30)
            self.assertEqual(done.returncode, 2)
            self.assertIn("PORT must be a number from 0 to 65535", done.stderr)

    def test_a_port_that_is_taken(self):
        def check(server):
            for peer in PEERS:
                words = [PROGRAMS / peer, str(server.port)]
                done = subprocess.run(words, capture_output=True, text=True, timeout=30)
                self.assertEqual(done.returncode, 1)

        self.with_each_peer(check)


def figures(program, *arguments):
    words = [PROGRAMS / program, *map(str, arguments)]
    done = subprocess.run(words, capture_output=True, text=True, timeout=300)
    return done, json.loads(done.stdout) if done.stdout else None


class DeliveryFigures(unittest.TestCase):
    """That the programs run and that what they count adds up; how long anything took is not looked at."""

    def test_slow_consumers(self):
        sizes = ["--subscribers", 12, "--slow", 4, "--rate", 2000, "--outbox-bytes", 20000]
        times = ["--rounds", 2, "--warmup", 0, "--phase", 0.2]
        done, result = figures("runes-bench-slow", *sizes, *times, "--slow-receive-bytes", 4096)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual((result["books"]["caught_up"], result["books"]["same_book"]), (8, 8))
        self.assertEqual((result["books"]["wrong"], result["lost"]), (0, 0))
        self.assertGreater(result["books"]["slow_events_merged"], 0)
        self.assertGreater(result["with_slow"]["held_back_per_second"], 0)
        memory = result["memory"]
        self.assertLessEqual(memory["largest_outbox_bytes"], memory["outbox_bound_bytes"])
        self.assertLessEqual(0, memory["largest_backlog_bytes"])
        self.assertLessEqual(memory["largest_backlog_bytes"], memory["backlog_bound_bytes"])

    def test_resume(self):
        done, result = figures("runes-bench-resume", "--rounds", 2, "--events", 3000)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual((result["wrong"], result["not_recovered"]), (0, 0))
        for kind in ("heard_by_others", "heard_by_nobody"):
            self.assertGreater(result[kind]["milliseconds"]["median"], 0)
            self.assertLess(result[kind]["allocations_per_event"], 1.1)
        if os.environ.get("SANITIZERS") != "thread":  # under it nothing can be counted
            self.assertGreater(result["heard_by_nobody"]["allocations_per_event"], 0.9)

    def test_a_history_that_is_too_small_is_told(self):
        done, result = figures("runes-bench-resume", "--rounds", 1, "--history-bytes", 50000)
        self.assertEqual((done.returncode, result["not_recovered"]), (1, 2), done.stderr)

    def test_wrong_command_lines(self):
        for program in ("runes-bench-slow", "runes-bench-resume"):
            done, result = figures(program, "--rounds", 0)
            self.assertEqual((done.returncode, result), (2, None))
            self.assertIn("--rounds must be a number from 1 to 1000", done.stderr)


@unittest.skipUnless((PROGRAMS / "runes-bench-engine").exists(), "built without the examples")
class EngineFigures(unittest.TestCase):
    SMALL = ["--events", 3000, "--resting", 500, "--rounds", 2, "--latency-rounds", 1]

    def test_what_comes_out_adds_up_and_is_the_same_every_time(self):
        (done, first), (_, second) = (figures("runes-bench-engine", *self.SMALL) for _ in range(2))
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual((first["outcome"], first["mix"]), (second["outcome"], second["mix"]))
        self.assertEqual((first["outcome"]["refused"], first["allocations"]), (0, 0))
        self.assertGreater(first["outcome"]["trades"], 0)
        self.assertGreater(first["latency_ns"]["p99"], 0)

    def test_wrong_command_lines(self):
        done, result = figures("runes-bench-engine", "--adds", 70, "--cancels", 40)
        self.assertEqual((done.returncode, result), (2, None))
        self.assertIn("not be more than 100 together", done.stderr)


class Comparison(unittest.TestCase):
    def test_a_server_that_ends_is_an_error(self):
        with self.assertRaisesRegex(ServerError, "ended without saying"):
            Server("true", None).__enter__()
        with self.assertRaisesRegex(ServerError, "ended with status"):
            Server("false {port}", None).__enter__()
        with self.assertRaises(ServerError):
            Server("/no/such/program", None).__enter__()

    def test_medians_ratios_and_failures(self):
        workload = WORKLOADS["fanout-100x1000"]

        def run(cpu, lost=0):
            server = {"cpu_us_per_message": cpu, "cpu_percent": 1}
            return {
                "lost": lost, "gaps": 0, "others_cpu_percent": 2, "messages_per_second": 1,
                "latency_us": {"p50": 1, "p99": 1}, "server": server,
            }  # fmt: skip

        results = {"a": [run(3), run(1), run(2)], "b": [run(4), {"error": "x"}, run(6, lost=1)]}
        summary = summarize(workload, results, "a")
        self.assertEqual(summary["a"]["median"]["CPU us/message"], 2)
        self.assertEqual(summary["b"]["ratio"], 2.5)
        self.assertEqual((summary["a"]["failures"], summary["b"]["failures"]), (0, 2))
        nothing = summarize(workload, {"a": [{"error": "x"}]}, "a")
        self.assertIsNone(nothing["a"]["ratio"])
        self.assertEqual(len(list(lines(workload, nothing, "a"))), 3)


if __name__ == "__main__":
    unittest.main()
