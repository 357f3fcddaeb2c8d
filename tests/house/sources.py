"""What the checks of the house share: its files, its rooms, and what a file includes."""

import pathlib
import re
import subprocess

# A room may use those above it. Monitoring stands last but is open to all, and server and client are neighbours.
ROOMS = ["protocol", "channels", "broker", "session", "transport", "server", "client", "monitoring"]

INCLUDE = re.compile(r'^[ \t]*#[ \t]*include[ \t]*([<"])([^>"]+)[>"]', re.MULTILINE)


def includes(text):
    """The includes of a source text: (line, '<' or '"', what)."""
    return [(text.count("\n", 0, found.start()) + 1, found[1], found[2]) for found in INCLUDE.finditer(text)]


def sources(root):
    """The C++ files of the library, below `root`."""
    return sorted(path for path in (root / "runes").rglob("*") if path.suffix in (".cpp", ".hpp", ".h", ".ipp"))


def tracked(root):
    """The files that git knows in `root` or would take; all but the build folder where there is no git."""
    try:
        def git(*words):
            return subprocess.run(["git", "-C", root, *words], check=True, capture_output=True).stdout
        if pathlib.Path(git("rev-parse", "--show-toplevel").decode().strip()) != pathlib.Path(root).resolve():
            raise OSError(f"{root} is a folder of another tree")
        listed = git("ls-files", "-z", "--cached", "--others", "--exclude-standard")
        names = [root / name.decode() for name in listed.split(b"\0") if name]
    except (OSError, subprocess.CalledProcessError):
        names = [path for path in root.rglob("*") if path.relative_to(root).parts[0] not in ("build", ".git")]
    return sorted(path for path in names if path.is_file())


def report(what, faults):
    """Prints the faults, and the status to exit with."""
    for fault in faults:
        print(fault)
    print(f"{what}: {len(faults)} faults" if faults else f"{what}: all well")
    return 1 if faults else 0


def root_from(arguments):
    return pathlib.Path(arguments[1]).resolve()
