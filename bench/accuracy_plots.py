"""Plots as SVG, written by hand: small, the same bytes each time, nothing to install.

`timelines`: who speaks when, in the reference and in the turns, with a strip of what is wrong. `reliability`: the share
of time that is right against confidence.
"""
import html
import json

from accuracy_figures import who_is_who
from accuracy_sets import Turn, read_rttm

LEAST_SECONDS = 60  # of turns, for a plot of reliability to mean anything
WIDTH, LEFT, ROW, GAP = 900, 110, 14, 4
# Okabe and Ito's, told apart by colour-blind eyes, then darker ones of the same.
COLOURS = ["#0072b2", "#e69f00", "#009e73", "#cc79a7", "#56b4e9", "#d55e00", "#b8a800", "#555555",
           "#003f63", "#8a5f00", "#005f45", "#7a3a60", "#2f6f94", "#7f3800", "#6e6500", "#222222"]  # fmt: skip
WRONG = {"miss": "#999999", "false alarm": "#e69f00", "confusion": "#d00000"}


def text(x, y, words, more=""):
    return f'<text x="{x:g}" y="{y:g}"{more}>{html.escape(words)}</text>'


def document(height, parts, width=WIDTH):
    style = "text{font:11px sans-serif;fill:#222}.t{font-weight:bold}.e{text-anchor:end}.m{text-anchor:middle}"
    head = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height:g}" width="{width}" height="{height:g}">'
    back = f'<rect width="{width}" height="{height:g}" fill="#fff"/>'
    return "\n".join([head, f"<style>{style}</style>", back, *parts, "</svg>"]) + "\n"


def bars(stretches, scale, top, colour):
    """One path for all of a row."""
    path = "".join(
        f"M{LEFT + a * scale:.1f} {top}h{max(0.3, (b - a) * scale):.1f}v{ROW}H{LEFT + a * scale:.1f}z" for a, b in stretches
    )
    return f'<path fill="{colour}" d="{path}"/>' if path else ""


def errors(people, turns, person_of):
    """Stretches of each kind of error; where several happen at once, the gravest is told."""
    named = [Turn(t.start, t.end, person_of.get(t.speaker, f"no person: {t.speaker}")) for t in turns]
    times = sorted({t for turn in [*people, *named] for t in (turn.start, turn.end)})
    found = {kind: [] for kind in WRONG}
    for a, b in zip(times, times[1:]):
        spoken = {p.speaker for p in people if p.start <= a and p.end >= b}
        heard = {t.speaker for t in named if t.start <= a and t.end >= b}
        right = len(spoken & heard)
        if min(len(spoken), len(heard)) > right:
            kind = "confusion"
        elif len(heard) > len(spoken):
            kind = "false alarm"
        elif len(spoken) > len(heard):
            kind = "miss"
        else:
            continue
        if found[kind] and found[kind][-1][1] == a:
            found[kind][-1] = (found[kind][-1][0], b)
        else:
            found[kind].append((a, b))
    return found


def timelines(title, reference, hypothesis):
    people = read_rttm(reference)
    said = json.loads(hypothesis.with_suffix(".json").read_text())
    turns = [Turn(t["start"], t["end"], t["speaker"]) for t in said["turns"]]
    person_of = who_is_who(people, turns)
    duration = said["duration"]
    scale = (WIDTH - LEFT - 10) / duration
    persons = sorted({p.speaker for p in people}, key=lambda name: min(p.start for p in people if p.speaker == name))
    speaker_of = {person: speaker for speaker, person in person_of.items()}
    speakers = [speaker_of[p] for p in persons if p in speaker_of]
    speakers += sorted({t.speaker for t in turns} - set(speakers))
    colour_of = {person: COLOURS[i % len(COLOURS)] for i, person in enumerate(persons)}

    parts, y = [text(8, 16, title, ' class="t"')], 28
    for heading, rows in (
        ("reference", [(p, p, people) for p in persons]),
        ("turns", [(s, person_of.get(s), turns) for s in speakers]),
    ):
        parts.append(text(8, y + 11, heading, ' class="t"'))
        y += ROW + GAP
        for name, person, spoken in rows:
            parts.append(text(LEFT - 6, y + 11, name, ' class="e"'))
            parts.append(f'<rect x="{LEFT}" y="{y}" width="{WIDTH - LEFT - 10}" height="{ROW}" fill="#f4f4f4"/>')
            parts.append(bars([(t.start, t.end) for t in spoken if t.speaker == name], scale, y, colour_of.get(person, "#000")))
            y += ROW + GAP
    parts.append(text(8, y + 11, "wrong", ' class="t"'))
    y += ROW + GAP
    for kind, stretches in errors(people, turns, person_of).items():
        parts.append(text(LEFT - 6, y + 11, kind, ' class="e"'))
        parts.append(bars(stretches, scale, y, WRONG[kind]))
        y += ROW + GAP
    every = next(step for step in (5, 10, 30, 60, 120, 600, 3600) if duration / step <= 12)
    for k in range(int(duration // every) + 1):
        x = LEFT + k * every * scale
        parts.append(f'<path stroke="#bbb" d="M{x:.1f} {y}v4"/>')
        parts.append(text(round(x, 1), y + 15, f"{k * every} s", ' class="m"'))
    return document(y + 22, [part for part in parts if part])


def reliability(title, bins):
    """Circles at (mean confidence, share that is right), their area in proportion to time; the diagonal is the ideal."""
    side, margin = 300, 50
    seconds = sum(b.seconds for b in bins)
    parts = [text(8, 16, title, ' class="t"')]

    def x(value):
        return margin + value * side

    def y(value):
        return margin - 20 + (1 - value) * side

    parts.append(f'<rect x="{x(0)}" y="{y(1):g}" width="{side}" height="{side}" fill="none" stroke="#bbb"/>')
    parts.append(f'<path stroke="#bbb" stroke-dasharray="4" d="M{x(0)} {y(0):g}L{x(1)} {y(1):g}"/>')
    for k in range(0, 11, 2):
        parts.append(text(x(k / 10), y(0) + 16, f"{k / 10:g}", ' class="m"'))
        parts.append(text(x(0) - 6, y(k / 10) + 4, f"{k / 10:g}", ' class="e"'))
    points = "L".join(f"{x(b.confidence):.1f} {y(b.right):.1f}" for b in bins)
    parts.append(f'<path fill="none" stroke="{COLOURS[0]}" d="M{points}"/>')
    for b in bins:
        radius = 2 + 18 * (b.seconds / seconds) ** 0.5
        parts.append(f'<circle cx="{x(b.confidence):.1f}" cy="{y(b.right):.1f}" r="{radius:.1f}" fill="{COLOURS[0]}" fill-opacity=".35"/>')
    parts.append(text(x(0.5), y(0) + 32, "confidence of the turn", ' class="m"'))
    parts.append(text(14, y(0.5), "right", ' class="m"'))
    return document(side + 90, parts, side + 2 * margin)
