"""Whatever is wrong has a name, and a text that says what to do."""

import errno
import io
import pickle

import numpy as np
import pytest

import diarist

SECOND = np.zeros(16000, np.float32)


@pytest.mark.parametrize(
    "audio",
    [None, 3, 2.5, b"RIFF", bytearray(b"x"), object(), np.zeros(9, complex), np.zeros(9, bool),
     np.array(["a", "b"]), np.array([object()]), [["a"], 1], io.StringIO("text"), {"samples": 1}],
    ids=lambda audio: type(audio).__name__,
)
def test_what_is_no_recording(diarizer, audio):
    rate = None if isinstance(audio, (io.StringIO, dict)) else 16000
    with pytest.raises((diarist.InvalidTypeError, diarist.InvalidArgumentError)) as caught:
        diarizer.diarize(audio, sample_rate=rate)
    assert caught.value.problem and caught.value.code == "invalid_argument"


def test_a_tensor_without_its_data(diarizer):
    class Meta:
        def detach(self):
            return self

        def cpu(self):
            raise NotImplementedError("Cannot copy out of meta tensor; no data!")

    with pytest.raises(diarist.InvalidTypeError, match="audio.*no data"):
        diarizer.diarize(Meta(), sample_rate=16000)
    with pytest.raises(diarist.InvalidTypeError, match="features.*no data"):
        diarist.Embedder(threads=1).embed_features(Meta())


@pytest.mark.parametrize("shape", [(), (2, 3, 4), (100, 100), (1, 2, 16000)])
def test_shapes_that_are_no_channels(diarizer, shape):
    with pytest.raises(diarist.InvalidArgumentError, match="shape"):
        diarizer.diarize(np.zeros(shape, np.float32), sample_rate=16000)


@pytest.mark.parametrize("shape", [(0,), (0, 2), (2, 0)])
def test_empty_arrays(diarizer, shape):
    with pytest.raises(diarist.CorruptAudioError, match="no samples"):
        diarizer.diarize(np.zeros(shape, np.float32), sample_rate=16000)


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf, 1e300])
@pytest.mark.parametrize("channels", [1, 2])
def test_samples_that_are_not_finite(diarizer, value, channels):
    samples = np.zeros((16000, channels))
    samples[77, 0] = value
    with pytest.raises(diarist.CorruptAudioError, match="finite|NaN"):
        diarizer.diarize(samples, sample_rate=16000)
    with pytest.raises(diarist.CorruptAudioError, match="finite"):
        diarist.load_audio(samples, sample_rate=16000)


def test_sample_rates(diarizer, sample):
    with pytest.raises(diarist.InvalidArgumentError, match="sample_rate.*missing"):
        diarizer.diarize(SECOND)
    for rate in (0, -16000, 10**6, 2**40):
        with pytest.raises(diarist.InvalidArgumentError):
            diarizer.diarize(SECOND, sample_rate=rate)
    for rate in ("16000", 16000.0, True, [16000]):
        with pytest.raises(diarist.InvalidTypeError, match="sample_rate"):
            diarizer.diarize(SECOND, sample_rate=rate)
    for audio in (sample, io.BytesIO(b"")):
        with pytest.raises(diarist.InvalidArgumentError, match="knows its own"):
            diarizer.diarize(audio, sample_rate=16000)


def test_small_numbers_in_wide_integers(diarizer, pcm):
    with pytest.raises(diarist.InvalidArgumentError, match="astype"):
        diarizer.diarize(pcm.astype(np.int64), sample_rate=16000)


def test_a_missing_file_is_what_python_calls_one(diarizer, tmp_path):
    missing = str(tmp_path / "nobody.wav")
    with pytest.raises(FileNotFoundError) as caught:
        diarizer.diarize(missing)
    error = caught.value
    assert isinstance(error, diarist.DiaristError) and isinstance(error, diarist.NotFoundError)
    assert error.code == "not_found" and error.subject == missing == error.filename
    assert error.errno == errno.ENOENT and str(error) == error.what and missing in str(error)


def test_files_that_are_no_recordings(diarizer, tmp_path):
    text = tmp_path / "notes.wav"
    text.write_text("no sound in here\n" * 50)
    with pytest.raises(diarist.DiaristError) as caught:
        diarizer.diarize(text)
    assert caught.value.subject == str(text)
    assert caught.value.code in ("unsupported_audio", "corrupt_audio")
    with pytest.raises(diarist.DiaristError):
        diarizer.diarize(tmp_path)
    for path in ("", "a\0b"):
        with pytest.raises(diarist.InvalidArgumentError):
            diarizer.diarize(path)


def test_file_objects_are_blamed_by_their_name(diarizer):
    stream = io.BytesIO(b"no sound in here" * 50)
    stream.name = "/somewhere/talk.wav"
    with pytest.raises(diarist.DiaristError) as caught:
        diarizer.diarize(stream)
    assert caught.value.subject == "/somewhere/talk.wav"
    stream.close()
    with pytest.raises(ValueError, match="closed"):
        diarizer.diarize(stream)


@pytest.mark.parametrize(
    "options",
    [{"speakers": 0}, {"speakers": -1}, {"speakers": 2**40}, {"speakers": 2, "min_speakers": 1},
     {"min_speakers": 3, "max_speakers": 2}, {"preset": "best"}, {"step": 0}, {"step": float("nan")},
     {"min_turn": -1}, {"merge_gap": float("inf")}, {"channel": 0}, {"channel": 2},
     {"channel": 1, "per_channel": True}],
    ids=str,
)
def test_options_out_of_range(diarizer, sample, options):
    with pytest.raises(diarist.InvalidArgumentError) as caught:
        diarizer.diarize(sample, **options)
    assert isinstance(caught.value, ValueError)
    with pytest.raises(diarist.InvalidArgumentError):
        diarizer.diarize(SECOND, sample_rate=16000, **options)


@pytest.mark.parametrize(
    "options",
    [{"speakers": "2"}, {"speakers": 2.0}, {"speakers": True}, {"min_speakers": []}, {"preset": 3},
     {"step": "2"}, {"min_turn": True}, {"merge_gap": [1]}, {"relabel": "yes"}, {"exclusive": 1},
     {"channel": "left"}, {"per_channel": None}, {"name": 7}, {"progress": 5}],
    ids=str,
)
def test_options_of_other_types(diarizer, sample, options):
    with pytest.raises(diarist.InvalidTypeError) as caught:
        diarizer.diarize(sample, **options)
    assert isinstance(caught.value, TypeError) and caught.value.subject in options


def test_numpy_numbers_are_numbers(diarizer, sample):
    result = diarizer.diarize(
        sample, speakers=np.int64(1), step=np.float32(4), exclusive=np.bool_(True)
    )
    assert len(result.speakers) == 1


@pytest.mark.parametrize(
    "options",
    [{"threads": -1}, {"threads": 5000}, {"isa": "mmx"}, {"precision": "f8"}],
    ids=str,
)
def test_engines_out_of_range(options):
    for engine in (diarist.Diarizer, diarist.Segmenter, diarist.Embedder):
        with pytest.raises(diarist.InvalidArgumentError):
            engine(**options)
    with pytest.raises(diarist.InvalidTypeError):
        diarist.Diarizer(threads="two")


def test_models(tmp_path):
    with pytest.raises(diarist.NotFoundError):
        diarist.Diarizer(tmp_path / "none.safetensors")
    broken = tmp_path / "broken.safetensors"
    broken.write_bytes(b"\xff" * 100)
    with pytest.raises(diarist.CorruptModelError) as caught:
        diarist.Model.load(broken)
    assert isinstance(caught.value, diarist.ModelError) and "broken" in caught.value.subject
    with pytest.raises(diarist.ModelError):
        diarist.Model.parse(b"")
    for wrong in (3, object(), ["a"]):
        with pytest.raises(diarist.InvalidTypeError):
            diarist.Diarizer(wrong)
    with pytest.raises(diarist.InvalidTypeError):
        diarist.Model.parse("text")
    with pytest.raises(diarist.InvalidTypeError):
        diarist.Model(None)
    with pytest.raises(diarist.InvalidTypeError):
        diarist.Diarizer(fallback="built-in")
    with diarist.Diarizer(broken, fallback="built-in") as diarizer:
        assert diarizer.model.name == "built-in"
        assert any("broken" in notice for notice in diarizer.diarize(SECOND, sample_rate=16000).notices)


def test_closed_handles(sample):
    diarizer = diarist.Diarizer()
    diarizer.close()
    diarizer.close()
    assert diarizer.closed and "closed" in repr(diarizer)
    for use in (lambda: diarizer.diarize(sample), lambda: diarizer.model, lambda: diarizer.threads):
        with pytest.raises(diarist.InvalidArgumentError, match="closed"):
            use()
    for engine, use in ((diarist.Segmenter(), "segment"), (diarist.Embedder(), "embed")):
        with engine:
            assert not engine.closed
        with pytest.raises(diarist.InvalidArgumentError, match="closed"):
            getattr(engine, use)(SECOND)


class Enough(Exception):
    pass


@pytest.mark.parametrize("raised", [Enough, KeyboardInterrupt, SystemExit, GeneratorExit])
def test_callbacks_that_raise(diarizer, sample, expected, raised):
    def watch(done, total):
        raise raised

    with pytest.raises(raised):
        diarizer.diarize(sample, progress=watch)
    assert diarizer.diarize(sample).turns == expected.turns  # It is as good as before.


def test_callbacks_of_another_kind(diarizer, sample, expected):
    with pytest.raises(TypeError, match="positional argument"):
        diarizer.diarize(sample, progress=lambda: None)
    with pytest.raises(AttributeError):
        diarizer.diarize(sample, progress=lambda done, total: done.percent)
    assert diarizer.diarize(sample, progress=lambda done, total: "an answer").turns == expected.turns
    # From within it: the run that is on its way is finished first.
    own = diarist.Diarizer(threads=1)
    assert own.diarize(sample, progress=lambda done, total: own.close()).turns == expected.turns
    assert own.closed
    inner = []
    diarizer.diarize(sample, progress=lambda *_: inner or inner.append(diarizer.diarize(SECOND, sample_rate=16000)))
    assert len(inner) == 1


STAGES = {
    "segmenter": lambda audio: diarist.Segmenter(threads=1).segment(audio),
    "embedder": lambda audio: diarist.Embedder(threads=1).embed(audio),
    "extractor": lambda audio: diarist.FeatureExtractor().extract(audio),
}


@pytest.mark.parametrize("stage", STAGES)
@pytest.mark.parametrize(
    "audio",
    [None, 3, b"RIFF", object(), ["a"], np.zeros(9, complex), np.zeros(0, np.float32), np.zeros((2, 3, 4)),
     np.full(16000, np.nan), np.full(16000, 1e300), "no/such/file.wav"],
    ids=lambda audio: f"{type(audio).__name__}{getattr(audio, 'shape', '')}",
)
def test_what_stages_cannot_take(stage, audio):
    with pytest.raises(diarist.DiaristError) as caught:
        STAGES[stage](audio)
    assert caught.value.subject and caught.value.problem


def test_activity_and_embeddings_that_do_not_fit():
    active = np.zeros((3, 589, 3), np.uint8)
    active[:, :300, 0] = 1
    embeddings = np.random.default_rng(1).normal(size=(3, 3, 256)).astype(np.float32)
    assert diarist.cluster(active, embeddings).labels.shape == (3, 3)
    for value in (np.nan, np.inf, -np.inf):
        broken = embeddings.copy()
        broken[1, 0, 7] = value
        with pytest.raises(diarist.InvalidArgumentError, match="embeddings.*finite"):
            diarist.cluster(active, broken)
    for wrong in (np.full(active.shape, np.nan), active[:, :100], active[:, :, :0], active[0], active[:2]):
        with pytest.raises(diarist.InvalidArgumentError, match="activity|embeddings"):
            diarist.cluster(wrong, embeddings)
    for wrong in (embeddings[..., :10], embeddings[..., :0], embeddings[:, :2], embeddings[0], embeddings[:0]):
        with pytest.raises(diarist.InvalidArgumentError, match="embeddings"):
            diarist.cluster(active, wrong)
    for wrong in (None, "text", [["a"]], object()):
        with pytest.raises(diarist.InvalidTypeError):
            diarist.cluster(wrong, embeddings)
        with pytest.raises(diarist.InvalidTypeError):
            diarist.cluster(active, wrong)
    for options in ({"ahc_threshold": np.nan}, {"fa": -1}, {"fb": 0}, {"max_iterations": -1}, {"min_speakers": 0}):
        with pytest.raises(diarist.InvalidArgumentError):
            diarist.cluster(active, embeddings, **options)


def test_what_cannot_be_scored():
    for wrong in (None, 3, b"x", {"a": 1}, [(1, 2)], [("a", "b", "c")], [5], object()):
        with pytest.raises(diarist.InvalidTypeError):
            diarist.score(wrong, [])
        with pytest.raises(diarist.InvalidTypeError):
            diarist.score([], wrong)
    for wrong in ([(0, np.nan, "a")], [(0, np.inf, "a")], [(2, 1, "a")], [(0, 1, "\ud800")]):
        with pytest.raises(diarist.InvalidArgumentError):
            diarist.score(wrong, [])
        with pytest.raises(diarist.InvalidArgumentError):
            diarist.score([], wrong)
    for wrong in ([(2, 1)], [(0, np.nan)]):
        with pytest.raises(diarist.InvalidArgumentError):
            diarist.score([(0, 1, "a")], [], uem=wrong)
    for options in ({"collar": -1}, {"collar": np.nan}, {"convention": "other"}):
        with pytest.raises(diarist.InvalidArgumentError):
            diarist.score([(0, 1, "a")], [], **options)


def test_results_that_contradict_themselves():
    def result(recording="talk", duration=9.0, turns=(diarist.Turn(0, 1, "A"),),
               speakers=(diarist.Speaker("A", 1.0),), notices=()):
        return diarist.Diarization(recording, duration, turns, speakers, notices)

    assert result().to_rttm() == "SPEAKER talk 1 0.000 1.000 <NA> <NA> A <NA> <NA>\n"
    for wrong in (dict(recording=3), dict(duration="9"), dict(turns=None), dict(turns="A"), dict(turns=[(0, 1, "A")]),
                  dict(turns=[diarist.Turn("0", 1, "A")]), dict(turns=[diarist.Turn(0, 1, 7)]), dict(speakers=["A"]),
                  dict(speakers=[diarist.Speaker("A", 1.0, "voice")]), dict(notices=[1])):
        with pytest.raises(diarist.InvalidTypeError):
            result(**wrong)
    for wrong in (dict(duration=np.nan), dict(turns=[diarist.Turn(0, np.inf, "A")]), dict(turns=[diarist.Turn(2, 1, "A")]),
                  dict(turns=[diarist.Turn(0, 1, "B")]), dict(speakers=[diarist.Speaker("A", 1.0, np.zeros((2, 2)))])):
        with pytest.raises(diarist.InvalidArgumentError):
            result(**wrong)
    with pytest.raises(diarist.InvalidArgumentError, match="recording"):
        result(recording="\ud800").to_json()
    for path in ("\ud800.wav", "\ud800.rttm"):
        with pytest.raises(diarist.InvalidArgumentError, match="character"):
            diarist.read(path)


@pytest.mark.parametrize(
    "error",
    [diarist.DiaristError, diarist.InvalidArgumentError, diarist.InvalidTypeError, diarist.NotFoundError,
     diarist.InputOutputError, diarist.CorruptModelError, diarist.InternalError],
)
def test_errors_can_be_pickled(error):
    one = error("subject", "problem", "advice")
    again = pickle.loads(pickle.dumps(one))
    assert type(again) is error and str(again) == str(one) == "subject: problem; advice"
    assert (again.subject, again.problem, again.advice) == ("subject", "problem", "advice")
    assert again.code == error.code


def test_every_code_of_the_library_has_its_exception():
    import re

    from conftest import SOURCE

    header = (SOURCE / "include" / "diarist" / "error.hpp").read_text()
    codes = re.search(r"enum class ErrorCode \{(.*?)\n\}", header, re.DOTALL)[1]
    for code in re.findall(r"^\s*(\w+),", codes, re.MULTILINE):
        error = diarist._errors.error_of(code, "s", "p", "")
        assert error.code == code and str(error) == "s: p"
