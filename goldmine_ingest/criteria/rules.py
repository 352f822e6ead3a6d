"""[rules] and [me]: what must or mustn't occur, and whether the user may apply at all. What isn't
stated passes.

An exclusion is judged by how it is mentioned (mentions.py). What speaks plainly against a listing
fails it; what only may, leaves it unknown.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from goldmine_ingest.criteria.case import ONE, Case
from goldmine_ingest.criteria.eligibility import may_shut_out, shut_out
from goldmine_ingest.criteria.engagement_kind import doubtful_kinds, employment
from goldmine_ingest.criteria.kin import Kin
from goldmine_ingest.criteria.mentions import Excluded, Mention, Weight
from goldmine_ingest.criteria.objections import Objection, finding, listed
from goldmine_ingest.criteria.patterns import PatternSet, compile_pattern, is_pattern
from goldmine_ingest.model.decision import Finding
from goldmine_ingest.settings.rules import MeSettings, RulesSettings
from goldmine_ingest.text.lemmas import Lemmas

_QUOTES = 3
_NOBODY = MeSettings()


class Rules:
    """[rules] with its patterns compiled; `own` are the names of the proofs' phrases and skills.
    Raises ConfigError for a bad pattern.
    """

    def __init__(
        self, settings: RulesSettings | None, lemmas: Lemmas, own: Iterable[str] = ()
    ) -> None:
        self._patterns = {
            text: compile_pattern(text) for text in (_patterns_of(settings) if settings else ())
        }
        self._lemmas = lemmas
        exclude = settings.exclude if settings else ()
        self._excluded = self._compiled_exclusions(exclude)
        self._kin = Kin(exclude, own, lemmas)

    def _compiled_exclusions(self, phrases: tuple[str, ...]) -> Excluded:
        """A phrase by its inflected forms too; one of none but signs, and a /pattern/, as
        written.
        """
        terms = ((phrase, self._lemmas.of(phrase)) for phrase in phrases if not is_pattern(phrase))
        return Excluded(terms, PatternSet(self._patterns[phrase] for phrase in phrases))

    def judge(self, case: Case, settings: RulesSettings | None, me: MeSettings | None) -> Finding:
        mentions = self.mentions(case, settings)
        objections = self.objections(case, settings, me, mentions)
        if objections:
            return finding("fail", objections)
        doubts = [*_doubts(case, settings, me), *_in_passing(mentions)]
        if settings:
            doubts += self._kin.doubts(case.facts.listing, settings.exclude)
        if doubts:
            return finding("unknown", doubts)
        return Finding(
            "rules", "pass", ONE, f"nothing in your rules speaks against it{_ignored(mentions)}"
        )

    def mentions(self, case: Case, settings: RulesSettings | None) -> list[Mention]:
        """What [rules] exclude is met, each with how it is mentioned."""
        if settings is None or not settings.exclude:
            return []
        mentions = self._excluded.find(case.facts.listing)
        return [mention for mention in mentions if mention.phrase in settings.exclude]

    def objections(
        self,
        case: Case,
        settings: RulesSettings | None,
        me: MeSettings | None,
        mentions: Iterable[Mention],
    ) -> list[Objection]:
        objections = list(shut_out(case, me or _NOBODY))
        if settings:
            objections += [
                *_excluded(mentions, settings),
                *self._words(case, settings),
                *_client_and_pay(case, settings),
            ]
            objections += employment(case, settings)
        return objections

    def _quote(self, text: str, pattern: str) -> str | None:
        return self._patterns[pattern].quote(text)

    def _words(self, case: Case, settings: RulesSettings) -> Iterator[Objection]:
        text = case.facts.searchable
        for pattern in settings.exclude_always:
            if (quote := self._quote(text, pattern)) is not None:
                left = tuple(other for other in settings.exclude_always if other != pattern)
                yield Objection(
                    "rules.exclude_always",
                    f"says “{quote}”, which you always exclude ({pattern})",
                    (quote,),
                    left,
                )
        for tag in settings.exclude_tags:
            if tagged := [
                skill for skill in case.posting.skills if self._quote(skill, tag) is not None
            ]:
                left = tuple(other for other in settings.exclude_tags if other != tag)
                yield Objection(
                    "rules.exclude_tags",
                    f"is tagged “{tagged[0]}”, which you exclude",
                    (tagged[0],),
                    left,
                )
        missing = tuple(pattern for pattern in settings.all if self._quote(text, pattern) is None)
        if missing:
            left = tuple(other for other in settings.all if other not in missing)
            yield Objection(
                "rules.all", f"doesn't say {', '.join(missing)}, which you ask for", (), left
            )
        if settings.include and all(
            self._quote(text, pattern) is None for pattern in settings.include
        ):
            yield Objection("rules.include", f"says none of {', '.join(settings.include)}", (), ())


def _patterns_of(settings: RulesSettings) -> tuple[str, ...]:
    return (
        *settings.include,
        *settings.all,
        *settings.exclude,
        *settings.exclude_tags,
        *settings.exclude_always,
    )


_WHERE = {Weight.TITLE: "in the title", Weight.TWICE: "more than once"}


def _excluded(mentions: Iterable[Mention], settings: RulesSettings) -> Iterator[Objection]:
    for mention in mentions:
        if mention.weight >= Weight.TWICE:
            left = tuple(other for other in settings.exclude if other != mention.phrase)
            reason = (
                f"says “{mention.quotes[0]}” {_WHERE[mention.weight]}, which you exclude"
                f" ({mention.phrase})"
            )
            yield Objection("rules.exclude", reason, mention.quotes, left)


def _in_passing(mentions: Iterable[Mention]) -> Iterator[Objection]:
    for mention in mentions:
        if mention.weight is Weight.ONCE:
            reason = f"says “{mention.quotes[0]}” once, which you exclude ({mention.phrase})"
            yield Objection("rules.exclude", reason, mention.quotes)


def _ignored(mentions: Sequence[Mention]) -> str:
    """What is excluded and only mentioned beside."""
    if not mentions:
        return ""
    soft = [f"“{mention.quotes[0]}”" for mention in mentions if mention.weight is Weight.SOFT]
    tags = [f"“{mention.quotes[0]}”" for mention in mentions if mention.weight is Weight.TAG]
    parts = [
        f"{', '.join(soft[:_QUOTES])} only beside" if soft else "",
        f"{', '.join(tags[:_QUOTES])} only as a tag" if tags else "",
    ]
    clause = " and ".join(part for part in parts if part)
    return f" ({clause}: not counted)" if clause else ""


def _doubts(
    case: Case, settings: RulesSettings | None, me: MeSettings | None
) -> Iterator[Objection]:
    if settings and settings.countries and not case.posting.country:
        yield Objection("rules.countries", "the client's country isn't stated")
    yield from may_shut_out(case, me)
    yield from doubtful_kinds(case, settings)


def _company(case: Case, settings: RulesSettings) -> Iterator[Objection]:
    """A client by name, whole and in any case: of a title "Acme: Bookkeeper" the source has taken
    the name off before the rules look.
    """
    company = " ".join((case.posting.company or "").split())
    if not company or not settings.companies_exclude:
        return
    others = tuple(
        name
        for name in settings.companies_exclude
        if " ".join(name.split()).casefold() != company.casefold()
    )
    if len(others) < len(settings.companies_exclude):
        yield Objection(
            "rules.companies_exclude", f"the client is {company}, which you exclude", (), others
        )


def _client_and_pay(case: Case, settings: RulesSettings) -> Iterator[Objection]:
    country, pay = case.posting.country, case.posting.pay
    if country and settings.countries and country not in settings.countries:
        yield Objection(
            "rules.countries",
            f"the client is in {country}; you want {listed(settings.countries)}",
            (),
            (*settings.countries, country),
        )
    if country and country in settings.countries_exclude:
        left = tuple(other for other in settings.countries_exclude if other != country)
        yield Objection(
            "rules.countries_exclude", f"the client is in {country}, which you exclude", (), left
        )
    yield from _company(case, settings)
    if pay and settings.pay and pay not in settings.pay:
        yield Objection(
            "rules.pay",
            f"the pay is {pay}; you want {listed(settings.pay)}",
            (),
            (*settings.pay, pay),
        )
