"""Who spoke when: speaker diarization on an ordinary CPU, with the networks built in.

>>> import diarist
>>> for turn in diarist.diarize("meeting.wav"):
...     print(turn.speaker, turn.start, turn.end)

``diarize`` is the one-liner; ``Diarizer`` keeps the model for many recordings; ``split`` cuts a recording by its turns,
``assign`` gives a transcript's words their speakers, ``SpeakerStore`` gives speakers the names of known voices, ``link``
calls the same people the same in all recordings, ``Stream`` hears a recording that is still going on. Each stage can be used alone: ``FeatureExtractor``, ``Segmenter``,
``Embedder``, ``cluster``, ``score``; packs can be made and shrunk: ``import_model``, ``quantize``, ``compare``;
``archive`` is for many recordings on many machines. All errors
are ``DiaristError``. Times are in seconds, samples in [-1, 1].
"""

from typing import TYPE_CHECKING, Any

from diarist._audio import SAMPLE_RATE, load_audio
from diarist._diarizer import PART_UNIT, Diarizer, diarize
from diarist._errors import (
    CancelledError,
    CorruptAudioError,
    CorruptModelError,
    DiaristError,
    InputOutputError,
    InternalError,
    InvalidArgumentError,
    InvalidTypeError,
    LimitMissedError,
    MalformedError,
    ModelError,
    NotFoundError,
    UnsupportedAudioError,
    WrongModelError,
)
from diarist._linking import LINK_SCORE, Appearance, Linking, Person, link
from diarist._model import Model, TensorInfo
from diarist._modeltools import (
    Attempt,
    Comparison,
    ImportedModel,
    QuantizedModel,
    compare,
    import_model,
    quantize,
)
from diarist._native import __version__, instruction_sets
from diarist._result import FORMATS, Diarization, Speaker, Statistics, Turn, read
from diarist._scoring import Score, Segment, read_rttm, read_uem, score
from diarist._split import SplitFile, SplitPiece, split
from diarist._stages import (
    UNASSIGNED,
    Clustering,
    Embedder,
    FeatureExtractor,
    LocalActivity,
    Segmenter,
    cluster,
)
from diarist._stream import Stream, StreamEnd, StreamEvent
from diarist._transcript import (
    TRANSCRIPT_FORMATS,
    Transcript,
    TranscriptSegment,
    TranscriptWord,
    assign,
    read_transcript,
)
from diarist._voices import LEAST_SCORE, Identified, KnownVoice, SpeakerStore, VoiceSession

if TYPE_CHECKING:
    from diarist import archive

__all__ = [
    "FORMATS",
    "LEAST_SCORE",
    "LINK_SCORE",
    "PART_UNIT",
    "SAMPLE_RATE",
    "TRANSCRIPT_FORMATS",
    "UNASSIGNED",
    "Appearance",
    "Attempt",
    "CancelledError",
    "Clustering",
    "Comparison",
    "CorruptAudioError",
    "CorruptModelError",
    "Diarization",
    "DiaristError",
    "Diarizer",
    "Embedder",
    "FeatureExtractor",
    "Identified",
    "ImportedModel",
    "InputOutputError",
    "InternalError",
    "InvalidArgumentError",
    "InvalidTypeError",
    "KnownVoice",
    "LimitMissedError",
    "Linking",
    "LocalActivity",
    "MalformedError",
    "Model",
    "ModelError",
    "NotFoundError",
    "Person",
    "QuantizedModel",
    "Score",
    "Segment",
    "Segmenter",
    "Speaker",
    "SpeakerStore",
    "SplitFile",
    "SplitPiece",
    "Statistics",
    "Stream",
    "StreamEnd",
    "StreamEvent",
    "TensorInfo",
    "Transcript",
    "TranscriptSegment",
    "TranscriptWord",
    "Turn",
    "UnsupportedAudioError",
    "VoiceSession",
    "WrongModelError",
    "__version__",
    "archive",
    "assign",
    "cluster",
    "compare",
    "diarize",
    "import_model",
    "instruction_sets",
    "link",
    "load_audio",
    "quantize",
    "read",
    "read_rttm",
    "read_transcript",
    "read_uem",
    "score",
    "split",
]


def __getattr__(name: str) -> Any:
    # The archive's modules would double the time that an import takes.
    if name == "archive":
        import importlib

        return importlib.import_module("diarist.archive")
    raise AttributeError(f"module 'diarist' has no attribute '{name}'")
