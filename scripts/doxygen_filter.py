#!/usr/bin/env python3
"""What Doxygen 1.9 reads instead of a page or header: the same, said in the way that it understands.

Pages: headings get labels, since it makes none that links could name; links between pages become references to these;
links to what is no page become plain text. Headers: a comment counts for all functions up to the next blank line, so it is
repeated before each; moving and destroying say what they always do; plain C comments in diarist.h become its own.

    doxygen_filter.py FILE > FILTERED
"""

import pathlib
import re
import sys

from check_links import ELSEWHERE, HEADING, LINK

DOCS = pathlib.Path("docs").resolve()
MOVES = re.compile(r"(\w+)\(\1&&\)|operator=\(\w+&&\)")
CONVENTION = re.compile(r"DIARIST_API \w+ diarist_\w+_(init|free)\(")
CONVENTIONS = {
    "init": "/** Sets `size` and all fields to what they are unless changed (convention 7). */",
    "free": "/** Gives the handle back (convention 1). */",
}
DESTROYS = re.compile(r"^~\w+\(\)")


def label(page, anchor=""):
    name = page.relative_to(DOCS).with_suffix("").as_posix()
    return re.sub(r"[^a-z0-9]+", "_", f"page {name} {anchor}".lower()).strip("_")


def slug(heading, seen):
    """GitHub's anchor, as check_links.py has it."""
    plain = re.sub(r"!?\[([^\]]*)\]\([^)]*\)", r"\1", heading)
    name = re.sub(r"[^\w\- ]", "", plain.lower()).replace(" ", "-")
    count = seen.get(name, 0)
    seen[name] = count + 1
    return f"{name}-{count}" if count else name


def page(path):
    seen, first = {}, True

    def link(match):
        target = match[1]
        text = match[0][match[0].index("[") + 1 : match[0].rindex("](")]
        if ELSEWHERE.match(target) or match[0].startswith("!"):
            return match[0]
        file, _, anchor = target.partition("#")
        linked = (path.parent / file).resolve() if file else path
        if linked.suffix != ".md" or not linked.is_relative_to(DOCS):
            return text
        return f'[{text}](@ref {label(linked, anchor)})'

    fenced = False
    for line in path.read_text(encoding="utf-8").splitlines():
        if line.startswith("```"):
            fenced = not fenced
            # A language that Doxygen does not know, and a file's name after one, are none of its business.
            yield "```" if not line[3:].startswith(("c", "python")) else "```" + line[3:].split(" ")[0]
            continue
        heading = None if fenced else HEADING.fullmatch(line)
        if heading:
            anchor = slug(heading[1], seen)
            level = line[: len(line) - len(line.lstrip("#"))]
            yield f"{level} {heading[1]} {{#{label(path) if first else label(path, anchor)}}}"
            first = False
        else:
            yield line if fenced else LINK.sub(link, line)


def header(path):
    comment, depth, declared, top = [], 0, True, path.suffix == ".hpp"
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines()):
        text = line.strip()
        if number == 0:
            yield "/** @file */" if path.suffix == ".h" else "/// @file"
        if top and text.startswith("//"):
            yield "/" + text
            continue
        top = False
        if path.suffix == ".h":
            if not text.startswith("/* --"):  # The title of a section is about nothing that follows.
                text = text.replace("/* ", "/** ", 1) if text.startswith("/* ") else text.replace("/* ", "/**< ", 1)
            line = line[: len(line) - len(line.lstrip())] + text
            line = re.sub(r"^ \*  (\d\.)", r" * \1", line)  # A list's numbers begin in one column.
            if convention := CONVENTION.match(text):
                yield CONVENTIONS[convention[1]]
        if text.startswith("///") and not text.startswith("///<"):
            if declared:
                comment = []
            comment.append(line)
            declared = False
            yield line
            continue
        if not text or text.startswith(("#", "}", "private:", "public:")):
            comment, declared = [], True
        elif depth == 0:
            if MOVES.search(text):
                yield "/// Moves; what was moved from may only be assigned to or destroyed."
            elif DESTROYS.match(text):
                yield "/// Frees what it owns."
            elif declared and comment and "///<" not in line and "(" in line:
                yield from comment
            declared = True
        depth = 0 if text.endswith((";", "{", "}", ":", "*/")) or "///<" in line or not text else 1
        yield line


def main():
    path = pathlib.Path(sys.argv[1]).resolve()
    lines = page(path) if path.suffix == ".md" else header(path)
    print("\n".join(lines))


if __name__ == "__main__":
    main()
