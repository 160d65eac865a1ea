"""Packages that only the archive needs, imported when it is used."""

from __future__ import annotations

import importlib
from typing import Any


def package(name: str) -> Any:
    """A module of Ray, pyarrow or fsspec.

    Raises
    ------
    ImportError
        Where it is not installed, with what to do.
    """
    try:
        return importlib.import_module(name)
    except ImportError as error:
        raise ImportError(
            f"diarist.archive needs {name}, which cannot be imported ({error}): pip install diarist[ray]"
        ) from error
