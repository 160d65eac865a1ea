"""Arrays of numbers, checked before they reach C++."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from diarist._errors import InvalidArgumentError, InvalidTypeError
from diarist._options import kind

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt


def floats(name: str, values: Any, axes: int) -> npt.NDArray[np.float32]:
    """float32 in order with that many axes."""
    import numpy as np

    if callable(getattr(values, "detach", None)):
        values = values.detach()
    try:
        array = np.asarray(values)
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
