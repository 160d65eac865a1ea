"""Virtual environments with packages from PyPI, for tests that hold diarist against other programs."""
import os
import pathlib
import subprocess
import sys
import venv

SKIPPED = 77


def skip(why):
    """Ends the program: skipped or, in continuous integration (CI is set), failed."""
    if os.environ.get("CI"):
        print(f"failed: {why}")
        sys.exit(1)
    print(f"skipped: {why}")
    sys.exit(SKIPPED)


def environment(folder, packages):
    """The Python of a virtual environment in `folder` with the packages, made once; more are added to it."""
    folder = pathlib.Path(folder)
    python = folder / "bin" / "python"
    complete = folder / "complete"
    installed = set(complete.read_text().split()) if complete.exists() else set()
    if installed.issuperset(packages):
        return python
    if not installed:
        try:
            # Without pip, which Debian has in a package of its own: the one at hand installs into it.
            venv.create(folder, clear=True, with_pip=False)
        except (OSError, subprocess.CalledProcessError) as error:
            skip(f"no virtual environment can be made here: {error}")
    command = [sys.executable, "-m", "pip", "--python", python, "install", "--quiet", *packages]
    if subprocess.run(command, check=False).returncode:
        skip(f"{' '.join(packages)} cannot be installed")
    complete.write_text(" ".join(sorted(installed.union(packages))))
    return python


def enter(folder, packages):
    """Starts the running script again in such an environment; returns within it."""
    if pathlib.Path(sys.prefix).resolve() == pathlib.Path(folder).resolve():
        return
    python = environment(folder, packages)
    # Errors are tracebacks of ours, not of a terminal's size or encoding.
    variables = {**os.environ, "PYTHONUTF8": "1"}
    sys.exit(subprocess.run([python, *sys.argv], check=False, env=variables).returncode)
