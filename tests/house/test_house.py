"""The checks of the house can fail: each is shown a house with a fault."""

import pathlib
import tempfile
import unittest

import light_headers
import places
import rooms
import snippets


class House(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.root = pathlib.Path(folder.name).resolve()

    def write(self, name, text):
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)


class Rooms(House):
    def setUp(self):
        super().setUp()
        for room in rooms.ROOMS:
            self.write(f"runes/src/{room}/{room}.hpp", "#pragma once\n")
        self.write("runes/include/runes/thing.hpp", "#pragma once\n")

    def faults(self, name, text):
        self.write(name, text)
        return rooms.check(self.root)

    def test_a_room_uses_those_above_it_and_monitoring(self):
        text = '#include "protocol/protocol.hpp"\n#include <runes/thing.hpp>\n#include "monitoring/monitoring.hpp"\n'
        self.assertEqual(self.faults("runes/src/session/a.cpp", text), [])

    def test_a_room_does_not_use_those_below_it(self):
        (fault,) = self.faults("runes/src/broker/a.cpp", '\n#include "session/session.hpp"\n')
        self.assertEqual(fault, "runes/src/broker/a.cpp:2: broker may not use session")

    def test_a_way_round_is_seen(self):
        self.assertEqual(len(self.faults("runes/src/broker/a.cpp", '#  include "../session/session.hpp"')), 1)
        self.assertEqual(len(self.faults("runes/src/broker/a.cpp", "#include <session/session.hpp>")), 1)

    def test_neighbours_do_not_use_each_other(self):
        self.write("runes/src/server/a.cpp", '#include "client/client.hpp"')
        self.assertEqual(len(self.faults("runes/src/client/a.cpp", '#include "server/server.hpp"')), 2)

    def test_public_headers_do_not_use_private_ones(self):
        self.assertEqual(len(self.faults("runes/include/runes/a.hpp", "#include <protocol/protocol.hpp>")), 1)

    def test_libraries_stay_in_their_room(self):
        for include, home in {"boost/beast/core.hpp": "transport", "boost/beast.hpp": "transport",
                              "boost/log/core.hpp": "monitoring", "liburing.h": "broker",
                              "openssl/hmac.h": "protocol"}.items():
            self.assertEqual(self.faults(f"runes/src/{home}/a.cpp", f"#include <{include}>"), [])
            self.assertEqual(len(self.faults("runes/src/server/a.cpp", f"#include <{include}>")), 1)
            self.write("runes/src/server/a.cpp", "")
        self.assertEqual(len(self.faults("runes/src/channels/a.cpp", "#include <boost/asio/post.hpp>")), 1)

    def test_what_monitoring_opens_is_narrow(self):
        self.write("runes/src/monitoring/inner.hpp", "#include <boost/log/core.hpp>\n#include <session/session.hpp>\n")
        self.write("runes/src/monitoring/monitoring.hpp", '#include "inner.hpp"')
        self.assertEqual(rooms.check(self.root), [])
        self.assertEqual(len(self.faults("runes/src/broker/a.cpp", '#include "monitoring/monitoring.hpp"')), 2)

    def test_there_are_no_other_rooms(self):
        self.assertEqual(len(self.faults("runes/src/util/a.cpp", "")), 1)


class LightHeaders(unittest.TestCase):
    def test_the_way_to_a_heavy_library_is_told(self):
        tree = (". /i/runes/a.hpp\n.. /usr/include/string\n. /i/runes/b.hpp\n.. /usr/include/boost/asio.hpp\n"
                "... /usr/include/openssl/ssl.h\nMultiple include guards may be useful for:\n/usr/include/boost/log/x.hpp\n")
        self.assertEqual(light_headers.ways(tree),
                         {"OpenSSL": ["/i/runes/b.hpp", "/usr/include/boost/asio.hpp", "/usr/include/openssl/ssl.h"]})

    def test_light_ones_pass(self):
        self.assertEqual(light_headers.ways(". /i/runes/log.hpp\n.. /usr/include/boost/json.hpp\n"), {})


class Places(House):
    def test_machine_paths_and_registries_are_seen(self):
        for text in ("see /{}/x/notes", '"/{}/file"'):
            for folder in places.FOLDERS:
                self.assertEqual(len(places.faults_in("a", text.format(folder))), 1)
        self.assertEqual(len(places.faults_in("a", '"resolved": "https://registry.npm' + 'js.org/ws"')), 1)

    def test_what_only_looks_like_one_passes(self):
        for text in ("$HOME/work/a", "wss://host/work/b", "build/tmp/c", "/usr/bin/env", "runes/root/d"):
            self.assertEqual(places.faults_in("a", text), [])

    def test_files_are_read(self):
        self.write("docs/a.md", "first\n" + "/tm" + "p/x\n")
        (fault,) = places.check(self.root)
        self.assertTrue(fault.startswith("docs/a.md:2: "))


class Snippets(House):
    def setUp(self):
        super().setUp()
        self.write("examples/a.cpp", "int one();\n  // [two]\n  int two();\n\n    int three();\n  // [two]\nint four();\n")

    def faults(self, page):
        self.write("docs/a.md", page)
        return snippets.check(self.root)

    def quote(self, source, text, language="cpp"):
        return self.faults(f"# Page\n{source}\n```{language}\n{text}\n```\nand on\n")

    def test_what_stands_there_passes(self):
        self.assertEqual(self.quote("<!-- examples/a.cpp [two] -->", "int two();\n\n  int three();"), [])
        self.assertEqual(self.quote("<!-- examples/a.cpp -->", "int one();"), [])
        self.assertEqual(self.quote("<!-- examples/a.cpp -->", "int two();\n\n  int three();"), [])
        self.assertEqual(self.quote("", "anything", "json"), [])

    def test_what_reads_otherwise_is_seen(self):
        (fault,) = self.quote("<!-- examples/a.cpp [two] -->", "int two();")
        self.assertEqual(fault, "docs/a.md:3: [two] of examples/a.cpp reads otherwise")
        self.assertEqual(len(self.quote("<!-- examples/a.cpp -->", "int one();\nint two();")), 1)

    def test_a_source_must_be_there(self):
        self.assertEqual(len(self.quote("<!-- examples/b.cpp -->", "int one();")), 1)
        self.assertEqual(len(self.quote("<!-- examples/a.cpp [six] -->", "int one();")), 1)
        self.assertEqual(len(self.quote("", "int one();")), 1)

    def test_quotes_are_written_anew(self):
        self.quote("<!-- examples/a.cpp [two] -->", "old")
        snippets.update(self.root)
        self.assertEqual(snippets.check(self.root), [])


if __name__ == "__main__":
    unittest.main()
