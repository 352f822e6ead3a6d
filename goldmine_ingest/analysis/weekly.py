"""The weekly message: quality, funnel, debts, follow-ups, and one suggestion with its number, or
"nothing to change"; at most 1,200 characters. Pure but for `read_weekly_message`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from goldmine_ingest.analysis import agenda as agendas
from goldmine_ingest.analysis import quality_sentences, review_sentences
from goldmine_ingest.analysis.agenda import Agenda, read_agenda
from goldmine_ingest.analysis.diagnosis import Diagnosis, diagnose
from goldmine_ingest.analysis.floors import floors
from goldmine_ingest.analysis.funnel import Facts, Step, Window
from goldmine_ingest.analysis.quality import Quality, QualityReview, read_quality
from goldmine_ingest.analysis.review import Review, read_facts, review
from goldmine_ingest.render.match import hours_text

if TYPE_CHECKING:
    import duckdb

    from goldmine_ingest.settings.project import Project

# Of the text; the message adds a title's mark and the notice's short id, so that the whole stays
# within 1,200.
MOST = 1150
_SUGGESTION = 330  # characters
_WEEK, _MONTH = timedelta(days=7), timedelta(days=30)
_CHANGES_NOTHING = ("healthy", "not_enough_data")


@dataclass(frozen=True, slots=True)
class WeeklyMessage:
    """The first line and those below it."""

    headline: str
    lines: tuple[str, ...]

    @property
    def text(self) -> str:
        return "\n".join((self.headline, *self.lines))


def read_weekly_message(
    con: duckdb.DuckDBPyConnection, project: Project, now: datetime
) -> WeeklyMessage:
    """The message as of now. It changes nothing."""

    def facts(window: Window) -> Facts:
        return read_facts(con, window, project.criteria, project.review.ignored_after)

    until = now + timedelta(microseconds=1)  # what is recorded at this very moment belongs to it
    week = Window(until - _WEEK, until)
    month = facts(Window(until - _MONTH, until))
    return weekly_message(
        review(facts(week), facts(week.before), project.criteria, now),
        diagnose(month, now),
        read_quality(con, week, floors(project, now.date())),
        read_agenda(con, project.review, now),
        now,
    )


def weekly_message(
    week: Review, month: Diagnosis, quality: QualityReview, agenda: Agenda, now: datetime
) -> WeeklyMessage:
    """`week` is the review of the last seven days, `month` the diagnosis of thirty, by which the
    suggestion is made: a week alone is too short for one.
    """
    headline = f"the week to {now:%Y-%m-%d}"
    ranked = [
        (1, _quality(quality)),
        (5, quality_sentences.split_market(quality.split)),
        (2, _funnel(week)),
        (3, agenda.paths.sentence if agenda.paths.active else ""),
        (6, agendas.contacts_due(agenda.contacts_due)),
        (3, _silent(agenda, now)),
        (4, agenda.trial.sentence if agenda.trial else ""),
        (0, _suggestion(month)),
    ]
    return WeeklyMessage(headline, _within(MOST - len(headline), ranked))


def _within(room: int, ranked: Sequence[tuple[int, str]]) -> tuple[str, ...]:
    """The lines that fit, in their order: what has the highest rank goes first."""
    left = [(rank, text) for rank, text in ranked if text]
    while sum(len(text) + 1 for _, text in left) > room:
        left.remove(max(left, key=lambda each: each[0]))
    return tuple(text for _, text in left)


def _quality(quality: QualityReview) -> str:
    here, before = quality.now, quality.before
    if not here.listings:
        return "Quality: no listing came this week."
    currency = quality.floors.currency
    parts = [
        f"{here.per_100:g} qualified per 100 ({here.qualified.count:,} of {here.listings:,}"
        + (f", {before.per_100:g} the week before)" if before.listings else ")"),
        _pay(here, currency),
        _known("clients with a known history", here),
        f"{here.proposals:g} proposals at first sight" if here.proposals is not None else "",
        f"seen after {hours_text(here.hours_to_sight)}" if here.hours_to_sight is not None else "",
    ]
    return f"Quality: {', '.join(filter(None, parts))}."


def _pay(quality: Quality, currency: str) -> str:
    parts = [
        f"{amount:,.0f} {currency} {what}"
        for amount, what in ((quality.median_fixed, "a job"), (quality.median_hourly, "an hour"))
        if amount is not None
    ]
    return f"in the median {' and '.join(parts)}" if parts else ""


def _known(what: str, quality: Quality) -> str:
    share = quality.clients.share
    return "" if share is None else f"{what} {review_sentences.percent(share)}"


def _funnel(week: Review) -> str:
    """Every stage that something reached, with the week before where it was watched."""
    shown = [step for step in week.funnel if step.count]
    if not shown:
        return "Funnel: nothing came and nothing was recorded this week."
    before = {step.stage: step.count for step in week.before.funnel}
    watched = week.before.watched
    return f"Funnel: {', '.join(_step(step, before, watched=watched) for step in shown)}."


def _step(step: Step, before: Mapping[str, int | None], *, watched: bool) -> str:
    name = {"listing": "listings"}.get(step.stage, step.stage)
    count = before.get(step.stage)
    was = f" (before {count:,})" if watched and count is not None else ""
    return f"{step.count:,} {name}{was}"


def _silent(agenda: Agenda, now: datetime) -> str:
    if not agenda.follow_ups:
        return ""
    return f"{agendas.silent(agenda.follow_ups, now)}: {agendas.named(agenda.follow_ups)}."


def _suggestion(diagnosis: Diagnosis) -> str:
    """The first change with the number that it rests on, of the last thirty days."""
    if diagnosis.word == "not_enough_data" and diagnosis.missing:
        return f"Nothing to change yet: {review_sentences.missing(diagnosis.missing[0])}."
    if diagnosis.word in _CHANGES_NOTHING:
        return "Nothing to change."
    numbers = [text for each in diagnosis.numbers if (text := review_sentences.number(each))]
    resting = f" ({numbers[0]}, in 30 days)" if numbers else ""
    change = diagnosis.first_change.replace("`", "")
    return f"Suggestion: {_cut(change, _SUGGESTION)}{resting}"


def _cut(text: str, most: int) -> str:
    """Whole sentences of it as far as they fit; the first in any case."""
    sentences = text.split(". ")
    while len(". ".join(sentences)) > most and len(sentences) > 1:
        sentences.pop()
    whole = ". ".join(sentences)
    return whole if whole.endswith(".") else f"{whole}."
