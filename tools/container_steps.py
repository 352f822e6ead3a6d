"""The container recipe without a container: the steps of deploy/Dockerfile, followed in a chroot.

    debootstrap --variant=minbase --include=python3,python3-venv,ca-certificates trixie BASE
    python -m tools.container_steps BASE       (as root, on Linux)

Each stage is a copy of BASE, in which python and pip stand where the official image has them. Then
what compose.yaml does: `init /project` as the image's user, the command in the background with an
environment that holds nothing else, the health check until it says healthy, and SIGTERM. It ends
with 0 when all of it went well, and says what was seen: who the process was, what `/project` holds,
how long the end took, what the two stages hold.

What it can't show: that a builder takes the file (a linter reads it in the tests), layers, the
read-only root, dropped capabilities.
"""

from __future__ import annotations

import json
import os
import re
import shlex
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).parents[1]
DOCKERFILE = ROOT / "deploy/Dockerfile"
# What a container gets from its host.
HOST_FILES = ("etc/resolv.conf", "etc/hosts", "etc/ssl/certs/ca-certificates.crt")
PATHS = "/usr/local/bin:/usr/local/sbin:/usr/sbin:/usr/bin:/sbin:/bin"
HOST_VARIABLES = ("PIP_INDEX_URL", "PIP_TRUSTED_HOST", "PIP_CERT", "PIP_DEFAULT_TIMEOUT")
PATIENCE = 180.0  # seconds for the health check and for the end


@dataclass
class Stage:
    """A root folder and what the instructions so far said of it."""

    root: Path
    place: str = "/"
    user: str = "root"
    env: dict[str, str] = field(default_factory=dict)
    said: dict[str, list[str]] = field(default_factory=dict)  # ENTRYPOINT, CMD, HEALTHCHECK


def instructions(text: str) -> Iterator[tuple[str, str]]:
    """Word and rest of each, lines that go on joined."""
    joined = re.sub(r"\\\n\s*", " ", re.sub(r"(?m)^#.*\n", "", text))
    for line in joined.splitlines():
        word, _, rest = line.partition(" ")
        if word:
            yield word, rest.strip()


def follow(base: Path, folder: Path) -> Stage:
    """The last stage, after every instruction."""
    stages: dict[str, Stage] = {}
    stage = Stage(folder)
    for word, rest in instructions(DOCKERFILE.read_text(encoding="utf-8")):
        print(f"{word} {rest}"[:110], flush=True)
        if word == "FROM":
            name = rest.partition(" AS ")[2] or "last"
            stage = stages[name] = Stage(_copy_of(base, folder / name))
        elif word == "COPY":
            _copy(rest, stage, stages)
        elif word == "RUN":
            passed = {name: os.environ[name] for name in HOST_VARIABLES if name in os.environ}
            _run(["/bin/sh", "-c", rest], stage, passed)
        else:
            _note(word, rest, stage)
    return stage


def _note(word: str, rest: str, stage: Stage) -> None:
    """What an instruction says of the commands that follow, or of the container."""
    match word:
        case "WORKDIR":
            stage.place = rest
            (stage.root / rest.lstrip("/")).mkdir(parents=True, exist_ok=True)
        case "USER":
            stage.user = rest
        case "ENV":
            pairs = (each.partition("=") for each in shlex.split(rest.replace("$PATH", PATHS)))
            stage.env |= {key: value for key, _, value in pairs}
        case "HEALTHCHECK":
            stage.said[word] = json.loads(rest.partition("CMD ")[2])
        case "ENTRYPOINT" | "CMD":
            stage.said[word] = json.loads(rest)
        case _:
            assert (word, rest) in (("VOLUME", "/project"), ("STOPSIGNAL", "SIGTERM")), word


def _copy_of(base: Path, root: Path) -> Path:
    """A stage's beginning: what the official image has, from a system's own Python."""
    subprocess.run(["cp", "-a", str(base), str(root)], check=True)  # noqa: S603, S607
    for name in HOST_FILES:
        if (Path("/") / name).exists():
            shutil.copy(Path("/") / name, root / name)
    (root / "dev/shm").chmod(0o1777)  # as a container's, which is a file system of its own
    stage = Stage(root)
    if not (root / "usr/local/bin/pip").exists():
        _run(["/usr/bin/python3", "-m", "venv", "/usr/local/lib/image"], stage)
        for name in ("python", "pip"):
            (root / "usr/local/bin" / name).symlink_to(f"/usr/local/lib/image/bin/{name}")
    return root


def _copy(rest: str, stage: Stage, stages: Mapping[str, Stage]) -> None:
    words = rest.split()
    source = ROOT
    if words[0].startswith("--from="):
        source = stages[words.pop(0).partition("=")[2]].root
    *names, target = words
    goal = stage.root / stage.place.lstrip("/") / target.lstrip("/")
    if target.startswith("/"):
        goal = stage.root / target.lstrip("/")
    for name in names:
        path = source / name.lstrip("/")
        if path.is_dir():
            shutil.copytree(path, goal, symlinks=True, dirs_exist_ok=True)
        else:
            into = goal / path.name if target.endswith("/") else goal
            into.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(path, into)


def _command(words: list[str], stage: Stage) -> list[str]:
    inside = f"cd {shlex.quote(stage.place)} && exec {shlex.join(words)}"
    identity = [] if stage.user == "root" else [f"--userspec={stage.user}:{stage.user}"]
    return [
        shutil.which("chroot") or "/usr/sbin/chroot",
        *identity,
        str(stage.root),
        "/bin/sh",
        "-c",
        inside,
    ]


def _environment(stage: Stage, more: Mapping[str, str] | None = None) -> dict[str, str]:
    return {"PATH": PATHS, "HOME": "/", **stage.env, **(more or {})}


def _run(words: list[str], stage: Stage, more: Mapping[str, str] | None = None) -> str:
    done = subprocess.run(  # noqa: S603 - the recipe's own steps
        _command(words, stage),
        env=_environment(stage, more),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, f"{words}: {done.stdout[-2000:]}{done.stderr[-2000:]}"
    return done.stdout


def as_composed(stage: Stage) -> None:
    """`compose run goldmine init /project`, `compose up`, health, `compose stop`."""
    entry = stage.said["ENTRYPOINT"]
    _run([*entry, "init", "/project"], stage)
    began = time.monotonic()
    log = stage.root.parent / "serve.log"
    with log.open("w") as file:
        served = subprocess.Popen(  # noqa: S603 - the image's own command
            _command([*entry, *stage.said["CMD"]], stage),
            env=_environment(stage),
            stdout=file,
            stderr=subprocess.STDOUT,
        )
    try:
        while True:
            health = subprocess.run(  # noqa: S603 - the image's own check
                _command(stage.said["HEALTHCHECK"], stage), env=_environment(stage), check=False
            )
            if health.returncode == 0:
                break
            assert time.monotonic() - began < PATIENCE, log.read_text()
            assert served.poll() is None, log.read_text()
            time.sleep(1)
        print(f"healthy after {time.monotonic() - began:.0f} s, as uid {_uid(served.pid)}")
        while "polled" not in log.read_text():
            assert time.monotonic() - began < PATIENCE, log.read_text()
            time.sleep(1)
    finally:
        began = time.monotonic()
        served.send_signal(signal.SIGTERM)
        status = served.wait(PATIENCE)
    print(f"ended with {status}, {time.monotonic() - began:.1f} s after SIGTERM")
    assert status == 0, log.read_text()
    shown = [line for line in log.read_text().splitlines() if "polled" in line]
    print(f"it said: {shown[-1]}")
    assert "failed" not in shown[-1], log.read_text()
    print(_run(["/bin/sh", "-c", "ls -ln /project /project/data"], stage))


def _uid(pid: int) -> str:
    status = Path(f"/proc/{pid}/status").read_text()
    found = re.search(r"^Uid:\s+(\d+)", status, re.MULTILINE)
    return found[1] if found else "?"


def main() -> int:
    if len(sys.argv) != 2 or os.geteuid():
        print(__doc__, file=sys.stderr)
        return 2
    with tempfile.TemporaryDirectory() as folder:
        stage = follow(Path(sys.argv[1]).resolve(), Path(folder))
        assert not (stage.root / "src").exists(), "the source doesn't travel"
        as_composed(stage)
    return 0


if __name__ == "__main__":
    sys.exit(main())
