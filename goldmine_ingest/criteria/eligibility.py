"""[me]: whether the user may apply at all, by place, language, time zone, law, and date. What isn't
stated passes.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime
from zoneinfo import ZoneInfo

from goldmine_ingest.criteria.case import Case
from goldmine_ingest.criteria.objections import Objection, listed
from goldmine_ingest.facts.places import country_code, country_in, open_to
from goldmine_ingest.settings.rules import MeSettings
from goldmine_ingest.text.sentences import Role
from goldmine_ingest.text.wordlists import jurisdictions, language_names

_QUOTES = 3


def shut_out(case: Case, me: MeSettings) -> Iterator[Objection]:
    posting = case.posting
    if posting.expires_at and posting.expires_at <= case.now:
        yield Objection("rules", f"expired on {posting.expires_at:%Y-%m-%d}")
    if posting.open_to and me.country and me.country not in posting.open_to:
        yield Objection(
            "me.country",
            f"open to {listed(posting.open_to)} only; you are in {me.country}",
            _places(case, posting.open_to),
        )
    yield from _spoken(case, me)
    language = (posting.language or "").partition("-")[0].lower()
    if language and me.languages and language not in me.languages:
        yield Objection(
            "me.languages",
            f"is written in “{language}”; you read {listed(me.languages)}",
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
            f"wants a time zone among {listed(posting.timezones)}; yours is {_written(mine)} now",
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
                f"asks for “{quote}”; you work in {listed(me.languages)}",
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


def may_shut_out(case: Case, me: MeSettings | None) -> Iterator[Objection]:
    """What may rule the user out, and isn't plain."""
    if me is None:
        return
    quotes = case.facts.quotes(case.facts.engagement.signs.get("place", ()))
    if me.country and quotes and not any(me.country in open_to(quote) for quote in quotes):
        yield Objection(
            "me.country", f"may be for people of one place only (“{quotes[0]}”)", quotes
        )
    yield from _in_another_language(case, me)
    yield from _of_another_jurisdiction(case, me)


def _of_another_jurisdiction(case: Case, me: MeSettings) -> Iterator[Objection]:
    """The law or licence of another country, named in what is asked."""
    places = case.facts.engagement.signs.get("jurisdiction", ())
    if not me.jurisdictions or not places:
        return
    asked = [(one.start, one.end) for one in case.facts.listing.sentences if one.role not in _ASIDE]
    for start, end in places:
        if not any(first <= start < last for first, last in asked):
            continue
        quote = case.facts.quote(start, end)
        whose = _whose(quote)
        if whose and whose not in me.jurisdictions:
            reason = f"asks for the law or licence of {whose} (“{quote}”)"
            yield Objection("me.jurisdictions", reason, (quote,), (*me.jurisdictions, whose))
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


def _in_another_language(case: Case, me: MeSettings) -> Iterator[Objection]:
    """What is worked on may be in a language that isn't one's own ("podcasts in Spanish")."""
    if not me.languages:
        return
    for start, end in case.facts.engagement.signs.get("language_of_work", ()):
        quote = case.facts.quote(start, end)
        named = {code for name, code in language_names().items() if name in quote.lower()}
        if "english" in quote.lower():
            named.add("en")
        if named and named.isdisjoint(me.languages):
            yield Objection(
                "me.languages", f"may be work in another language (“{quote}”)", (quote,)
            )
            return


def offset(timezone: str, now: datetime) -> int:
    """A zone's offset from UTC at a time, in minutes."""
    delta = now.astimezone(ZoneInfo(timezone)).utcoffset()
    return int(delta.total_seconds() // 60) if delta else 0


def _minutes(text: str) -> int | None:
    match = re.fullmatch(r"(?:UTC|GMT)?([+\-−])?(\d{1,2}):?(\d{2})?", text.strip())
    if not match:
        return 0 if text.strip().upper() in ("Z", "UTC", "GMT") else None
    minutes = int(match[2]) * 60 + int(match[3] or 0)
    return minutes if match[1] in ("+", None) else -minutes


def _written(minutes: int) -> str:
    return f"{'-' if minutes < 0 else '+'}{abs(minutes) // 60:02d}:{abs(minutes) % 60:02d}"
