"""[rules] of criteria.toml."""

from __future__ import annotations

from goldmine_ingest.config.table import Table, read_table
from goldmine_ingest.errors import ConfigError
from goldmine_ingest.settings.kinds import shown
from goldmine_ingest.settings.rules import RulesSettings

_PATTERNS = ("include", "all", "exclude", "exclude_tags", "exclude_always")


def read_rules(table: Table) -> RulesSettings:
    """What is wrong is noted, bad patterns and contradictions included."""
    rules = read_table(table, RulesSettings)
    for key in _PATTERNS:
        if getattr(rules, key):
            _check_patterns(table, key)
    _contradictions(table, rules)
    return rules


def _check_patterns(table: Table, key: str) -> None:
    """A bad pattern is an error here, not a rule that is skipped later."""
    from goldmine_ingest.criteria.patterns import (
        compile_pattern,
    )  # re2 is paid for by those who have rules

    for index, pattern in enumerate(table.raw(key)):
        try:
            compile_pattern(pattern)
        except ConfigError as error:
            expected = error.hint or "a phrase, or a RE2 pattern between slashes"
            table.wrong(f"{key}[{index}]", error.message, expected)


def _contradictions(table: Table, rules: RulesSettings) -> None:
    for name in ("exclude", "exclude_always"):
        excluded = {phrase.casefold() for phrase in getattr(rules, name)}
        for key in ("include", "all"):
            for phrase in getattr(rules, key):
                if phrase.casefold() in excluded:
                    table.wrong(
                        key,
                        f"holds {shown(phrase)}, which is in {name} too",
                        "each phrase in one of the two lists",
                    )
    for code in sorted(set(rules.countries) & set(rules.countries_exclude)):
        table.wrong(
            "countries_exclude",
            f"holds {code}, which is in countries too",
            "each country in one of the two lists",
        )
