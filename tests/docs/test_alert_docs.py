"""docs/alerts.md shows messages as they really are. GOLDEN=write pytest
tests/docs/test_alert_docs.py writes them anew.
"""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest

from goldmine_ingest.render.clean import ZWSP
from goldmine_ingest.render.rendering import render
from goldmine_ingest.render.targets import TargetKind
from goldmine_ingest.render.templates import LISTS, TEXTS, Template
from tests.alert_cases import match
from tests.render.test_messages import ALERTS

PAGE = Path(__file__).parents[2] / "docs" / "alerts.md"
BLOCK = re.compile(r"(<!-- (message|filled): (\w+) ?(\w*) -->\n```\n)(.*?)(```)", re.DOTALL)
TEMPLATE = re.compile(r"<!-- template: (\w+) -->\n```jinja\n(.*?)```", re.DOTALL)


def shown(what: str, kind: str, name: str, page: str) -> str:
    """What stands in a block: invisible characters are left out, so that a person can copy it."""
    if what == "message":
        made = render(ALERTS[name], TargetKind(kind))
    else:
        source = next(text for of, text in TEMPLATE.findall(page) if of == kind)
        made = render(match(), TargetKind(kind), Template(f"{kind}.txt", source))
    return f"{made.title}\n{made.body}".strip().replace(ZWSP, "") + "\n"


def test_the_messages_on_the_page_are_those_that_are_sent() -> None:
    page = PAGE.read_text(encoding="utf-8")
    made = BLOCK.sub(
        lambda block: block[1] + shown(block[2], block[3], block[4], page) + block[6], page
    )
    if os.environ.get("GOLDEN") == "write":
        PAGE.write_text(made, encoding="utf-8")
    assert made == PAGE.read_text(encoding="utf-8")
    assert len(BLOCK.findall(page)) >= 8


@pytest.mark.parametrize(
    "name", [*TEXTS, *LISTS, "score", "link", "may_repeat", *(kind.value for kind in TargetKind)]
)
def test_the_page_names_every_fact_and_kind(name: str) -> None:
    assert re.search(rf"\b{name}\b", PAGE.read_text(encoding="utf-8"))
