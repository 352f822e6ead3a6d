"""The daily copy: the history as one file per day beside the database, so many days deep. Cheap to ask for as often as one likes."""

from __future__ import annotations

import re
from datetime import datetime
from pathlib import Path

from goldmine_ingest.errors import StoreError
from goldmine_ingest.settings import DatabaseSettings
from goldmine_ingest.store.publish import copy_history

FOLDER = "backups"


def copy_path(settings: DatabaseSettings, now: datetime) -> Path:
    """Where the copy of a (UTC) day is: data/backups/goldmine-2026-11-23.duckdb."""
    return settings.path.parent / FOLDER / f"{settings.path.stem}-{now:%Y-%m-%d}{settings.path.suffix}"


def copy_daily(settings: DatabaseSettings, now: datetime) -> Path | None:
    """Makes today's copy (mode 0600) and forgets those beyond [database] backups; None where there is one already, or none is wanted.

    Raises BusyError and StoreError; a copy that stands is never damaged by that.
    """
    target = copy_path(settings, now)
    if settings.backups == 0 or target.exists() or not settings.path.exists():
        return None
    copy_history(settings.path, target, now)
    _forget_old(settings, target.parent)
    return target


def _forget_old(settings: DatabaseSettings, folder: Path) -> None:
    """Only files that are called as ours are; whatever else a person keeps there stays."""
    name = re.compile(re.escape(settings.path.stem) + r"-\d{4}-\d\d-\d\d" + re.escape(settings.path.suffix))
    copies = sorted(path for path in folder.iterdir() if name.fullmatch(path.name))
    for path in copies[: max(0, len(copies) - settings.backups)]:
        try:
            path.unlink()
        except OSError as error:
            raise StoreError(f"can't remove the old copy: {error.strerror}", subject=str(path)) from error
