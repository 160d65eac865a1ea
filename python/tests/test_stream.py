"""Live streams: what is told on the way, what stands at the end, and who may use one."""

import asyncio
import gc
import multiprocessing
import threading
import time

import numpy as np
import pytest

import diarist

from conftest import run_program


def blocks_of(samples, size=1600):
    return [samples[at : at + size] for at in range(0, len(samples), size)]


@pytest.fixture(scope="module")
def told(diarizer, floats):
    """All events of the sample in blocks of a tenth of a second, and the end's result."""
    with diarizer.stream() as stream:
        events = [event for block in blocks_of(floats) for event in stream.push(block)]
        last, result, complete, since = stream.finish()
        assert complete and since == 0
        assert stream.result is result and stream.pushed == 30
    return [*events, *last], result


def test_the_end_is_what_diarizing_gives(told, diarizer, floats, sample, expected):
    _, result = told
    whole = diarizer.diarize(floats, sample_rate=16000)
    assert result.to_rttm() == whole.to_rttm() and result.turns == whole.turns == expected.turns
    assert result.recording == whole.recording and result.labels == whole.labels
    assert np.array_equal(result.centroids, whole.centroids)
    program = run_program("-q", "-f", "rttm", sample)
    assert result.to_rttm().replace("samples", "sample") == program


def test_events_are_a_story(told):
    events, result = told
    assert {event.kind for event in events} == {"speaker", "begun", "extended", "ended", "revised"}
    clocks = [event.clock for event in events]
    assert clocks == sorted(clocks) and clocks[-1] == result.duration
    known, turns, ended = set(), {}, set()
    for event in events:
        assert 0 <= event.start <= event.end <= event.clock and 0 <= event.confidence <= 1
        assert (event.previous is not None) == (event.kind == "revised")
        if event.kind == "speaker":
            assert event.turn == 0 and event.speaker not in known
            known.add(event.speaker)
            continue
        assert event.speaker in known and (event.turn in turns) == (event.kind != "begun")
        if event.kind == "revised":
            before = turns[event.turn]
            assert event.previous == before.speaker
            if event.end != before.end:
                ended.discard(event.turn)
        if event.kind == "ended":
            ended.add(event.turn)
        turns[event.turn] = event
    assert known == {"SPEAKER_00", "SPEAKER_01"}
    assert ended == {number for number, turn in turns.items() if turn.end > turn.start}
    # They are about the same talk as the result.
    score = diarist.score(result, [(t.start, t.end, t.speaker) for t in turns.values() if t.end > t.start])
    assert score.der < 0.3, score


@pytest.mark.parametrize("size", [480000, 16001, 77777])
def test_blocks_change_nothing(told, diarizer, floats, size):
    stream = diarist.Stream(diarizer)
    assert list(stream.events(blocks_of(floats, size))) == told[0]
    assert stream.result.to_rttm() == told[1].to_rttm()


def test_what_samples_may_be(diarizer, pcm, floats):
    pcm, floats = pcm[: 16000 * 18], floats[: 16000 * 18]
    told = list(diarizer.stream().events([floats]))
    assert {event.speaker for event in told} == {"SPEAKER_00", "SPEAKER_01"}
    other = np.roll(pcm, 16000)
    kinds = {
        "int16": (pcm, {}),
        "float64": (floats.astype(np.float64), {}),
        "in big-endian order": (floats.astype(">f4"), {}),
        "[samples, 1]": (floats[:, None], {}),
        "of two channels": (np.stack([other, pcm], axis=1), {"channel": 2}),
    }
    for kind, (samples, options) in kinds.items():
        stream = diarizer.stream(**options)
        assert list(stream.events(blocks_of(samples, 20000))) == told, kind
    # Channels first; and their mean, as of a file.
    stream = diarizer.stream()
    for at in range(0, len(pcm), 16000):
        stream.push(np.stack([pcm, other])[:, at : at + 16000])
    mean = diarizer.diarize(np.stack([pcm, other]), sample_rate=16000)
    assert stream.finish().result.to_rttm() == mean.to_rttm()


def test_a_short_block_keeps_its_layout(diarizer):
    stream = diarizer.stream(channel=2)
    stream.push(np.zeros((0, 2), np.int16))  # It may come first, and tells nothing.
    stream.push(np.zeros((1600, 2), np.int16))
    stream.push(np.zeros((1, 2), np.int16))  # One sample of two channels, not two of one.
    assert stream.pushed == 1601 / 16000
    with pytest.raises(diarist.InvalidArgumentError, match="has 1 channels, and those before had 2"):
        stream.push(np.zeros(1600, np.int16))
    assert stream.pushed == 1601 / 16000


def test_known_voices_have_their_names(diarizer, floats, sample, expected, tmp_path):
    store = diarist.SpeakerStore(tmp_path / "voices.db", create=True)
    cut = diarist.split(sample, tmp_path / "people", expected)
    store.add("Ann", diarizer.diarize(cut[0].path))
    with diarizer.stream(voices=store) as stream:
        events = [event for block in blocks_of(floats) for event in stream.push(block)]
        end = stream.finish()
    told = [event for event in [*events, *end.events] if event.kind == "identified"]
    assert {event.speaker for event in told} == {"Ann"} and told[0].score >= diarist.LEAST_SCORE
    assert all(event.score is None for event in events if event.kind != "identified")
    after = [event for event in events if event.clock > told[0].clock and event.kind != "speaker"]
    assert "Ann" in {event.speaker for event in after}
    assert end.result.to_json() == store.identify(diarizer.diarize(floats, sample_rate=16000)).to_json()


def test_options_reach_it(diarizer, floats, told):
    options = {"preset": "fast", "min_turn": 1.0, "exclusive": True, "max_speakers": 1}
    stream = diarizer.stream(name="talk", **options)
    events = list(stream.events(blocks_of(floats)))
    assert {event.speaker for event in events} == {"SPEAKER_00"}
    whole = diarizer.diarize(floats, sample_rate=16000, name="talk", **options)
    assert stream.result.to_rttm() == whole.to_rttm() and "SPEAKER talk 1 " in whole.to_rttm()


def test_delay_and_settling_reach_it(diarizer, floats, told):
    events = list(diarizer.stream(delay=5, settle=5).events(blocks_of(floats)))
    assert events and events != told[0]
    # What is settled when it is told is never revised to somebody else.
    assert all(event.previous == event.speaker for event in events if event.kind == "revised")


def test_another_rate(diarizer, floats):
    halved = np.ascontiguousarray(floats[::2])
    stream = diarizer.stream(sample_rate=8000)
    for block in blocks_of(halved, 800):
        stream.push(block)
    assert stream.pushed == 30
    assert stream.finish().result.turns == diarizer.diarize(halved, sample_rate=8000).turns


def test_it_keeps_what_it_needs(floats, expected):
    diarizer = diarist.Diarizer(threads=1)
    stream = diarizer.stream()
    diarizer.close()
    del diarizer
    gc.collect()
    *_, last = stream.events(blocks_of(floats, 48000))
    assert last.clock == 30 and stream.result.turns == expected.turns


def test_after_the_end(diarizer, floats):
    stream = diarizer.stream()
    with pytest.raises(diarist.InvalidArgumentError, match="has not ended; call finish"):
        stream.result
    with pytest.raises(diarist.CorruptAudioError, match="none at all"):
        stream.finish()
    stream.push(floats[:16000])
    assert "1.0 s" in repr(stream)
    stream.finish()
    for call in (lambda: stream.push(floats), stream.finish):
        with pytest.raises(diarist.InvalidArgumentError, match="has ended; make another one"):
            call()
    assert stream.pushed == 1 and not stream.closed
    stream.close()
    stream.close()
    assert stream.closed and stream.result.duration == 1 and repr(stream) == "<Stream, closed>"
    for call in (lambda: stream.push(floats), stream.finish, lambda: stream.pushed):
        with pytest.raises(diarist.InvalidArgumentError, match="is closed"):
            call()


def test_leaving_the_context_closes(diarizer, floats):
    with pytest.raises(KeyError), diarizer.stream() as stream:
        stream.push(floats[:16000])
        raise KeyError
    assert stream.closed


def test_a_generator_that_breaks_leaves_the_stream_open(diarizer, floats):
    def broken():
        yield floats[:16000]
        raise OSError("unplugged")

    stream = diarizer.stream()
    with pytest.raises(OSError, match="unplugged"):
        list(stream.events(broken()))
    assert stream.finish().result.duration == 1


@pytest.mark.parametrize(
    "options",
    [{"delay": 0.4}, {"delay": 11}, {"delay": float("nan")}, {"settle": 1.9}, {"settle": 61}, {"sample_rate": 0},
     {"sample_rate": 768001}, {"speakers": 0}, {"speakers": 2, "max_speakers": 2}, {"preset": "best"}, {"step": 0},
     {"channel": 0}, {"history": 599}],
    ids=str,
)
def test_options_out_of_range(diarizer, options):
    with pytest.raises(diarist.InvalidArgumentError, match=next(iter(options))):
        diarizer.stream(**options)


@pytest.mark.parametrize(
    "options",
    [{"delay": "2"}, {"settle": None}, {"sample_rate": 16000.0}, {"relabel": 1}, {"name": 3},
     {"history": None}, {"voices": "voices.db"}, {"min_score": "4"}],
    ids=str,
)
def test_options_of_another_type(diarizer, options):
    with pytest.raises(diarist.InvalidTypeError, match=next(iter(options))):
        diarizer.stream(**options)


def test_what_is_no_diarizer():
    with pytest.raises(diarist.InvalidTypeError, match="diarizer: is of type str; give a diarist.Diarizer"):
        diarist.Stream("built-in")


def test_a_closed_diarizer():
    diarizer = diarist.Diarizer(threads=1)
    diarizer.close()
    with pytest.raises(diarist.InvalidArgumentError, match="Diarizer: is closed"):
        diarizer.stream()


@pytest.mark.parametrize(
    "block",
    [None, "meeting.wav", b"\0\0", bytearray(4), {"audio": 1}, ["a"], np.zeros(10, bool), np.zeros(10, complex),
     np.zeros((2, 3, 4)), np.zeros((100, 100)), 3.0, object()],
    ids=lambda value: type(value).__name__,
)
def test_what_is_no_block(diarizer, floats, block):
    stream = diarizer.stream()
    stream.push(floats[:16000])
    with pytest.raises(diarist.InvalidArgumentError, match="block"):
        stream.push(block)
    assert stream.pushed == 1 and stream.finish().result.duration == 1


@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf, 1e300])
def test_samples_that_are_not_finite(diarizer, floats, bad):
    stream = diarizer.stream()
    block = floats[: 16000 * 3].astype(np.float64)
    block[-1] = bad
    with pytest.raises(diarist.CorruptAudioError, match="block: has samples that are not finite"):
        stream.push(block)
    assert stream.pushed == 0  # Not even what came before it.


def test_two_threads_at_once_are_refused_and_harm_nothing(diarizer, floats, expected):
    stream = diarizer.stream()
    pushed = threading.Event()

    def work():
        stream.push(floats)
        pushed.set()

    thread = threading.Thread(target=work)
    thread.start()
    refused, seen = 0, []
    while not pushed.is_set():
        seen.append(stream.pushed)  # Asked at any time.
        if seen[-1] > 0:
            try:
                stream.push(floats[:0])
            except diarist.InvalidArgumentError as error:
                assert "Stream: is in use already" in str(error)
                refused += 1
        time.sleep(0.001)
    thread.join()
    # How often depends on who else wants the processors.
    assert refused > 0 and seen == sorted(seen) and len(set(seen)) > 1
    assert stream.finish().result.turns == expected.turns


def test_closing_while_it_works(diarizer, floats):
    stream = diarizer.stream()
    found = []
    thread = threading.Thread(target=lambda: found.append(stream.push(floats)))
    thread.start()
    while not stream.closed and stream.pushed == 0:
        time.sleep(0.001)
    stream.close()
    thread.join()
    assert stream.closed and any(event.kind == "begun" for event in found[0])


def test_closing_leaves_the_interpreter_to_others(floats):
    ticks, over = [], threading.Event()

    def tick():
        while not over.wait(0.001):
            ticks.append(time.monotonic())

    clock = threading.Thread(target=tick)
    clock.start()
    try:
        with diarist.Diarizer(threads=1) as diarizer:
            for _ in range(20):
                streams = [diarizer.stream(), diarizer.stream()]
                for stream in streams:
                    stream.push(floats)
                began = time.monotonic()
                streams[1].close()  # Waits for the only worker, which is at work for both.
                ended = time.monotonic()
                streams[0].close()
                if ended - began > 0.05:
                    # One tick may be as long before or after, where the interpreter changes threads.
                    assert sum(began < at < ended for at in ticks) > 2
                    return
    finally:
        over.set()
        clock.join()
    pytest.skip("a stream closes at once here")


def test_streams_beside_each_other(diarizer, floats, told):
    parts = [floats, np.roll(floats, 16000 * 7), floats]
    alone = [told[0], list(diarizer.stream().events(blocks_of(parts[1])))]
    assert alone[0] != alone[1]
    together = [None] * 3

    def work(i):
        together[i] = list(diarizer.stream().events(blocks_of(parts[i])))

    threads = [threading.Thread(target=work, args=(i,)) for i in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert together == [alone[0], alone[1], alone[0]]


def test_asyncio(diarizer, floats, told):
    async def listen():
        ticks = 0

        async def tick():
            nonlocal ticks
            while True:
                ticks += 1
                await asyncio.sleep(0.005)

        clock = asyncio.create_task(tick())
        events = []
        with diarizer.stream() as stream:
            for block in blocks_of(floats, 16000):
                events += await asyncio.to_thread(stream.push, block)
            events += (await asyncio.to_thread(stream.finish)).events
        clock.cancel()
        return events, ticks

    events, ticks = asyncio.run(listen())
    assert events == told[0]
    assert ticks > 10  # The loop ran meanwhile: the interpreter was free.


INTERRUPTED = """
import signal, sys, threading, diarist
samples = diarist.load_audio(sys.argv[1])
whole = list(diarist.Diarizer().stream().events([samples]))
stream = diarist.Diarizer().stream()

class Stop(Exception):
    pass

def stop(*_):
    signal.setitimer(signal.ITIMER_REAL, 0)
    raise Stop

def when_there_is_something():
    while stream.pushed < 20:
        pass
    signal.setitimer(signal.ITIMER_REAL, 0.001)

signal.signal(signal.SIGALRM, stop)
threading.Thread(target=when_there_is_something).start()
try:
    stream.push(samples)
except Stop:
    heard = round(stream.pushed * 16000)
    assert 20 * 16000 <= heard < len(samples), heard
    assert list(stream.events([samples[heard:]])) == whole
    print("nothing is lost")
"""


def test_what_was_heard_before_an_interruption_is_not_lost(sample):
    import subprocess
    import sys

    done = subprocess.run([sys.executable, "-c", INTERRUPTED, str(sample)], capture_output=True, text=True, timeout=300)
    assert done.stdout == "nothing is lost\n", done.stderr


INTERRUPTED_AGAIN_AND_AGAIN = """
import signal, sys, diarist
samples = diarist.load_audio(sys.argv[1])
diarizer = diarist.Diarizer()
whole = list(diarizer.stream().events([samples]))
stream = diarizer.stream()
stops = 0

class Stop(Exception):
    pass

def stop(*_):
    raise Stop

signal.signal(signal.SIGALRM, stop)

def interrupted(call):
    # Sooner than the networks can be done, later than the call is on its way.
    global stops
    try:
        signal.setitimer(signal.ITIMER_REAL, 0.001)
        return call()
    except Stop:
        stops += 1
        return None
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)

events, heard = [], 0
while heard < len(samples):
    # A hop, so that each has the networks look: a shorter one could be done as the signal comes, and its events with the call.
    events += interrupted(lambda: stream.push(samples[heard : heard + 16000])) or []
    heard = round(stream.pushed * 16000)
assert stops > 10, stops
end = interrupted(stream.finish)
assert end is None
end = stream.finish()
assert events + end.events == whole and stream.result is end.result
try:
    stream.finish()
except diarist.InvalidArgumentError:
    print("nothing is lost")
"""


def test_an_interruption_in_the_last_second_loses_no_events(sample):
    import subprocess
    import sys

    done = subprocess.run(
        [sys.executable, "-c", INTERRUPTED_AGAIN_AND_AGAIN, str(sample)], capture_output=True, text=True, timeout=300
    )
    assert done.stdout == "nothing is lost\n", done.stderr


def in_child(stream, pipe):
    try:
        stream.push(np.zeros(16000, np.float32))
    except diarist.DiaristError as error:
        pipe.send(str(error))
    stream.close()  # Nor does it wait for threads that are not there.
    pipe.send(stream.closed)


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_a_forked_child_is_told(diarizer, floats):
    stream = diarizer.stream()
    stream.push(floats[:160000])
    context = multiprocessing.get_context("fork")
    ours, theirs = context.Pipe()
    child = context.Process(target=in_child, args=(stream, theirs))
    child.start()
    assert ours.poll(60) and "Stream: was made by another process" in ours.recv()
    assert ours.poll(60) and ours.recv() is True
    child.join(60)
    assert child.exitcode == 0
    assert stream.finish().result.duration == 10
