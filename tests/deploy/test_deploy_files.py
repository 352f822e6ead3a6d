"""deploy/: each file by the checker of its kind, and a small installation by leaving out what it
leaves out.
"""

from __future__ import annotations

import plistlib
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).parents[2]
DEPLOY = ROOT / "deploy"
UNITS = sorted(path.name for path in (DEPLOY / "systemd").iterdir())
# Not in a small installation: Prefect with what only it needs, and charts.
LEFT_OUT = ("prefect", "fastapi", "sqlalchemy", "socksio", "vl-convert-python")
BLOCK = f"""
import sys
from importlib.machinery import PathFinder
class WithoutThem(PathFinder):
    @classmethod
    def find_spec(cls, name, path=None, target=None):
        if name.partition(".")[0] not in {("prefect", "fastapi", "sqlalchemy", "vl_convert")!r}:
            return super().find_spec(name, path, target)
sys.meta_path[sys.meta_path.index(PathFinder)] = WithoutThem
"""


def test_the_container_file_passes_its_linter() -> None:
    linter = Path(sys.executable).with_name("hadolint")
    done = subprocess.run(  # noqa: S603 - a linter, with our own file
        [str(linter), str(DEPLOY / "Dockerfile")], capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stdout) == (0, "")


def test_the_container_takes_what_the_package_is_built_from() -> None:
    copied = re.findall(r"^COPY (?!--from)(.+) \S+$", (DEPLOY / "Dockerfile").read_text(), re.M)
    names = {name for line in copied for name in line.split()}
    build = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["hatch"]["build"]
    wheel = build["targets"]["wheel"]
    needed = {*wheel["packages"], *wheel["force-include"], *wheel["shared-data"]}
    assert needed | {"pyproject.toml", "README.md", "LICENSE", "constraints.txt"} == names
    assert all((ROOT / name).exists() for name in names)


def test_the_composed_service_is_the_image_of_this_file_with_its_volume() -> None:
    composed = yaml.safe_load((DEPLOY / "compose.yaml").read_text())
    service = composed["services"]["goldmine"]
    assert (DEPLOY / service["build"]["context"] / service["build"]["dockerfile"]).is_file()
    assert service["volumes"] == ["goldmine:/project"]
    assert composed["volumes"].keys() == {"goldmine"}


@pytest.mark.parametrize("name", UNITS)
def test_systemd_takes_each_unit(name: str, tmp_path: Path) -> None:
    program = tmp_path / "goldmine/.venv/bin/goldmine"
    program.parent.mkdir(parents=True)
    program.write_text("#!/bin/sh\n")
    program.chmod(0o755)
    for unit in UNITS:  # a timer's service beside it
        text = (DEPLOY / "systemd" / unit).read_text().replace("%h", str(tmp_path))
        (tmp_path / unit).write_text(text)
    assert analyzed("verify", "--man=no", str(tmp_path / name), HOME=str(tmp_path)) == ""


@pytest.mark.parametrize("name", [name for name in UNITS if name.endswith(".service")])
def test_little_is_open_to_each_service(name: str) -> None:
    said = analyzed("security", "--offline=true", str(DEPLOY / "systemd" / name))
    exposure = re.search(r"Overall exposure level for \S+: ([\d.]+)", said)
    assert exposure is not None, said
    assert float(exposure[1]) < 3


def analyzed(*arguments: str, **env: str) -> str:
    done = subprocess.run(  # noqa: S603 - systemd's own checker, with our own files
        ["systemd-analyze", *arguments],  # noqa: S607
        capture_output=True,
        text=True,
        check=False,
        env={"PATH": "/usr/bin:/bin", "LANG": "C.UTF-8", **env},
    )
    return done.stdout + done.stderr


def test_the_property_list_starts_what_the_unit_starts() -> None:
    with (DEPLOY / "launchd" / "org.goldmine-ingest.serve.plist").open("rb") as file:
        job = plistlib.load(file)
    started = [argument.replace("/Users/YOU", "%h") for argument in job["ProgramArguments"]]
    assert f"ExecStart={' '.join(started)}\n" in (DEPLOY / "systemd/goldmine.service").read_text()
    assert job["Umask"] == 0o077


def requirements(text: str) -> dict[str, str]:
    """Name and range of each line that is one."""
    lines = (line.partition("#")[0].strip() for line in text.splitlines())
    return {re.split(r"[<>=]", line)[0]: line for line in lines if line}


def test_a_small_installation_is_the_whole_one_but_for_what_it_leaves_out() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    whole = requirements("\n".join(project["dependencies"]))
    small = requirements((DEPLOY / "small.txt").read_text())
    assert small == {name: line for name, line in whole.items() if name not in LEFT_OUT}


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project, and an environment in which what is left out can't be imported."""
    folder = tmp_path_factory.mktemp("small")
    (folder / "blocked").mkdir()
    (folder / "blocked" / "sitecustomize.py").write_text(BLOCK)
    assert small_goldmine(folder, "init", ".").returncode == 0
    assert small_goldmine(folder, "run", "--all").returncode == 0
    return folder


def small_goldmine(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(  # noqa: S603 - the program itself
        [sys.executable, "-m", "goldmine_ingest", *arguments],
        cwd=folder,
        env={
            "PYTHONPATH": f"{folder / 'blocked'}:{ROOT}",
            "PATH": "/usr/bin:/bin",
            "HOME": str(folder),
            "LANG": "C.UTF-8",
        },
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize("command", ["matches", "review", "find close", "doctor", "check"])
def test_it_does_without_what_it_leaves_out(command: str, small: Path) -> None:
    done = small_goldmine(small, *command.split())
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("command", ["serve", "deploy --yaml", "report --html market.html"])
def test_what_needs_more_says_how_to_add_it(command: str, small: Path) -> None:
    done = small_goldmine(small, *command.split())
    assert done.returncode == 1
    assert "pip install" in done.stderr
    assert len(done.stderr.splitlines()) == 2, done.stderr
