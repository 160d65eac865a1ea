"""Every Python example of README.md and docs/python.md runs as it is written, in a fresh folder."""

import re
import shutil
import subprocess
import sys

import pytest

from conftest import SOURCE

BLOCK = re.compile(r"^```python ?([\w.]*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def examples():
    for page in ("README.md", "docs/python.md"):
        text = (SOURCE / page).read_text(encoding="utf-8")
        for match in BLOCK.finditer(text):
            line = text.count("\n", 0, match.start()) + 2
            yield pytest.param(match[2], match[1], id=f"{page}:{line}")


def test_there_are_examples():
    assert len(list(examples())) >= 9


@pytest.mark.parametrize("code, needs", list(examples()))
def test_example(code, needs, tmp_path):
    if needs:
        pytest.importorskip(needs)
    shutil.copytree(SOURCE / "samples", tmp_path / "samples")
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True, timeout=600
    )
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
