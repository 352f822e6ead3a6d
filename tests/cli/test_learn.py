"""`goldmine learn` and what takes its proposal: a history in which ratings speak for a change."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from goldmine_ingest import config
from goldmine_ingest.analysis.proposal_file import NAME, read
from goldmine_ingest.cli import main
from goldmine_ingest.model.changes import ListingVersion
from goldmine_ingest.model.pursuit import Rating
from goldmine_ingest.settings.project import Project
from goldmine_ingest.store.history import open_store
from tests.analysis.test_learn import CLOSE, LOGO, PROOF, SHOP, rated
from tests.histories import NOON, brought, decision, job_id

CRITERIA = f"""\
# my criteria
[rules]
exclude = ["Shopify", "WordPress"] # not my shops
{PROOF}"""


@pytest.fixture
def project(tmp_path: Path) -> Project:
    """14 listings rated good, of which 6 are kept back by an exclusion, and 8 rated bad."""
    files = tmp_path / "config"
    files.mkdir()
    (files / "criteria.toml").write_text(CRITERIA)
    toml = files / "goldmine.toml"
    toml.write_text(
        '[database]\npath = "data/h.duckdb"\n[[feed]]\nname = "f"\nurl = "https://example.com/f"\n'
        '[[notify]]\nname = "here"\nurl = "terminal"\n'
    )
    found = config.load(toml, env={}, cwd=tmp_path)
    ratings = rated((8, CLOSE, True), (6, SHOP, True), (8, LOGO, False))
    with open_store(found.database.path, now=NOON) as store:
        versions = tuple(
            ListingVersion(one.listing, NOON, f"text of {one.listing.listing_id}")
            for one in ratings
        )
        numbers = range(len(ratings))
        decisions = tuple(
            decision(n, "rejected" if n >= 8 else "qualified", criteria="earlier") for n in numbers
        )
        store.apply(brought(*numbers, versions=versions, decisions=decisions, events=()))
        for one in ratings:
            word = "good" if one.good else "bad"
            store.record_rating(Rating(one.listing.listing_id, word, None, NOON))  # type: ignore[arg-type]
    return found


def goldmine(project: Project, *arguments: str) -> int:
    return main(["--config", str(project.config_path), *arguments])


def test_a_proposal_is_shown_written_and_taken(
    project: Project, capsys: pytest.CaptureFixture[str]
) -> None:
    assert goldmine(project, "learn", "--since", "5200w") == 0
    shown = capsys.readouterr().out
    for words in (
        "22 listings with your word: 14 good, 8 bad (22 rated)",
        "8 of 14, 57%",
        "14 of 14, 100%",
        'rules.exclude without "Shopify"',
        "“Shopify” keeps back 6 good ones",
        "Shopify reconciliation for a store",
        f"goldmine criteria set --from {NAME}",
    ):
        assert words in shown
    assert goldmine(project, "learn", "--since", "5200w", "--json") == 0
    found = json.loads(capsys.readouterr().out)
    (change,) = found["changes"]
    assert (change["setting"], change["from"], change["to"]) == (
        "rules.exclude",
        ["Shopify", "WordPress"],
        ["WordPress"],
    )
    assert change["listings"] == [job_id(n) for n in (8, 9, 10)]
    assert (found["enough_data"], found["present"]["recall"]) == (True, 0.5714)
    assert (found["proposed"]["recall"], found["left_out"]["recall"]) == (1, 1)

    text = project.config_path.parent / "criteria.toml"
    assert text.read_text() == CRITERIA  # learning changes nothing
    assert goldmine(project, "criteria", "set", "--from", NAME, "--yes") == 0
    assert 'exclude = ["WordPress"]' in text.read_text()
    assert text.read_text().split() == CRITERIA.replace('"Shopify", ', "").split()
    capsys.readouterr()
    assert goldmine(project, "criteria", "set", "--from", NAME, "--yes") == 0
    assert "says so already" in capsys.readouterr().err
    assert goldmine(project, "learn", "--since", "5200w") == 0
    assert "Nothing is proposed" in capsys.readouterr().out
    assert read(text.with_name(NAME)) == ()  # what was taken is no proposal any more


def test_a_folder_that_can_not_be_written_is_said(
    project: Project, capsys: pytest.CaptureFixture[str]
) -> None:
    (project.config_path.parent / NAME).mkdir()
    assert goldmine(project, "learn", "--since", "5200w") == 0
    shown = capsys.readouterr()
    assert 'rules.exclude without "Shopify"' in shown.out
    assert f"{NAME} can't be written" in shown.err


def test_each_change_is_asked_for(
    project: Project, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    goldmine(project, "learn", "--since", "5200w")
    monkeypatch.setattr("sys.stdin.isatty", lambda: True, raising=False)
    monkeypatch.setattr("sys.stdin.readline", lambda: "n\n", raising=False)
    assert goldmine(project, "criteria", "set", "--from", NAME) == 0
    assert "nothing was changed" in capsys.readouterr().err
    assert (project.config_path.parent / "criteria.toml").read_text() == CRITERIA


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ((), "nothing is set"),
        (("budget.fixed_minimum=3", "--from", "x.toml"), "don't go together"),
        (("--from", "nowhere.toml"), "nowhere.toml"),
    ],
)
def test_what_can_not_be_set_is_an_error(
    project: Project,
    arguments: tuple[str, ...],
    words: str,
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert goldmine(project, "criteria", "set", *arguments, "--yes") == 2
    assert words in capsys.readouterr().err


# The number of a rated listing, whether the present criteria agree, and what is said.
AGREEMENT = [
    (0, True, "you rated it good, and the present criteria agree"),
    (8, False, "you rated it good, but the present criteria reject it"),
    (14, True, "you rated it bad, and the present criteria agree"),
]


@pytest.mark.parametrize(("number", "agrees", "words"), AGREEMENT)
def test_a_rated_listing_says_whether_the_criteria_agree(
    project: Project, number: int, agrees: bool, words: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert goldmine(project, "explain", job_id(number)) == 0
    assert f"({words})" in capsys.readouterr().out
    assert goldmine(project, "explain", job_id(number), "--json") == 0
    assert json.loads(capsys.readouterr().out)["rating"] == {
        "rating": "good" if number < 14 else "bad",
        "because": None,
        "at_time": "2026-11-23T12:00:00Z",
        "agrees": agrees,
    }
