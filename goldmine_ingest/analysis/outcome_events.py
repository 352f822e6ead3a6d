"""What the user records: events of a proposal, one by one or from an export, taken back one by
one; ratings. Says what looks odd.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta

from goldmine_ingest.analysis.proposal_csv import ExportRow
from goldmine_ingest.errors import UsageError
from goldmine_ingest.model.pursuit import Pursuit, Rating
from goldmine_ingest.store.history import Store

_ENDS = ("hired", "declined", "withdrawn")
_NEED_NO_PURSUIT = ("pursued", "skipped")


@dataclass(frozen=True, slots=True)
class Recorded:
    """What became of an event: `known` if exactly this one was there already and nothing was
    stored. `remarks` are for the person.
    """

    pursuit: Pursuit
    known: bool = False
    remarks: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Imported:
    """What became of an export. `implied` of `recorded` are the 'pursued' of rows that tell only
    what came of it; `unmatched` are (line of the file, what it names, why it was not recorded).
    """

    recorded: tuple[Pursuit, ...]
    implied: int
    known: int
    unmatched: tuple[tuple[int, str, str], ...]


@dataclass(frozen=True, slots=True)
class Agreement:
    """How the decisions that stand agree with the user's ratings: of the good and the bad ones,
    how many qualified.
    """

    good: int
    good_qualified: int
    bad: int
    bad_qualified: int


def record(store: Store, pursuit: Pursuit) -> Recorded:
    """Store one event, unless it is there already."""
    before = store.pursuits([pursuit.listing_id]).get(pursuit.listing_id, ())
    if any(_same(pursuit, other) for other in before):
        return Recorded(pursuit, known=True)
    store.record_pursuits([pursuit])
    return Recorded(pursuit, remarks=tuple(_remarks(pursuit, before)))


def pursuit_id(title: str, source: str | None, day: date) -> str:
    """The id of a pursuit that no feed brought: the same for the same title and source on a day, so
    that a command that is repeated records nothing new. Like a listing's, 20 hex digits.
    """
    name = "\n".join(("no feed", title.casefold(), source or "", day.isoformat()))
    return hashlib.sha256(name.encode()).hexdigest()[:20]


def _same(one: Pursuit, other: Pursuit) -> bool:
    """The same event on the same day, with the same details; a time of day is no difference, nor
    is the way that it was recorded by.
    """
    alike = replace(one, at_time=other.at_time, way=other.way)
    return one.at_time.date() == other.at_time.date() and alike == other


def _remarks(pursuit: Pursuit, before: Sequence[Pursuit]) -> Iterable[str]:
    """What is odd about an event, given those before it. Nothing of it is an error: people
    record late and out of order.
    """
    stages = {event.stage for event in before if event.at_time <= pursuit.at_time}
    if any(
        event.stage == pursuit.stage and event.at_time.date() == pursuit.at_time.date()
        for event in before
    ):
        yield (
            f"{pursuit.stage} was recorded for that day before, with other details; both stand"
            " (--undo takes this one back)"
        )
    if pursuit.stage not in _NEED_NO_PURSUIT and "pursued" not in stages:
        yield f"no pursued was recorded before this {pursuit.stage}"
    ended = [stage for stage in _ENDS if stage in stages and stage != pursuit.stage]
    if ended:
        yield f"it was recorded as {ended[0]} before"


def import_export(store: Store, rows: Sequence[ExportRow]) -> Imported:
    """Record the rows of a proposal export whose listing is known, in one transaction; what is
    recorded already is left out.

    A row that tells what came of a proposal implies that there was one: its 'pursued' is recorded
    too, unless one stands.
    """
    titles = store.listings_titled({row.title.strip().lower() for row in rows if row.title})
    matched: list[tuple[ExportRow, str]] = []
    unmatched: list[tuple[int, str, str]] = []
    for row in rows:
        listing_id, why = _listing_of(store, row, titles)
        if row.problem or row.stage is None or row.on is None or listing_id is None:
            unmatched.append((row.line, row.named, row.problem or why))
        elif row.on > store.now + timedelta(days=1):
            unmatched.append((row.line, row.named, f"its date {row.on:%Y-%m-%d} is in the future"))
        else:
            matched.append((row, listing_id))
    stands = {
        i: list(events)
        for i, events in store.pursuits({listing_id for _, listing_id in matched}).items()
    }
    recorded, implied, before = _new_events(matched, stands, store.now)
    store.record_pursuits(recorded)
    return Imported(tuple(recorded), implied, before, tuple(unmatched))


def _new_events(
    matched: Sequence[tuple[ExportRow, str]], stands: dict[str, list[Pursuit]], now: datetime
) -> tuple[list[Pursuit], int, int]:
    recorded: list[Pursuit] = []
    implied = before = 0
    for row, listing_id in matched:
        events = stands.setdefault(listing_id, [])
        first, main = _events(row, listing_id, now)
        if first and not any(event.stage == "pursued" for event in events):
            implied += 1
            events.append(first)
            recorded.append(first)
        elif first:
            main = replace(
                main, connects=None
            )  # the 'pursued' that stands says what the proposal cost
        if any(_same(main, event) for event in events):
            before += 1
        else:
            events.append(main)
            recorded.append(main)
    return recorded, implied, before


def _events(row: ExportRow, listing_id: str, now: datetime) -> tuple[Pursuit | None, Pursuit]:
    """The implied 'pursued', which bears the connects, and the row's own event."""
    stage, on = row.stage or "pursued", min(row.on or now, now)
    main = Pursuit(listing_id, stage, on, row.connects, row.amount, row.objection, row.note, "csv")
    if stage in _NEED_NO_PURSUIT:
        return None, main
    first = Pursuit(listing_id, "pursued", on, row.connects, way="csv")
    return first, replace(main, connects=None)


def _listing_of(
    store: Store, row: ExportRow, titles: dict[str, tuple[str, ...]]
) -> tuple[str | None, str]:
    """The listing that a row means, or why none: by its id, its URL, else by its title if
    exactly one bears it.
    """
    why = "it names no listing: no id, no URL and no title"
    for reference in (row.listing_id, row.url):
        if reference:
            try:
                return store.resolve_listing(reference), ""
            except UsageError as error:
                why = error.message
    if not row.title:
        return None, why
    ids = titles.get(row.title.strip().lower(), ())
    if len(ids) == 1:
        return ids[0], ""
    if ids:
        return None, f"{len(ids)} listings bear this title: " + ", ".join(i[:8] for i in ids[:4])
    return None, "no stored listing bears this title"


def rate(store: Store, rating: Rating) -> bool:
    """Keep a rating; False if the newest one says the same already."""
    last = store.ratings().get(rating.listing_id)
    if last is not None and (last.rating, last.because) == (rating.rating, rating.because):
        return False
    store.record_rating(rating)
    return True


def agreement(store: Store) -> Agreement:
    """The ratings beside the decisions that stand."""
    ratings = store.ratings()
    decisions = store.decisions(ratings)
    counts = Counter(
        (rating.rating, i in decisions and decisions[i].decision == "qualified")
        for i, rating in ratings.items()
    )
    good, bad = counts["good", True], counts["bad", True]
    return Agreement(good + counts["good", False], good, bad + counts["bad", False], bad)


def day(moment: datetime) -> str:
    """A day as people write it."""
    return f"{moment.astimezone(UTC):%Y-%m-%d}"
