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
    """Makes today's copy (mode 0600) forgets those beyond [database] backups; None where there is
    one already, or none is wanted.

    Raises BusyError and StoreError; a copy that stands is never damaged by that.
    """
    target = copy_path(settings, now)
    if settings.backups == 0 or target.exists() or not settings.path.exists():
        return None
    copy_history(settings.path, target, now, read_back=True)
    _forget_old(settings, now)
    return target


def newest_copy(settings: DatabaseSettings) -> Path | None:
    """The newest copy in the folder, whoever made and named it (a timer's `goldmine backup`,
    too), or None.
    """
    folder = settings.path.parent / FOLDER
    copies = list(folder.glob(f"*{settings.path.suffix}")) if folder.is_dir() else []
    return max(copies, key=lambda path: (path.stat().st_mtime, path.name), default=None)


def good_copies(settings: DatabaseSettings) -> list[Path]:
    """What may be restored, the newest first: whatever is in the folder of copies, then the
    published copy.
    """
    folder = settings.path.parent / FOLDER
    copies = (
        sorted(
            folder.glob(f"*{settings.path.suffix}"),
            key=lambda path: path.stat().st_mtime,
            reverse=True,
        )
        if folder.is_dir()
        else []
    )
    published = settings.publish
    return [*copies, *([published] if published is not None and published.is_file() else [])]


def _copies(settings: DatabaseSettings, now: datetime) -> list[Path]:
    """Only files that are called as ours are, the oldest first. One of a day ahead (a clock was)
    may be of any age: it comes before all.
    """
    folder = settings.path.parent / FOLDER
    name = re.compile(
        re.escape(settings.path.stem) + r"-\d{4}-\d\d-\d\d" + re.escape(settings.path.suffix)
    )
    copies = (
        [path for path in folder.iterdir() if name.fullmatch(path.name)] if folder.is_dir() else []
    )
    today = copy_path(settings, now).name
    return sorted(copies, key=lambda path: (path.name <= today, path.name))


def _forget_old(settings: DatabaseSettings, now: datetime) -> None:
    """Whatever else a person keeps there stays."""
    copies = _copies(settings, now)
    for path in copies[: max(0, len(copies) - settings.backups)]:
        try:
            path.unlink()
        except OSError as error:
            raise StoreError(
                f"can't remove the old copy: {error.strerror}", subject=str(path)
            ) from error
