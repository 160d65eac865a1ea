"""Types: the package is strict, its user sees them, and the extension is as its ``.pyi`` declares it."""

import ast
import inspect
import json
import pathlib
import shutil
import subprocess
import sys

import pytest

import diarist
from diarist import _native

from conftest import SOURCE

USER = """
import io
import pathlib
from typing import List

import numpy as np
import diarist

def spans(file: pathlib.Path) -> List[float]:
    with diarist.Diarizer(threads=2) as diarizer:
        result = diarizer.diarize(file, speakers=2, progress=lambda done, total: None)
    names: List[str] = [turn.speaker for turn in result]
    rows: int = result.centroids.shape[0]
    der: float = sum([diarist.score(result, result)], diarist.Score()).der
    diarist.diarize(np.zeros(16000), sample_rate=16000)
    diarist.diarize(io.BytesIO(b""))
    with diarist.Diarizer() as kept, kept.stream(delay=1, max_speakers=2) as stream:
        clocks: List[float] = [event.clock for event in stream.events([np.zeros(1600)])]
        print(clocks, stream.result.to_rttm(), stream.pushed + 1.0)
    return [turn.duration for turn in result[:rows]] + [der, float(len(names))]
"""
WRONG = """
import diarist
diarist.diarize("a.wav", speakers="two")
diarist.diarize("a.wav").turns[0].speaker.start
diarist.Diarizer(thread=1)
diarist.Diarizer().stream(delays=1)
diarist.Stream("a.wav")
"""


def mypy(*arguments, cwd):
    pytest.importorskip("mypy")
    command = [sys.executable, "-m", "mypy", "--strict", *map(str, arguments)]
    return subprocess.run(command, cwd=cwd, capture_output=True, text=True)


def test_the_package_is_strict(tmp_path):
    done = mypy("--config-file", SOURCE / "pyproject.toml", SOURCE / "python" / "diarist", cwd=tmp_path)
    assert done.returncode == 0, done.stdout


def test_pyright_agrees(tmp_path):
    pytest.importorskip("pyright")
    # It looks below its own folder only.
    shutil.copytree(SOURCE / "python" / "diarist", tmp_path / "diarist")
    environment = pathlib.Path(sys.prefix)
    options = {"include": ["diarist"], "pythonVersion": "3.9"}
    options |= {"venvPath": str(environment.parent), "venv": environment.name}
    (tmp_path / "pyrightconfig.json").write_text(json.dumps(options))
    command = [sys.executable, "-m", "pyright", "--outputjson", "--project", str(tmp_path)]
    told = json.loads(subprocess.run(command, capture_output=True, text=True).stdout)
    assert told["generalDiagnostics"] == []
    assert told["summary"]["filesAnalyzed"] >= len(list(tmp_path.glob("diarist/*.py")))


def test_a_user_sees_the_types(tmp_path):
    (tmp_path / "user.py").write_text(USER)
    done = mypy("user.py", cwd=tmp_path)
    assert done.returncode == 0, done.stdout
    (tmp_path / "wrong.py").write_text(WRONG)
    done = mypy("wrong.py", cwd=tmp_path)
    assert "Found 5 errors" in done.stdout, done.stdout


def declared_names(body):
    """Name to whether it is called, and the members of classes."""
    names = {}
    for node in body:
        if isinstance(node, ast.ClassDef):
            names[node.name] = declared_names(node.body)
        elif isinstance(node, ast.FunctionDef):
            names[node.name] = not any(
                isinstance(mark, ast.Name) and mark.id == "property" for mark in node.decorator_list
            )
        elif isinstance(node, ast.AnnAssign):
            names[node.target.id] = False
    return names


def runtime_names(owner):
    names = {}
    for name, value in vars(owner).items():
        if name.startswith("__") and name not in ("__init__", "__version__"):
            continue
        if inspect.isclass(value):
            names[name] = runtime_names(value)
        else:
            names[name] = callable(getattr(owner, name))
    return names


def test_the_extension_is_as_declared():
    declared = declared_names(ast.parse((SOURCE / "python" / "diarist" / "_native.pyi").read_text()).body)
    # What nanobind puts on every class, whether it can be made or not.
    runtime = runtime_names(_native)
    for members in [runtime, *(value for value in runtime.values() if isinstance(value, dict))]:
        members.pop("__init__", None)
    for members in [declared, *(value for value in declared.values() if isinstance(value, dict))]:
        members.pop("__init__", None)
    assert runtime == declared


def test_everything_public_is_explained():
    for name in diarist.__all__:
        value = getattr(diarist, name)
        if inspect.isclass(value) or inspect.isfunction(value):
            assert value.__doc__, name
        if inspect.isclass(value) and value.__module__.startswith("diarist._"):
            for member, function in vars(value).items():
                if inspect.isfunction(function) and not member.startswith("_"):
                    assert function.__doc__, f"{name}.{member}"


def test_every_option_is_explained():
    """As NumPy's style has it: a line of its own in Parameters, for each."""
    for function in (diarist.Diarizer.diarize, diarist.Stream, diarist.cluster, diarist.score, diarist.compare,
                     diarist.quantize, diarist.import_model, diarist.load_audio):
        parameters = inspect.getdoc(function).split("Parameters\n---")[1].split("\n\n")[0]
        heads = [line.split(" : ")[0] for line in parameters.splitlines() if line and line[0] != " "]
        told = {name.strip().lstrip("*") for head in heads for name in head.split(",")}
        missing = set(inspect.signature(function).parameters) - {"self"} - told
        assert not missing, (function.__name__, missing)
