"""A recording in parts: joined they give what one run gives, and what does not belong together is refused."""

import numpy as np
import pytest

import diarist

from conftest import write_pcm

RATE = 16000
UNIT = int(diarist.PART_UNIT)


@pytest.fixture(scope="module")
def long_talk(tmp_path_factory, pcm):
    """Eleven minutes, of which the last two have the sample in them, again and again."""
    samples = np.concatenate([np.zeros(540 * RATE, np.int16), np.tile(pcm, 4)[: 120 * RATE]])
    return write_pcm(tmp_path_factory.mktemp("long") / "long talk.wav", samples, RATE)


def same(found, expected):
    assert list(found) == list(expected)
    assert found.to_json() == expected.to_json()


def test_parts_join_to_the_whole(diarizer, long_talk):
    told = []
    last = diarizer.analyse(long_talk, UNIT, step=5, progress=lambda done, total: told.append((done, total)))
    parts = [last, diarizer.analyse(str(long_talk), 0, UNIT, step=5)]
    whole = diarizer.diarize(long_talk, step=5)
    assert len(whole) > 10
    same(diarizer.join(parts, step=5), whole)
    same(diarizer.join(iter(parts), step=5, speakers=1, min_turn=1), diarizer.diarize(long_talk, step=5, speakers=1, min_turn=1))
    named = diarizer.join(parts, step=5, name="other")
    assert named.recording == "other" and list(named) == list(whole)
    assert all(total == pytest.approx(60) for _, total in told) and told[-1] == (60, 60)


def test_what_is_refused(diarizer, tmp_path, pcm):
    short = write_pcm(tmp_path / "short.wav", pcm[: 4 * RATE], RATE)
    part = diarizer.analyse(short)
    assert isinstance(part, bytes)
    assert diarizer.join([part]).duration == 4
    for start, end in [(1, None), (-UNIT, None), (UNIT, UNIT), (0, 5), (float("inf"), None)]:
        with pytest.raises(diarist.InvalidArgumentError):
            diarizer.analyse(short, start, end)
    with pytest.raises(diarist.InvalidTypeError):
        diarizer.analyse(short, "0")
    with pytest.raises(diarist.InvalidTypeError):
        diarizer.analyse(pcm)
    with pytest.raises(diarist.NotFoundError):
        diarizer.analyse(tmp_path / "none.wav")
    with pytest.raises(diarist.InvalidArgumentError, match="are none"):
        diarizer.join([])
    with pytest.raises(diarist.InvalidArgumentError, match="other options"):
        diarizer.join([part], step=3)
    with pytest.raises(diarist.InvalidArgumentError, match="to the recording's end"):
        diarizer.join([diarizer.analyse(short, 0, UNIT)])
    with pytest.raises(diarist.InvalidArgumentError, match="per_channel"):
        diarizer.join([part], channel=1, per_channel=True)
    with pytest.raises(diarist.MalformedError):
        diarizer.join([part[:-1]])
    with pytest.raises(diarist.InvalidTypeError):
        diarizer.join([part.hex()])
    with pytest.raises(diarist.InvalidTypeError):
        diarizer.join(part)
    with pytest.raises(diarist.InvalidTypeError):
        diarizer.join(5)
