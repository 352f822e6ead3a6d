"""`python -m tools.evaluation.robustness`: what is left of the judge's figures where listings or
criteria say less than those that it was measured on.

Other feeds have no tags or cut the text; strangers write few words, or no exclusions. Each way of
saying less is done to all labelled listings or criteria; every trade is scored by the table that
was measured on the others, whole. What counts is that precision holds: what isn't said shall wait
for review, not ring.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from hashlib import sha256
from typing import TypeVar

from goldmine_ingest.criteria import Judge
from goldmine_ingest.criteria.weights import Table
from goldmine_ingest.model.posting import Listing, Posting
from goldmine_ingest.settings.criteria import CriteriaSettings, ProofSettings
from tools.evaluation.fit_table import measured
from tools.evaluation.labelled import NOW, criteria, labelled, trades
from tools.evaluation.report import Figures, Row, figures, leave_one_out

T = TypeVar("T")
Postings = Callable[[Posting], Posting]
Criteria = Callable[[CriteriaSettings], CriteriaSettings]


def _same(value: T) -> T:
    return value


def _cut(length: int) -> Postings:
    def cut(posting: Posting) -> Posting:
        text = posting.description
        return (
            posting
            if len(text) <= length
            else replace(posting, description=f"{text[:length]}…", truncated=True)
        )

    return cut


def _of_proofs(change: Callable[[ProofSettings], ProofSettings]) -> Criteria:
    return lambda settings: replace(settings, proofs=tuple(map(change, settings.proofs)))


def _half(names: tuple[str, ...]) -> tuple[str, ...]:
    """The first half in the order of a hash."""
    ordered = sorted(names, key=lambda name: sha256(name.encode()).digest())
    return tuple(ordered[: (len(ordered) + 1) // 2])


def _single(names: tuple[str, ...]) -> tuple[str, ...]:
    """Names of one word, and the last word of the others."""
    return tuple(dict.fromkeys(name.split()[-1] for name in names))


def _without_exclude(settings: CriteriaSettings) -> CriteriaSettings:
    rules = settings.rules and replace(settings.rules, exclude=())
    proofs = tuple(replace(proof, exclude=()) for proof in settings.proofs)
    return replace(settings, rules=rules, proofs=proofs)


def _terse(proof: ProofSettings) -> ProofSettings:
    """A name and a handful of words."""
    return ProofSettings(
        proof.name, phrases=_half(_half(proof.phrases)), skills=_half(_half(proof.skills))
    )


WAYS: Mapping[str, tuple[Postings, Criteria]] = {
    "as it is": (_same, _same),
    "no tags": (lambda posting: replace(posting, skills=()), _same),
    "text cut at 500": (_cut(500), _same),
    "text cut at 300": (_cut(300), _same),
    "no tags, cut at 300": (lambda posting: replace(_cut(300)(posting), skills=()), _same),
    "title only": (lambda posting: replace(posting, description="", truncated=True), _same),
    "title only, no tags": (
        lambda posting: replace(posting, description="", skills=(), truncated=True),
        _same,
    ),
    "half the phrases": (
        _same,
        _of_proofs(lambda proof: replace(proof, phrases=_half(proof.phrases))),
    ),
    "half of phrases and skills": (
        _same,
        _of_proofs(
            lambda proof: replace(proof, phrases=_half(proof.phrases), skills=_half(proof.skills))
        ),
    ),
    "terse proofs": (_same, _of_proofs(_terse)),
    "phrases of one word": (
        _same,
        _of_proofs(lambda proof: replace(proof, phrases=_single(proof.phrases))),
    ),
    "no skills": (_same, _of_proofs(lambda proof: replace(proof, skills=()))),
    "one proof of all": (
        _same,
        lambda settings: replace(
            settings,
            proofs=(
                ProofSettings(
                    "All",
                    phrases=tuple(n for proof in settings.proofs for n in proof.phrases),
                    skills=tuple(n for proof in settings.proofs for n in proof.skills),
                ),
            ),
        ),
    ),
    "no exclusions": (_same, _without_exclude),
}


def measured_by(
    way: tuple[Postings, Criteria], tables: Mapping[str, Table]
) -> Iterator[tuple[str, list[Row]]]:
    """Each trade's rows."""
    of_posting, of_criteria = way
    for trade in trades():
        judge = Judge(of_criteria(criteria(trade)), weights=tables[trade])
        rows = []
        for example in labelled(trade):
            listing: Listing = replace(example.listing, posting=of_posting(example.listing.posting))
            decision = judge.decide(listing, judge.features(listing.posting), now=NOW)
            rows.append(Row(example.label, decision.decision, float(decision.score)))
        yield trade, rows


def main() -> None:
    names = trades()
    if not names:
        print("The labelled listings don't lie beside the project; nothing was measured.")
        return
    tables = dict(leave_one_out({trade: measured(trade) for trade in names}))
    print(
        f"{'':28}{'alerts P':>9}{'R':>6}{'worst P':>9}"
        f"{'+ review R':>12}{'wrong review':>14}{'AP':>6}"
    )
    for name, way in WAYS.items():
        rows = dict(measured_by(way, tables))
        found = figures([row for some in rows.values() for row in some])
        worst = min(map(_precision, map(figures, rows.values())))
        print(
            f"{name:28}{found.precision:>9.2f}{found.recall:>6.2f}{worst:>9.2f}"
            f"{found.with_review:>12.2f}{found.wrong_review:>14.2f}{found.average_precision:>6.2f}"
        )


def _precision(found: Figures) -> float:
    return found.precision


if __name__ == "__main__":
    main()
