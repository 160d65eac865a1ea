"""Voices that are kept from one recording to the next."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple, Optional

from diarist import _native
from diarist._errors import InvalidArgumentError, InvalidTypeError
from diarist._model import Model
from diarist._options import PathLike, flag, integer, kind, number, path, text
from diarist._result import Diarization

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

LEAST_SCORE: float = _native.LEAST_SCORE
"""The score from which on a voice gives its name, unless another is asked for."""


class VoiceSession(NamedTuple):
    """What one recording told of a voice.

    Attributes
    ----------
    recording : str
        Its name, without folder and ending.
    speech : float
        Seconds that it was made of.
    added : int
        When, in seconds since 1970.
    remembered : bool
        By ``SpeakerStore.remember``, and not by ``add``.
    embedding : numpy.ndarray of float32, shape [dimensions]
    """

    recording: str
    speech: float
    added: int
    remembered: bool
    embedding: npt.NDArray[np.float32]


class KnownVoice(NamedTuple):
    """One person.

    Attributes
    ----------
    name : str
        ``"VOICE_0001"`` where nobody gave one.
    named : bool
        Whether somebody did.
    sessions : tuple of VoiceSession
    """

    name: str
    named: bool
    sessions: tuple[VoiceSession, ...]


class Identified(NamedTuple):
    """What ``SpeakerStore.remember`` made of a result.

    Attributes
    ----------
    result : Diarization
        With names.
    added, updated : tuple of str
        Voices that are new, and known ones that have a session more.
    """

    result: Diarization
    added: tuple[str, ...]
    updated: tuple[str, ...]


class SpeakerStore:
    """A file of known voices, which gives the speakers of results their names.

    One program may write while others read; each change is whole or not there at all. Voices are personal data: the
    file is for its owner alone, and ``forget`` removes the bytes, too. Safe to use from any number of threads.

    Parameters
    ----------
    file : path
    create : bool
        Make the file where it is missing.
    model : Model, optional
        The one that made the results; the built-in one where left out.
    patience : float
        Seconds to wait for another program that writes.

    Raises
    ------
    NotFoundError, InputOutputError, MalformedError
        Of a file that is missing, cannot be used, or is no store. The second and third also by every method.

    Examples
    --------
    >>> store = diarist.SpeakerStore("voices.db", create=True)
    >>> store.add("Ann", diarist.diarize("ann.wav"))
    >>> for turn in store.identify(diarist.diarize("meeting.wav")):
    ...     print(turn.speaker, turn.start, turn.end)
    """

    __slots__ = ("_model", "_native")

    def __init__(
        self,
        file: PathLike,
        *,
        create: bool = False,
        model: Optional[Model] = None,
        patience: float = 10.0,
    ) -> None:
        if model is not None and not isinstance(model, Model):
            raise InvalidTypeError("model", f"is of type {kind(model)}", "give a diarist.Model")
        seconds = number("patience", patience)
        if not 0 <= seconds <= 86400:
            raise InvalidArgumentError("patience", f"{seconds} is no time to wait", "give 0 to 86400 seconds")
        self._model = (Model.builtin() if model is None else model)._native
        self._native = _native.SpeakerStore.open(path("file", file), flag("create", create), int(1000 * seconds))

    def voices(self) -> list[KnownVoice]:
        """All of them: by name, those without one last."""
        return [
            KnownVoice(
                name,
                named,
                tuple(
                    VoiceSession(recording, speech, added, remembered, embedding)
                    for embedding, speech, recording, added, remembered, _ in sessions
                ),
            )
            for name, named, sessions in self._native.voices()
        ]

    def add(self, name: str, recording: Diarization) -> bool:
        """Enrols the main speaker of a recording in which nobody else speaks for long.

        Returns
        -------
        bool
            False where this very recording is part of the voice already.

        Raises
        ------
        InvalidArgumentError
            Where it is not clear whose voice is meant, or the name is none.
        WrongModelError
            Where the store's voices are of another model.
        """
        return bool(self._native.add(text("name", name), *_heard("recording", recording), self._model))

    def identify(self, result: Diarization, *, min_score: float = LEAST_SCORE) -> Diarization:
        """The same result with the names of known voices; ``Speaker.score`` says how sure each is.

        Parameters
        ----------
        result : Diarization
        min_score : float
            The least score of a name: a calibrated log-likelihood ratio.
        """
        names, _, _ = self._native.named(*_heard("result", result), self._model, number("min_score", min_score), False)
        return with_names(result, names)

    def remember(self, result: Diarization, *, min_score: float = LEAST_SCORE) -> Identified:
        """As ``identify``, and keeps who is not known, as ``"VOICE_0001"`` and so on, for the next recording."""
        names, added, updated = self._native.named(
            *_heard("result", result), self._model, number("min_score", min_score), True
        )
        return Identified(with_names(result, names), tuple(added), tuple(updated))

    def scores(self, result: Diarization) -> list[tuple[str, str, float]]:
        """(speaker, voice, score) of every speaker who has a centroid with every voice."""
        return [
            (result.speakers[place].name, voice, score)
            for place, voice, score in self._native.scores(*_heard("result", result), self._model)
        ]

    def rename(self, old: str, new: str) -> None:
        """Gives a voice another name, which must be free."""
        self._native.rename(text("old", old), text("new", new))

    def merge(self, into: str, other: str) -> None:
        """Makes two voices one: ``into`` gets the sessions of ``other``."""
        self._native.merge(text("into", into), text("other", other))

    def forget(self, *names: str) -> None:
        """Removes voices, and their bytes from the file; all of them or, where one is not there, none."""
        self._native.forget([text("names", name) for name in names])

    def export_voices(self) -> str:
        """All of it as JSON; docs/json-schema.md has the fields."""
        return str(self._native.exported())

    def import_voices(self, document: str) -> tuple[int, int, int]:
        """Adds what ``export_voices`` gave: the numbers of new voices, of new sessions, and of those known already."""
        voices, sessions, known = self._native.imported(text("document", document), b"document")
        return voices, sessions, known


def _heard(name: str, result: Any) -> tuple[bytes, list[tuple[Any, ...]]]:
    if not isinstance(result, Diarization):
        raise InvalidTypeError(name, f"is of type {kind(result)}", "give what diarist.diarize gives")
    return (
        text(name, result.recording),
        [(text(name, s.name), s.total, s.centroid, integer(name, s.channel)) for s in result.speakers],
    )


def with_names(result: Diarization, names: list[tuple[str, Optional[float]]]) -> Diarization:
    people = tuple(
        speaker._replace(name=name, score=score) for speaker, (name, score) in zip(result.speakers, names)
    )
    called = {old.name: new.name for old, new in zip(result.speakers, people)}
    turns = tuple(turn._replace(speaker=called[turn.speaker]) for turn in result.turns)
    return Diarization(result.recording, result.duration, turns, people, result.notices, result.statistics)
