"""From a clone to the first own alert on a phone, by README's commands. Only in `make drill`: it
makes an environment of its own.
"""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from tools import first_hour


@pytest.mark.drill
def test_the_first_own_alert_arrives_after_few_steps(tmp_path: Path) -> None:
    record, alerts = first_hour.first_hour(tmp_path, sys.executable)
    assert len(alerts) == 1, first_hour.report(record)
    assert "Lead: Brand identity of a cheese dairy." in alerts[0]
    assert record.count("command") == 5
    assert record.count("answer") <= 16


def test_readme_has_the_commands_that_it_types() -> None:
    assert [command.split()[0] for command in first_hour.commands()] == [
        "git",
        "make",
        ".venv/bin/goldmine",
        ".venv/bin/goldmine",
    ]
