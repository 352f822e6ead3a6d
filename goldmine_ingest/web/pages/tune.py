"""Tune: the criteria as fields and as text, what a change would do to the past, and saving it so
that it can be taken back.
"""

from __future__ import annotations

import difflib
import os
import tomllib
from dataclasses import dataclass
from datetime import timedelta
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from goldmine_ingest.analysis.proposal_file import NAME as PROPOSED
from goldmine_ingest.analysis.proposal_file import Suggestion, assignments, read
from goldmine_ingest.config import criteria_on
from goldmine_ingest.config.edit_values import with_values
from goldmine_ingest.config.replacement import read_file
from goldmine_ingest.config.versions import (
    ChangedMeanwhileError,
    kept_at,
    read_version,
    replace_criteria,
    text_hash,
    versions,
)
from goldmine_ingest.errors import ConfigError, UsageError
from goldmine_ingest.web.pages.polling import begun
from goldmine_ingest.web.response import Answer, see
from goldmine_ingest.web.sliders import SliderGroup, changes_of, slider_groups
from goldmine_ingest.web.tuning import Draft, Preview, line_of, previews, read_draft, slider_steps

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from goldmine_ingest.web.previews import Job
    from goldmine_ingest.web.visit import Visit

SPANS = {"30d": 30, "90d": 90, "365d": 365}
_USUAL = "90d"
_LONGEST = 200_000
_NONE: tuple[str, ...] = ()
_SOON = 0.9  # seconds after which the script is shown what there is
_NO_PREVIEW: dict[str, Any] = {"preview": None, "said": "", "job": 0, "stopped": False}


@dataclass(frozen=True, slots=True)
class _Asked:
    """What the page is about: a text, and how far back it is tried."""

    text: str
    since: str
    problems: tuple[str, ...] = ()


def show(visit: Visit) -> Answer:
    """The criteria as they are; `set` lays a change over them, `version` shows an earlier text."""
    path = criteria_path(visit)
    text, problems = present_text(path), _NONE
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


def download(visit: Visit) -> Answer:
    """The text as a file, for who may not write to criteria.toml from here."""
    asked = _sent(visit)
    if asked.problems or read_draft(asked.text, visit.project).problems:
        return _page(visit, asked, tried=True, status=HTTPStatus.BAD_REQUEST)
    return Answer(
        body=asked.text.encode(),
        kind="application/toml",
        headers={"Content-Disposition": 'attachment; filename="criteria.toml"'},
    )


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
    return begun("rescan", visit.site.rescan(since, bool(visit.form.get("alert"))))


def criteria_path(visit: Visit) -> Path:
    """Where the criteria are; where they can't be read, where they would be."""
    files = visit.project.files
    return files[1] if len(files) > 1 else visit.project.config_path.parent / "criteria.toml"


def _page(
    visit: Visit, asked: _Asked, *, tried: bool = False, status: int = HTTPStatus.OK
) -> Answer:
    path = criteria_path(visit)
    present = present_text(path)
    draft = read_draft(asked.text, visit.project)
    changed = asked.text != present
    problems = (*asked.problems, *draft.problems)
    visit.look()
    kept = versions(path)
    done = visit.query.get("done", "") if visit.query.get("done", "") in kept else ""
    tries = (changed or tried or bool(done)) and not problems
    fields = _sliders(visit, draft, asked)
    facts: dict[str, Any] = {
        "text": asked.text,
        "base": text_hash(present),
        "since": asked.since,
        "spans": SPANS,
        **fields,
        "problems": problems,
        "line": draft.line or _line_of(visit.query.get("at", ""), asked.text, fields["groups"]),
        **(_preview(visit, draft, asked) if tries else _NO_PREVIEW),
        "changed": changed,
        "writable": os.access(path, os.W_OK) and os.access(path.resolve().parent, os.W_OK),
        "file": path.name,
        "at": visit.query.get("at", ""),
        "versions": len(kept),
        "last_version": kept_at(kept[0]) if kept else None,
        "done": done,
        "suggestions": _suggestions(path, present),
    }
    return Answer("tune.html", facts, status, name="tune")


def _sliders(visit: Visit, draft: Draft, asked: _Asked) -> dict[str, Any]:
    """With what their steps would do, as far as that is worked out; it is in the background."""
    criteria, project = draft.criteria or visit.project.criteria, visit.project
    if not project.database.path.exists():
        return {"groups": slider_groups(criteria, criteria_on(criteria)), "steps_go_on": False}
    copies, now, span = visit.site.copy, visit.now, timedelta(days=SPANS[asked.since])
    about = (project.criteria.criteria_hash, asked.since, now.date())
    job = visit.site.slider_steps.start(lambda: slider_steps(copies, project, span, now), about)
    groups = slider_groups(criteria, criteria_on(criteria), job.latest or {})
    return {"groups": groups, "steps_go_on": not job.ended}


def _line_of(setting: str, text: str, groups: Sequence[SliderGroup]) -> int:
    """Where a setting that has no field stands in the text; 0 for nowhere."""
    fields = {slider.key for group in groups for slider in group.sliders}
    return 0 if not setting or setting in fields else line_of(setting, text)


def _suggestions(path: Path, present: str) -> tuple[tuple[str, Suggestion], ...]:
    """What `goldmine learn` proposed and the criteria don't say already: "KEY=VALUE", and why. A
    file that was edited into something else suggests nothing.
    """
    try:
        suggestions = read(path.with_name(PROPOSED)) if path.with_name(PROPOSED).exists() else ()
        changes = [(assignments(present, [each.edit]), each) for each in suggestions]
    except (ConfigError, tomllib.TOMLDecodeError):
        return ()
    return tuple((change[0], each) for change, each in changes if change)


def _preview(visit: Visit, draft: Draft, asked: _Asked) -> dict[str, Any]:
    """A page of its own waits for all of it; the script shows what there is, and comes back."""
    project, proposed = visit.project, draft.criteria
    if proposed is None or not project.database.path.exists():
        return _NO_PREVIEW
    copies, now, span = visit.site.copy, visit.now, timedelta(days=SPANS[asked.since])
    job = visit.site.previews.start(lambda: previews(copies, project, proposed, span, now))
    return _shown(job, job.wait(_SOON if visit.fragment else None))


def _shown(job: Job[Preview | str], latest: Preview | str | None) -> dict[str, Any]:
    return {
        "preview": latest if isinstance(latest, Preview) else None,
        "said": latest if isinstance(latest, str) else "",
        "job": 0 if job.ended or job.stopped else job.number,
        "stopped": job.stopped,
    }


def progress(visit: Visit) -> Answer:
    """How far a preview is."""
    job = _job(visit.query.get("n", ""), visit)
    return Answer("tune_progress.html", {"problems": (), **_shown(job, job.wait(0))})


def stop(visit: Visit) -> Answer:
    """End a preview; what it has stays."""
    job = _job(visit.form.get("n", ""), visit)
    job.stop()
    return Answer("tune_progress.html", {"problems": (), **_shown(job, job.wait(0))})


def _job(text: str, visit: Visit) -> Job[Preview | str]:
    number = int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0
    job = visit.site.previews.get(number)
    if job is None:
        raise UsageError("a newer change took the place of this one")
    return job


def _sent(visit: Visit) -> _Asked:
    path = criteria_path(visit)
    text = visit.form.get("text", "")[:_LONGEST].replace("\r\n", "\n")
    if "\r\n" in present_text(path):
        text = text.replace("\n", "\r\n")
    changed, problems = _changed(text, changes_of(visit.form), path)
    if changed != text and not problems:
        # A field whose value can't be isn't laid over a text that can: the next value is compared
        # with what the text says.
        wrong = read_draft(changed, visit.project).problems
        if wrong and not read_draft(text, visit.project).problems:
            changed, problems = text, wrong
    return _Asked(changed, _since(visit.form.get("since", "")), problems)


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
        present_text(path).splitlines(), asked.text.splitlines(), "as it is", "yours", lineterm=""
    )
    facts = {"diff": "\n".join(lines), "text": asked.text, "file": path.name}
    return Answer("tune_conflict.html", facts, HTTPStatus.CONFLICT, name="tune")


def present_text(path: Path) -> str:
    """The criteria as the file has them; "" where there is none."""
    return read_file(path) if path.exists() else ""


def _since(text: str) -> str:
    if text and text not in SPANS:
        raise UsageError("that is no span of time")
    return text or _USUAL
