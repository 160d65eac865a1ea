import os
import pathlib
import subprocess

import numpy as np
import pytest

import diarist

SOURCE = pathlib.Path(__file__).resolve().parents[2]
SAMPLE = SOURCE / "samples" / "sample.wav"
PROGRAM = os.environ.get("DIARIST_PROGRAM")


def run_program(*arguments):
    """What the command line writes; the test is skipped where DIARIST_PROGRAM does not name it."""
    if not PROGRAM:
        pytest.skip("DIARIST_PROGRAM does not name the program to compare with")
    return subprocess.run([PROGRAM, *map(str, arguments)], check=True, capture_output=True).stdout.decode()


def read_pcm(file):
    """A 16-bit WAV as int16 [samples, channels], and its rate."""
    import wave

    with wave.open(str(file)) as wav:
        assert wav.getsampwidth() == 2
        data = np.frombuffer(wav.readframes(wav.getnframes()), "<i2")
        return data.reshape(-1, wav.getnchannels()), wav.getframerate()


def write_pcm(file, samples, rate):
    """int16 [samples] or [samples, channels]."""
    import wave

    samples = samples if samples.ndim == 2 else samples[:, None]
    with wave.open(str(file), "wb") as wav:
        wav.setnchannels(samples.shape[1])
        wav.setsampwidth(2)
        wav.setframerate(rate)
        wav.writeframes(np.ascontiguousarray(samples, "<i2").tobytes())
    return file


@pytest.fixture(scope="session")
def sample():
    return SAMPLE


@pytest.fixture(scope="session")
def pcm():
    """The sample as int16 [samples]; its rate is 16 kHz."""
    samples, rate = read_pcm(SAMPLE)
    assert rate == diarist.SAMPLE_RATE
    return np.ascontiguousarray(samples[:, 0])


@pytest.fixture(scope="session")
def floats(pcm):
    return pcm.astype(np.float32) / 32768


@pytest.fixture(scope="session")
def diarizer():
    with diarist.Diarizer() as diarizer:
        yield diarizer


@pytest.fixture(scope="session")
def expected(diarizer):
    """Turns of the sample."""
    result = diarizer.diarize(SAMPLE)
    assert len(result) > 5 and len(result.speakers) == 2
    return result
