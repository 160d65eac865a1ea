"""Threads, asyncio, progress, and ways to stop."""

import asyncio
import multiprocessing
import os
import pathlib
import signal
import subprocess
import sys
import threading
import time

import numpy as np
import pytest

import diarist

from conftest import SAMPLE, write_pcm


@pytest.fixture(scope="module")
def long_recording(floats):
    """Ten minutes: more than any machine does in the time that a test takes to stop it."""
    return np.tile(floats, 20)


def test_progress_is_told_in_the_calling_thread(diarizer, long_recording):
    seen = []

    def watch(done, total):
        seen.append((done, total, threading.current_thread()))

    result = diarizer.diarize(long_recording[: 16000 * 60], sample_rate=16000, progress=watch)
    assert len(seen) > 1 and seen[-1][:2] == (result.duration, result.duration)
    assert [done for done, _, _ in seen] == sorted(done for done, _, _ in seen)
    assert {thread for _, _, thread in seen} == {threading.current_thread()}


def test_what_a_callback_raises_ends_the_run(diarizer, long_recording):
    class Enough(Exception):
        pass

    def watch(done, total):
        raise Enough

    start = time.monotonic()
    with pytest.raises(Enough):
        diarizer.diarize(long_recording, sample_rate=16000, progress=watch)
    stopped = time.monotonic() - start
    assert len(diarizer.diarize(SAMPLE)) > 5  # It is as good as before.
    whole = diarizer.diarize(long_recording[: 16000 * 60], sample_rate=16000)
    assert stopped < 10 * whole.statistics.wall  # Not the ten minutes' work.


@pytest.mark.parametrize("bar", [True, "tqdm", "rich"])
def test_bars(diarizer, sample, bar, expected, capsys):
    if isinstance(bar, str):
        pytest.importorskip(bar)
    assert diarizer.diarize(sample, progress=bar).turns == expected.turns
    captured = capsys.readouterr()
    assert "sample" in captured.err + captured.out


def test_a_bar_that_is_none(diarizer, sample):
    with pytest.raises(diarist.InvalidArgumentError, match="progress"):
        diarizer.diarize(sample, progress="spinner")


def parts(floats):
    return [np.roll(floats, 16000 * i)[: 16000 * (20 + i)] for i in range(4)]


def test_four_threads_on_four_files_give_the_bytes_of_one_after_another(diarizer, floats, tmp_path):
    files = [
        write_pcm(tmp_path / f"{i}.wav", (32768 * part).astype(np.int16), 16000)
        for i, part in enumerate(parts(floats))
    ]
    one_by_one = [diarizer.diarize(file).to_json() for file in files]
    assert len(set(one_by_one)) == 4
    results = [None] * 4

    def work(i):
        results[i] = diarizer.diarize(files[i]).to_json()

    threads = [threading.Thread(target=work, args=(i,)) for i in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert results == one_by_one


def test_the_number_of_threads_changes_nothing(floats, expected):
    for threads in (1, 3):
        result = diarist.diarize(floats, sample_rate=16000, threads=threads)
        assert result.turns == expected.turns and result.statistics.threads == threads


def test_asyncio(diarizer, floats):
    async def both():
        first, second = parts(floats)[:2]
        ticks = 0

        async def tick():
            nonlocal ticks
            while True:
                ticks += 1
                await asyncio.sleep(0.01)

        clock = asyncio.create_task(tick())
        results = await asyncio.gather(
            asyncio.to_thread(diarizer.diarize, first, sample_rate=16000),
            asyncio.to_thread(diarizer.diarize, second, sample_rate=16000),
        )
        clock.cancel()
        return results, ticks

    results, ticks = asyncio.run(both())
    assert [result.duration for result in results] == [20.0, 21.0]
    assert ticks > 3  # The loop ran meanwhile: the interpreter was free.


INTERRUPTED = """
import os, sys, threading, numpy, diarist
sample = diarist.load_audio(sys.argv[1])
hour = numpy.tile(sample, 120)
features = numpy.zeros((360000, 80), numpy.float32)
diarizer = diarist.Diarizer()
segmenter = diarist.Segmenter()
embedder = diarist.Embedder()
extractor = diarist.FeatureExtractor()
threading.Timer(0.3, lambda: print("running", flush=True)).start()
try:
    {work}
except KeyboardInterrupt:
    print("interrupted", sum(os.times()[:2]), flush=True)
    print(len(diarizer.diarize(sample, sample_rate=16000)), flush=True)
else:
    print("not interrupted", flush=True)
"""


def processor_seconds(process):
    """That all its threads have used until now."""
    fields = pathlib.Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    return sum(map(int, fields[11:13])) / os.sysconf("SC_CLK_TCK")


def seconds_to_stop(work):
    """Computing from Ctrl-C to KeyboardInterrupt, on all cores, in a process that does such work.

    On a machine that does nothing else that is the time on the clock, and it is the same where others compute too.
    """
    command = [sys.executable, "-c", INTERRUPTED.format(work=work), str(SAMPLE)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as child:
        assert child.stdout.readline() == "running\n"
        sent = processor_seconds(child.pid)
        child.send_signal(signal.SIGINT)
        word, at = child.stdout.readline().split()
        turns, _ = child.communicate(timeout=300)
    assert word == "interrupted" and child.returncode == 0
    assert int(turns) > 5  # It is as good as before.
    return (float(at) - sent) / len(os.sched_getaffinity(0))


@pytest.mark.parametrize(
    "work",
    ["diarizer.diarize(hour, sample_rate=16000)",
     "diarizer.diarize(hour, sample_rate=16000, progress=lambda done, total: None)",
     "diarist.diarize(hour, sample_rate=16000, preset='exact')",
     "segmenter.segment(hour)",
     "extractor.extract(hour)",
     "embedder.embed(hour)",
     "embedder.embed_features(features)",
     "diarizer.stream().push(hour)",
     "diarist.quantize()"],
    ids=lambda work: work.replace("()", "").partition("(")[0],
)
def test_keyboard_interrupt_stops_within_a_second(work):
    assert seconds_to_stop(work) < 1


def test_closing_while_it_runs(floats):
    diarizer = diarist.Diarizer()
    started = threading.Event()
    results = []

    def work():
        results.append(
            diarizer.diarize(floats, sample_rate=16000, progress=lambda done, total: started.set())
        )

    thread = threading.Thread(target=work)
    thread.start()
    started.wait(60)
    diarizer.close()
    thread.join()
    assert len(results[0]) > 5 and diarizer.closed


def in_child(diarizer, pipe):
    try:
        diarizer.diarize(np.zeros(16000, np.float32), sample_rate=16000)
    except diarist.DiaristError as error:
        pipe.send(str(error))
    with diarist.Diarizer(threads=1) as own:
        pipe.send(len(own.diarize(np.zeros(16000, np.float32), sample_rate=16000)))


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_a_forked_child_is_told(diarizer):
    context = multiprocessing.get_context("fork")
    ours, theirs = context.Pipe()
    child = context.Process(target=in_child, args=(diarizer, theirs))
    child.start()
    assert ours.poll(60) and "another process" in ours.recv()
    assert ours.poll(60) and ours.recv() == 0
    child.join(60)
    assert child.exitcode == 0
