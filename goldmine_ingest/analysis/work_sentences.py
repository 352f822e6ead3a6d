"""What is said of the work that is asked for, the same in the terminal and on the page. Pure."""

from __future__ import annotations

from collections.abc import Iterable

from goldmine_ingest.analysis.review_parts import counted
from goldmine_ingest.analysis.shares import Share
from goldmine_ingest.analysis.work import LEAST_LISTINGS, Demand, Moving, Work
from goldmine_ingest.settings.tasks import REASONS

COLUMNS = (
    "what is asked for",
    "listings",
    "share",
    "before",
    "median fixed",
    "median hourly",
    "proposals",
    "replies",
)


def rows(work: Work) -> list[tuple[object, ...]]:
    """A line for each reason that shows and each task, under COLUMNS."""
    return [
        *(_row(REASONS[one.name], one) for one in work.reasons if one.listings.count),
        *(_row(_task(task), task) for task in work.tasks),
    ]


def _task(task: Demand) -> str:
    return f"{task.name} ({task.exposure})" if task.exposure else task.name


def _row(name: str, demand: Demand) -> tuple[object, ...]:
    return (
        name,
        demand.listings.count,
        _percent(demand.listings),
        _percent(demand.before),
        demand.median_fixed,
        demand.median_hourly,
        demand.proposals,
        f"{demand.replies.count} of {demand.replies.of}" if demand.replies.of else None,
    )


def sentences(work: Work) -> list[str]:
    """Whether the own work moves to the automatable end, and what drifts from what it is called."""
    if not work.looked_at:
        return []
    return [_reasons(work), _own(work), *_drifts(work.drifts)]


def _reasons(work: Work) -> str:
    if work.looked_at < LEAST_LISTINGS:
        return f"Why clients pay can't be said yet: {work.looked_at} of {LEAST_LISTINGS} listings."
    shown = sorted(
        (reason for reason in work.reasons if reason.listings.count),
        key=lambda reason: -reason.listings.count,
    )
    if not shown:
        return f"None of the {counted(work.looked_at, 'listing')} says why its client pays."
    first = shown[0]
    replied = [reason for reason in shown if reason.replies.count]
    replies = "".join(f", {REASONS[one.name]} {one.replies.count}" for one in replied)
    came = f" Your replies came from:{replies[1:]}." if replied else ""
    return f"Most often clients want {REASONS[first.name]}: {_of(first.listings)}.{came}"


def _own(work: Work) -> str:
    what = (
        "of what they ask of your tasks"
        if work.own_by == "task"
        else "of what your proofs matched, by its text,"
    )
    now, before = work.own.now, work.own.before
    if work.own.differs is None:
        return (
            "Whether your work moves to the automatable end can't be said yet: of"
            f" {LEAST_LISTINGS} listings in each time there are {now.of} now, {before.of} before."
        )
    if not work.own.differs:
        answer = "Your work doesn't show to move to the automatable end or away from it"
        end = "may be chance"
    else:
        grows = (now.share or 0) > (before.share or 0)
        answer = f"Your work moves {'to' if grows else 'away from'} the automatable end"
        end = "more than chance explains"
    return f"{answer}: {_of(now)} {what} is automatable, before {_of(before)}; {end}."


def _drifts(drifts: Iterable[Moving]) -> list[str]:
    """Of each proof with enough listings, how many read more automatable than it is called."""
    told = []
    for drift in drifts:
        if drift.now.of < LEAST_LISTINGS:
            continue
        there = f", before {_of(drift.before)}" if drift.before.of else ""
        end = {True: "; more than chance explains", False: "; may be chance", None: ""}[
            drift.differs
        ]
        told.append(
            f"{drift.name}: you call it {drift.declared}; {_of(drift.now)} of what it matched reads"
            f" more automatable{there}{end}."
        )
    return told


def _of(share: Share) -> str:
    return f"{_percent(share)} ({share.count:,} of {share.of:,})"


def _percent(share: Share) -> str | None:
    return None if share.share is None else f"{share.share:.0%}"
