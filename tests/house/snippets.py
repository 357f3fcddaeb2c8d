"""What README.md and docs/ quote from examples/ is what stands there. `snippets.py ROOT` exits 1 with a line a fault.

A quote is a fenced block of C++ behind a comment that names its source:

    <!-- examples/book_bot.cpp [bot] -->       the lines between the two comments `// [bot]` of that file
    <!-- examples/book_bot.cpp -->             some lines of that file, one after the other

Both sides may be indented as a whole. A block of C++ that names no source is a fault, too: nobody compiles it.
`snippets.py ROOT --update` writes quotes with a [name] anew.
"""

import re
import sys
import textwrap

from sources import report, root_from

NAMED = re.compile(r"<!-- (examples/[\w./-]+\.[ch]pp)(?: \[([\w-]+)\])? -->$")
FENCE = re.compile(r"(\s*)```(\w*)\s*$")


def documents(root):
    return [path for path in [root / "README.md", *sorted((root / "docs").rglob("*.md"))] if path.is_file()]


def blocks(lines):
    """The fenced blocks of a page: (first line of the content, behind the last, language, the comment's match or None)."""
    start = None
    for i, line in enumerate(lines):
        if not (fence := FENCE.match(line)):
            continue
        if start is None:
            named = NAMED.match(lines[i - 1].strip()) if i > 0 else None
            start, language = i + 1, fence[2]
        else:
            yield start, i, language, named
            start = None


def dedent(lines):
    return textwrap.dedent("\n".join(line.rstrip() for line in lines)).strip("\n").split("\n")


def region(lines, name):
    """The lines between the two comments of that name; None when there are not two."""
    places = [i for i, line in enumerate(lines) if line.strip() == f"// [{name}]"]
    return dedent(lines[places[0] + 1:places[1]]) if len(places) == 2 else None


def stands_in(quoted, lines):
    """Whether lines of a file are the quoted ones, but for one indentation."""
    return any(dedent(lines[i:i + len(quoted)]) == quoted for i in range(len(lines) - len(quoted) + 1))


def fault_of(root, quoted, named):
    """What is wrong with one quote, or None."""
    if not named:
        return "a block of C++ that names no source in examples/"
    source = root / named[1]
    if not source.is_file():
        return f"there is no {named[1]}"
    lines = source.read_text().splitlines()
    if not named[2]:
        return None if stands_in(dedent(quoted), lines) else f"these lines do not stand in {named[1]}"
    wanted = region(lines, named[2])
    if wanted is None:
        return f"{named[1]} has no two comments // [{named[2]}]"
    return None if dedent(quoted) == wanted else f"[{named[2]}] of {named[1]} reads otherwise"


def check(root):
    faults = []
    for page in documents(root):
        lines = page.read_text().splitlines()
        for start, end, language, named in blocks(lines):
            if named or language in ("cpp", "c++"):
                if fault := fault_of(root, lines[start:end], named):
                    faults.append(f"{page.relative_to(root)}:{start}: {fault}")
    return faults


def update(root):
    for page in documents(root):
        lines = page.read_text().splitlines()
        for start, end, _, named in reversed(list(blocks(lines))):
            if named and named[2] and (root / named[1]).is_file():
                lines[start:end] = region((root / named[1]).read_text().splitlines(), named[2]) or lines[start:end]
        page.write_text("\n".join(lines) + "\n")


if __name__ == "__main__":
    if sys.argv[2:] == ["--update"]:
        update(root_from(sys.argv))
    sys.exit(report("snippets", check(root_from(sys.argv))))
