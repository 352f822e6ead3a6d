"""A declared reality test: begun, ended, and answered by numbers."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from goldmine_ingest.analysis import diagnosis
from goldmine_ingest.analysis.funnel import Facts, Window
from goldmine_ingest.analysis.leads import LedReplies, compare
from goldmine_ingest.analysis.shares import Share, share
from goldmine_ingest.analysis.trial_checklist import Checklist, checklist
from goldmine_ingest.errors import UsageError
from goldmine_ingest.model.pursuit import Trial
from goldmine_ingest.store.history import Store
from goldmine_ingest.store.outcomes import pursuits_begun
from goldmine_ingest.store.rows import select
from goldmine_ingest.store.trials import contacts, trials

if TYPE_CHECKING:
    import duckdb

NOT_ENOUGH = "not enough data"


@dataclass(frozen=True, slots=True)
class CriteriaChange:
    """From when other criteria judged than just before, during the trial; `back`: they are those
    of its beginning again.
    """

    criteria_hash: str
    at_time: datetime
    back: bool = False


@dataclass(frozen=True, slots=True)
class Question:
    """One of the three questions of such a test; `answer` is 'yes', 'no' or 'not enough data',
    `numbers` what it rests on.
    """

    question: str
    answer: str
    numbers: str


def start(store: Store, trial: Trial) -> None:
    """Raises UsageError where the name is taken or another trial runs: two at once would answer
    for each other.
    """
    for other in store.trials():
        if other.name == trial.name:
            raise UsageError(
                f"there is a trial {trial.name!r} already", hint="Give the new one another name."
            )
        if other.ends_at > store.now:
            raise UsageError(
                f"the trial {other.name!r} runs until {other.ends_at:%Y-%m-%d}",
                hint="`goldmine trial end` ends it.",
            )
    store.start_trial(trial)


def end(store: Store) -> Trial:
    """End the trial that runs, and give it as it was. Raises UsageError if none does."""
    running = [trial for trial in store.trials() if trial.ends_at > store.now]
    if not running:
        raise UsageError(
            "no trial runs",
            hint="`goldmine trial start NAME --problem TEXT --offer TEXT` begins one.",
        )
    store.end_trial(running[-1].name)
    return running[-1]


def named(con: duckdb.DuckDBPyConnection, name: str) -> Trial:
    """Raises UsageError, which names the trials that there are."""
    declared = trials(con)
    for trial in declared:
        if trial.name == name:
            return trial
    names = ", ".join(trial.name for trial in declared)
    hint = f"There are: {names}." if names else "`goldmine trial start` begins one."
    raise UsageError(f"there is no trial {name!r}", hint=hint)


def window_of(trial: Trial, now: datetime) -> Window:
    """From its start to its end, or to now while it runs."""
    return Window(
        trial.started_at, max(min(now, trial.ends_at), trial.started_at + timedelta(microseconds=1))
    )


def changes(
    con: duckdb.DuckDBPyConnection, trial: Trial, now: datetime
) -> tuple[CriteriaChange, ...]:
    """Each change of the criteria during the trial, also the one back to those of its beginning."""
    window = window_of(trial, now)
    rows = select(
        con,
        "criteria_since",
        since=window.since,
        until=window.until,
        criteria_hash=trial.criteria_hash or "",
    )
    return tuple(
        CriteriaChange(**row, back=row["criteria_hash"] == trial.criteria_hash) for row in rows
    )


def questions(facts: Facts, now: datetime) -> tuple[Question, ...]:
    """Do qualified opportunities exist, do proposals get responses, do interviews become deals?
    Thresholds as in the diagnosis.
    """
    answers = [answer for each in facts.pursued if (answer := each.answered(now)) is not None]
    ends = [closed for each in facts.pursued if (closed := each.closed(now)) is not None]
    replies, deals = share(sum(answers), len(answers)), share(sum(ends), len(ends))
    least, needed = diagnosis.LEAST_PURSUITS, diagnosis.REPLIED_SHARE
    talks, won = diagnosis.LEAST_INTERVIEWS, diagnosis.HIRED_SHARE
    return (
        _opportunities(facts),
        _question(
            "Do proposals get responses?", replies, least, needed, "replies to", "decided pursuits"
        ),
        _question(
            "Do interviews become deals?", deals, talks, won, "deals of", "decided interviews"
        ),
    )


def _opportunities(facts: Facts) -> Question:
    """By what came while the feeds were watched. A first week may say yes, but a no takes a
    whole one.
    """
    days, brought = max(facts.observed_days, 1.0), facts.brought
    a_week = brought.new_qualified * 7 / days
    yes = a_week >= diagnosis.QUALIFIED_A_WEEK
    thin = facts.observed_days < diagnosis.LEAST_DAYS and (
        not yes or brought.new < diagnosis.LEAST_LISTINGS
    )
    answer = NOT_ENOUGH if thin else "yes" if yes else "no"
    watched = f"{facts.observed_days:.1f} days watched"
    if not facts.observed_days:
        return Question(
            "Do qualified opportunities exist?",
            NOT_ENOUGH,
            f"none of the {diagnosis.LEAST_DAYS} days watched that it takes",
        )
    needed = (
        f"; {diagnosis.LEAST_DAYS} days are needed"
        if thin
        else f"; at least {diagnosis.QUALIFIED_A_WEEK} a week is a yes"
    )
    numbers = (
        f"{brought.new_qualified:,} of {brought.new:,} new listings qualified in {watched},"
        f" {a_week:.1f} a week"
    )
    return Question("Do qualified opportunities exist?", answer, numbers + needed)


def _question(
    question: str, share: Share, least: int, threshold: float, what: str, of: str
) -> Question:
    if share.of == 0:
        return Question(question, NOT_ENOUGH, f"none of the {least} {of} that it takes")
    numbers = f"{share.count} {what} {share.of} {of}"
    if share.share is not None and share.low is not None and share.high is not None:
        numbers += f", {share.share:.0%} (95 % interval {share.low:.0%} to {share.high:.0%})"
    if share.share is None or share.of < least:
        return Question(question, NOT_ENOUGH, f"{numbers}; at least {least} are needed")
    return Question(
        question,
        "yes" if share.share >= threshold else "no",
        f"{numbers}; at least {threshold:.0%} is a yes",
    )


@dataclass(frozen=True, slots=True)
class Tried:
    """A trial and its answers. `criteria_changed` says that it didn't test one thing only;
    `checklist` is what it has of what it takes, `led` what its proposals led with.
    """

    name: str
    problem: str
    offer: str
    started_at: datetime
    ends_at: datetime
    criteria_changed: bool
    changes: tuple[CriteriaChange, ...]
    questions: tuple[Question, ...]
    checklist: Checklist
    led: tuple[LedReplies, ...]


def tried(con: duckdb.DuckDBPyConnection, trial: Trial, facts: Facts, now: datetime) -> Tried:
    """What `review --trial` adds to the review of the trial's time."""
    changed = changes(con, trial, now)
    return Tried(
        trial.name,
        trial.problem,
        trial.offer,
        trial.started_at,
        trial.ends_at,
        bool(changed),
        changed,
        questions(facts, now),
        checklist(trial, contacts(con), pursuits_begun(con), now),
        compare(facts.pursued, now),
    )
