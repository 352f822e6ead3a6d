"""Earlier texts of criteria.toml, kept beside it in versions/ when a program replaces it, so that
every change can be taken back.
"""

from __future__ import annotations

import hashlib
import re
from datetime import UTC, datetime
from pathlib import Path

from goldmine_ingest.config.replacement import read_file, replace_file
from goldmine_ingest.errors import GoldmineError, UsageError
from goldmine_ingest.runtime.locks import make_folder

_KEPT = 50
_NAME = re.compile(r"criteria-(\d{8}T\d{6}Z)(?:-\d{1,3})?\.toml")


class ChangedMeanwhileError(GoldmineError):
    """The file isn't the one that was read: someone else changed it."""


def text_hash(text: str) -> str:
    """What tells one text of the file from another."""
    return hashlib.sha256(text.encode()).hexdigest()


def versions(path: Path) -> tuple[str, ...]:
    """The names of the kept texts, the newest first."""
    folder = _folder(path)
    names = [each.name for each in folder.iterdir()] if folder.is_dir() else []
    return tuple(sorted(filter(_NAME.fullmatch, names), key=_order, reverse=True))


def kept_at(name: str) -> datetime:
    """When the text of this name was replaced."""
    match = _NAME.fullmatch(name)
    if match is None:
        raise UsageError("there is no such version")
    return datetime.strptime(match[1], "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)


def read_version(path: Path, name: str) -> str:
    """Raises UsageError for a name that isn't kept."""
    if name not in versions(path):
        raise UsageError("there is no such version")
    return read_file(_folder(path) / name)


def replace_criteria(path: Path, text: str, base: str, now: datetime) -> str:
    """Put this text in place of the file, whose text has the hash `base`, and keep the one that
    was there; the kept one's name.

    Raises ChangedMeanwhileError where the file has another text by now, GoldmineError where it
    can't be written.
    """
    present = read_file(path)
    if text_hash(present) != base:
        raise ChangedMeanwhileError("was changed by someone else meanwhile; nothing was written")
    name = _keep(path, present, now)
    replace_file(path, text.encode(), like=path, unless_changed=present.encode())
    for old in versions(path)[_KEPT:]:
        (_folder(path) / old).unlink(missing_ok=True)
    return name


def _keep(path: Path, text: str, now: datetime) -> str:
    folder = _folder(path)
    make_folder(folder)
    stem = f"criteria-{now.astimezone(UTC):%Y%m%dT%H%M%SZ}"
    names = (f"{stem}.toml", *(f"{stem}-{number}.toml" for number in range(2, 1000)))
    name = next(each for each in names if not (folder / each).exists())
    replace_file(folder / name, text.encode(), mode=0o600)
    return name


def _order(name: str) -> tuple[str, int]:
    stem, _, number = name.removesuffix(".toml").partition("Z-")
    return stem.removesuffix("Z"), int(number or 1)


def _folder(path: Path) -> Path:
    return path.resolve().parent / "versions"
