"""Tune: the criteria as fields and as text, what a change would do to the past, and saving it so
that it can be taken back.
"""

from __future__ import annotations

import difflib
import os
from dataclasses import dataclass
from datetime import timedelta
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from goldmine_ingest.config import criteria_on
from goldmine_ingest.config.edit import read_file
from goldmine_ingest.config.edit_values import with_values
from goldmine_ingest.config.versions import (
    ChangedMeanwhileError,
    kept_at,
    read_version,
    replace_criteria,
    text_hash,
    versions,
)
from goldmine_ingest.errors import ConfigError, UsageError
from goldmine_ingest.web.page import Page, get, post
from goldmine_ingest.web.response import Answer, see
from goldmine_ingest.web.sliders import changes_of, slider_groups
from goldmine_ingest.web.tuning import Draft, Preview, preview, read_draft

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from goldmine_ingest.web.visit import Visit

SPANS = {"30d": 30, "90d": 90, "365d": 365}
_USUAL = "90d"
_LONGEST = 200_000
_NONE: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Asked:
    """What the page is about: a text, and how far back it is tried."""

    text: str
    since: str
    problems: tuple[str, ...] = ()


def show(visit: Visit) -> Answer:
    """The criteria as they are; `set` lays a change over them, `version` shows an earlier text."""
    path = criteria_path(visit)
    text, problems = _present(path), _NONE
    if visit.query.get("version"):
        text = read_version(path, visit.query["version"])
    if visit.query.get("set"):
        text, problems = _changed(text, [visit.query["set"]], path)
    return _page(visit, _Asked(text, _since(visit.query.get("since", "")), problems))


def try_out(visit: Visit) -> Answer:
    """The text and the fields as they were sent: what they would do."""
    return _page(visit, _sent(visit), tried=True)


def save(visit: Visit) -> Answer:
    """Into the file, unless it says something that can't be, or someone changed it meanwhile."""
    asked, path = _sent(visit), criteria_path(visit)
    draft = read_draft(asked.text, visit.project)
    if asked.problems or draft.problems:
        return _page(visit, asked, tried=True, status=HTTPStatus.BAD_REQUEST)
    try:
        kept = replace_criteria(path, asked.text, visit.form.get("base", ""), visit.now)
    except ChangedMeanwhileError:
        return _conflict(visit, asked, path)
    return see(f"/tune?done={kept}&since={asked.since}")


def restore(visit: Visit) -> Answer:
    """Put an earlier text back: itself a save, so that it can be taken back too."""
    path = criteria_path(visit)
    text = read_version(path, visit.form.get("version", ""))
    try:
        kept = replace_criteria(path, text, visit.form.get("base", ""), visit.now)
    except ChangedMeanwhileError:
        return _conflict(visit, _Asked(text, _USUAL), path)
    return see(f"/tune?done={kept}")


def rescan(visit: Visit) -> Answer:
    """Have the stored listings judged again by the present criteria, in a child; alerts for what
    newly qualifies only where that was asked for.
    """
    since = _since(visit.form.get("since", ""))
    problem = visit.site.rescan(since, bool(visit.form.get("alert")))
    facts = {"said": problem, "done": "The stored listings are judged again"}
    return Answer("polling.html", facts, headers={"Refresh": "2; url=/"})


def criteria_path(visit: Visit) -> Path:
    """Where the criteria are; where they can't be read, where they would be."""
    files = visit.project.files
    return files[1] if len(files) > 1 else visit.project.config_path.parent / "criteria.toml"


def _page(
    visit: Visit, asked: _Asked, *, tried: bool = False, status: int = HTTPStatus.OK
) -> Answer:
    path = criteria_path(visit)
    present = _present(path)
    draft = read_draft(asked.text, visit.project)
    changed = asked.text != present
    problems = (*asked.problems, *draft.problems)
    visit.look()
    done = visit.query.get("done", "")
    facts: dict[str, Any] = {
        "text": asked.text,
        "base": text_hash(present),
        "since": asked.since,
        "spans": SPANS,
        "groups": _groups(visit, draft),
        "problems": problems,
        "preview": _preview(visit, draft, asked) if (changed or tried) and not problems else None,
        "changed": changed,
        "writable": os.access(path, os.W_OK) and os.access(path.resolve().parent, os.W_OK),
        "file": path.name,
        "at": visit.query.get("at", ""),
        "versions": [(name, kept_at(name)) for name in versions(path)],
        "done": done if done in versions(path) else "",
    }
    return Answer("tune.html", facts, status, name="tune")


def _groups(visit: Visit, draft: Draft) -> Sequence[object]:
    criteria = draft.criteria or visit.project.criteria
    return slider_groups(criteria, criteria_on(criteria))


def _preview(visit: Visit, draft: Draft, asked: _Asked) -> Preview | None:
    if draft.criteria is None or not visit.project.database.path.exists():
        return None
    return preview(visit, draft.criteria, timedelta(days=SPANS[asked.since]))


def _sent(visit: Visit) -> _Asked:
    path = criteria_path(visit)
    text = visit.form.get("text", "")[:_LONGEST].replace("\r\n", "\n")
    if "\r\n" in _present(path):
        text = text.replace("\n", "\r\n")
    text, problems = _changed(text, changes_of(visit.form), path)
    return _Asked(text, _since(visit.form.get("since", "")), problems)


def _changed(text: str, changes: Sequence[str], path: Path) -> tuple[str, tuple[str, ...]]:
    """The text with each change in it that can be made, and what is wrong with the others."""
    problems = []
    for change in changes:
        try:
            text = with_values(text, [change], path.name)
        except (ConfigError, ValueError) as error:
            problems.append(f"{change}: {error}.")
    return text, tuple(problems)


def _conflict(visit: Visit, asked: _Asked, path: Path) -> Answer:
    """Someone changed the file meanwhile: both texts, nothing written."""
    visit.look()
    lines = difflib.unified_diff(
        _present(path).splitlines(), asked.text.splitlines(), "as it is", "yours", lineterm=""
    )
    facts = {"diff": "\n".join(lines), "text": asked.text, "file": path.name}
    return Answer("tune_conflict.html", facts, HTTPStatus.CONFLICT, name="tune")


def _present(path: Path) -> str:
    return read_file(path) if path.exists() else ""


def _since(text: str) -> str:
    if text and text not in SPANS:
        raise UsageError("that is no span of time")
    return text or _USUAL


PAGE = Page(
    "tune",
    (
        get("/tune", show),
        post("/tune/preview", try_out),
        post("/tune/save", save),
        post("/tune/restore", restore),
        post("/rescan", rescan),
    ),
    "Tune",
    "/tune",
    "t",
)
