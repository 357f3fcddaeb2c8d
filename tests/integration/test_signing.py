"""The `auth` op with signatures that Python makes, and the library's own client, against a server that checks them."""

import time

from kit.signing import signed
from kit.tests import Case, main


class Signing(Case):
    async def asyncSetUp(self):
        self.server = await self.serve("private_server", "--log-level", "debug")
        said = dict(line.split("=") for line in self.server.lines if "=" in line)
        self.key, self.secret = said["API_KEY"], said["API_SECRET"]

    def signed(self, **options):
        return signed(self.key, self.secret, **options)

    async def test_a_signature_made_in_python_is_accepted(self):
        peer = await self.peer(self.server)
        self.assert_error(await peer.error("whoami"), 2001, "auth_required")
        self.assertEqual(await peer.ok("auth", **self.signed()), {"account": "ann", "permissions": [], "expiresAt": None})
        self.assertEqual(await peer.ok("whoami"), "ann")

    async def test_each_request_counts_once(self):
        request = self.signed()
        await (await self.peer(self.server)).ok("auth", **request)
        other = await self.peer(self.server)
        self.assert_error(await other.error("auth", **request), 2004, "replayed")
        again = self.signed(nonce=request["nonce"], timestamp=request["timestamp"] + 1)
        self.assert_error(await other.error("auth", **again), 2004, "replayed")
        await other.ok("auth", **self.signed())

    async def test_what_is_wrong_has_its_code(self):
        now = int(time.time() * 1000)
        right = self.signed()
        for request, code, name in (
                ({**right, "signature": "0" * 64}, 2002, "bad_credentials"),
                ({**right, "signature": right["signature"].upper()}, 2002, "bad_credentials"),
                (signed("nobody", self.secret), 2002, "bad_credentials"),
                (signed(self.key, "1" + self.secret[1:] if self.secret[0] != "1" else "0" + self.secret[1:]),
                 2002, "bad_credentials"),
                ({"apiKey": self.key}, 1002, "bad_request"),
                ({"token": "x"}, 2002, "bad_credentials"),
                (self.signed(timestamp=now - 100_000), 2003, "expired"),
                (self.signed(timestamp=now + 100_000), 2003, "expired"),
                (self.signed(nonce=""), 1002, "bad_request"),
                (self.signed(nonce="n" * 65), 1002, "bad_request")):
            with self.subTest(request=request):
                peer = await self.peer(self.server)
                self.assert_error(await peer.error("auth", **request), code, name)
                self.assert_error(await peer.error("whoami"), 2001, "auth_required")
        self.assertNotIn(self.secret, "\n".join(self.server.errors))

    async def test_the_library_signs_the_same(self):
        environment = {"API_KEY": self.key, "API_SECRET": self.secret}
        client = await self.run_program("private_client", self.server.url(), env=environment)
        self.assertEqual(await client.ended(), 0, client.output())
        self.assertEqual(client.lines, ["ann"])
        wrong = await self.run_program("private_client", self.server.url(), env={**environment, "API_SECRET": "x" * 64})
        self.assertEqual(await wrong.ended(), 1, wrong.output())
        self.assertEqual(wrong.errors, ["private_client: unknown API key or wrong signature"])
        without = await self.run_program("private_client", self.server.url())
        self.assertEqual(await without.ended(), 2)


if __name__ == "__main__":
    main()
