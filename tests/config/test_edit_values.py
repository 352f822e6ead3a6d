"""Setting values of criteria.toml keeps every other byte of it, or changes nothing."""

from __future__ import annotations

import tomllib
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from goldmine_ingest.config.edit_values import with_proof, with_values
from goldmine_ingest.errors import ConfigError

SAMPLE = (Path(__file__).parents[2] / "config" / "criteria.toml").read_text(encoding="utf-8")

# A text, the change, and what it becomes.
CASES = {
    "a value, its remark where it was": (
        "[budget]\nfixed_minimum = 500    # a floor\n# end\n",
        "budget.fixed_minimum=45",
        "[budget]\nfixed_minimum = 45     # a floor\n# end\n",
    ),
    "a # within a text": (
        '[[proof]]\nname = "C# # one" # mine\n',
        'proof.C# # one.result="it\'s 100 #"',
        '[[proof]]\nname = "C# # one" # mine\nresult = "it\'s 100 #"\n',
    ),
    "a new key comes before the remarks of the next table": (
        "[client]\nrating_minimum = 4\n\n# what jobs must pay\n[budget]\n",
        "client.spent_minimum=100",
        "[client]\nrating_minimum = 4\nspent_minimum = 100\n\n# what jobs must pay\n[budget]\n",
    ),
    "a table within a table": (
        "[decision]\nminimum_score = 0\n[decision.unknown]\n[me]\n",
        "decision.unknown.worth=review",
        '[decision]\nminimum_score = 0\n[decision.unknown]\nworth = "review"\n[me]\n',
    ),
    "a key of the outer table": (
        "[decision.unknown]\nworth = 'fail'\n[decision]\n",
        "decision.minimum_score=5",
        "[decision.unknown]\nworth = 'fail'\n[decision]\nminimum_score = 5\n",
    ),
    "a table that isn't there": (
        "[me]\ncountry = 'DE'",
        "budget.currency=EUR",
        "[me]\ncountry = 'DE'\n\n[budget]\ncurrency = \"EUR\"\n",
    ),
    "the second of two proofs": (
        "[[proof]]\nname = 'a'\nwant = 1\n[[proof]] # b\nname = 'b'\nwant = 1\n",
        "proof.b.want=0.5",
        "[[proof]]\nname = 'a'\nwant = 1\n[[proof]] # b\nname = 'b'\nwant = 0.5\n",
    ),
    "a name with a dot": (
        "[[proof]]\nname = 'Node.js'\n",
        "proof.Node.js.want=0.5",
        "[[proof]]\nname = 'Node.js'\nwant = 0.5\n",
    ),
    "a value of several lines": (
        '[rules]\nexclude = [\n  "a", # why\n  "b",\n]\n# end\n',
        'rules.exclude=["c"]',
        '[rules]\nexclude = ["c"]\n# end\n',
    ),
    "a table within braces": (
        "decision = { minimum_score = 5 }\n",
        "decision.minimum_score=6",
        "decision = { minimum_score = 6 }\n",
    ),
    "carriage returns": (
        "[me]\r\n\r\n[budget]\r\nfixed_minimum = 1\r\n",
        "me.country=GB",
        '[me]\r\ncountry = "GB"\r\n\r\n[budget]\r\nfixed_minimum = 1\r\n',
    ),
    "a text that looks like a table": (
        "[scope]\nbeyond = ['''\n[budget]\nfixed_minimum = 1''']\n[budget]\nfixed_minimum = 1\n",
        "budget.fixed_minimum=2",
        "[scope]\nbeyond = ['''\n[budget]\nfixed_minimum = 1''']\n[budget]\nfixed_minimum = 2\n",
    ),
}


@pytest.mark.parametrize(("text", "change", "after"), CASES.values(), ids=CASES)
def test_one_value_changes_and_the_rest_stays(text: str, change: str, after: str) -> None:
    assert with_values(text, [change], "criteria.toml") == after


NUMBERS = {
    "budget.fixed_minimum": st.integers(0, 10**6),
    "worth.win_rate": st.decimals(0, 1, places=3),
    "client.spent_minimum": st.integers(0, 10**6),
    "proof.Finance dashboard.want": st.decimals(0, 1, places=2),
    "decision.unknown.scope": st.sampled_from(["pass", "review", "fail"]),
}


@given(st.sets(st.sampled_from(sorted(NUMBERS)), min_size=1), st.data())
def test_changes_of_the_shipped_file(keys: set[str], data: st.DataObject) -> None:
    """Whatever is set together: the values are those, and each line that was there is there, but
    for the values.
    """
    changes = {key: data.draw(NUMBERS[key]) for key in sorted(keys)}
    after = with_values(SAMPLE, [f"{key}={value}" for key, value in changes.items()], "c")
    read = tomllib.loads(after, parse_float=Decimal)
    for key, value in changes.items():
        *path, last = key.split(".")
        table = read
        for part in path:
            table = table["proof"][1] if part == "proof" else table.get(part, table)
        assert table[last] == value
    kept = {line.partition("#")[2] for line in SAMPLE.splitlines()}
    assert kept <= {line.partition("#")[2] for line in after.splitlines()}
    assert with_values(after, [f"{key}={value}" for key, value in changes.items()], "c") == after


def test_what_can_not_be_set_changes_nothing() -> None:
    for change in ("budget", "=3", "budget.fixed_minimum=[", "proof.nobody.want=1"):
        with pytest.raises(ConfigError):
            with_values(SAMPLE, ["budget.fixed_minimum=3", change], "criteria.toml")


def test_a_proof_comes_after_the_last_one() -> None:
    block = '[[proof]]\nname = "new"\nskills = []\nphrases = ["a"]\n'
    after = with_proof(SAMPLE, block, "criteria.toml")
    assert after.replace(f"\n{block}", "", 1) == SAMPLE
    assert [proof["name"] for proof in tomllib.loads(after)["proof"]][-1] == "new"
    assert after.index('name = "new"') < after.index("[proof_match]")
    assert with_proof("", block, "criteria.toml") == f"\n{block}"
