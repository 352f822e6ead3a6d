"""The earlier texts of the criteria: what each change was, and what came of listings under it."""

from __future__ import annotations

import difflib
import tomllib
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from itertools import pairwise
from typing import TYPE_CHECKING

from goldmine_ingest.analysis.criteria_results import CameUnder, came_under
from goldmine_ingest.config import criteria_hash
from goldmine_ingest.config.versions import kept_at, read_version, versions
from goldmine_ingest.web.pages.tune import criteria_path, present_text
from goldmine_ingest.web.response import Answer

if TYPE_CHECKING:
    from collections.abc import Mapping

    from goldmine_ingest.web.visit import Visit


@dataclass(frozen=True, slots=True)
class Version:
    """A text of the criteria: its file's `name` ("": the one that is in force), until when it was
    in force, what it changed, as a diff ("" of the first one), and what came of it (None: nothing).
    """

    name: str
    until: datetime | None
    diff: str
    came: CameUnder | None


def show(visit: Visit) -> Answer:
    """The newest first."""
    visit.look()
    path = criteria_path(visit)
    names = versions(path)
    texts = [present_text(path), *(read_version(path, name) for name in names)]
    came: Mapping[str, CameUnder] = {}
    if visit.project.database.path.exists():
        came, _ = visit.ask_copy("came under", came_under)
    hashes = [_hash(text, visit) for text in texts]
    diffs = [*(_diff(older, newer) for newer, older in pairwise(texts)), ""]
    shown = [
        Version(name, kept_at(name) if name else None, diff, came.get(its_hash))
        for name, diff, its_hash in zip(("", *names), diffs, hashes, strict=True)
    ]
    return Answer("versions.html", {"shown": shown, "file": path.name}, name="tune")


def _hash(text: str, visit: Visit) -> str:
    """ "" of a text that can't be read."""
    try:
        data = tomllib.loads(text, parse_float=Decimal)
    except tomllib.TOMLDecodeError:
        return ""
    return criteria_hash(data, visit.project.criteria.terms)


def _diff(older: str, newer: str) -> str:
    lines = difflib.unified_diff(older.splitlines(), newer.splitlines(), n=1, lineterm="")
    return "\n".join([*lines][2:])  # without the names of files
