"""Arrays of numbers, checked before they reach C++."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from diarist._errors import InvalidArgumentError, InvalidTypeError
from diarist._options import kind

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt


def on_processor(values: Any) -> Any:
    """A tensor as NumPy takes it, without gradients and from its device; all else as it is."""
    for method in ("detach", "cpu"):
        if callable(getattr(values, method, None)):
            values = getattr(values, method)()
    return values


def floats(name: str, values: Any, axes: int) -> npt.NDArray[np.float32]:
    """float32 in order with that many axes."""
    import numpy as np

    try:
        array = np.asarray(on_processor(values))
    except (TypeError, ValueError, RuntimeError) as error:
        raise InvalidTypeError(name, f"is no array ({error})", "give numbers") from error
    if array.dtype.kind not in "fiub":
        raise InvalidTypeError(name, f"holds {array.dtype} ({kind(values)})", "give numbers")
    if array.ndim != axes:
        raise InvalidArgumentError(
            name, f"has {array.ndim} axes, shape {array.shape}", f"give one with {axes}"
        )
    floats: npt.NDArray[np.float32] = np.ascontiguousarray(array, dtype=np.float32)
    return floats
