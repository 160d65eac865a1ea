"""Which recordings there are, and what tells one state of a file from the next."""

from __future__ import annotations

import os
from typing import Any, Iterable, NamedTuple, Optional

from diarist._errors import InvalidArgumentError, InvalidTypeError, NotFoundError
from diarist._options import kind
from diarist.archive._packages import package
from diarist.archive._storage import file_system, protocol_of

#: As src/cli/recordings.cpp has them: libsndfile's formats, then what takes ffmpeg.
ENDINGS = frozenset(
    ".wav .flac .ogg .oga .opus .mp3 .aif .aiff .aifc .au .caf .w64 .rf64 .sph .nist .m4a .m4b .mp4 "
    ".aac .ac3 .amr .wma .webm .mka .mkv .mov .avi".split()
)
# Requests that wait for a store, not for this machine's cores.
_ASKING_THREADS = 32
# Named one by one, so many are asked about by the cluster.
MANY = 10_000
_WEB = ("http", "https")


class Recording(NamedTuple):
    """One recording.

    Attributes
    ----------
    path : str
        Absolute, or a URL.
    size : int
        Bytes; -1 where the store does not say.
    version : str
        What is another one when the content is: an etag or checksum, else size and time of change.
    code, problem : str
        What is wrong with it already, or empty.
    data : bytes or None
        The content, of a store that other processes cannot see.
    """

    path: str
    size: int
    version: str
    code: str = ""
    problem: str = ""
    data: Optional[bytes] = None


def recordings_of(paths: Any, options: Optional[dict[str, Any]]) -> tuple[list[Recording], list[str]]:
    """Recordings of folders and globs, and names of single ones that are still to be asked about.

    Parameters
    ----------
    paths : str, path, or iterable of them

    Raises
    ------
    NotFoundError
        Of a folder or glob without recordings.
    """
    found: dict[str, Recording] = {}
    single: list[str] = []
    for name in _names(paths):
        local = protocol_of(name) == "file"
        location = os.path.abspath(name) if "://" not in name else name
        if local and os.path.isfile(location) or protocol_of(name) in _WEB:
            single.append(location)
            continue
        fs, inside = file_system(location, options)
        if any(mark in inside for mark in "*?[") and not fs.exists(inside):
            listed = fs.glob(inside, detail=True)
        elif fs.isdir(inside):
            listed = fs.find(inside, detail=True)
        else:
            single.append(location)
            continue
        before = len(found)
        for path, info in listed.items():
            if info.get("type") == "file" and _is_recording(path):
                url = path if local else fs.unstrip_protocol(path)
                found[url] = _told(url, info, fs, path)
        if len(found) == before:
            raise NotFoundError(name, "holds no recordings", "name the files, where their endings do not tell")
    return list(found.values()), [name for name in dict.fromkeys(single) if name not in found]


def asked(locations: Iterable[str], options: Optional[dict[str, Any]]) -> list[Recording]:
    """Each of them, by asking its store."""

    def ask(location: str) -> Recording:
        try:
            fs, inside = file_system(location, options)
            return _told(location, fs.info(inside), fs, inside)
        except FileNotFoundError:
            return Recording(location, -1, "", "not_found", "does not exist")
        except InvalidArgumentError as error:
            return Recording(location, -1, "", error.code, error.problem)
        except Exception as error:  # What a store's client raises is its own affair.
            return Recording(location, -1, "", "io", f"cannot be asked about: {error}")

    from concurrent.futures import ThreadPoolExecutor

    with ThreadPoolExecutor(_ASKING_THREADS) as pool:
        return list(pool.map(ask, locations))


def _names(paths: Any) -> list[str]:
    if isinstance(paths, (str, bytes, os.PathLike)):
        paths = [paths]
    try:
        each = list(paths)
    except TypeError:
        raise InvalidTypeError("paths", f"is of type {kind(paths)}", "give paths, URLs or a Ray Dataset") from None
    for name in each:
        if not isinstance(name, (str, bytes, os.PathLike)):
            raise InvalidTypeError("paths", f"holds a {kind(name)}", "give a str or a pathlib.Path each")
        if not os.fspath(name):
            raise InvalidArgumentError("paths", "holds an empty path", "name a file, folder or URL")
    return [os.fsdecode(name) for name in each]


def _is_recording(path: str) -> bool:
    name = path.rpartition("/")[2]
    return not name.startswith(".") and os.path.splitext(name)[1].lower() in ENDINGS


def _told(url: str, info: dict[str, Any], fs: Any, inside: str) -> Recording:
    """Of what a file system says."""
    size = info.get("size")
    tags = [str(info[key]) for key in ("ETag", "etag", "md5Hash", "content_md5", "checksum") if info.get(key)]
    if not tags:
        times = ("mtime", "LastModified", "last_modified", "modified", "updated", "created")
        time: Any = next((info[key] for key in times if info.get(key) is not None), "")
        if protocol_of(url) == "file":
            try:
                time = os.stat(inside).st_mtime_ns  # A float of seconds would be a few hundred of them.
            except OSError:
                pass
        tags = [str(time)]
    version = f"{'' if size is None else size}:{tags[0]}"
    try:
        url.encode("utf-8")
    except UnicodeEncodeError:
        shown = url.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")
        return Recording(shown, -1, version, "invalid_argument", "has a name that is not UTF-8: rename it")
    data = None
    if protocol_of(url) == "memory":
        data = bytes(fs.cat_file(inside))
    return Recording(url, -1 if size is None else int(size), version, data=data)


def of_dataset(dataset: Any, options: Optional[dict[str, Any]]) -> list[Recording]:
    """Of a Ray Dataset with the column ``path``: the cluster asks about each.

    Raises
    ------
    InvalidArgumentError
    """
    columns = dataset.columns() or []
    if "path" not in columns:
        raise InvalidArgumentError(
            "paths", f"is a Dataset with the columns {columns}", "give it a column path, of paths or URLs"
        )
    about = dataset.select_columns(["path"]).map_batches(
        _asked_batch, batch_size=1024, batch_format="pyarrow", fn_kwargs={"options": options}
    )
    found: dict[str, Recording] = {}
    for batch in about.iter_batches(batch_size=None, batch_format="pyarrow"):
        for row in batch.to_pylist():
            found[row["path"]] = Recording(**row)
    return list(found.values())


def _asked_batch(batch: Any, options: Optional[dict[str, Any]]) -> Any:
    locations = [os.path.abspath(name) if "://" not in name else name for name in batch["path"].to_pylist()]
    rows = [each._asdict() for each in asked(locations, options)]
    pyarrow = package("pyarrow")
    return pyarrow.Table.from_pylist(rows, schema=recording_schema())


def recording_schema() -> Any:
    """Of recordings as a table."""
    pyarrow = package("pyarrow")
    return pyarrow.schema(
        [
            ("path", pyarrow.string()),
            ("size", pyarrow.int64()),
            ("version", pyarrow.string()),
            ("code", pyarrow.string()),
            ("problem", pyarrow.string()),
            ("data", pyarrow.binary()),
        ]
    )
