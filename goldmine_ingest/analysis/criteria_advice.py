"""Advice on one's criteria, for `goldmine check`: what is allowed and will hardly do what was
meant. By the criteria themselves, by how common words are in listings, and by the newest listings
of one's own history. Stores nothing.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal

from goldmine_ingest.analysis.measuring import cases, read_batch
from goldmine_ingest.config import criteria_on, load_criteria
from goldmine_ingest.criteria import Judge
from goldmine_ingest.criteria.decide import on_unknown
from goldmine_ingest.criteria.own_terms import Rarity
from goldmine_ingest.criteria.patterns import compile_pattern
from goldmine_ingest.facts.rates import OWN_FILE, Rates
from goldmine_ingest.model.decision import Finding
from goldmine_ingest.model.posting import Posting
from goldmine_ingest.runtime.shipped_files import shipped
from goldmine_ingest.settings.criteria import CriteriaSettings, ProofSettings
from goldmine_ingest.settings.project import Project
from goldmine_ingest.store.history import Store
from goldmine_ingest.store.queries import query
from goldmine_ingest.text.lemmas import Lemmas

SINCE = timedelta(days=30)
_AT_MOST = 500  # listings, so that `check` stays a matter of seconds
_ENOUGH = 20  # fewer say nothing of criteria that none of them met
# A word that one listing in twenty uses finds every trade's listings.
_EVERYDAY = Decimal("0.05")
_SAMPLE_FEED = "file:config/sample-"
# What floors are worth in US dollars, wherever one lives: outside, another currency was in mind.
_USUAL = {"fixed": (Decimal(10), Decimal(50_000)), "hourly": (Decimal(2), Decimal(500))}

Advice = tuple[str, str]
"""Where in the configuration, and what is to be known."""


@dataclass(frozen=True, slots=True)
class Sample:
    """The newest listings of the last 30 days, and what each criterion finds of each today."""

    postings: Sequence[Posting]
    findings: Sequence[Mapping[str, Finding]]


def newest(store: Store, project: Project, now: datetime) -> Sample:
    """Judged as at their first sight, under the present criteria."""
    parameters = {"since": now - SINCE, "at_most": _AT_MOST}
    rows = [row[0] for row in store.con.execute(query("newest_rows"), parameters).fetchall()]
    if not rows:
        return Sample((), ())
    judge = Judge(project.criteria)
    feed_proofs = {feed.name: feed.proofs for feed in project.feeds if feed.proofs}
    postings, findings = [], []
    for listing, features, seen_at, proofs in cases(judge, read_batch(store, rows, feed_proofs)):
        decided = judge.decide(listing, features, now=seen_at, proofs=proofs)
        postings.append(listing.posting)
        findings.append({finding.criterion: finding for finding in decided.findings})
    return Sample(postings, findings)


def advice(project: Project, sample: Sample, today: date) -> Iterator[Advice]:
    """`sample` is empty where there is no history."""
    samples = load_criteria(shipped("config") / "criteria.toml").proofs
    own = [(f"proof[{index}]", proof) for index, proof in enumerate(project.criteria.proofs)]
    yield from _samples(project, [(where, one) for where, one in own if _is(one, samples)])
    mine = [(where, one) for where, one in own if not _is(one, samples)]
    yield from _phrases(mine, project.criteria, sample.postings)
    yield from _floors(project, today)
    yield from _rateless(project, sample.postings, today)
    yield from _unmet(project.criteria, sample.findings)


def _is(proof: ProofSettings, samples: Sequence[ProofSettings]) -> bool:
    """Whether it is one of the samples, whatever was written beside its words."""
    words = (proof.name, proof.skills, proof.phrases)
    return words in [(one.name, one.skills, one.phrases) for one in samples]


def _samples(project: Project, proofs: Sequence[tuple[str, ProofSettings]]) -> Iterator[Advice]:
    """The sample proofs beside feeds that are the user's own."""
    real = [feed for feed in project.feeds if not feed.url.text.startswith(_SAMPLE_FEED)]
    for where, proof in proofs if real else ():
        yield (
            where,
            f"{proof.name!r} is a sample that goldmine init wrote, and your own feed"
            f" {real[0].name!r} is judged by it: write your finished work in its place",
        )


def _phrases(
    proofs: Sequence[tuple[str, ProofSettings]],
    criteria: CriteriaSettings,
    postings: Sequence[Posting],
) -> Iterator[Advice]:
    """Proofs without phrases, and phrases that are everyday words. Skills may be common: who wants
    Python names it.
    """
    lemmas = Lemmas()
    rarity = Rarity(criteria.terms, lemmas)
    table = "your terms.json" if criteria.terms else "the table that ships"
    for where, proof in proofs:
        if proof.skills and not proof.phrases:
            yield (
                f"{where}.phrases",
                "is empty: by names of tools alone a listing seldom fits; write words that clients"
                " with such a problem use",
            )
        for phrase in proof.phrases:
            share = Decimal(rarity.count(tuple(lemmas.of(phrase))) or 0) / rarity.listings
            if share >= _EVERYDAY:
                yield (
                    f"{where}.phrases",
                    f'"{phrase}" is an everyday word, in {share:.0%} of listings by {table}'
                    f"{_own_share(phrase, postings)}: it tells your work from no other; write more"
                    " of the words that stand around it",
                )


def _own_share(phrase: str, postings: Sequence[Posting]) -> str:
    if not postings:
        return ""
    pattern = compile_pattern(phrase)
    have = sum(
        pattern.quote(" ".join((posting.title, posting.description, *posting.skills))) is not None
        for posting in postings
    )
    return f" and in {have} of your own newest {len(postings)}"


def _floors(project: Project, today: date) -> Iterator[Advice]:
    """Floors that are usual in no trade, in the base currency that is set."""
    criteria, rates = project.criteria, Rates().beside(project.config_path)
    base = criteria.base_currency
    for where, kind, floor in _stated_floors(criteria):
        dollars = rates.convert(floor, base, "USD", today)
        least, most = _USUAL[kind]
        if floor and dollars is not None and not least <= dollars <= most:
            unit = " an hour" if kind == "hourly" else " for a job"
            size = "small" if dollars < least else "large"
            yield (
                where,
                f"{floor:,f} {base}{unit} is about {dollars:,f} USD, which is {size} for such a"
                " floor: is it meant in another currency than [budget] currency?",
            )


def _rateless(project: Project, postings: Sequence[Posting], today: date) -> Iterator[Advice]:
    """Currencies that can't be converted: whose budgets stay unknown, and how to mend it."""
    rates, base = Rates().beside(project.config_path), project.criteria.base_currency
    remedy = (
        f"write a line like {{}},UNITS PER EURO,{today.isoformat()} into {OWN_FILE} beside"
        f" {project.config_path.name} (docs/sources.md, Currencies)"
    )
    if rates.convert(Decimal(1), base, "EUR", today) is None:
        yield (
            "budget.currency",
            f"no rate of {base} is known, so that pay in any other currency stays unknown: "
            + remedy.format(base),
        )
        return
    stated = Counter(
        posting.currency
        for posting in postings
        if posting.currency and (posting.budget_min or posting.budget_max) is not None
    )
    for currency, count in sorted(stated.items()):
        if rates.convert(Decimal(1), currency, base, today) is None:
            yield (
                "budget.currency",
                f"{count} of your newest {len(postings)} listings pay in {currency}, of which no"
                " rate is known: their budgets stay unknown; " + remedy.format(currency),
            )


def _stated_floors(criteria: CriteriaSettings) -> Iterator[tuple[str, str, Decimal]]:
    proofs = [(f"proof[{index}]", proof) for index, proof in enumerate(criteria.proofs)]
    places: list[tuple[str, object]] = [("budget", criteria.budget), *proofs]
    for where, settings in places:
        for kind in _USUAL:
            floor = getattr(settings, f"{kind}_minimum", None)
            if floor is not None:
                yield f"{where}.{kind}_minimum", kind, floor
    if criteria.worth is not None:
        yield "worth.hourly_value", "hourly", criteria.worth.hourly_value


def _unmet(
    criteria: CriteriaSettings, findings: Sequence[Mapping[str, Finding]]
) -> Iterator[Advice]:
    """Required criteria that none of the newest listings met; those that let pass what isn't known
    aren't in the way where nothing is known.
    """
    if len(findings) < _ENOUGH:
        return
    for criterion in criteria.decision.require or criteria_on(criteria):
        verdicts = Counter(
            by_criterion[criterion].verdict
            for by_criterion in findings
            if criterion in by_criterion
        )
        harmless = not verdicts["fail"] and on_unknown(criterion, criteria.decision) == "pass"
        if verdicts and not verdicts["pass"] and not harmless:
            yield (
                criterion,
                f"none of the newest {len(findings)} listings of the last 30 days met it:"
                f" {verdicts['fail']} fail, of {verdicts['unknown']} it isn't known."
                " goldmine near-misses and goldmine tune show by how much",
            )
