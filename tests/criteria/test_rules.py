"""[rules] and [me] as tables: what occurs, who may apply, and what isn't stated."""

from __future__ import annotations

import time
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from goldmine_ingest.criteria import compile_pattern
from goldmine_ingest.errors import ConfigError
from goldmine_ingest.settings.criteria import CriteriaSettings
from goldmine_ingest.settings.rules import MeSettings, RulesSettings
from tests.criteria.listings import CRITERIA, GOOD, NOW, found, listing
from tests.rig.fault_table import fault


@pytest.mark.parametrize(
    ("pattern", "text", "quote"),
    [
        ("unpaid", "This is UNPAID work", "UNPAID"),
        ("unpaid", "an unpaidish thing", None),
        ("data entry", "Data\n entry", "Data\n entry"),
        ("c++", "We use C++.", "C++"),
        ("c", "We use C++ and C.", "C"),
        (".NET", "in .net core", ".net"),
        ("über", "ÜBER alles", "ÜBER"),
        ("don't", "we don’t pay", "don’t"),
        ("/free (trial|sample)/", "a Free sample", "Free sample"),
        ("/(?-i)URGENT/", "urgent", None),
        ("/budget: \\d+/", "Budget: 500", "Budget: 500"),
    ],
)
def test_phrases_are_whole_words_in_any_case(pattern: str, text: str, quote: str | None) -> None:
    assert compile_pattern(pattern).quote(text) == quote


@pytest.mark.parametrize("pattern", ["/(/", "/a(?=b)/", r"/(a)\1/", "/a{5000}/", "", "//", "  "])
def test_a_bad_pattern_is_an_error_that_says_what_is_wrong(pattern: str) -> None:
    with pytest.raises(ConfigError) as error:
        compile_pattern(pattern)
    assert error.value.hint


@fault("C5", "(a+)+$ against many a", "linear time")
def test_c5_a_hostile_pattern_is_linear() -> None:
    """Takes minutes with a backtracking engine."""
    assert compile_pattern("/(a+)+$/").quote("a" * 100_000 + "!") is None


@pytest.mark.parametrize(
    ("facts", "rules", "verdict", "setting"),
    [
        ({}, {}, "pass", None),
        ({"title": "An unpaid test"}, {"exclude": ("unpaid",)}, "fail", "rules.exclude"),
        (
            {"description": "An unpaid test. " + GOOD.description},
            {"exclude": ("unpaid",)},
            "unknown",
            "rules.exclude",
        ),
        (
            {"description": "An unpaid test. It is unpaid. " + GOOD.description},
            {"exclude": ("unpaid",)},
            "fail",
            "rules.exclude",
        ),
        (
            {"description": "We need two unpaid tests. " + GOOD.description},
            {"exclude": ("/unpaid \\w+/",)},
            "unknown",
            "rules.exclude",
        ),
        (
            {"description": "No unpaid test. " + GOOD.description},
            {"exclude": ("unpaid",)},
            "pass",
            None,
        ),
        ({"skills": ("Unpaid",)}, {"exclude": ("unpaid",)}, "pass", None),
        ({"skills": ("Unpaid",)}, {"exclude_tags": ("unpaid",)}, "fail", "rules.exclude_tags"),
        ({"skills": ("Unpaid",)}, {"exclude_always": ("unpaid",)}, "fail", "rules.exclude_always"),
        (
            {"description": "No unpaid test."},
            {"exclude_always": ("unpaid",)},
            "fail",
            "rules.exclude_always",
        ),
        ({"title": "Data", "skills": ("Entry",)}, {"exclude": ("data entry",)}, "pass", None),
        ({}, {"include": ("ledger", "payroll")}, "pass", None),
        ({}, {"include": ("payroll",)}, "fail", "rules.include"),
        ({}, {"all": ("ledger", "payroll")}, "fail", "rules.all"),
        ({"country": "IN"}, {"countries": ("DE", "US")}, "fail", "rules.countries"),
        ({"country": "US"}, {"countries": ("DE", "US")}, "pass", None),
        ({}, {"countries": ("DE", "US")}, "unknown", "rules.countries"),
        ({"country": "IN"}, {"countries_exclude": ("IN",)}, "fail", "rules.countries_exclude"),
        (
            {"company": "ACME  Inc"},
            {"companies_exclude": ("Acme Inc",)},
            "fail",
            "rules.companies_exclude",
        ),
        ({"company": "Acme"}, {"companies_exclude": ("Acme Inc",)}, "pass", None),
        ({"pay": "salary"}, {"pay": ("fixed",)}, "fail", "rules.pay"),
        ({"pay": None}, {"pay": ("fixed",)}, "pass", None),
        ({"open_to": ("US",)}, {}, "fail", "me.country"),
        ({"open_to": ("US", "DE")}, {}, "pass", None),
        ({"language": "fr"}, {}, "fail", "me.languages"),
        ({"language": None}, {}, "pass", None),
        ({"timezones": ("-05:00", "-08:00")}, {}, "fail", "me.timezone"),
        ({"timezones": ("+00:00", "+01:00")}, {}, "pass", None),
        ({"expires_at": NOW - timedelta(seconds=1)}, {}, "fail", "rules"),
        ({"expires_at": NOW + timedelta(days=1)}, {}, "pass", None),
    ],
)
def test_what_the_rules_say(
    facts: dict[str, Any], rules: dict[str, Any], verdict: str, setting: str | None
) -> None:
    finding = found("rules", listing(**facts), replace(CRITERIA, rules=RulesSettings(**rules)))
    assert (finding.verdict, finding.setting) == (verdict, setting)
    if verdict == "fail":
        assert len(finding.reason) > 10


NO_CODE = RulesSettings(exclude=("Bubble", "crypto"))


@pytest.mark.parametrize(
    ("facts", "verdict", "said"),
    [
        ({"title": "Glide app for our work orders"}, "unknown", "Glide"),
        ({"title": "Bitcoin payouts"}, "unknown", "Bitcoin"),
        (
            {"description": "Our Zapier runs fail. Mend the Zapier steps. " + GOOD.description},
            "unknown",
            "Zapier",
        ),
        ({"description": "We left Zapier last year. " + GOOD.description}, "pass", None),
        ({"title": "Ledger script, not Zapier"}, "pass", None),
        ({"skills": ("Glide", "Zapier")}, "pass", None),
        ({"title": "Poker club ledger"}, "pass", None),
    ],
)
def test_what_is_of_one_kind_with_an_exclusion_waits_for_a_look(
    facts: dict[str, Any], verdict: str, said: str | None
) -> None:
    """In the title or said twice; never what is said in passing, or of a kind that isn't met."""
    finding = found("rules", listing(**facts), replace(CRITERIA, rules=NO_CODE))
    assert finding.verdict == verdict
    assert finding.evidence == ((said,) if said else ())
    assert (finding.setting == "rules.exclude") is (said is not None)


def test_ones_own_tools_are_never_of_an_excluded_kind() -> None:
    mine = replace(
        CRITERIA, rules=NO_CODE, proofs=(replace(CRITERIA.proofs[0], skills=("Zapier",)),)
    )
    assert found("rules", listing(title="Zapier ledger"), mine).verdict == "pass"


def test_open_to_quotes_the_words_that_say_so() -> None:
    case = listing(open_to=("US",), description=GOOD.description + " US residents only.")
    assert found("rules", case).evidence == ("US residents only",)


def test_summer_time_counts_at_the_clock_of_the_decision() -> None:
    assert time.gmtime(0).tm_year == 1970
    from goldmine_ingest.criteria.eligibility import offset

    assert (offset("Europe/Berlin", NOW), offset("Europe/Berlin", NOW.replace(month=7))) == (
        60,
        120,
    )


@pytest.mark.parametrize(
    ("text", "mine", "verdict"),
    [
        ("Prepare our UK VAT return from the ledger.", ("DE",), "unknown"),
        ("Prepare our UK VAT return from the ledger.", ("DE", "GB"), "pass"),
        ("Review the contract under California employment law.", ("DE",), "unknown"),
        ("Review the contract under German labour law.", ("DE",), "pass"),
        ("You are a lawyer licensed to practise in Canada.", ("DE",), "unknown"),
        ("Prepare our UK VAT return from the ledger.", (), "pass"),
        ("Reconcile the ledger of our UK shop.", ("DE",), "pass"),
    ],
)
def test_the_law_of_another_country_is_unknown(
    text: str, mine: tuple[str, ...], verdict: str
) -> None:
    criteria = CriteriaSettings(me=MeSettings(jurisdictions=mine))
    finding = found("rules", listing(title="Ledger", description=text, skills=()), criteria)
    assert finding.verdict == verdict, finding
    assert verdict == "pass" or finding.setting == "me.jurisdictions"


@pytest.mark.parametrize(
    ("text", "verdict", "setting"),
    [
        ("EDIT: I've found someone, thanks. Rebuild the stock report.", "unknown", "rules"),
        ("This position has been filled.", "unknown", "rules"),
        ("You fill the position of the logo.", "pass", None),
        ("Cut our podcasts in Spanish into shorts.", "unknown", "me.languages"),
        ("Cut our podcasts in English into shorts.", "pass", None),
        ("Cut our podcasts in Spanish or English into shorts.", "pass", None),
    ],
)
def test_filled_posts_and_work_in_another_language_wait(
    text: str, verdict: str, setting: str | None
) -> None:
    criteria = CriteriaSettings(me=MeSettings(languages=("en", "de")))
    finding = found("rules", listing(title="Report", description=text, skills=()), criteria)
    assert (finding.verdict, finding.setting) == (verdict, setting), finding
