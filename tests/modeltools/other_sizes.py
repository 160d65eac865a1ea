#!/usr/bin/env python3
"""Networks of other sizes than the built-in ones: made with PyTorch, imported, run, and held against PyTorch.

    other_sizes.py --program diarist --probe stages_probe --work FOLDER

Every ResNet of WeSpeaker's family, wider and narrower ones, segmentation nets of other widths, depths and powersets, with
random weights whose batch norms were given the statistics of what passes through them, as training does. PyTorch comes
from where import_matrix.py has it. Exits with 77 where it cannot be installed.
"""
import argparse
import itertools
import json
import pathlib
import subprocess
import sys

from import_matrix import Matrix, enter_environment, export
from torch_nets import embedding_module, segmentation_module

SAMPLE_RATE_HZ = 16000
SECONDS = 12
FRAMES = 589
STEP_S = 1

# WeSpeaker's family, by the names that it has there: blocks of each stage, and whether they are bottlenecks.
FAMILY = {
    "ResNet18": ((2, 2, 2, 2), False),
    "ResNet34": ((3, 4, 6, 3), False),
    "ResNet50": ((3, 4, 6, 3), True),
    "ResNet101": ((3, 4, 23, 3), True),
    "ResNet152": ((3, 8, 36, 3), True),
    "ResNet221": ((6, 16, 48, 3), True),
    "ResNet293": ((10, 20, 64, 3), True),
}
# Narrow enough for 293 layers to be quick.
NARROW = (32, 32, 32, 32)
# Cosines to PyTorch's embedding.
LEAST_COSINE = {"f32": 0.99999, "int8": 0.99}
# Of probabilities, 255ths. Random weights have no margin: a few frames lie on the border between two classes.
MOST_APART = 2
LEAST_SHARE_ALIKE = {"f32": 0.999, "int8": 0.98}


def restless_noise(seed=1):
    """Noise that swells and fades, over a few tones."""
    import numpy

    random = numpy.random.default_rng(seed)
    t = numpy.arange(SECONDS * SAMPLE_RATE_HZ) / SAMPLE_RATE_HZ
    tones = sum(numpy.sin(2 * numpy.pi * hz * t * (1 + 0.1 * numpy.sin(t))) for hz in (180, 420, 1300))
    loud = (numpy.sin(1.7 * t) * numpy.sin(5.3 * t)) ** 2
    return (0.1 * loud * (tones + random.standard_normal(len(t)))).astype("float32")


def features_of(samples):
    """Kaldi's 80 mel features of samples in [-1, 1], less their mean: written out, so that only PyTorch is needed."""
    import numpy

    window, shift, size, bins = 400, 160, 512, 80
    count = 1 + (len(samples) - window) // shift
    at = numpy.arange(window)[None, :] + shift * numpy.arange(count)[:, None]
    frames = samples.astype("float64")[at] * 32768
    frames -= frames.mean(1, keepdims=True)
    frames -= 0.97 * numpy.concatenate([frames[:, :1], frames[:, :-1]], 1)
    frames *= 0.54 - 0.46 * numpy.cos(2 * numpy.pi * numpy.arange(window) / (window - 1))
    power = numpy.abs(numpy.fft.rfft(frames, size)) ** 2

    def mel(hz):
        return 1127 * numpy.log(1 + hz / 700)

    edges = numpy.linspace(mel(20), mel(SAMPLE_RATE_HZ / 2), bins + 2)
    of_bin = mel(numpy.arange(size // 2) * SAMPLE_RATE_HZ / size)
    rising = (of_bin - edges[:-2, None]) / (edges[1:-1] - edges[:-2])[:, None]
    falling = (edges[2:, None] - of_bin) / (edges[2:] - edges[1:-1])[:, None]
    bank = numpy.maximum(0, numpy.minimum(rising, falling))
    features = numpy.log(numpy.maximum(power[:, : size // 2] @ bank.T, 1.1920929e-07))
    return (features - features.mean(0)).astype("float32")


def random_embedding(seed, samples, **sizes):
    """A net whose batch norms know what passes through them."""
    import torch

    torch.manual_seed(seed)
    net = embedding_module(**sizes)
    for module in net.modules():
        if isinstance(module, torch.nn.BatchNorm2d):
            module.momentum = 1.0
            torch.nn.init.uniform_(module.weight, 0.5, 1.5)
            torch.nn.init.uniform_(module.bias, -0.3, 0.5)
    net.train()
    with torch.no_grad():
        net(torch.tensor(features_of(samples))[None])
    return net.eval()


def random_segmentation(seed, **sizes):
    import torch

    torch.manual_seed(seed)
    net = segmentation_module(**sizes)
    bank = net.sincnet.conv1d[0].filterbank
    bands = len(bank.low_hz_)
    with torch.no_grad():
        bank.low_hz_[:, 0] = torch.linspace(30, 7500, bands)
        bank.band_hz_[:, 0] = torch.linspace(80, 400, bands)
        n = torch.arange(-125.0, 0.0)
        bank.n_[0] = 2 * torch.pi * n / SAMPLE_RATE_HZ
        bank.window_[:] = 0.54 + 0.46 * torch.cos(torch.pi * n / 125)
        net.classifier.weight *= 30
    return net


def powerset(speakers, at_once):
    return [s for size in range(at_once + 1) for s in itertools.combinations(range(speakers), size)]


def cosine(a, b):
    import numpy

    a, b = numpy.asarray(a, "float64"), numpy.asarray(b, "float64")
    return float(a @ b / numpy.sqrt((a @ a) * (b @ b)))


class Comparison(Matrix):
    """Imports, runs and compares; Matrix keeps count of what went wrong."""

    def __init__(self, program, probe, pack, work):
        super().__init__(program, pack, work)
        self.probe = probe
        self.samples = restless_noise()
        (work / "samples.f32").write_bytes(self.samples.tobytes())

    def save(self, net, name):
        import torch

        file = self.work / name
        torch.save(net.state_dict(), file)
        return file

    def plda(self, dimensions, features):
        """Files of a PLDA that takes embeddings of that size."""
        import numpy

        random = numpy.random.default_rng(3)
        transform, plda = self.work / "transform.npz", self.work / "plda.npz"
        numpy.savez(transform, mean1=numpy.zeros(dimensions), mean2=numpy.zeros(features),
                    lda=random.standard_normal((dimensions, features)))  # fmt: skip
        numpy.savez(plda, mu=numpy.zeros(features), tr=numpy.eye(features), psi=numpy.linspace(5, 1, features))
        return transform, plda

    def heard(self, what, precision, sources, options=()):
        """What the imported pack makes of the samples; None where it was not to be had."""
        # Deep nets of random weights make much of every rounding.
        made, result = self.run(*sources, *options, "--storage", "f32")
        if result.returncode == 0:
            command = [self.probe, made, self.work / "samples.f32", precision]
            result = subprocess.run(command, capture_output=True, text=True, check=False)
        if result.returncode != 0:
            self.say(what, result.stderr.strip() or f"exit code {result.returncode}")
            return None
        return json.loads(result.stdout)

    def embedding(self, title, net, sources):
        import torch

        with torch.no_grad():
            expected = net(torch.tensor(features_of(self.samples))[None])[0].numpy()
        for precision, least in LEAST_COSINE.items():
            what = f"{title}, {precision}"
            heard = self.heard(what, precision, sources)
            if heard is None:
                continue
            near = cosine(heard["embedding"], expected) if len(heard["embedding"]) == len(expected) else 0
            length = sum(x * x for x in heard["embedding"]) / float(expected @ expected)
            fine = near >= least and abs(length - 1) < 0.1
            self.say(what, None if fine else f"cosine {near:.6f} to PyTorch's, of {length:.3f} times its square")

    def segmentation(self, title, net, sets, sources, options=()):
        import numpy
        import torch

        speakers = 1 + max(speaker for each in sets for speaker in each)
        windows = 1 + (SECONDS - 10) // STEP_S
        cut = numpy.stack([self.samples[w * SAMPLE_RATE_HZ * STEP_S :][: 10 * SAMPLE_RATE_HZ] for w in range(windows)])
        with torch.no_grad():
            classes = net(torch.tensor(cut)[:, None]).double().exp().numpy()
        expected = numpy.zeros((windows, FRAMES, speakers))
        for index, each in enumerate(sets):
            for speaker in each:
                expected[:, :, speaker] += classes[:, :, index]
        for precision, least in LEAST_SHARE_ALIKE.items():
            what = f"{title}, {precision}"
            heard = self.heard(what, precision, sources, options)
            if heard is None:
                continue
            if heard["speakers"] != speakers or heard["windows"] != windows:
                self.say(what, f"{heard['windows']} windows of {heard['speakers']} speakers")
                continue
            found = numpy.array(heard["probability"]).reshape(expected.shape)
            alike = (abs(found - 255 * expected).max(2) <= MOST_APART).mean()
            self.say(what, None if alike >= least else f"{alike:.4f} of the frames are PyTorch's")


def check_family(comparison):
    for seed, (name, (blocks, bottleneck)) in enumerate(FAMILY.items()):
        net = random_embedding(seed, comparison.samples, blocks=blocks, channels=NARROW, bottleneck=bottleneck)
        comparison.embedding(f"{name}, narrow", net, [comparison.save(net, f"{name}.bin")])
    for name in ("ResNet18", "ResNet50"):
        blocks, bottleneck = FAMILY[name]
        net = random_embedding(7, comparison.samples, blocks=blocks, bottleneck=bottleneck)
        comparison.embedding(f"{name}, as wide as WeSpeaker's", net, [comparison.save(net, f"{name}.bin")])
    net = random_embedding(8, comparison.samples, blocks=(1, 2, 1, 1), channels=(32, 96, 64, 160), dimensions=192)
    comparison.embedding("ResNet of widths of its own, 192 dimensions", net,
                         [comparison.save(net, "wide.bin"), *comparison.plda(192, 100)])  # fmt: skip


def check_onnx(comparison):
    import torch

    axes = {"x": {0: "B", 1: "T"}}
    for name, training in (("ResNet18", False), ("ResNet50", False), ("ResNet50", True)):
        blocks, bottleneck = FAMILY[name]
        net = random_embedding(9, comparison.samples, blocks=blocks, channels=NARROW, bottleneck=bottleneck)
        options = {"training": torch.onnx.TrainingMode.PRESERVE, "do_constant_folding": False} if training else {}
        file = comparison.work / f"{name}.onnx"
        export(net, torch.zeros(1, 200, 80), file, dynamic_axes=axes, **options)
        comparison.embedding(f"{name}, ONNX, batch norms {'kept' if training else 'folded'}", net, [file])
    net = random_segmentation(10, hidden=64, layers=2, classes=11)
    file = comparison.work / "segmentation.onnx"
    export(net, torch.zeros(1, 1, 16000), file, dynamic_axes={"x": {0: "B", 2: "T"}})
    comparison.segmentation("segmentation net of 4 speakers, ONNX", net, powerset(4, 2), [file])


def check_segmentation(comparison):
    for title, speakers, at_once, sizes in (
        ("4 speakers, 2 at once", 4, 2, {}),
        ("3 speakers, 3 at once", 3, 3, {"linear": (64,)}),
        ("6 speakers, 3 at once", 6, 3, {"filters": 50, "channels": (36, 72), "layers": 1, "hidden": 48}),
        ("3 speakers, 2 at once", 3, 2, {"layers": 3, "hidden": 160, "linear": (40, 72, 24), "channels": (64, 200)}),
    ):
        sets = powerset(speakers, at_once)
        net = random_segmentation(speakers, classes=len(sets), **sizes)
        comparison.segmentation(f"segmentation net, {title}", net, sets, [comparison.save(net, "segmentation.bin")])
    net = random_segmentation(11, classes=7)
    comparison.segmentation("segmentation net, 6 speakers one at a time, by --powerset", net, powerset(6, 1),
                            [comparison.save(net, "segmentation.bin")], ["--powerset", "6,1"])  # fmt: skip


def check_refusals(comparison):
    one = comparison.save(random_segmentation(12, classes=4), "segmentation.bin")
    comparison.refused("a powerset that the classes are not of", "sets of up to 2 of 3 speakers are 7", one,
                       "--powerset", "3,2")  # fmt: skip
    labels = comparison.save(random_segmentation(12, classes=3), "segmentation.bin")
    comparison.refused("one label for each of three speakers", "one label for each speaker", labels)
    net = random_embedding(13, comparison.samples, blocks=(1, 1, 1, 1), channels=NARROW, dimensions=192)
    comparison.refused("embeddings that the PLDA does not take", "192: expected a PLDA that was trained on them",
                       comparison.save(net, "embedding.bin"))  # fmt: skip
    narrow = random_embedding(14, comparison.samples, blocks=(1, 1, 1, 1), channels=(20, 40, 80, 160))
    comparison.refused("channels that are no multiple of 32", "'layer1.0.conv1.weight' makes the number of channels 20",
                       comparison.save(narrow, "embedding.bin"))  # fmt: skip


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--program", type=pathlib.Path, required=True)
    parser.add_argument("--probe", type=pathlib.Path, required=True)
    parser.add_argument("--pack", type=pathlib.Path, required=True)
    parser.add_argument("--work", type=pathlib.Path, required=True)
    parser.add_argument("--python", type=pathlib.Path, help="of an environment that has PyTorch and onnx")
    parser.add_argument("--environment", type=pathlib.Path, help="where import_matrix.py has made one, or is to")
    parser.add_argument("--entered", action="store_true", help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    arguments.work.mkdir(parents=True, exist_ok=True)
    if not arguments.entered:
        enter_environment(__file__, arguments.environment or arguments.work, arguments.python)
    comparison = Comparison(arguments.program, arguments.probe, arguments.pack, arguments.work)
    check_family(comparison)
    check_onnx(comparison)
    check_segmentation(comparison)
    check_refusals(comparison)
    print(f"{comparison.failures} of the above failed")
    sys.exit(comparison.failures != 0)


if __name__ == "__main__":
    main()
