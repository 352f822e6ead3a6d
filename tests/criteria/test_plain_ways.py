"""What is looked for at once, or once for all proofs, comes to the same as the plain way: each
pattern by itself, each proof by itself (Hypothesis)."""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from goldmine_ingest.criteria import evidence, overlap
from goldmine_ingest.criteria.ask import _ROLE, _SAYING, Asks
from goldmine_ingest.criteria.own_terms import OwnTerms
from goldmine_ingest.settings.criteria import CriteriaSettings, ProofSettings
from goldmine_ingest.text.engagement import SIGNS
from goldmine_ingest.text.lemmas import Lemmas
from goldmine_ingest.text.listing_text import ListingText, read_text
from goldmine_ingest.text.sentence_ends import ENDS, WRAPPED
from goldmine_ingest.text.sentences import _OF_ROLES, COUNTED, PatternGroup, patterns
from goldmine_ingest.text.wordlists import WITH_LISTS, word_group

LEMMAS = Lemmas()
KINDS = (
    *_OF_ROLES,
    *SIGNS,
    *(f"heading.{role}" for role in ("apply", "terms", "requirements", "company", "ask")),
)
OF_LANGUAGE = {
    language: [kind for kind in KINDS if kind in patterns(language)] for language in WITH_LISTS
}
GROUPS = {language: PatternGroup(language, KINDS) for language in WITH_LISTS}
# What the patterns are made of, so that texts of it come near to all of them.
VOCABULARY = {
    language: sorted(
        {
            word
            for kind in OF_LANGUAGE[language]
            for word in re.findall(r"[^\W\d_]{2,}|\$", patterns(language)[kind].pattern)
        }
    )
    for language in WITH_LISTS
}


@pytest.mark.parametrize("language", WITH_LISTS)
@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_patterns_looked_for_at_once_are_those_that_occur(
    language: str, data: st.DataObject
) -> None:
    words = st.sampled_from(VOCABULARY[language]) | st.sampled_from([",", ".", "20", "\n", "We"])
    text = data.draw(st.lists(words, max_size=40).map(" ".join) | st.text(max_size=80))
    text = text.encode("utf-8", "replace").decode()
    each = {kind for kind in OF_LANGUAGE[language] if patterns(language)[kind].search(text)}
    assert GROUPS[language].found(text.encode()) == each
    assert GROUPS[language].may_occur(text.encode()) >= each


@pytest.mark.parametrize("language", WITH_LISTS)
def test_no_pattern_of_a_heading_has_a_gap(language: str) -> None:
    """So that what may occur occurs (_heading_role)."""
    headings = {kind: each for kind, each in patterns(language).items() if "heading." in kind}
    assert len(headings) == 5
    assert not [kind for kind, each in headings.items() if COUNTED.search(each.pattern)]


# As their comments say them.
PLAIN_ENDS = re.compile(
    r"(?<=[.!?])[\"”)]?[ \t]{1,3}(?=[\"“(]?[A-Z0-9•*-])"
    r"|[ \t][•●▪✔✅➤·][ \t]?|[ \t]{2,3}"
    r"|(?<=[a-z0-9.)])[ \t]-[ \t](?=[A-Z])|(?<=[.:;)a-z])[ \t]-(?=[A-Z][a-z])"
)
PLAIN_WRAPPED = re.compile(r"(?<=[^\n]{40}[a-z,])\n(?=[a-z])")


@settings(max_examples=400, deadline=None)
@given(st.text('aZ1 \t.!?"”)(“•✔*-:;\n', max_size=30), st.integers(0, 30), st.integers(0, 30))
def test_sentences_end_where_the_plain_pattern_says(text: str, start: int, stop: int) -> None:
    ends, plain = (
        [found.span() for found in one.finditer(text, start, stop)] for one in (ENDS, PLAIN_ENDS)
    )
    assert ends == plain


@settings(max_examples=200, deadline=None)
@given(st.lists(st.sampled_from(["a" * 41, "b" * 40 + ",", "A", "\n", "c", " "]), max_size=12))
def test_wrapped_lines_are_those_of_the_plain_pattern(pieces: list[str]) -> None:
    text = "".join(pieces)
    assert WRAPPED.sub(" ", text) == PLAIN_WRAPPED.sub(" ", text)


PHRASES = ("data migration", "month-end close", "bank statements", "dashboard", "API integration")
SKILLS = ("Python", "SQL", "Power BI", "Go", "Excel", "React", "node.js")
WORDS = (
    *("migrate our old data", "close the month", "Python", "SQL, Go, Excel, React, Node", "no SQL"),
    *("Power BI", "the bank", "statements", "we need", "Requirements:", "\n", ".", "dashboards"),
    *("not Power BI", "to apply", "excel in", "integrating the API", "data", "closes", "books"),
)
NAMED = st.builds(
    lambda phrases, skills, result: ProofSettings(
        "", phrases=tuple(phrases), skills=tuple(skills), result=result
    ),
    st.lists(st.sampled_from(PHRASES), max_size=3, unique=True),
    st.lists(st.sampled_from(SKILLS), max_size=3, unique=True),
    st.lists(st.sampled_from(["the bank", "our books closed", "data"]), max_size=2).map(" ".join),
)
TEXT = st.lists(st.sampled_from(WORDS), max_size=25).map(" ".join)


@settings(max_examples=150, deadline=None)
@given(st.lists(NAMED, min_size=1, max_size=8), TEXT, TEXT, st.lists(st.sampled_from(SKILLS)))
def test_many_proofs_are_what_each_is_alone(
    proofs: list[ProofSettings], title: str, description: str, tags: list[str]
) -> None:
    """Evidence and shared words of each, to the last bit."""
    text = read_text(title, description, tags, LEMMAS)
    named = tuple(replace(proof, name=f"Proof {n}") for n, proof in enumerate(proofs))
    together = OwnTerms(CriteriaSettings(proofs=named), LEMMAS)
    asked = Asks(together).find(text).sentences
    found = evidence.find(text, together)
    shares = (
        overlap.of_whole(text, together),
        overlap.of_ask(text, together),
        overlap.of_quoted(text, asked, together),
    )
    for number, proof in enumerate(named):
        alone = OwnTerms(CriteriaSettings(proofs=(proof,)), LEMMAS)
        only = evidence.find(text, alone)
        assert _figures(found, number) == _figures(only, 0)
        others = set(range(len(named))) - {number}
        assert _figures(found.without(others), number) == _figures(only, 0)
        assert (number in evidence.unsaid(found)) == (0 in evidence.unsaid(only))
        assert [share[number] for share in shares] == [
            share[0]
            for share in (
                overlap.of_whole(text, alone),
                overlap.of_ask(text, alone),
                overlap.of_quoted(text, asked, alone),
            )
        ]


SAID = st.lists(
    st.sampled_from(
        [
            *("We need to build dashboards", "Please help", "experienced", "reliable expert", "to"),
            *("Rebuild the ledger.", "monthly", "\n- migrate data", "What would it cost?", "Excel"),
            *("Our invoices are wrong", "Responsibilities:", "reconcile payouts", "you will", "."),
        ]
    ),
    max_size=40,
).map(" ".join)


@settings(max_examples=150, deadline=None)
@given(SAID, SAID)
def test_the_ask_is_that_of_the_plain_points(title: str, description: str) -> None:
    """Its two sentences are those of most points, and no comparison takes a wrong end."""
    text = read_text(title, description, (), LEMMAS)
    own = OwnTerms(
        CriteriaSettings(proofs=(ProofSettings("", phrases=PHRASES, skills=SKILLS),)), LEMMAS
    )
    asks, in_title = Asks(own), set(text.words[0]) - word_group("stop")
    points = {
        number: _plain_points(text, number, in_title, own, asks)
        for number, words in enumerate(text.words)
        if text.sentences[number].role in _ROLE and len(words) >= 4
    }
    best = sorted(points, key=lambda number: (-points[number], number))[:2]
    asked = asks.find(text)
    assert set(asked.sentences) <= set(best)
    assert not best or best[0] in asked.sentences
    for number, plain in points.items():
        kinds = set(text.words[number])
        named = asks.concreteness(kinds)
        assert asks._points(text, number, kinds, len(kinds & in_title), named) == plain


def _plain_points(
    text: ListingText, number: int, title: set[str], own: OwnTerms, asks: Asks
) -> float:
    sentence, words = text.sentences[number], text.words[number]
    verbs, kinds = word_group("work_verb"), set(words)
    says = any(one in _SAYING and other in verbs for one, other in pairwise(words))
    last = text.text[sentence.start : sentence.end].rstrip()[-1:]
    points = _ROLE[sentence.role]
    points += 0.9 * (words[0] in verbs or says)
    points += 0.55 * min(6.0, asks.concreteness(kinds))
    points += 0.35 * min(4, len(kinds & own.words))
    points += 0.3 * min(3, len(kinds & title))
    points += -1.6 * text.filler[number] + -0.35 * len(kinds & word_group("quality"))
    points += -0.05 * number + -0.02 * max(0, len(words) - 28)
    points += -0.5 * sentence.bullet + -1.0 * (last == ":") + -0.8 * (last == "?")
    return points


def _figures(found: evidence.Evidence, proof: int) -> tuple[object, ...]:
    terms = found.of(proof)
    return (
        *(column.get(proof, 1.0) for column in found[1:]),
        proof in found.all,
        any(term.own_words for term in terms),
        [(hit.sentence, hit.found, hit.value, hit.negated) for one in terms for hit in one.hits],
    )
