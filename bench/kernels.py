#!/usr/bin/python3
"""Tables of every kernel's speed, beside the machine's own peak and beside oneDNN.

    kernels.py --bench build/release/bench/kernels_bench [--sets avx2 ...] [--repetitions 5] [--json OUT] [--into PAGE]

Runs kernels_bench once for each instruction set (oneDNN is kept to the same one), all benchmarks interleaved, and takes
the best repetition of each: what the machine can do while nobody disturbs. Peaks are loops of multiply-accumulates that
stay in registers, taken in the same run. One thread, on --core.
Needs Debian's python3, and libdnnl-dev when building for the comparison with oneDNN; without it there is none.
"""
import argparse
import json
import pathlib
import re
import subprocess
import sys
import tempfile

import report


def run(bench, isa, args):
    """{name without the set: best rate}, the unit of each, and what the program says about itself."""
    with tempfile.TemporaryDirectory() as folder:
        out = pathlib.Path(folder) / "out.json"
        command = [str(bench), f"--isa={isa}", f"--benchmark_out={out}", "--benchmark_out_format=json",
                   f"--benchmark_repetitions={args.repetitions}", f"--benchmark_min_time={args.min_time}",
                   "--benchmark_enable_random_interleaving=true"]  # fmt: skip
        if args.filter:
            command.append(f"--benchmark_filter={args.filter}")
        if args.core is not None:
            command = ["taskset", "-c", str(args.core), *command]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
        document = json.loads(out.read_text())
        names = subprocess.run([str(bench), f"--isa={isa}", "--benchmark_list_tests=true"], check=True,
                               capture_output=True, text=True).stdout.split()  # fmt: skip
    rates, units, failures = {}, {}, {}
    place = {name: i for i, name in enumerate(names)}
    runs = sorted(document["benchmarks"], key=lambda each: place.get(each["run_name"], len(place)))
    for each in runs:
        if each.get("run_type") != "iteration":
            continue
        name = re.sub(r"/(min_time|repeats):[^/]*", "", each["run_name"]).rsplit("/", 1)[0]
        if each.get("error_occurred"):
            failures[name] = each["error_message"]
            continue
        for unit in ("GMAC/s", "Gvalue/s", "x_real_time"):
            if unit in each:
                units[name] = unit
                rates[name] = max(rates.get(name, 0.0), each[unit])
    return rates, units, failures, document["context"]


def number(value, digits=1):
    return "-" if value is None else f"{value:.{digits}f}"


def ratio(ours, theirs, digits=2):
    return "-" if not ours or not theirs else f"{ours / theirs:.{digits}f}"


def percent(part, whole):
    return "-" if not part or not whole else f"{100 * part / whole:.0f} %"


def layer_table(rates, units):
    """Each layer once; ours and oneDNN's side by side."""
    peak_f32, peak_i8 = rates.get("peak/registers/f32"), rates.get("peak/registers/u8s8")
    layers = []
    for name in rates:
        layer = name.rsplit("/", 1)[0]
        if units[name] == "GMAC/s" and not layer.startswith("peak/") and layer not in layers:
            layers.append(layer)
    rows = []
    for layer in layers:
        ours = max((rates[n] for n in rates if n.startswith(f"{layer}/f32")), default=None)
        theirs = rates.get(f"{layer}/onednn_f32")
        integer = [(rates[n], n.rsplit("/", 1)[1]) for n in rates if n.startswith(f"{layer}/int")]
        best, _ = max(integer, default=(None, ""))
        theirs_8 = rates.get(f"{layer}/onednn_u8s8")
        if ours is None and best is None:
            continue
        rows.append([layer, number(ours), percent(ours, peak_f32), number(theirs), ratio(ours, theirs), number(best),
                     percent(best, peak_i8), number(theirs_8), ratio(best, theirs_8)])  # fmt: skip
    return report.table(["layer", "f32", "of peak", "oneDNN f32", "ours / oneDNN", "integer", "of 8-bit peak",
                         "oneDNN u8s8", "ours / oneDNN"], rows)  # fmt: skip


def other_table(rates, units):
    rows = [[name, f"{rates[name]:.3g}", units[name].replace("x_real_time", "times real time")]
            for name in rates if units[name] != "GMAC/s" or name.endswith("/f64")]  # fmt: skip
    return report.table(["kernel or network", "speed", "unit"], rows)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--bench", type=pathlib.Path, required=True, help="the program kernels_bench")
    parser.add_argument("--sets", nargs="+", help="instruction sets; by default all of the machine's but the scalar twin")
    parser.add_argument("--repetitions", type=int, default=5)
    parser.add_argument("--min-time", type=float, default=0.05, help="seconds for one repetition of one benchmark")
    parser.add_argument("--filter", help="a regular expression of names; peaks are lost unless it lets them pass")
    parser.add_argument("--core", type=int, help="pin to this core")
    report.add_output_options(parser)
    args = parser.parse_args()
    bench = args.bench.resolve()
    there = subprocess.run([bench, "--list-sets"], check=True, capture_output=True, text=True).stdout.split()
    machine = report.machine()
    results, texts = {"machine": machine, "sets": {}}, []
    for isa in reversed(args.sets or [each for each in there if each != "scalar"]):
        rates, units, failures, context = run(bench, isa, args)
        onednn = context.get("onednn", "none")
        results["sets"][isa] = {"onednn": onednn, "rates": rates, "units": units, "failures": failures}
        peaks = ", ".join(f"{n.rsplit('/', 1)[1]} {r:.1f}" for n, r in rates.items() if n.startswith("peak/"))
        beside = f"oneDNN {onednn}, kept to the same set" if onednn != "none" else "no oneDNN here to compare with"
        texts += [f"### {isa}", "", f"Peak of one core in GMAC/s: {peaks}. Layers in GMAC/s; {beside}.", "",
                  layer_table(rates, units), "", other_table(rates, units), ""]  # fmt: skip
        texts += [f"{name}: failed: {why}\n" for name, why in failures.items()]
    texts.append(report.caption(machine, report.command_line(), f", best of {args.repetitions}"))
    report.deliver(args, "kernels", results, "\n".join(texts))
    return 0


if __name__ == "__main__":
    sys.exit(main())
