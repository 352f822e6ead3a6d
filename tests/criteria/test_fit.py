"""What holds of the fit whatever the text: a sentence that asks for one's work speaks for it, and
tags alone never ring.
"""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from goldmine_ingest.criteria import Judge
from goldmine_ingest.criteria.features import FeatureReader, read
from goldmine_ingest.criteria.weights import scaled, table
from goldmine_ingest.model.posting import Posting
from goldmine_ingest.settings.criteria import ProofSettings
from tests.criteria.listings import CRITERIA, NOW, RECONCILIATION, listing

DASHBOARD = ProofSettings(
    "Finance dashboard",
    result="a monthly pack replaced by one report",
    skills=("Power BI", "DAX", "Excel"),
    phrases=("finance pack", "variance report", "drill-down"),
    first_step="Rebuild one signed-off page and show that the totals agree",
)
# Without its excluded words: to ask for a proof that they keep out is to ask for nothing of one's.
OPEN = replace(RECONCILIATION, exclude=())
JUDGE = Judge(replace(CRITERIA, proofs=(OPEN, DASHBOARD)))
PHRASES = [*RECONCILIATION.phrases, *DASHBOARD.phrases]
TITLES = st.sampled_from(
    [
        "Help wanted",
        "Logo for a bakery",
        "Bookkeeper",
        "React developer",
        "Numbers for our board",
        "",
    ]
)
SENTENCES = st.lists(
    st.sampled_from(
        [
            "We are a family firm from Kiel.",
            "Requirements:",
            "5 years of experience with WordPress and PHP.",
            "Please send your portfolio and your rate.",
            "We need someone to write the texts of our page.",
            "Our tool is broken and slow.",
            "The ideal candidate is a team player with great communication skills.",
            "Join our growing team.",
            "- Translate 40 pages",
            "Excel, Word, Outlook, Teams, Slack, Zoom",
            "Long-term collaboration with multiple clients.",
        ]
    ),
    max_size=8,
).map("\n".join)


def fit(title: str, text: str, tags: tuple[str, ...]) -> Decimal:
    posting = Posting("upwork", title, description=text, skills=tags)
    return JUDGE.match(read(FeatureReader().extract(posting), posting)).fit.value


@settings(max_examples=150, deadline=None)
@given(
    title=TITLES,
    text=SENTENCES,
    phrase=st.sampled_from(PHRASES),
    tags=st.sampled_from([(), ("SQL",), ("Excel", "PHP")]),
)
def test_a_sentence_that_asks_for_ones_work_never_lowers_the_fit(
    title: str, text: str, phrase: str, tags: tuple[str, ...]
) -> None:
    """But for a hundredth or two, where it is quoted in place of a sentence that named more."""
    more = fit(title, f"{text}\nWe need help with the {phrase}.", tags)
    assert more >= fit(title, text, tags) - Decimal("0.02")


@settings(max_examples=60, deadline=None)
@given(
    title=TITLES,
    text=SENTENCES.filter(lambda text: "Excel" not in text),
    tags=st.lists(
        st.sampled_from([*PHRASES, *RECONCILIATION.skills, *DASHBOARD.skills]),
        max_size=12,
        unique=True,
    ),
)
def test_tags_alone_never_ring(title: str, text: str, tags: list[str]) -> None:
    case = listing(title=title, description=text, skills=tuple(tags))
    decision = JUDGE.decide(case, JUDGE.features(case.posting), now=NOW)
    assert decision.decision != "qualified"
    finding = decision.finding("proof")
    assert finding is not None
    assert finding.verdict != "pass"


@pytest.mark.parametrize(
    ("title", "text"),
    [
        (
            "Finance report for our month and year",
            "We need someone to rebuild one signed page of our monthly finance report and show that"
            " the totals agree. Every exception of the month is listed from exports in days.",
        ),
        (
            "Rebuild the finance dashboard",
            "We need someone to rebuild the finance dashboard and show that the totals agree;"
            " replaced by one report. List every exception of one closed month from exports.",
        ),
    ],
)
def test_tags_alone_never_ring_however_near_the_vocabulary_is(title: str, text: str) -> None:
    """All terms as tags, and the proofs' other words in the ask: a fit far over `sure`."""
    tags = (*PHRASES, *RECONCILIATION.skills, *DASHBOARD.skills)
    case = listing(title=title, description=text, skills=tags)
    decision = JUDGE.decide(case, JUDGE.features(case.posting), now=NOW)
    finding = decision.finding("proof")
    assert finding is not None
    assert finding.value is not None
    assert finding.value > Decimal("0.85")
    assert (decision.decision, finding.verdict) == ("review", "unknown")


def test_the_scale_rises_from_0_to_1_and_meets_the_defaults() -> None:
    weights = table()
    assert [shown for _, shown in weights.scale] == [0.0, 0.35, 0.65, 1.0]
    steps = [scaled(step / 200, weights) for step in range(201)]
    assert steps == sorted(steps)
    assert (steps[0], steps[-1]) == (0.0, 1.0)


def test_the_table_is_short_enough_to_be_read() -> None:
    figures = [figure for group in table().groups for figure in group.figures]
    assert len({figure.name for figure in figures}) == len(figures) <= 30
    assert all(figure.deviation > 0 for figure in figures)


def test_the_parts_say_why() -> None:
    case = listing(title="React developer", skills=("React", "PHP"))
    decision = JUDGE.decide(case, JUDGE.features(case.posting), now=NOW)
    parts = {part.name: part for part in decision.parts}
    assert set(parts) == {group.name for group in table().groups} | {"few_words"}
    assert parts["craft"].words == ("react", "developer")
    better = JUDGE.decide(listing(), JUDGE.features(listing().posting), now=NOW)
    assert {part.name: part.adds for part in better.parts}["craft"] > parts["craft"].adds


def test_few_words_of_ones_own_are_helped_and_many_are_not() -> None:
    """Fewer words can meet less of the same listing; but never more than a bound, so that one word
    doesn't make everything ring.
    """
    few = table().few
    helped = [few.helped(words) for words in (1000, 165, 120, 60, 1, 0)]
    assert helped == sorted(helped)
    assert helped[:2] == [0.0, 0.0]
    assert 0.0 < helped[2] < helped[3] == few.most == helped[-1]
    many = replace(RECONCILIATION, phrases=tuple(f"term{number} of mine" for number in range(200)))
    case = listing()
    for proof, is_helped in ((RECONCILIATION, True), (many, False)):
        judge = Judge(replace(CRITERIA, proofs=(proof,)))
        parts = judge.decide(case, judge.features(case.posting), now=NOW).parts
        assert any(part.name == "few_words" and part.adds > 0 for part in parts) is is_helped
