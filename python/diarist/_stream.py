"""A recording that is still going on: samples in as they come, turns out while they are spoken."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Iterable, Iterator, NamedTuple, Optional

from diarist._audio import SAMPLE_RATE, array_of, channel_axis, channels_first, mono
from diarist._behavior import behavior_of, picked_channel
from diarist._closable import Closable
from diarist._diarizer import Diarizer
from diarist._errors import CorruptAudioError, InvalidArgumentError, InvalidTypeError
from diarist._options import integer, kind, number, optional_word
from diarist._result import Diarization, result_of
from diarist._voices import LEAST_SCORE, SpeakerStore

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

_ADVICE = "give an array of samples; of bytes, numpy.frombuffer(block, numpy.int16) makes one"


class StreamEvent(NamedTuple):
    """Something that became known.

    Attributes
    ----------
    kind : {"speaker", "begun", "extended", "ended", "revised", "identified"}
        Somebody is heard for the first time; or a turn has begun, goes on, has stopped, or was somebody else's or
        another stretch: one that ends as it starts was nobody's; or a speaker turned out to be a known voice, and has
        its name from now on.
    clock : float
        Seconds of the stream that had been heard.
    turn : int
        Which one, from 1; the same in all of its events. 0 where the event is about a speaker.
    start, end : float
        Of the turn, in seconds from the stream's start, as far as it is known.
    speaker : str
        ``"SPEAKER_00"``, ``"SPEAKER_01"``, ... in order of first appearance; or the name of the voice that it is.
    previous : str or None
        Of a turn that was revised: whose it was before; may be the same.
    confidence : float
        0 to 1: how sure the speaker is.
    score : float or None
        Of who was identified: how sure that is, as ``Speaker.score``.
    """

    kind: str
    clock: float
    turn: int
    start: float
    end: float
    speaker: str
    previous: Optional[str]
    confidence: float
    score: Optional[float]


class StreamEnd(NamedTuple):
    """What a stream's end gives.

    Attributes
    ----------
    events : list of StreamEvent
        What became known by that.
    result : Diarization
        What ``Diarizer.diarize`` gives for the same samples; of a stream longer than ``history``, for its end.
    complete : bool
        Whether that is of the whole stream.
    since : float
        Where in the stream it begins: 0, or so that at least the last ``history`` seconds are in it.
    """

    events: list[StreamEvent]
    result: Diarization
    complete: bool
    since: float


class Stream(Closable):
    """A recording that is still going on. ``Diarizer.stream`` makes one, too.

    The same samples and options give the same events and the same result, however the samples are divided into
    blocks and whatever the number of threads.

    Parameters
    ----------
    diarizer : Diarizer
        Any number of streams share its model and worker threads, each from a thread of its own. A stream keeps them
        for as long as it is open, also where the diarizer is closed.
    delay : float
        How long a decision may wait, in seconds of the stream: 0.5 to 10. More is more certain.
    settle : float
        Seconds after which a turn's speaker never changes, from ``delay`` to 60. Every change before is an event.
    sample_rate : int
        Of the samples, in Hz; any from 1 to 768,000.
    speakers, min_speakers, max_speakers, preset, step, min_turn, merge_gap, relabel, exclusive : optional
        As ``Diarizer.diarize`` takes them, for the result at the end. Events heed the number of speakers or its
        upper bound, and how turns are tidied.
    channel : int, optional
        Hear only this channel of blocks that have several, counted from 1; otherwise the mean of all.
    name : str, optional
        What to call the recording in the result.
    history : float
        How much of the stream the result tells of, in seconds: 600 to 604,800. An hour takes 20 MB; what was before is
        forgotten, but for the speakers' numbers.
    voices : SpeakerStore, optional
        Known voices, whose names speakers get, in events and in the result. Read once, now.
    min_score : float
        For ``voices``: as ``SpeakerStore.identify`` takes it.

    Raises
    ------
    InvalidArgumentError, InvalidTypeError
        Also where the voices are of another model.

    Examples
    --------
    >>> with diarist.Diarizer() as diarizer, diarizer.stream() as stream:
    ...     for event in stream.events(blocks_of_a_microphone()):
    ...         print(event.kind, event.speaker, event.start, event.end)
    ...     print(stream.result)

    Notes
    -----
    For one thread at a time: a call while another one is at work is refused. The interpreter's lock is released
    meanwhile, so ``asyncio.to_thread(stream.push, block)`` keeps a loop running. Not for use in a forked child.
    """

    def __init__(
        self,
        diarizer: Diarizer,
        *,
        delay: float = 2.0,
        settle: float = 10.0,
        sample_rate: int = SAMPLE_RATE,
        speakers: Optional[int] = None,
        min_speakers: Optional[int] = None,
        max_speakers: Optional[int] = None,
        preset: str = "balanced",
        step: Optional[float] = None,
        min_turn: Optional[float] = None,
        merge_gap: Optional[float] = None,
        relabel: bool = True,
        exclusive: bool = False,
        channel: Optional[int] = None,
        name: Optional[str] = None,
        history: float = 14400.0,
        voices: Optional[SpeakerStore] = None,
        min_score: float = LEAST_SCORE,
    ) -> None:
        if not isinstance(diarizer, Diarizer):
            raise InvalidTypeError(
                "diarizer", f"is of type {kind(diarizer)}", "give a diarist.Diarizer"
            )
        behavior = behavior_of(
            speakers=speakers,
            min_speakers=min_speakers,
            max_speakers=max_speakers,
            preset=preset,
            step=step,
            min_turn=min_turn,
            merge_gap=merge_gap,
            relabel=relabel,
            exclusive=exclusive,
        )
        if voices is not None and not isinstance(voices, SpeakerStore):
            raise InvalidTypeError(
                "voices", f"is of type {kind(voices)}", "give a diarist.SpeakerStore"
            )
        self._picked = picked_channel(channel)
        self._name = optional_word("name", name)
        self._native = diarizer._native.stream(
            behavior,
            number("delay", delay),
            number("settle", settle),
            integer("sample_rate", sample_rate),
            number("history", history),
            None if voices is None else voices._native,
            number("min_score", min_score),
        )
        # As the first block that has samples tells them: which axis of a block is its channels, and how many they are.
        self._axis: Optional[int] = None
        self._channels: Optional[int] = None
        self._names: dict[int, str] = {}
        self._result: Optional[Diarization] = None

    def push(self, block: Any) -> list[StreamEvent]:
        """Takes samples, any number, and returns once they were looked at.

        Parameters
        ----------
        block : array or tensor
            Of any float or integer type (in [-1, 1], integers in the whole range of their type) and shape [samples],
            [samples, channels] or [channels, samples]; all blocks of a stream alike. float32 samples of one channel
            in order are not copied.

        Returns
        -------
        list of StreamEvent
            What became known by them, in order; mostly nothing.

        Raises
        ------
        CorruptAudioError
            For samples that are not finite; none of the block was taken then.
        InvalidArgumentError, InvalidTypeError
            For a block that is no samples or of another layout than those before, after ``finish`` or ``close``, and
            while another thread is at work with this stream.
        KeyboardInterrupt
            Once a second of samples, and at the block's end, where Ctrl-C was pressed. What was heard of the block
            until then stays heard (``pushed`` tells how much), and its events come with the next call.
        """
        return self._events_of(self._native.push(self._samples_of(block)))

    def finish(self) -> StreamEnd:
        """The stream has ended; to be called until it returns.

        Returns
        -------
        StreamEnd
            The last events, and what ``Diarizer.diarize`` gives for the same samples, byte for byte.

        Raises
        ------
        CorruptAudioError
            Where nothing was pushed.
        InvalidArgumentError
            Once it has returned, after ``close``, and while another thread is at work with this stream.
        KeyboardInterrupt
            Once all is done, where Ctrl-C was pressed meanwhile. Another call then gives the end.
        """
        events, native, complete, since = self._native.finish()
        self._result = result_of(native, self._name, self._picked)
        return StreamEnd(self._events_of(events), self._result, complete, since)

    def events(self, blocks: Iterable[Any]) -> Iterator[StreamEvent]:
        """Pushes one block after the other, finishes after the last one, and gives each event as it comes.

        Parameters
        ----------
        blocks : iterable
            Of what ``push`` takes: a generator that waits for a microphone, say. Where it raises, or the loop is
            left, the stream goes on: ``push`` and ``finish`` are there.

        Yields
        ------
        StreamEvent
            ``Stream.result`` is there after the last one.
        """
        for block in blocks:
            yield from self.push(block)
        yield from self.finish().events

    @property
    def result(self) -> Diarization:
        """What ``finish`` gave; also after ``close``. Raises ``InvalidArgumentError`` before."""
        if self._result is None:
            raise InvalidArgumentError("Stream", "has not ended", "call finish() first")
        return self._result

    @property
    def pushed(self) -> float:
        """Seconds that were pushed. From any thread, also while one pushes."""
        seconds: float = self._native.pushed
        return seconds

    def close(self) -> None:
        """Ends the stream without a result, unless ``finish`` gave it, and lets go of the diarizer."""
        self._native.close()

    def __repr__(self) -> str:
        if self.closed:
            return "<Stream, closed>"
        return f"<Stream: {self.pushed:.1f} s{' that ended' if self._result else ''}>"

    def _samples_of(self, block: Any) -> npt.NDArray[np.float32]:
        """Mono, as the extension takes them; refuses another layout than the stream's."""
        import numpy as np

        if isinstance(block, (bytes, bytearray, memoryview)):
            raise InvalidTypeError("block", f"is of type {kind(block)}", _ADVICE)
        array = array_of(block, "block", _ADVICE)
        if array.size == 0:
            return np.zeros(0, np.float32)
        axis = self._axis if array.ndim == 2 else None
        channels = channels_first(array, "block", axis)
        count = channels.shape[0]
        if self._channels is not None and count != self._channels:
            raise InvalidArgumentError(
                "block",
                f"of shape {array.shape} has {count} channels, and those before had {self._channels}",
                "give all of them alike",
            )
        samples = mono(channels, self._picked, "block")
        if not np.isfinite(samples).all():
            raise CorruptAudioError("block", "has samples that are not finite")
        if array.ndim == 2 and axis is None:
            self._axis = channel_axis(array)
        self._channels = count
        return samples

    def _events_of(self, native: list[tuple[Any, ...]]) -> list[StreamEvent]:
        events = []
        for what, clock, turn, start, end, speaker, name, previous, confidence, score in native:
            before = self._names.get(previous, name) if what == "revised" else None
            self._names[speaker] = name
            sure = score if what == "identified" else None
            events.append(StreamEvent(what, clock, turn, start, end, name, before, confidence, sure))
        return events
