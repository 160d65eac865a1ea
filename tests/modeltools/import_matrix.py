#!/usr/bin/env python3
"""Every format of checkpoint, net and precision through `diarist import`, from real files.

The files are made with PyTorch and onnx, the published weights in them taken from the default pack. What keeps every
bit must give the default pack again, byte for byte; what rounds, its values within that rounding.

    import_matrix.py --program diarist --pack models/community.safetensors --work FOLDER

PyTorch, onnx and onnxsim are installed into FOLDER/environment, once. Exits with 77, saying why, where that cannot be done.
"""
import argparse
import json
import pathlib
import subprocess
import sys
import venv

from torch_nets import embedding_module, segmentation_module

SKIPPED = 77
PACKAGES = ["numpy", "torch", "onnx", "onnxsim", "safetensors"]


def skip(why):
    print(f"skipped: {why}")
    sys.exit(SKIPPED)


def enter_environment(script, work, python):
    """Starts a script again with PyTorch at hand."""
    if python is None:
        folder = work / "environment"
        python = folder / "bin" / "python"
        if not (folder / "complete").exists():
            try:
                venv.create(folder, with_pip=True, clear=True)
            except (OSError, subprocess.CalledProcessError) as error:
                skip(f"no virtual environment can be made here: {error}")
            command = [python, "-m", "pip", "install", "--quiet", *PACKAGES]
            if subprocess.run(command, check=False).returncode != 0:
                skip(f"{' '.join(PACKAGES)} cannot be installed")
            (folder / "complete").touch()
    arguments = [python, script, *sys.argv[1:], "--entered"]
    sys.exit(subprocess.run(arguments, check=False).returncode)


def read_pack(file):
    """Tensors of a pack as NumPy arrays of their own type; its metadata."""
    import numpy

    data = file.read_bytes()
    start = 8 + int.from_bytes(data[:8], "little")
    header = json.loads(data[8:start])
    metadata = header.pop("__metadata__")
    types = {"F64": "<f8", "F32": "<f4", "F16": "<f2"}
    tensors = {}
    for name, entry in header.items():
        begin, end = entry["data_offsets"]
        values = numpy.frombuffer(data[start + begin : start + end], types[entry["dtype"]])
        tensors[name] = values.reshape(entry["shape"])
    return tensors, metadata


class Matrix:
    def __init__(self, program, pack, work):
        self.program, self.pack, self.work = program, pack, work
        self.expected, _ = read_pack(pack)
        self.failures = 0

    def part(self, prefix):
        import torch

        return {
            name[len(prefix) :]: torch.tensor(values.astype("float32"))
            for name, values in self.expected.items()
            if name.startswith(prefix)
        }

    def run(self, *sources):
        made = self.work / "made.safetensors"
        made.unlink(missing_ok=True)
        command = [self.program, "import", *sources, "--base", "built-in", "-o", made]
        return made, subprocess.run(command, capture_output=True, text=True, check=False)

    def say(self, what, problem):
        self.failures += problem is not None
        print(f"{what:58} {'as expected' if problem is None else 'FAILED: ' + problem}", flush=True)

    def same_bytes(self, what, *sources):
        made, result = self.run(*sources)
        problem = None
        if result.returncode != 0:
            problem = result.stderr.strip()
        elif made.read_bytes() != self.pack.read_bytes():
            problem = "other bytes than the default pack"
        self.say(what, problem)

    def within(self, what, tolerance, *sources):
        """Every value within `tolerance` of itself; what is tiny within 1e-6."""
        import numpy

        made, result = self.run(*sources)
        if result.returncode != 0:
            return self.say(what, result.stderr.strip())
        tensors, _ = read_pack(made)
        for name, values in self.expected.items():
            wanted = values.astype("float64")
            if numpy.any(abs(tensors[name] - wanted) > tolerance * abs(wanted) + 1e-6):
                return self.say(what, f"tensor {name} differs")
        return self.say(what, None)

    def heard_alike(self, what, *sources):
        """Of weights that are stored otherwise: the built-in half minute gives the same frames and embeddings."""
        made, result = self.run(*sources)
        if result.returncode != 0:
            return self.say(what, result.stderr.strip())
        command = [self.program, "compare", self.pack, made, "--json"]
        every = json.loads(subprocess.run(command, capture_output=True, check=True).stdout)["all"]
        same = every["segmentation_agreement"] == 1 and every["worst_embedding_cosine"] > 0.99999
        return self.say(what, None if same else f"is heard otherwise: {every}")

    def refused(self, what, message, *sources):
        _, result = self.run(*sources)
        if result.returncode == 0:
            self.say(what, "was not refused")
        else:
            self.say(what, None if message in result.stderr else result.stderr.strip())


def check_pytorch(matrix, title, tensors, prefix):
    import collections
    import torch

    file = matrix.work / "net.bin"
    torch.save(tensors, file)
    matrix.same_bytes(f"{title}, PyTorch, f32", file)
    torch.save({name: values.double() for name, values in tensors.items()}, file)
    matrix.same_bytes(f"{title}, PyTorch, f64", file)
    torch.save({name: values.half() for name, values in tensors.items()}, file)
    matrix.within(f"{title}, PyTorch, f16", 2**-10, file)
    torch.save({name: values.bfloat16() for name, values in tensors.items()}, file)
    matrix.within(f"{title}, PyTorch, bf16", 2**-8, file)
    torch.save({name: torch.nn.Parameter(values) for name, values in tensors.items()}, file)
    matrix.same_bytes(f"{title}, PyTorch, parameters", file)
    turned = {}
    for name, values in tensors.items():
        backwards = tuple(range(values.dim()))[::-1]
        turned[name] = values.permute(backwards).contiguous().permute(backwards)
    torch.save(turned, file)
    matrix.same_bytes(f"{title}, PyTorch, strides turned", file)
    whole = torch.cat([values.flatten() for values in tensors.values()])
    shared, at = {}, 0
    for name, values in tensors.items():
        shared[name] = whole[at : at + values.numel()].view(values.shape)
        at += values.numel()
    torch.save(shared, file)
    matrix.same_bytes(f"{title}, PyTorch, one storage for all", file)
    torch.save(
        {
            "epoch": 3,
            "hyper_parameters": {"lr": 1e-3, "shape": torch.Size([3]), "type": torch.float32},
            "optimizer_states": [{"state": {0: {"step": torch.tensor(5.0)}}}],
            "state_dict": collections.OrderedDict((prefix + name, values) for name, values in tensors.items()),
        },
        matrix.work / "net.ckpt",
    )
    matrix.same_bytes(f"{title}, Lightning", matrix.work / "net.ckpt")
    torch.save(tensors, file, _use_new_zipfile_serialization=False)
    matrix.refused(f"{title}, PyTorch before 1.6", "before version 1.6", file)


def check_safetensors(matrix, title, tensors):
    from safetensors.torch import save_file

    file = matrix.work / "net.safetensors"
    save_file(tensors, file)
    matrix.same_bytes(f"{title}, safetensors, f32", file)
    save_file({name: values.double() for name, values in tensors.items()}, file)
    matrix.same_bytes(f"{title}, safetensors, f64", file)
    save_file({name: values.half() for name, values in tensors.items()}, file)
    matrix.within(f"{title}, safetensors, f16", 2**-10, file)
    save_file({name: values.bfloat16() for name, values in tensors.items()}, file)
    matrix.within(f"{title}, safetensors, bf16", 2**-8, file)


def export(module, example, file, **options):
    import warnings
    import torch

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        torch.onnx.export(module, example, file, dynamo=False, input_names=["x"], **options)


def simplify(file):
    """Makes constants of what does not follow from the input, and fuses what can be; in place."""
    import onnx
    import onnxsim

    model, _ = onnxsim.simplify(onnx.load(file))
    onnx.save(model, file)
    return file


def export_both(matrix):
    """Both nets as ONNX in the working folder, simplified."""
    import torch

    export(segmentation_module(matrix.part("segmentation.")), torch.zeros(1, 1, 16000), matrix.work / "segmentation.onnx",
           dynamic_axes={"x": {0: "B", 2: "T"}})  # fmt: skip
    export(embedding_module(matrix.part("embedding.")), torch.zeros(1, 200, 80), matrix.work / "embedding.onnx",
           dynamic_axes={"x": {0: "B", 1: "T"}})  # fmt: skip
    for net in ("segmentation", "embedding"):
        simplify(matrix.work / f"{net}.onnx")


def check_onnx_segmentation(matrix, tensors):
    import onnx
    import torch

    file = matrix.work / "segmentation.onnx"
    export(segmentation_module(tensors), torch.zeros(1, 1, 16000), file, dynamic_axes={"x": {0: "B", 2: "T"}})
    matrix.same_bytes("segmentation net, ONNX, LSTM and MatMul turned", file)
    whole = file.read_bytes()
    for kept in (20, len(whole) // 3, len(whole) - 2):
        (matrix.work / "cut.onnx").write_bytes(whole[:kept])
        matrix.refused(f"segmentation net, ONNX, cut to {kept} bytes", "cut.onnx", matrix.work / "cut.onnx")
    model = onnx.load(file)
    for node in model.graph.node:
        if node.op_type == "MaxPool":
            node.attribute[[a.name for a in node.attribute].index("strides")].ints[0] = 2
            break
    onnx.save(model, file)
    matrix.refused("segmentation net, ONNX, another stride", "strides [2], expected [3]", file)
    file.write_bytes(whole)
    matrix.heard_alike("segmentation net, ONNX, simplified: filters for frequencies", simplify(file))
    model = onnx.load(file)
    constants = [attribute.t for node in model.graph.node for attribute in node.attribute if attribute.HasField("t")]
    filters = next(tensor for tensor in [*constants, *model.graph.initializer] if list(tensor.dims) == [80, 1, 251])
    values = onnx.numpy_helper.to_array(filters).copy()
    values[3] = values[3, :, ::-1] + 0.1
    filters.CopyFrom(onnx.numpy_helper.from_array(values, filters.name))
    onnx.save(model, file)
    matrix.refused("segmentation net, ONNX, other filters", "number 3 is no band-pass of SincNet's", file)


def check_onnx_embedding(matrix, tensors):
    import numpy
    import onnx
    import torch

    file, net = matrix.work / "embedding.onnx", embedding_module(tensors)
    axes = {"x": {0: "B", 1: "T"}}
    preserve = torch.onnx.TrainingMode.PRESERVE
    export(net, torch.zeros(1, 200, 80), file, dynamic_axes=axes, training=preserve, do_constant_folding=False)
    matrix.same_bytes("embedding net, ONNX, norms apart", file)
    export(net, torch.zeros(1, 200, 80), file, dynamic_axes=axes)
    made, result = matrix.run(file)
    problem = result.stderr.strip() or None
    if result.returncode == 0:
        # Folded: convolution and norm together are what they were, but for F16's rounding and f32's.
        folded, problem = read_pack(made)[0], None
        for name, weights in matrix.expected.items():
            if not name.startswith("embedding.") or weights.ndim != 4:
                continue
            norm = name.replace("shortcut.0", "shortcut.1").replace("conv", "bn")[: -len("weight")]
            products = []
            for pack in (matrix.expected, folded):
                scale = pack[norm + "weight"] / numpy.sqrt(pack[norm + "running_var"].astype("float64") + 1e-5)
                shift = pack[norm + "bias"] - pack[norm + "running_mean"] * scale
                products.append((pack[name] * scale[:, None, None, None], shift))
            for wanted, got in zip(*products):
                if numpy.any(abs(wanted - got) > 2**-10 * abs(wanted) + 1e-6):
                    problem = f"{name} with its norm differs"
    matrix.say("embedding net, ONNX, norms folded", problem)
    matrix.heard_alike("embedding net, ONNX, norms folded, simplified", simplify(file))
    model = onnx.load(file)
    strided = next(n for n in model.graph.node if [2, 2] in [list(a.ints) for a in n.attribute if a.name == "strides"])
    strided.attribute[[a.name for a in strided.attribute].index("pads")].ints[0] = 0
    onnx.save(model, file)
    matrix.refused("embedding net, ONNX, another padding", "pads [0, 1, 1, 1], expected [1, 1, 1, 1]", file)


def check_refusals(matrix):
    """What runs code, or would have to, is refused by name."""
    import os
    import torch

    class Command:
        def __reduce__(self):
            return os.system, (f"touch {matrix.work / 'was-run'}",)

    file = matrix.work / "hostile.bin"
    torch.save({"state_dict": Command()}, file)
    matrix.refused("a pickle that calls os.system", f"{os.system.__module__}.system", file)
    matrix.say("which did not run", "it ran" if (matrix.work / "was-run").exists() else None)
    torch.save(torch.nn.Linear(2, 2), file)
    matrix.refused("a module, not its tensors", "torch.nn.modules.linear.Linear", file)
    torch.jit.save(torch.jit.script(torch.nn.Linear(2, 2)), str(file))
    matrix.refused("TorchScript", "TorchScript", file)


def check_plda(matrix):
    import numpy

    for title, names in {"transform": ["mean1", "lda", "mean2"], "PLDA": ["mu", "tr", "psi"]}.items():
        arrays = {name: matrix.expected["plda." + name] for name in names}
        for save in (numpy.savez, numpy.savez_compressed):
            save(matrix.work / "plda.npz", **arrays)
            matrix.same_bytes(f"{title}, npz ({save.__name__})", matrix.work / "plda.npz")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--program", type=pathlib.Path, required=True)
    parser.add_argument("--pack", type=pathlib.Path, required=True)
    parser.add_argument("--work", type=pathlib.Path, required=True)
    parser.add_argument("--python", type=pathlib.Path, help="of an environment that has PyTorch and onnx")
    parser.add_argument("--export", action="store_true", help="only leave both nets as ONNX in the folder")
    parser.add_argument("--entered", action="store_true", help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    arguments.work.mkdir(parents=True, exist_ok=True)
    if not arguments.entered:
        enter_environment(__file__, arguments.work, arguments.python)
    matrix = Matrix(arguments.program, arguments.pack, arguments.work)
    if arguments.export:
        return export_both(matrix)
    for title, prefix, outer in (
        ("segmentation net", "segmentation.", "model."),
        ("embedding net", "embedding.", "model.resnet."),
    ):
        tensors = matrix.part(prefix)
        check_pytorch(matrix, title, tensors, outer)
        check_safetensors(matrix, title, tensors)
        (check_onnx_segmentation if outer == "model." else check_onnx_embedding)(matrix, tensors)
    check_plda(matrix)
    check_refusals(matrix)
    print(f"{matrix.failures} of the above failed")
    sys.exit(matrix.failures != 0)


if __name__ == "__main__":
    main()
