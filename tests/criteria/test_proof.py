"""How relevant a proof is to a listing: tables of what must match, what mustn't, and what counts
more.
"""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from goldmine_ingest.settings.criteria import CriteriaSettings, ProofSettings
from tests.criteria.listings import CRITERIA, RECONCILIATION, found, judged, listing

FILLER = (
    "We are a small company with a team of ten people and would like to start soon. Please tell us"
    " how you would go about it. "
)
SKILLS_ONLY = ProofSettings("Dashboards", skills=("Python", "SQL", "Power BI"))
PHRASES_ONLY = ProofSettings("Reconciliation", phrases=("reconciliation", "month-end close"))
REACT = ProofSettings("Front ends", skills=("React",), phrases=("design system",))


def one(proof: ProofSettings) -> CriteriaSettings:
    return replace(CRITERIA, proofs=(proof,))


@pytest.mark.parametrize(
    ("proof", "facts", "verdicts"),
    [
        (
            RECONCILIATION,
            {"title": "Bank reconciliation", "description": FILLER, "skills": ()},
            "pass unknown",
        ),
        (
            RECONCILIATION,
            {
                "title": "Help us",
                "description": FILLER + "We reconcile by hand.",
                "skills": ("Python", "SQL"),
            },
            "unknown",
        ),
        (
            PHRASES_ONLY,
            {"title": "Accounts need reconciling", "description": FILLER, "skills": ()},
            "unknown fail",
        ),
        (
            PHRASES_ONLY,
            {"title": "Faster month end close", "description": FILLER, "skills": ()},
            "pass",
        ),
        (
            SKILLS_ONLY,
            {"title": "PowerBI dashboard", "description": FILLER, "skills": ()},
            "pass",
        ),
        (
            SKILLS_ONLY,
            {
                "title": "Analyst",
                "description": FILLER,
                "skills": ("Python", "SQL", "Microsoft Power BI"),
            },
            "unknown fail",
        ),
        (
            REACT,
            {"title": "React.js design systems", "description": FILLER, "skills": ("ReactJS",)},
            "pass",
        ),
        (
            SKILLS_ONLY,
            {
                "title": "Logo for a bakery",
                "description": FILLER + "Python would be nice.",
                "skills": (),
            },
            "fail",
        ),
        (
            SKILLS_ONLY,
            {"title": "Excel work, not Power BI", "description": FILLER, "skills": ()},
            "fail",
        ),
        (
            SKILLS_ONLY,
            {
                "title": "Excel work",
                "description": FILLER + "No Power BI, no SQL, no Python please.",
                "skills": (),
            },
            "fail",
        ),
        (SKILLS_ONLY, {"title": "Sales manager", "description": FILLER, "skills": ()}, "fail"),
        (
            RECONCILIATION,
            {"title": "Bank reconciliation for a WordPress shop", "skills": ("WordPress",)},
            "fail",
        ),
        (
            RECONCILIATION,
            {"title": "Bank reconciliation, no WordPress", "skills": ()},
            "pass unknown",
        ),
    ],
)
def test_what_matches(proof: ProofSettings, facts: dict[str, Any], verdicts: str) -> None:
    finding = found("proof", listing(**{"description": FILLER, **facts}), one(proof))
    assert finding.verdict in verdicts.split(), finding


def similarity(**facts: Any) -> Decimal:
    value = found(
        "proof",
        listing(**{"title": "Help wanted", "description": FILLER, "skills": (), **facts}),
        one(RECONCILIATION),
    ).value
    assert value is not None
    return value


def test_title_counts_more_than_body_than_skills() -> None:
    body = similarity(description=FILLER + "We need a Power BI report.")
    tag, title = (
        similarity(skills=("Power BI",)),
        similarity(title="Power BI", description=FILLER + "We need a report."),
    )
    assert 0 < tag < body < title


def test_tags_alone_never_pass_however_many() -> None:
    tags = ("Python", "SQL", "Power BI", "Reconciliation", "Month-end close")
    finding = found(
        "proof",
        listing(
            title="Help wanted",
            description=FILLER + "Build the thing in the document.",
            skills=tags,
        ),
    )
    assert finding.verdict != "pass"
    assert found("proof", listing(title="Month-end close in SQL", skills=tags)).verdict == "pass"


def test_a_title_of_another_craft_fails_and_says_so() -> None:
    developer = ProofSettings(
        "Portal",
        skills=("React", "Node.js", "TypeScript"),
        phrases=("customer portal", "web application"),
    )
    text = "Our customer portal in React and Node.js needs somebody for six weeks."
    wanted = found("proof", listing(title="React developer", description=text), one(developer))
    other = found("proof", listing(title="Bookkeeper", description=text), one(developer))
    assert wanted.verdict != "fail"
    assert (other.verdict, "bookkeeper" in other.reason) == ("fail", True)


PORTALS = ProofSettings(
    "Portal",
    skills=("React", "Node.js", "TypeScript"),
    phrases=("customer portal", "web application", "login"),
)


@pytest.mark.parametrize(
    ("title", "verdict", "rival"),
    [
        ("Customer portal: Node.js developer", "pass", None),
        ("Customer portal: Flask developer", "unknown", "Flask"),
        ("Customer portal: Django or Node.js developer", "pass", None),
        ("Customer portal: move from PHP to TypeScript", "pass", None),
        ("Customer portal: Vue.js front end", "unknown", "Vue.js"),
        ("Customer portal beside our React Native app", "pass", None),
        ("Customer portal shall go live", "pass", None),
        ("Customer portal: Go developer", "unknown", "Go"),
    ],
)
def test_a_title_that_names_anothers_language_waits_for_a_look(
    title: str, verdict: str, rival: str | None
) -> None:
    """Only where it names none of one's own of that kind."""
    text = (
        "We need a developer for the login of our customer portal, a web application in React and"
        " Node.js: sessions are lost after the redirect."
    )
    finding = found("proof", listing(title=title, description=text, skills=()), one(PORTALS))
    assert (finding.verdict, finding.setting) == (verdict, "proof_match.sure")
    assert (f"asks for “{rival}”" in finding.reason) is (rival is not None)


def test_languages_are_rivals_only_to_who_has_one_of_that_kind() -> None:
    title = "Flask developer for a month-end close in SQL and Power BI"
    designer = ProofSettings("Pages", skills=("Figma",), phrases=("month-end close",))
    assert "asks for" not in found("proof", listing(title=title), one(designer)).reason


@pytest.mark.parametrize(
    ("title", "craft"),
    [
        ("Sound engineer for our platform", "sound engineer"),
        ("Business development for our platform", "business development"),
        ("Mechanical engineer: platform of a lift", "mechanical engineer"),
        ("Data entry for our platform", "data entry"),
    ],
)
def test_two_words_may_name_a_craft_that_neither_names_alone(title: str, craft: str) -> None:
    """A developer is no sound engineer, though both are engineers."""
    text = "Our customer portal, a web application in React, grows. We need somebody for it."
    finding = found("proof", listing(title=title, description=text, skills=()), one(PORTALS))
    assert (finding.verdict, f"asks for “{craft}”" in finding.reason) == ("fail", True)


def test_what_a_title_asks_for_counts_more_than_whom_it_is_for() -> None:
    """'Reconciliation for a bakery' against 'Flyer for a reconciliation'."""
    asked = similarity(title="Reconciliation for a bakery", description=FILLER)
    beside = similarity(title="Flyer for a reconciliation", description=FILLER)
    assert beside < asked


def test_who_writes_skills_alone_is_found_by_them() -> None:
    alone = one(ProofSettings("Reports", skills=("Power BI", "DAX")))
    said = listing(title="Sales report", description=FILLER + "We need it in Power BI.", skills=())
    silent = listing(title="Sales report", description=FILLER + "We need it soon.", skills=())
    values = [found("proof", case, alone).value for case in (silent, said)]
    assert values[0] < values[1]  # type: ignore[operator]


def test_a_proof_whose_terms_are_all_ruled_out_is_not_near() -> None:
    case = listing(title="Excel work", description=FILLER + "No SQL and no Python.", skills=())
    finding = found("proof", case, one(SKILLS_ONLY))
    assert (finding.verdict, finding.evidence) == ("fail", ())


def test_rare_terms_count_more_than_common_ones() -> None:
    assert similarity(title="Python") < similarity(title="Power BI")


def test_a_term_in_boilerplate_or_a_wish_list_counts_less() -> None:
    plain = similarity(description=FILLER + "We need Power BI.")
    wish_list = similarity(
        description=FILLER + "React, Node, PHP, Java, Power BI, Go, Rust, Excel, AWS."
    )
    boilerplate = similarity(description=FILLER + "To apply, please include a sample of Power BI.")
    assert wish_list < plain
    assert boilerplate < plain


def test_the_users_own_alias_is_the_skill() -> None:
    criteria = replace(one(SKILLS_ONLY), aliases={"Power BI": ("Fabric reports",)})
    case = listing(title="Fabric reports for sales", description=FILLER, skills=())
    assert found("proof", case, one(SKILLS_ONLY)).evidence == ()
    assert found("proof", case, criteria).evidence == ("Fabric reports",)
    assert found("proof", case, one(SKILLS_ONLY)).value < found("proof", case, criteria).value  # type: ignore[operator]


def test_of_equal_proofs_the_first_name_wins_and_runners_up_are_named() -> None:
    first, second = replace(RECONCILIATION, name="A"), replace(RECONCILIATION, name="B")
    decision = judged(listing(), replace(CRITERIA, proofs=(first, second)))
    assert decision.proof == "A"
    assert "also B" in decision.finding("proof").reason  # type: ignore[union-attr]


def test_want_scales_the_score_and_not_the_fit() -> None:
    half = replace(CRITERIA, proofs=(replace(RECONCILIATION, want=Decimal("0.5")),))
    plain, less = found("proof", listing()), found("proof", listing(), half)
    assert (less.value, less.verdict) == (plain.value, plain.verdict)
    assert abs(less.score * 2 - plain.score) <= Decimal("0.0001")


def test_an_accepted_table_of_term_frequencies_is_in_force() -> None:
    criteria = one(RECONCILIATION)
    common = replace(criteria, terms={"*": 1000, "reconciliation": 1000, "month-end close": 1000})
    case = listing(skills=())
    assert found("proof", case, common).value < found("proof", case, criteria).value  # type: ignore[operator]


def test_evidence_quotes_the_listing_exactly() -> None:
    case = listing(title="POWERBI & Reconciliations")
    evidence = found("proof", case).evidence
    assert {"POWERBI", "Reconciliations"} <= set(evidence) | {""}
    text = " ".join((case.posting.title, case.posting.description, *case.posting.skills))
    assert all(quote in text for quote in evidence)
