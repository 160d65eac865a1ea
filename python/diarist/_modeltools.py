"""The model workshop: packs made, shrunk and compared."""

from __future__ import annotations

import json
from typing import Any, Callable, NamedTuple, Optional, Tuple

from diarist import _native
from diarist._errors import InvalidTypeError
from diarist._files import write_whole
from diarist._model import Model, ModelLike, model_of
from diarist._options import PathLike, flag, integer, kind, number, paths, word, words


class ImportedModel(NamedTuple):
    """A pack made from checkpoints.

    Attributes
    ----------
    data : bytes
        The pack as a file (docs/pack-format.md).
    parts : list of (title, source, tensors)
        Where each net came from.
    left_out : list of str
        What the sources hold and the pack does not need.
    notices : list of str
        Things to know about the pack, one sentence each.
    """

    data: bytes
    parts: list[tuple[str, str, int]]
    left_out: list[str]
    notices: list[str]

    @property
    def model(self) -> Model:
        """The pack, read."""
        return Model.parse(self.data, "imported")

    def save(self, file: PathLike) -> None:
        """Writes the pack, whole or not at all."""
        write_whole(file, self.data)

    def __repr__(self) -> str:
        return f"<ImportedModel: {len(self.data)} bytes, {len(self.parts)} parts>"


def import_model(
    *sources: PathLike,
    output: Optional[PathLike] = None,
    storage: str = "f16",
    base: ModelLike = None,
    powerset: Optional[Tuple[int, int]] = None,
) -> ImportedModel:
    """Makes a model pack from the networks' published checkpoints.

    Parameters
    ----------
    *sources : path
        Checkpoints of the segmentation and the embedding net (safetensors, PyTorch's .bin, .ckpt and .pt, or ONNX)
        and the two npz of the PLDA, in any order; another pack may stand in for any of them.
    output : path, optional
        The pack to write.
    storage : {"f16", "f32"}
        Of the weights.
    base : Model or path, optional
        Where the parts come from that no source holds; ``"built-in"`` is the package's own pack. Without it the
        sources must hold all.
    powerset : (int, int), optional
        Local speakers of a window, and how many at once: what the segmentation net's classes are sets of, where their
        number suggests otherwise (7: 3, 2).

    Returns
    -------
    ImportedModel

    Raises
    ------
    DiaristError
        A checkpoint's pickle that names a class or function is refused by that name, and runs nothing.
    """
    rest = None if base is None else model_of(base, "base")
    pair = None
    if powerset is not None:
        if not isinstance(powerset, (tuple, list)) or len(powerset) != 2:
            raise InvalidTypeError("powerset", f"is {powerset!r}", "give (speakers, at_once)")
        pair = integer("powerset", powerset[0]), integer("powerset", powerset[1])
    pack = ImportedModel(
        *_native.import_checkpoints(paths("sources", sources), word("storage", storage), rest, pair)
    )
    if output is not None:
        pack.save(output)
    return pack


class Comparison:
    """What one pack holds and hears otherwise than another.

    Attributes
    ----------
    der_increase : float
        Points (hundredths) of DER: b less a on recordings with a reference; where none has one, b against a.
    missed_limits : list of str
        What b is beyond against a, one clause each; empty where it is within the limits.
    """

    __slots__ = ("_json", "_text", "der_increase", "missed_limits")

    def __init__(self, json_text: str, text: str, der_increase: float, missed: list[str]) -> None:
        self._json = json_text
        self._text = text
        self.der_increase = der_increase
        self.missed_limits = missed

    def to_json(self) -> str:
        """All of it."""
        return self._json

    def to_dict(self) -> dict[str, Any]:
        """What ``to_json`` says."""
        value: dict[str, Any] = json.loads(self._json)
        return value

    def __str__(self) -> str:
        return self._text

    def __repr__(self) -> str:
        return f"<Comparison: DER {self.der_increase:+.2f} points, {len(self.missed_limits)} limits missed>"


def _limits(max_der_increase: float, min_cosine: float, min_agreement: float) -> _native.AccuracyLimits:
    limits = _native.AccuracyLimits()
    limits.max_der_increase = number("max_der_increase", max_der_increase)
    limits.min_embedding_cosine = number("min_cosine", min_cosine)
    limits.min_segmentation_agreement = number("min_agreement", min_agreement)
    return limits


def compare(
    a: ModelLike,
    b: ModelLike,
    recordings: Any = (),
    *,
    threads: int = 0,
    precision: str = "automatic",
    max_der_increase: float = 0.3,
    min_cosine: float = 0.998,
    min_agreement: float = 0.99,
) -> Comparison:
    """Holds two packs against one another: size, values, accuracy, time.

    Parameters
    ----------
    a, b : Model or path
        None is the built-in one.
    recordings : path or list of paths
        To try the packs on, each with its reference NAME.rttm beside it where there is one; half a minute that is
        built in, if left out.
    threads : int
        0 takes one per core.
    precision : {"automatic", "f32", "int8"}
        Arithmetic that ``b`` is run in.
    max_der_increase, min_cosine, min_agreement : float
        Limits for ``Comparison.missed_limits``.

    Returns
    -------
    Comparison
    """
    return Comparison(
        *_native.compare(
            model_of(a, "a"),
            model_of(b, "b"),
            paths("recordings", recordings),
            integer("threads", threads),
            word("precision", precision),
            _limits(max_der_increase, min_cosine, min_agreement),
        )
    )


class Attempt(NamedTuple):
    """One way of quantizing, tried.

    Attributes
    ----------
    method : str
        ``"palette, 6 bits"``.
    taken : bool
    outcome : str
        Why it was taken or not.
    comparison : Comparison or None
        None where the attempt ended before anything was run.
    """

    method: str
    taken: bool
    outcome: str
    comparison: Optional[Comparison]


class QuantizedModel(NamedTuple):
    """A smaller pack.

    Attributes
    ----------
    data : bytes
        The pack as a file.
    attempts : list of Attempt
        The last one is what ``data`` holds.
    """

    data: bytes
    attempts: list[Attempt]

    @property
    def model(self) -> Model:
        """The pack, read."""
        return Model.parse(self.data, "quantized")

    def save(self, file: PathLike) -> None:
        """Writes the pack, whole or not at all."""
        write_whole(file, self.data)

    def __repr__(self) -> str:
        return f"<QuantizedModel: {len(self.data)} bytes, {self.attempts[-1].method}>"


def quantize(
    model: ModelLike = None,
    recordings: Any = (),
    *,
    output: Optional[PathLike] = None,
    method: str = "auto",
    bits: int = 8,
    group_channels: int = 0,
    measure_ranges: bool = False,
    only: Any = (),
    keep: Any = (),
    max_der_increase: float = 0.3,
    min_cosine: float = 0.998,
    min_agreement: float = 0.99,
    threads: int = 0,
    progress: Optional[Callable[[str, bool, str], object]] = None,
) -> QuantizedModel:
    """Makes a pack smaller, and proves what that costs on recordings.

    Parameters
    ----------
    model : Model or path, optional
        The built-in one where left out.
    recordings : path or list of paths
        As in ``compare``.
    output : path, optional
        The pack to write.
    method : {"auto", "palette", "linear", "int8", "f16", "bf16"}
        docs/quantization.md says what each costs and saves.
    bits : {8, 6, 4}
        Of a palette's codes.
    group_channels : int
        Output channels that share a palette's table; 0: all of a layer.
    measure_ranges : bool
        Measure on the recordings what 8-bit activations have to span, also where the net's batch norms tell it.
    only, keep : str or list of str
        Globs over names of tensors: no others are quantized, and these are not.
    max_der_increase, min_cosine, min_agreement : float
        What the result may lose: points of DER, mean cosine of embeddings, share of frames heard alike.
    threads : int
        0 takes one per core.
    progress : callable, optional
        Told ``(method, taken, outcome)`` of each attempt; what it raises ends the work after the attempt that runs.

    Returns
    -------
    QuantizedModel

    Raises
    ------
    LimitMissedError
        Where nothing shrank or no attempt stayed within the limits.
    DiaristError
    """
    if progress is not None and not callable(progress):
        raise InvalidTypeError(
            "progress", f"is of type {kind(progress)}", "give a function(method, taken, outcome)"
        )
    options = _native.QuantizationOptions()
    options.set_method(word("method", method))
    options.set_threads(integer("threads", threads))
    options.bits = integer("bits", bits)
    options.group_channels = integer("group_channels", group_channels)
    options.measure_ranges = flag("measure_ranges", measure_ranges)
    options.only = words("only", only)
    options.keep = words("keep", keep)
    options.limits = _limits(max_der_increase, min_cosine, min_agreement)
    data, attempts = _native.quantize(
        model_of(model), paths("recordings", recordings), options, progress
    )
    pack = QuantizedModel(
        data,
        [
            Attempt(tried, taken, outcome, None if proof is None else Comparison(*proof))
            for tried, taken, outcome, proof in attempts
        ],
    )
    if output is not None:
        pack.save(output)
    return pack
