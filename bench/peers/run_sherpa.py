"""run_sherpa.py MODELS OUT WAV...: sherpa-onnx, speakers found by its clustering at its usual threshold."""
import sys
import time

import sherpa_onnx as sherpa
import turns

models, out, files = turns.arguments(sys.argv)
engine = sherpa.OfflineSpeakerDiarization(
    sherpa.OfflineSpeakerDiarizationConfig(
        segmentation=sherpa.OfflineSpeakerSegmentationModelConfig(
            pyannote=sherpa.OfflineSpeakerSegmentationPyannoteModelConfig(model=str(models / "segmentation.onnx")),
            num_threads=turns.threads()),
        embedding=sherpa.SpeakerEmbeddingExtractorConfig(model=str(models / "embedding.onnx"), num_threads=turns.threads()),
        clustering=sherpa.FastClusteringConfig(num_clusters=-1, threshold=0.5),
        min_duration_on=0.3, min_duration_off=0.5))  # fmt: skip
for file in files:
    samples = turns.read_wav(file)
    began = time.perf_counter()
    found = engine.process(samples).sort_by_start_time()
    turns.done(file, time.perf_counter() - began)
    turns.write(out, file, [(t.start, t.end, t.speaker) for t in found])
