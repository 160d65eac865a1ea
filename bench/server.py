#!/usr/bin/env python3
"""What the server takes: jobs in a row, many clients at once, and whether its memory stays.

    bench/server.py --program build/release/diarist [--jobs 100] [--clients 50] [--requests 2000] [--page docs/server.md]

Jobs are samples/sample.wav (30 s). Request times are those of GET /v1/diarizations/ID, on a connection that is kept, by one
client and by all at once while jobs run. Memory is the resident set of the process. With --page, the table goes there.
"""
import argparse
import concurrent.futures
import datetime
import os
import pathlib
import re
import statistics
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "tests" / "server" / "end_to_end"))


def percentile(values, share):
    return sorted(values)[min(len(values) - 1, int(len(values) * share))]


def resident_mb(process):
    text = pathlib.Path(f"/proc/{process.pid}/status").read_text()
    return int(re.search(r"VmRSS:\s+(\d+)", text)[1]) / 1024


def request_times(served, path, count):
    """Seconds of each of so many requests by one client."""
    times = []
    connection = served.connection()
    for _ in range(count):
        begun = time.perf_counter()
        connection.request("GET", path)
        response = connection.getresponse()
        response.read()
        times.append(time.perf_counter() - begun)
        assert response.status == 200
    connection.close()
    return times


def jobs_in_a_row(served, count, sample):
    """Seconds of each from hand-in to result, and the memory after each."""
    times, memory = [], []
    for _ in range(count):
        begun = time.perf_counter()
        job = served.submit(sample)
        # The stream of events ends with the job.
        served.ask("GET", f"/v1/diarizations/{job['id']}/events")
        times.append(time.perf_counter() - begun)
        memory.append(resident_mb(served.process))
    return times, memory


def many_at_once(served, clients, requests, sample):
    """All clients hand in a job and ask for it again and again; then all jobs are awaited."""
    def client(_):
        begun = time.perf_counter()
        job = served.submit(sample)
        taken_in = time.perf_counter() - begun
        return job["id"], taken_in, request_times(served, f"/v1/diarizations/{job['id']}", requests // clients)
    begun = time.perf_counter()
    with concurrent.futures.ThreadPoolExecutor(clients) as pool:
        done = list(pool.map(client, range(clients)))
    peak = resident_mb(served.process)
    for name, _, _ in done:
        assert served.wait_until(name, patience_s=600)["state"] == "succeeded"
    whole = time.perf_counter() - begun
    return [taken for _, taken, _ in done], [each for _, _, times in done for each in times], peak, whole


def row(name, times):
    return (f"| {name} | {len(times)} | {1000 * percentile(times, 0.5):.1f} | {1000 * percentile(times, 0.99):.1f} | "
            f"{1000 * max(times):.1f} |")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--program", required=True, type=pathlib.Path)
    parser.add_argument("--jobs", type=int, default=100)
    parser.add_argument("--clients", type=int, default=50)
    parser.add_argument("--requests", type=int, default=2000)
    parser.add_argument("--page", type=pathlib.Path)
    arguments = parser.parse_args()
    os.environ["DIARIST_PROGRAM"] = str(arguments.program.resolve())
    import serving  # Reads the variable.

    with tempfile.TemporaryDirectory() as folder, serving.Served(folder) as served:
        first = served.submit()
        served.wait_until(first["id"])
        alone = request_times(served, f"/v1/diarizations/{first['id']}", arguments.requests)
        job_times, memory = jobs_in_a_row(served, arguments.jobs, serving.SAMPLE)
        taken, busy, peak, whole = many_at_once(served, arguments.clients, arguments.requests, serving.SAMPLE)
        after = resident_mb(served.process)
    tenth = max(1, arguments.jobs // 10)
    lines = [
        "| | count | p50, ms | p99, ms | slowest, ms |", "|---|---:|---:|---:|---:|",
        row("a job's JSON, one client, nothing runs", alone),
        row(f"the same, {arguments.clients} clients at once, jobs run", busy),
        row(f"handing in 0.9 MB, {arguments.clients} clients at once", taken),
        row("30 s of audio from hand-in to result, one after the other", job_times), "",
        f"{arguments.clients} jobs at once are done in {whole:.0f} s. Memory: {statistics.median(memory[:tenth]):.0f} MB over the first "
        f"{tenth} of {arguments.jobs} jobs, {statistics.median(memory[-tenth:]):.0f} MB over the last {tenth}; {peak:.0f} MB with "
        f"{arguments.clients} clients, {after:.0f} MB after them.", "",
        f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}, {datetime.date.today()}. "
        f"`bench/server.py --program diarist --jobs {arguments.jobs} --clients {arguments.clients} --requests {arguments.requests}`",
    ]
    print("\n".join(lines))
    if arguments.page:
        text = arguments.page.read_text()
        begin, end = text.index("<!-- server -->") + len("<!-- server -->"), text.index("<!-- /server -->")
        arguments.page.write_text(text[:begin] + "\n" + "\n".join(lines) + "\n" + text[end:])


if __name__ == "__main__":
    main()
