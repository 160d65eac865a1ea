"""An archive over Ray: on this machine, and on a cluster of three nodes of which one is killed."""

import contextlib
import functools
import http.server
import json
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
from diarist import archive

from conftest import write_pcm

RATE = 16000


@pytest.fixture(scope="module")
def ray():
    """Ray on this machine, with two cores."""
    ray = pytest.importorskip("ray")
    pytest.importorskip("pyarrow")
    ray.init(num_cpus=2, include_dashboard=False, log_to_driver=False, logging_level="error")
    yield ray
    ray.shutdown()


@pytest.fixture(scope="module")
def talks(tmp_path_factory, pcm):
    """A folder of recordings in two folders, some of them of one name; what is no recording; and one that is broken."""
    folder = tmp_path_factory.mktemp("talks")
    (folder / "more").mkdir()
    for name, first, last in [("a", 0, 14), ("b", 10, 22), ("more/a", 6, 18), ("more/c d", 16, 30)]:
        write_pcm(folder / f"{name}.wav", pcm[first * RATE : last * RATE], RATE)
    (folder / "notes.txt").write_text("minutes")
    (folder / ".hidden.wav").write_bytes(b"")
    (folder / "broken.wav").write_bytes((folder / "a.wav").read_bytes()[:100_000])
    return folder


def rows_of(result, path):
    return [{"recording": str(path), **turn._asdict()} for turn in result]


def turns_of(table):
    return table.drop_columns(["generation"]).to_pylist()


def shards(output):
    return sorted(path.name for path in (output / "statistics").iterdir())


@pytest.fixture(scope="module")
def alone(talks, diarizer):
    """What one process gives, by path."""
    paths = sorted(path for path in talks.rglob("[a-z]*.wav") if path.name != "broken.wav")
    return {str(path): diarizer.diarize(path) for path in paths}


@pytest.fixture(scope="module")
def done(ray, talks, tmp_path_factory):
    """The folder's archive, and where it is."""
    output = tmp_path_factory.mktemp("turns")
    return archive.diarize(talks, output=output), output


def test_as_one_process_gives_them(done, alone, talks):
    result, output = done
    assert result.counts == archive.Counts(recordings=5, done=4, kept=0, failed=1)
    assert turns_of(result.turns()) == [row for path, one in alone.items() for row in rows_of(one, path)]
    assert len(result.turns()) > 5
    speakers = result.speakers().to_pylist()
    expected = [(path, each) for path, one in alone.items() for each in one.speakers]
    assert [(row["recording"], row["speaker"], row["speech"]) for row in speakers] == [
        (path, each.name, each.total) for path, each in expected
    ]
    for row, (_, each) in zip(speakers, expected):
        assert row["embedding"] == (None if each.centroid is None else each.centroid.tolist())
    statistics = result.statistics().to_pylist()
    assert [row["recording"] for row in statistics] == list(alone)
    for row, one in zip(statistics, alone.values()):
        assert (row["duration"], row["turns"], row["speakers"]) == (one.duration, len(one), len(one.speakers))
        assert row["threads"] == 1 and row["wall"] > 0 and row["notices"] == list(one.notices)
        # Two recordings are called a.wav: each has its own.
        assert (output / row["rttm"]).read_text() == one.to_rttm() == result.rttm(row["recording"])
    (error,) = result.errors().to_pylist()
    assert (error["recording"], error["code"], error["again"]) == (str(talks / "broken.wav"), "corrupt_audio", False)
    assert "truncated" in error["message"]
    assert not list(output.rglob("*.tmp")) and not list((output / "attempts").iterdir())


def test_a_second_run_does_what_is_new(done, alone, talks, pcm, tmp_path):
    _, output = done
    before = shards(output)
    again = archive.diarize(talks, output=output)
    assert again.counts == archive.Counts(recordings=5, done=0, kept=4, failed=1)
    assert shards(output) == before and len(list((output / "runs").iterdir())) == 1
    # One is added, one is mended; the others stay as they are.
    added, mended = talks / "z.wav", talks / "broken.wav"
    whole = mended.read_bytes()
    try:
        write_pcm(added, pcm[: 12 * RATE], RATE)
        write_pcm(mended, pcm[: 14 * RATE], RATE)
        more = archive.diarize(talks, output=output)
        assert more.counts == archive.Counts(recordings=6, done=2, kept=4, failed=0)
        assert more.errors().num_rows == 0 and more.dataset("errors").count_rows() == 0
        changed = turns_of(more.turns())
        expected = {**alone, str(added): diarist.diarize(added), str(mended): diarist.diarize(mended)}
        assert changed == [row for path in sorted(expected) for row in rows_of(expected[path], path)]
        # Opened again it is the same, and a part of it is a part.
        opened = archive.Archive(output)
        assert turns_of(opened.turns()) == changed
        assert opened.counts == archive.Counts(recordings=6, done=0, kept=6, failed=0)
        assert archive.diarize(added, output=output).counts == archive.Counts(1, 0, 1, 0)
        # Other options are other results, which take the place of these.
        other = archive.diarize([added], output=output, exclusive=True, min_turn=1.0)
        assert other.counts == archive.Counts(1, 1, 0, 0)
        expected[str(added)] = diarist.diarize(added, exclusive=True, min_turn=1.0)
        table = other.turns()
        assert turns_of(table) == [row for path in sorted(expected) for row in rows_of(expected[path], path)]
        assert other.dataset("turns").count_rows() == table.num_rows
    finally:
        added.unlink()
        mended.write_bytes(whole)


def test_the_same_people_everywhere(ray, pcm, tmp_path):
    """Linked, then more is added, then something is diarized anew: rows of persons follow."""
    folder, output = tmp_path / "talks", tmp_path / "turns"
    folder.mkdir()
    for name in "ab":
        write_pcm(folder / f"{name}.wav", pcm, RATE)
    result = archive.diarize(folder, output=output)
    with pytest.raises(FileNotFoundError, match="never linked"):
        result.persons()
    assert archive.link(output, add=True).location == result.location
    rows = result.persons().to_pylist()
    assert [row["person"] for row in rows] == ["PERSON_0001", "PERSON_0002"] * 2
    assert [row["speaker"] for row in rows] == ["SPEAKER_00", "SPEAKER_01"] * 2
    assert all(row["score"] > 4 and row["known_voice"] is False for row in rows)
    named = result.turns(persons=True)
    assert named.drop_columns(["person"]).to_pylist() == result.turns().to_pylist()
    assert {(row["speaker"], row["person"]) for row in named.to_pylist()} == {
        ("SPEAKER_00", "PERSON_0001"), ("SPEAKER_01", "PERSON_0002")
    }
    # Half of the sample: its first speaker is the other's second.
    write_pcm(folder / "c.wav", pcm[14 * RATE :], RATE)
    write_pcm(folder / "d.wav", pcm[: 3 * RATE], RATE)
    archive.diarize(folder, output=output)
    assert {row["person"] for row in result.turns(persons=True).to_pylist()} == {"PERSON_0001", "PERSON_0002", None}
    store = diarist.SpeakerStore(tmp_path / "voices.db", create=True)
    store.remember(diarist.diarize(folder / "a.wav"))
    store.rename("VOICE_0001", "Ann")
    archive.link(result, add=True, voices=store, threads=1)
    people = {person.name: person for person in result.linking().persons}
    assert "Ann" in people and people["Ann"].known_voice
    assert {each.recording for each in people["Ann"].appearances} >= {str(folder / "a.wav"), str(folder / "b.wav")}
    assert len(result.persons()) == len(result.speakers())
    # Other options, and it is another result, of whom nothing is known until all is linked again.
    archive.diarize(folder / "c.wav", output=output, max_speakers=1, min_turn=1.5)
    assert str(folder / "c.wav") not in result.persons()["recording"].to_pylist()
    assert len(archive.link(output, voices=store).persons()) == len(result.speakers())
    with pytest.raises(TypeError, match="model"):
        archive.link(output, model=3)


def test_interrupted(ray, alone, tmp_path):
    class Enough(Exception):
        pass

    def stop(finished, total):
        assert total == len(alone)
        raise Enough

    with pytest.raises(Enough):
        archive.diarize(list(alone), output=tmp_path / "turns", block=1, workers=1, progress=stop)
    part = archive.Archive(tmp_path / "turns")
    assert 1 <= part.statistics().num_rows < len(alone)
    seen = []
    whole = archive.diarize(
        list(alone), output=tmp_path / "turns", block=1, progress=lambda finished, total: seen.append((finished, total))
    )
    assert whole.counts.done < len(alone) and whole.counts.done + whole.counts.kept == len(alone)
    assert seen[-1] == (whole.counts.done, whole.counts.done)
    assert turns_of(whole.turns()) == [row for path, one in alone.items() for row in rows_of(one, path)]


def test_urls_and_datasets(ray, done, talks, alone, tmp_path):
    """Of a web server, of the memory of this process, of files by URL and glob; into a URL. Turns are the same, names apart."""
    import fsspec

    memory = fsspec.filesystem("memory")
    memory.pipe_file("/talks/a.wav", (talks / "a.wav").read_bytes())

    class Quiet(http.server.SimpleHTTPRequestHandler):
        def log_message(self, *_):
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Quiet, directory=str(talks)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    web = f"http://127.0.0.1:{server.server_port}"
    try:
        result = archive.diarize(
            ["memory://talks/a.wav", f"{web}/b.wav", f"{web}/nobody.wav", f"file://{talks}/more/*.wav"],
            output=f"file://{tmp_path}/turns",
            rttm=False,
        )
    finally:
        server.shutdown()
        memory.rm("/talks", recursive=True)
    places = {
        f"{web}/b.wav": talks / "b.wav",
        "memory://talks/a.wav": talks / "a.wav",
        **{path: path for path in alone if "/more/" in path},
    }
    assert result.statistics()["recording"].to_pylist() == sorted(places)
    expected = [row for path in sorted(places) for row in rows_of(alone[str(places[path])], path)]
    assert turns_of(result.turns()) == expected
    (error,) = result.errors().to_pylist()
    assert error["recording"] == f"{web}/nobody.wav" and error["code"] in ("not_found", "io") and error["again"]
    assert not (tmp_path / "turns" / "rttm").exists()

    dataset = ray.data.from_items([{"path": path, "more": 1} for path in reversed(alone)])
    assert archive.diarize(dataset, output=done[1]).counts.kept == len(alone)


def test_what_is_refused(ray, talks, tmp_path):
    with pytest.raises(FileNotFoundError, match="no recordings"):
        archive.diarize(tmp_path, output=tmp_path / "turns")
    with pytest.raises(ValueError, match="memory of one process"):
        archive.diarize(talks, output="memory://turns")
    with pytest.raises(ValueError, match="preset"):
        archive.diarize(talks, output=tmp_path / "turns", preset="best")
    with pytest.raises(ValueError, match="threads = 3.*any machine of the cluster has: 2 cores.*give 2 at most"):
        archive.diarize(talks, output=tmp_path / "turns", threads=3)
    with pytest.raises(ValueError, match="threads = 3"):
        archive.diarize(talks, output=tmp_path / "turns", threads=3, workers=(2, 2))
    assert not (tmp_path / "turns").exists()
    with pytest.raises(ValueError, match="threads"):
        archive.diarize(talks, output=tmp_path / "turns", threads=0)
    with pytest.raises(ValueError, match="at least 3"):
        archive.diarize(talks, output=tmp_path / "turns", workers=(3, 2))
    with pytest.raises(ValueError, match="column path"):
        archive.diarize(ray.data.range(3), output=tmp_path / "turns")
    with pytest.raises(FileNotFoundError, match="no archive"):
        archive.Archive(tmp_path / "turns")
    with pytest.raises(ValueError, match="nothing"):
        archive.diarize("nothing://talks", output=tmp_path / "turns")
    assert not (tmp_path / "turns").exists()
    missing = archive.diarize(tmp_path / "nobody.wav", output=tmp_path / "turns")
    assert missing.counts == archive.Counts(1, 0, 0, 1)
    assert missing.errors()["code"].to_pylist() == ["not_found"]
    write_pcm(tmp_path / "nobody.wav", diarist.load_audio(talks / "a.wav")[:1600], RATE)
    assert archive.diarize(tmp_path / "nobody.wav", output=tmp_path / "turns").counts.failed == 0


def test_what_ends_the_process_is_passed_over(ray, alone, tmp_path, monkeypatch):
    """A worker by itself, which what cannot be caught ends as a signal would, and which begins its block anew."""
    from diarist.archive import _recordings, _run, _settings, _worker

    name, digest, _ = _settings.pack_of(None)
    options = {"speakers": 2}
    settings = _settings.Settings(options, None, "automatic", 1, name, digest, diarist.__version__)
    paths = list(alone)[:3]
    recordings = _run._keyed(_recordings.asked(paths, None), settings.digest)
    block = recordings.append_column("block", [[0] * len(recordings)])
    worker = _worker.BlockWorker(settings, None, str(tmp_path), 1, True, None)
    diarized = worker._diarized

    def deadly(row):
        if row["path"] == paths[1]:
            raise SystemExit
        return diarized(row)

    monkeypatch.setattr(worker, "_diarized", deadly)
    for _ in range(4):
        with pytest.raises(SystemExit):
            worker(block)
        assert not (tmp_path / "statistics").exists()
    assert worker(block).to_pylist() == [{"done": 2, "failed": 1}]
    (tmp_path / "runs").mkdir()
    (tmp_path / "runs" / "000001.json").write_text(json.dumps(settings.behavior()))
    opened = archive.Archive(tmp_path)
    (error,) = opened.errors().to_pylist()
    assert (error["recording"], error["code"], error["again"]) == (paths[1], "lost", True)
    assert opened.statistics()["recording"].to_pylist() == [paths[0], paths[2]]
    # Done by a worker that died before it could say so: it is not done again.
    monkeypatch.setattr(worker, "_diarized", None)
    assert worker(block).to_pylist() == [{"done": 2, "failed": 1}]


def test_a_long_recording_over_several_processes(ray, pcm, diarizer, tmp_path):
    samples = np.concatenate([np.zeros(560 * RATE, np.int16), np.tile(pcm, 3)[: 80 * RATE]])
    path = write_pcm(tmp_path / "long talk.wav", samples, RATE)
    options = {"step": 5.0, "max_speakers": 3, "per_channel": True}
    told = []
    found = archive.diarize_long(path, progress=lambda done, total: told.append((done, total)), **options)
    whole = diarizer.diarize(path, **options)
    assert len(whole) > 5
    assert found.to_json() == whole.to_json()
    assert told == [(1, 2), (2, 2)]
    # By its URL, in one part.
    url = f"file://{path}"
    assert archive.diarize_long(url, workers=1, **options).to_json() == whole.to_json()
    # A worker's refusal is the recording's own; nothing of Ray's.
    (tmp_path / "broken.wav").write_bytes(path.read_bytes()[:100_000])
    with pytest.raises(diarist.CorruptAudioError, match="broken.wav"):
        archive.diarize_long(tmp_path / "broken.wav")
    with pytest.raises(diarist.NotFoundError):
        archive.diarize_long(tmp_path / "none.wav")
    with pytest.raises(ValueError, match="memory of one process"):
        archive.diarize_long("memory://talk.wav")
    with pytest.raises(ValueError, match="any machine of the cluster has: 2 cores"):
        archive.diarize_long(path, threads=3)
    with pytest.raises(ValueError, match="workers"):
        archive.diarize_long(path, workers=0)
    with pytest.raises(ValueError, match="preset"):
        archive.diarize_long(path, preset="best")


def processes_of(title):
    """Numbers of this program's processes of Ray that are at such a task."""
    for folder in pathlib.Path("/proc").iterdir():
        with contextlib.suppress(OSError):  # It has ended.
            if folder.name.isdigit() and (folder / "cmdline").read_text().startswith(f"ray::{title}"):
                parent = int(folder.name)
                while parent > 1 and parent != os.getpid():
                    parent = int(pathlib.Path(f"/proc/{parent}/stat").read_text().rpartition(")")[2].split()[1])
                if parent == os.getpid():
                    yield int(folder.name)


def test_a_process_at_a_part_is_killed(ray, pcm, diarizer, tmp_path):
    """As soon as it is seen at work: its part is done anew."""
    path = write_pcm(tmp_path / "long.wav", np.concatenate([np.zeros(595 * RATE, np.int16), pcm[: 20 * RATE]]), RATE)
    killed = []

    def kill():
        while not (killed or ended.is_set()):
            for process in processes_of("_analysed"):
                with contextlib.suppress(ProcessLookupError):
                    os.kill(process, signal.SIGKILL)
                    killed.append(process)
                    break
            time.sleep(0.01)

    ended = threading.Event()
    killer = threading.Thread(target=kill)
    killer.start()
    try:
        found = archive.diarize_long(path)
    finally:
        ended.set()
        killer.join()
    assert len(killed) == 1
    assert len(found) > 0 and found.to_json() == diarizer.diarize(path).to_json()


def test_parts_are_even_and_reach_the_end():
    from diarist.archive._long import _parts

    assert _parts(0, 8) == [(0, None)]
    assert _parts(600, 8) == [(0, None)]
    assert _parts(600.1, 8) == [(0, 600), (600, None)]
    assert _parts(86400, 3) == [(0, 28800), (28800, 57600), (57600, None)]
    for duration in (1, 601, 5000, 86400):
        for most in (1, 2, 7, 200):
            parts = _parts(duration, most)
            assert len(parts) == min(most, -(-duration // 600))
            assert parts[0].start == 0 and parts[-1].end is None
            assert [part.end for part in parts[:-1]] == [part.start for part in parts[1:]]
            lengths = [part.end - part.start for part in parts[:-1]]
            assert not lengths or max(lengths) - min(lengths) <= 600


def test_without_ray(tmp_path):
    """`import diarist` imports nothing of it, and the archive says what to install."""
    code = (
        "import sys, diarist\n"
        "assert not {'ray', 'pyarrow', 'fsspec'} & set(sys.modules)\n"
        "sys.modules['ray'] = None\n"
        "try:\n    diarist.archive.diarize('talks', output='turns')\n"
        "except ImportError as error:\n    print(error)\n"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert "pip install diarist[ray]" in done.stdout


def test_a_node_is_killed(ray, pcm, diarizer, tmp_path):
    """Three nodes, of which one is killed in the middle: complete, and as one process gives it."""
    from ray.cluster_utils import Cluster

    paths = []
    for number in range(9):
        first = 6 + number
        paths.append(write_pcm(tmp_path / f"{number}.wav", pcm[first * RATE : (first + 16) * RATE], RATE))
    ray.shutdown()
    # That a node is gone is seen within two seconds, not thirty.
    soon = {"health_check_initial_delay_ms": 0, "health_check_period_ms": 500, "health_check_failure_threshold": 4}
    head = {"num_cpus": 1, "include_dashboard": False, "_system_config": soon}
    cluster = Cluster(initialize_head=True, head_node_args=head)
    try:
        nodes = [cluster.add_node(num_cpus=1) for _ in range(2)]
        ray.init(address=cluster.address, log_to_driver=False, logging_level="error")
        cluster.wait_for_nodes()
        finished = []

        def kill(done, total):
            if not finished:
                cluster.remove_node(nodes[0], allow_graceful=False)
            finished.append(done)

        result = archive.diarize(tmp_path, output=tmp_path / "turns", block=1, progress=kill)
        assert sum(node["Alive"] for node in ray.nodes()) == 2
        assert finished[0] < len(paths) == finished[-1]
    finally:
        ray.shutdown()
        cluster.shutdown()
    assert result.counts == archive.Counts(len(paths), len(paths), 0, 0)
    alone = {str(path): diarizer.diarize(path) for path in paths}
    assert turns_of(result.turns()) == [row for path, one in alone.items() for row in rows_of(one, path)]
    assert {path: result.rttm(path) for path in alone} == {path: one.to_rttm() for path, one in alone.items()}
    assert os.listdir(tmp_path / "turns" / "attempts") == []
