"""What holds worker threads and weights, and can be told to let go of them."""

from __future__ import annotations

from types import TracebackType
from typing import Any, Optional, TypeVar

_Self = TypeVar("_Self", bound="Closable")


class Closable:
    _native: Any

    def close(self) -> None:
        """Ends the worker threads and frees the weights, once calls on their way are done."""
        self._native.close()

    @property
    def closed(self) -> bool:
        closed: bool = self._native.closed
        return closed

    def __enter__(self: _Self) -> _Self:
        return self

    def __exit__(
        self,
        kind: Optional[type[BaseException]],
        error: Optional[BaseException],
        trace: Optional[TracebackType],
    ) -> None:
        self.close()
