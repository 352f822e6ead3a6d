"""Whether the history and its published copy can be where the configuration puts them
(docs/reliability.md S7).
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

from goldmine_ingest.config.contradictions import shown_path
from goldmine_ingest.config.problems import Problem
from goldmine_ingest.settings.project import Project


def place_problems(project: Project) -> Iterator[Problem]:
    """What stands in the way, each as a problem of the setting that names the place. Nothing is
    made or written.
    """
    yield from _problems(project.database.path, "database.path", project)
    published = project.database.publish
    if published is not None:
        yield from _problems(published, "database.publish", project)


def _problems(path: Path, where: str, project: Project) -> Iterator[Problem]:
    if path.is_dir():
        yield Problem(where, f"{shown_path(path, project.home)} is a folder", "the path of a file")
        return
    if path.exists() and not path.is_file():
        yield Problem(
            where, f"{shown_path(path, project.home)} is not a regular file", "the path of a file"
        )
        return
    if path.exists() and not os.access(path, os.R_OK):
        yield Problem(
            where,
            f"{shown_path(path, project.home)} can't be read by this user",
            "a file of this user (chown, chmod 600)",
        )
    folder = _nearest(path.parent)
    shown = shown_path(folder, project.home)
    if not folder.is_dir():
        yield Problem(
            where,
            f"{shown} is a file, so that no folder can be there",
            "a path whose folders can be made",
        )
    elif not os.access(folder, os.W_OK | os.X_OK):
        yield Problem(
            where,
            f"the folder {shown} can't be written by this user",
            "a folder of this user (chown, chmod 700)",
        )


def _nearest(folder: Path) -> Path:
    """The folder itself, or the nearest above it that is there: the others are made when they
    are needed.
    """
    return next((place for place in (folder, *folder.parents) if os.path.lexists(place)), folder)
