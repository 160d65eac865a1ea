"""Arguments checked before they reach C++, so that what is wrong is said in the caller's words."""

from __future__ import annotations

import operator
import os
from typing import Any, Optional, SupportsIndex, Union

from diarist._errors import InvalidArgumentError, InvalidTypeError

PathLike = Union[str, "os.PathLike[str]", "os.PathLike[bytes]"]

# What C++ holds in an int.
_MOST = 2**31 - 1


def kind(value: object) -> str:
    """A value's type, for messages."""
    module = type(value).__module__
    name = type(value).__qualname__
    return name if module == "builtins" else f"{module}.{name}"


def integer(name: str, value: object) -> int:
    """An int, or what stands for one (NumPy's, say); not a bool."""
    if isinstance(value, bool) or not isinstance(value, SupportsIndex):
        raise InvalidTypeError(name, f"is of type {kind(value)}", "give an int")
    number = operator.index(value)
    if not -_MOST <= number <= _MOST:
        raise InvalidArgumentError(name, f"{number} is beyond any sensible number")
    return number


def optional_integer(name: str, value: object) -> Optional[int]:
    return None if value is None else integer(name, value)


def number(name: str, value: object) -> float:
    """A float, or what stands for one; not a bool and no text."""
    if isinstance(value, (bool, str, bytes)) or not (
        hasattr(value, "__float__") or hasattr(value, "__index__")
    ):
        raise InvalidTypeError(name, f"is of type {kind(value)}", "give a number")
    try:
        return float(value)  # type: ignore[arg-type]
    except (TypeError, ValueError, OverflowError) as error:
        raise InvalidTypeError(name, f"is no number ({error})", "give a number") from error


def optional_number(name: str, value: object) -> Optional[float]:
    return None if value is None else number(name, value)


def flag(name: str, value: object) -> bool:
    """True or False, NumPy's too."""
    if type(value).__name__ not in ("bool", "bool_"):
        raise InvalidTypeError(name, f"is of type {kind(value)}", "give True or False")
    return bool(value)


def word(name: str, value: object) -> str:
    if not isinstance(value, str):
        raise InvalidTypeError(name, f"is of type {kind(value)}", "give a str")
    return value


def optional_word(name: str, value: object) -> Optional[str]:
    return None if value is None else word(name, value)


def text(name: str, value: object) -> bytes:
    """Text as C++ has it: UTF-8, and what a file's name may hold besides."""
    try:
        return os.fsencode(word(name, value))
    except UnicodeEncodeError as error:
        raise InvalidArgumentError(name, f"holds what is no character ({error})") from None


def path(name: str, value: Any) -> bytes:
    """A file's name as the system knows it."""
    if not isinstance(value, (str, os.PathLike)):
        raise InvalidTypeError(name, f"is of type {kind(value)}", "give a str or a pathlib.Path")
    named = os.fspath(value)
    encoded = named if isinstance(named, bytes) else text(name, named)
    if not encoded:
        raise InvalidArgumentError(name, "is an empty path", "name a file")
    if b"\0" in encoded:
        raise InvalidArgumentError(name, "has a null character in it, which no path may")
    return encoded


def paths(name: str, values: Any) -> list[bytes]:
    """One path, or several."""
    if isinstance(values, (str, os.PathLike)):
        return [path(name, values)]
    try:
        each = list(values)
    except TypeError:
        raise InvalidTypeError(name, f"is of type {kind(values)}", "give a list of paths") from None
    return [path(name, value) for value in each]


def words(name: str, values: Any) -> list[str]:
    if isinstance(values, str):
        return [values]
    try:
        each = list(values)
    except TypeError:
        raise InvalidTypeError(name, f"is of type {kind(values)}", "give a list of str") from None
    return [word(name, value) for value in each]
