"""What a run is made with, as it goes to the workers, and what of that the answer depends on."""

from __future__ import annotations

import hashlib
import json
from typing import Any, NamedTuple, Optional

from diarist import _native
from diarist._errors import InputOutputError, InvalidTypeError, NotFoundError
from diarist._model import BUILT_IN, Model
from diarist._options import kind, path


class Settings(NamedTuple):
    """Of one run.

    Attributes
    ----------
    options : dict
        Arguments of ``Diarizer.diarize`` that change the answer.
    isa, precision
        As ``Diarizer`` takes them.
    threads : int
        Of one worker.
    model_name, model_digest : str
        Of the pack; the digest is SHA-256 of its bytes, of the built-in one of the release and its table of tensors.
    release : str
        Of diarist.
    """

    options: dict[str, Any]
    isa: Optional[str]
    precision: str
    threads: int
    model_name: str
    model_digest: str
    release: str

    @property
    def digest(self) -> str:
        """Of all that the answer depends on."""
        return digest_of(json.dumps(self.behavior(), sort_keys=True))

    def behavior(self) -> dict[str, Any]:
        """What the answer depends on, as JSON has it."""
        return {
            "options": self.options,
            "isa": self.isa,
            "precision": self.precision,
            "model": self.model_digest,
            "diarist": self.release,
        }


def digest_of(*parts: str) -> str:
    """32 hexadecimal digits; of text that may hold anything but a null character."""
    whole = "\0".join(parts).encode("utf-8", "surrogateescape")
    return hashlib.sha256(whole).hexdigest()[:32]


def pack_of(model: Any) -> tuple[str, str, Optional[bytes]]:
    """Name, digest and bytes of a pack, which go to the workers: no machine but this one needs the file.

    Raises
    ------
    InvalidTypeError, NotFoundError, InputOutputError, CorruptModelError, WrongModelError
    """
    if model is None or model == BUILT_IN:
        built_in = Model.builtin()
        table = json.dumps([built_in.metadata, built_in.tensors], sort_keys=True)
        return BUILT_IN, digest_of(_native.__version__, table), None
    if isinstance(model, Model):
        raise InvalidTypeError("model", f"is of type {kind(model)}", "give a pack's path")
    name = path("model", model)
    shown = name.decode("utf-8", "replace")
    try:
        with open(name, "rb") as file:
            content = file.read()
    except FileNotFoundError:
        raise NotFoundError(shown, "does not exist", "name a model pack") from None
    except OSError as error:
        raise InputOutputError(shown, f"cannot be read ({error.strerror})") from error
    Model.parse(content, shown)  # What is wrong with it is said here, once.
    return shown, hashlib.sha256(content).hexdigest()[:32], content
