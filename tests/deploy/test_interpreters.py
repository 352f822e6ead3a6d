"""Wheel and sdist in an empty environment of each Python that is found here, from the oldest that
the project supports: installed, and used as on a first day. Only in `make drill`: each takes a
minute and 300 MB.
"""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.rig.waiting import PATIENCE, wait_for

ROOT = Path(__file__).parents[2]
VERSIONS = ("3.11", "3.12", "3.13", "3.14")


def found() -> dict[str, str]:
    """An interpreter of each version that is there: this one, on the path, or pyenv's."""
    here = {f"{sys.version_info.major}.{sys.version_info.minor}": sys.executable}
    pyenv = Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv")) / "versions"
    for version in VERSIONS:
        kept = sorted(pyenv.glob(f"{version}.*/bin/python"))
        program = str(kept[-1]) if kept else shutil.which(f"python{version}")
        if program:
            here.setdefault(version, program)
    return here


INTERPRETERS = found()


def run(*words: str, cwd: Path, **env: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(  # noqa: S603 - our own package
        words,
        cwd=cwd,
        env={**os.environ, "HOME": str(cwd), **env},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Both as they would be published."""
    folder = tmp_path_factory.mktemp("built")
    assert run(sys.executable, "-m", "venv", "venv", cwd=folder).returncode == 0
    assert run("venv/bin/pip", "install", "--quiet", "build", cwd=folder).returncode == 0
    done = run("venv/bin/python", "-m", "build", "--outdir", "dist", str(ROOT), cwd=folder)
    assert done.returncode == 0, done.stdout + done.stderr
    (wheel,) = (folder / "dist").glob("*.whl")
    (source,) = (folder / "dist").glob("*.tar.gz")
    return {"wheel": wheel, "sdist": source}


@pytest.mark.drill
@pytest.mark.parametrize("kind", ["wheel", "sdist"])
@pytest.mark.parametrize("version", sorted(INTERPRETERS))
def test_it_is_installed_and_used(
    version: str, kind: str, built: dict[str, Path], tmp_path: Path
) -> None:
    made = run(INTERPRETERS[version], "-m", "venv", "venv", cwd=tmp_path)
    assert made.returncode == 0, made.stderr
    own = tmp_path / "venv/bin"
    constraints = ["-c", str(ROOT / "constraints.txt")]
    installed = run(
        str(own / "pip"), "install", "--quiet", *constraints, str(built[kind]), cwd=tmp_path
    )
    assert installed.returncode == 0, installed.stderr
    _first_day(own, tmp_path / "project")


def _first_day(own: Path, project: Path) -> None:
    project.mkdir()
    for command, says in (
        ("--version", r"goldmine \d"),
        ("init --trade design", "wrote config/goldmine.toml"),
        ("check", "the configuration is fine"),
        ("run --all", r"[34] qualified"),
        ("matches", "Brand identity"),
        ("find packaging", "Packaging design"),
        ("explain Brand identity", "qualified, score"),
        ("report --html market.html", ""),
        ("doctor", "invariants|ok"),
    ):
        done = run(str(own / "goldmine"), *command.split(), cwd=project)
        assert done.returncode == 0, f"{command}: {done.stdout}{done.stderr}"
        assert re.search(says, done.stdout + done.stderr), f"{command}: {done.stdout}{done.stderr}"
    _page_opens(own, project)


def _page_opens(own: Path, project: Path) -> None:
    """`goldmine web` until it shows its sign-in link; then Ctrl-C."""
    shown = project / "web.txt"
    with shown.open("w") as out:
        page = subprocess.Popen(  # noqa: S603 - our own package
            [str(own / "goldmine"), "web", "--port", "0"],
            cwd=project,
            env={**os.environ, "HOME": str(project)},
            stdout=out,
            stderr=subprocess.STDOUT,
        )
    try:
        wait_for(lambda: "http://" in shown.read_text() or page.poll() is not None)
        assert "http://" in shown.read_text(), shown.read_text()
    finally:
        page.send_signal(signal.SIGINT)
        assert page.wait(PATIENCE) == 0, shown.read_text()
