"""[me] and [rules] of criteria.toml: who asks for what, and who may answer."""

from __future__ import annotations

from dataclasses import dataclass

from goldmine_ingest.settings import codes, kinds
from goldmine_ingest.settings.declaration import setting

_TEXTS = kinds.each(kinds.text)
_COUNTRIES = kinds.each(codes.country)


@dataclass(frozen=True, slots=True)
class MeSettings:
    """[me]. `languages` empty: any. `jurisdictions` empty: not looked at."""

    country: str | None = setting(
        codes.country,
        None,
        "a listing that is open to other countries only is rejected",
        example="DE",
    )
    timezone: str | None = setting(
        codes.timezone,
        None,
        "a listing that asks for time zones without yours is rejected",
        example="Europe/Berlin",
    )
    languages: tuple[str, ...] = setting(
        kinds.each(codes.language),
        [],
        "languages that you work in; a listing in another one is rejected; [] = any",
        example=["en", "de"],
    )
    jurisdictions: tuple[str, ...] = setting(
        _COUNTRIES,
        [],
        "countries whose law or licence you can serve; an ask that names another is unknown",
        example=["DE", "AT"],
    )


@dataclass(frozen=True, slots=True)
class RulesSettings:
    """[rules]. Patterns are phrases, or RE2 patterns between slashes. `pay` empty: any."""

    include: tuple[str, ...] = setting(
        _TEXTS, [], "one of them must occur", example=["reconciliation"]
    )
    all: tuple[str, ...] = setting(_TEXTS, [], "all of them must occur", example=["Python"])
    exclude: tuple[str, ...] = setting(
        _TEXTS,
        [],
        "rejected if in the title or said twice; said once, plainly, it is unknown",
        example=["unpaid", "/free (trial|sample)/"],
    )
    exclude_tags: tuple[str, ...] = setting(
        _TEXTS, [], "rejected if among the listing's tags", example=["WordPress"]
    )
    exclude_always: tuple[str, ...] = setting(
        _TEXTS, [], "rejected wherever it occurs, tags too", example=["unpaid"]
    )
    countries: tuple[str, ...] = setting(
        _COUNTRIES, [], "clients of these countries only, two letters; [] = any", example=["US"]
    )
    countries_exclude: tuple[str, ...] = setting(
        _COUNTRIES, [], "no clients of these countries", example=["FR"]
    )
    companies_exclude: tuple[str, ...] = setting(
        _TEXTS, [], "no clients of these names, whole, any case", example=["Example Ltd"]
    )
    pay: tuple[str, ...] = setting(
        kinds.each(kinds.choice("fixed", "hourly", "salary")),
        [],
        'kinds of pay: "fixed", "hourly", "salary"; what isn\'t stated passes; [] = any',
        example=["fixed", "hourly"],
    )
