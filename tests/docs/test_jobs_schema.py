"""The schema and page of what webhook: and drop: take, against the reader: each name and example is
read as they say, and the webhook's answer names it.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import jsonschema
import pytest

from goldmine_ingest.facts.job_lists import known_facts
from goldmine_ingest.inputs.webhook_body import described
from goldmine_ingest.model.posting import Posting
from tests import corpus_cases as corpus
from tools import make_jobs_schema as made

NOTHING = (None, "", ())
# Facts that another one has to stand beside: an amount for its currency and its kind.
BESIDE: Mapping[str, Mapping[str, Any]] = {
    "currency": {"budget_min": 500},
    "budget_type": {"budget_min": 500},
}
# What the webhook's answer calls them, where it isn't the column.
CALLED = {"budget_min": "budget", "budget_max": "budget", "currency": "budget", "pay": "budget",
          "pay_period": "budget", "guid": "id", "company": "client"}  # fmt: skip


def read(body: Any) -> list[Posting]:
    return corpus.postings(corpus.read_bytes(json.dumps(body).encode()))


def stated(posting: Posting, names: tuple[str, ...]) -> list[str]:
    return [name for name in names if getattr(posting, name) in NOTHING]


def test_schema_and_page_are_made_from_their_module() -> None:
    for path, text in made.files().items():
        assert path.read_text(encoding="utf-8") == text, f"{path}: python -m tools.make_jobs_schema"
    jsonschema.Draft202012Validator.check_schema(made.schema())


@pytest.mark.parametrize("fact", made.FACTS, ids=lambda fact: fact.name)
def test_each_name_is_read_and_told(fact: made.Fact) -> None:
    """Under its own name and each other, in a job that states nothing else."""
    for name in dict.fromkeys((fact.name, *fact.also)):
        job = {"title": "A job", "url": "https://quay.example/1", **BESIDE.get(fact.name, {})}
        if fact.name in job:
            del job[fact.name]
        job[name] = fact.example
        (posting,) = read([job])
        assert not stated(posting, fact.fills), (name, posting)
        said = known_facts([job])
        assert any(CALLED.get(column, column) in said for column in fact.fills), (name, said)


@pytest.mark.parametrize("example", made.EXAMPLES, ids=lambda example: example.sender)
def test_each_example_is_read_and_valid(example: made.Example) -> None:
    jsonschema.validate(example.body, made.schema())
    (posting,) = read(example.body)
    assert not stated(posting, tuple(sorted(example.known)))
    answer = described(example.body)
    assert (answer.more["jobs"], answer.more["missing"]) == (1, [])


@pytest.mark.parametrize(
    "body", ["text", 7, {"title": 7, "url": "https://x.example/1"}, [1, 2], {"jobs": "none"}]
)
def test_what_is_no_job_is_not_valid(body: Any) -> None:
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(body, made.schema())
