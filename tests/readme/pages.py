"""The fenced blocks of a page, and what each is there for.

| block | what the tests do with it |
|---|---|
| `sh` | run it under `bash -euo pipefail`, the program first in PATH |
| `c`, `cpp` | build it as a whole program against the library, and run that |
| `python` | run it with the package; another word after it names a package without which it is passed over |
| `output` | hold what the block before it printed against it |
| `json` | parse it |
| any, with a file's name after the language | save it under that name |
| `text`, `mermaid` | nothing: not to be run |

Any other block is an error, also one that is only indented: nothing could mark it. In `output`, `...` is anything in its line,
a line of nothing else any number of lines; numbers with a decimal point hold to a tenth, since instruction sets
differ by rounding, which may move a turn's boundary by a frame (0.017 s).
"""

from __future__ import annotations

import dataclasses
import json
import re

RUN = ("sh", "c", "cpp", "python")
NOT_RUN = ("text", "mermaid")
DECIMAL = re.compile(r"\d+\.\d+")
TOLERANCE = 0.1


@dataclasses.dataclass
class Block:
    language: str
    argument: str  # What follows the language.
    line: int  # Of its first line of code.
    code: str
    output: str | None = None

    @property
    def file(self):
        """The name to save it under, or none."""
        return self.argument if self.argument and self.language not in ("python", "sh", "output") else None


class PageError(Exception):
    """A block that is not what it may be: page and line, and what is wrong."""


def blocks(page):
    """The blocks of the page at that path, in order; `output` blocks are part of the one before."""
    found, opened, blank = [], None, True
    printer = None  # The block that an output may follow.
    for number, line in enumerate(page.read_text(encoding="utf-8").splitlines(), 1):
        here = f"{page.name}:{number}"
        if opened is not None:
            if line == "```":
                printer = add(found, opened, printer, here)
                opened = None
            else:
                opened.code += line + "\n"
        elif line.startswith("```"):
            language, _, argument = line[3:].partition(" ")
            opened = Block(language, argument.strip(), number + 1, "")
        elif line.startswith("    ") and blank:
            raise PageError(f"{here}: an indented block; fence it and say its language")
        elif line.strip():
            printer = None
        blank = not line.strip()
    if opened is not None:
        raise PageError(f"{page.name}:{opened.line}: a block that does not end")
    return found


def add(found, block, printer, here):
    """Checks a block and takes it in; returns the block whose output may follow, if any."""
    if block.language == "output":
        if printer is None:
            raise PageError(f"{here}: output that does not directly follow what prints it")
        printer.output = block.code
        return None
    if block.language == "json":
        try:
            json.loads(block.code)
        except ValueError as error:
            raise PageError(f"{here}: not JSON: {error}") from error
    elif not block.file and block.language not in RUN + NOT_RUN:
        raise PageError(f"{here}: a block of `{block.language}`; expected one of {', '.join(RUN + NOT_RUN)}, output, json")
    found.append(block)
    return block if block.language in RUN and not block.file else None


def pattern(expected):
    """A regular expression of what an output block stands for, with a group for each number with a decimal point."""
    lines = []
    for line in expected.rstrip("\n").split("\n"):
        if line.strip() == "...":
            lines.append(r"(?:[^\n]*\n)*")
            continue
        parts = []
        for piece in re.split(r"(\.\.\.|\d+\.\d+| +)", line.rstrip()):
            if piece == "...":
                parts.append(r"[^\n]*")
            elif DECIMAL.fullmatch(piece):
                parts.append(r"(\d+\.\d+)")
            elif piece and not piece.strip():
                parts.append(" +")
            else:
                parts.append(re.escape(piece))
        lines.append("".join(parts) + r" *\n")
    return re.compile("".join(lines) + r"\n*")


def mismatch(expected, printed):
    """What is wrong with what was printed, or None."""
    printed = printed.rstrip("\n") + "\n"
    match = pattern(expected).fullmatch(printed)
    if not match:
        return f"the page has\n{expected}where was printed\n{printed}"
    for wanted, found in zip(DECIMAL.findall(expected), match.groups()):
        if abs(float(wanted) - float(found)) > TOLERANCE:
            return f"the page has {wanted} where {found} was printed"
    return None
