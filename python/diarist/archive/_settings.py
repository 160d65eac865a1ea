"""What a run is made with, as it goes to the workers, and what of that the answer depends on."""

from __future__ import annotations

import hashlib
import json
from typing import Any, NamedTuple, Optional

from diarist import _native
from diarist._behavior import behavior_of, with_channels
from diarist._errors import InputOutputError, InvalidArgumentError, InvalidTypeError, NotFoundError
from diarist._model import BUILT_IN, Model
from diarist._options import integer, kind, optional_word, path, word


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


def settings_of(
    options: dict[str, Any],
    channel: Optional[int],
    per_channel: bool,
    isa: Optional[str],
    precision: str,
    threads: int,
    model: Any,
) -> tuple[Settings, Optional[bytes]]:
    """Of arguments, which are checked; and the bytes of a pack that is not the built-in one.

    ``options`` are those of ``behavior_of``.
    """
    picked, each = with_channels(behavior_of(**options), channel, per_channel)
    options = {**options, "channel": picked, "per_channel": each}
    name, digest, content = pack_of(model)
    settings = Settings(
        {key: _plain(value) for key, value in options.items()},
        optional_word("isa", isa),
        word("precision", precision),
        positive("threads", threads),
        name,
        digest,
        _native.__version__,
    )
    return settings, content


def positive(name: str, value: Any) -> int:
    """A number of things, from 1."""
    number = integer(name, value)
    if number < 1:
        raise InvalidArgumentError(f"{name} = {number}", "is none", "count from 1")
    return number


def _plain(value: Any) -> Any:
    """As JSON has it, also where NumPy gave it."""
    return value.item() if hasattr(value, "item") else value


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
