"""The weekly message: each part with its number, within 1,200 characters whatever the history
holds.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from goldmine_ingest.analysis.agenda import Agenda, FollowUp, RunningTrial, silent
from goldmine_ingest.analysis.diagnosis import diagnose
from goldmine_ingest.analysis.floors import Floors
from goldmine_ingest.analysis.quality import Quality, QualityReview, split
from goldmine_ingest.analysis.second_paths import path_debt
from goldmine_ingest.analysis.shares import share
from goldmine_ingest.analysis.trial_checklist import checklist
from goldmine_ingest.analysis.weekly import weekly_message
from goldmine_ingest.model.pursuit import Contact, Trial
from tests.analysis.test_quality import SPLITS, week
from tests.analysis.test_review import CASES, facts, said
from tests.histories import NOON

DAY = timedelta(days=1)
FLOORS = Floors(Decimal(500), None, "EUR")
WEEKS = tuple(week(n, *counts) for n, counts in enumerate(SPLITS["gains"][0]))
HERE = Quality(
    None,
    share(3, 41),
    900.0,
    62.0,
    share(6, 10),
    12.0,
    1.5,
    share(6, 10),
    share(2, 41),
    share(9, 41),
)
QUALITY = QualityReview(HERE, replace(HERE, qualified=share(2, 40)), WEEKS, split(WEEKS), FLOORS)
NOTHING = Agenda((), path_debt((), ()), (), None)
TRIAL = Trial("close", "p", "o", NOON - 10 * DAY, 30, None, "c0", 3, 12)


def follow_up(number: int, days: int, title: str = "A job") -> FollowUp:
    since = NOON - days * DAY
    return FollowUp(f"{number:020d}", title, "pursued", since, since + 5 * DAY)


FULL = Agenda(
    tuple(follow_up(n, 5, f"Reconcile bank statements of the quarter no. {n}") for n in range(5)),
    path_debt([f"job-{n}" for n in range(6)], [Contact("c", NOON, "offer", listing_id="job-1")]),
    tuple(
        Contact(f"c{n}", NOON, "past_client", "Anna of Northwind", next_on=NOON.date())
        for n in range(4)
    ),
    RunningTrial("close", 11, 30, checklist(TRIAL, (), (), NOON)),
)


def test_each_part_has_its_number() -> None:
    """A month without replies: what is to change rests on 0 of 12."""
    week_facts = facts(listings=41, qualified=3, alerted=3)
    found = weekly_message(
        said(week_facts), diagnose(CASES["no_response"][0], NOON), QUALITY, FULL, NOON
    )
    lines = "\n".join(found.lines)
    assert found.headline == "the week to 2026-11-23"
    for part in (
        "Quality: 7.3 qualified per 100 (3 of 41, 5 the week before), in the median 900 EUR a job"
        " and 62 EUR an hour, clients with a known history 60%, 12 proposals at first sight, seen"
        " after 1 h 30 min.",
        "Funnel: 41 listings, 3 qualified, 3 alerted.",
        "6 active pursuits, 1 path: choose one of five",
        "5 pursuits silent for 5 days: Reconcile bank statements of the quarte… (00000000)",
        "2 more",
        "Suggestion: Positioning and proof.",
        "share of pursuits with a reply: 0% (0 of 12;",
    ):
        assert part in lines, part
    assert lines.count("choose one of five") == 1
    assert len(found.headline) + 1 + len(lines) <= 1150


def test_what_has_no_room_goes_by_its_rank() -> None:
    """Never the suggestion, the quality or the funnel; first the contacts that are due."""
    long = replace(FULL, trial=replace(FULL.trial, name="t" * 300) if FULL.trial else None)
    found = weekly_message(
        said(facts()), diagnose(CASES["alerted_too_late"][0], NOON), QUALITY, long, NOON
    ).lines
    assert sum(len(line) + 1 for line in found) <= 1150
    begins = [line.split(" ")[0] for line in found]
    assert begins[:2] == ["Quality:", "Funnel:"]
    assert begins[-1] == "Suggestion:"
    assert not any("are due" in line for line in found)


_WORDS = st.text(max_size=400)


@given(
    titles=st.lists(_WORDS, max_size=6),
    notes=st.lists(_WORDS, max_size=6),
    name=_WORDS,
    word=st.sampled_from(sorted(CASES)),
)
def test_it_never_has_more_than_1200_characters(
    titles: list[str], notes: list[str], name: str, word: str
) -> None:
    """Whatever people call their trials, contacts and jobs: what is to be changed is in it."""
    todo = Agenda(
        tuple(follow_up(n, 5, title) for n, title in enumerate(titles)),
        path_debt([f"job-{n}" for n in range(len(titles))], ()),
        tuple(Contact("c", NOON, "offer", note, next_on=NOON.date()) for note in notes),
        RunningTrial(name, 11, 30, checklist(TRIAL, (), (), NOON)),
    )
    found = weekly_message(said(facts()), diagnose(CASES[word][0], NOON), QUALITY, todo, NOON)
    assert sum(len(line) + 1 for line in (found.headline, *found.lines)) <= 1151
    assert found.lines[-1].startswith(("Suggestion: ", "Nothing to change"))


@pytest.mark.parametrize("word", ["healthy", "not_enough_data"])
def test_nothing_to_change(word: str) -> None:
    """Where all goes well, or too little is known, nothing is suggested."""
    found = weekly_message(said(facts()), diagnose(CASES[word][0], NOON), QUALITY, NOTHING, NOON)
    assert found.lines[-1] == (
        "Nothing to change."
        if word == "healthy"
        else "Nothing to change yet: pursuits that were answered or are a week old: 8 of 10."
    )
    assert not any("path" in line or "silent" in line for line in found.lines)


@pytest.mark.parametrize(
    ("days", "sentence"),
    [
        ((5,), "1 pursuit silent for 5 days"),
        ((5, 5, 5), "3 pursuits silent for 5 days"),
        ((7, 5), "2 pursuits silent for 5 to 7 days"),
        ((1,), "1 pursuit silent for 1 day"),
    ],
)
def test_how_long_they_are_silent(days: tuple[int, ...], sentence: str) -> None:
    assert silent([follow_up(n, each) for n, each in enumerate(days)], NOON) == sentence
