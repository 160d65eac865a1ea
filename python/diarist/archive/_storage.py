"""Where files are: paths of this machine, or URLs of whatever fsspec opens."""

from __future__ import annotations

import os
from typing import Any, Optional

from diarist._errors import InputOutputError, InvalidArgumentError
from diarist.archive._packages import package

#: Stores in which an object appears whole or not at all when it is put; everything else gets a temporary name first.
_WHOLE_PUTS = frozenset({"s3", "s3a", "gs", "gcs", "abfs", "abfss", "az", "adl", "oss", "r2"})


def protocol_of(location: str) -> str:
    """``"file"`` of a path, else what stands before ``://``; of a chain of file systems, the first."""
    before, mark, _ = location.partition("://")
    return before.partition("::")[0].lower() if mark else "file"


def file_system(location: str, options: Optional[dict[str, Any]]) -> tuple[Any, str]:
    """The file system that a path or URL is of, and its name there.

    ``options`` are for what is not of this machine: credentials and the like.

    Raises
    ------
    InvalidArgumentError
        Where fsspec knows none, or lacks the package for it.
    """
    local = protocol_of(location) == "file"
    try:
        opened: tuple[Any, str] = package("fsspec.core").url_to_fs(
            location, **({} if local else options or {})
        )
    except (ImportError, ValueError) as error:
        raise InvalidArgumentError(
            location, f"cannot be opened: {error}", "install the file system's package for fsspec"
        ) from error
    return opened


class Storage:
    """A folder, by name relative to it. Files are written whole or not at all.

    Parameters
    ----------
    location : str or path
        A path, which is made absolute, or a URL.
    options : dict, optional
        What fsspec's file system takes.
    """

    def __init__(self, location: Any, options: Optional[dict[str, Any]] = None) -> None:
        named = os.fsdecode(location)
        if not named:
            raise InvalidArgumentError("output", "is an empty path", "name a folder or its URL")
        self.protocol = protocol_of(named)
        self.location = os.path.abspath(named) if "://" not in named else named.rstrip("/")
        self._fs, self._root = file_system(self.location, options)

    @property
    def fs(self) -> Any:
        """The file system of fsspec."""
        return self._fs

    def path(self, name: str) -> str:
        """The file's name in the file system."""
        return f"{self._root}/{name}"

    def exists(self, name: str) -> bool:
        """Whether there is such a file."""
        return bool(self._fs.exists(self.path(name)))

    def names(self, folder: str) -> list[str]:
        """Of the files in a folder, sorted; none where the folder is missing. Temporary ones are left out."""
        self._fs.invalidate_cache()
        try:
            found = self._fs.ls(self.path(folder), detail=False)
        except FileNotFoundError:
            return []
        names = (name.rstrip("/").rpartition("/")[2] for name in found)
        return sorted(name for name in names if not name.startswith("."))

    def read(self, name: str) -> bytes:
        """All of a file."""
        content: bytes = self._fs.cat_file(self.path(name))
        return content

    def write(self, name: str, content: bytes) -> None:
        """A file in the place of any that was there.

        Raises
        ------
        InputOutputError
        """
        target = self.path(name)
        folder, _, base = target.rpartition("/")
        try:
            if self.protocol in _WHOLE_PUTS:
                self._fs.pipe_file(target, content)
                return
            self._fs.makedirs(folder, exist_ok=True)
            temporary = f"{folder}/.{base}-{os.urandom(6).hex()}.tmp"
            try:
                with self._fs.open(temporary, "wb") as file:
                    file.write(content)
                    if self.protocol == "file":
                        file.flush()
                        os.fsync(file.fileno())
                if self.protocol == "file":
                    os.replace(temporary, target)
                else:
                    self._fs.mv(temporary, target)
            except BaseException:
                self.remove(temporary[len(self._root) + 1 :])
                raise
        except OSError as error:
            raise InputOutputError(f"{self.location}/{name}", f"cannot be written ({error})") from error

    def create(self, name: str, content: bytes) -> bool:
        """A file that was not there; whether it was not. Of a folder of this machine, one of several wins."""
        target = self.path(name)
        if self.protocol != "file":
            if self.exists(name):
                return False
            self.write(name, content)
            return True
        try:
            os.makedirs(os.path.dirname(target), exist_ok=True)
            with open(target, "xb") as file:
                file.write(content)
        except FileExistsError:
            return False
        except OSError as error:
            raise InputOutputError(f"{self.location}/{name}", f"cannot be written ({error})") from error
        return True

    def remove(self, name: str) -> None:
        """A file, if it is there."""
        try:
            self._fs.rm_file(self.path(name))
        except FileNotFoundError:
            pass
