"""The room rule: which room of runes/src may include which. `rooms.py ROOT` exits 1 with a line a fault."""

import sys

from sources import ROOMS, includes, report, root_from, sources

# What only one room may include, and who has no use for it though it comes with a public header.
ONLY_IN = {"boost/beast": "transport", "boost/log": "monitoring", "liburing": "broker", "openssl": "protocol",
           "isa-l": "protocol"}
NOT_IN = {"protocol": ["boost/asio"], "channels": ["boost/asio"]}


def room_of(path, src):
    """The room a file is in: None for public headers, '' for what stands beside the rooms."""
    if src not in path.parents:
        return None
    parts = path.relative_to(src).parts
    return parts[0] if len(parts) > 1 else ""


def resolve(path, quote, what, src):
    """The file of runes/src that an include means, if it is one."""
    for folder in ([path.parent] if quote == '"' else []) + [src]:
        candidate = (folder / what).resolve()
        if src in candidate.parents and candidate.is_file():
            return candidate
    return None


def may_use(user, used):
    """Whether a file in room `user` may include one in room `used`."""
    if used == user or used == "monitoring":
        return True
    if user not in ROOMS or used not in ROOMS:
        return False
    if {user, used} == {"server", "client"}:
        return False
    return ROOMS.index(used) < ROOMS.index(user)


def under(what, folder):
    return what == folder or what.startswith((folder + "/", folder + "."))


def foreign_fault(room, what):
    """What is wrong with a file of `room` (None: a public header) including the header of a foreign library, if anything."""
    for folder, home in ONLY_IN.items():
        if under(what, folder) and room != home:
            return f"<{what}> belongs into runes/src/{home} only"
    for folder in NOT_IN.get(room, []):
        if under(what, folder):
            return f"<{what}>: runes/src/{room} does no I/O"
    return None


def narrow_faults(path, src, root, seen):
    """Why a header of monitoring is no narrow door: what it brings along, through other headers of monitoring too."""
    if path in seen:
        return
    seen.add(path)
    for line, quote, what in includes(path.read_text()):
        where = f"{path.relative_to(root)}:{line}"
        target = resolve(path, quote, what, src)
        if target is None:
            if under(what, "boost/log") or under(what, "prometheus"):
                yield f"{where}: other rooms include this header, so <{what}> must stay behind it"
        elif room_of(target, src) == "monitoring":
            yield from narrow_faults(target, src, root, seen)
        else:
            yield f"{where}: other rooms include this header, so it may not bring {what} along"


def check(root):
    """All faults of the house at `root`, a sentence each."""
    src = root / "runes" / "src"
    opened, faults = set(), []
    for path in sources(root):
        room = room_of(path, src)
        if room and room not in ROOMS:
            faults.append(f"{path.relative_to(root)}: '{room}' is no room; there are {', '.join(ROOMS)}")
            continue
        for line, quote, what in includes(path.read_text()):
            where = f"{path.relative_to(root)}:{line}"
            target = resolve(path, quote, what, src)
            if target is None:
                fault = foreign_fault(room, what)
                faults += [f"{where}: {fault}"] if fault else []
                continue
            used = room_of(target, src)
            if room is None:
                faults.append(f"{where}: a public header may not include the private '{what}'")
            elif not may_use(room, used):
                faults.append(f"{where}: {room or 'a file beside the rooms'} may not use {used or 'a file beside the rooms'}")
            elif used == "monitoring" and room != used:
                opened.add(target)
    seen = set()
    for path in sorted(opened):
        faults += narrow_faults(path, src, root, seen)
    return faults


if __name__ == "__main__":
    sys.exit(report("rooms", check(root_from(sys.argv))))
