"""Model packs."""

from __future__ import annotations

import os
from typing import Any, NamedTuple, Optional, Union

from diarist import _native
from diarist._errors import InvalidTypeError
from diarist._options import PathLike, kind, path, text

#: What stands for the pack inside the package where a file is expected.
BUILT_IN = "built-in"


class TensorInfo(NamedTuple):
    """One tensor of a pack.

    Attributes
    ----------
    name : str
    type : str
        As safetensors spells it: ``"F32"``, ``"F16"``; of codes ``"U8"`` or ``"I8"``.
    shape : tuple of int
    bytes : int
        With the scales or tables of a quantized tensor.
    coding : str
        How codes stand for values: ``"linear8"``, ``"palette8"``, ...; else empty.
    """

    name: str
    type: str
    shape: tuple[int, ...]
    bytes: int
    coding: str


class Model:
    """Both networks and the PLDA, read and checked. Immutable, and safe to use from any number of threads.

    Made by ``Model.builtin()``, ``Model.load(file)`` or ``Model.parse(bytes)``.
    """

    __slots__ = ("_native",)

    def __init__(self, native: _native.Model) -> None:
        if not isinstance(native, _native.Model):
            raise InvalidTypeError("Model", "is made by Model.builtin(), .load() or .parse()")
        self._native = native

    @classmethod
    def builtin(cls) -> Model:
        """The pack inside the package; needs no file."""
        return cls(_native.Model.builtin())

    @classmethod
    def load(cls, file: PathLike) -> Model:
        """Reads a pack.

        Raises
        ------
        NotFoundError, InputOutputError, CorruptModelError, WrongModelError
        """
        return cls(_native.Model.load(path("file", file)))

    @classmethod
    def parse(cls, data: Any, name: str = "bytes") -> Model:
        """Reads a pack from bytes; ``name`` stands for the file in messages."""
        if not isinstance(data, (bytes, bytearray, memoryview)):
            raise InvalidTypeError("data", f"is of type {kind(data)}", "give bytes")
        return cls(_native.Model.parse(bytes(data), text("name", name)))

    @property
    def name(self) -> str:
        """The file's name, or ``"built-in"``."""
        return self._native.name

    @property
    def tensors(self) -> list[TensorInfo]:
        """Name, type and shape of all that the pack holds."""
        return [TensorInfo(*tensor) for tensor in self._native.tensors()]

    @property
    def metadata(self) -> dict[str, str]:
        """The pack's own: format version, architectures, licences, attributions."""
        return self._native.metadata()

    def check(self) -> None:
        """Runs the pack on two seconds of an artificial voice, and holds that against what it was when made.

        Raises
        ------
        CorruptModelError
        """
        self._native.check()

    def __repr__(self) -> str:
        return f"<Model {self.name!r}: {len(self.tensors)} tensors>"


ModelLike = Union[None, Model, str, "os.PathLike[str]", "os.PathLike[bytes]"]


def model_of(model: Any, name: str = "model") -> _native.Model:
    """The extension's model of a Model, a pack's file, or None for the built-in one."""
    if model is None or model == BUILT_IN:
        return _native.Model.builtin()
    if isinstance(model, Model):
        return model._native
    if isinstance(model, (str, os.PathLike)):
        return _native.Model.load(path(name, model))
    raise InvalidTypeError(name, f"is of type {kind(model)}", "give a Model or a pack's path")


def pack_path(name: str, model: Any) -> Optional[bytes]:
    """A pack's path where ``model`` is given as one."""
    return path(name, model) if isinstance(model, (str, os.PathLike)) else None
