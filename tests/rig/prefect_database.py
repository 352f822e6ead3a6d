"""Prefect's database with its schema and nothing in it, as its server makes one at its first start:
made once a run, for all workers, and copied. Each server's own would cost seven seconds of CPU.
"""

from __future__ import annotations

import fcntl
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from unittest.mock import patch

from tests.rig.waiting import PATIENCE

_MAKE = """
import asyncio
from prefect.server.database import provide_database_interface

asyncio.run(provide_database_interface().create_db())
"""
_NAME = "prefect.db"


def prefect_database(shared: Path, project: Path) -> None:
    """From now on it lies where `goldmine serve` looks for it in this project's folder. `shared`
    is a folder of all workers.
    """
    home = project / "data/prefect"
    home.mkdir(mode=0o700, parents=True)
    shutil.copyfile(_made(shared), home / _NAME)


@contextmanager
def prefect_server(shared: Path) -> Iterator[None]:
    """Prefect's own harness: a server for what runs in this process, on such a database."""
    from prefect.testing.utilities import prefect_test_harness  # seconds, for those who need it

    def mkdtemp() -> str:
        """The harness's new folder, which it removes; what lies in it has the name that it gives."""
        folder = tempfile.mkdtemp()
        shutil.copyfile(_made(shared), Path(folder) / "prefect-test.db")
        return folder

    with (
        patch("prefect.testing.utilities.mkdtemp", mkdtemp),
        prefect_test_harness(server_startup_timeout=PATIENCE),
    ):
        yield


def _made(shared: Path) -> Path:
    folder = shared / "prefect-database"
    folder.mkdir(exist_ok=True)
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (folder / _NAME).exists():
            _make(folder)
    return folder / _NAME


def _make(folder: Path) -> None:
    home = folder / "home"
    env = {"PATH": os.environ["PATH"], "HOME": str(home), "PREFECT_HOME": str(home)}
    subprocess.run([sys.executable, "-c", _MAKE], env=env, check=True)  # noqa: S603 - our own
    (home / _NAME).rename(folder / _NAME)
