"""What the benches share: the machine's description, tables, and the marked sections of docs/performance.md."""
import datetime
import json
import os
import pathlib
import platform
import shlex
import sys


def cpu_model():
    for line in pathlib.Path("/proc/cpuinfo").read_text().splitlines():
        if line.lower().startswith(("model name", "cpu part")):
            return line.split(":", 1)[1].strip()
    return platform.machine()


def memory_gb():
    return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 1e9


def machine():
    """Of this moment: `load` tells whether others were at work."""
    return {
        "cpu": cpu_model(),
        "cores": os.cpu_count(),
        "cores_used": sorted(os.sched_getaffinity(0)),
        "memory_gb": round(memory_gb(), 1),
        "system": f"{platform.system()} {platform.release()}",
        "load": round(os.getloadavg()[0], 2),
        "date": datetime.date.today().isoformat(),
    }


def caption(machine, command, more=""):
    """The line under a table: where, when and how."""
    busy = f", busy (load {machine['load']} as it began)" if machine["load"] > 0.5 else ""
    few = machine["cores_used"] if len(machine["cores_used"]) < machine["cores"] else []
    only = f", all of it on core {' and '.join(map(str, few))}" if few else ""
    return f"{machine['cpu']}, {machine['cores']} cores{busy}{only}, {machine['date']}{more}.\n`{command}`"


def command_line():
    """As it was typed, without the folders that paths lie in and where the results went."""
    words, skip = [], False
    for word in sys.argv[1:]:
        if skip:
            skip = False
        elif word in ("--json", "--into", "--work"):
            skip = True
        else:
            words.append(pathlib.Path(word).name if "/" in word else word)
    return shlex.join([f"bench/{pathlib.Path(sys.argv[0]).name}", *words])


def table(head, rows):
    """Markdown; the first column to the left, the others to the right."""
    lines = ["| " + " | ".join(head) + " |", "|---|" + "---:|" * (len(head) - 1)]
    lines += ["| " + " | ".join(str(cell) for cell in row) + " |" for row in rows]
    return "\n".join(lines)


def put_section(page, name, text):
    """Replaces what stands between <!-- NAME --> and <!-- /NAME --> in a page."""
    begin, end = f"<!-- {name} -->", f"<!-- /{name} -->"
    old = page.read_text()
    if old.count(begin) != 1 or old.count(end) != 1:
        sys.exit(f"{page}: has no section {begin} ... {end}")
    head, rest = old.split(begin)
    new = f"{head}{begin}\n{text}\n{end}{rest.split(end)[1]}"
    partial = page.with_name(page.name + ".partial")
    partial.write_text(new)
    partial.rename(page)


def deliver(args, name, results, text):
    """Prints the tables; --json and --into keep them."""
    print(text)
    if args.json:
        args.json.write_text(json.dumps(results, indent=1) + "\n")
    if args.into:
        put_section(args.into, name, text)


def add_output_options(parser):
    parser.add_argument("--json", type=pathlib.Path, help="write every figure to this file")
    parser.add_argument("--into", type=pathlib.Path, help="replace this bench's section of a page (docs/performance.md)")
