"""The changes of the criteria that ratings could speak for: few kinds, each of one setting, each
with a sentence that says what in the ratings does. Pure.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from typing import Literal

from goldmine_ingest.analysis.learn_choice import SPEAKING
from goldmine_ingest.analysis.proposal_file import toml_value
from goldmine_ingest.analysis.rated_listings import RatedListings, through
from goldmine_ingest.analysis.rated_words import Term, terms
from goldmine_ingest.analysis.shares import chance, share
from goldmine_ingest.criteria.crafts import craft_words
from goldmine_ingest.criteria.mentions import Weight
from goldmine_ingest.model import Json
from goldmine_ingest.model.flags import FLAGS
from goldmine_ingest.settings.rules import RulesSettings
from goldmine_ingest.text.lemmas import Lemmas

# What a change bears on: which listings ring, or which reach the user at all.
Level = Literal["rings", "reaches"]

_STEP, _STEPS = Decimal("0.05"), 3  # a threshold moves by three small steps at most
_MOST_TERMS = 6  # of one kind that are tried
_BY_CHANCE = 0.1  # words that stand in good and bad ones alike by chance so often aren't tried
_OWN_CRAFT = 0.2  # of the crafts that were worked out: one of the user's own
_MEASURED = ("proof_match.sure", "proof_match.minimum")
_OF_THRESHOLDS, _OF_WORDS = 5.0, 2.0  # ratings
_BLOCKING = ("exclude_tags", "exclude_always")


@dataclass(frozen=True, slots=True)
class Change:
    """One setting at `to_value`. `among` are the only listings that it can move; None: any."""

    level: Level
    setting: str
    from_value: Json | Decimal
    to_value: Json | Decimal
    why: str
    among: int | None = None

    @property
    def belief(self) -> float:
        """As how many ratings it counts what is believed without any: the thresholds of the fit
        were measured on more than a thousand listings, of a word nothing is known.
        """
        return _OF_THRESHOLDS if self.setting in _MEASURED else _OF_WORDS

    @property
    def assignment(self) -> str:
        """ "KEY=VALUE" as `goldmine criteria set` takes it."""
        return f"{self.setting}={toml_value(self.to_value)}"


class Candidates:
    """What could be changed for these listings. Each kind is asked for the listings whose ratings
    count, `rated`, a bit each.
    """

    def __init__(self, listings: RatedListings) -> None:
        self._all = listings
        self._criteria = listings.criteria
        self._rings = through(listings.decisions, "qualified")

    def of(self, rated: int) -> list[Change]:
        """What is simpler to understand stands before what is subtler."""
        good, bad = self._all.good & rated, ~self._all.good & rated
        return [
            *self._thresholds(),
            *self._flags(good, bad),
            *self._softer(good),
            *self._crafts(good),
            *self._weaker(good, bad),
            *self._phrases(good, bad),
            *self._exclusions(good, bad),
        ]

    def _thresholds(self) -> Iterator[Change]:
        """Of the proof's fit. `sure` decides what rings, `minimum` what reaches the user."""
        if not self._criteria.proofs:
            return
        minimum, sure = self._criteria.proof_match.minimum, self._criteria.proof_match.sure
        for steps in (1, -1, 2, -2, 3, -3):
            if minimum < sure + steps * _STEP <= 1:
                why = "the fit from which a listing rings"
                yield Change("rings", "proof_match.sure", sure, sure + steps * _STEP, why)
            if 0 <= minimum + steps * _STEP < sure:
                why = "the least fit that reaches you"
                to_value = minimum + steps * _STEP
                yield Change("reaches", "proof_match.minimum", minimum, to_value, why)

    @cached_property
    def _flagged(self) -> Mapping[str, int]:
        """The listings that each red flag falls on."""
        flags = [
            {finding.flag for finding in reading.decision.findings if finding.flag}
            for reading in self._all.readings
        ]
        return {name: self._all.mask([name in here for here in flags]) for name in FLAGS}

    def _flags(self, good: int, bad: int) -> Iterator[Change]:
        """Flags that stand on what is bad and rings, for review."""
        for name, flagged in self._flagged.items():
            present = self._criteria.decision.flags.get(name, "pass")
            if present == "pass" and _count(flagged & bad & self._rings) >= SPEAKING:
                why = f"the flag stands on {_of(flagged, good, bad)}"
                yield Change("rings", f"decision.flags.{name}", present, "review", why, flagged)

    @cached_property
    def _excluded(self) -> Mapping[tuple[str, str], int]:
        """(setting, phrase) -> the listings that it speaks against."""
        masks: Counter[tuple[str, str]] = Counter()
        for number, reading in enumerate(self._all.readings):
            bit = 1 << number
            for mention in reading.mentions:
                if mention.weight >= Weight.ONCE:
                    masks["rules.exclude", mention.phrase] |= bit
            for proof, mention in reading.match.banned.items():
                name = self._criteria.proofs[proof].name
                masks[f"proof.{name}.exclude", mention.phrase] |= bit
            rules = reading.decision.finding("rules")
            for table in _BLOCKING:
                if rules and rules.verdict != "pass" and rules.setting == f"rules.{table}":
                    for phrase in getattr(self._criteria.rules, table):
                        masks[f"rules.{table}", phrase] |= bit
        return masks

    def _softer(self, good: int) -> Iterator[Change]:
        """Exclusions that keep back what is good, taken out."""
        for (setting, phrase), listings in self._excluded.items():
            spoken = _count(listings & good & ~self._rings)
            if spoken >= SPEAKING:
                left = [other for other in self._listed(setting) if other != phrase]
                why = f"“{phrase}” keeps back {spoken} good ones"
                yield Change("rings", setting, self._listed(setting), left, why, listings)

    def _listed(self, setting: str) -> list[Json]:
        """The list that a setting of phrases holds."""
        table, _, field = setting.rpartition(".")
        if table == "rules":
            return list(getattr(self._criteria.rules or RulesSettings(), field))
        name = table.removeprefix("proof.")
        proof = next(one for one in self._criteria.proofs if one.name == name)
        return list(getattr(proof, field))

    def _crafts(self, good: int) -> Iterator[Change]:
        """Crafts that the titles of good ones name, and that pass for others'."""
        named: Counter[str] = Counter()
        lemmas, crafts_of = Lemmas(), craft_words()
        own: Mapping[str, float] = {}
        for number, reading in enumerate(self._all.readings):
            if reading.match.others_craft:
                own = reading.match.fit.craft.mine
                words = (" ".join(lemmas.of(word)) for word in reading.match.fit.craft.named)
                for craft in {craft for word in words for craft in crafts_of.get(word, ())}:
                    named[craft] |= 1 << number
        present: list[Json] = list(self._criteria.proof_match.crafts)
        mine = present or [craft for craft, part in own.items() if part >= _OWN_CRAFT]
        for craft, listings in sorted(named.items()):
            spoken = _count(listings & good & ~self._rings)
            if spoken >= SPEAKING and craft not in mine:
                why = f"the titles of {spoken} good ones ask for it, and it passes for others' work"
                to_value = [*mine, craft]
                yield Change("rings", "proof_match.crafts", present, to_value, why, listings)

    @cached_property
    def _met(self) -> Mapping[tuple[int, str, str], int]:
        """(proof, 'phrases' or 'skills', name) -> the listings that say it."""
        masks: Counter[tuple[int, str, str]] = Counter()
        for number, reading in enumerate(self._all.readings):
            evidence = reading.match.fit.evidence
            for proof in evidence.all:
                for hit in (hit for term in evidence.of(proof) for hit in term.hits):
                    if not hit.negated:
                        masks[proof, f"{hit.term.kind}s", hit.term.name] |= 1 << number
        return masks

    def _weaker(self, good: int, bad: int) -> Iterator[Change]:
        """One's own phrases that bad ones say, taken out."""
        found = []
        for (proof, field, name), listings in self._met.items():
            by_chance = _by_chance(listings, good, bad)
            more = _share(listings, bad) > _share(listings, good)
            if more and by_chance < _BY_CHANCE and _count(listings & bad & self._rings) >= SPEAKING:
                found.append((by_chance, proof, field, name, listings))
        for _, proof, field, name, listings in sorted(found)[:_MOST_TERMS]:
            setting = f"proof.{self._criteria.proofs[proof].name}.{field}"
            left = [other for other in self._listed(setting) if other != name]
            why = f"“{name}” stands in {_of(listings, good, bad)}"
            yield Change("rings", setting, self._listed(setting), left, why, listings)

    @cached_property
    def _terms(self) -> tuple[Term, ...]:
        texts = [reading.case.facts.listing for reading in self._all.readings]
        return terms(texts, self._criteria, SPEAKING)

    def _phrases(self, good: int, bad: int) -> Iterator[Change]:
        """What good ones say and bad ones don't, for the proof that is nearest to most of them."""
        found = [
            (_by_chance(term.listings, good, bad), term)
            for term in self._terms
            if _count(term.listings & good & ~self._rings) >= SPEAKING
            and _share(term.listings, good) > _share(term.listings, bad)
        ]
        for term in _few(found, good):
            proof = self._nearest(term.listings & good)
            if proof is not None:
                setting = f"proof.{proof}.phrases"
                why = f"“{term.text}” stands in {_of(term.listings, good, bad)}"
                to_value = [*self._listed(setting), term.text]
                present = self._listed(setting)
                yield Change("rings", setting, present, to_value, why, term.listings)

    def _nearest(self, listings: int) -> str | None:
        names = Counter(
            reading.match.nearest.name
            for number, reading in enumerate(self._all.readings)
            if listings >> number & 1 and reading.match.nearest
        )
        first = [proof.name for proof in self._criteria.proofs[:1]]
        return max(sorted(names), key=names.__getitem__, default=first[0] if first else None)

    def _exclusions(self, good: int, bad: int) -> Iterator[Change]:
        """What bad ones that ring say and no good one does."""
        found = [
            (_by_chance(term.listings, good, bad), term)
            for term in self._terms
            if _count(term.listings & bad & self._rings) >= SPEAKING and not term.listings & good
        ]
        for term in _few(found, bad):
            why = f"“{term.text}” stands in {_of(term.listings, good, bad)}"
            present = self._listed("rules.exclude")
            to_value = [*present, term.text]
            yield Change("rings", "rules.exclude", present, to_value, why, term.listings)


def _few(found: Sequence[tuple[float, Term]], telling: int) -> list[Term]:
    """Those that tell most, one of all that stand in the same of the `telling` listings."""
    few: dict[int, Term] = {}
    for by_chance, term in sorted(found, key=lambda each: each[0]):
        if by_chance < _BY_CHANCE and len(few) < _MOST_TERMS:
            few.setdefault(term.listings & telling, term)
    return list(few.values())


def _count(listings: int) -> int:
    return listings.bit_count()


def _share(listings: int, of: int) -> float:
    return _count(listings & of) / max(1, _count(of))


def _by_chance(listings: int, good: int, bad: int) -> float:
    """How likely good and bad ones say it so differently by chance."""
    return chance(
        share(_count(listings & good), _count(good)), share(_count(listings & bad), _count(bad))
    )


def _of(listings: int, good: int, bad: int) -> str:
    """2 of 14 good and 5 of 9 bad ones."""
    return (
        f"{_count(listings & good)} of {_count(good)} good and {_count(listings & bad)} of"
        f" {_count(bad)} bad ones"
    )
