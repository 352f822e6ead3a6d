"""Search over title, skills and text: what is found, in which order, with which words shown."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from goldmine_ingest.analysis.search import Hit, find
from goldmine_ingest.errors import UsageError
from goldmine_ingest.model.changes import ListingVersion
from goldmine_ingest.store.history import open_store
from goldmine_ingest.text.stems import Stems, words
from tests.histories import NOON, brought, job_id, link, listing

Finding = Callable[..., tuple[Hit, ...]]

TEXTS = {
    1: (
        "Month-end reconciliation",
        ("Python", "SQL"),
        "We reconcile bank exports with the ledger. " * 3,
    ),
    2: (
        "Excel help",
        ("Excel",),
        "Somewhere in this long text about many other things we mention reconciling once. "
        + "More words follow. " * 40,
    ),
    3: ("Dashboard", ("Power BI", "DAX"), "A report for the board, built in Power BI."),
    4: ("Powerful business cards", ("Logo",), "We need power and more power, but no bi-fold."),
    5: ("Go developer", ("Go",), "A service in Go."),
    6: (
        "Good google ads",
        ("Ads",),
        "Good ads for a goal. Überprüfung der Bücher, 100% sicher_heit.",
    ),
}


def store_texts(path: Path, texts: Mapping[int, tuple[str, Sequence[str], str]]) -> None:
    """Jobs, an hour apart, as one poll brings them."""
    versions = []
    for number, (title, skills, text) in texts.items():
        seen = NOON + timedelta(hours=number)
        job = listing(number, seen=seen, title=title, skills=tuple(skills), description=text)
        versions.append(ListingVersion(job, seen, f"t{number}"))
    last = max(texts)
    with open_store(path, now=versions[-1].seen_at) as store:
        store.apply(brought(last, at_time=versions[-1].seen_at, versions=tuple(versions)))


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> Finding:
    """Six jobs, an hour apart, the first one the oldest."""
    path = tmp_path_factory.mktemp("find") / "h.duckdb"
    for number, (title, skills, text) in TEXTS.items():
        store_texts(path, {number: (title, skills, text)})

    def ask(question: str, since: datetime | None = None, at_most: int = 20) -> tuple[Hit, ...]:
        return find(path, question, now=NOON + timedelta(days=1), since=since, at_most=at_most)

    return ask


def numbers(hits: tuple[Hit, ...]) -> list[int]:
    return [number for hit in hits for number in TEXTS if job_id(number) == hit.listing_id]


@pytest.mark.parametrize(
    ("question", "best"),
    [
        ("reconciliation", [1, 2]),
        ("RECONCILED", [1, 2]),
        ("reconciling excel", [2]),
        ("power bi", [3]),
        ("power", [3, 4]),
        ("go", [5]),
        ("überprüfung", [6]),
        ("dashboard zebra", [3]),
        ("zebra", []),
        ("100%", [6]),
        ("sql' OR 1=1 --", [1]),
    ],
)
def test_what_is_found_and_in_which_order(found: Finding, question: str, best: list[int]) -> None:
    """In any inflection; all words before some; title before text; whole words only."""
    assert numbers(found(question))[: len(best) or 1] == best


def test_a_word_is_not_a_part_of_another(found: Finding) -> None:
    assert numbers(found("go")) == [5]
    assert numbers(found("port")) == []


def test_a_hit_says_where_and_how_it_was_decided(found: Finding) -> None:
    hit = found("reconciling")[0]
    assert (hit.title, hit.url, hit.decision, str(hit.score), hit.rank) == (
        "Month-end reconciliation",
        "https://www.example.com/jobs/1",
        "qualified",
        "81.25",
        1,
    )
    assert hit.highlights[0] == "Month-end **reconciliation**"
    assert "We **reconcile** bank exports" in hit.highlights[1]


def test_highlights_quote_the_listing(found: Finding) -> None:
    """Without the stars and the dots, each is a piece of title, skills or text."""
    for number, (title, skills, text) in TEXTS.items():
        whole = " ".join(f"{title} {', '.join(skills)} {text}".split())
        for hit in found(f"{title} {skills[0]}"):
            if hit.listing_id == job_id(number):
                assert all(quote.replace("**", "").strip("…") in whole for quote in hit.highlights)


def test_since_and_at_most(found: Finding) -> None:
    assert numbers(found("reconcile", since=NOON + timedelta(hours=1, minutes=30))) == [2]
    assert len(found("reconcile", at_most=1)) == 1


def test_an_address_or_an_id_is_its_listing_and_not_its_words(found: Finding) -> None:
    """As on the page; also of a listing from before `since`. The address stands in no text, and
    words of it that do are not marked there.
    """
    for question in (link(2), f" {link(2)}?utm_source=excel-help ", job_id(2), job_id(2)[:8]):
        hits = found(question, since=NOON + timedelta(hours=5))
        assert [(hit.listing_id, hit.rank, hit.url) for hit in hits] == [(job_id(2), 1, link(2))]
        assert hits[0].highlights == ()
    with pytest.raises(UsageError, match="no stored listing has this URL"):
        found("https://www.example.com/jobs/99")
    assert numbers(found("http://, excel")) == [2]
    assert numbers(found("2000ad")) == []


@pytest.mark.parametrize("question", ["", "   ", "!!! ---", "\x00"])
def test_no_word_is_a_usage_error(found: Finding, question: str) -> None:
    with pytest.raises(UsageError, match="no word"):
        found(question)


@settings(max_examples=25, deadline=None)
@given(question=st.text(min_size=1, max_size=40))
def test_any_question_is_answered_or_refused(found: Finding, question: str) -> None:
    try:
        hits = found(question)
    except UsageError:
        return
    assert [hit.rank for hit in hits] == list(range(1, len(hits) + 1))


WORDS = (
    *("reconcile", "Reconciliation", "RECONCILED", "ledger", "Ledgers", "C#", "c++", "c", "Go"),
    *("google", "go's", "don't", "don’t", "éclair", "él", "Él", "ли", "Лист", "naïve", "SQL"),
)
JOINTS = (" ", ", ", "-", "/", ". ", "\n", "(", "")
JOBS = 60


def made_of_words(chance: random.Random, most: int) -> str:
    return "".join(
        chance.choice(WORDS) + chance.choice(JOINTS) for _ in range(chance.randint(0, most))
    )


@pytest.fixture(scope="module")
def random_jobs(
    tmp_path_factory: pytest.TempPathFactory,
) -> tuple[Path, dict[int, tuple[str, list[str], str]]]:
    chance = random.Random(25)  # noqa: S311 - the same jobs each time
    texts = {
        number: (
            made_of_words(chance, 3),
            chance.sample(WORDS, chance.randint(0, 2)),
            made_of_words(chance, 5),
        )
        for number in range(1, JOBS + 1)
    }
    path = tmp_path_factory.mktemp("random") / "h.duckdb"
    store_texts(path, texts)
    return path, texts


@settings(max_examples=60, deadline=None)
@given(asked=st.lists(st.sampled_from((*WORDS, "zebra")), min_size=1, max_size=4))
def test_the_jobs_with_the_most_of_the_words_are_found(
    random_jobs: tuple[Path, dict[int, tuple[str, list[str], str]]], asked: list[str]
) -> None:
    """As reading every text, word by word, tells it."""
    path, texts = random_jobs
    wanted = set(words(" ".join(asked), Stems()))
    there = {
        number: len(
            wanted & {w for part in (title, ", ".join(skills), text) for w in words(part, Stems())}
        )
        for number, (title, skills, text) in texts.items()
    }
    most = max(there.values())
    hits = find(path, " ".join(asked), now=NOON + timedelta(days=9), at_most=JOBS)
    assert {hit.listing_id for hit in hits} == {
        job_id(number) for number, count in there.items() if most and count == most
    }
