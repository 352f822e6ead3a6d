"""Prefect's database with its schema and nothing in it, as its server makes one at its first start:
made once a run, for all workers, and copied. Each server's own would cost seven seconds of CPU.
"""

from __future__ import annotations

import fcntl
import os
import shutil
import subprocess
import sys
from pathlib import Path

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
    made = shared / "prefect-database"
    made.mkdir(exist_ok=True)
    with (made / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (made / _NAME).exists():
            _make(made)
    home = project / "data/prefect"
    home.mkdir(mode=0o700, parents=True)
    shutil.copyfile(made / _NAME, home / _NAME)


def _make(folder: Path) -> None:
    home = folder / "home"
    env = {"PATH": os.environ["PATH"], "HOME": str(home), "PREFECT_HOME": str(home)}
    subprocess.run([sys.executable, "-c", _MAKE], env=env, check=True)  # noqa: S603 - our own
    (home / _NAME).rename(folder / _NAME)
