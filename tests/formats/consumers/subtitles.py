"""Subtitles as ffmpeg, pysrt and webvtt-py read and write them."""
import html
import json
import re
import subprocess

import pysrt
import webvtt

from cases import before_colon, ticks, voice
from consumer import Reader, Writer, has_turns

DECIMALS = 3


def ffmpeg(*arguments):
    command = ["ffmpeg", "-nostdin", "-v", "error", *arguments]
    return subprocess.run(command, capture_output=True, check=True, encoding="utf-8").stdout


def packets(file):
    command = ["ffprobe", "-v", "error", "-show_packets", "-of", "json", file]
    found = json.loads(subprocess.run(command, capture_output=True, check=True, encoding="utf-8").stdout)["packets"]
    return [(packet["pts"], packet["pts"] + packet["duration"]) for packet in found]


def with_ffmpeg(file, case):
    """Times as it demultiplexes them; what it would show, after its decoder and encoder."""
    shown = re.split(r"^\d+\n[\d:,]+ --> [\d:,]+\n", ffmpeg("-i", file, "-f", "srt", "-"), flags=re.MULTILINE)[1:]
    times = packets(file)
    assert len(shown) == len(times), f"{len(times)} cues, {len(shown)} of them shown"
    texts = [text.strip("\n") for text in shown]
    if file.suffix == ".srt":
        assert all(text.endswith(":") for text in texts), texts
        texts = [text[:-1] for text in texts]
    return [(start, end, text) for (start, end), text in zip(times, texts, strict=True)]


def ffmpeg_shows(name):
    """It writes what WebVTT has to escape in a voice's name twice, and braces and backslashes as its own format has
    them."""
    return not set("&<>{}\\") & set(name)


def with_pysrt(file, case):
    cues = pysrt.open(str(file), encoding="utf-8", error_handling=pysrt.ERROR_RAISE)
    assert [cue.index for cue in cues] == list(range(1, len(cues) + 1)), "other numbers"
    assert all(cue.text.endswith(":") for cue in cues), "no colon"
    return [(cue.start.ordinal, cue.end.ordinal, cue.text[:-1]) for cue in cues]


def milliseconds(time):
    return ((time.hours * 60 + time.minutes) * 60 + time.seconds) * 1000 + time.milliseconds


def with_webvtt(file, case):
    turns = []
    for cue in webvtt.read(str(file)):
        # It leaves character references as they are spelled.
        assert cue.text == cue.voice, f"shows {cue.text!r} of {cue.voice!r}"
        turns.append((milliseconds(cue.start_time), milliseconds(cue.end_time), html.unescape(cue.voice)))
    return turns


def clock(ms, point):
    return f"{ms // 3_600_000:02}:{ms // 60_000 % 60:02}:{ms // 1000 % 60:02}{point}{ms % 1000:03}"


def saved_by_pysrt(case, file, _written):
    cues = pysrt.SubRipFile()
    for turn in case.turns:
        start, end = ticks(turn, case.duration_us, DECIMALS)
        text = f"<i>{before_colon(turn.speaker)}:</i> hello:\nthere: more"
        cues.append(pysrt.SubRipItem(len(cues) + 1, pysrt.SubRipTime(milliseconds=start), pysrt.SubRipTime(milliseconds=end), text))
    cues.save(str(file), encoding="utf-8", eol="\r\n")


def saved_by_webvtt(case, file, _written):
    captions = webvtt.WebVTT()
    for turn in case.turns:
        start, end = ticks(turn, case.duration_us, DECIMALS)
        spoken = f"<v.loud {html.escape(voice(turn.speaker))}>hello: <i>there</i></v>"
        captions.captions.append(webvtt.Caption(clock(start, "."), clock(end, "."), spoken, identifier=f"cue - {start}"))
    captions.save(str(file))


def saved_by_ffmpeg(case, file, written):
    """What it makes of our WebVTT; its SubRip has no colons, so they are put there."""
    text = ffmpeg("-i", written("vtt"), "-f", "srt", "-")
    file.write_text(re.sub(r"(--> [\d:,]+\n.*)", r"\1: hello", text), encoding="utf-8")


def survives_both(name):
    return ffmpeg_shows(name) and before_colon(name) == voice(name) == name


READERS = [
    # It refuses files without a cue.
    Reader("srt", "ffmpeg", with_ffmpeg, DECIMALS, before_colon, suits=has_turns),
    Reader("srt", "pysrt", with_pysrt, DECIMALS, before_colon),
    Reader("vtt", "ffmpeg", with_ffmpeg, DECIMALS, voice, ffmpeg_shows, has_turns),
    Reader("vtt", "webvtt-py", with_webvtt, DECIMALS, voice),
]
WRITERS = [
    Writer("srt", "pysrt", saved_by_pysrt, DECIMALS, before_colon),
    Writer("vtt", "webvtt-py", saved_by_webvtt, DECIMALS, voice),
    Writer("srt", "ffmpeg", saved_by_ffmpeg, DECIMALS, before_colon, survives_both, has_turns),
]
