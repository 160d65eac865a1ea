"""The same weights for every engine that takes them: our reference weights in the files that each peer reads.

    models.py PEER WEIGHTS OUT [--segmentation-onnx FILE]

PEER is sherpa-onnx, speakrs or polyvoice. WEIGHTS holds segmentation-3.0.safetensors,
wespeaker-voxceleb-resnet34-LM.safetensors, xvec_transform.npz and plda.npz. Names of tensors are those that each engine
looks up. Needs numpy, scipy, safetensors and onnx.
"""
import argparse
import pathlib

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper
from safetensors.numpy import load_file, save_file

BLOCKS = (3, 4, 6, 3)  # of ResNet34
LSTM_LAYERS = 4
DIRECTIONS = ("", "_reverse")


class Weights:
    def __init__(self, folder):
        self.segmentation = load_file(folder / "segmentation-3.0.safetensors")
        self.embedding = load_file(folder / "wespeaker-voxceleb-resnet34-LM.safetensors")
        self.xvec = np.load(folder / "xvec_transform.npz")
        self.plda = np.load(folder / "plda.npz")

    def folded(self, conv, norm):
        """Weight and bias of a convolution with its batch norm in it."""
        e = self.embedding
        gain = e[f"{norm}.weight"].astype("f8") / np.sqrt(e[f"{norm}.running_var"].astype("f8") + 1e-5)
        bias = e[f"{norm}.bias"] - e[f"{norm}.running_mean"] * gain
        return (e[f"{conv}.weight"] * gain[:, None, None, None]).astype("f4"), bias.astype("f4")

    def blocks(self):
        """(name, stride, whether it has a shortcut of its own) of each residual block."""
        for stage, count in enumerate(BLOCKS, 1):
            for i in range(count):
                name = f"resnet.layer{stage}.{i}"
                yield name, 2 if stage > 1 and i == 0 else 1, f"{name}.shortcut.0.weight" in self.embedding

    def convolutions(self):
        """(convolution, batch norm) in the order in which they run."""
        yield "resnet.conv1", "resnet.bn1"
        for name, _, shortcut in self.blocks():
            yield f"{name}.conv1", f"{name}.bn1"
            yield f"{name}.conv2", f"{name}.bn2"
            if shortcut:
                yield f"{name}.shortcut.0", f"{name}.shortcut.1"

    def lstm(self, layer):
        """Biases, input and recurrent weights of both directions, gates in ONNX's order."""

        def both(kind):
            return np.stack([in_onnx_order(self.segmentation[f"lstm.{kind}_l{layer}{d}"]) for d in DIRECTIONS])

        biases = np.concatenate([both("bias_ih"), both("bias_hh")], axis=1)
        return biases, both("weight_ih"), both("weight_hh")


def in_onnx_order(gates):
    """PyTorch has input, forget, cell, output; ONNX input, output, forget, cell."""
    i, f, c, o = np.split(gates, 4)
    return np.concatenate([i, o, f, c])


def sinc_filters(s):
    """[80, 1, 251]: forty cosine band passes, then their sine partners, as ParamSincFB makes them."""
    prefix = "sincnet.conv1d.0.filterbank."
    low = 50 + np.abs(s[f"{prefix}low_hz_"].astype("f8"))
    high = np.clip(low + 50 + np.abs(s[f"{prefix}band_hz_"].astype("f8")), 50, 8000)
    n, window = s[f"{prefix}n_"].astype("f8"), s[f"{prefix}window_"].astype("f8")
    width = 2 * (high - low)
    cosine = (np.sin(high @ n) - np.sin(low @ n)) / (n / 2) * window
    sine = (np.cos(low @ n) - np.cos(high @ n)) / (n / 2) * window
    even = np.concatenate([cosine, width, cosine[:, ::-1]], axis=1) / width
    odd = np.concatenate([sine, np.zeros_like(width), -sine[:, ::-1]], axis=1) / width
    return np.concatenate([even, odd])[:, None, :]


def with_metadata(model, entries, file):
    for key, value in entries.items():
        entry = model.metadata_props.add()
        entry.key, entry.value = key, str(value)
    onnx.save(model, str(file))


def embedding_graph(weights):
    """feats [B, T, 80] to embs [B, 256]."""
    nodes, constants = [], []

    def constant(name, value):
        constants.append(numpy_helper.from_array(np.ascontiguousarray(value), name))
        return name

    def node(op, inputs, **attributes):
        out = f"{op}_{len(nodes)}"
        nodes.append(helper.make_node(op, inputs, [out], **attributes))
        return out

    def convolution(x, conv, norm, stride):
        weight, bias = weights.folded(conv, norm)
        pad = weight.shape[2] // 2
        return node("Conv", [x, constant(f"{conv}.weight", weight), constant(f"{conv}.bias", bias)],
                    strides=[stride, stride], pads=[pad] * 4)  # fmt: skip

    x = node("Unsqueeze", [node("Transpose", ["feats"], perm=[0, 2, 1]), constant("one", np.array([1], "i8"))])
    x = node("Relu", [convolution(x, "resnet.conv1", "resnet.bn1", 1)])
    for name, stride, shortcut in weights.blocks():
        beside = convolution(x, f"{name}.shortcut.0", f"{name}.shortcut.1", stride) if shortcut else x
        x = node("Relu", [convolution(x, f"{name}.conv1", f"{name}.bn1", stride)])
        x = node("Relu", [node("Add", [convolution(x, f"{name}.conv2", f"{name}.bn2", 1), beside])])
    x = node("Reshape", [x, constant("rows", np.array([0, 2560, -1], "i8"))])
    frames = node("Cast", [node("Gather", [node("Shape", [x]), constant("last", np.array(2, "i8"))])], to=TensorProto.FLOAT)
    mean = node("ReduceMean", [x], axes=[2], keepdims=1)
    apart = node("Sub", [x, mean])
    variance = node("ReduceMean", [node("Mul", [apart, apart])], axes=[2], keepdims=0)
    unbiased = node("Div", [frames, node("Sub", [frames, constant("unit", np.float32(1))])])
    spread = node("Sqrt", [node("Add", [node("Mul", [variance, unbiased]), constant("tiny", np.float32(1e-7))])])
    statistics = node("Concat", [node("Squeeze", [mean, constant("time", np.array([2], "i8"))]), spread], axis=1)
    e = weights.embedding
    nodes.append(helper.make_node("Gemm", [statistics, constant("seg_1.weight", e["resnet.seg_1.weight"]),
                                           constant("seg_1.bias", e["resnet.seg_1.bias"])], ["embs"], transB=1))  # fmt: skip
    graph = helper.make_graph(
        nodes, "resnet34", [helper.make_tensor_value_info("feats", TensorProto.FLOAT, ["B", "T", 80])],
        [helper.make_tensor_value_info("embs", TensorProto.FLOAT, ["B", 256])], constants)  # fmt: skip
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 14)], ir_version=8)
    onnx.checker.check_model(model)
    return model


def for_sherpa(weights, out, segmentation_onnx):
    with_metadata(embedding_graph(weights), {
        "framework": "wespeaker", "language": "English", "url": "local", "comment": "wespeaker-voxceleb-resnet34-LM",
        "sample_rate": 16000, "output_dim": 256, "normalize_samples": 0, "feature_normalize_type": "global-mean"},
        out / "embedding.onnx")  # fmt: skip
    with_metadata(onnx.load(str(segmentation_onnx)), {
        "model_type": "pyannote-segmentation-3.0", "model_author": "pyannote", "maintainer": "local", "version": 1,
        "num_speakers": 3, "powerset_max_classes": 2, "num_classes": 7, "sample_rate": 16000, "window_size": 160000,
        "receptive_field_size": 991, "receptive_field_shift": 270}, out / "segmentation.onnx")  # fmt: skip


def for_speakrs(weights, out):
    s = weights.segmentation
    tensors = {k: v for k, v in s.items()
               if k.startswith("sincnet.") or (k.endswith(".bias") and k.split(".")[0] in ("linear", "classifier"))}  # fmt: skip
    tensors["onnx::Div_1"] = s["sincnet.conv1d.0.filterbank.n_"] / 2
    # Told apart by their numbers' order alone.
    number = 100
    for layer in range(LSTM_LAYERS):
        for tensor in weights.lstm(layer):
            tensors[f"onnx::LSTM_{number}"] = np.ascontiguousarray(tensor)
            number += 1
    for name in ("linear.0", "linear.1", "classifier"):
        tensors[f"onnx::MatMul_{number}"] = np.ascontiguousarray(s[f"{name}.weight"].T)
        number += 1
    save_file(tensors, out / "segmentation-3.0.safetensors")
    tensors = {}
    for conv, norm in weights.convolutions():
        tensors[f"{conv}.weight"], tensors[f"{conv}.weight_bias"] = map(np.ascontiguousarray, weights.folded(conv, norm))
    for part in ("weight", "bias"):
        tensors[f"resnet.seg_1.{part}"] = weights.embedding[f"resnet.seg_1.{part}"]
    save_file(tensors, out / "wespeaker-multimask-tail.safetensors")
    (out / "wespeaker-voxceleb-resnet34.min_num_samples.txt").write_text("400\n")
    for archive in (weights.plda, weights.xvec):
        for key in archive:
            np.save(out / f"plda_{key}.npy", archive[key])


def only_tensors(tensors, file):
    """An ONNX file with nothing but constants, which is all that polyvoice reads."""
    constants = [numpy_helper.from_array(np.ascontiguousarray(v.astype("f4")), k) for k, v in tensors.items()]
    onnx.save(helper.make_model(helper.make_graph([], "weights", [], [], initializer=constants)), str(file))


def for_polyvoice(weights, out):
    from scipy.linalg import eigh

    s = weights.segmentation
    tensors = {k: v for k, v in s.items() if k.startswith(("sincnet.norm1d", "sincnet.conv1d.1", "sincnet.conv1d.2"))}
    for layer in range(LSTM_LAYERS):
        for i, tensor in enumerate(weights.lstm(layer)):
            tensors[f"onnx::LSTM_{783 + 43 * layer + i}"] = tensor
    for number, name in ((915, "linear.0"), (916, "linear.1"), (917, "classifier")):
        tensors[f"onnx::MatMul_{number}"] = s[f"{name}.weight"].T
    tensors["linear.0.bias"], tensors["linear.1.bias"] = s["linear.0.bias"], s["linear.1.bias"]
    tensors["ortshared_1_1_7_0_token_109"] = s["classifier.bias"]
    tensors["ortshared_1_1_1_1_token_110"] = s["sincnet.wav_norm1d.weight"]
    tensors["ortshared_1_1_1_0_token_107"] = s["sincnet.wav_norm1d.bias"]
    tensors["/sincnet/conv1d.0/Concat_2_output_0"] = sinc_filters(s)
    only_tensors(tensors, out / "powerset.onnx")
    tensors, number = {}, 367
    for conv, norm in weights.convolutions():
        tensors[f"onnx::Conv_{number}"], tensors[f"onnx::Conv_{number + 1}"] = weights.folded(conv, norm)
        number += 3
    for part in ("weight", "bias"):
        tensors[f"model.seg_1.{part}"] = weights.embedding[f"resnet.seg_1.{part}"]
    tensors["mean_vec"] = np.zeros(256)
    only_tensors(tensors, out / "resnet34.onnx")
    transform, psi = weights.plda["tr"], weights.plda["psi"]
    within = np.linalg.inv(transform.T @ transform)
    between = np.linalg.inv((transform.T / psi) @ transform)
    values, vectors = eigh(between, within)
    np.save(out / "plda_phi_computed.npy", values[::-1].copy())
    np.save(out / "plda_transform.npy", np.ascontiguousarray(vectors.T[::-1]))
    np.save(out / "plda_mu.npy", weights.plda["mu"])
    for key in ("mean1", "mean2", "lda"):
        np.save(out / f"plda_{key}.npy", weights.xvec[key])


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("peer", choices=["sherpa-onnx", "speakrs", "polyvoice"])
    parser.add_argument("weights", type=pathlib.Path)
    parser.add_argument("out", type=pathlib.Path)
    parser.add_argument("--segmentation-onnx", type=pathlib.Path, help="sherpa-onnx: segmentation-3.0 as ONNX")
    args = parser.parse_args()
    args.out.mkdir(parents=True, exist_ok=True)
    weights = Weights(args.weights)
    if args.peer == "sherpa-onnx":
        for_sherpa(weights, args.out, args.segmentation_onnx)
    elif args.peer == "speakrs":
        for_speakrs(weights, args.out)
    else:
        for_polyvoice(weights, args.out)


if __name__ == "__main__":
    main()
