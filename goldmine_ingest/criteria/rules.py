"""[rules] and [me]: what must or mustn't occur, and whether the user may apply at all. What isn't
stated passes.

An exclusion is judged by how it is mentioned (mentions.py). What speaks plainly against a listing
fails it; what only may, leaves it unknown.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from goldmine_ingest.criteria.case import ONE, ZERO, Case
from goldmine_ingest.criteria.mentions import Excluded, Mention, Weight
from goldmine_ingest.criteria.patterns import PatternSet, compile_pattern, is_pattern
from goldmine_ingest.facts.places import country_code, country_in, open_to
from goldmine_ingest.model.decision import Finding, Verdict
from goldmine_ingest.settings.rules import MeSettings, RulesSettings
from goldmine_ingest.text.lemmas import Lemmas
from goldmine_ingest.text.sentences import Role
from goldmine_ingest.text.wordlists import jurisdictions, language_names

_QUOTES = 3


@dataclass(frozen=True, slots=True)
class Objection:
    """One reason why a listing fails the rules. `remedy` is the value of the setting with which
    this objection would fall.
    """

    setting: str
    reason: str
    evidence: tuple[str, ...] = ()
    remedy: tuple[str, ...] | None = None


class Rules:
    """[rules] with its patterns compiled. Raises ConfigError for a bad one."""

    def __init__(self, settings: RulesSettings | None, lemmas: Lemmas) -> None:
        self._patterns = {
            text: compile_pattern(text) for text in (_patterns_of(settings) if settings else ())
        }
        self._lemmas = lemmas
        self._excluded = self._compiled_exclusions(settings.exclude if settings else ())

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
            return _finding("fail", objections)
        doubts = [*_doubts(case, settings, me), *_in_passing(mentions)]
        if doubts:
            return _finding("unknown", doubts)
        return Finding(
            "rules", "pass", ONE, f"nothing in your rules speaks against it{_ignored(mentions)}"
        )

    def mentions(self, case: Case, settings: RulesSettings | None) -> list[Mention]:
        """What [rules] exclude is met, each with how it is mentioned."""
        if settings is None or not settings.exclude:
            return []
        found = self._excluded.find(case.facts.listing)
        return [mention for mention in found if mention.phrase in settings.exclude]

    def objections(
        self,
        case: Case,
        settings: RulesSettings | None,
        me: MeSettings | None,
        mentions: Iterable[Mention],
    ) -> list[Objection]:
        found = list(_eligibility(case, me or MeSettings()))
        if settings:
            found += [
                *_excluded(mentions, settings),
                *self._words(case, settings),
                *_client_and_pay(case, settings),
            ]
            found += _employment(case, settings)
        return found

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


def _finding(verdict: Verdict, objections: Sequence[Objection]) -> Finding:
    evidence = tuple(
        dict.fromkeys(quote for objection in objections for quote in objection.evidence if quote)
    )
    reason = "; ".join(objection.reason for objection in objections)
    return Finding("rules", verdict, ZERO, reason, evidence=evidence, setting=objections[0].setting)


_WHERE = {Weight.TITLE: "in the title", Weight.TWICE: "more than once"}


def _excluded(mentions: Iterable[Mention], settings: RulesSettings) -> Iterator[Objection]:
    for mention in mentions:
        if mention.weight >= Weight.TWICE:
            left = tuple(other for other in settings.exclude if other != mention.phrase)
            said = (
                f"says “{mention.quotes[0]}” {_WHERE[mention.weight]}, which you exclude"
                f" ({mention.phrase})"
            )
            yield Objection("rules.exclude", said, mention.quotes, left)


def _in_passing(mentions: Iterable[Mention]) -> Iterator[Objection]:
    for mention in mentions:
        if mention.weight is Weight.ONCE:
            said = f"says “{mention.quotes[0]}” once, which you exclude ({mention.phrase})"
            yield Objection("rules.exclude", said, mention.quotes)


def _ignored(mentions: Iterable[Mention]) -> str:
    """What is excluded and only mentioned beside."""
    soft = [f"“{mention.quotes[0]}”" for mention in mentions if mention.weight is Weight.SOFT]
    tags = [f"“{mention.quotes[0]}”" for mention in mentions if mention.weight is Weight.TAG]
    parts = [
        f"{', '.join(soft[:_QUOTES])} only beside" if soft else "",
        f"{', '.join(tags[:_QUOTES])} only as a tag" if tags else "",
    ]
    said = " and ".join(part for part in parts if part)
    return f" ({said}: not counted)" if said else ""


def _employment(case: Case, settings: RulesSettings) -> Iterator[Objection]:
    """A salaried post, said plainly, where `pay` leaves salaries out."""
    if not settings.pay or "salary" in settings.pay:
        return
    if quotes := _post(case):
        left = (*settings.pay, "salary")
        yield Objection(
            "rules.pay",
            f"reads like employment (“{'”, “'.join(quotes[:2])}”); you want"
            f" {_listed(settings.pay)}",
            quotes,
            left,
        )


_PART_TIME = re.compile(r"part[- ]?time", re.IGNORECASE)
_PLAIN = 2  # phrases of employment that make it plain


def _post(case: Case) -> tuple[str, ...]:
    """The words that say that it is a salaried post; none where they don't plainly."""
    facts = case.facts
    title = facts.text[: facts.title_length]
    in_title = [
        place for place in facts.engagement.signs.get("full_time", ()) if place[1] <= len(title)
    ]
    if in_title and not _PART_TIME.search(title):
        return facts.quotes(in_title)
    signs = facts.engagement.signs.get("employment", ())
    return facts.quotes(signs) if len(signs) >= _PLAIN else ()


def _doubts(
    case: Case, settings: RulesSettings | None, me: MeSettings | None
) -> Iterator[Objection]:
    facts = case.facts
    if settings and settings.countries and not case.posting.country:
        yield Objection("rules.countries", "the client's country isn't stated")
    if settings and not settings.pay and (quotes := _post(case)):
        yield Objection("rules.pay", f"reads like employment (“{quotes[0]}”)", quotes)
    quotes = facts.quotes(facts.engagement.signs.get("place", ()))
    if me and me.country and quotes and not any(me.country in open_to(quote) for quote in quotes):
        yield Objection(
            "me.country", f"may be for people of one place only (“{quotes[0]}”)", quotes
        )
    yield from _in_another_language(case, me)
    yield from _of_another_jurisdiction(case, me)
    for kind, least, reason in _KINDS:
        if facts.engagement.count(kind) >= least:
            quotes = facts.quotes(facts.engagement.signs[kind])
            yield Objection("rules", f"{reason} (“{'”, “'.join(quotes[:2])}”)", quotes)


def _of_another_jurisdiction(case: Case, me: MeSettings | None) -> Iterator[Objection]:
    """The law or licence of another country, named in what is asked."""
    if not me or not me.jurisdictions:
        return
    asked = [(one.start, one.end) for one in case.facts.listing.sentences if one.role not in _ASIDE]
    for start, end in case.facts.engagement.signs.get("jurisdiction", ()):
        if not any(first <= start < last for first, last in asked):
            continue
        quote = case.facts.quote(start, end)
        whose = _whose(quote)
        if whose and whose not in me.jurisdictions:
            said = f"asks for the law or licence of {whose} (“{quote}”)"
            yield Objection("me.jurisdictions", said, (quote,), (*me.jurisdictions, whose))
            return


# Sentences that say nothing of what is asked.
_ASIDE = frozenset((Role.COMPANY, Role.APPLY, Role.TERMS, Role.TAG))


def _whose(quote: str) -> str | None:
    """The country whose law a quote names."""
    low = quote.lower()
    named = [word for word in jurisdictions() if re.search(rf"(?<!\w){re.escape(word)}(?!\w)", low)]
    if named:
        return jurisdictions()[max(named, key=len)]
    return country_in(quote.rpartition(" in ")[2]) or country_code(quote.rpartition(" in ")[2])


def _in_another_language(case: Case, me: MeSettings | None) -> Iterator[Objection]:
    """What is worked on may be in a language that isn't one's own ("podcasts in Spanish")."""
    for start, end in case.facts.engagement.signs.get("language_of_work", ()):
        quote = case.facts.quote(start, end)
        named = {code for name, code in language_names().items() if name in quote.lower()}
        if "english" in quote.lower():
            named.add("en")
        if me and me.languages and named and named.isdisjoint(me.languages):
            yield Objection(
                "me.languages", f"may be work in another language (“{quote}”)", (quote,)
            )
            return


_KINDS = (
    ("filled", 1, "says that it is filled"),
    ("internship", 1, "looks like an internship"),
    ("bench", 2, "looks like an agency's bench"),
    ("teaching", 2, "looks like teaching"),
)


def _company(case: Case, settings: RulesSettings) -> Iterator[Objection]:
    """A client by name, whole and in any case: of a title "Acme: Bookkeeper" the source has taken
    the name off before the rules look.
    """
    company = " ".join((case.posting.company or "").split())
    others = tuple(
        name
        for name in settings.companies_exclude
        if " ".join(name.split()).casefold() != company.casefold()
    )
    if company and len(others) < len(settings.companies_exclude):
        yield Objection(
            "rules.companies_exclude", f"the client is {company}, which you exclude", (), others
        )


def _client_and_pay(case: Case, settings: RulesSettings) -> Iterator[Objection]:
    country, pay = case.posting.country, case.posting.pay
    if country and settings.countries and country not in settings.countries:
        yield Objection(
            "rules.countries",
            f"the client is in {country}; you want {_listed(settings.countries)}",
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
            f"the pay is {pay}; you want {_listed(settings.pay)}",
            (),
            (*settings.pay, pay),
        )


def _eligibility(case: Case, me: MeSettings) -> Iterator[Objection]:
    posting = case.posting
    if posting.expires_at and posting.expires_at <= case.now:
        yield Objection("rules", f"expired on {posting.expires_at:%Y-%m-%d}")
    if posting.open_to and me.country and me.country not in posting.open_to:
        yield Objection(
            "me.country",
            f"open to {_listed(posting.open_to)} only; you are in {me.country}",
            _places(case, posting.open_to),
        )
    yield from _spoken(case, me)
    language = (posting.language or "").partition("-")[0].lower()
    if language and me.languages and language not in me.languages:
        yield Objection(
            "me.languages",
            f"is written in “{language}”; you read {_listed(me.languages)}",
            (),
            (*me.languages, language),
        )
    if (
        posting.timezones
        and me.timezone
        and (mine := offset(me.timezone, case.now))
        not in {_minutes(zone) for zone in posting.timezones}
    ):
        yield Objection(
            "me.timezone",
            f"wants a time zone among {_listed(posting.timezones)}; yours is {_written(mine)} now",
        )


def _spoken(case: Case, me: MeSettings) -> Iterator[Objection]:
    """Another language that the work demands."""
    if not me.languages:
        return
    for start, end in case.facts.engagement.signs.get("language", ()):
        quote = case.facts.quote(start, end)
        asked = {code for name, code in language_names().items() if name in quote.lower()}
        if asked and asked.isdisjoint(me.languages):
            yield Objection(
                "me.languages",
                f"asks for “{quote}”; you work in {_listed(me.languages)}",
                (quote,),
                (*me.languages, *sorted(asked)),
            )
            return


def _places(case: Case, codes: tuple[str, ...]) -> tuple[str, ...]:
    """Where the listing itself names the places: its codes, or the words after 'only'."""
    named = re.compile(
        r"\b(?:US|U\.S\.|USA|UK|EU|[A-Z][a-z]+(?: [A-Z][a-z]+)?)(?:[-"
        r" ](?:based|residents?|citizens?|applicants?|candidates?|only)\b)+"
    )
    text = case.facts.text
    quotes = [found.group() for found in named.finditer(text)][:_QUOTES]
    return (
        tuple(dict.fromkeys(quotes))
        or tuple(code for code in codes if re.search(rf"\b{re.escape(code)}\b", text))[:_QUOTES]
    )


def offset(timezone: str, now: datetime) -> int:
    """A zone's offset from UTC at a time, in minutes."""
    delta = now.astimezone(ZoneInfo(timezone)).utcoffset()
    return int(delta.total_seconds() // 60) if delta else 0


def _minutes(text: str) -> int | None:
    found = re.fullmatch(r"(?:UTC|GMT)?([+\-−])?(\d{1,2}):?(\d{2})?", text.strip())
    if not found:
        return 0 if text.strip().upper() in ("Z", "UTC", "GMT") else None
    minutes = int(found[2]) * 60 + int(found[3] or 0)
    return minutes if found[1] in ("+", None) else -minutes


def _written(minutes: int) -> str:
    return f"{'-' if minutes < 0 else '+'}{abs(minutes) // 60:02d}:{abs(minutes) % 60:02d}"


def _listed(values: tuple[str, ...]) -> str:
    return ", ".join(values[:6]) + (" …" if len(values) > 6 else "")
