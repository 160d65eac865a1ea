"""Recordings of every kind that a Python program holds: paths, arrays, tensors, file objects."""

from __future__ import annotations

import contextlib
import os
import shutil
import struct
import tempfile
from typing import TYPE_CHECKING, Any, Iterator, NamedTuple, Optional

from diarist import _native
from diarist._arrays import on_processor
from diarist._errors import CorruptAudioError, DiaristError, InvalidArgumentError, InvalidTypeError
from diarist._options import integer, kind, optional_integer, path

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

#: What the networks hear, in Hz.
SAMPLE_RATE: int = _native.SAMPLE_RATE

# More channels than any recording has: an array whose axes were not meant as channels and samples.
_MOST_CHANNELS = 64

_ADVICE = (
    "give a path, an array of samples with sample_rate, a tensor, or a file object opened in binary mode"
)


class Source(NamedTuple):
    """A recording on its way into C++: a file's name, or samples."""

    path: Optional[bytes]
    samples: Optional[npt.NDArray[np.float32]]  # [samples], mono
    sample_rate: int  # of the samples
    name: Optional[str]  # what to call it, where the path does not say


def array_of(audio: Any, name: str = "audio", advice: str = _ADVICE) -> Any:
    """A NumPy array of an array or tensor; refuses all else."""
    import numpy as np

    try:
        audio = on_processor(audio)
        array = np.asarray(audio)
    except (TypeError, ValueError, RuntimeError, BufferError) as error:
        # bfloat16, which NumPy does not have.
        if callable(getattr(audio, "float", None)):
            with contextlib.suppress(Exception):
                return np.asarray(audio.float())
        raise InvalidTypeError(
            name, f"of type {kind(audio)} is no array of samples ({error})", advice
        ) from error
    if array.dtype.kind not in "fiu":
        raise InvalidTypeError(name, f"holds {array.dtype} ({kind(audio)}), no samples", advice)
    return array


def channel_axis(array: Any) -> int:
    """Of [samples, channels] or [channels, samples]: there are more samples than channels."""
    return 1 if array.shape[1] <= array.shape[0] else 0


def channels_first(array: Any, name: str = "audio", axis: Optional[int] = None) -> Any:
    """[channels, samples] of [samples], [samples, channels] or [channels, samples]; ``axis`` where it is known."""
    if array.ndim == 1:
        return array[None, :]
    if array.ndim != 2:
        raise InvalidArgumentError(
            name,
            f"has {array.ndim} axes, shape {array.shape}",
            "give [samples], [samples, channels] or [channels, samples]",
        )
    channels = array.T if (channel_axis(array) if axis is None else axis) == 1 else array
    if channels.shape[0] > _MOST_CHANNELS:
        raise InvalidArgumentError(
            name,
            f"of shape {array.shape} would have {channels.shape[0]} channels",
            "give [samples], [samples, channels] or [channels, samples]",
        )
    return channels


def _scaled(array: Any) -> Any:
    """Samples in [-1, 1] in float32 or float64; integers by the range of their type."""
    import numpy as np

    if array.dtype.kind == "f":
        if array.dtype == np.float32 or array.dtype == np.float64:
            return array.astype(array.dtype.newbyteorder("="), copy=False)
        return array.astype(np.float32 if array.dtype.itemsize < 4 else np.float64)
    bits = 8 * array.dtype.itemsize
    half = 2.0 ** (bits - 1)
    values = array.astype(np.float64)
    if array.dtype.kind == "u":
        values -= half
    elif bits == 64 and values.size and 0 < np.abs(values).max() < 2.0**31:
        raise InvalidArgumentError(
            "audio",
            "holds small numbers in 64-bit integers, which by their type would be silence",
            "convert it to the type that it was recorded in: audio.astype(numpy.int16), say",
        )
    values /= half
    return values


def mono(channels: Any, channel: Optional[int], name: str = "audio") -> npt.NDArray[np.float32]:
    """One channel, or the mean of all, as float32 in order; without a copy where it is that already."""
    import numpy as np

    with np.errstate(over="ignore", invalid="ignore"):  # What is beyond float32 is infinite, and refused as such.
        return _mixed(channels, channel, name)


def _mixed(channels: Any, channel: Optional[int], name: str) -> npt.NDArray[np.float32]:
    import numpy as np

    count = channels.shape[0]
    if channel is not None:
        if not 1 <= channel <= count:
            raise InvalidArgumentError(
                f"channel = {channel}", f"is not there: the {name} has {count}", "count from 1"
            )
        picked = _scaled(channels[channel - 1])
    elif count == 1:
        picked = _scaled(channels[0])
    else:
        # As files are mixed down: a mean in double, rounded once.
        mean = np.zeros(channels.shape[1], dtype=np.float64)
        for row in channels:
            mean += _scaled(row).astype(np.float32, copy=False)
        picked = mean / count
    samples: npt.NDArray[np.float32] = np.ascontiguousarray(picked, dtype=np.float32)
    return samples


def _write_wav(file: Any, channels: Any, sample_rate: int) -> None:
    """[channels, samples] as a WAV file of 32-bit floats."""
    import numpy as np

    count, length = channels.shape
    size = 4 * count * length
    if size > 0xFFFFFFFF - 100:
        raise InvalidArgumentError(
            "audio", "is too long for all its channels at once", "give channel, one after the other"
        )
    form = struct.pack("<HHIIHH", 3, count, sample_rate, 4 * count * sample_rate, 4 * count, 32)
    file.write(b"RIFF" + struct.pack("<I", 4 + 8 + len(form) + 8 + size) + b"WAVE")
    file.write(b"fmt " + struct.pack("<I", len(form)) + form)
    file.write(b"data" + struct.pack("<I", size))
    block = 1 << 18
    for start in range(0, length, block):
        part = np.stack([_scaled(row[start : start + block]) for row in channels], axis=1)
        file.write(part.astype("<f4").tobytes())


@contextlib.contextmanager
def _renamed(temporary: str, name: str) -> Iterator[None]:
    """Errors about a temporary file, told as of what it was made from."""
    try:
        yield
    except DiaristError as error:
        if error.subject != temporary and temporary not in error.problem:
            raise
        raise type(error)(
            error.subject.replace(temporary, name),
            error.problem.replace(temporary, name),
            error.advice,
        ) from None


@contextlib.contextmanager
def _copied(stream: Any, name: str) -> Iterator[str]:
    """The rest of a file object in a temporary file, which decoders can seek in."""
    with tempfile.TemporaryDirectory(prefix="diarist-") as folder:
        file = os.path.join(folder, "recording")
        with open(file, "wb") as copy:
            try:
                shutil.copyfileobj(stream, copy, 1 << 20)
            except TypeError as error:
                raise InvalidTypeError(
                    name, f"does not give bytes ({error})", "open it in binary mode"
                ) from error
        with _renamed(file, name):
            yield file


def _stream_name(stream: Any) -> str:
    name = getattr(stream, "name", None)
    return name if isinstance(name, str) and name else "stream"


@contextlib.contextmanager
def opened(
    audio: Any,
    sample_rate: Any = None,
    channel: Optional[int] = None,
    per_channel: bool = False,
) -> Iterator[Source]:
    """``audio`` as C++ takes it, for as long as the context lasts."""
    # pyannote.audio's way to say it.
    if isinstance(audio, dict):
        audio, sample_rate = _of_mapping(audio, sample_rate)
    if isinstance(audio, (str, os.PathLike)):
        if sample_rate is not None:
            raise InvalidArgumentError(
                "sample_rate", "is for arrays; a file knows its own", "leave it out"
            )
        yield Source(path("audio", audio), None, 0, None)
    elif callable(getattr(audio, "read", None)):
        if sample_rate is not None:
            raise InvalidArgumentError(
                "sample_rate", "is for arrays; a file knows its own", "leave it out"
            )
        name = _stream_name(audio)
        with _copied(audio, name) as file:
            stem = os.path.splitext(os.path.basename(name))[0] or "stream"
            yield Source(os.fsencode(file), None, 0, stem)
    elif audio is None or isinstance(audio, (bytes, bytearray, memoryview, int, float, complex)):
        advice = "wrap what a file holds in io.BytesIO" if isinstance(audio, (bytes, bytearray, memoryview)) else _ADVICE
        raise InvalidTypeError("audio", f"is of type {kind(audio)}", advice)
    else:
        with _of_array(audio, sample_rate, channel, per_channel) as source:
            yield source


def _of_mapping(audio: dict[str, Any], sample_rate: Any) -> tuple[Any, Any]:
    if "waveform" in audio and "sample_rate" in audio:
        return audio["waveform"], audio["sample_rate"]
    if "audio" in audio:
        return audio["audio"], sample_rate
    raise InvalidArgumentError(
        "audio", "is a dict without 'waveform' and 'sample_rate', or 'audio'", _ADVICE
    )


@contextlib.contextmanager
def _of_array(
    audio: Any, sample_rate: Any, channel: Optional[int], per_channel: bool
) -> Iterator[Source]:
    array = array_of(audio)
    if sample_rate is None:
        raise InvalidArgumentError(
            "sample_rate", "is missing", "an array does not tell how many samples make a second"
        )
    rate = integer("sample_rate", sample_rate)
    if rate < 1:
        raise InvalidArgumentError(f"sample_rate = {rate}", "is no rate", "give samples per second")
    channels = channels_first(array)
    if channels.size == 0:
        raise CorruptAudioError("audio", f"holds no samples: its shape is {array.shape}")
    if per_channel and channels.shape[0] > 1:
        with tempfile.TemporaryDirectory(prefix="diarist-") as folder:
            file = os.path.join(folder, "samples.wav")
            with open(file, "wb") as copy:
                _write_wav(copy, channels, rate)
            with _renamed(file, "audio"):
                yield Source(os.fsencode(file), None, 0, "samples")
    else:
        yield Source(None, mono(channels, channel), rate, None)


def load_audio(
    audio: Any, *, sample_rate: Optional[int] = None, channel: Optional[int] = None
) -> npt.NDArray[np.float32]:
    """A recording as the networks hear it.

    Parameters
    ----------
    audio : path, array, tensor or file object
        As in ``diarize``.
    sample_rate : int, optional
        Of an array, in Hz.
    channel : int, optional
        Only this channel, counted from 1; the mean of all where left out.

    Returns
    -------
    numpy.ndarray of float32, shape [samples]
        Mono at 16 kHz, in [-1, 1]. An array that is that already comes back as it is.

    Raises
    ------
    DiaristError
        As ``diarize``.
    """
    import numpy as np

    picked = optional_integer("channel", channel)
    with opened(audio, sample_rate, picked) as source:
        if source.path is not None:
            return _native.read_audio(source.path, picked)
        assert source.samples is not None
        if source.sample_rate != SAMPLE_RATE:
            return _native.resample(source.samples, source.sample_rate)
        if not np.isfinite(source.samples).all():
            raise CorruptAudioError("audio", "has samples that are not finite")
        return source.samples
