"""What an update of the program changed for criteria that stayed as they are: the listings that an
earlier version decided, decided again beside it. Stores nothing.
"""

from __future__ import annotations

import tomllib
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from decimal import ROUND_FLOOR, Decimal
from typing import Any

from goldmine_ingest.analysis.measuring import cases, read_batch
from goldmine_ingest.criteria import Judge
from goldmine_ingest.criteria.case import ZERO
from goldmine_ingest.criteria.decide import decide, score
from goldmine_ingest.criteria.measures import text_key
from goldmine_ingest.criteria.opinion import Opinions
from goldmine_ingest.model.decision import Decision
from goldmine_ingest.settings.criteria import CriteriaSettings, DecisionSettings
from goldmine_ingest.settings.project import Project
from goldmine_ingest.store.history import Store
from goldmine_ingest.store.queries import query

SINCE = timedelta(days=30)
_MOST, _TENTH = Decimal(100), Decimal("0.1")  # of a score
_AT_MOST = 1_000  # listings, so that `check` stays a matter of seconds
_NAMED = 5
Warning_ = tuple[str, str]
"""Where in the configuration, and what is to be known."""


@dataclass(frozen=True, slots=True)
class Redecided:
    """A listing with what an earlier version decided and what the present one does. `by_exclude`:
    the old decision rested on [rules] exclude. `rings`: it qualifies now, whatever its score;
    `fit_score` is its score without weights.
    """

    listing_id: str
    title: str
    before: str
    score_before: Decimal
    now: str
    score_now: Decimal
    by_exclude: bool
    rings: bool
    fit_score: Decimal


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
    batch = read_batch(store, numbers, feed_proofs)
    said = store.opinions(ids) if criteria.opinion else {}
    decisions = {
        listing.listing_id: judge.decide(
            listing,
            features,
            now=seen_at,
            proofs=proofs,
            opinions=Opinions(said.get(listing.listing_id, ())),
        )
        for listing, features, seen_at, proofs in cases(judge, batch)
    }
    return [
        _redecided(row, decisions[row[0]], criteria.decision) for row in rows if row[0] in decisions
    ]


def _redecided(row: Sequence[Any], now: Decision, settings: DecisionSettings) -> Redecided:
    listing_id, title, before, score_before, by_exclude = row
    flags = [finding for finding in now.findings if finding.flag]
    findings = [finding for finding in now.findings if not finding.flag]
    any_score = replace(settings, minimum_score=Decimal(0))
    return Redecided(
        listing_id,
        title,
        before,
        Decimal(score_before),
        now.decision,
        now.score,
        by_exclude,
        rings=decide(findings, any_score, flags)[0] == "qualified",
        fit_score=score(findings, replace(settings, weights={})),
    )


def warnings(project: Project, some: Sequence[Redecided]) -> Iterator[Warning_]:
    """What to know of them, one warning a setting: of listings nothing where nothing moved; of
    figures that were written for the old score with the value that keeps as many alerts, where
    there are listings to count.
    """
    if some:
        yield from _moved(some)
        yield from _by_exclude(project.criteria, some)
    if project.criteria.proofs and not _says_sure(project.criteria):
        yield from _by_score(project, some)


def _says_sure(criteria: CriteriaSettings) -> bool:
    """Whether the file has today's scale: one that sets `[proof_match] sure` was written for it."""
    try:
        table = tomllib.loads(criteria.text).get("proof_match", {})
    except tomllib.TOMLDecodeError:
        return False
    return isinstance(table, dict) and "sure" in table


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


_LOOKED = ". Write [proof_match] sure (0.65) once you have looked, and this is said no more"
_SCALE = (
    "was written for a score that was a mean of all criteria; it is the fit of the proof now, and"
    " what rings has 65 and more (times want)"
)


def _by_score(project: Project, some: Sequence[Redecided]) -> Iterator[Warning_]:
    """Bounds and weights that were written for the old score, each with the value that keeps as
    many alerts.
    """
    criteria = project.criteria
    if (minimum := criteria.decision.minimum_score) > 0:
        # It made the old decision: all that qualified had it.
        yield "decision.minimum_score", f"{minimum} {_SCALE}{_lowest(some, ZERO)}{_LOOKED}"
    if criteria.proof_match.minimum != type(criteria.proof_match)().minimum:
        yield (
            "proof_match.minimum",
            f"{criteria.proof_match.minimum} was written for a similarity that is a fit now: under"
            " it a listing fails, and it rings from sure (0.65) on. `goldmine backtest --set"
            f" proof_match.minimum=…` shows what another does{_LOOKED}",
        )
    for index, destination in enumerate(project.destinations):
        where = f"notify[{index}]"
        if (low := Decimal(destination.minimum_score)) > 0:
            yield f"{where}.minimum_score", f"{low} {_SCALE}{_lowest(some, low)}{_LOOKED}"
        if (high := Decimal(destination.maximum_score)) < _MOST:
            yield f"{where}.maximum_score", f"{high} {_SCALE}{_highest(some, high)}{_LOOKED}"
    if weighs_more(criteria):
        bound = _lowest([replace(one, score_now=one.fit_score) for one in some], ZERO)
        yield (
            "decision.weights",
            "was written for a score of seven parts; the fit of the proof sorts better alone: leave"
            f" the weights out{bound if minimum > 0 else ''}{_LOOKED}",
        )


def weighs_more(criteria: CriteriaSettings) -> bool:
    """Whether something beside the proof has a weight."""
    weights = criteria.decision.weights
    return bool(criteria.proofs) and any(
        weight > 0 for name, weight in weights.items() if name != "proof"
    )


def _ringing(some: Sequence[Redecided], bound: Decimal) -> tuple[int, list[Decimal]]:
    """How many alerts had so much or more before, and the scores of those that ring now."""
    before = sum(one.before == "qualified" and one.score_before >= bound for one in some)
    return before, sorted((one.score_now for one in some if one.rings), reverse=True)


def _lowest(some: Sequence[Redecided], bound: Decimal) -> str:
    """The minimum that keeps as many alerts as `bound` did."""
    before, scores = _ringing(some, bound)
    if not before:
        return ""
    if len(scores) < before:
        return (
            f"; minimum_score = 0 keeps the most alerts, the {len(scores)} of the last {len(some)}"
            f" listings that ring now ({before} did)"
        )
    value = scores[before - 1].quantize(_TENTH, ROUND_FLOOR)
    return (
        f"; minimum_score = {value:f} keeps as many alerts as before ({before} of the last"
        f" {len(some)} listings)"
    )


def _highest(some: Sequence[Redecided], bound: Decimal) -> str:
    """The maximum that leaves the same share of the alerts above it as `bound` did."""
    before, scores = _ringing(some, bound)
    every, _ = _ringing(some, ZERO)
    if not before or not scores:
        return ""
    above = max(1, round(before * min(1, len(scores) / every)))
    value = scores[min(above, len(scores)) - 1].quantize(_TENTH, ROUND_FLOOR)
    return (
        f"; maximum_score = {value:f} leaves {above} of {len(scores)} alerts above it"
        f" ({before} of {every} before)"
    )
