"""A thousand clients of the library whose server is killed, and who all come back to the next one."""

import collections
import resource

from kit.faults import FaultCase, PUBLIC, reserved_port
from kit.tests import main

CLIENTS = 1000
THREADS = 2
BASE = 1000  # milliseconds that a client waits at most before its first attempt


def descriptors():
    """For a connection of each client; what we start inherits it."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = 2 * CLIENTS
    if hard != resource.RLIM_INFINITY and hard < wanted:
        return False
    resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, wanted), hard))
    return True


def attempts(watcher):
    """Of each attempt after the first connection: since when it was waited for, and when it came, in microseconds."""
    states = watcher.states
    return [(lost, came) for (before, lost), (state, came) in zip(states, states[1:])
            if (before, state) == ("stale", "connecting")]


def order(values):
    """The rank of each."""
    ranks = [0] * len(values)
    for rank, at in enumerate(sorted(range(len(values)), key=values.__getitem__)):
        ranks[at] = rank
    return ranks


def correlation(one, other):
    """Spearman's, from -1 to 1: whether both stand in the same order."""
    count = len(one)
    apart = sum((a - b) ** 2 for a, b in zip(order(one), order(other)))
    return 1 - 6 * apart / (count * (count ** 2 - 1))


class Herd(FaultCase):
    async def asyncSetUp(self):
        if not descriptors():
            self.skipTest(f"{2 * CLIENTS} descriptors are not allowed here")
        holder, port = reserved_port()
        self.addCleanup(holder.close)
        self.settings = {"port": port, "threads": 2, "timeouts.handshakeMs": 60000}

    async def test_a_thousand_clients_come_back(self):
        server = await self.start_server(**self.settings)
        herd = await self.start_client(server.url(), PUBLIC, token="", clients=CLIENTS, threads=THREADS, baseMs=BASE,
                                       capMs=4 * BASE, connectMs=60000, requestMs=60000, heartbeatMs=0, pingMs=0)
        await self.publish(server, 3)
        await self.settled(server, herd)
        await self.only(server, CLIENTS + 1)

        server.process.kill()
        await herd.until(lambda: sum(each.count("stale") > 0 for each in herd.watchers.values()) == CLIENTS)
        server = await self.start_server(**self.settings)
        await self.publish(server, 2)
        await self.everybody_live(herd)
        await self.publish(server, 3)
        await self.settled(server, herd)
        await self.only(server, CLIENTS + 1)
        for each in herd.watchers.values():
            self.assertEqual(each.errors, [])
            for stream in each.streams.values():
                self.assertEqual((stream.stales, stream.resumes), (1, 1))
            self.assertEqual(each.streams["numbers"].gaps, [(0, 0)])
        self.spread_over_time(list(herd.watchers.values()))
        await self.close(herd)
        await self.only(server, 1)

    async def everybody_live(self, herd):
        away = list(herd.watchers.values())

        def said():
            while away and away[-1].states[-1][0] == "live":
                away.pop()
            return not away
        await herd.until(said)

    def spread_over_time(self, herd):
        """By what was recorded, and without asking that the machine is in time: no attempt is earlier than the time that
        the client has drawn for it, and the attempts of one thread come in the order of the times drawn."""
        for each in herd:
            for (lost, came), wait in zip(attempts(each), each.waits):
                self.assertGreaterEqual(came - lost, 1000 * wait)
        tenths = collections.Counter(min(each.waits[0] * 10 // BASE, 9) for each in herd)
        self.assertEqual(len(tenths), 10)
        self.assertLess(max(tenths.values()), 2 * CLIENTS // 10)
        for thread in range(THREADS):
            first = [(*attempts(each)[0], each.waits[0]) for each in herd[thread::THREADS]]
            due = [lost + 1000 * wait for lost, _, wait in first]
            self.assertGreater(correlation(due, [came for _, came, _ in first]), 0.8)


if __name__ == "__main__":
    main()
