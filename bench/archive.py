#!/usr/bin/env python3
"""What Ray adds: an archive of simulated recordings over a cluster of three nodes on this machine, against as many plain processes.

    bench/archive.py --python VENV/bin/python [--recordings 60] [--minutes 10] [--rounds 1] [--block 1]
    bench/archive.py --python VENV/bin/python --long --minutes 120

With --long instead: one recording divided among the workers of one node, against one process with as many threads, both with their
start; fails where the turns differ.

VENV is where `pip install .[ray]` put the package. Recordings are the sample's two voices over and over, each begun at another place.
Both ways use a process of one thread for each core, with the model loaded once, and take turns; plain processes share the list by
taking the next recording of it, as workers do, write RTTM only, and their start counts too. Prints the time of both, what Ray
adds, how much of that is the start of a pool (of a run with one recording), and its share; with --check fails where that is more than 5 %. The start of the cluster is not counted, as a cluster
is there before; the pool's is.
"""

import argparse
import pathlib
import subprocess
import sys
import tempfile
import time
import wave

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
print(begun, time.perf_counter() - start, result.counts.done)
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
print(one, many, alone.to_json() == divided.to_json())
"""


def long_recording(python, minutes, cores, work):
    simulated(work, 1, minutes)
    command = [python, "-c", LONG, work / "000000.wav", str(cores)]
    one, many, same = subprocess.run(command, check=True, capture_output=True, text=True, cwd=work).stdout.split()[-3:]
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
    parser.add_argument("--recordings", type=int, default=60)
    parser.add_argument("--minutes", type=float, default=10)
    parser.add_argument("--rounds", type=int, default=1)
    parser.add_argument("--block", type=int, default=1, help="recordings that are kept together")
    parser.add_argument("--cores", type=int, nargs=NODES, default=[1, 1, 0], help="of each node")
    parser.add_argument("--check", action="store_true")
    parser.add_argument("--long", action="store_true", help="one recording, divided")
    arguments = parser.parse_args()
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
        (work / "plain.py").write_text(PLAIN)
        for number in range(arguments.rounds):
            target = work / f"plain-{number}"
            target.mkdir()
            start = time.perf_counter()
            subprocess.run([arguments.python, work / "plain.py", source, target, str(processes)], check=True)
            best["plain processes"] = min(best["plain processes"], time.perf_counter() - start)

            cores = ",".join(map(str, arguments.cores))
            command = [arguments.python, "-c", CLUSTER, source, work / f"ray-{number}", cores, str(arguments.block)]
            begun, seconds, done = subprocess.run(command, check=True, capture_output=True, text=True, cwd=work).stdout.split()[-3:]
            if int(done) != arguments.recordings:
                sys.exit(f"failed: {done} recordings done of {arguments.recordings}")
            if float(seconds) < best["Ray"]:
                best["Ray"], start_of_pool = float(seconds), float(begun)
            plain = {path.read_text() for path in target.iterdir()}
            if plain != {path.read_text() for path in (work / f"ray-{number}").rglob("*.rttm")}:
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
