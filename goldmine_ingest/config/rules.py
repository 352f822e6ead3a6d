"""[rules] and [me] of criteria.toml."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from goldmine_ingest.config.values import (
    Wrong,
    choice,
    country,
    each,
    language,
    shown,
    text,
    timezone,
)
from goldmine_ingest.errors import ConfigError
from goldmine_ingest.settings.criteria import MeSettings, RulesSettings

if TYPE_CHECKING:
    from goldmine_ingest.config.table import Table


def pattern(value: Any) -> str:
    """A phrase, or a RE2 pattern between slashes; a bad pattern is an error here, not a rule
    that is skipped later.
    """
    from goldmine_ingest.criteria.patterns import (
        compile_pattern,
    )  # re2 is paid for by those who have rules

    found = text(value)
    try:
        compile_pattern(found)
    except ConfigError as error:
        raise Wrong(
            error.message, error.hint or "a phrase, or a RE2 pattern between slashes"
        ) from error
    return found


def read_me(table: Table) -> MeSettings:
    found = MeSettings(
        country=table.take("country", country, None),
        timezone=table.take("timezone", timezone, None),
        languages=table.take("languages", each(language), ()),
        jurisdictions=table.take("jurisdictions", each(country), ()),
    )
    table.close()
    return found


def read_rules(table: Table) -> RulesSettings:
    found = RulesSettings(
        include=table.take("include", each(pattern), ()),
        all=table.take("all", each(pattern), ()),
        exclude=table.take("exclude", each(pattern), ()),
        exclude_tags=table.take("exclude_tags", each(pattern), ()),
        exclude_always=table.take("exclude_always", each(pattern), ()),
        countries=table.take("countries", each(country), ()),
        countries_exclude=table.take("countries_exclude", each(country), ()),
        companies_exclude=table.take("companies_exclude", each(text), ()),
        pay=table.take("pay", each(choice("fixed", "hourly", "salary")), ()),
    )
    _contradictions(table, found)
    table.close()
    return found


def _contradictions(table: Table, found: RulesSettings) -> None:
    for name in ("exclude", "exclude_always"):
        excluded = {phrase.casefold() for phrase in getattr(found, name)}
        for key in ("include", "all"):
            for phrase in getattr(found, key):
                if phrase.casefold() in excluded:
                    table.wrong(
                        key,
                        f"holds {shown(phrase)}, which is in {name} too",
                        "each phrase in one of the two lists",
                    )
    for code in sorted(set(found.countries) & set(found.countries_exclude)):
        table.wrong(
            "countries_exclude",
            f"holds {code}, which is in countries too",
            "each country in one of the two lists",
        )
