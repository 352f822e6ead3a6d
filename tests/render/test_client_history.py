"""What is said of a listing's client: in an alert only where it matters, as perhaps where it is."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest

from goldmine_ingest.model.client import ClientHistory, ClientJob, ClientKnown
from goldmine_ingest.model.pursuit import Answer
from goldmine_ingest.render.client_history import client_heading, client_job, client_note
from tests.histories import NOON

_MAY = datetime(2026, 5, 12, tzinfo=NOON.tzinfo)


def job(name: str, at: datetime = _MAY, **said: Any) -> ClientJob:
    return ClientJob(name, f"Job {name}", at, **{"first_posted_as": name, **said})


def history(*earlier: ClientJob, how: ClientKnown = "id", **said: Any) -> ClientHistory:
    return ClientHistory(how, (*earlier, job("now", NOON, **said)))


def answered(how: str, days_ago: float = 1) -> Answer:
    return Answer(how, NOON - timedelta(days=days_ago))


AGAIN = {"first_posted_as": "a", "hires": 12}
# The client's jobs, and what an alert says of them.
NOTES = (
    (history(), ""),
    (history(job("a"), job("b")), ""),
    (history(job("a", hires=12), job("b", **AGAIN)), ""),  # other jobs in between don't count
    (
        history(job("a", hires=12), job("b", **AGAIN), **AGAIN),
        "posted this 3 times since May, hired nobody",
    ),
    (
        history(job("a", hires=12), job("b", **AGAIN), **{**AGAIN, "hires": 13}),
        "posted this 3 times since May",
    ),
    (  # the hires aren't stated: it isn't known whether they hired
        history(job("a"), job("b", first_posted_as="a"), first_posted_as="a"),
        "posted this 3 times since May",
    ),
    (
        history(job("a", hires=12), job("b", **AGAIN), how="facts", **AGAIN),
        "perhaps the same client: posted this 3 times since May, hired nobody",
    ),
    (history(job("a", answer=answered("declined"))), "declined (November)"),
    (
        history(job("a", answer=answered("hired", 400)), job("b", answer=answered("skipped"))),
        "hired you (October 2025)",
    ),
    (history(job("a", answer=answered("skipped"))), ""),
    (
        history(job("a", hires=12, answer=answered("pursued", 30)), job("b", **AGAIN), **AGAIN),
        "posted this 3 times since May, hired nobody; has your proposal (October)",
    ),
)


@pytest.mark.parametrize(("known", "said"), NOTES)
def test_what_an_alert_says(known: ClientHistory, said: str) -> None:
    assert client_note(known) == said


def test_nothing_is_said_of_nobody() -> None:
    assert client_note(None) == ""


def test_the_earlier_jobs_in_words() -> None:
    known = history(job("a", hires=12, answer=answered("followed_up")), job("b"), hires=14)
    assert client_heading(known) == (
        "2 earlier listings of this client, since 12 May 2026; hires 12, now 14"
    )
    assert client_heading(history(job("a"), how="facts")) == (
        "1 earlier listing of perhaps the same client, since 12 May 2026"
    )
    assert client_heading(history(job("a", hires=3), hires=3)).endswith("; hires 3")
    assert [client_job(each, known) for each in known.earlier] == [
        "Job a, you: followed up",
        "Job b",
    ]
    again = history(job("a"), first_posted_as="a")
    assert client_job(again.earlier[0], again) == "Job a, the same job"
