"""How much everything else on the machine ran during a measurement."""

import os
import resource
import time


class Noise:
    """Takes the machine's busy time and leaves out what the server, its load generator and this program used."""

    def __init__(self, server_pid):
        self._pid = server_pid
        self._began = time.monotonic()
        self._before = self._others()

    def percent(self):
        """CPU that others used since the start, in percent of one core. Call it while the server still runs."""
        elapsed = time.monotonic() - self._began
        return max(0.0, 100 * (self._others() - self._before) / elapsed)

    def _others(self):
        children = resource.getrusage(resource.RUSAGE_CHILDREN)
        ours = sum(os.times()[:2]) + children.ru_utime + children.ru_stime
        return _busy_seconds() - ours - _process_seconds(self._pid)


def _busy_seconds():
    with open("/proc/stat", encoding="ascii") as stat:
        user, nice, system, _idle, _wait, irq, softirq, steal = map(int, stat.readline().split()[1:9])
    return (user + nice + system + irq + softirq + steal) / os.sysconf("SC_CLK_TCK")


def _process_seconds(pid):
    try:
        with open(f"/proc/{pid}/stat", encoding="utf-8", errors="replace") as stat:
            fields = stat.read().rsplit(")", 1)[1].split()
    except OSError:
        return 0.0
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
