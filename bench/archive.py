#!/usr/bin/env python3
"""What Ray adds: an archive of simulated recordings over a cluster of three nodes on this machine, against as many plain processes.

    bench/archive.py --python VENV/bin/python [--recordings 60] [--minutes 10] [--rounds 1] [--block 1]
    bench/archive.py --python VENV/bin/python --nodes [--recordings 300] [--minutes 1] [--into docs/ray.md]
    bench/archive.py --python VENV/bin/python --long --minutes 120

With --nodes instead: the same archive over one, two and three nodes of a core each, and over three of which one is killed once a third is
done; fails where one of them is not complete or has other turns than one process. With --long instead: one recording divided among the workers of one node, against one process with as many threads, both with their
start; fails where the turns differ.

VENV is where `pip install .[ray]` put the package. Recordings are the sample's two voices over and over, each begun at another place.
Both ways use a process of one thread for each core, with the model loaded once, and take turns; plain processes share the list by
taking the next recording of it, as workers do, write RTTM only, and their start counts too. Prints the time of both, what Ray
adds, how much of that is the start of a pool (of a run with one recording), and its share; with --check fails where that is more than 5 %. The start of the cluster is not counted, as a cluster
is there before; the pool's is.
"""

import argparse
import os
import pathlib
import subprocess
import sys
import tempfile
import time
import wave

import report

SAMPLE = pathlib.Path(__file__).resolve().parent.parent / "samples" / "sample.wav"
NODES = 3
MOST_OVERHEAD = 0.05

PLAIN = """
import multiprocessing, os, pathlib, sys

def start():
    global diarizer
    import diarist
    diarizer = diarist.Diarizer(threads=1)

def work(names):
    diarizer.diarize(names[0]).write(names[1])

if __name__ == "__main__":
    source, target, processes = sys.argv[1:]
    paths = sorted(pathlib.Path(source).iterdir())
    with multiprocessing.get_context("spawn").Pool(int(processes), start) as pool:
        pool.map(work, [(path, f"{target}/{path.stem}.rttm") for path in paths], chunksize=1)
"""

CLUSTER = """
import pathlib, sys, time
import ray
from ray.cluster_utils import Cluster
import diarist

source, target, cores, block = sys.argv[1:5]
cluster = Cluster(initialize_head=True, head_node_args={"num_cpus": int(cores.split(",")[0]), "include_dashboard": False})
for count in cores.split(",")[1:]:
    cluster.add_node(num_cpus=int(count))
ray.init(address=cluster.address, log_to_driver=False, logging_level="error")
cluster.wait_for_nodes()
start = time.perf_counter()
one = diarist.archive.diarize(min(pathlib.Path(source).iterdir()), output=target + "-one")
begun = time.perf_counter() - start - one.statistics()["wall"][0].as_py()
start = time.perf_counter()
result = diarist.archive.diarize(source, output=target, block=int(block))
print("result", begun, time.perf_counter() - start, result.counts.done)
ray.shutdown()
cluster.shutdown()
"""


NODES_OF_ONE = """
import sys, time
import ray
from ray.cluster_utils import Cluster
import diarist

source, target, count, kill_after = sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4])
soon = {"health_check_initial_delay_ms": 0, "health_check_period_ms": 500, "health_check_failure_threshold": 4}
head = {"num_cpus": 1, "include_dashboard": False, "_system_config": soon}
cluster = Cluster(initialize_head=True, head_node_args=head)
nodes = [cluster.add_node(num_cpus=1) for _ in range(count - 1)]
ray.init(address=cluster.address, log_to_driver=False, logging_level="error")
cluster.wait_for_nodes()
killed_at = -1

def progress(done, total):
    global killed_at
    if kill_after and done >= kill_after and killed_at < 0:
        cluster.remove_node(nodes[-1], allow_graceful=False)
        killed_at = int(done)

start = time.perf_counter()
result = diarist.archive.diarize(source, output=target, block=1, progress=progress)
print("result", time.perf_counter() - start, result.counts.done, killed_at, sum(node["Alive"] for node in ray.nodes()))
ray.shutdown()
cluster.shutdown()
"""


LONG = """
import sys, time
import ray, diarist

path, cores = sys.argv[1], int(sys.argv[2])
start = time.perf_counter()
with diarist.Diarizer(threads=cores) as diarizer:
    alone = diarizer.diarize(path)
one = time.perf_counter() - start
ray.init(num_cpus=cores, include_dashboard=False, log_to_driver=False, logging_level="error")
start = time.perf_counter()
divided = diarist.archive.diarize_long(path)
many = time.perf_counter() - start
ray.shutdown()
print("result", one, many, alone.to_json() == divided.to_json())
"""


def plain_run(python, source, target, processes):
    """Seconds of so many plain processes, RTTM to `target`."""
    target.mkdir()
    script = target.with_suffix(".py")
    script.write_text(PLAIN)
    start = time.perf_counter()
    subprocess.run([python, script, source, target, str(processes)], check=True)
    return time.perf_counter() - start


def turns_below(folder):
    return sorted(path.read_text() for path in folder.rglob("*.rttm"))


def nodes_of_one_core(arguments, work):
    """The table of --nodes."""
    source = work / "recordings"
    source.mkdir()
    simulated(source, arguments.recordings, arguments.minutes)
    alone = plain_run(arguments.python, source, work / "plain", 1)
    expected = turns_below(work / "plain")
    rows = [f"| one plain process | {alone:.0f} | |"]
    first = None
    for count, kill_after in [(1, 0), (2, 0), (3, 0), (NODES, arguments.recordings // 3)]:
        target = work / f"ray-{count}-{kill_after}"
        command = [arguments.python, "-c", NODES_OF_ONE, source, target, str(count), str(kill_after)]
        printed = result_of(command, work)
        seconds, done, killed_at, alive = float(printed[0]), *map(int, printed[1:])
        if done != arguments.recordings:
            sys.exit(f"failed: {done} recordings done of {arguments.recordings}")
        if turns_below(target) != expected:
            sys.exit(f"failed: other turns over {count} nodes")
        name = f"{count} node{'s' if count > 1 else ''}"
        if kill_after:
            if alive != NODES - 1 or not 0 < killed_at < done:
                sys.exit(f"failed: no node was killed ({alive} alive, {killed_at} done)")
            name += f", one killed with {killed_at} done"
        first = first or seconds
        rows.append(f"| {name} | {seconds:.0f} | {first / seconds:.2f} |")
    return (f"{arguments.recordings} recordings of {arguments.minutes:g} min, nodes of one core each on a machine of "
            f"{os.cpu_count()}; all complete, and the turns of one process:\n\n"
            "| | seconds | of one node's speed |\n|---|---:|---:|\n" + "\n".join(rows) + "\n")


def result_of(command, work):
    """The words behind `result` in what a program prints; Ray prints remarks of its own."""
    printed = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True, cwd=work).stdout
    return next(line.split()[1:] for line in printed.splitlines() if line.startswith("result "))


def long_recording(python, minutes, cores, work):
    simulated(work, 1, minutes)
    command = [python, "-c", LONG, work / "000000.wav", str(cores)]
    one, many, same = result_of(command, work)
    print(f"One recording of {minutes:g} minutes, {cores} cores: {float(one):.1f} s in one process, {float(many):.1f} s over {cores}.")
    if same != "True":
        sys.exit("failed: other turns")


def simulated(folder, count, minutes):
    with wave.open(str(SAMPLE)) as sample:
        parameters = sample.getparams()
        frames = sample.readframes(sample.getnframes())
    width = parameters.sampwidth * parameters.nchannels
    for number in range(count):
        first = (number * 7919 * width) % len(frames)
        with wave.open(str(folder / f"{number:06d}.wav"), "wb") as recording:
            recording.setparams(parameters)
            left = round(minutes * 60 * parameters.framerate) * width
            while left:
                piece = frames[first : first + left]
                recording.writeframes(piece)
                left -= len(piece)
                first = 0


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--python", type=pathlib.Path, default=pathlib.Path(sys.executable))
    parser.add_argument("--recordings", type=int, help="60, with --nodes 300")
    parser.add_argument("--minutes", type=float, help="of each: 10, with --nodes 1")
    parser.add_argument("--rounds", type=int, default=1)
    parser.add_argument("--block", type=int, default=1, help="recordings that are kept together")
    parser.add_argument("--cores", type=int, nargs=NODES, default=[1, 1, 0], help="of each node")
    parser.add_argument("--check", action="store_true")
    parser.add_argument("--nodes", action="store_true", help="one to three nodes, and one killed")
    parser.add_argument("--into", type=pathlib.Path, help="with --nodes: page whose table is written anew")
    parser.add_argument("--long", action="store_true", help="one recording, divided")
    arguments = parser.parse_args()
    arguments.python = arguments.python.absolute()  # not resolved: that would leave the environment
    if arguments.into and not arguments.nodes:
        parser.error("--into goes with --nodes")
    arguments.recordings = arguments.recordings or (300 if arguments.nodes else 60)
    arguments.minutes = arguments.minutes or (1 if arguments.nodes else 10)
    if arguments.nodes:
        with tempfile.TemporaryDirectory() as work:
            text = nodes_of_one_core(arguments, pathlib.Path(work))
        print(text)
        if arguments.into:
            report.put_section(arguments.into, "nodes", text)
        return
    processes = sum(arguments.cores)
    if arguments.long:
        with tempfile.TemporaryDirectory() as work:
            long_recording(arguments.python, arguments.minutes, processes, pathlib.Path(work))
        return
    best = {"plain processes": float("inf"), "Ray": float("inf")}
    with tempfile.TemporaryDirectory() as work:
        work = pathlib.Path(work)
        source = work / "recordings"
        source.mkdir()
        simulated(source, arguments.recordings, arguments.minutes)
        for number in range(arguments.rounds):
            target = work / f"plain-{number}"
            best["plain processes"] = min(best["plain processes"],
                                          plain_run(arguments.python, source, target, processes))

            cores = ",".join(map(str, arguments.cores))
            command = [arguments.python, "-c", CLUSTER, source, work / f"ray-{number}", cores, str(arguments.block)]
            begun, seconds, done = result_of(command, work)
            if int(done) != arguments.recordings:
                sys.exit(f"failed: {done} recordings done of {arguments.recordings}")
            if float(seconds) < best["Ray"]:
                best["Ray"], start_of_pool = float(seconds), float(begun)
            if turns_below(target) != turns_below(work / f"ray-{number}"):
                sys.exit("failed: other turns")

    print(f"{arguments.recordings} recordings of {arguments.minutes:g} minutes, {processes} processes, {NODES} nodes\n")
    print("| | seconds |\n|---|---:|")
    for name, seconds in best.items():
        print(f"| {name} | {seconds:.1f} |")
    added = best["Ray"] - best["plain processes"]
    share = added / best["plain processes"]
    print(f"\nRay adds {added:.1f} s, {100 * share:.1f} %; the start of a pool takes {start_of_pool:.1f} s, however much is to be done.")
    if arguments.check and share > MOST_OVERHEAD:
        sys.exit(f"failed: more than {100 * MOST_OVERHEAD:.0f} %")


if __name__ == "__main__":
    main()
