"""What can go wrong: one exception for each code of the C++ API's ``diarist::Error``.

Each is also the built-in exception that a Python program would look for, where there is one: a missing file is a
``FileNotFoundError``, an option out of range a ``ValueError``.
"""

from __future__ import annotations

import errno


class DiaristError(Exception):
    """Base of all errors of diarist.

    Its text reads like advice: ``SUBJECT: PROBLEM; ADVICE``.

    Attributes
    ----------
    code : str
        What kind of thing went wrong; stable: ``"not_found"``, ``"corrupt_audio"``, ...
    subject : str
        The offending file, tensor or option.
    problem : str
        What is wrong with it.
    advice : str
        What to do about it; may be empty.
    """

    code: str = "internal"

    def __init__(self, subject: str, problem: str, advice: str = "") -> None:
        super().__init__(subject, problem, advice)
        self.subject = subject
        self.problem = problem
        self.advice = advice

    @property
    def what(self) -> str:
        """The whole text."""
        return f"{self.subject}: {self.problem}" + (f"; {self.advice}" if self.advice else "")

    def __str__(self) -> str:
        return self.what

    def __reduce__(self) -> tuple[type[DiaristError], tuple[str, str, str]]:
        return type(self), (self.subject, self.problem, self.advice)


class InvalidArgumentError(DiaristError, ValueError):
    """An option or argument that contradicts itself or its documented range."""

    code = "invalid_argument"


class InvalidTypeError(InvalidArgumentError, TypeError):
    """An argument of a type that is not taken."""


class NotFoundError(DiaristError, FileNotFoundError):
    """A file or folder that is not there."""

    code = "not_found"

    def __init__(self, subject: str, problem: str, advice: str = "") -> None:
        super().__init__(subject, problem, advice)
        self.errno = errno.ENOENT
        self.filename = subject


class InputOutputError(DiaristError, OSError):
    """The system refused to read or write: permission, disk full, broken pipe."""

    code = "io"

    def __init__(self, subject: str, problem: str, advice: str = "") -> None:
        super().__init__(subject, problem, advice)
        self.errno = errno.EIO
        self.filename = subject


class UnsupportedAudioError(DiaristError, ValueError):
    """A recording in a format that is not taken."""

    code = "unsupported_audio"


class CorruptAudioError(DiaristError, ValueError):
    """A recording that is empty, cut short or holds samples that are not finite."""

    code = "corrupt_audio"


class ModelError(DiaristError):
    """A model pack that cannot be used."""


class CorruptModelError(ModelError, ValueError):
    """A model pack whose bytes cannot be trusted."""

    code = "corrupt_model"


class WrongModelError(ModelError, ValueError):
    """A sound pack that holds another network than the one that is run."""

    code = "wrong_model"


class MalformedError(DiaristError, ValueError):
    """A text file (RTTM, UEM) with a line that cannot be read; a part of a recording that is none, or damaged."""

    code = "malformed"


class LimitMissedError(DiaristError):
    """A quantized pack that is no smaller, or less accurate than was allowed."""

    code = "limit_missed"


class CancelledError(DiaristError):
    """The run was stopped."""

    code = "cancelled"


class InternalError(DiaristError, RuntimeError):
    """A broken promise of diarist's own; please report it."""

    code = "internal"


_BY_CODE: dict[str, type[DiaristError]] = {
    each.code: each
    for each in (
        InvalidArgumentError,
        NotFoundError,
        InputOutputError,
        UnsupportedAudioError,
        CorruptAudioError,
        CorruptModelError,
        WrongModelError,
        MalformedError,
        LimitMissedError,
        CancelledError,
        InternalError,
    )
}


def error_of(code: str, subject: str, problem: str, advice: str) -> DiaristError:
    """The exception for an error of the C++ API, which calls this."""
    return _BY_CODE.get(code, InternalError)(subject, problem, advice)
