"""A run over an archive: what is new, in blocks, over Ray Data's pool of processes."""

from __future__ import annotations

import json
import logging
from typing import Any, Iterator, Optional, Union

from diarist._errors import InvalidArgumentError
from diarist._model import ModelLike
from diarist._options import PathLike, flag
from diarist._progress import ProgressLike, watching
from diarist.archive._archive import Archive, Counts
from diarist.archive._cluster import room_for
from diarist.archive._packages import package
from diarist.archive._recordings import MANY, Recording, asked, of_dataset, recording_schema, recordings_of
from diarist.archive._settings import Settings, digest_of, positive, settings_of
from diarist.archive._storage import Storage
from diarist.archive._worker import BlockWorker

# A block is what is lost when a machine is: recordings of half an hour's work on a core, which are 37 hours of 16 kHz WAV.
_MOST_BLOCK_BYTES = 4 << 30
# A small archive has so many blocks, that many cores may share it; it is told by the recordings alone, not by the cores.
_LEAST_BLOCKS = 256
# Of each process: so many that one which waits for another is a small part of the whole.
_MANY_BLOCKS = 8


def diarize(
    paths: Any,
    *,
    output: PathLike,
    workers: Union[None, int, tuple[int, int]] = None,
    threads: int = 1,
    block: int = 256,
    rttm: bool = True,
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
) -> Archive:
    """Diarizes what is new of an archive of recordings, with all cores that Ray has.

    Ray is started on this machine where it is not, or reached by the environment's ``RAY_ADDRESS``; call
    ``ray.init(address="auto")`` first for a cluster. A process or machine that dies has its work done elsewhere.
    Run it again after an interruption, or when recordings have been added or changed.

    Parameters
    ----------
    paths : str, path, iterable of them, or ray.data.Dataset
        Recordings, folders with all below them, globs; of this machine and, where there are several, at the same place
        on all of them; or URLs that fsspec opens (``s3://``, ``gs://``, ``https://``, ...), which are downloaded one at a
        time to a temporary file. Of a Dataset, the column ``path``, which names recordings.
    output : str or path
        A folder, or its URL; of a cluster, one that all machines write to.
    workers : int or tuple of two int, optional
        Processes at most; or at least and at most, between which Ray Data goes by itself, for a cluster that grows. As many as
        there are cores for when it begins where left out.
    threads : int
        Of each process, and cores that Ray counts for it. More than one is for machines with little memory for each core:
        two of one process take the same time as two processes, and 0.4 GB where those take 0.6.
    block : int
        Recordings at most that are worked on and kept together; the work that is lost with a machine. No more than 4 GB of
        files, and fewer where there are less than 65,536 recordings, so that many cores may share them.
    rttm : bool
        Write an RTTM file of each recording.
    progress : callable, bool or str, optional
        As in ``Diarizer.diarize``, told ``(done, total)`` in recordings, block by block.
    storage_options : dict, optional
        What fsspec's file systems of URLs take: credentials and the like.
    model : path, optional
        Another pack; goes to the workers by itself.
    isa, precision
        As in ``Diarizer``.
    speakers, min_speakers, max_speakers, preset, step, min_turn, merge_gap, relabel, exclusive, channel, per_channel
        As in ``Diarizer.diarize``, for every recording.

    Returns
    -------
    Archive
        All that is in ``output``, with the counts of this run. What ``Diarizer.diarize`` gives for each recording, bit
        for bit, whatever the number of workers.

    Raises
    ------
    ImportError
        Where Ray, pyarrow or fsspec is not installed.
    InvalidArgumentError, InvalidTypeError, NotFoundError, InputOutputError
        Of arguments, of folders and globs without recordings, of an output that cannot be written, of more threads than
        any machine has cores. What is wrong with a
        single recording is a row in ``errors()``.
    """
    ray = package("ray")
    ray_data = package("ray.data")
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
    size = positive("block", block)
    least, most = _bounds(workers)
    settings, content = settings_of(options, channel, per_channel, isa, precision, threads, model)
    with_rttm = flag("rttm", rttm)
    storage = Storage(output, storage_options)
    if storage.protocol == "memory":
        raise InvalidArgumentError(
            "output", "is in the memory of one process", "name a folder or a store that workers can write to"
        )

    if not ray.is_initialized():
        ray.init(logging_level="warning")
    with _quiet(ray_data):
        if isinstance(paths, ray_data.Dataset):
            found = of_dataset(paths, storage_options)
        else:
            found, single = recordings_of(paths, storage_options)
            if len(single) > MANY:
                table = package("pyarrow").table({"path": single})
                found += of_dataset(ray_data.from_arrow(table).repartition(len(single) // 1024), storage_options)
            else:
                found += asked(single, storage_options)
        recordings = _keyed(found, settings.digest)
        compute = package("pyarrow.compute")
        archive = Archive(output, storage_options=storage_options, _counts=Counts(0, 0, 0, 0))
        settled = compute.is_in(recordings["key"], value_set=archive.settled_keys())
        left = recordings.filter(compute.invert(settled))
        done = 0
        if left.num_rows:
            blocks = list(_blocks(left, size))
            pool = _pool(ray, ray_data, least, most, len(blocks), settings.threads)
            generation = _claim(storage, settings)
            pack = None if content is None else ray.put(content)
            dataset = ray_data.from_arrow(blocks).map_batches(
                BlockWorker,
                batch_size=None,
                batch_format="pyarrow",
                compute=pool,
                num_cpus=settings.threads,
                fn_constructor_args=(settings, pack, storage.location, generation, with_rttm, storage_options),
            )
            with watching(progress, "recordings", "") as callback:
                finished = 0
                for row in dataset.iter_rows():
                    done += row["done"]
                    finished += row["done"] + row["failed"]
                    if callback is not None:
                        callback(float(finished), float(left.num_rows))
        failed = archive.failed_among(recordings["key"].combine_chunks())
    total = recordings.num_rows
    counts = Counts(total, done, total - done - failed, failed)
    return Archive(output, storage_options=storage_options, _counts=counts)


def _bounds(workers: Any) -> tuple[Optional[int], Optional[int]]:
    if workers is None:
        return None, None
    if isinstance(workers, tuple):
        if len(workers) != 2:
            raise InvalidArgumentError("workers", f"are {len(workers)} numbers", "give one, or (least, most)")
        least, most = (positive("workers", each) for each in workers)
        if most < least:
            raise InvalidArgumentError("workers", f"are at least {least} and at most {most}")
        return least, most
    return None, positive("workers", workers)


def _pool(
    ray: Any, ray_data: Any, least: Optional[int], most: Optional[int], blocks: int, threads: int
) -> Any:
    if least is not None and most is not None and least < most:
        room = room_for(ray, threads, grows=True)
        start = min(max(room, least), most)
        return ray_data.ActorPoolStrategy(min_size=least, max_size=most, initial_size=start)
    room = room_for(ray, threads)
    size = min(blocks, most or room)
    # A block that is there already begins as the one before it ends; told by the driver, it takes a third of a second. Of few
    # blocks it might wait behind a long one while another process has nothing to do.
    waiting = 1 if blocks >= _MANY_BLOCKS * size else 0
    return ray_data.ActorPoolStrategy(size=size, max_tasks_in_flight_per_actor=1 + waiting)


def _keyed(found: list[Recording], settings: str) -> Any:
    """A table of recordings, each once, by path, with what stands for its state and the settings."""
    pyarrow = package("pyarrow")
    each = sorted({recording.path: recording for recording in found}.values())
    columns: dict[str, Any] = {
        field: [getattr(recording, field) for recording in each] for field in Recording._fields
    }
    table = pyarrow.table(columns, schema=recording_schema())
    keys = [digest_of(recording.path, recording.version, settings) for recording in each]
    return table.append_column("key", pyarrow.array(keys, pyarrow.string()))


def _blocks(left: Any, most: int) -> Iterator[Any]:
    """Tables of recordings that follow one another, each with the block's number."""
    pyarrow = package("pyarrow")
    count = min(most, -(-left.num_rows // _LEAST_BLOCKS))
    sizes = left["size"].to_pylist()
    first, number = 0, 0
    while first < len(sizes):
        last, held = first, 0
        while last < len(sizes) and last - first < count and (last == first or held + sizes[last] <= _MOST_BLOCK_BYTES):
            held += max(0, sizes[last])
            last += 1
        numbers = pyarrow.array([number] * (last - first), pyarrow.int64())
        yield left.slice(first, last - first).append_column("block", numbers)
        first, number = last, number + 1


def _claim(storage: Storage, settings: Settings) -> int:
    """The number of this run, which no other run has, with a file that says what it was made with."""
    names = [name.partition(".")[0] for name in storage.names("runs")]
    generation = 1 + max((int(name) for name in names if name.isdigit()), default=0)
    about = json.dumps({"model_name": settings.model_name, **settings.behavior()}, indent=2, sort_keys=True)
    while not storage.create(f"runs/{generation:06d}.json", (about + "\n").encode()):
        generation += 1
    return generation


# Of Ray Data's context, and what is set while a run goes on. Releases differ in what they have.
_SILENT = {"enable_progress_bars": False, "print_on_execution_start": False, "memory_usage_poll_interval_s": None}


class _quiet:
    """Ray Data without its own bars, plans and remarks, which are of blocks: ours tells recordings. Its errors are shown.

    And without a look at each process's page tables every second, for a plan of memory that a pool of so many has no use for.
    """

    def __init__(self, ray_data: Any) -> None:
        self._context = ray_data.DataContext.get_current()
        self._logger = logging.getLogger("ray.data")

    def __enter__(self) -> None:
        context = self._context
        self._before = {name: getattr(context, name) for name in _SILENT if hasattr(context, name)}
        for name in self._before:
            setattr(context, name, _SILENT[name])
        self._level = self._logger.level
        self._logger.setLevel(logging.ERROR)

    def __exit__(self, *_: object) -> None:
        context = self._context
        for name, value in self._before.items():
            setattr(context, name, value)
        self._logger.setLevel(self._level)
