"""drop: takes whole files, puts them away after the commit, and never loses one that was written
meanwhile.
"""

from __future__ import annotations

import json
import os
import time
from datetime import UTC, datetime
from pathlib import Path

import pytest

from goldmine_ingest.inputs.drop_folder import collect, settle
from goldmine_ingest.inputs.multipart_body import PARTS, read_parts, unpack
from goldmine_ingest.model.fetched import Fetched, Outcome
from goldmine_ingest.parse.reading import FeedRead, ReadJob, read_feed
from goldmine_ingest.settings.feeds import FetchSettings

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)


def job(n: int) -> dict[str, object]:
    return {
        "id": n,
        "title": f"Reconcile ledger {n}",
        "url": f"https://jobs.example/{n}",
        "description": "Reconcile a ledger.",
    }


def take(folder: Path, largest: int = 1_000_000) -> Fetched:
    return collect("drop", folder, FetchSettings(max_body=largest), lambda: NOW)


def read(fetched: Fetched) -> FeedRead:
    return read_parts(ReadJob("drop", fetched.body, PARTS, "", "auto", frozenset(), NOW), read_feed)


def titles(fetched: Fetched) -> list[str]:
    return [entry.posting.title for entry in read(fetched).entries if entry.posting]


def put(path: Path, text: str, *, age: float = 0) -> Path:
    path.write_text(text, encoding="utf-8")
    os.utime(path, (time.time() - age, time.time() - age))
    return path


def test_objects_lists_payloads_and_lines_oldest_first(tmp_path: Path) -> None:
    put(tmp_path / "b.json", json.dumps(job(1)), age=40)
    put(tmp_path / "a.json", json.dumps([job(2), job(3)]), age=30)
    put(tmp_path / "c.json", json.dumps({"total": 1, "projects": [job(4)]}), age=20)
    put(
        tmp_path / "d.jsonl",
        "\n".join(json.dumps(job(n)) for n in (5, 6))
        + "\n"
        + json.dumps({"projects": [job(7), job(8)]}),
        age=10,
    )
    assert titles(take(tmp_path)) == [f"Reconcile ledger {n}" for n in range(1, 9)]


def test_files_are_put_away_when_they_are_committed_and_not_before(tmp_path: Path) -> None:
    put(tmp_path / "a.json", json.dumps(job(1)))
    fetched = take(tmp_path)
    assert take(tmp_path).body == fetched.body
    assert settle(tmp_path, fetched.body, (), keep=True) == ()
    assert [p.name for p in (tmp_path / "done").iterdir()] == ["a.json"]
    assert unpack(take(tmp_path).body) == []


def test_a_name_that_comes_again_overwrites_nothing(tmp_path: Path) -> None:
    for n in (1, 2):
        put(tmp_path / "a.json", json.dumps(job(n)))
        settle(tmp_path, take(tmp_path).body, (), keep=True)
    assert sorted(p.name for p in (tmp_path / "done").iterdir()) == ["a-2.json", "a.json"]


def test_a_file_written_again_between_reading_and_commit_stays(tmp_path: Path) -> None:
    put(tmp_path / "a.json", json.dumps(job(1)))
    fetched = take(tmp_path)
    put(tmp_path / "a.json", json.dumps(job(2)), age=5)
    settle(tmp_path, fetched.body, (), keep=True)
    assert titles(take(tmp_path)) == ["Reconcile ledger 2"]


def test_what_the_receiver_got_is_deleted(tmp_path: Path) -> None:
    put(tmp_path / "a.json", json.dumps(job(1)))
    settle(tmp_path, take(tmp_path).body, (), keep=False)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("text", ['[{"title": "ha', "", '{"title": "x"}\n{"ti'])
def test_a_file_in_the_writing_is_left_alone(tmp_path: Path, text: str) -> None:
    put(tmp_path / ("a.jsonl" if text.startswith("{") else "a.json"), text)
    assert unpack(take(tmp_path).body) == []


@pytest.mark.parametrize(
    ("name", "text", "why"),
    [
        ("a.json", '[{"title": "ha', "broken JSON"),
        ("a.json", "", "it is empty"),
        ("a.json", "[" * 100_000, "nested too deeply"),
        ("a.json", '{"hello": "world"}', "without a list of jobs"),
        ("a.json", "x" * 2000, "larger than 1000 bytes"),
        ("a.jsonl", json.dumps(job(1)) + "\nnonsense\n", "line 2: broken JSON"),
    ],
)
def test_what_can_not_be_read_goes_to_bad_with_the_reason(
    tmp_path: Path, name: str, text: str, why: str
) -> None:
    put(tmp_path / name, text, age=3600)
    fetched = take(tmp_path, largest=1000 if "larger" in why else 1_000_000)
    found = read(fetched)
    assert found.outcome is Outcome.PARTIAL
    settle(tmp_path, fetched.body, found.bad_parts, keep=True)
    assert sorted(p.name for p in (tmp_path / "bad").iterdir()) == [name, f"{name}.txt"]
    assert why in (tmp_path / "bad" / f"{name}.txt").read_text()
    assert not (tmp_path / name).exists()


def test_the_good_lines_of_a_bad_file_are_taken(tmp_path: Path) -> None:
    put(tmp_path / "a.jsonl", json.dumps(job(1)) + "\nnonsense\n" + json.dumps(job(2)), age=3600)
    assert titles(take(tmp_path)) == ["Reconcile ledger 1", "Reconcile ledger 2"]


def test_links_folders_hidden_and_other_files_are_not_looked_at(tmp_path: Path) -> None:
    (tmp_path / "a.json").symlink_to("/etc/hostname")
    (tmp_path / "b.json").mkdir()
    put(tmp_path / ".c.json", "{}")
    put(tmp_path / "d.json.part", "{}")
    assert unpack(take(tmp_path).body) == []


def test_a_missing_folder_is_an_error_that_names_it(tmp_path: Path) -> None:
    fetched = take(tmp_path / "nowhere")
    assert (fetched.outcome, "nowhere" in (fetched.error or "")) == (Outcome.ERROR, True)
    assert (
        collect(
            "hook", tmp_path / "nowhere", FetchSettings(), lambda: NOW, may_be_missing=True
        ).outcome
        is Outcome.OK
    )


def test_what_does_not_fit_comes_with_the_next_poll(tmp_path: Path) -> None:
    for n in (1, 2, 3):
        put(tmp_path / f"{n}.json", json.dumps(job(n)), age=10 - n)
    assert titles(take(tmp_path, largest=250)) == ["Reconcile ledger 1", "Reconcile ledger 2"]
