"""Output that is there whole or not at all."""

from __future__ import annotations

import os
from typing import Any, Union

from diarist._errors import InputOutputError
from diarist._options import path


def write_whole(target: Any, content: Union[str, bytes]) -> None:
    """Writes under a temporary name beside the target, then renames."""
    name = os.fsdecode(path("file", target))
    data = content.encode("utf-8", "surrogateescape") if isinstance(content, str) else content
    try:
        if os.path.exists(name) and not os.path.isfile(name) and not os.path.isdir(name):
            with open(name, "wb") as device:  # Nothing that could be replaced.
                device.write(data)
            return
        name = os.path.realpath(name)  # A link stays one.
        folder = os.path.dirname(name)
        os.makedirs(folder, exist_ok=True)
        temporary = os.path.join(folder, f".diarist-{os.urandom(8).hex()}.tmp")
        # The system takes its mask off, as for any other new file; to ask for it would change it for other threads.
        descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o666)
        try:
            with os.fdopen(descriptor, "wb") as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
            os.replace(temporary, name)
        except BaseException:
            os.unlink(temporary)
            raise
    except OSError as error:
        raise InputOutputError(
            os.fsdecode(path("file", target)), f"cannot be written ({error.strerror})"
        ) from error
