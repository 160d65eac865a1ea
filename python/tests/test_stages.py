"""Each stage by itself, scoring, and packs."""

import json

import numpy as np
import pytest

import diarist

from conftest import SAMPLE, SOURCE, run_program, write_pcm


@pytest.fixture(scope="module")
def embedder():
    with diarist.Embedder() as embedder:
        yield embedder


@pytest.fixture(scope="module")
def activity(floats):
    with diarist.Segmenter() as segmenter:
        return segmenter.segment(floats)


def test_features(floats):
    extractor = diarist.FeatureExtractor()
    features = extractor.extract(floats[:1600])
    assert features.shape == (1 + (1600 - 400) // 160, extractor.bins) and features.dtype == np.float32
    assert np.array_equal(extractor(floats[:1600]), features)
    assert np.array_equal(extractor.extract(SAMPLE)[:8], features[:8])
    with pytest.raises(diarist.CorruptAudioError):
        extractor.extract(floats[:399])


def test_segmentation(activity, floats):
    windows, frames, speakers = activity.active.shape
    assert windows == 21 and frames > 500 and speakers >= 2
    assert activity.active.dtype == np.uint8 and set(np.unique(activity.active)) == {0, 1}
    posteriors = activity.posteriors
    assert posteriors.shape == activity.active.shape and posteriors.dtype == np.float32
    assert 0 <= posteriors.min() and 0.9 < posteriors.max() <= 1
    # Where a speaker is active, the probability mostly says so.
    assert ((posteriors > 0.5) == activity.active).mean() > 0.95
    assert np.array_equal(diarist.Segmenter()(SAMPLE).active, activity.active)


def test_embeddings(embedder, floats):
    one = embedder.embed(floats[:48000])
    assert one.shape == (embedder.dimensions,) and one.dtype == np.float32
    features = diarist.FeatureExtractor().extract(floats[:48000])
    assert np.array_equal(embedder.embed_features(features), one)
    masks = np.zeros((3, 100), np.float32)
    masks[0] = 1
    masks[1, 50:] = 1
    rows = embedder.embed(floats[:48000], masks)
    assert rows.shape == (3, embedder.dimensions)
    assert np.allclose(rows[0], one, atol=1e-3)
    assert not np.allclose(rows[1], one, atol=1e-2)
    assert np.array_equal(embedder.embed(floats[:48000], masks[1].astype(bool)), rows[1])
    assert np.array_equal(embedder.embed_features(features, masks), rows)


def test_embeddings_refuse(embedder, floats):
    for masks in (np.ones((2, 3, 4)), np.zeros((0, 5)), np.zeros((2, 0)), -np.ones((1, 5)),
                  np.full((1, 5), np.nan), [["a"]], object()):
        with pytest.raises(diarist.InvalidArgumentError, match="masks"):
            embedder.embed(floats[:48000], masks)
    for features in (np.ones((20, 79)), np.ones(80), "features"):
        with pytest.raises(diarist.InvalidArgumentError, match="features"):
            embedder.embed_features(features)
    with pytest.raises(diarist.CorruptAudioError):
        embedder.embed_features(np.full((20, 80), np.nan))
    with pytest.raises(diarist.CorruptAudioError):
        embedder.embed(floats[:10])
    with pytest.raises(diarist.InvalidTypeError):
        embedder.embed(None)


def test_clustering_finds_the_two(embedder, activity, floats):
    windows, _, speakers = activity.active.shape
    embeddings = np.zeros((windows, speakers, embedder.dimensions), np.float32)
    for window in range(windows):
        heard = floats[16000 * window : 16000 * window + 160000]
        embeddings[window] = embedder.embed(heard, activity.active[window].T)
    found = diarist.cluster(activity, embeddings, min_speakers=2, max_speakers=2)
    assert found.labels.shape == found.certainty.shape == (windows, speakers)
    assert found.centroids.shape == (2, embedder.dimensions)
    assert set(np.unique(found.labels)) <= {diarist.UNASSIGNED, 0, 1}
    silent = activity.active.sum(axis=1) == 0
    assert silent.any() and (found.labels[silent] == diarist.UNASSIGNED).all()
    again = diarist.cluster(activity.active, embeddings, min_speakers=2, max_speakers=2)
    assert np.array_equal(again.labels, found.labels)
    with pytest.raises(diarist.InvalidArgumentError):
        diarist.cluster(activity, embeddings[1:])
    with pytest.raises(diarist.InvalidArgumentError):
        diarist.cluster(activity.active[:, 1:], embeddings)
    with pytest.raises(diarist.InvalidArgumentError, match="activity"):
        diarist.cluster(np.zeros(5), embeddings)
    with pytest.raises(diarist.InvalidArgumentError):
        diarist.cluster(activity, embeddings, min_speakers=3, max_speakers=2)
    with pytest.raises(diarist.InvalidTypeError):
        diarist.cluster(activity, embeddings, fa="much")


REFERENCE = SOURCE / "samples" / "sample.rttm"


@pytest.mark.parametrize("options", [{}, {"collar": 0.25}, {"convention": "nist", "collar": 0.1},
                                     {"skip_overlap": True}], ids=str)
def test_scores_are_those_of_the_command_line(expected, tmp_path, options):
    expected.write(tmp_path / "sample.rttm")
    flags = []
    for name, value in options.items():
        flags += [f"--{name.replace('_', '-')}"] + ([] if value is True else [value])
    wanted = json.loads(run_program("score", REFERENCE, tmp_path / "sample.rttm", "--json", *flags))
    score = diarist.score(REFERENCE, tmp_path / "sample.rttm", **options)
    for name in ("der", "jer", "total", "miss", "false_alarm", "confusion"):
        assert getattr(score, name) == pytest.approx(wanted["total"][name], abs=1e-6)
    assert score.reference_speakers == 2 and score.recording == "sample"


def test_what_can_be_scored(expected, tmp_path):
    turns = [(turn.start, turn.end, turn.speaker) for turn in expected]
    whole = diarist.score(REFERENCE, expected)
    assert 0 < whole.der < 0.2
    assert diarist.score(REFERENCE, turns).der == pytest.approx(whole.der)
    assert diarist.score(diarist.read_rttm(REFERENCE)["sample"], turns).der == pytest.approx(whole.der)
    assert diarist.score(expected, expected).der == 0
    assert diarist.score([(0, 1, "a")], []).der == 1
    part = diarist.score(REFERENCE, expected, uem=[(0, 15)])
    assert 0 < part.total < whole.total
    (tmp_path / "all.uem").write_text("sample 1 0 15\n")
    assert diarist.score(REFERENCE, expected, uem=tmp_path / "all.uem").total == part.total
    both = sum([whole, part])
    assert both.total == pytest.approx(whole.total + part.total) and "DER" in repr(both)


def test_scores_of_annotations(expected):
    pytest.importorskip("pyannote.core")
    annotation = expected.to_annotation()
    assert diarist.score(annotation, expected).der == 0
    assert diarist.score(REFERENCE, annotation).der == diarist.score(REFERENCE, expected).der


def test_scores_refuse(expected, tmp_path):
    for wrong in (3, None, b"x", {"a": 1}, [1], ["ab"], [(0, 1)], [("a", 1, "b")]):
        with pytest.raises(diarist.InvalidTypeError):
            diarist.score(wrong, expected)
    with pytest.raises(diarist.InvalidArgumentError):
        diarist.score(expected, expected, collar=-1)
    with pytest.raises(diarist.InvalidArgumentError):
        diarist.score(expected, expected, convention="other")
    with pytest.raises(diarist.InvalidArgumentError):
        diarist.score([(0, float("nan"), "a")], expected)
    with pytest.raises(diarist.InvalidTypeError):
        diarist.score(expected, expected, uem=5)
    with pytest.raises(diarist.NotFoundError):
        diarist.score(tmp_path / "none.rttm", expected)
    bad = tmp_path / "bad.rttm"
    bad.write_text("SPEAKER one\n")
    with pytest.raises(diarist.MalformedError) as caught:
        diarist.read_rttm(bad)
    assert "bad.rttm" in str(caught.value) and caught.value.code == "malformed"


def test_the_model():
    model = diarist.Model.builtin()
    assert model.name == "built-in" and len(model.tensors) > 100 and model.metadata
    assert all(isinstance(size, int) for tensor in model.tensors for size in tensor.shape)
    model.check()
    data = (SOURCE / "models" / "community.safetensors").read_bytes()
    assert diarist.Model.parse(data, "copy").tensors == model.tensors
    assert diarist.Model.load(SOURCE / "models" / "community.safetensors").tensors == model.tensors
    assert "built-in" in repr(model)


def test_import(tmp_path):
    pack = SOURCE / "models" / "community.safetensors"
    made = diarist.import_model(pack, base="built-in", output=tmp_path / "made.safetensors")
    assert (tmp_path / "made.safetensors").read_bytes() == made.data == pack.read_bytes()
    assert made.parts and made.model.tensors == diarist.Model.builtin().tensors
    assert made.notices == [] and made.left_out == []
    # Seven classes, as the 3 of whom 2 speak at once have.
    one_at_a_time = diarist.import_model(pack, powerset=(6, 1)).model
    silence = np.zeros(16000, np.float32)
    assert diarist.Segmenter(one_at_a_time).segment(silence).active.shape[2] == 6
    for wrong in (3, (3,), "32", (3, 2, 1), (3.5, 2)):
        with pytest.raises(diarist.InvalidTypeError):
            diarist.import_model(pack, powerset=wrong)
    with pytest.raises(diarist.DiaristError):
        diarist.import_model(pack, powerset=(4, 2))
    with pytest.raises(diarist.NotFoundError):
        diarist.import_model(tmp_path / "none.bin")
    with pytest.raises(diarist.InvalidArgumentError):
        diarist.import_model(pack, storage="f8")
    with pytest.raises(diarist.InvalidTypeError):
        diarist.import_model(3)


def without_norms(pack: bytes) -> bytes:
    """The embedding net as exporters of ONNX leave it: norms do nothing."""
    length = int.from_bytes(pack[:8], "little")
    data = bytearray(pack)
    tensors = json.loads(pack[8 : 8 + length])
    for name, tensor in tensors.items():
        norm, _, kind = name.rpartition(".")
        if not name.startswith("embedding.") or norm + ".running_var" not in tensors:
            continue
        first, end = (8 + length + offset for offset in tensor["data_offsets"])
        assert tensor["dtype"] == "F32"
        value = {"weight": 1, "bias": 0, "running_mean": 0, "running_var": 1 - 1e-5}[kind]
        data[first:end] = np.full((end - first) // 4, value, np.float32).tobytes()
    return bytes(data)


def test_import_tells_what_it_measured(tmp_path):
    (tmp_path / "folded.safetensors").write_bytes(
        without_norms((SOURCE / "models" / "community.safetensors").read_bytes())
    )
    made = diarist.import_model(tmp_path / "folded.safetensors")
    assert len(made.notices) == 1 and "batch norms were folded" in made.notices[0]


@pytest.fixture(scope="module")
def short(pcm, tmp_path_factory):
    """Six seconds, for what runs networks over and over."""
    return write_pcm(tmp_path_factory.mktemp("short") / "short.wav", pcm[160000:256000], 16000)


def test_compare_with_itself(short):
    model = diarist.Model.builtin()
    comparison = diarist.compare(model, None, short)
    assert comparison.der_increase == 0 and comparison.missed_limits == []
    assert comparison.to_dict() and str(comparison) and "Comparison" in repr(comparison)
    with pytest.raises(diarist.NotFoundError):
        diarist.compare(model, model, "nobody.wav")


def test_quantize_f32_to_f16(short, tmp_path):
    wide = diarist.import_model(SOURCE / "models" / "community.safetensors", storage="f32")
    told = []
    made = diarist.quantize(
        wide.model,
        [short],
        method="f16",
        measure_ranges=True,
        output=tmp_path / "f16.safetensors",
        progress=lambda *each: told.append(each),
    )
    assert 0.4 < len(made.data) / len(wide.data) < 0.6
    assert told == [(each.method, each.taken, each.outcome) for each in made.attempts]
    assert made.attempts[-1].taken and made.attempts[-1].comparison.missed_limits == []
    assert made.attempts[-1].outcome.endswith("ranges of activations measured")
    assert (tmp_path / "f16.safetensors").read_bytes() == made.data
    assert len(made.model.tensors) == len(wide.model.tensors) and "f16" in repr(made)


def test_quantize_refuses(short):
    told = []
    with pytest.raises(diarist.InvalidArgumentError):
        diarist.quantize(method="none")
    with pytest.raises(diarist.InvalidArgumentError):
        diarist.quantize(method="palette", bits=5)
    with pytest.raises(diarist.InvalidArgumentError):
        diarist.quantize(method="linear", only="no.such.tensor*")
    with pytest.raises(diarist.InvalidTypeError):
        diarist.quantize(progress=3)
    with pytest.raises(diarist.InvalidTypeError):
        diarist.quantize(measure_ranges=3)

    def stop(method, taken, outcome):
        told.append(method)
        raise LookupError(outcome)

    with pytest.raises(LookupError):
        diarist.quantize(None, short, method="linear", progress=stop)
    assert told
    with pytest.raises(diarist.LimitMissedError):
        diarist.quantize(None, short, method="linear", min_cosine=0.999999)
