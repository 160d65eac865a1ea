"""The options that change the answer, as the extension takes them."""

from __future__ import annotations

from typing import Optional

from diarist import _native
from diarist._errors import InvalidArgumentError
from diarist._options import flag, optional_integer, optional_number, word


def behavior_of(
    *,
    speakers: Optional[int],
    min_speakers: Optional[int],
    max_speakers: Optional[int],
    preset: str,
    step: Optional[float],
    min_turn: Optional[float],
    merge_gap: Optional[float],
    relabel: bool,
    exclusive: bool,
) -> _native.Behavior:
    """Of the arguments of ``Diarizer.diarize``, which are checked; all channels as one."""
    behavior = _native.Behavior()
    behavior.set_preset(word("preset", preset))
    behavior.step = optional_number("step", step)
    behavior.speakers = optional_integer("speakers", speakers)
    behavior.min_speakers = optional_integer("min_speakers", min_speakers)
    behavior.max_speakers = optional_integer("max_speakers", max_speakers)
    behavior.min_turn = optional_number("min_turn", min_turn)
    behavior.merge_gap = optional_number("merge_gap", merge_gap)
    behavior.relabel = flag("relabel", relabel)
    behavior.exclusive = flag("exclusive", exclusive)
    return behavior


def with_channels(
    behavior: _native.Behavior, channel: Optional[int], per_channel: bool
) -> tuple[Optional[int], bool]:
    """Sets what becomes of several channels; the one that was picked, and whether each is heard apart."""
    picked = picked_channel(channel)
    each = flag("per_channel", per_channel)
    if picked is not None and each:
        raise InvalidArgumentError("channel", "contradicts per_channel", "give one of them")
    if picked is not None:
        behavior.pick_channel(picked)
    elif each:
        behavior.each_channel()
    return picked, each


def picked_channel(channel: Optional[int]) -> Optional[int]:
    """A channel to hear alone, counted from 1."""
    picked = optional_integer("channel", channel)
    if picked is not None and picked < 1:
        raise InvalidArgumentError(f"channel = {picked}", "is none", "count from 1")
    return picked
