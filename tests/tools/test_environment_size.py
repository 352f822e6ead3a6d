"""The table of what an installation weighs: each package that is asked for says what it is for."""

from __future__ import annotations

import tomllib
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tools import environment_size

PROJECT = Path(__file__).parents[2] / "pyproject.toml"


def test_each_package_that_is_asked_for_says_what_would_be_lost() -> None:
    asked = tomllib.loads(PROJECT.read_text())["project"]["dependencies"]
    assert set(environment_size.LOST) == {
        canonicalize_name(Requirement(line).name) for line in asked
    }


def test_a_package_counts_with_what_only_it_brings() -> None:
    """What two ask for is neither's; a package that is asked for by name is its own."""
    needs = {
        "goldmine-ingest": {"page", "client"},
        "page": {"server", "shared", "client"},
        "client": {"shared"},
        "server": {"words"},
        "words": set(),
        "shared": set(),
    }
    weights = {"goldmine-ingest": 1.0, "page": 2.0, "client": 3.0, "server": 4.0, "words": 5.0}
    found = environment_size.packages(needs, {**weights, "shared": 6.0})
    assert [(row.name, row.megabytes, row.alone) for row in found] == [
        ("page", 11.0, 2.0),
        ("client", 3.0, 3.0),
    ]
