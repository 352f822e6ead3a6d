"""The judge: criteria compiled once, then each listing by the same steps, live and in a
backtest.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import NamedTuple

from goldmine_ingest.criteria import first_step, red_flags
from goldmine_ingest.criteria.case import Case
from goldmine_ingest.criteria.features import FeatureReader, TextFacts, read
from goldmine_ingest.criteria.judgement import Asked, Compiled, Said, decide_all
from goldmine_ingest.criteria.measures import OfMatch, measure, of_match, text_key
from goldmine_ingest.criteria.mentions import Mention
from goldmine_ingest.criteria.opinion import Opinions, SecondOpinion
from goldmine_ingest.criteria.own_terms import own_names
from goldmine_ingest.criteria.proof import Match, Matcher
from goldmine_ingest.criteria.rules import Rules
from goldmine_ingest.criteria.scope import Scope
from goldmine_ingest.criteria.signals import Tasks
from goldmine_ingest.criteria.weights import Table
from goldmine_ingest.criteria.work_hours import stated
from goldmine_ingest.criteria.would_change import WouldChange, changes
from goldmine_ingest.facts.rates import Dollar
from goldmine_ingest.model.decision import Decision, Measures, TextFeatures
from goldmine_ingest.model.opinion import Opinion
from goldmine_ingest.model.posting import Listing, Posting
from goldmine_ingest.settings.criteria import CriteriaSettings
from goldmine_ingest.text.wordlists import WITH_LISTS

TOGETHER = 50  # listings that are best judged at once; ten or a hundred take as long
# Who asks for features decides the same listings next, so that few more are ever waiting.
_REMEMBERED = 64


class ToMeasure(NamedTuple):
    """A listing with the features of its own text, as at when; `proofs` as in `Judge.decide`."""

    listing: Listing
    features: TextFeatures
    now: datetime
    proofs: tuple[str, ...] = ()


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
        self._compiled: dict[str, Compiled] = {}
        self._for("en")

    def _case(self, listing: Listing, facts: TextFacts, now: datetime) -> Case:
        return Case(listing, facts, now, self._dollar.on(listing.first_seen_at.date()))

    def _for(self, language: str) -> Compiled:
        """The criteria compiled by a language's inflection: English's at once, others when a
        listing in them comes; one without lists is read as English is.
        """
        language = language if language in WITH_LISTS else "en"
        compiled = self._compiled.get(language)
        if compiled is None:
            settings, lemmas = self.settings, self._reader.lemmas_of[language]
            compiled = self._compiled[language] = Compiled(
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
        matches = self.match_all([facts for _, facts in read], [proofs] * len(read))
        asked = [
            self._asked(case, match, Said(None, proofs))
            for case, match in zip(cases, matches, strict=True)
        ]
        decisions = decide_all(asked, self.settings, self.text_key)
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
        said = Said(self._opinion(listing, opinions), proofs)
        asked = self._asked(case, self.match(case.facts, proofs), said)
        return decide_all([asked], self.settings, self.text_key)[0]

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
        asked = self._asked(case, match, Said(self._opinion(listing, opinions), proofs))
        return Reading(case, match, decide_all([asked], self.settings)[0], mentions)

    def measure_all(self, some: Sequence[ToMeasure]) -> list[Measures]:
        """The `measures` of each decision, without its sentences and quotes. Some dozens together
        cost less.
        """
        cases, matches = self._matched(some)
        of_matches = [self._of_match(*one) for one in zip(cases, matches, strict=True)]
        settings = self.settings
        on = settings.rules is not None or settings.me is not None
        rules = [
            self._for(case.facts.listing.language).rules.judge(case, settings.rules, settings.me)
            if on
            else None
            for case in cases
        ]
        return [
            measure(
                case,
                self.text_key,
                settings,
                stated=stated(case, settings.base_currency),
                rules=by_rules,
                proofs=proofs,
                flags=red_flags.judge(case),
            )
            for case, by_rules, proofs in zip(cases, rules, of_matches, strict=True)
        ]

    def measure_matches(self, some: Sequence[ToMeasure]) -> list[OfMatch]:
        """What of the `measures` depends on the proofs."""
        return [self._of_match(*one) for one in zip(*self._matched(some), strict=True)]

    def _matched(self, some: Sequence[ToMeasure]) -> tuple[list[Case], list[Match]]:
        cases = [
            self._case(one.listing, self._read(one.features, one.listing.posting), one.now)
            for one in some
        ]
        return cases, self.match_all([case.facts for case in cases], [one.proofs for one in some])

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
        said = Said(self._opinion(listing, opinions), proofs)
        asked = self._asked(case, self.match(case.facts, proofs), said)
        return changes(
            case,
            decide_all([asked], self.settings)[0],
            self.settings,
            asked.compiled.rules,
            lambda settings: decide_all([asked], settings)[0],
        )

    def match(self, facts: TextFacts, proofs: tuple[str, ...] = ()) -> Match:
        """How the proofs fit a text."""
        return self.match_all([facts], [proofs])[0]

    def match_all(
        self, texts: Sequence[TextFacts], proofs: Sequence[tuple[str, ...]]
    ) -> list[Match]:
        """The same of many texts; those that the same matcher and proofs judge go together."""
        alike: dict[tuple[str, tuple[str, ...]], list[int]] = {}
        for number, (facts, only) in enumerate(zip(texts, proofs, strict=True)):
            alike.setdefault((facts.listing.language, only), []).append(number)
        matches: dict[int, Match] = {}
        for (language, only), numbers in alike.items():
            matcher = self._for(language).matcher
            found = matcher.match_all([texts[number] for number in numbers], only)
            matches |= zip(numbers, found, strict=True)
        return [matches[number] for number in range(len(texts))]

    def _opinion(self, listing: Listing, opinions: Opinions | None) -> Opinion | None:
        return self.second.of(listing.posting, opinions) if self.second else None

    def _asked(self, case: Case, match: Match, said: Said) -> Asked:
        return Asked(case, self._for(case.facts.listing.language), match, said)
