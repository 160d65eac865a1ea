"""Progress for people: what ``progress=`` may be."""

from __future__ import annotations

import contextlib
import sys
from typing import Any, Callable, Iterator, Optional, Union

from diarist._errors import InvalidArgumentError, InvalidTypeError
from diarist._options import kind

#: What is told how many seconds of audio are done, and how many there are (0: not known).
ProgressCallback = Callable[[float, float], object]
ProgressLike = Union[None, bool, str, ProgressCallback]


@contextlib.contextmanager
def watching(progress: Any, label: str, unit: str = " s") -> Iterator[Optional[ProgressCallback]]:
    """The callback that ``progress`` stands for, for as long as the context lasts; ``unit`` is behind its numbers."""
    if progress is None or progress is False:
        yield None
    elif progress is True:
        for bar in (_tqdm, _rich):
            try:
                context = bar(label, unit)
            except ImportError:
                continue
            with context as callback:
                yield callback
            return
        with _plain(label, unit) as callback:
            yield callback
    elif isinstance(progress, str):
        bars = {"tqdm": _tqdm, "rich": _rich}
        if progress not in bars:
            raise InvalidArgumentError(
                "progress", f"'{progress}' is none", "take 'tqdm', 'rich', True or a function"
            )
        try:
            context = bars[progress](label, unit)
        except ImportError as error:
            raise InvalidArgumentError(
                "progress", f"{progress} is not installed", f"pip install {progress}"
            ) from error
        with context as callback:
            yield callback
    elif callable(progress):
        yield progress
    else:
        raise InvalidTypeError(
            "progress", f"is of type {kind(progress)}", "give a function(done, total), or True"
        )


def _tqdm(label: str, unit: str) -> contextlib.AbstractContextManager[ProgressCallback]:
    from tqdm.auto import tqdm

    @contextlib.contextmanager
    def bar() -> Iterator[ProgressCallback]:
        with tqdm(
            total=None, desc=label, bar_format="{l_bar}{bar}| {n:.0f}/{total}" + unit
        ) as line:

            def callback(done: float, total: float) -> None:
                line.total = round(total) or None
                line.update(done - line.n)

            yield callback

    return bar()


def _rich(label: str, unit: str) -> contextlib.AbstractContextManager[ProgressCallback]:
    from rich.progress import Progress

    @contextlib.contextmanager
    def bar() -> Iterator[ProgressCallback]:
        with Progress() as line:
            task = line.add_task(label, total=None)

            def callback(done: float, total: float) -> None:
                line.update(task, completed=done, total=total or None)

            yield callback

    return bar()


@contextlib.contextmanager
def _plain(label: str, unit: str) -> Iterator[ProgressCallback]:
    """One line on standard error, where neither of the others is installed."""

    def callback(done: float, total: float) -> None:
        of = f" of {total:.0f}" if total else ""
        print(f"\r{label}: {done:.0f}{of}{unit} ", end="", file=sys.stderr, flush=True)

    try:
        yield callback
    finally:
        print(file=sys.stderr)
