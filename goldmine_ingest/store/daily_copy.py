"""The daily copy: the history as one file per day beside the database, so many days deep. Cheap
to ask for as often as one likes.
"""

from __future__ import annotations

import re
from datetime import datetime
from pathlib import Path

from goldmine_ingest.errors import StoreError
from goldmine_ingest.settings.project import DatabaseSettings
from goldmine_ingest.store.publish import copy_history

FOLDER = "backups"


def copy_path(settings: DatabaseSettings, now: datetime) -> Path:
    """Where the copy of a (UTC) day is: data/backups/goldmine-2026-11-23.duckdb."""
    return (
        settings.path.parent / FOLDER / f"{settings.path.stem}-{now:%Y-%m-%d}{settings.path.suffix}"
    )


def copy_daily(settings: DatabaseSettings, now: datetime) -> Path | None:
    """Makes today's copy (mode 0600) and forgets those beyond [database] backups; None where there
    is one already, or none is wanted.

    Raises BusyError and StoreError; a copy that stands is never damaged by that.
    """
    target = copy_path(settings, now)
    if settings.backups == 0 or target.exists() or not settings.path.exists():
        return None
    copy_history(settings.path, target, now)
    _forget_old(settings)
    return target


def newest_copy(settings: DatabaseSettings) -> Path | None:
    """The newest copy in the folder, whoever made and named it (a timer's `goldmine backup`,
    too), or None.
    """
    folder = settings.path.parent / FOLDER
    found = list(folder.glob(f"*{settings.path.suffix}")) if folder.is_dir() else []
    return max(found, key=lambda path: (path.stat().st_mtime, path.name), default=None)


def _copies(settings: DatabaseSettings) -> list[Path]:
    """Only files that are called as ours are, the oldest first."""
    folder = settings.path.parent / FOLDER
    name = re.compile(
        re.escape(settings.path.stem) + r"-\d{4}-\d\d-\d\d" + re.escape(settings.path.suffix)
    )
    return (
        sorted(path for path in folder.iterdir() if name.fullmatch(path.name))
        if folder.is_dir()
        else []
    )


def _forget_old(settings: DatabaseSettings) -> None:
    """Whatever else a person keeps there stays."""
    copies = _copies(settings)
    for path in copies[: max(0, len(copies) - settings.backups)]:
        try:
            path.unlink()
        except OSError as error:
            raise StoreError(
                f"can't remove the old copy: {error.strerror}", subject=str(path)
            ) from error
