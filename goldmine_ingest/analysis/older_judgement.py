"""What an update of the program changed for criteria that stayed as they are: the listings that an
earlier version decided, decided again beside it. Stores nothing.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import ROUND_FLOOR, Decimal

from goldmine_ingest.analysis.measuring import cases, read_batch
from goldmine_ingest.criteria import Judge
from goldmine_ingest.criteria.measures import text_key
from goldmine_ingest.settings.criteria import CriteriaSettings
from goldmine_ingest.settings.project import Project
from goldmine_ingest.store.history import Store
from goldmine_ingest.store.queries import query

SINCE = timedelta(days=30)
_AT_MOST = 1_000  # listings, so that `check` stays a matter of seconds
_NAMED = 5
Warning_ = tuple[str, str]
"""Where in the configuration, and what is to be known."""


@dataclass(frozen=True, slots=True)
class Redecided:
    """A listing with what an earlier version decided and what the present one does. `by_exclude`:
    the old decision rested on [rules] exclude.
    """

    listing_id: str
    title: str
    before: str
    score_before: Decimal
    now: str
    score_now: Decimal
    by_exclude: bool


def redecided(store: Store, project: Project, now: datetime) -> list[Redecided]:
    """The listings of the last 30 days that an earlier version decided under the same criteria, the
    newest thousand; none once `rescan` has judged them.
    """
    criteria = project.criteria
    parameters = {
        "criteria_hash": criteria.criteria_hash,
        "since": now - SINCE,
        "text_key": text_key(criteria),
        "at_most": _AT_MOST,
    }
    rows = store.con.execute(query("decided_before"), parameters).fetchall()
    if not rows:
        return []
    judge = Judge(criteria)
    ids = [row[0] for row in rows]
    numbers = [row[0] for row in store.con.execute(query("rows_of"), {"ids": ids}).fetchall()]
    feed_proofs = {feed.name: feed.proofs for feed in project.feeds if feed.proofs}
    decisions = {
        listing.listing_id: judge.decide(
            listing, features, now=listing.first_seen_at, proofs=proofs
        )
        for listing, features, proofs in cases(judge, read_batch(store, numbers, feed_proofs))
    }
    return [
        Redecided(
            listing_id,
            title,
            before,
            Decimal(score),
            decisions[listing_id].decision,
            decisions[listing_id].score,
            by_exclude,
        )
        for listing_id, title, before, score, by_exclude in rows
        if listing_id in decisions
    ]


def warnings(project: Project, some: Sequence[Redecided]) -> Iterator[Warning_]:
    """What to know of them: nothing where nothing moved."""
    if not some:
        return
    yield from _moved(some)
    yield from _by_exclude(project.criteria, some)
    yield from _by_score(project, some)


def _moved(some: Sequence[Redecided]) -> Iterator[Warning_]:
    before, now = (Counter(getattr(one, which) for one in some) for which in ("before", "now"))
    if before == now:
        return
    changed = ", ".join(
        f"{kind} {before[kind]} → {now[kind]}" for kind in ("qualified", "review", "rejected")
    )
    yield (
        "criteria.toml",
        f"an update judges by the fit of what is asked, and what isn't said waits for review"
        f" ([decision.unknown]): of the last {len(some)} listings {changed}. `goldmine backtest`"
        " shows which, `goldmine rescan` judges them again",
    )


def _by_exclude(criteria: CriteriaSettings, some: Sequence[Redecided]) -> Iterator[Warning_]:
    now_open = [one for one in some if one.by_exclude and one.now != "rejected"]
    if not now_open or criteria.rules is None:
        return
    named = "; ".join(f"{one.listing_id[:8]} {one.title[:60]}" for one in now_open[:_NAMED])
    more = f" and {len(now_open) - _NAMED} more" if len(now_open) > _NAMED else ""
    phrases = ", ".join(f'"{_escaped(phrase)}"' for phrase in criteria.rules.exclude)
    count = f"{len(now_open)} listing{'' if len(now_open) == 1 else 's'}"
    yield (
        "rules.exclude",
        f"counts by how a word is mentioned now: {count} that it turned away in the last 30 days"
        f" would no longer be rejected ({named}{more}); the line that brings the old rule back:"
        f" exclude_always = [{phrases}]",
    )


def _escaped(phrase: str) -> str:
    return phrase.replace("\\", "\\\\").replace('"', '\\"')


def _by_score(project: Project, some: Sequence[Redecided]) -> Iterator[Warning_]:
    """Bounds and weights that were written for the old score, each with the value that keeps as
    many.
    """
    criteria = project.criteria
    if (minimum := criteria.decision.minimum_score) > 0:
        yield "decision.minimum_score", _kept(some, minimum, "minimum_score")
    for index, destination in enumerate(project.destinations):
        if destination.minimum_score > 0:
            where = f"notify[{index}].minimum_score"
            yield where, _kept(some, Decimal(destination.minimum_score), "minimum_score")
        if destination.maximum_score < 100:
            where = f"notify[{index}].maximum_score"
            yield where, _kept(some, Decimal(destination.maximum_score), "maximum_score")
    if weighs_more(criteria):
        yield (
            "decision.weights",
            "was written for a score of seven parts; the fit of the proof sorts better alone: leave"
            " the weights out, or give the others small ones",
        )


def weighs_more(criteria: CriteriaSettings) -> bool:
    """Whether something beside the proof has a weight."""
    weights = criteria.decision.weights
    return bool(criteria.proofs) and any(
        weight > 0 for name, weight in weights.items() if name != "proof"
    )


def _kept(some: Sequence[Redecided], bound: Decimal, setting: str) -> str:
    """What a bound keeps: as many as before have a score from it."""
    above = sum(one.before != "rejected" and one.score_before >= bound for one in some)
    scores = sorted((one.score_now for one in some if one.now != "rejected"), reverse=True)
    value = scores[min(above, len(scores)) - 1] if above and scores else Decimal(100)
    value = value.quantize(Decimal("0.1"), ROUND_FLOOR)
    return (
        f"{bound} was written for the old score; the score is the fit now, and {setting} ="
        f" {value:f} leaves as many from it on as before ({above} of the last {len(some)} listings)"
    )
