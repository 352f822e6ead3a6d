"""The project as it was last right: so that a mistake in its files, while it is served, stops
nothing. For processes that don't stay.

A copy of the three files lies in data/, as private as they are. It is replaced when they have
changed and are right.
"""

from __future__ import annotations

import json
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from goldmine_ingest import config
from goldmine_ingest.config.replacement import replace_file
from goldmine_ingest.errors import ConfigError, GoldmineError
from goldmine_ingest.runtime.locks import make_folder

if TYPE_CHECKING:
    from goldmine_ingest.settings.project import Project


@dataclass(frozen=True, slots=True)
class InForce:
    """The project that is in force. `broken`: what is wrong with its files as they are now;
    `since`: when that was first met.

    `mended`: they were broken when they were last read, since `since`.
    """

    project: Project
    broken: ConfigError | None = None
    mended: bool = False
    since: datetime | None = None


class LastGood:
    """`path` is --config, as `config.load` takes it."""

    def __init__(self, path: Path | None, *, env: Mapping[str, str], cwd: Path) -> None:
        self._path, self._env, self._cwd = path, env, cwd

    def read(self) -> InForce:
        """The project as its files say, or as they last said when they were right. Raises
        ConfigError where they never were.
        """
        config_path = config.find_config(self._path, self._env, self._cwd)
        place = _place(config_path, self._env)
        kept = _kept(place)
        since = datetime.fromisoformat(kept["since"]) if kept.get("since") else None
        try:
            project = config.load(self._path, env=self._env, cwd=self._cwd)
        except ConfigError as error:
            if not kept:
                raise
            since = since or datetime.now(UTC)
            _keep(place, {**kept, "since": since.isoformat()}, kept)
            return InForce(self._copied(kept["files"], config_path, error), error, since=since)
        texts = _texts(project)
        if texts == kept.get("files") or self._is_right(texts, config_path):
            _keep(place, {"files": texts, "since": None}, kept)
        return InForce(project, mended=since is not None, since=since)

    def keep(self, project: Project) -> None:
        """Keeps what was just read and is right. What the owner was told of an earlier mistake, the
        next `read` still knows.
        """
        place = _place(config.find_config(self._path, self._env, self._cwd), self._env)
        kept, texts = _kept(place), _texts(project)
        if self._is_right(texts, project.config_path):
            _keep(place, {"since": None, **kept, "files": texts}, kept)

    def _is_right(self, texts: Mapping[str, str], config_path: Path) -> bool:
        """Whether what is about to be kept can be read again: the files may be half written by
        now.
        """
        try:
            self._copied(texts, config_path, ConfigError("changed meanwhile"))
        except ConfigError:
            return False
        return True

    def _copied(self, texts: Mapping[str, str], config_path: Path, error: ConfigError) -> Project:
        try:
            with tempfile.TemporaryDirectory(prefix="goldmine-") as name:
                for file, text in texts.items():
                    replace_file(Path(name) / file, text.encode())
                return config.load_copy(Path(name), config_path, env=self._env)
        except (OSError, GoldmineError):
            # No room for the copy, or an earlier version wrote it: what is wrong now counts.
            raise error from None


def has_kept(config_path: Path, env: Mapping[str, str]) -> bool:
    """Whether there is a copy of this configuration."""
    return bool(_kept(_place(config_path, env)))


def _place(config_path: Path, env: Mapping[str, str]) -> Path:
    """Where the configuration says its history lies can't be asked: it may be broken."""
    return config.data_folder(config_path, env) / "data" / f"{config_path.name}.last-good"


def _texts(project: Project) -> dict[str, str]:
    names = (project.config_path.name, config.CRITERIA, config.TERMS)
    texts = {}
    for name, path in zip(names, project.files, strict=True):
        try:
            texts[name] = path.read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError):
            # terms.json needn't be there; whatever else can't be read isn't kept, for it isn't
            # right then
            continue
    return texts


def _kept(place: Path) -> dict[str, Any]:
    try:
        kept = json.loads(place.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return (
        kept
        if isinstance(kept, dict) and isinstance(kept.get("files"), dict) and kept["files"]
        else {}
    )


def _keep(place: Path, record: Mapping[str, Any], before: Mapping[str, Any]) -> None:
    """Where nothing can be written the copy stays as it is: a full disk must not stop what it is
    for.
    """
    if record == before:
        return
    try:
        make_folder(place.parent)
        replace_file(place, json.dumps(record).encode())
    except GoldmineError:
        return
