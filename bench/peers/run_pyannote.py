"""run_pyannote.py WEIGHTS OUT WAV...: pyannote.audio 4 as community-1 has it, with the reference weights."""
import sys
import time
import warnings

import torch
import turns

warnings.filterwarnings("ignore")
torch.version.cuda = None  # torchaudio's check against the CUDA that torch was built with; none is used
torch.set_num_threads(turns.threads())

from pyannote.audio.core.plda import PLDA  # noqa: E402
from pyannote.audio.core.task import Problem, Resolution, Specifications  # noqa: E402
from pyannote.audio.models.embedding import WeSpeakerResNet34  # noqa: E402
from pyannote.audio.models.segmentation import PyanNet  # noqa: E402
from pyannote.audio.pipelines import SpeakerDiarization  # noqa: E402
from safetensors.torch import load_file  # noqa: E402

weights, out, files = turns.arguments(sys.argv)
segmentation = PyanNet(
    sincnet={"stride": 10}, linear={"hidden_size": 128, "num_layers": 2},
    lstm={"hidden_size": 128, "num_layers": 4, "bidirectional": True, "monolithic": True, "dropout": 0.5})  # fmt: skip
segmentation.specifications = Specifications(
    problem=Problem.MONO_LABEL_CLASSIFICATION, resolution=Resolution.FRAME, duration=10.0, warm_up=(0.0, 0.0),
    classes=["speaker#1", "speaker#2", "speaker#3"], powerset_max_classes=2, permutation_invariant=True)  # fmt: skip
segmentation.build()
segmentation.load_state_dict(load_file(weights / "segmentation-3.0.safetensors"), strict=False)
embedding = WeSpeakerResNet34()
embedding.load_state_dict(load_file(weights / "wespeaker-voxceleb-resnet34-LM.safetensors"), strict=False)
pipeline = SpeakerDiarization(
    segmentation=segmentation.eval(), embedding=embedding.eval(), clustering="VBxClustering", embedding_exclude_overlap=True,
    plda=PLDA(str(weights / "xvec_transform.npz"), str(weights / "plda.npz")), segmentation_batch_size=32,
    embedding_batch_size=32)  # fmt: skip
pipeline.instantiate({"segmentation": {"min_duration_off": 0.0}, "clustering": {"threshold": 0.6, "Fa": 0.07, "Fb": 0.8}})
for file in files:
    samples = torch.from_numpy(turns.read_wav(file))[None]
    began = time.perf_counter()
    found = pipeline({"waveform": samples, "sample_rate": 16000, "uri": file.stem})
    turns.done(file, time.perf_counter() - began)
    turns.write(out, file, [(turn.start, turn.end, speaker)
                            for turn, _, speaker in found.speaker_diarization.itertracks(yield_label=True)])  # fmt: skip
