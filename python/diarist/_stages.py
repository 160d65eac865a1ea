"""Each stage by itself."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Callable, NamedTuple, Optional

from diarist import _native
from diarist._arrays import floats
from diarist._audio import SAMPLE_RATE, load_audio
from diarist._closable import Closable
from diarist._errors import InvalidArgumentError
from diarist._model import ModelLike, model_of
from diarist._options import integer, number, optional_integer, optional_word, word

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

#: Label of a local speaker that is nobody: inactive, or crowded out by others of its window.
UNASSIGNED: int = _native.UNASSIGNED


def _sound(audio: Any, sample_rate: Optional[int]) -> npt.NDArray[np.float32]:
    """Mono at 16 kHz, of whatever ``diarize`` takes; an array is taken to be at 16 kHz."""
    # An array, a tensor or a list: none of the kinds that tell their own rate.
    if sample_rate is None and not (
        isinstance(audio, (str, dict)) or hasattr(audio, "__fspath__") or hasattr(audio, "read")
    ):
        sample_rate = SAMPLE_RATE
    return load_audio(audio, sample_rate=sample_rate)


class _NetworkStage(Closable):
    """A stage that runs one of the model's networks."""

    _make: Callable[..., Any]

    def __init__(
        self,
        model: ModelLike = None,
        *,
        threads: int = 0,
        isa: Optional[str] = None,
        precision: str = "automatic",
    ) -> None:
        self._native = self._make(
            model_of(model),
            integer("threads", threads),
            optional_word("isa", isa),
            word("precision", precision),
        )


class FeatureExtractor:
    """Log mel filter-bank energies as Kaldi defines them: what the embedding network was trained on.

    80 bins, frames of 25 ms every 10 ms, Hamming, no dither, snip edges.
    """

    __slots__ = ("_native",)

    def __init__(self) -> None:
        self._native = _native.FeatureExtractor()

    @property
    def bins(self) -> int:
        """Of a frame."""
        return _native.FeatureExtractor.bins

    def extract(
        self, audio: Any, *, sample_rate: Optional[int] = None
    ) -> npt.NDArray[np.float32]:
        """The features of a recording.

        Parameters
        ----------
        audio : path, array, tensor or file object
            At least 25 ms.
        sample_rate : int, optional
            Of an array, in Hz; 16,000 where left out.

        Returns
        -------
        numpy.ndarray of float32, shape [frames, bins]
            Natural logarithm; no mean is taken off.

        Raises
        ------
        DiaristError
        """
        return self._native.extract(_sound(audio, sample_rate))

    __call__ = extract


class LocalActivity(NamedTuple):
    """Who is active, window by window, under local labels.

    A window is ten seconds; one starts each second, and the last is padded with silence. Local speaker 0 of one
    window need not be local speaker 0 of the next.

    Attributes
    ----------
    active : numpy.ndarray of uint8, shape [windows, frames, speakers]
        0 or 1: the hard labels.
    probability : numpy.ndarray of uint8, shape [windows, frames, speakers]
        0 to 255 for 0 to 1.
    """

    active: npt.NDArray[np.uint8]
    probability: npt.NDArray[np.uint8]

    @property
    def posteriors(self) -> npt.NDArray[np.float32]:
        """Probabilities, 0 to 1.

        Returns
        -------
        numpy.ndarray of float32, shape [windows, frames, speakers]
        """
        import numpy as np

        scaled: npt.NDArray[np.float32] = np.true_divide(self.probability, 255, dtype=np.float32)
        return scaled


class Segmenter(_NetworkStage):
    """pyannote segmentation-3.0: who of a few local speakers is active in each frame.

    Parameters
    ----------
    model : Model or path, optional
    threads, isa, precision
        As in ``Diarizer``.
    """

    _make = _native.Segmenter

    def segment(self, audio: Any, *, sample_rate: Optional[int] = None) -> LocalActivity:
        """The local activity of a recording.

        Parameters
        ----------
        audio : path, array, tensor or file object
        sample_rate : int, optional
            Of an array, in Hz; 16,000 where left out.

        Returns
        -------
        LocalActivity

        Raises
        ------
        DiaristError
        """
        return LocalActivity(*self._native.segment(_sound(audio, sample_rate)))

    __call__ = segment


class Embedder(_NetworkStage):
    """WeSpeaker ResNet34-LM: what a stretch of speech sounds like.

    Parameters
    ----------
    model : Model or path, optional
    threads, isa, precision
        As in ``Diarizer``.
    """

    _make = _native.Embedder

    @property
    def dimensions(self) -> int:
        """Of an embedding."""
        dimensions: int = self._native.dimensions
        return dimensions

    def embed(
        self, audio: Any, masks: Any = None, *, sample_rate: Optional[int] = None
    ) -> npt.NDArray[np.float32]:
        """One embedding of the whole of it, or one for each mask.

        Parameters
        ----------
        audio : path, array, tensor or file object
            A tenth of a second to an hour.
        masks : array of shape [masks, frames] or [frames], optional
            Weights, 0 or more, over the length of the audio; as many frames as the caller likes. A mask of zeros
            gives a row that stands for nobody.
        sample_rate : int, optional
            Of an array, in Hz; 16,000 where left out.

        Returns
        -------
        numpy.ndarray of float32, shape [dimensions], or [masks, dimensions]
            Not normalised.

        Raises
        ------
        DiaristError
        """
        return self._embedded(_sound(audio, sample_rate), masks, False)

    __call__ = embed

    def embed_features(self, features: Any, masks: Any = None) -> npt.NDArray[np.float32]:
        """The same of features, as ``FeatureExtractor`` gives them.

        Parameters
        ----------
        features : array of float32, shape [frames, bins]
        masks : as in ``embed``

        Returns
        -------
        numpy.ndarray of float32, shape [dimensions], or [masks, dimensions]
        """
        array = floats("features", features, 2)
        bins = _native.FeatureExtractor.bins
        if array.shape[1] != bins:
            raise InvalidArgumentError(
                "features", f"are of shape {array.shape}", f"give [frames, {bins}]"
            )
        return self._embedded(array, masks, True)

    def _embedded(
        self, sound: npt.NDArray[np.float32], masks: Any, features: bool
    ) -> npt.NDArray[np.float32]:
        if masks is None:
            whole: npt.NDArray[np.float32] = self._native.embed(sound, features)
            return whole
        single = getattr(masks, "ndim", 2) == 1
        weights = floats("masks", masks, 1 if single else 2)
        if weights.size == 0:
            raise InvalidArgumentError("masks", f"are empty: their shape is {weights.shape}")
        if not (weights >= 0).all() or not (weights < float("inf")).all():
            raise InvalidArgumentError("masks", "hold weights that are negative or not finite")
        rows: npt.NDArray[np.float32] = self._native.embed_masked(
            sound, weights[None, :] if single else weights, features
        )
        return rows[0] if single else rows


class Clustering(NamedTuple):
    """Which local speakers are the same person.

    Attributes
    ----------
    labels : numpy.ndarray of int32, shape [windows, speakers]
        The cluster of each local speaker, or ``UNASSIGNED``.
    certainty : numpy.ndarray of float32, shape [windows, speakers]
        0 to 1, how sure that is.
    centroids : numpy.ndarray of float32, shape [clusters, dimensions]
        Not normalised.
    notices : list of str
    """

    labels: npt.NDArray[np.int32]
    certainty: npt.NDArray[np.float32]
    centroids: npt.NDArray[np.float32]
    notices: list[str]


def cluster(
    activity: Any,
    embeddings: Any,
    model: ModelLike = None,
    *,
    min_speakers: Optional[int] = None,
    max_speakers: Optional[int] = None,
    ahc_threshold: float = 0.6,
    fa: float = 0.07,
    fb: float = 0.8,
    max_iterations: int = 20,
    min_elbo_gain: float = 1e-4,
    min_speaker_weight: float = 1e-7,
    min_clean_share: float = 0.2,
) -> Clustering:
    """Agglomerative clustering, then VBx over PLDA features, then a one-to-one assignment in each window.

    Parameters
    ----------
    activity : LocalActivity, or array of shape [windows, frames, speakers]
        As ``Segmenter`` gives it.
    embeddings : array of float32, shape [windows, speakers, dimensions]
        Of each local speaker; rows of inactive ones are not read.
    model : Model or path, optional
        Whose PLDA is taken.
    min_speakers, max_speakers : int, optional
        Bounds on the number of clusters.
    ahc_threshold : float
        Euclidean distance between L2-normalised centroids.
    fa, fb : float
        VBx: weight of the evidence, and of the prior.
    max_iterations, min_elbo_gain, min_speaker_weight
        VBx: when to stop, and whom to drop.
    min_clean_share : float
        Of a window's frames with one speaker, to train on.

    Returns
    -------
    Clustering

    Raises
    ------
    DiaristError
    """
    import numpy as np

    values = activity.active if isinstance(activity, LocalActivity) else activity
    weights = floats("activity", values, 3)
    if np.isnan(weights).any():
        raise InvalidArgumentError("activity", "holds values that are no numbers", "give 0 or 1 each")
    active = np.ascontiguousarray(weights > 0, dtype=np.uint8)
    options = _native.ClusteringOptions()
    options.min_speakers = optional_integer("min_speakers", min_speakers)
    options.max_speakers = optional_integer("max_speakers", max_speakers)
    options.ahc_threshold = number("ahc_threshold", ahc_threshold)
    options.fa = number("fa", fa)
    options.fb = number("fb", fb)
    options.max_iterations = integer("max_iterations", max_iterations)
    options.min_elbo_gain = number("min_elbo_gain", min_elbo_gain)
    options.min_speaker_weight = number("min_speaker_weight", min_speaker_weight)
    options.min_clean_share = number("min_clean_share", min_clean_share)
    return Clustering(
        *_native.cluster(model_of(model), active, floats("embeddings", embeddings, 3), options)
    )
