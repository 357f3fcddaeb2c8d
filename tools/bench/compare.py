#!/usr/bin/env python3
"""Compares WebSocket servers: interleaved runs of runes-load, medians, and ratios to one of them.

    tools/bench/compare.py --server runes=build/release/tools/bench/runes-bench-server \\
        --server beast=build/release/tools/bench/bench-peer-beast --base beast

Each run has a fresh server, pinned to one core, and the load generator on another. A run that other programs disturbed is
repeated. Exit status: 0; 1 if a run failed, lost connections or missed messages; 2 if the command line is wrong.
"""

import argparse
import json
import os
import pathlib
import platform
import resource
import signal
import sys
import time

sys.dont_write_bytecode = True  # nothing is left in the source tree

from comparison.rounds import Rounds  # noqa: E402
from comparison.table import lines, summarize  # noqa: E402
from comparison.workloads import WORKLOADS  # noqa: E402

ROOT = pathlib.Path(__file__).resolve().parents[2]


def whole(least):
    def parse(text):
        number = int(text)
        if number < least:
            raise argparse.ArgumentTypeError(f"must be at least {least}")
        return number

    parse.__name__ = "whole number"
    return parse


def cpu(text):
    """A CPU's number, or `any`."""
    return None if text == "any" else int(text)


def seconds(text):
    number = float(text)
    if not 0 <= number <= 600:
        raise argparse.ArgumentTypeError("must be from 0 to 600 seconds")
    return number


def parse_arguments():
    parser = argparse.ArgumentParser(
        description=__doc__.splitlines()[0],
        epilog="Workloads: "
        + "; ".join(f"{each.name} ({each.about})" for each in WORKLOADS.values())
        + ".",
    )
    parser.add_argument(
        "--server", action="append", required=True, metavar="NAME=COMMAND",
        help="a server; its command gets the port 0 as last argument, or has {port} in it; repeatable",
    )  # fmt: skip
    parser.add_argument("--base", help="the server that ratios are to (the first)")
    parser.add_argument(
        "--workload", action="append", choices=list(WORKLOADS), help="repeatable (all of them)"
    )
    parser.add_argument("--rounds", type=whole(1), default=5, help="runs of each server (5)")
    parser.add_argument("--warmup", type=seconds, default=1, help="seconds (1)")
    parser.add_argument("--duration", type=seconds, default=5, help="seconds (5)")
    parser.add_argument("--server-cpu", type=cpu, default=0, help="core of the server, or any (0)")
    parser.add_argument("--load-cpu", type=cpu, default=1, help="core of runes-load, or any (1)")
    parser.add_argument(
        "--quiet-limit", type=seconds, default=10, metavar="PERCENT",
        help="repeat a run in which other programs used more than this of a core (10)",
    )  # fmt: skip
    parser.add_argument("--tries", type=whole(1), default=3, help="most runs for one figure (3)")
    parser.add_argument("--path", default="/", help="request target (/)")
    parser.add_argument("--load", default=str(ROOT / "build/release/tools/bench/runes-load"))
    parser.add_argument("--json", metavar="FILE", help="write all runs and medians there")
    options = parser.parse_args()
    check(parser, options)
    return options


def check(parser, options):
    options.servers = {}
    for text in options.server:
        name, equals, command = text.partition("=")
        if not (name and equals and command.strip()) or name in options.servers:
            parser.error(f"--server must be NAME=COMMAND with a name of its own, not '{text}'")
        options.servers[name] = command
    options.base = options.base or next(iter(options.servers))
    if options.base not in options.servers:
        parser.error(f"--base must name a server, not '{options.base}'")
    for each in (options.server_cpu, options.load_cpu):
        if each is not None and each not in os.sched_getaffinity(0):
            parser.error(f"there is no CPU {each}; choose one of {sorted(os.sched_getaffinity(0))}")
    if not os.access(options.load, os.X_OK):
        parser.error(f"there is no runes-load at '{options.load}': build it, or name it with --load")


def allow_many_files():
    """Ten thousand connections need as many descriptors, in the server and in the load generator."""
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))


def main():
    options = parse_arguments()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # by way of the servers' clean-up
    allow_many_files()
    report = {
        "at": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()),
        "machine": {"system": platform.platform(), "cpus": os.cpu_count()},
        "base": options.base,
        "servers": options.servers,
        "rounds": options.rounds,
        "warmup": options.warmup,
        "duration": options.duration,
        "workloads": {},
    }
    rounds = Rounds(options)
    for name in options.workload or WORKLOADS:
        workload = WORKLOADS[name]
        results = rounds.run(workload, options.servers)
        summary = summarize(workload, results, options.base)
        report["workloads"][name] = {"summary": summary, "runs": results}
        print("\n".join(lines(workload, summary, options.base)) + "\n", flush=True)
    if options.json:
        pathlib.Path(options.json).write_text(json.dumps(report, indent=1) + "\n", encoding="utf-8")
    failed = any(
        each["failures"] for done in report["workloads"].values() for each in done["summary"].values()
    )
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
