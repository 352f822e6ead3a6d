"""What a review says, sentence by sentence, the same in the terminal and on the page. What isn't
known gets no figure. Pure.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal

from goldmine_ingest.analysis import leads
from goldmine_ingest.analysis.channels import LEAST_DEALS, Channel, differ
from goldmine_ingest.analysis.diagnosis import Missing, Number
from goldmine_ingest.analysis.funnel import Brought, recorded
from goldmine_ingest.analysis.review import Change, Money, Review
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

# Days since the last poll that nobody takes for a time without watching.
_TAIL = 1.0


def percent(value: float | None) -> str:
    return "not known" if value is None else f"{value:.0%}"


def figure(value: float) -> str:
    """1,234.5, without a fraction that says nothing."""
    return f"{value:,.2f}".rstrip("0").rstrip(".")


def period(review: Review) -> str:
    """The days of the review, and how many of them were watched at all."""
    window, watched = review.window, round(review.facts.observed_days, 1)
    days = f"{window.since:%Y-%m-%d} to {window.until:%Y-%m-%d}"
    return (
        days
        if watched >= round(window.days, 1) - _TAIL
        else f"{days}, {figure(watched)} of these {figure(round(window.days, 1))} days watched"
    )


def nothing_known(review: Review) -> str | None:
    """The one sentence for a window without anything in it, else None."""
    if review.facts.feeds or review.facts.brought.listings or review.facts.pursued:
        return None
    return (
        "Nothing is known of this time: no feed was polled, and nothing was recorded. `goldmine"
        " run` polls your feeds."
    )


def number(figured: Number) -> str | None:
    """A figure behind the diagnosis, None if it isn't known. A number with an interval is a
    share.
    """
    if figured.value is None:
        return None
    if figured.interval is None:
        held = f", threshold {figure(figured.threshold)}" if figured.threshold is not None else ""
        return f"{figured.name}: {figure(figured.value)}{held}"
    held = f", threshold {percent(figured.threshold)}" if figured.threshold is not None else ""
    share = figured.interval
    between = f"95 % interval {percent(share.low)} to {percent(share.high)}"
    return f"{figured.name}: {percent(figured.value)} ({share.count:,} of {share.of:,}; {between}){held}"


def missing(lacking: Missing) -> str:
    return f"{lacking.what}: {figure(lacking.have)} of {figure(lacking.need)}"


def numbers(review: Review) -> list[str]:
    """The figures that are known, then what is missing to say more."""
    sentences = [text for each in review.diagnosis.numbers if (text := number(each)) is not None]
    return sentences + [f"missing: {missing(each)}" for each in review.diagnosis.missing]


def not_alerted(brought: Brought) -> list[str]:
    """What the funnel alone would leave unexplained."""
    sentences = []
    if brought.earlier:
        which = (
            "All listings"
            if not brought.new
            else f"{brought.earlier:,} of the {counted(brought.listings, 'listing')}"
        )
        sentences.append(
            f"{which} were there before their feed was first read; they count in no rate and no"
            " wait from posting."
        )
    reasons = brought.not_alerted or {}
    if reasons:
        why = ", ".join(
            f"{reasons[name]:,} {text}" for name, text in NOT_ALERTED.items() if name in reasons
        )
        of = counted(brought.qualified, "qualified listing")
        sentences.append(f"{sum(reasons.values()):,} of the {of} alerted no one: {why}.")
    return sentences


def compared(review: Review) -> list[str]:
    """The shares now and before; where the time before wasn't watched, that."""
    days = f"the {figure(round(review.window.days, 1))} days before"
    if not review.before.watched:
        return [f"There is nothing to compare with: nothing was watched in {days}."]
    sentences = [text for each in review.before.shares if (text := _change(each)) is not None]
    if round(review.before.observed_days, 1) < round(review.window.days, 1) - _TAIL:
        sentences.insert(
            0,
            f"Only {figure(review.before.observed_days)} of {days} were watched: compare shares, not"
            " counts.",
        )
    return sentences


def _change(change: Change) -> str | None:
    if change.now.share is None and change.before.share is None:
        return None
    if change.now.share is None or change.before.share is None:
        here, there = (
            ("none yet" if share.share is None else _share(share.share, share.count, share.of))
            for share in (change.now, change.before)
        )
        return f"{change.name}: {here}, before {there}"
    now, before = (
        _share(share.share or 0, share.count, share.of) for share in (change.now, change.before)
    )
    return (
        f"{change.name}: {now}, before {before};"
        f" {'more than chance explains' if change.differs else 'may be chance'}"
    )


def _share(share: float, count: int, of: int) -> str:
    return f"{percent(share)} ({count:,} of {of:,})"


def paid(review: Review) -> list[str]:
    """Connects and money, in and out."""
    spent, won = review.connects, review.money
    pursuits = len(review.facts.pursued)
    if not pursuits:
        return [
            "No pursuit was recorded in this time; `goldmine track LISTING pursued --connects 12`"
            " records one."
        ]
    if spent.spent is None:
        sentences = [f"{counted(pursuits, 'pursuit')}, of which none names its connects."]
    else:
        price = f" ({spent.price:,.2f} {won.currency})" if spent.price is not None else ""
        price_each = (
            f", {figure(spent.per_pursuit)} a pursuit" if spent.per_pursuit is not None else ""
        )
        reply = (
            f", {figure(spent.per_reply)} a reply"
            if spent.per_reply is not None
            else ", no reply recorded"
        )
        unstated = f" Of {spent.unstated} of them no connects are known." if spent.unstated else ""
        sentences = [
            f"{counted(pursuits, 'pursuit')} cost {spent.spent:,}"
            f" connects{price}{price_each}{reply}.{unstated}"
        ]
    return [*sentences, _won(won)]


def earned(review: Review) -> list[str]:
    """Money per hour of each channel, or what is missing to say it; then whether two differ."""
    rated = [channel for channel in review.by_channel if channel.per_hour is not None]
    sentences = [_rate(channel, review.money.currency) for channel in rated]
    sentences += [
        f"{channel.name}: no rate yet ({channel.deals - channel.unstated} of {LEAST_DEALS} deals"
        " with amount and hours)."
        for channel in review.by_channel
        if channel.per_hour is None and channel.deals
    ]
    if len(rated) > 1:
        sentences.append(_compared(rated[0], rated[1]))
    return sentences


def _compared(best: Channel, other: Channel) -> str:
    if differ(best, other):
        return f"{best.name} pays more an hour than {other.name}, by more than chance explains."
    return f"Between {best.name} and {other.name} the difference may be chance."


def _rate(channel: Channel, currency: str) -> str:
    """upwork: 38 EUR an hour after connects (95 % interval 12 to 70; 14 pursuits, 41 hours)."""
    assumed = (
        f", {channel.assumed} of them at [worth] hours_per_proposal" if channel.assumed else ""
    )
    left_out = (
        f"; {counted(channel.unstated, 'deal')} without amount or hours left out"
        if channel.unstated
        else ""
    )
    return (
        f"{channel.name}: {_whole(channel.per_hour)} {currency} an hour after connects (95 %"
        f" interval {_whole(channel.low)} to {_whole(channel.high)};"
        f" {counted(channel.counted, 'pursuit')}{assumed}, {figure(float(channel.hours))} hours"
        f"{left_out})."
    )


def _whole(amount: Decimal | None) -> str:
    return "not known" if amount is None else f"{amount:,.0f}".replace("-", "−")


def _won(won: Money) -> str:
    if not won.deals:
        return "No deal is recorded."
    if won.won is None:
        return f"{counted(won.deals, 'deal')}, of which none names its amount."
    unstated = f"; of {won.unstated} of them no amount is known" if won.unstated else ""
    return f"{counted(won.deals, 'deal')} brought {won.won:,.2f} {won.currency}{unstated}."


def never_recorded(review: Review) -> list[str]:
    """Stages of which nothing was recorded, so that their counts are no zeros."""
    pursued = review.facts.pursued
    if not pursued or recorded(pursued, "viewed"):
        return []
    return [
        "Whether proposals were viewed was never recorded: that isn't none. Those that got an"
        " answer were."
    ]


def second_paths(review: Review) -> str:
    """6 pursuits, 1 contact: what the contacts were."""
    paths = review.second_paths
    kinds = (
        joined([f"{count} {kind.replace('_', ' ')}" for kind, count in paths.by_kind.items()])
        if paths.by_kind
        else ""
    )
    amount = f", {paths.amount:,.2f} {review.money.currency}" if paths.amount else ""
    return f"{paths.said} outside the marketplaces{f': {kinds}{amount}' if kinds else ''}."


def diagnosed(parts: Sequence[Part], review: Review) -> list[str]:
    """Each feed, proof or marketplace with enough data: its word, the deciding figure, and the
    first change if it wasn't said already; then what the others lack.
    """
    sentences, changes = [], {review.diagnosis.first_change}
    for part in parts:
        if part.enough_data:
            deciding = number(part.numbers[0]) if part.numbers else None
            change = "" if part.first_change in changes else f" {part.first_change}"
            changes.add(part.first_change)
            sentences.append(
                f"{part.name}:"
                f" {part.diagnosis.replace('_', ' ')}{f' ({deciding})' if deciding else ''}.{change}"
            )
    lacking: dict[str, list[str]] = {}
    for part in parts:
        if part.missing:
            lacking.setdefault(missing(part.missing[0]), []).append(part.name)
    return sentences + [
        f"not enough data ({what}): {', '.join(names)}" for what, names in lacking.items()
    ]


def trial_state(answered: Tried, now: datetime) -> str:
    """How far the trial is."""
    if answered.ends_at <= now:
        return f"ended on {answered.ends_at:%Y-%m-%d}"
    days = (answered.ends_at - answered.started_at).days
    return f"day {(now - answered.started_at).days + 1} of {days}"


def trial_counts(answered: Tried) -> list[str]:
    """The trial's checklist, and what led its proposals compared by replies."""
    return [*answered.checklist.sentences, *leads.sentences(answered.led)]


def criteria_change(change: CriteriaChange) -> str:
    """One change of the criteria under a trial, with its date."""
    to = (
        "those of the beginning again"
        if change.back
        else f"other criteria ({change.criteria_hash[:8]})"
    )
    return f"the criteria changed under it: {to} from {change.at_time:%Y-%m-%d %H:%M} UTC"
