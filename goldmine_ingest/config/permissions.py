"""Warnings about configuration and secret files that other users of the computer can read or change (RELIABILITY.md C1)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from goldmine_ingest.config import files
from goldmine_ingest.config.contradictions import holds_literals, references, shown_path
from goldmine_ingest.config.references import secret_path
from goldmine_ingest.settings import Project

_STICKY = 0o1000  # in such a folder (/tmp) others can't replace a file


def permissions(project: Project, read: Sequence[files.TomlFile]) -> Iterator[tuple[str, str]]:
    """Warnings (where, message) about the files that were read and the secret files that they name."""
    exposed = holds_literals(project)
    for file in read:
        shown = shown_path(file.path, project.home)
        folder = file.path.resolve().parent.stat()
        if files.foreign(file.status):
            yield shown, f"belongs to another user (id {file.status.st_uid})"
        if files.written_by_others(file.status):
            yield shown, f"can be changed by other users (mode {files.mode(file.status)}); chmod 600 it"
        elif exposed and file.path == project.config_path and files.read_by_others(file.status):
            yield shown, f"holds addresses and can be read by other users (mode {files.mode(file.status)}); chmod 600 it"
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
            yield where, f"the file of {ref} can be read or changed by other users (mode {files.mode(status)}); chmod 600 it"
