"""Every folder of the corpus is read as its expected.json says."""

from __future__ import annotations

import difflib
from pathlib import Path

import pytest

from tests import corpus_cases as corpus


@pytest.mark.parametrize("case", corpus.cases(), ids=lambda case: case.name)
def test_corpus(case: Path) -> None:
    """An input is read as expected; on a mismatch the difference is shown."""
    found = corpus.dump(corpus.as_json(corpus.read(corpus.input_of(case))))
    expected = case / "expected.json"
    if corpus.REGENERATE:
        expected.write_text(found, encoding="utf-8")
    wanted = expected.read_text(encoding="utf-8")
    difference = "".join(
        difflib.unified_diff(
            wanted.splitlines(True), found.splitlines(True), "expected.json", "as read"
        )
    )
    assert not difference, f"{case.name}:\n{difference}"
