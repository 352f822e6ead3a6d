"""Patterns that are compiled when they are first used (text/lazy_re.py)."""

from __future__ import annotations

import re

import pytest

from goldmine_ingest.text.lazy_re import lazy_re

SOURCE, FLAGS, TEXT = r"(?P<sum>\d+) ?(EUR|usd)", re.IGNORECASE, "30 eur, then 40 USD"


def test_a_lazy_pattern_answers_as_a_compiled_one() -> None:
    lazy, compiled = lazy_re(SOURCE, FLAGS), re.compile(SOURCE, FLAGS)
    for one in (lazy, lazy):  # the first use, and a later one
        assert one.findall(TEXT) == compiled.findall(TEXT)
        assert one.sub("-", TEXT) == compiled.sub("-", TEXT)
        assert one.split(TEXT) == compiled.split(TEXT)
        assert [match.span() for match in one.finditer(TEXT, 3)] == [(13, 19)]
        assert (one.match("x"), one.fullmatch("30 eur") is None) == (None, False)
    assert (lazy.pattern, lazy.flags) == (compiled.pattern, compiled.flags)


def test_nothing_is_compiled_before_the_first_use() -> None:
    wrong = lazy_re("(")
    with pytest.raises(re.error):
        wrong.search(TEXT)
