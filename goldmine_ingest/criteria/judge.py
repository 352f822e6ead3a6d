"""The judge: criteria compiled once, then each listing by the same steps, live and in a
backtest.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import NamedTuple

from goldmine_ingest.criteria import (
    ask,
    budget,
    client,
    first_step,
    opinion,
    proof,
    red_flags,
    worth,
)
from goldmine_ingest.criteria.case import ZERO, Case
from goldmine_ingest.criteria.decide import decide, is_settled, required
from goldmine_ingest.criteria.features import FeatureReader, TextFacts, read
from goldmine_ingest.criteria.measures import OfMatch, measure, of_match, text_key
from goldmine_ingest.criteria.mentions import Mention
from goldmine_ingest.criteria.opinion import Opinions, SecondOpinion
from goldmine_ingest.criteria.own_terms import own_names
from goldmine_ingest.criteria.proof import Match, Matcher
from goldmine_ingest.criteria.rules import Rules
from goldmine_ingest.criteria.scope import Scope, exposure
from goldmine_ingest.criteria.signals import Tasks, signals
from goldmine_ingest.criteria.weights import Table
from goldmine_ingest.criteria.work_hours import Stated, stated
from goldmine_ingest.criteria.would_change import WouldChange, changes
from goldmine_ingest.facts.rates import Dollar
from goldmine_ingest.model.decision import (
    Decision,
    Exposure,
    Finding,
    Measures,
    Signal,
    TextFeatures,
)
from goldmine_ingest.model.opinion import Opinion
from goldmine_ingest.model.posting import Listing, Posting
from goldmine_ingest.settings.criteria import CriteriaSettings, ProofSettings
from goldmine_ingest.text.wordlists import WITH_LISTS

# A cycle extracts and decides one listing after the other, so few are ever waiting.
_REMEMBERED = 64


class _Said(NamedTuple):
    """The opinion that counts for a listing, and the proofs that its feeds allow."""

    opinion: Opinion | None = None
    proofs: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Compiled:
    """What searches for the user's words, by one language's inflection."""

    rules: Rules
    scope: Scope
    matcher: Matcher
    tasks: Tasks | None


class _Asked(NamedTuple):
    """A listing to decide: with what searches for the user's words in its language, how the proofs
    match, and what was said of it.
    """

    case: Case
    compiled: _Compiled
    match: Match
    said: _Said


class _Foreseen(NamedTuple):
    """A decision that was made before it was asked for, and of what."""

    listing: Listing
    now: datetime
    decision: Decision

    def is_of(self, listing: Listing, now: datetime) -> bool:
        """Of all but the listing's own name, which no criterion reads."""
        mine = self.listing
        return (
            mine.posting == listing.posting
            and mine.base == listing.base
            and mine.first_seen_at == listing.first_seen_at
            and self.now == now
        )


@dataclass(frozen=True, slots=True)
class Reading:
    """A listing as the judge read it: its text, how the proofs match, the decision, and how it
    mentions what [rules] exclude.
    """

    case: Case
    match: Match
    decision: Decision
    mentions: tuple[Mention, ...]


_Words = tuple[str, str, tuple[str, ...]]


def _words(posting: Posting) -> _Words:
    """What features are made of."""
    return posting.title, posting.description, posting.skills


class Judge:
    """Judges listings by one version of the criteria. Raises ConfigError when a phrase or pattern
    of [rules] is bad.

    The same listing facts, criteria, terms and clock give the same decision, byte for byte.
    """

    def __init__(self, settings: CriteriaSettings, *, weights: Table | None = None) -> None:
        """`weights`: another table of the fit than the one that ships (to measure what one would
        do).
        """
        self.settings = settings
        self.text_key = text_key(settings)
        self._facts: dict[str, TextFacts] = {}
        self._expected: dict[_Words, tuple[TextFeatures, TextFacts]] = {}
        self._foreseen: dict[tuple[str, tuple[str, ...]], _Foreseen] = {}
        self._reader = FeatureReader()
        self._weights = weights
        self.second = SecondOpinion(settings, settings.opinion) if settings.opinion else None
        self._dollar = Dollar(settings.base_currency, settings.own_rates)
        self._compiled: dict[str, _Compiled] = {}
        self._for("en")

    def _case(self, listing: Listing, facts: TextFacts, now: datetime) -> Case:
        return Case(listing, facts, now, self._dollar.on(listing.first_seen_at.date()))

    def _for(self, language: str) -> _Compiled:
        """The criteria compiled by a language's inflection: English's at once, others when a
        listing in them comes; one without lists is read as English is.
        """
        language = language if language in WITH_LISTS else "en"
        compiled = self._compiled.get(language)
        if compiled is None:
            settings, lemmas = self.settings, self._reader.lemmas_of[language]
            compiled = self._compiled[language] = _Compiled(
                Rules(settings.rules, lemmas, own_names(settings.proofs)),
                Scope(settings.scope, lemmas),
                Matcher(settings, lemmas, self._weights),
                Tasks(settings.tasks, lemmas) if settings.tasks else None,
            )
        return compiled

    def expect(
        self, listings: Sequence[Listing], *, now: datetime, proofs: tuple[str, ...] = ()
    ) -> None:
        """Listings that `features` and then `decide`, with the same `now` and `proofs` and no
        opinion, will be asked for next; their ids may not be known yet. Judged together they cost
        less, each step for all before the next; a caller who judges very many gives some dozens at
        a time.
        """
        read = self._reader.read_all([listing.posting for listing in listings])
        self._expected = {
            _words(listing.posting): one for listing, one in zip(listings, read, strict=True)
        }
        cases = [
            self._case(listing, facts, now)
            for listing, (_, facts) in zip(listings, read, strict=True)
        ]
        matches = self.match_all([facts for _, facts in read], proofs)
        asked = [
            self._asked(case, match, _Said(None, proofs))
            for case, match in zip(cases, matches, strict=True)
        ]
        decisions = self._decide_all(asked, self.settings, measured=True)
        self._foreseen = {
            (features.text_hash, proofs): _Foreseen(listing, now, decision)
            for listing, (features, _), decision in zip(listings, read, decisions, strict=True)
        }

    def features(self, posting: Posting) -> TextFeatures:
        """What judging needs from the text; independent of the criteria, to be stored under its
        text_hash.
        """
        read = self._expected.pop(_words(posting), None)
        features, facts = read or self._reader.extract_and_read(posting)
        if len(self._facts) >= _REMEMBERED:
            self._facts.clear()
        self._facts[features.text_hash] = facts
        return features

    def decide(
        self,
        listing: Listing,
        features: TextFeatures,
        *,
        now: datetime,
        proofs: tuple[str, ...] = (),
        opinions: Opinions | None = None,
    ) -> Decision:
        """`features` are those of the listing's own text; `proofs` restricts to these proofs (a
        feed's setting), () is all; `opinions` are those that the history holds of the listing.
        """
        foreseen = self._foreseen.pop((features.text_hash, proofs), None)
        if foreseen is not None and opinions is None and foreseen.is_of(listing, now):
            self._facts.pop(features.text_hash, None)
            return replace(foreseen.decision, listing_id=listing.listing_id)
        case = self._case(listing, self._read(features, listing.posting), now)
        said = _Said(self._opinion(listing, opinions), proofs)
        asked = self._asked(case, self.match(case.facts, proofs), said)
        return self._decide(asked, self.settings, measured=True)

    def read(
        self,
        listing: Listing,
        features: TextFeatures,
        *,
        now: datetime,
        proofs: tuple[str, ...] = (),
        opinions: Opinions | None = None,
    ) -> Reading:
        """The decision beside what it rests on, for who looks for changes of the criteria."""
        case = self._case(listing, self._read(features, listing.posting), now)
        match, rules = self.match(case.facts, proofs), self._for(case.facts.listing.language).rules
        mentions = tuple(rules.mentions(case, self.settings.rules))
        asked = self._asked(case, match, _Said(self._opinion(listing, opinions), proofs))
        return Reading(case, match, self._decide(asked, self.settings), mentions)

    def measure(
        self,
        listing: Listing,
        features: TextFeatures,
        *,
        now: datetime,
        proofs: tuple[str, ...] = (),
    ) -> Measures:
        """The `measures` of the decision, without its sentences and quotes."""
        settings = self.settings
        case = self._case(listing, self._read(features, listing.posting), now)
        match = self.match(case.facts, proofs)
        on = settings.rules is not None or settings.me is not None
        compiled = self._for(case.facts.listing.language)
        return measure(
            case,
            self.text_key,
            settings,
            stated=stated(case, settings.base_currency),
            rules=compiled.rules.judge(case, settings.rules, settings.me) if on else None,
            proofs=self._of_match(case, match),
            flags=red_flags.judge(case),
        )

    def measure_match(self, listing: Listing, features: TextFeatures, *, now: datetime) -> OfMatch:
        """What of the `measures` depends on the proofs."""
        case = self._case(listing, self._read(features, listing.posting), now)
        return self._of_match(case, self.match(case.facts))

    def _of_match(self, case: Case, match: Match) -> OfMatch:
        asked, compiled = match.fit.ask, self._for(case.facts.listing.language)
        scope = compiled.scope.judge(case, self.settings.scope, asked)
        return of_match(match, scope, first_step.specificity_of(case, asked))

    def _read(self, features: TextFeatures, posting: Posting) -> TextFacts:
        return self._facts.pop(features.text_hash, None) or read(features, posting)

    def would_change(
        self,
        listing: Listing,
        features: TextFeatures,
        *,
        now: datetime,
        proofs: tuple[str, ...] = (),
        opinions: Opinions | None = None,
    ) -> tuple[WouldChange, ...]:
        """Single settings that would have given another decision, each tried by deciding again."""
        case = self._case(listing, read(features, listing.posting), now)
        said = _Said(self._opinion(listing, opinions), proofs)
        asked = self._asked(case, self.match(case.facts, proofs), said)
        return changes(
            case,
            self._decide(asked, self.settings),
            self.settings,
            asked.compiled.rules,
            lambda settings: self._decide(asked, settings),
        )

    def match(self, facts: TextFacts, proofs: tuple[str, ...] = ()) -> Match:
        """How the proofs fit a text."""
        return self.match_all([facts], proofs)[0]

    def match_all(self, texts: Sequence[TextFacts], proofs: tuple[str, ...] = ()) -> list[Match]:
        """The same of many texts, those of a language together."""
        by_language: dict[str, list[int]] = {}
        for number, facts in enumerate(texts):
            by_language.setdefault(facts.listing.language, []).append(number)
        matches: dict[int, Match] = {}
        for language, numbers in by_language.items():
            some = [texts[number] for number in numbers]
            matches |= zip(
                numbers, self._for(language).matcher.match_all(some, proofs), strict=True
            )
        return [matches[number] for number in range(len(texts))]

    def _opinion(self, listing: Listing, opinions: Opinions | None) -> Opinion | None:
        return self.second.of(listing.posting, opinions) if self.second else None

    def _asked(self, case: Case, match: Match, said: _Said) -> _Asked:
        return _Asked(case, self._for(case.facts.listing.language), match, said)

    def _decide(
        self, asked: _Asked, settings: CriteriaSettings, *, measured: bool = False
    ) -> Decision:
        return self._decide_all([asked], settings, measured=measured)[0]

    def _decide_all(
        self, asked: Sequence[_Asked], settings: CriteriaSettings, *, measured: bool = False
    ) -> list[Decision]:
        """One step of all listings, then the next."""
        paid = [stated(one.case, settings.base_currency) for one in asked]
        findings = list(zip(*_findings(asked, settings, paid), strict=True))
        flags = [red_flags.judge(one.case) for one in asked]
        exposures = [exposure(one.case) for one in asked]
        shown = [
            signals(one.case, one.compiled.tasks, by_text)
            for one, by_text in zip(asked, exposures, strict=True)
        ]
        measures: Sequence[Measures | None] = (
            [self._measures(*one) for one in zip(asked, findings, flags, paid, strict=True)]
            if measured
            else [None] * len(asked)
        )
        asks = [ask.quote(one.case.facts.listing, one.match.fit.ask) for one in asked]
        return [
            _decision(settings, *one)
            for one in zip(asked, findings, flags, exposures, shown, measures, asks, strict=True)
        ]

    def _measures(
        self,
        asked: _Asked,
        findings: Sequence[Finding],
        flags: Sequence[Finding],
        pay_and_hours: Stated,
    ) -> Measures:
        """Those of a decision, from what it found."""
        of_name = {finding.criterion: finding for finding in findings}
        specificity = of_name["first_step"].value
        return measure(
            asked.case,
            self.text_key,
            self.settings,
            stated=pay_and_hours,
            rules=of_name.get("rules"),
            proofs=of_match(
                asked.match, of_name["scope"], ZERO if specificity is None else specificity
            ),
            flags=flags,
        )


def _findings(
    asked: Sequence[_Asked], settings: CriteriaSettings, paid: Sequence[Stated]
) -> Iterator[list[Finding]]:
    """Of each criterion that is on, in the contract's order, its finding of each listing."""
    currency, fit = settings.base_currency, settings.proof_match
    if settings.rules is not None or settings.me is not None:
        yield [one.compiled.rules.judge(one.case, settings.rules, settings.me) for one in asked]
    if settings.proofs:
        yield [proof.judge(one.case, one.match, fit) for one in asked]
    if settings.budget is not None:
        yield [
            budget.judge(one.case, settings.budget, _floors(one.match, settings), each.pay)
            for one, each in zip(asked, paid, strict=True)
        ]
    if settings.client is not None:
        yield [client.judge(one.case, settings.client, currency) for one in asked]
    yield [one.compiled.scope.judge(one.case, settings.scope, one.match.fit.ask) for one in asked]
    yield [first_step.judge(one.case, settings.first_step, one.match.fit.ask) for one in asked]
    if settings.worth is not None:
        yield [
            worth.judge(one.case, settings.worth, currency, each)
            for one, each in zip(asked, paid, strict=True)
        ]
    if settings.opinion is not None:
        yield [opinion.judge(settings.opinion, *one.said) for one in asked]


def _floors(match: Match, settings: CriteriaSettings) -> ProofSettings | None:
    """The proof that is shown, as these settings have it: its own floors count."""
    shown = match.shown(settings.proof_match)
    if settings.proofs is match.proofs:  # nothing is tried out
        return shown
    return next((own for own in settings.proofs if shown and own.name == shown.name), None)


def _decision(
    settings: CriteriaSettings,
    asked: _Asked,
    findings: tuple[Finding, ...],
    flags: tuple[Finding, ...],
    by_text: tuple[Exposure | None, tuple[str, ...]],
    shown_signals: tuple[Signal, ...],
    measures: Measures | None,
    quoted: str | None,
) -> Decision:
    match = asked.match
    shown, verdict = match.shown(settings.proof_match), match.verdict(settings.proof_match)
    kind, score, reason = decide(
        findings, settings.decision, flags, opinion_against=settings.opinion_against
    )
    fits = verdict == "pass" or (
        verdict == "unknown" and is_settled(required(findings, settings.decision))
    )
    return Decision(
        listing_id=asked.case.listing.listing_id,
        criteria_hash=settings.criteria_hash,
        decision=kind,
        score=score,
        findings=findings + flags,
        proof=shown.name if shown else None,
        first_step=shown.first_step if shown and fits else None,
        ask=quoted,
        exposure=by_text[0],
        reason=reason,
        proof_exposure=shown.exposure if shown else None,
        signals=shown_signals,
        parts=match.fit.parts,
        measures=measures,
    )
