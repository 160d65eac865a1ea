"""A result to look at: the timeline in a notebook, and with matplotlib."""

from __future__ import annotations

import html as escaping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from diarist._result import Diarization

# Okabe and Ito's colours, which people with any colour vision can tell apart.
COLOURS = ("#0072B2", "#E69F00", "#009E73", "#CC79A7", "#56B4E9", "#D55E00", "#F0E442", "#999999")

_WIDTH = 900
_LABEL = 130
_ROW = 22
_AXIS = 18

# Ticks are this many seconds apart, the first of these that gives at most ten.
_STEPS = (0.1, 0.5, 1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14400)


def clock(seconds: float) -> str:
    """1:02:03, or 2:03; with tenths where there are any."""
    tenths = f"{seconds % 1:.1f}"[1:] if seconds % 1 else ""
    whole = int(seconds)
    hours, minutes, rest = whole // 3600, whole // 60 % 60, whole % 60
    return (f"{hours}:{minutes:02}" if hours else f"{minutes}") + f":{rest:02}{tenths}"


def ticks(duration: float) -> list[float]:
    step = next((step for step in _STEPS if duration / step <= 10), 86400)
    return [i * step for i in range(int(duration / step) + 1)]


def html(result: Diarization) -> str:
    """One SVG with a row for each speaker."""
    rows = {speaker.name: i for i, speaker in enumerate(result.speakers)}
    height = _ROW * max(1, len(rows)) + _AXIS
    scale = (_WIDTH - _LABEL) / result.duration if result.duration > 0 else 0.0
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {height}" width="100%" '
        f'style="max-width:{_WIDTH}px;font:12px sans-serif" role="img">'
    ]
    for speaker in result.speakers:
        y = rows[speaker.name] * _ROW
        name = escaping.escape(f"{speaker.name}  {speaker.total:.1f} s")
        parts.append(f'<text x="0" y="{y + 15}" fill="currentColor">{name}</text>')
    for turn in result.turns:
        row = rows[turn.speaker]
        title = escaping.escape(
            f"{turn.speaker} {clock(round(turn.start, 1))} to {clock(round(turn.end, 1))}, "
            f"confidence {turn.confidence:.2f}"
        )
        parts.append(
            f'<rect x="{_LABEL + turn.start * scale:.2f}" y="{row * _ROW + 3}" '
            f'width="{max(0.5, turn.duration * scale):.2f}" height="{_ROW - 6}" '
            f'fill="{COLOURS[row % len(COLOURS)]}"><title>{title}</title></rect>'
        )
    for tick in ticks(result.duration):
        x = _LABEL + tick * scale
        parts.append(
            f'<text x="{x:.2f}" y="{height - 4}" fill="currentColor" font-size="10" '
            f'text-anchor="middle">{clock(tick)}</text>'
        )
    parts.append("</svg>")
    title = escaping.escape(repr(result).strip("<>"))
    notices = "".join(f"<div><i>{escaping.escape(notice)}</i></div>" for notice in result.notices)
    return f"<div>{title}</div>{''.join(parts)}{notices}"


def plot(result: Diarization, ax: Any = None) -> Any:
    """A broken bar for each speaker."""
    if ax is None:
        from matplotlib import pyplot

        _, ax = pyplot.subplots(figsize=(10, 0.5 + 0.4 * max(1, len(result.speakers))))
    for row, speaker in enumerate(result.speakers):
        spans = [(turn.start, turn.duration) for turn in result.turns if turn.speaker == speaker.name]
        ax.broken_barh(spans, (row - 0.4, 0.8), facecolors=COLOURS[row % len(COLOURS)])
    ax.set_yticks(range(len(result.speakers)))
    ax.set_yticklabels([speaker.name for speaker in result.speakers])
    ax.set_ylim(max(1, len(result.speakers)) - 0.5, -0.5)
    ax.set_xlim(0, result.duration)
    ax.set_xlabel("seconds")
    ax.set_title(result.recording)
    return ax
