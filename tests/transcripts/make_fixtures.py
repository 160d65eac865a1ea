#!/usr/bin/env python3
"""Writes tests/data/transcripts/: what is said in samples/sample.wav, in each tool's format, written by the tools' own code.

    python3 -m venv environment
    environment/bin/pip install openai numpy pandas
    environment/bin/pip install --no-deps openai-whisper whisperx faster-whisper
    environment/bin/python tests/transcripts/make_fixtures.py tests/data/transcripts

No network runs: the words and times below are what a recognizer would find. Modules that only a network needs (PyTorch,
CTranslate2, ...) are stood in for, since the code that writes results never touches them. whisper.cpp is no package;
its file is written here as examples/cli/cli.cpp of version 1.8 writes it (function output_json).
"""

import dataclasses
import importlib.util
import json
import pathlib
import sys
from unittest import mock

# Start and end in seconds, and the words with their times. One segment holds two speakers' words, as recognizers do
# when people answer fast.
SEGMENTS = [
    (6.69, 8.35, [("Hello?", 6.69, 7.12), ("Hello!", 7.55, 8.32)]),
    (
        8.36,
        11.02,
        [
            ("Oh,", 8.36, 8.52),
            ("hello.", 8.58, 8.90),
            ("I", 8.92, 8.98),
            ("didn't", 8.98, 9.20),
            ("know", 9.20, 9.36),
            ("you", 9.36, 9.50),
            ("were", 9.50, 9.64),
            ("there.", 9.64, 9.90),
            ("Neither", 9.96, 10.28),
            ("did", 10.28, 10.46),
            ("I.", 10.46, 10.60),
        ],
    ),
    (
        11.10,
        14.68,
        [
            ("Okay,", 11.10, 11.40),
            ("I", 11.46, 11.52),
            ("thought,", 11.52, 11.84),
            ("you", 11.90, 12.00),
            ("know,", 12.00, 12.20),
            ("I", 12.26, 12.32),
            ("heard", 12.32, 12.54),
            ("a", 12.54, 12.60),
            ("beep.", 12.60, 12.92),
            ("This", 13.16, 13.36),
            ("is", 13.36, 13.46),
            ("Diane", 13.46, 13.86),
            ("in", 13.86, 13.96),
            ("New", 13.96, 14.14),
            ("Jersey.", 14.14, 14.62),
        ],
    ),
    (
        14.72,
        17.90,
        [
            ("And", 14.72, 14.86),
            ("I'm", 14.86, 15.02),
            ("Sheila", 15.02, 15.46),
            ("in", 15.46, 15.60),
            ("Texas,", 15.60, 16.16),
            ("originally", 16.40, 16.98),
            ("from", 16.98, 17.20),
            ("Chicago.", 17.20, 17.84),
        ],
    ),
    (
        18.06,
        21.48,
        [
            ("Oh,", 18.66, 18.84),
            ("I'm", 18.84, 18.98),
            ("originally", 18.98, 19.46),
            ("from", 19.46, 19.64),
            ("Chicago", 19.64, 20.12),
            ("also.", 20.12, 20.50),
        ],
    ),
]
LANGUAGE = "en"


def stand_in(*names):
    """Modules that are imported by what follows, and not used by what we call."""
    missing = [name for name in names if importlib.util.find_spec(name.split(".")[0]) is None]
    sys.modules.update({name: mock.MagicMock(name=name) for name in missing})


def module_of(package, file):
    """One file of an installed package, without the rest of the package."""
    folder = pathlib.Path(importlib.util.find_spec(package).origin).parent
    spec = importlib.util.spec_from_file_location(f"{package}_{file}", folder / f"{file}.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def text_of(words):
    return "".join(" " + word for word, _, _ in words)


def tokens_of(words):
    """Numbers that stand for the text: what they mean is the model's."""
    return [50364] + [1000 + len(word) for word, _, _ in words] + [50364 + 50]


def whisper_result(with_words):
    """As whisper.transcribe() returns it."""
    segments = []
    for i, (start, end, words) in enumerate(SEGMENTS):
        segment = {
            "id": i,
            "seek": 0,
            "start": start,
            "end": end,
            "text": text_of(words),
            "tokens": tokens_of(words),
            "temperature": 0.0,
            "avg_logprob": -0.2591,
            "compression_ratio": 1.5,
            "no_speech_prob": 2.3e-05,
        }
        if with_words:
            segment["words"] = [
                {"word": " " + word, "start": a, "end": b, "probability": 0.97} for word, a, b in words
            ]
        segments.append(segment)
    return {"text": "".join(s["text"] for s in segments), "segments": segments, "language": LANGUAGE}


def make_whisper(folder):
    utils = module_of("whisper", "utils")
    for name, with_words in (("whisper", False), ("whisper-words", True)):
        for ending in ("json", "srt", "vtt"):
            utils.get_writer(ending, str(folder))(whisper_result(with_words), f"{name}.wav", {})


def make_faster_whisper(folder):
    stand_in("ctranslate2", "tokenizers", "tqdm", "tqdm.auto", "av", "onnxruntime", "huggingface_hub", "requests")
    from faster_whisper.transcribe import Segment, Word

    segments = [
        Segment(
            id=i + 1,
            seek=3000,
            start=start,
            end=end,
            text=text_of(words),
            tokens=tokens_of(words),
            avg_logprob=-0.25,
            compression_ratio=1.4,
            no_speech_prob=0.01,
            # What is transcribed without word_timestamps has None here.
            words=None if i == 2 else [Word(start=a, end=b, word=" " + word, probability=0.98) for word, a, b in words],
            temperature=0.0,
        )
        for i, (start, end, words) in enumerate(SEGMENTS)
    ]
    (folder / "faster-whisper.json").write_text(json.dumps([dataclasses.asdict(segment) for segment in segments], indent=2))


def make_whisperx(folder):
    utils = module_of("whisperx", "utils")
    segments, all_words = [], []
    for start, end, words in SEGMENTS:
        aligned = []
        for word, a, b in words:
            # What the alignment model has no letters for gets no times.
            aligned.append({"word": word} if word == "beep." else {"word": word, "start": a, "end": b, "score": 0.871})
        segments.append({"start": start, "end": end, "text": text_of(words), "words": aligned, "avg_logprob": -0.21})
        all_words += aligned
    result = {"segments": segments, "word_segments": all_words, "language": LANGUAGE}
    options = {"max_line_width": None, "max_line_count": None, "highlight_words": False}
    utils.get_writer("json", str(folder))(result, "whisperx.wav", options)
    # With speakers of an earlier run.
    for i, segment in enumerate(segments):
        segment["speaker"] = f"SPEAKER_0{i % 2}"
    for ending in ("srt", "vtt"):
        utils.get_writer(ending, str(folder))(result, "whisperx.wav", options)


def make_openai(folder):
    from openai.types.audio import TranscriptionVerbose

    whole = whisper_result(False)
    answer = TranscriptionVerbose(
        task="transcribe",
        language="english",
        duration=30.0,
        text=whole["text"].strip(),
        segments=whole["segments"],
        # Without punctuation, as the interface gives them.
        words=[{"word": word.strip(",.?!"), "start": a, "end": b} for _, _, words in SEGMENTS for word, a, b in words],
        usage={"type": "duration", "seconds": 30},
    )
    (folder / "openai.json").write_text(answer.model_dump_json(indent=2) + "\n")
    only_words = answer.model_copy(update={"segments": None})
    (folder / "openai-words.json").write_text(only_words.model_dump_json(indent=2) + "\n")


def clock(seconds):
    ms = round(seconds * 1000)
    return f"{ms // 3600000:02}:{ms // 60000 % 60:02}:{ms // 1000 % 60:02},{ms % 1000:03}"


def times(start, end):
    return {
        "timestamps": {"from": clock(start), "to": clock(end)},
        "offsets": {"from": round(start * 1000), "to": round(end * 1000)},
    }


def cpp_tokens(start, end, words):
    """Words in pieces, punctuation apart, marks at both ends."""
    tokens = [{"text": "[_BEG_]", **times(start, start), "id": 50363, "p": 0.98, "t_dtw": -1}]
    for word, a, b in words:
        stem, point = word.rstrip(",.?!"), word[len(word.rstrip(",.?!")) :]
        half = (len(stem) + 1) // 2 if len(stem) > 6 else len(stem)
        middle = round((a + b) / 2, 2)
        pieces = [(" " + stem[:half], a, middle if stem[half:] else b)]
        if stem[half:]:
            pieces.append((stem[half:], middle, b))
        if point:
            pieces.append((point, b, b))
        tokens += [{"text": text, **times(x, y), "id": 1000 + len(text), "p": 0.91, "t_dtw": -1} for text, x, y in pieces]
    last = 50363 + round((end - start) * 50)
    return [*tokens, {"text": f"[_TT_{last - 50363}]", **times(end, end), "id": last, "p": 0.2, "t_dtw": -1}]


def make_whisper_cpp(folder):
    for name, full in (("whisper.cpp", False), ("whisper.cpp-full", True)):
        transcription = []
        for start, end, words in SEGMENTS:
            segment = {**times(start, end), "text": text_of(words)}
            if full:
                segment["tokens"] = cpp_tokens(start, end, words)
            transcription.append(segment)
        document = {
            "systeminfo": "WHISPER : COREML = 0 | OPENVINO = 0 | CPU : SSE3 = 1 | AVX2 = 1 | ",
            "model": {
                "type": "base",
                "multilingual": True,
                "vocab": 51865,
                "audio": {"ctx": 1500, "state": 512, "head": 8, "layer": 6},
                "text": {"ctx": 448, "state": 512, "head": 8, "layer": 6},
                "mels": 80,
                "ftype": 1,
            },
            "params": {"model": "models/ggml-base.bin", "language": "en", "translate": False},
            "result": {"language": LANGUAGE},
            "transcription": transcription,
        }
        (folder / f"{name}.json").write_text(json.dumps(document, indent="\t", ensure_ascii=False) + "\n")


def make_ctm(folder):
    """By the eight columns that NIST's ctmValidator.pl checks; the last three may be missing."""
    lines = [";; made for sample.wav"]
    for _, _, words in SEGMENTS:
        for word, a, b in words:
            lines.append(f"sample 1 {a:.2f} {b - a:.2f} {word.strip(',.?!')} 0.90")
    (folder / "sample.ctm").write_text("\n".join(lines) + "\n")


def main():
    folder = pathlib.Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    for make in (make_whisper, make_faster_whisper, make_whisperx, make_openai, make_whisper_cpp, make_ctm):
        make(folder)


if __name__ == "__main__":
    main()
