"""Nothing in the tree names one person's machine or a package registry. `places.py ROOT` exits 1 with a line a fault."""

import re
import sys

from sources import report, root_from, tracked

# Written so that this file passes its own check.
FOLDERS = ["wor" + "k", "roo" + "t", "tm" + "p", "hom" + "e"]
HOSTS = ["registry.npm" + "js", "registry.yarn" + "pkg", "deb.deb" + "ian", "security.deb" + "ian", "deb.node" + "source",
         "pypi" + r"\.org", "python" + r"hosted\.org", "npm" + "mirror", r"crates" + r"\.io", r"ghcr" + r"\.io"]

PLACE = re.compile(r"(?<![\w./~$}*-])/(?:" + "|".join(FOLDERS) + r")/[\w.]+|" + "|".join(HOSTS))


def faults_in(name, text):
    return [f"{name}:{number}: '{found[0]}' names a machine or a registry"
            for number, line in enumerate(text.splitlines(), 1) if (found := PLACE.search(line))]


def check(root):
    faults = []
    for path in tracked(root):
        data = path.read_bytes()
        if b"\0" not in data[:4096]:
            faults += faults_in(path.relative_to(root).as_posix(), data.decode(errors="replace"))
    return faults


if __name__ == "__main__":
    sys.exit(report("places", check(root_from(sys.argv))))
