"""Cutting: what comes out of Python is what the program makes, and what is wrong is said in Python's words."""

import csv
import json
import math
import os

import numpy as np
import pytest

import diarist

from conftest import read_pcm, run_program, write_pcm


def files_of(folder):
    return {entry.name: entry.read_bytes() for entry in folder.iterdir()}


def test_samples_are_the_recordings_own(sample, pcm, expected, tmp_path):
    made = diarist.split(sample, tmp_path / "cut", expected)
    assert [file.speaker for file in made] == [speaker.name for speaker in expected.speakers]
    for file in made:
        samples, rate = read_pcm(file.path)
        assert (len(samples), rate) == (file.samples, file.sample_rate)
        assert file.duration == file.samples / 16000 and file.channel is None
        pieces = [pcm[p.first_sample : p.first_sample + p.samples] for p in file.pieces]
        assert np.array_equal(samples[:, 0], np.concatenate(pieces))
        assert all(0 < piece.confidence <= 1 for piece in file.pieces)
    assert sum(len(file.pieces) for file in made) == len(expected)


def test_the_program_makes_the_same(sample, expected, tmp_path):
    turns = tmp_path / "sample.json"
    expected.write(turns)
    made = diarist.split(
        sample, tmp_path / "here", turns, by="turn", format="flac", bits=24, padding=0.1, min_duration=0.3,
        exclude_overlap=True, template="{index} {speaker}",
    )
    run_program(
        "split", sample, turns, "-o", tmp_path / "there", "--by", "turn", "--format", "flac", "--bits", "24",
        "--padding", "0.1", "--min-duration", "0.3", "--exclude-overlap", "--template", "{index} {speaker}",
    )
    assert files_of(tmp_path / "here") == files_of(tmp_path / "there")
    assert made and all(os.path.exists(file.path) for file in made)


def test_without_turns_it_diarizes(sample, expected, tmp_path):
    calls = []
    made = diarist.split(sample, str(tmp_path / "a"), progress=lambda done, total: calls.append((done, total)))
    assert made == [
        file._replace(path=file.path.replace(f"{os.sep}b{os.sep}", f"{os.sep}a{os.sep}"))
        for file in diarist.split(sample, tmp_path / "b", expected)
    ]
    assert files_of(tmp_path / "a") == files_of(tmp_path / "b")
    assert calls[-1] == (30.0, 30.0)


def test_manifests(sample, tmp_path):
    (tmp_path / "t.csv").write_text("start,end,speaker\n1,2,Ann/../x\n3,4,Bob\n2.5,3.5,Ann/../x\n")
    made = diarist.split(sample, tmp_path / "cut", tmp_path / "t.csv", gap=0.5)
    with open(tmp_path / "cut" / "manifest.csv", newline="", encoding="utf-8") as table:
        rows = list(csv.DictReader(table))
    document = json.loads((tmp_path / "cut" / "manifest.json").read_text())
    assert {row["speaker"] for row in rows} == {"Ann/../x", "Bob"}
    assert document["gap"] == 0.5 and len(document["files"]) == len(made) == 2
    assert made[0].pieces[1].sample_in_file == 16000 + 8000
    assert math.isnan(made[0].pieces[0].confidence) and rows[0]["confidence"] == ""


def test_channels_apart(pcm, tmp_path):
    call = write_pcm(tmp_path / "call.wav", np.stack([pcm[:48000], -pcm[48000:96000]], axis=1), 16000)
    turns = tmp_path / "call.csv"
    turns.write_text("channel,start,end,speaker\n1,0,1,Ann\n2,0.5,2,Bob\n")
    made = diarist.split(call, tmp_path / "own", turns)
    assert [file.channel for file in made] == [1, 2]
    samples, _ = read_pcm(made[1].path)
    assert np.array_equal(samples[:, 0], -pcm[48000 + 8000 : 48000 + 32000])
    assert diarist.split(call, tmp_path / "all", turns, channels="all")[1].channel is None


@pytest.mark.parametrize(
    ("options", "error", "words"),
    [
        ({"by": "word"}, diarist.InvalidArgumentError, "'speaker' or 'turn'"),
        ({"format": "mp3"}, diarist.InvalidArgumentError, "'wav' or 'flac'"),
        ({"channels": "left"}, diarist.InvalidArgumentError, "'automatic', 'own' or 'all'"),
        ({"bits": 12}, diarist.InvalidArgumentError, "16 or 24"),
        ({"bits": "16"}, diarist.InvalidTypeError, "bits"),
        ({"padding": -1}, diarist.InvalidArgumentError, "padding"),
        ({"padding": "much"}, diarist.InvalidTypeError, "padding"),
        ({"gap": math.nan}, diarist.InvalidArgumentError, "gap"),
        ({"exclude_overlap": 1}, diarist.InvalidTypeError, "exclude_overlap"),
        ({"template": "{who}"}, diarist.InvalidArgumentError, "{who}"),
        ({"template": ""}, diarist.InvalidArgumentError, "template"),
        ({"template": "{recording}"}, diarist.InvalidArgumentError, "would hold both"),
    ],
)
def test_wrong_arguments(sample, expected, tmp_path, options, error, words):
    with pytest.raises(error, match=words):
        diarist.split(sample, tmp_path / "cut", expected, **options)
    assert not (tmp_path / "cut").exists()


def test_wrong_recordings_and_turns(sample, expected, tmp_path):
    folder = tmp_path / "cut"
    with pytest.raises(diarist.NotFoundError):
        diarist.split(tmp_path / "none.wav", folder, expected)
    with pytest.raises(diarist.InvalidTypeError):
        diarist.split(np.zeros(16000), folder, expected)
    (tmp_path / "bad.rttm").write_text("SPEAKER sample 1 one 2 <NA> <NA> Ann <NA> <NA>\n")
    with pytest.raises(diarist.MalformedError, match="bad.rttm:1"):
        diarist.split(sample, folder, tmp_path / "bad.rttm")
    (tmp_path / "two.rttm").write_text(
        "SPEAKER a 1 1 2 <NA> <NA> Ann <NA> <NA>\nSPEAKER b 1 1 2 <NA> <NA> Ann <NA> <NA>\n"
    )
    with pytest.raises(diarist.InvalidArgumentError, match="none of them 'sample'"):
        diarist.split(sample, folder, tmp_path / "two.rttm")
    with pytest.raises(diarist.InputOutputError):
        diarist.split(sample, sample / "cut", expected)
    assert not folder.exists()


def test_a_report_that_raises_ends_it(sample, tmp_path):
    def stop(done, total):
        raise ValueError("enough")

    with pytest.raises(ValueError, match="enough"):
        diarist.split(sample, tmp_path / "cut", progress=stop)
    assert list(tmp_path.iterdir()) == []
