"""Features: the same for the same text, small, whole, independent of any setting."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import goldmine_ingest
from goldmine_ingest.criteria import Judge
from goldmine_ingest.criteria.features import FeatureReader, read, text_hash
from goldmine_ingest.criteria.own_terms import written
from goldmine_ingest.model.posting import Listing
from goldmine_ingest.settings.criteria import BudgetSettings, CriteriaSettings, ProofSettings
from goldmine_ingest.text.engagement import SIGNS
from goldmine_ingest.text.lemmas import Lemmas
from goldmine_ingest.text.stem_negation import is_negated
from goldmine_ingest.text.stems import Stems, stem, tokenise, words
from goldmine_ingest.text.terms import TermIndex, spellings
from goldmine_ingest.text.wordlists import pairs
from tests.criteria.listings import GOOD
from tests.histories import NOON

PACKAGE = Path(goldmine_ingest.__file__).parent
DAY_BEFORE = NOON - timedelta(days=1)


@pytest.mark.parametrize(
    "forms",
    [
        ("reconciliation", "reconciliations", "reconcile", "reconciling", "reconciled"),
        ("automate", "automation", "automated", "automating"),
        ("dashboard", "dashboards"),
        ("planning", "plan", "plans"),
        ("Abstimmung", "Abstimmungen", "abstimmen"),
        ("company", "companies"),
        ("client", "client's", "clients"),
    ],
)
def test_forms_of_a_word_meet(forms: tuple[str, ...]) -> None:
    assert len({stem(form.lower()) for form in forms}) == 1, [stem(form.lower()) for form in forms]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("poster", "post"),
        ("server", "serve"),
        ("c", "c++"),
        ("java", "javascript"),
        ("process", "proceed"),
    ],
)
def test_other_words_stay_apart(one: str, other: str) -> None:
    assert words(one, Stems()) != words(other, Stems())


@pytest.mark.parametrize(
    ("term", "text"),
    [
        ("Power BI", "PowerBI"),
        ("PowerBI", "power-bi"),
        ("Power BI", "PBI"),
        ("React", "React.js"),
        ("React.js", "ReactJS"),
        ("Node", "node.js"),
        ("C#", "C#"),
        ("C++", "c++,"),
    ],
)
def test_variants_of_a_skill_are_found(term: str, text: str) -> None:
    lemmas = Lemmas()
    index = TermIndex((term, variant) for variant in written(spellings(term, {}), lemmas))
    assert index.find(lemmas.of(f"We use {text} here"))


@pytest.mark.parametrize(
    ("text", "negated"),
    [
        ("no WordPress", True),
        ("please, not WordPress", True),
        ("we don't want any WordPress", True),
        ("WordPress is not needed", True),
        ("kein WordPress", True),
        ("ohne WordPress", True),
        ("not only WordPress", False),
        ("no Drupal but WordPress", False),
        ("no Drupal, WordPress yes", False),
        ("WordPress", False),
        ("not a WordPress job, whatever others do", True),
        ("do not WordPress", False),
    ],
)
def test_negation(text: str, negated: bool) -> None:
    stems = Stems()
    stream = tokenise(text, stems)
    hit = TermIndex([("wp", words("WordPress", stems))]).find(stream)[0]
    assert is_negated(stream, hit.start, hit.end) is negated


def test_the_hash_names_title_description_and_skills_only() -> None:
    assert text_hash(GOOD) == text_hash(
        replace(GOOD, budget_max=Decimal(1), language="fr", truncated=True)
    )
    assert (
        len(
            {
                text_hash(replace(GOOD, **{name: value}))
                for name, value in {"title": "x", "description": "x", "skills": ("x",)}.items()
            }
        )
        == 3
    )


def test_features_are_the_same_from_any_reader() -> None:
    assert FeatureReader().extract(GOOD) == FeatureReader().extract(GOOD)


@given(
    st.text(st.sampled_from("ab Ab1$.,;:!?()'’-\n\té\x1f\ud800"), max_size=80), st.text(max_size=30)
)
def test_features_read_back_are_those_that_were_extracted(description: str, title: str) -> None:
    posting = replace(GOOD, title=title, description=description)
    features, fresh = FeatureReader().extract_and_read(posting)
    again = read(features, posting)
    assert (again.listing, again.engagement) == (fresh.listing, fresh.engagement)
    assert {
        kind: [tuple(place) for place in places] for kind, places in again.cues.items()
    } == dict(fresh.cues)


def test_postings_that_are_read_together_are_read_as_each_alone() -> None:
    texts = ("Nous cherchons un graphiste pour le site. No data entry.", "", "a\n\nb: c", "日本語")
    postings = [
        replace(GOOD, description=text, skills=skills)
        for text in (GOOD.description, *texts)
        for skills in ((), ("Python", ""))
    ]
    alone = [FeatureReader().extract_and_read(posting) for posting in postings]
    assert FeatureReader().read_all(postings) == alone
    assert FeatureReader().read_all([]) == []


def test_what_a_judge_expects_changes_nothing() -> None:
    """Whether it comes or not, once or twice, in this order or another; as it was told, or with
    another pay, later, or first seen on another day.
    """
    mine = (
        ProofSettings("Mine", skills=("Python",)),
        ProofSettings("Other", phrases=("data entry",)),
    )
    settings = CriteriaSettings(proofs=mine, budget=BudgetSettings(fixed_minimum=Decimal(500)))
    judge, other = Judge(settings), replace(GOOD, description="Data entry, no Python.")
    expected = [Listing("", posting, NOON) for posting in (GOOD, other, GOOD)]
    judge.expect(expected, now=NOON, proofs=("Mine",))
    cheap = replace(other, pay="fixed", currency="USD", budget_min=Decimal(5), expires_at=NOON)
    for posting in (cheap, other, replace(GOOD, title="Unforeseen"), GOOD, GOOD):
        assert judge.features(posting) == FeatureReader().extract(posting)
        found = judge.features(posting)
        for proofs in (("Mine",), ()):
            for seen, now in (
                (NOON, NOON),
                (NOON - timedelta(days=1), NOON),
                (NOON, NOON - timedelta(days=1)),
            ):
                listing = Listing("a" * 20, posting, seen)
                alone = Judge(settings).decide(listing, found, now=now, proofs=proofs)
                decided = judge.decide(listing, found, now=now, proofs=proofs)
                assert decided == alone
                assert (decided.parts, decided.measures) == (alone.parts, alone.measures)
    judge.expect([], now=NOON)
    assert judge.features(other) == FeatureReader().extract(other)


def test_a_repeated_word_does_not_grow_the_cues() -> None:
    reader = FeatureReader()
    posting = replace(GOOD, description="data entry free sample " * 2000)
    assert sum(map(len, read(reader.extract(posting), posting).cues.values())) < 200


def test_every_kind_that_is_looked_for_is_read_by_a_criterion() -> None:
    """What nobody reads costs each listing its share all the same."""
    code = "".join(
        path.read_text(encoding="utf-8")
        for room in ("criteria", "text", "settings")
        for path in (PACKAGE / room).glob("*.py")
    )
    code = re.sub(r"\nSIGNS = \(.*?\n\)", "", code, flags=re.DOTALL)  # they are looked for
    lists = ("cues.tsv", "patterns.tsv", "sentence_patterns.tsv", "function_words.tsv")
    kinds = {kind for name in lists for kind, _ in pairs(name)} | set(SIGNS)
    # "flag:homework" is read as f"flag:{name}" with the name from a table of names.
    names = {kind: re.sub(r"^(flag:|exposure\.|heading\.|job\.)", "", kind) for kind in kinds}
    assert {kind for kind, name in names.items() if f'"{name}"' not in code} == set()


def test_what_is_to_be_delivered_is_looked_for_only_where_the_work_is_called_simple() -> None:
    wanted = "Design our menu and a deck in Excel."
    plain, simple = (
        FeatureReader().extract_and_read(replace(GOOD, description=text, skills=()))[1].cues
        for text in (wanted, f"A simple website. {wanted}")
    )
    assert not {"spec.deliverable", "spec.tool"} & plain.keys()
    assert "flag:simple" in simple
    assert (len(simple["spec.deliverable"]), len(simple["spec.tool"])) == (5, 1)


def test_stems_forget_rather_than_grow() -> None:
    stems = Stems()
    stems.limit = 100
    tokenise(" ".join(f"word{number}" for number in range(1000)), stems)
    assert len(stems) <= 100
