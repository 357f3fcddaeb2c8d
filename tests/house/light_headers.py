"""No public header reaches Beast, Boost.Log, OpenSSL or prometheus-cpp: a user's file must not pay for them.

`light_headers.py INCLUDE_DIR COMPILER [FLAG…]` asks the compiler what a file that includes all public headers reads, and
exits 1 with the way there for each library that is reached.
"""

import pathlib
import subprocess
import sys

from sources import report

HEAVY = {"boost/beast": "Beast", "boost/log": "Boost.Log", "openssl": "OpenSSL", "prometheus": "prometheus-cpp"}


def public_headers(include_dir):
    return sorted(path.relative_to(include_dir).as_posix() for path in include_dir.rglob("*.hpp"))


def heavy(path):
    """The library a header belongs to, if it is one of those."""
    for folder, name in HEAVY.items():
        if f"/{folder}/" in path or path.endswith(f"/{folder}.hpp"):
            return name
    return None


def ways(tree):
    """From the compiler's include tree (a dot a level), the first way to each library that is reached: name → headers."""
    found, stack = {}, []
    for line in tree.splitlines():
        dots, _, path = line.partition(" ")
        if not path or dots.strip("."):
            continue
        del stack[len(dots) - 1:]
        stack.append(path)
        if (name := heavy(path)) and name not in found:
            found[name] = list(stack)
    return found


def check(include_dir, compiler):
    headers = public_headers(include_dir)
    text = "".join(f"#include <{header}>\n" for header in headers)
    run = subprocess.run([*compiler, f"-I{include_dir}", "-E", "-H", "-x", "c++", "-", "-o", "-"], input=text, text=True,
                         stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, check=False)
    if not headers or run.returncode:
        return [f"the public headers of {include_dir} cannot be read:\n{run.stderr[-2000:]}"]
    return [f"{name} is reached:\n  " + "\n  ".join(way) for name, way in sorted(ways(run.stderr).items())]


if __name__ == "__main__":
    sys.exit(report("light headers", check(pathlib.Path(sys.argv[1]).resolve(), sys.argv[2:])))
