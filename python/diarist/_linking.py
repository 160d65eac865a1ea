"""The same voices under the same name in all recordings of an archive."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any, Iterable, NamedTuple, Optional

from diarist import _native
from diarist._errors import InputOutputError, InvalidArgumentError, InvalidTypeError, NotFoundError
from diarist._files import write_whole
from diarist._model import Model
from diarist._options import PathLike, integer, kind, number, path, text
from diarist._result import Diarization
from diarist._voices import SpeakerStore, with_names

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

LINK_SCORE: float = _native.LINK_SCORE
"""The score from which on two are one person, unless another is asked for."""


class Appearance(NamedTuple):
    """Where a person was heard.

    Attributes
    ----------
    recording, speaker : str
        As the recording's result has them.
    speech : float
        Seconds.
    score : float or None
        How well this speaker goes with what else is known of the person: a calibrated log-likelihood ratio. None where
        nothing else is.
    """

    recording: str
    speaker: str
    speech: float
    score: Optional[float]


class Person(NamedTuple):
    """Somebody of the archive.

    Attributes
    ----------
    name : str
        ``"PERSON_0001"``, or a known voice's.
    known_voice : bool
        Whether it is.
    appearances : tuple of Appearance
        By recording and speaker.
    """

    name: str
    known_voice: bool
    appearances: tuple[Appearance, ...]

    @property
    def speech(self) -> float:
        """Seconds, of all recordings."""
        return sum(each.speech for each in self.appearances)


class Linking:
    """Who is who in an archive; made by ``link``, or read from what ``diarist link`` wrote. Immutable; can be pickled."""

    __slots__ = ("_names", "_native", "_persons")

    def __init__(self, native: _native.Linking) -> None:
        self._native = native
        self._persons: Optional[tuple[Person, ...]] = None
        self._names: Optional[_native.PersonNames] = None

    @classmethod
    def read(cls, file: PathLike) -> Linking:
        """A document of ``write``, or of ``diarist link``.

        Raises
        ------
        NotFoundError, InputOutputError, MalformedError
        """
        shown = os.fsdecode(path("file", file))
        try:
            with open(file, "rb") as document:
                return cls.parse(document.read(), shown)
        except FileNotFoundError:
            raise NotFoundError(shown, "does not exist", "check the name") from None
        except OSError as error:
            raise InputOutputError(shown, f"cannot be read ({error.strerror})") from error

    @classmethod
    def parse(cls, document: bytes, name: str = "document") -> Linking:
        """Of a document's bytes; ``name`` is for messages.

        Raises
        ------
        MalformedError
        """
        if not isinstance(document, bytes):
            raise InvalidTypeError("document", f"is of type {kind(document)}", "give bytes")
        return cls(_native.Linking.parse(document, text("name", name)))

    @property
    def persons(self) -> tuple[Person, ...]:
        """Known voices first, then by number."""
        if self._persons is None:
            self._persons = tuple(
                Person(name, known, tuple(Appearance(*each) for each in appearances))
                for name, known, appearances in self._native.persons()
            )
        return self._persons

    @property
    def unlinked(self) -> tuple[Appearance, ...]:
        """Speakers of whom nothing was clean enough to be compared."""
        return tuple(Appearance(*each) for each in self._native.unlinked())

    def name(self, result: Diarization) -> Diarization:
        """A result with the names of persons; who is not linked keeps his own.

        Raises
        ------
        InvalidArgumentError
            Where that one is also a person's in this recording.
        """
        if not isinstance(result, Diarization):
            raise InvalidTypeError("result", f"is of type {kind(result)}", "give what diarist.diarize gives")
        if self._names is None:
            self._names = _native.PersonNames(self._native)
        speakers = [text("name", speaker.name) for speaker in result.speakers]
        found = self._names.in_recording(text("result", result.recording), speakers)
        # Who is not linked keeps what a store said of him.
        named = [
            (name, old.score if score is None and name == old.name else score)
            for old, (name, score) in zip(result.speakers, found)
        ]
        return with_names(result, named)

    def to_json(self) -> str:
        """The document of schema ``diarist.link`` (docs/json-schema.md), which ``read`` takes."""
        return self._native.document()

    def to_csv(self) -> str:
        """A row for each appearance: person, recording, speaker, seconds of speech, score."""
        return self._native.table()

    def write(self, file: PathLike) -> None:
        """The document as a file, whole or not at all.

        Raises
        ------
        InputOutputError
        """
        write_whole(file, self.to_json())

    def __reduce__(self) -> tuple[Any, ...]:
        return Linking.parse, (text("document", self.to_json()),)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Linking) and self.to_json() == other.to_json()

    def __hash__(self) -> int:
        return hash(self.to_json())

    def __repr__(self) -> str:
        return f"<Linking of {len(self.persons)} persons>"


def link(
    results: Iterable[Diarization],
    *,
    known: Optional[Linking] = None,
    voices: Optional[SpeakerStore] = None,
    min_score: float = LINK_SCORE,
    threads: int = 0,
    model: Optional[Model] = None,
) -> Linking:
    """Finds who is the same person in which recordings. Two speakers of one recording are two people.

    Parameters
    ----------
    results : iterable of Diarization
        As ``diarize`` gave them, each recording with a name of its own. What linking needs of one is taken before the next is
        asked for: a generator may read them one by one.
    known : Linking, optional
        Of an earlier call: its persons keep their names, new speakers join them or become new persons.
    voices : SpeakerStore, optional
        Who is one of its voices gets that name.
    min_score : float
        How sure it must be that two are one: more makes fewer mistakes, and more persons.
    threads : int
        Workers; 0 takes every core. Changes nothing but the time.
    model : Model, optional
        The one that diarized; the built-in one where left out.

    Raises
    ------
    InvalidArgumentError
        Of two results of one recording, of embeddings that are not the model's, of options out of their range.
    WrongModelError
        Where voices or known persons are of another model.

    Examples
    --------
    >>> results = [diarist.diarize(name) for name in ("monday.wav", "tuesday.wav")]
    >>> linking = diarist.link(results)
    >>> for person in linking.persons:
    ...     print(person.name, [each.recording for each in person.appearances])
    """
    import numpy as np

    if isinstance(results, Diarization):
        raise InvalidTypeError("results", "is a single result", "give a list of results")
    recordings: set[str] = set()
    speakers: list[tuple[str, str, float]] = []
    embeddings: list[npt.NDArray[np.float32]] = []
    nothing = np.empty(0, np.float32)
    for result in results:
        if not isinstance(result, Diarization):
            raise InvalidTypeError("results", f"holds a {kind(result)}", "give what diarist.diarize gives")
        if result.recording in recordings:
            raise InvalidArgumentError(
                "results", f"holds recording '{result.recording}' twice", "give each recording a name of its own"
            )
        recordings.add(result.recording)
        for speaker in result.speakers:
            speakers.append((result.recording, speaker.name, speaker.total))
            embeddings.append(nothing if speaker.centroid is None else speaker.centroid)
    return link_columns(
        [each[0] for each in speakers],
        [each[1] for each in speakers],
        [each[2] for each in speakers],
        [len(each) for each in embeddings],
        np.concatenate([nothing, *embeddings]),
        known=known,
        voices=voices,
        min_score=min_score,
        threads=threads,
        model=model,
    )


def link_columns(
    recordings: list[str],
    speakers: list[str],
    speech: list[float],
    sizes: list[int],
    embeddings: npt.NDArray[np.float32],
    *,
    known: Optional[Linking],
    voices: Optional[SpeakerStore],
    min_score: float,
    threads: int,
    model: Optional[Model],
) -> Linking:
    """``link`` of speakers by column; ``embeddings`` has all of them in one row, ``sizes`` how long each is."""
    for name, value, wanted in [("known", known, Linking), ("voices", voices, SpeakerStore), ("model", model, Model)]:
        if value is not None and not isinstance(value, wanted):
            raise InvalidTypeError(name, f"is of type {kind(value)}", f"give a diarist.{wanted.__name__}")
    return Linking(
        _native.Linking.of(
            [text("recording", each) for each in recordings],
            [text("speaker", each) for each in speakers],
            speech,
            sizes,
            embeddings,
            (Model.builtin() if model is None else model)._native,
            number("min_score", min_score),
            integer("threads", threads),
            None if voices is None else voices._native,
            None if known is None else known._native,
        )
    )
