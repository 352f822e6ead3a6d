"""Files that other users of the computer can read or change: configuration and secrets, and what
the program writes (docs/reliability.md C1).
"""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from goldmine_ingest.config import files
from goldmine_ingest.config.contradictions import holds_literals, references, shown_path
from goldmine_ingest.config.references import secret_path

if TYPE_CHECKING:
    from goldmine_ingest.settings.project import Project

_STICKY = 0o1000  # in such a folder (/tmp) others can't replace a file


def permissions(project: Project, read: Sequence[files.TomlFile]) -> Iterator[tuple[str, str]]:
    """Warnings (where, message) about the files that were read and the secret files that they
    name.
    """
    exposed = holds_literals(project)
    for file in read:
        shown = shown_path(file.path, project.home)
        folder = file.path.resolve().parent.stat()
        if files.foreign(file.status):
            yield shown, f"belongs to another user (id {file.status.st_uid})"
        if files.written_by_others(file.status):
            yield (
                shown,
                f"can be changed by other users (mode {files.mode(file.status)}); chmod 600 it",
            )
        elif exposed and file.path == project.config_path and files.read_by_others(file.status):
            yield (
                shown,
                (
                    "holds addresses and can be read by other users (mode"
                    f" {files.mode(file.status)}); chmod 600 it"
                ),
            )
        if files.written_by_others(folder) and not folder.st_mode & _STICKY:
            yield shown, f"lies in a folder that other users can change (mode {files.mode(folder)})"
    yield from _secret_files(project)


def _secret_files(project: Project) -> Iterator[tuple[str, str]]:
    for where, ref in references(project):
        if ref.scheme != "secret":
            continue
        try:
            status = secret_path(ref, project.home).stat()
        except (OSError, ValueError):
            continue  # said when the secret is needed, and by `goldmine check`
        if files.read_by_others(status) or files.written_by_others(status):
            yield (
                where,
                (
                    f"the file of {ref} can be read or changed by other users (mode"
                    f" {files.mode(status)}); chmod 600 it"
                ),
            )
        if files.foreign(status):
            yield where, f"the file of {ref} belongs to another user (id {status.st_uid})"


def loose_data(project: Project) -> Iterator[tuple[str, str]]:
    """(file, sentence) for each folder and file of the history that isn't the owner's alone: the
    database, its log and locks, copies, answers set aside, the SQL prompt's memory, the published
    copy (0400), templates. A few stats; nothing is opened.
    """
    database, published = project.database.path, project.database.publish
    data = database.parent
    own = not project.home.is_relative_to(
        data
    )  # a folder that also holds the project is the user's, not ours
    for folder in (data, data / "backups", data / "spool", data / "prefect"):
        yield from _loose_folder(folder, project, private=own or folder != data)
    for path in _ours(database):
        if path != published:
            yield from _loose_file(path, project)
    if published is not None:
        yield from _loose_file(published, project, wanted=0o400)
    templates = project.config_path.parent / "templates"
    for path in (templates, *_inside(templates)):
        if (status := _status(path)) and (files.written_by_others(status) or files.foreign(status)):
            yield (
                _shown(path, project),
                f"can be changed by other users (mode {files.mode(status)}); chmod go-w it",
            )


def _ours(database: Path) -> Iterator[Path]:
    """What the program writes beside the database."""
    stem = database.stem
    for path in _inside(database.parent):
        kept = path.name == ".sql_history" or path.name.endswith(".last-good")
        if kept or (path.name.removeprefix(".").startswith(stem) and not path.is_dir()):
            yield path
    for folder in ("backups", "spool"):
        yield from _inside(database.parent / folder)


def _loose_folder(folder: Path, project: Project, *, private: bool) -> Iterator[tuple[str, str]]:
    status = _status(folder)
    if status is None or not stat.S_ISDIR(status.st_mode):
        return
    if files.foreign(status):
        yield _shown(folder, project), f"belongs to another user (id {status.st_uid})"
    if files.written_by_others(status) and not status.st_mode & _STICKY:
        yield (
            _shown(folder, project),
            f"can be changed by other users (mode {files.mode(status)}); chmod 700 it",
        )
    elif private and status.st_mode & 0o077 and not status.st_mode & _STICKY:
        yield (
            _shown(folder, project),
            f"can be entered by other users (mode {files.mode(status)}); chmod 700 it",
        )


def _loose_file(path: Path, project: Project, *, wanted: int = 0o600) -> Iterator[tuple[str, str]]:
    status = _status(path)
    if status is None or not stat.S_ISREG(status.st_mode):
        return
    if files.foreign(status):
        yield _shown(path, project), f"belongs to another user (id {status.st_uid})"
    if status.st_mode & ~wanted & 0o277:
        who = (
            "can be read or changed by other users" if status.st_mode & 0o077 else "can be changed"
        )
        yield _shown(path, project), f"{who} (mode {files.mode(status)}); chmod {wanted:o} it"


def _inside(folder: Path) -> list[Path]:
    try:
        return sorted(folder.iterdir())
    except OSError:  # none there, or not to be entered: that is said by whoever needs it
        return []


def _status(path: Path) -> os.stat_result | None:
    try:
        return path.stat()
    except OSError:
        return None


def _shown(path: Path, project: Project) -> str:
    return shown_path(path, project.home)
