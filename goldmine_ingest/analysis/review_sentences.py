"""What a review says, sentence by sentence, the same in the terminal and on the page. What isn't
known gets no figure. Pure.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from goldmine_ingest.analysis.diagnosis import Missing, Number
from goldmine_ingest.analysis.funnel import Brought
from goldmine_ingest.analysis.review import Change, Review
from goldmine_ingest.analysis.review_parts import Part, counted, joined
from goldmine_ingest.analysis.trial import CriteriaChange, Tried

# Why qualified listings alerted no one, in the words of the query review_market.
NOT_ALERTED = {
    "earlier": "there before the feed was first read",
    "old": "older than max_age at first sight",
    "repost": "a repost of something alerted",
    "held": "waiting for a digest",
    "stuck": "not sent yet, or failed (`goldmine alerts`)",
    "kept back": "kept back by a destination's filters, a rescan, a restore or you",
    "no destination": "decided when there was no destination",
}


def percent(value: float | None) -> str:
    return "not known" if value is None else f"{value:.0%}"


def figure(value: float) -> str:
    """1,234.5, without a fraction that says nothing."""
    return f"{value:,.2f}".rstrip("0").rstrip(".")


def period(found: Review) -> str:
    """The days of the review, and how many of them were watched at all."""
    window, watched = found.window, round(found.facts.observed_days, 1)
    days = f"{window.since:%Y-%m-%d} to {window.until:%Y-%m-%d}"
    return (
        days
        if watched >= round(window.days, 1)
        else f"{days}, {figure(watched)} of these {figure(round(window.days, 1))} days watched"
    )


def nothing_known(found: Review) -> str | None:
    """The one sentence for a window without anything in it, else None."""
    if found.facts.feeds or found.facts.brought.listings or found.facts.pursued:
        return None
    return (
        "Nothing is known of this time: no feed was polled, and nothing was recorded. `goldmine"
        " run` polls your feeds."
    )


def number(said: Number) -> str | None:
    """A figure behind the diagnosis, None if it isn't known. A number with an interval is a
    share.
    """
    if said.value is None:
        return None
    if said.interval is None:
        held = f", threshold {figure(said.threshold)}" if said.threshold is not None else ""
        return f"{said.name}: {figure(said.value)}{held}"
    held = f", threshold {percent(said.threshold)}" if said.threshold is not None else ""
    found = said.interval
    between = f"95 % interval {percent(found.low)} to {percent(found.high)}"
    return f"{said.name}: {percent(said.value)} ({found.count:,} of {found.of:,}; {between}){held}"


def missing(said: Missing) -> str:
    return f"{said.what}: {figure(said.have)} of {figure(said.need)}"


def numbers(found: Review) -> list[str]:
    """The figures that are known, then what is missing to say more."""
    said = [text for each in found.diagnosis.numbers if (text := number(each)) is not None]
    return said + [f"missing: {missing(each)}" for each in found.diagnosis.missing]


def not_alerted(brought: Brought) -> list[str]:
    """What the funnel alone would leave unexplained."""
    said = []
    if brought.earlier:
        which = (
            "All listings"
            if not brought.new
            else f"{brought.earlier:,} of the {counted(brought.listings, 'listing')}"
        )
        said.append(
            f"{which} were there before their feed was first read; they count in no rate and no"
            " wait from posting."
        )
    reasons = brought.not_alerted or {}
    if reasons:
        why = ", ".join(
            f"{reasons[name]:,} {text}" for name, text in NOT_ALERTED.items() if name in reasons
        )
        of = counted(brought.qualified, "qualified listing")
        said.append(f"{sum(reasons.values()):,} of the {of} alerted no one: {why}.")
    return said


def compared(found: Review) -> list[str]:
    """The shares now and before; where the time before wasn't watched, that."""
    days = f"the {figure(round(found.window.days, 1))} days before"
    if not found.before.watched:
        return [f"There is nothing to compare with: nothing was watched in {days}."]
    said = [text for each in found.before.shares if (text := _change(each)) is not None]
    if round(found.before.observed_days, 1) < round(found.window.days, 1):
        said.insert(
            0,
            f"Only {figure(found.before.observed_days)} of {days} were watched: compare shares, not"
            " counts.",
        )
    return said


def _change(each: Change) -> str | None:
    if each.now.share is None and each.before.share is None:
        return None
    if each.now.share is None or each.before.share is None:
        here, there = (
            ("none yet" if share.share is None else _share(share.share, share.count, share.of))
            for share in (each.now, each.before)
        )
        return f"{each.name}: {here}, before {there}"
    now, before = (
        _share(share.share or 0, share.count, share.of) for share in (each.now, each.before)
    )
    return (
        f"{each.name}: {now}, before {before};"
        f" {'more than chance explains' if each.differs else 'may be chance'}"
    )


def _share(share: float, count: int, of: int) -> str:
    return f"{percent(share)} ({count:,} of {of:,})"


def paid(found: Review) -> list[str]:
    """Connects and money, in and out."""
    spent, won = found.connects, found.money
    pursuits = len(found.facts.pursued)
    if not pursuits:
        return [
            "No pursuit was recorded in this time; `goldmine track LISTING pursued --connects 12`"
            " records one."
        ]
    if spent.unstated == pursuits:
        said = [f"{counted(pursuits, 'pursuit')}, of which none names its connects."]
    else:
        price = f" ({spent.price:,.2f} {won.currency})" if spent.price is not None else ""
        each = f", {figure(spent.per_pursuit)} a pursuit" if spent.per_pursuit is not None else ""
        reply = (
            f", {figure(spent.per_reply)} a reply"
            if spent.per_reply is not None
            else ", no reply yet"
        )
        unstated = f" Of {spent.unstated} of them no connects are known." if spent.unstated else ""
        said = [
            f"{counted(pursuits, 'pursuit')} cost {spent.spent:,}"
            f" connects{price}{each}{reply}.{unstated}"
        ]
    if won.deals:
        unstated = f"; of {won.unstated} of them no amount is known" if won.unstated else ""
        said.append(
            f"{counted(won.deals, 'deal')} brought {won.won:,.2f} {won.currency}{unstated}."
        )
    return [*said, *([] if won.deals else ["No deal yet."])]


def second_paths(found: Review) -> str:
    """6 pursuits, 1 contact: what the contacts were."""
    paths = found.second_paths
    kinds = (
        joined([f"{count} {kind.replace('_', ' ')}" for kind, count in paths.by_kind.items()])
        if paths.by_kind
        else ""
    )
    amount = f", {paths.amount:,.2f} {found.money.currency}" if paths.amount else ""
    return f"{paths.said} outside the marketplaces{f': {kinds}{amount}' if kinds else ''}."


def diagnosed(parts: Sequence[Part], found: Review) -> list[str]:
    """Each feed, proof or marketplace with enough data: its word, the deciding figure, and the
    first change if it wasn't said already; then what the others lack.
    """
    said, changes = [], {found.diagnosis.first_change}
    for part in parts:
        if part.enough_data:
            deciding = number(part.numbers[0]) if part.numbers else None
            change = "" if part.first_change in changes else f" {part.first_change}"
            changes.add(part.first_change)
            said.append(
                f"{part.name}:"
                f" {part.diagnosis.replace('_', ' ')}{f' ({deciding})' if deciding else ''}.{change}"
            )
    lacking: dict[str, list[str]] = {}
    for part in parts:
        if part.missing:
            lacking.setdefault(missing(part.missing[0]), []).append(part.name)
    return said + [
        f"not enough data ({what}): {', '.join(names)}" for what, names in lacking.items()
    ]


def trial_state(answered: Tried, now: datetime) -> str:
    """How far the trial is."""
    if answered.ends_at <= now:
        return f"ended on {answered.ends_at:%Y-%m-%d}"
    days = (answered.ends_at - answered.started_at).days
    return f"day {(now - answered.started_at).days + 1} of {days}"


def criteria_change(change: CriteriaChange) -> str:
    """One change of the criteria under a trial, with its date."""
    to = (
        "those of the beginning again"
        if change.back
        else f"other criteria ({change.criteria_hash[:8]})"
    )
    return f"the criteria changed under it: {to} from {change.at_time:%Y-%m-%d %H:%M} UTC"
