"""One very long recording over many processes: each analyses a part of it, and clustering hears them all."""

from __future__ import annotations

import contextlib
import math
import os
from typing import Any, NamedTuple, Optional

from diarist import _native
from diarist._diarizer import PART_UNIT
from diarist._errors import DiaristError, InputOutputError, InvalidArgumentError, NotFoundError
from diarist._model import ModelLike
from diarist._options import PathLike, optional_word, path
from diarist._progress import ProgressLike, watching
from diarist._result import Diarization
from diarist.archive._cluster import room_for
from diarist.archive._packages import package
from diarist.archive._settings import Settings, positive, settings_of
from diarist.archive._storage import protocol_of
from diarist.archive._worker import diarizer_of, local_file

#: Of a part whose machine died.
_RETRIES = 3
#: What the networks see; the rest is clustering's.
_SEEN = ("preset", "step", "channel", "per_channel")


class _Part(NamedTuple):
    start: float
    end: Optional[float]


def diarize_long(
    recording: PathLike,
    *,
    workers: Optional[int] = None,
    threads: int = 1,
    progress: ProgressLike = None,
    storage_options: Optional[dict[str, Any]] = None,
    model: ModelLike = None,
    isa: Optional[str] = None,
    precision: str = "automatic",
    speakers: Optional[int] = None,
    min_speakers: Optional[int] = None,
    max_speakers: Optional[int] = None,
    preset: str = "balanced",
    step: Optional[float] = None,
    min_turn: Optional[float] = None,
    merge_gap: Optional[float] = None,
    relabel: bool = True,
    exclusive: bool = False,
    channel: Optional[int] = None,
    per_channel: bool = False,
    name: Optional[str] = None,
) -> Diarization:
    """Diarizes one recording of many hours with all cores that Ray has: parts of it side by side, then one clustering.

    Ray is started or reached as by ``diarize``. A part whose process or machine dies is analysed elsewhere. For many
    recordings use ``diarize``: a part also hears 46 seconds around it, and decodes all that lies before it.

    Parameters
    ----------
    recording : str, path or URL
        A file that all machines have at the same place; or a URL that fsspec opens, which this machine and each part
        download. Where its header does not say how long it is, it is decoded once for that.
    workers : int, optional
        Parts at most, each of ten minutes or several times that. As many as there are cores for when left out.
    threads : int
        Of each process, and cores that Ray counts for it.
    progress : callable, bool or str, optional
        As in ``Diarizer.diarize``, told ``(done, total)`` in parts.
    storage_options : dict, optional
        What fsspec's file system of a URL takes.
    model : path, optional
        Another pack; goes to the workers by itself.
    isa, precision
        As in ``Diarizer``. The instruction set of this machine where left out: name one that all have where they differ.
    speakers, min_speakers, max_speakers, preset, step, min_turn, merge_gap, relabel, exclusive, channel, per_channel, name
        As in ``Diarizer.diarize``.

    Returns
    -------
    Diarization
        What ``Diarizer.diarize`` gives, bit for bit, whatever the number of workers.

    Raises
    ------
    ImportError
        Where Ray or fsspec is not installed.
    NotFoundError, InputOutputError, UnsupportedAudioError, CorruptAudioError
        Of the recording.
    InvalidArgumentError, InvalidTypeError
        Of arguments, of more threads than any machine has cores; and where a worker does not have the instruction set.
    ray.exceptions.RayError
        Where the process or machine of one part died again and again.
    """
    ray = package("ray")
    options = {
        "speakers": speakers,
        "min_speakers": min_speakers,
        "max_speakers": max_speakers,
        "preset": preset,
        "step": step,
        "min_turn": min_turn,
        "merge_gap": merge_gap,
        "relabel": relabel,
        "exclusive": exclusive,
    }
    settings, pack = settings_of(options, channel, per_channel, isa, precision, threads, model)
    most = None if workers is None else positive("workers", workers)
    title = optional_word("name", name)
    source = os.fsdecode(path("recording", recording))
    if "://" not in source:
        source = os.path.abspath(source)
    if protocol_of(source) == "memory":
        raise InvalidArgumentError(
            "recording", "is in the memory of one process", "name a file or a URL that workers can read"
        )
    with diarizer_of(settings, pack) as diarizer:
        settings = settings._replace(isa=diarizer.instruction_set)
        duration = _duration(source, storage_options)
        if not ray.is_initialized():
            ray.init(logging_level="warning")
        room = room_for(ray, settings.threads)
        most = room if most is None else most
        task = ray.remote(num_cpus=settings.threads, max_retries=_RETRIES)(_analysed)
        packed = None if pack is None else ray.put(pack)
        places = {
            task.remote(source, part, settings, packed, storage_options): place
            for place, part in enumerate(_parts(duration, most))
        }
        found = [b""] * len(places)
        try:
            with watching(progress, "parts", "") as callback:
                while places:
                    # A second at a time, so that Ctrl-C is seen.
                    done, _ = ray.wait(list(places), timeout=1.0)
                    for reference in done:
                        found[places.pop(reference)] = _result(ray, reference)
                        if callback is not None:
                            callback(float(len(found) - len(places)), float(len(found)))
        finally:
            for reference in places:
                # As Ctrl-C does: what was downloaded goes with it.
                with contextlib.suppress(Exception):
                    ray.cancel(reference)
        return diarizer.join(found, name=title, **settings.options)


def _duration(source: str, options: Optional[dict[str, Any]]) -> float:
    """In seconds; what a store's client raises is told as of a file here."""
    try:
        with local_file(source, options) as file:
            return _native.duration(os.fsencode(file))
    except DiaristError:
        raise
    except FileNotFoundError:
        raise NotFoundError(source, "does not exist", "name a recording") from None
    except OSError as error:
        raise InputOutputError(source, f"cannot be read: {error}") from error


def _parts(duration: float, most: int) -> list[_Part]:
    """As even as whole units allow; the last one goes to the end, wherever a header that errs had put it."""
    units = max(1, math.ceil(duration / PART_UNIT))
    count = min(units, most)
    cuts = [PART_UNIT * (units * place // count) for place in range(count)]
    return [_Part(start, end) for start, end in zip(cuts, [*cuts[1:], None])]


def _analysed(
    source: str, part: _Part, settings: Settings, pack: Any, options: Optional[dict[str, Any]]
) -> bytes:
    """Of a worker: Ray hands it the pack itself."""
    seen = {key: settings.options[key] for key in _SEEN}
    with local_file(source, options) as file, diarizer_of(settings, pack) as diarizer:
        return diarizer.analyse(file, part.start, part.end, **seen)


def _result(ray: Any, reference: Any) -> bytes:
    """A worker's own error, rather than Ray's about it."""
    try:
        part: bytes = ray.get(reference)
    except ray.exceptions.RayTaskError as error:
        raise (error.cause or error) from None
    return part

