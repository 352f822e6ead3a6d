"""The project of a process that stays: read again when one of its files is another than before."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from goldmine_ingest import config

if TYPE_CHECKING:
    from goldmine_ingest.settings.project import Project

# What tells that a file is another one, or that its content, owner or mode changed. None: there is
# no such file.
Stamp = tuple[int, int, int, int] | None


class CurrentProject:
    """`path` is --config, as `config.load` takes it. Reading and checking a hundred feeds takes
    as long as asking thirty.
    """

    def __init__(self, path: Path | None, *, env: Mapping[str, str], cwd: Path) -> None:
        self._path = path
        self._env = env
        self._cwd = cwd
        self._project: Project | None = None
        self._stamps: tuple[Stamp, ...] | None = None

    def read(self) -> Project:
        """The project as its files say now. Raises ConfigError as `config.load`; the next call
        then reads again.
        """
        before = self._project
        # Looked at before they are read: what is written meanwhile has another stamp next time.
        stamps = tuple(map(_stamp, before.files)) if before else None
        if before is not None and stamps is not None and stamps == self._stamps:
            return before
        project = config.load(self._path, env=self._env, cwd=self._cwd)
        self._stamps = stamps if before and project.files == before.files else None
        self._project = project
        return project


def _stamp(path: Path) -> Stamp:
    try:
        status = path.stat()
    except OSError:
        return None
    return status.st_ino, status.st_size, status.st_mtime_ns, status.st_ctime_ns
