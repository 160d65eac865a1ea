"""Every Python example of README.md and docs/ runs as it is written, those of a page in order in one fresh folder."""

import inspect
import shutil
import subprocess
import sys

import diarist
import pytest

from conftest import SOURCE, run_program

sys.path.insert(0, str(SOURCE / "tests" / "readme"))
import pages  # noqa: E402

EXAMPLES = {
    page.relative_to(SOURCE): [block for block in pages.blocks(page) if block.language == "python"]
    for page in [SOURCE / "README.md", *sorted((SOURCE / "docs").rglob("*.md"))]
}


def test_there_are_examples():
    assert sum(map(len, EXAMPLES.values())) >= 9


@pytest.mark.parametrize("page", [str(page) for page, blocks in EXAMPLES.items() if blocks])
def test_examples(page, tmp_path):
    shutil.copytree(SOURCE / "samples", tmp_path / "samples")
    passed_over = []
    for block in next(blocks for name, blocks in EXAMPLES.items() if str(name) == page):
        if block.argument:
            try:
                __import__(block.argument)
            except ImportError:
                passed_over.append(f"{page}:{block.line}: needs {block.argument}")
                continue
        command = [sys.executable, "-c", block.code]
        done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=600)
        assert done.returncode == 0, f"{page}:{block.line}: {done.stderr}"
        # A package that is named may have remarks of its own: Ray's core does.
        assert done.stderr == "" or block.argument, done.stderr
        if block.output is not None:
            assert pages.mismatch(block.output, done.stdout) is None, f"{page}:{block.line}"
    if passed_over:
        pytest.skip("; ".join(passed_over))


def test_report_guide(tmp_path):
    """What the guide beside a quantized pack says of Python runs as it is written, and gives the pack's turns."""
    shutil.copy(SOURCE / "samples" / "sample.wav", tmp_path / "meeting.wav")
    pack = tmp_path / 'a "small" pack.safetensors'
    run_program("quantize", "built-in", "-o", pack, "--method", "int8", "--report", tmp_path / "report")
    (block,) = [each for each in pages.blocks(tmp_path / "report" / "guide.md") if each.language == "python"]
    command = [sys.executable, "-c", block.code]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=600)
    assert done.returncode == 0 and done.stderr == "", done.stderr
    expected = diarist.Diarizer(pack, precision="int8").diarize(tmp_path / "meeting.wav")
    assert done.stdout == "".join(f"{turn.start} {turn.end} {turn.speaker}\n" for turn in expected)
    # Of a pack that was damaged since, the original, with a notice.
    pack.write_bytes(pack.read_bytes()[:1000000])
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=600)
    assert done.returncode == 0 and done.stderr.startswith("built-in is used instead of"), done.stderr


def test_reference(tmp_path):
    """The pages of the API reference can be made without a warning, and nothing public lacks a docstring."""
    pytest.importorskip("pdoc")
    # scripts/api_docs.sh says what is let pass.
    warnings = ["-W", "error", "-W", "ignore:Error parsing type annotation:UserWarning"]
    command = [sys.executable, *warnings, "-m", "pdoc", "--docformat", "numpy", "-o", tmp_path, "diarist"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=600)
    assert done.returncode == 0 and "Warn" not in done.stderr, done.stderr
    assert "Diarizer.diarize" in (tmp_path / "diarist.html").read_text(encoding="utf-8")
    assert [name for name in public_names() if name.endswith("!")] == []


def public_names():
    """Names of what users reach, with ! behind those without a docstring."""
    for name in diarist.__all__:
        thing = getattr(diarist, name)
        if not (inspect.isclass(thing) or inspect.isroutine(thing)):
            continue
        yield name + ("" if inspect.getdoc(thing) else "!")
        for member, value in vars(thing).items() if inspect.isclass(thing) else ():
            if not member.startswith("_") and (inspect.isroutine(value) or isinstance(value, property)):
                yield f"{name}.{member}" + ("" if inspect.getdoc(value) else "!")
