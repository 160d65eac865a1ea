"""One process of the pool: a loaded model, and a block of recordings after another."""

from __future__ import annotations

import contextlib
import json
import os
import posixpath
import tempfile
from typing import Any, Iterator, Optional

from diarist import _native
from diarist._diarizer import Diarizer
from diarist._errors import DiaristError, WrongModelError
from diarist._model import Model
from diarist._result import Diarization
from diarist.archive._packages import package
from diarist.archive._settings import Settings, digest_of
from diarist.archive._storage import Storage, file_system, protocol_of
from diarist.archive._tables import NAMES, parquet, rows_of

# Errors that another try may not meet, where the file is the same: of the network, of memory, of a process that ended.
_PASSING = frozenset({"io", "not_found", "internal", "memory", "lost", "cancelled"})
# A recording that the process ended on so many times is passed over: it, and not the machine, is what ends it.
_MOST_ATTEMPTS = 3


class BlockWorker:
    """Diarizes blocks and writes their shards; Ray Data makes one in each process, and anew where one has died.

    A block's shards have names of their own, and the same content whoever writes them: a block that is done twice does no harm.
    """

    def __init__(
        self,
        settings: Settings,
        pack: Any,
        output: str,
        generation: int,
        rttm: bool,
        options: Optional[dict[str, Any]],
    ) -> None:
        self._settings = settings
        self._storage = Storage(output, options)
        self._generation = generation
        self._rttm = rttm
        self._options = options
        self._diarizer = diarizer_of(settings, None if pack is None else package("ray").get(pack))

    def __call__(self, block: Any) -> Any:
        """Works on one block.

        Parameters
        ----------
        block : pyarrow.Table
            Of recordings, with ``block``, the number that all of them have.

        Returns
        -------
        pyarrow.Table
            One row: how many were done, and how many failed.
        """
        rows = block.to_pylist()
        shard = f"{self._generation:06d}-{rows[0]['block']:08d}"
        if not self._storage.exists(f"statistics/{shard}.parquet"):
            failed = self._work(shard, rows)
        else:  # By a worker that died before it could say so.
            failed = self._failed(shard)
        pyarrow = package("pyarrow")
        return pyarrow.table({"done": [len(rows) - failed], "failed": [failed]})

    def _failed(self, shard: str) -> int:
        content = package("pyarrow").BufferReader(self._storage.read(f"errors/{shard}.parquet"))
        return int(package("pyarrow.parquet").read_metadata(content).num_rows)

    def _work(self, shard: str, rows: list[dict[str, Any]]) -> int:
        attempts = _Attempts(self._storage, shard)
        tables: dict[str, list[dict[str, Any]]] = {name: [] for name in NAMES}
        for row in rows:
            which = {"recording": row["path"], "generation": self._generation}
            rttm = rttm_name(row["path"])
            code, message = row["code"], row["problem"]
            result = None
            if not code and attempts.begin(row["key"]) >= _MOST_ATTEMPTS:
                code, message = "lost", "the process ended on it, again and again; diarize it by itself"
            if not code:
                try:
                    result = self._diarized(row)
                except DiaristError as error:
                    code, message = error.code, error.problem + (f"; {error.advice}" if error.advice else "")
                except MemoryError:
                    code, message = "memory", "there was not enough memory for it; give workers more"
                except Exception as error:  # What a store's client raises is its own affair.
                    code, message = "io", f"cannot be read: {type(error).__name__}: {error}"
            if result is None:
                self._storage.remove(rttm)  # Of a former state of the file.
                again = code in _PASSING
                tables["errors"].append({**which, "key": row["key"], "code": code, "message": message, "again": again})
                continue
            if self._rttm:
                self._storage.write(rttm, result.to_rttm().encode("utf-8", "surrogateescape"))
            about = {key: row[key] for key in ("key", "size", "version")}
            about["rttm"] = rttm if self._rttm else None
            for name, more in rows_of(result, which, about).items():
                tables[name] += more
        for name in NAMES:
            self._storage.write(f"{name}/{shard}.parquet", parquet(name, tables[name]))
        attempts.end()
        return len(tables["errors"])

    def _diarized(self, row: dict[str, Any]) -> Diarization:
        with local_file(row["path"], self._options, row["data"]) as file:
            return self._diarizer.diarize(file, **self._settings.options)


def diarizer_of(settings: Settings, pack: Optional[bytes]) -> Diarizer:
    """With the settings of a run and the bytes of its pack, on the machine that works.

    Raises
    ------
    WrongModelError
        Where this machine has another release than the run was started with.
    """
    if settings.release != _native.__version__:
        raise WrongModelError(
            "diarist",
            f"is {_native.__version__} on this machine and {settings.release} where the run was started",
            "install the same one everywhere",
        )
    model = None if pack is None else Model.parse(pack, settings.model_name)
    return Diarizer(model, threads=settings.threads, isa=settings.isa, precision=settings.precision)


@contextlib.contextmanager
def local_file(path: str, options: Optional[dict[str, Any]], data: Optional[bytes] = None) -> Iterator[str]:
    """A recording as a file of this machine, for as long as that is needed: downloaded, or of ``data``, where it is none."""
    if data is None and "://" not in path:
        yield path
        return
    fs, inside = file_system(path, options)
    if protocol_of(path) == "file":
        yield inside
        return
    # Under its own name, which the result tells and the ending of which may say the format.
    with tempfile.TemporaryDirectory(prefix="diarist-") as folder:
        copy = os.path.join(folder, base_name(path))
        if data is None:
            fs.get_file(inside, copy)
        else:
            with open(copy, "wb") as file:
                file.write(data)
        yield copy


class _Attempts:
    """How often each recording of a block was begun, kept where the next process finds it.

    The first attempt leaves a note of the block alone. Only a block that was begun before has notes of its recordings, so
    that what costs a request each is done where a process has ended.
    """

    def __init__(self, storage: Storage, shard: str) -> None:
        self._storage = storage
        self._name = f"attempts/{shard}.json"
        self._begun: dict[str, int] = {}
        self._current = ""
        self._careful = storage.exists(self._name)
        if self._careful:
            try:
                self._begun = json.loads(storage.read(self._name))
            except (FileNotFoundError, ValueError):
                pass
        else:
            storage.write(self._name, b"{}")

    def begin(self, key: str) -> int:
        """Notes that work on a recording begins; how often it had begun and not ended."""
        before = self._begun.get(key, 0)
        if self._careful:
            # What this process began before has ended, well or not.
            self._begun.pop(self._current, None)
            self._begun[key] = before + 1
            self._current = key
            self._storage.write(self._name, json.dumps(self._begun).encode())
        return before

    def end(self) -> None:
        """Of the block."""
        self._storage.remove(self._name)


def base_name(path: str) -> str:
    """A file's name, of a path or URL."""
    if protocol_of(path) in ("http", "https"):
        path = path.partition("?")[0].partition("#")[0]
    return posixpath.basename(path) or "recording"


def rttm_name(path: str) -> str:
    """Where a recording's RTTM is, in the archive: by name for people, by digest because names repeat.

    4,096 folders, so that ten million files are a few thousand in each.
    """
    digest = digest_of(path)
    stem = os.path.splitext(base_name(path))[0]
    # Most file systems take names of 255 bytes.
    short = stem.encode("utf-8", "surrogateescape")[:200].decode("utf-8", "ignore")
    return f"rttm/{digest[:3]}/{short}-{digest[:12]}.rttm"
