"""`runes-exchange keys`: the file of API keys, as an operator meets it."""

import json
import os
import pathlib
import re
import stat
import subprocess
import tempfile

from kit import programs
from kit.tests import Case, main


class Keys(Case):
    def setUp(self):
        super().setUp()
        if programs.find("runes-exchange") is None:
            self.skipTest("this build has no runes-exchange")
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)
        self.data = self.folder / "exchange-data"  # where it is looked for, unless told
        self.file = self.data / "keys.json"

    def run_keys(self, *words, umask=0o022):
        return subprocess.run([programs.find("runes-exchange"), "keys", *map(str, words)], cwd=self.folder, umask=umask,
                              env=programs.environment(), capture_output=True, text=True, timeout=programs.PATIENCE)

    def keys(self, *words, **options):
        ran = self.run_keys(*words, **options)
        self.assertEqual((ran.returncode, ran.stderr), (0, ""), ran)
        return ran.stdout

    def refused(self, *words):
        ran = self.run_keys(*words)
        self.assertEqual((ran.returncode, ran.stdout), (2, ""), ran)
        (line,) = ran.stderr.splitlines()
        self.assertTrue(line.startswith("runes-exchange: "), line)
        return line

    def added(self, name, *words, **options):
        said = dict(line.split() for line in self.keys("add", name, *words, **options).splitlines())
        self.assertEqual(set(said), {"account", "apiKey", "secret"})
        self.assertEqual(said["account"], name)
        return said

    @staticmethod
    def mode(path):
        return stat.S_IMODE(os.stat(path).st_mode)

    async def test_a_key_is_shown_once_and_kept_for_its_owner_alone(self):
        for umask in (0o000, 0o022, 0o277):
            said = self.added(f"ann.{umask:o}", umask=umask)
            self.assertRegex(said["apiKey"], "^[0-9a-f]{32}$")
            self.assertRegex(said["secret"], "^[0-9a-f]{64}$")
            self.assertEqual((self.mode(self.data) & 0o077, self.mode(self.file)), (0, 0o600))
            self.data.chmod(0o700)
        listed = self.keys("list")
        self.assertNotIn(said["secret"], listed)
        self.assertEqual(len(listed.splitlines()), 3)
        self.assertIn(f"{said['apiKey']}  {said['account']}\n", listed)
        kept = {key["apiKey"]: key for key in json.loads(self.file.read_text())["keys"]}
        self.assertEqual(kept[said["apiKey"]]["secret"], said["secret"])
        self.assertEqual(os.listdir(self.data), ["keys.json"])

    async def test_what_a_key_may_do(self):
        reader = self.added("ann", "--permissions", "read")
        both = self.added("ann", "--permissions=trade,transfer")
        self.assertEqual(sorted(self.keys("list").splitlines()),
                         sorted([f"{reader['apiKey']}  ann  read", f"{both['apiKey']}  ann  trade  transfer"]))
        for wrong in ("", "raed", "read,", "read trade"):
            self.assertIn("read, trade, transfer or admin", self.refused("add", "bob", "--permissions", wrong))
        self.assertIn("keys add", self.refused("list", "--permissions", "read"))
        self.assertEqual(len(self.keys("list").splitlines()), 2)

    async def test_keys_are_removed_by_their_id(self):
        ann, bob = self.added("ann"), self.added("bob")
        self.keys("remove", ann["apiKey"])
        self.assertEqual(self.keys("list"), f"{bob['apiKey']}  bob\n")
        self.assertIn(ann["apiKey"], self.refused("remove", ann["apiKey"]))
        self.assertEqual(self.keys("list"), f"{bob['apiKey']}  bob\n")

    async def test_other_places(self):
        elsewhere = self.folder / "mine.json"
        self.added("ann", "--keys", elsewhere)
        self.added("bob", f"--data={self.folder / 'other'}")
        self.assertFalse(self.data.exists())
        self.assertEqual(self.mode(elsewhere), 0o600)
        self.assertEqual(self.mode(self.folder / "other"), 0o700)
        self.assertRegex(self.keys("list", "--keys", elsewhere), "^[0-9a-f]{32}  ann\n$")

    async def test_a_file_that_is_not_as_it_should_be_is_refused_and_left_alone(self):
        self.added("ann")
        good = self.file.read_text()
        secret = json.loads(good)["keys"][0]["secret"]
        wrong = {"{": "no JSON", "[]": "JSON object", '{"keys": 1}': "'keys'", '{"keys": [], "more": 1}': "'more'",
                 good.replace(secret, "short"): "32 to 64", good.replace(secret, "a" * 64): "at random",
                 good.replace('"account"', '"name"'): "'name'",
                 re.sub(r"(\{\"apiKey.*\})", r"\1,\1", good): "two keys"}
        for text, named in wrong.items():
            self.assertNotEqual(text, good)
            self.file.write_text(text)
            for words in (["list"], ["add", "bob"], ["remove", "x"]):
                line = self.refused(*words)
                self.assertIn(str(self.file.relative_to(self.folder)), line)
                self.assertIn(named, line)
                self.assertNotIn(secret, line)
            self.assertEqual(self.file.read_text(), text)
        self.file.write_text(good)
        for mode in (0o640, 0o604, 0o620, 0o602):
            self.file.chmod(mode)
            self.assertIn(f"{mode:04o}", self.refused("list"))
            self.assertIn("chmod 600", self.refused("add", "bob"))
            self.assertEqual(self.mode(self.file), mode)
        self.file.chmod(0o600)
        self.file.rename(self.folder / "real")
        self.file.symlink_to(self.folder / "real")
        self.assertIn("symbolic link", self.refused("add", "bob"))
        self.assertEqual((self.folder / "real").read_text(), good)

    async def test_many_at_once_lose_nothing(self):
        self.data.mkdir(mode=0o700)
        words = [str(programs.find("runes-exchange")), "keys", "add"]
        running = [subprocess.Popen([*words, f"bot-{n}"], cwd=self.folder, stdout=subprocess.DEVNULL) for n in range(16)]
        self.assertEqual([each.wait(programs.PATIENCE) for each in running], [0] * 16)
        names = sorted(line.split()[1] for line in self.keys("list").splitlines())
        self.assertEqual(names, sorted(f"bot-{n}" for n in range(16)))

    async def test_mistakes_are_one_sentence(self):
        for words, named in (([], "add, list or remove"), (["ad"], "ad"), (["add"], "NAME"), (["add", "a b"], "'a b'"),
                             (["add", "a" * 65], "1 to 64"), (["add", "ann", "bob"], "bob"), (["remove"], "KEY"),
                             (["list"], "keys.json"), (["list", "--all"], "--all"), (["list", "--keys"], "--keys")):
            with self.subTest(words=words):
                self.assertIn(named, self.refused(*words))
        self.assertFalse(self.data.exists())
        self.assertIn("runes-exchange keys add NAME", self.keys("--help"))


if __name__ == "__main__":
    main()
