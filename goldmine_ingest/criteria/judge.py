"""The judge: criteria compiled once, then each listing by the same steps, live and in a
backtest.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

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
from goldmine_ingest.criteria.fit import Table
from goldmine_ingest.criteria.measures import OfMatch, measure, of_match, text_key
from goldmine_ingest.criteria.mentions import Mention
from goldmine_ingest.criteria.opinion import Opinions, SecondOpinion
from goldmine_ingest.criteria.own_terms import own_names
from goldmine_ingest.criteria.proof import Match, Matcher
from goldmine_ingest.criteria.rules import Rules
from goldmine_ingest.criteria.scope import Scope, exposure
from goldmine_ingest.criteria.signals import Tasks, signals
from goldmine_ingest.criteria.work_hours import Stated, stated
from goldmine_ingest.criteria.would_change import WouldChange, changes
from goldmine_ingest.facts.rates import Dollar
from goldmine_ingest.model.decision import Decision, Finding, Measures, TextFeatures
from goldmine_ingest.model.opinion import Opinion
from goldmine_ingest.model.posting import Listing, Posting
from goldmine_ingest.settings.criteria import CriteriaSettings, ProofSettings
from goldmine_ingest.text.wordlists import WITH_LISTS

# A cycle extracts and decides one listing after the other, so few are ever waiting.
_REMEMBERED = 64


@dataclass(frozen=True, slots=True)
class _Said:
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
        self._matched: dict[tuple[str, tuple[str, ...]], Match] = {}
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

    def expect(self, postings: Sequence[Posting], proofs: tuple[str, ...] = ()) -> None:
        """Postings that `features` and then `decide`, with these `proofs`, will be asked for next.
        Read and matched together they cost less, each step for all before the next; a caller who
        judges very many gives some dozens at a time.
        """
        read = self._reader.read_all(postings)
        self._expected = dict(zip(map(_words, postings), read, strict=True))
        self._matched = {
            (features.text_hash, proofs): self.match(facts, proofs) for features, facts in read
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
        case = self._case(listing, self._read(features, listing.posting), now)
        matched = self._matched.pop((features.text_hash, proofs), None)
        match = matched or self.match(case.facts, proofs)
        said = _Said(self._opinion(listing, opinions), proofs)
        return self._decide(case, self.settings, match, said, measured=True)

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
        said = _Said(self._opinion(listing, opinions), proofs)
        return Reading(case, match, self._decide(case, self.settings, match, said), mentions)

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
        match = self.match(case.facts, proofs)
        said = _Said(self._opinion(listing, opinions), proofs)
        decision = self._decide(case, self.settings, match, said)
        return changes(
            case,
            decision,
            self.settings,
            self._for(case.facts.listing.language).rules,
            lambda settings: self._decide(case, settings, match, said),
        )

    def match(self, facts: TextFacts, proofs: tuple[str, ...] = ()) -> Match:
        """How the proofs fit a text."""
        return self._for(facts.listing.language).matcher.match(facts, proofs)

    def _opinion(self, listing: Listing, opinions: Opinions | None) -> Opinion | None:
        return self.second.of(listing.posting, opinions) if self.second else None

    def _decide(
        self,
        case: Case,
        settings: CriteriaSettings,
        match: Match,
        said: _Said,
        *,
        measured: bool = False,
    ) -> Decision:
        shown = match.shown(settings.proof_match)
        verdict = match.verdict(settings.proof_match)
        floors = (
            shown  # as they are, where nothing is tried out
            if settings.proofs is match.proofs
            else next((own for own in settings.proofs if shown and own.name == shown.name), None)
        )
        pay_and_hours = stated(case, settings.base_currency)
        findings = tuple(self._findings(case, settings, match, floors, pay_and_hours))
        if settings.opinion is not None:
            findings += (opinion.judge(settings.opinion, said.opinion, said.proofs),)
        flags = red_flags.judge(case)
        by_text = exposure(case)
        kind, score, reason = decide(
            findings, settings.decision, flags, opinion_against=settings.opinion_against
        )
        fits = verdict == "pass" or (
            verdict == "unknown" and is_settled(required(findings, settings.decision))
        )
        return Decision(
            listing_id=case.listing.listing_id,
            criteria_hash=settings.criteria_hash,
            decision=kind,
            score=score,
            findings=findings + flags,
            proof=shown.name if shown else None,
            first_step=shown.first_step if shown and fits else None,
            ask=ask.quote(case.facts.listing, match.fit.ask),
            exposure=by_text[0],
            reason=reason,
            proof_exposure=shown.exposure if shown else None,
            signals=signals(case, self._for(case.facts.listing.language).tasks, by_text),
            parts=match.fit.parts,
            measures=(
                self._measures(case, match, findings, flags, pay_and_hours) if measured else None
            ),
        )

    def _measures(
        self,
        case: Case,
        match: Match,
        findings: Sequence[Finding],
        flags: Sequence[Finding],
        pay_and_hours: Stated,
    ) -> Measures:
        """Those of a decision, from what it found."""
        of_name = {finding.criterion: finding for finding in findings}
        specificity = of_name["first_step"].value
        return measure(
            case,
            self.text_key,
            self.settings,
            stated=pay_and_hours,
            rules=of_name.get("rules"),
            proofs=of_match(match, of_name["scope"], ZERO if specificity is None else specificity),
            flags=flags,
        )

    def _findings(
        self,
        case: Case,
        settings: CriteriaSettings,
        match: Match,
        floors: ProofSettings | None,
        pay_and_hours: Stated,
    ) -> Iterator[Finding]:
        """One finding of each criterion that is on, in the contract's order."""
        currency, compiled = settings.base_currency, self._for(case.facts.listing.language)
        if settings.rules is not None or settings.me is not None:
            yield compiled.rules.judge(case, settings.rules, settings.me)
        if settings.proofs:
            yield proof.judge(case, match, settings.proof_match)
        if settings.budget is not None:
            yield budget.judge(case, settings.budget, floors, pay_and_hours.pay)
        if settings.client is not None:
            yield client.judge(case, settings.client, currency)
        yield compiled.scope.judge(case, settings.scope, match.fit.ask)
        yield first_step.judge(case, settings.first_step, match.fit.ask)
        if settings.worth is not None:
            yield worth.judge(case, settings.worth, currency, pay_and_hours)
