"""Which project a deployment belongs to: projects share a Prefect server, so that each has a name
of its own, and leaves the others alone.

The name is [project] name; without one the folder's name and six hex digits of the configuration's
path, kept beside the history at first use, so that a folder that moves keeps it. Kept too are the
names and paths that the project had: what it deployed under them is its own.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any
from unicodedata import normalize

from goldmine_ingest.config.replacement import replace_file
from goldmine_ingest.errors import GoldmineError
from goldmine_ingest.runtime.locks import make_folder
from goldmine_ingest.settings.project import Project

TAG = "goldmine"
# The variable by which a run finds its configuration.
CONFIG_VARIABLE = "GOLDMINE_CONFIG"
# What deployments were called before projects had names.
EARLIER_NAME = re.compile(r"goldmine|shard-\d{4}")
_SHARD = re.compile(r"(.+)-\d{4}")
# Tells whose a deployment is where no variable does: one that is served, not run by a worker.
_CONFIG_TAG = "config:"


@dataclass(frozen=True, slots=True)
class Identity:
    """A project as Prefect's server sees it. `names` and `configs` are those that it has and
    had, paths as text.
    """

    name: str
    config: str
    names: frozenset[str]
    configs: frozenset[str]

    @property
    def tags(self) -> list[str]:
        return [TAG, self.name, self.config_tag]

    @property
    def config_tag(self) -> str:
        return f"{_CONFIG_TAG}{self.config}"

    def artifact(self, what: str) -> str:
        """A key as Prefect wants it: small letters, digits and dashes."""
        return f"{_key(self.name)}-{what}"

    def owns(self, deployed: Deployed) -> bool:
        """Whether a deployment is for this project's configuration."""
        return deployed.config in self.configs

    def had(self, name: str) -> bool:
        """Whether one of this project's deployments could have been called so, by this version
        or an earlier one.
        """
        shard = _SHARD.fullmatch(name)
        return bool(
            name in self.names or EARLIER_NAME.fullmatch(name) or (shard and shard[1] in self.names)
        )


@dataclass(frozen=True, slots=True)
class Deployed:
    """A deployment on the server: its name, and the configuration that it is for (None where it
    doesn't say).
    """

    name: str
    config: str | None

    @classmethod
    def read(
        cls, name: str, tags: Sequence[str], job_variables: Mapping[str, Any] | None
    ) -> Deployed:
        env = (job_variables or {}).get("env")
        config = env.get(CONFIG_VARIABLE) if isinstance(env, Mapping) else None
        tagged = next(
            (tag.removeprefix(_CONFIG_TAG) for tag in tags if tag.startswith(_CONFIG_TAG)), None
        )
        return cls(name, str(config) if config else tagged)


def identify(project: Project) -> Identity:
    """Who the project is. Writes what it learns beside the history; where nothing can be
    written, it goes by the path each time.
    """
    config = str(project.config_path.resolve())
    path = project.database.path.with_name(project.database.path.name + ".project")
    kept = _read(path)
    if not _is_ours(kept, config):
        # the history was copied with the folder, or two configurations share a place: the other
        # keeps its name
        kept = {}
    default = kept.get("name") or _default(project.home, config)
    name = project.name or default
    names, configs = {*kept.get("names", ()), name}, {*kept.get("configs", ()), config}
    _keep(path, {"name": default, "names": sorted(names), "configs": sorted(configs)}, kept)
    return Identity(name, config, frozenset(names), frozenset(configs))


def _is_ours(kept: Mapping[str, Any], config: str) -> bool:
    """Whether the record was written for this configuration, or for one that has moved here."""
    configs = kept.get("configs", [config])
    return config in configs or not any(Path(each).exists() for each in configs)


def _default(home: Path, config: str) -> str:
    folder = _plain(home.resolve().name)[:40].strip("-") or "project"
    begun = (
        f"{TAG}-{folder}" if folder.startswith("prefect") else folder
    )  # Prefect keeps such pool names to itself
    return f"{begun}-{_digits(config)}"


def _key(name: str) -> str:
    """`name` in small letters, digits and dashes; one that loses something by that is told apart
    by its digits.
    """
    plain = _plain(name)
    return plain if plain == name.lower() else f"{plain}-{_digits(name)}".strip("-")


def _plain(name: str) -> str:
    letters = normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", letters).strip("-")


def _digits(text: str) -> str:
    return sha256(text.encode()).hexdigest()[:6]


def _read(path: Path) -> dict[str, Any]:
    """What was kept; nothing where it can't be read or isn't what this wrote."""
    try:
        document = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        return {}
    lists = (
        [document.get(key) for key in ("names", "configs")] if isinstance(document, dict) else []
    )
    usable = len(lists) == 2 and all(
        isinstance(each, list) and all(isinstance(text, str) for text in each) for each in lists
    )
    return document if usable and isinstance(document.get("name"), str) else {}


def _keep(path: Path, record: Mapping[str, Any], before: Mapping[str, Any]) -> None:
    if record == before:
        return
    try:
        make_folder(path.parent)
        replace_file(path, json.dumps(record, indent=1).encode())
    except GoldmineError:
        return
