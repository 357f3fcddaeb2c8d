"""The workloads by name: what runes-load is told, and which figures matter."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Figure:
    """One figure of a run: where it stands in the JSON of runes-load, and how it is shown."""

    title: str
    path: str
    digits: int = 0

    def of(self, result):
        for key in self.path.split("."):
            if result is None:
                return None
            result = result.get(key)
        return result


CPU = Figure("CPU us/message", "server.cpu_us_per_message", 3)
RATE = Figure("messages/s", "messages_per_second")
P50 = Figure("p50 us", "latency_us.p50", 1)
P99 = Figure("p99 us", "latency_us.p99", 1)
SHARE = Figure("server CPU %", "server.cpu_percent", 1)
RESIDENT = Figure("bytes/connection", "server.rss_per_connection_bytes")
OPENING = Figure("all open s", "connect.seconds", 3)
OPENED = Figure("connections/s", "connect.per_second")
OPEN_CPU = Figure("CPU us/connection", "connect.server_cpu_us_per_connection", 1)
HANDSHAKE = Figure("handshake p99 us", "connect.handshake_us.p99", 1)


@dataclass(frozen=True)
class Workload:
    """The first figure is the one that ratios are made of."""

    name: str
    about: str
    arguments: tuple = ()
    figures: tuple = (CPU, RATE, P50, P99, SHARE)
    timed: bool = True  # has a warm-up and a duration that --warmup and --duration set


def _fanout(name, about, connections, start):
    arguments = ("--mode", "fanout", "--connections", str(connections), "--start", start)
    return Workload(name, about, arguments)


def _echo(depth):
    arguments = ("--mode", "echo", "--connections", "100", "--depth", str(depth))
    return Workload(
        f"echo-64B-depth{depth}", f"100 connections echo 64 bytes, {depth} in flight each", arguments
    )


def _idle(name, about, figures, settle):
    arguments = ("--mode", "idle", "--connections", "10000", "--settle", str(settle))
    arguments += ("--warmup", "0", "--duration", "0")
    return Workload(name, about, arguments, figures, timed=False)


WORKLOADS = {
    each.name: each
    for each in (
        _fanout("fanout-100x1000", "100 subscribers, 1,000 events a second", 100, "p1000,1,200"),
        _fanout("fanout-1000x100", "1,000 subscribers, 100 events a second", 1000, "p100,1,200"),
        _fanout("fanout-100-batch16", "100 subscribers, saturated in batches of 16", 100, "p0,16,200"),
        _fanout("fanout-1000-batch10", "1,000 subscribers, 1,000 events a second in batches of 10", 1000, "p1000,10,200"),
        _echo(1),
        _echo(16),
        _idle("idle-10000", "10,000 idle connections", (RESIDENT, OPENING), 1),
        _idle(
            "connect-10000",
            "10,000 connections, 64 handshakes in flight",
            (OPEN_CPU, OPENED, OPENING, HANDSHAKE),
            0,
        ),
    )
}
