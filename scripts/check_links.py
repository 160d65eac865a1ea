#!/usr/bin/env python3
"""Checks the links of the documentation: README.md, CONTRIBUTING.md, NOTICE, samples/ and docs/.

A relative link leads to a file of the tree, an anchor to one of its headings, in the way that GitHub makes anchors. Every page of
docs/ can be reached from README.md by links. A page of docs/ that sources and pages merely mention is there too.
Addresses on the web are not looked at.

    check_links.py [TREE]
"""

import pathlib
import re
import sys
import urllib.parse

FENCE = re.compile(r"^```.*?^```$", re.MULTILINE | re.DOTALL)
INLINE_CODE = re.compile(r"(`+)(?!`).*?(?<!`)\1(?!`)", re.DOTALL)
LINK = re.compile(r"!?\[(?:[^\[\]]|\[[^\[\]]*\])*\]\(\s*<?([^)\s>]+)>?(?:\s+\"[^\"]*\")?\s*\)")
DEFINITION = re.compile(r"^\[[^\]]+\]:\s+<?([^\s>]+)", re.MULTILINE)
ATTRIBUTE = re.compile(r"<(?:a|img)\b[^>]*?\b(?:href|src)=\"([^\"]+)\"")
HEADING = re.compile(r"^#{1,6}\s+(.*?)\s*#*\s*$", re.MULTILINE)
EXPLICIT = re.compile(r"<a\b[^>]*?\b(?:id|name)=\"([^\"]+)\"")
ELSEWHERE = re.compile(r"^[a-z][a-z0-9+.-]*:", re.IGNORECASE)
MENTION = re.compile(r"(?<![\w./-])docs/[\w./-]+\.md\b")
MENTIONING = ("src", "include", "python", "bench", "cmake")


def blank(match):
    """As many lines of nothing, so that line numbers stay."""
    return "\n" * match[0].count("\n")


def links(text):
    """Yields (line, target) of every link outside of code."""
    text = INLINE_CODE.sub(blank, FENCE.sub(blank, text))
    for kind in (LINK, DEFINITION, ATTRIBUTE):
        for match in kind.finditer(text):
            yield text.count("\n", 0, match.start(1)) + 1, match[1]


def anchors(text):
    text = FENCE.sub(blank, text)
    found, seen = set(EXPLICIT.findall(text)), {}
    for heading in HEADING.findall(text):
        plain = re.sub(r"!?\[([^\]]*)\]\([^)]*\)", r"\1", heading)
        slug = re.sub(r"[^\w\- ]", "", plain.lower()).replace(" ", "-")
        count = seen.get(slug, 0)
        seen[slug] = count + 1
        found.add(f"{slug}-{count}" if count else slug)
    return found


def check_page(root, page, text):
    """Yields (problem, page that is linked to), one of them None."""
    for line, target in links(text):
        where = f"{page.relative_to(root)}:{line}"
        if ELSEWHERE.match(target):
            continue
        path, _, anchor = target.partition("#")
        file = (page.parent / urllib.parse.unquote(path)).resolve() if path else page
        if not file.is_relative_to(root) or path.startswith("/"):
            yield f"{where}: {target} leads out of the tree", None
        elif not file.exists():
            yield f"{where}: {target} does not exist", None
        elif anchor and (file.suffix != ".md" or anchor not in anchors(file.read_text(encoding="utf-8"))):
            yield f"{where}: {target}: no heading of that name", None
        else:
            yield None, file


def main():
    root = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else ".").resolve()
    docs = sorted((root / "docs").rglob("*.md"))
    pages = [root / "README.md", root / "CONTRIBUTING.md", root / "NOTICE", *sorted((root / "samples").glob("*.md")), *docs]
    problems, targets = [], {}
    for page in (page for page in pages if page.exists()):
        found = list(check_page(root, page, page.read_text(encoding="utf-8")))
        problems += [problem for problem, _ in found if problem]
        targets[page] = {file for _, file in found if file}

    reached, ahead = set(), [root / "README.md"]
    while ahead:
        page = ahead.pop()
        if page not in reached:
            reached.add(page)
            ahead += targets.get(page, ())
    problems += [f"{page.relative_to(root)}: no way leads here from README.md" for page in docs if page not in reached]

    sources = [file for folder in MENTIONING for file in sorted((root / folder).rglob("*")) if file.is_file()]
    for file in [*sources, *pages]:
        try:
            text = file.read_text(encoding="utf-8")
        except (UnicodeDecodeError, FileNotFoundError):
            continue
        for match in MENTION.finditer(text):
            if not (root / match[0]).exists():
                line = text.count("\n", 0, match.start()) + 1
                problems.append(f"{file.relative_to(root)}:{line}: mentions {match[0]}, which does not exist")

    print(*problems, sep="\n", end="\n" if problems else "")
    print(f"{len(targets)} pages, {sum(map(len, targets.values()))} links, {len(problems)} problems")
    return 1 if problems or not docs else 0


if __name__ == "__main__":
    sys.exit(main())
