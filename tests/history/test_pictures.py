"""The pages as text and in a real browser: nothing from outside, floors drawn in, readable on a phone, in the light and the dark."""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal
from html.parser import HTMLParser
from importlib.util import find_spec
from pathlib import Path

import pytest

from goldmine_ingest.history.charts import (
    Chart,
    budget_chart,
    costs_chart,
    feeds_chart,
    funnel_chart,
    hours_chart,
    split_chart,
)
from goldmine_ingest.history.funnel import FeedDays, Step
from goldmine_ingest.history.near_misses import Cost
from goldmine_ingest.history.pictures import report_page, review_page, svg
from goldmine_ingest.history.review import review
from goldmine_ingest.history.trial import Question, Tried
from goldmine_ingest.settings import CriteriaSettings
from tests.histories import NOON
from tests.history.test_review import CASES
from tests.rig import browser as rig

_IMAGES = Path(__file__).parents[2] / "docs" / "images"
HOSTILE = '<script src="https://evil.test/x.js">"\'&</script>'
FIXED = [(Decimal(0), 4, 0), (Decimal(250), 9, 1), (Decimal(500), 6, 5), (Decimal(1000), 2, 2)]


def charts() -> tuple[Chart, ...]:
    weeks = [(f"2026-10-{day:02d}", Decimal(900), Decimal(400 * day), 0.7) for day in (5, 12, 19, 26)]
    return (
        split_chart(weeks, "USD"),
        budget_chart("fixed_budgets", FIXED, Decimal(500), "USD"),
        hours_chart([(1, 9, 5, 2), (3, 14, 9, 0), (7, 23, 1, 1)], "Europe/Berlin"),
        costs_chart([Cost("budget", 12, 30), Cost("proof", 4, 60)]),
        funnel_chart([Step("listing", 300), Step("qualified", 40, None), Step("pursued", 12, 3.5)]),
        feeds_chart([FeedDays(HOSTILE, 30, 2, 100, 90), FeedDays("vollna", 30, 0, 50, 50)]),
        costs_chart([]),
    )


def page_of_review() -> str:
    facts, _ = CASES["no_deals"]
    answered = Tried(
        "close", "slow month-end", HOSTILE, NOON, NOON + timedelta(days=30), False, (), (Question("Do they?", "no", "0 of 6"),)
    )
    return review_page(review(facts, facts, CriteriaSettings(), NOON), answered, NOON)


def test_a_floor_is_drawn_into_its_band() -> None:
    """A rule in the band that the floor lies in, said in words too; without a floor no rule."""
    drawn = budget_chart("fixed_budgets", FIXED, Decimal(600), "USD")
    floor = drawn.spec["layer"][1]
    assert floor["data"]["values"] == [{"x": "500", "t": "600"}]
    assert floor["layer"][0]["encoding"]["x"]["bandPosition"] == 0.2  # (600 - 500) of the 500 up to 1000
    assert "your floor of 600 USD" in drawn.answers
    assert len(budget_chart("fixed_budgets", FIXED, None, "USD").spec["layer"]) == 1


def test_a_chart_is_one_named_image() -> None:
    """One role and one name, whatever the feed is called; its own text is escaped."""
    drawn = svg(charts()[5])
    assert drawn.count("role=") == 1
    assert 'aria-label="Health of the feeds"' in drawn
    assert "<script" not in drawn


class _Elements(HTMLParser):
    """The elements of a page, and every address in an attribute."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.addresses: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.addresses |= {value or "" for name, value in attrs if name in ("src", "href", "action") or name.startswith("xmlns")}


@pytest.mark.parametrize("page", [report_page(charts(), NOON), page_of_review()], ids=["report", "review"])
def test_a_page_holds_all_it_needs(page: str) -> None:
    """No script, and no address but the names of XML."""
    found = _Elements()
    found.feed(page)
    assert found.tags.isdisjoint({"script", "img", "iframe", "object", "embed", "image", "use", "base", "form"})
    assert found.addresses == {"data:,", "http://www.w3.org/2000/svg", "http://www.w3.org/1999/xlink"}
    assert "url(" not in page
    assert "@import" not in page


def test_a_chart_without_data_says_so() -> None:
    assert "Nothing to show yet." in report_page([costs_chart([])], NOON)


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[rig.Browser]:
    if rig.missing:
        pytest.skip(rig.missing)
    with rig.browser(tmp_path_factory.mktemp("profile")) as opened:
        yield opened


# As shown: turned text is as high as it would be upright.
_TEXT_HEIGHTS = """return [...document.querySelectorAll('svg text')].filter(t => t.textContent).map(t => {
    const matrix = t.getScreenCTM();
    return t.getBBox().height * Math.hypot(matrix.a, matrix.b);
})"""
VIEWS = [(1280, False), (1280, True), (390, False), (390, True)]


@pytest.mark.slow
@pytest.mark.parametrize(("width", "dark"), VIEWS)
@pytest.mark.parametrize("name", ["report", "review"])
def test_a_browser_shows_it(name: str, width: int, dark: bool, browser: rig.Browser, tmp_path: Path) -> None:
    """No console message, no request but for the page, nothing wider than the screen, text of at least 10 pixels in the charts."""
    file = tmp_path / f"{name}.html"
    file.write_text(report_page(charts(), NOON) if name == "report" else page_of_review(), encoding="utf-8")
    browser.open(file.as_uri(), width=width, dark=dark)
    assert browser.console() == []
    assert browser.requested() == [file.as_uri()]
    assert browser.run("return document.documentElement.scrollWidth") <= width
    heights = browser.run(_TEXT_HEIGHTS)
    assert min(heights) >= 10
    paper = browser.run("return getComputedStyle(document.body).backgroundColor")
    assert paper == ("rgb(18, 22, 28)" if dark else "rgb(255, 255, 255)")
    bars = set(browser.run("return [...document.querySelectorAll('svg path')].map(p => getComputedStyle(p).fill)"))
    assert ("rgb(125, 179, 240)" if dark else "rgb(31, 95, 168)") in bars
    if os.environ.get("GOLDMINE_SCREENSHOTS") and (width < 600) == dark:  # the pictures in the docs
        browser.screenshot(_IMAGES / f"{name}-{width}-{'dark' if dark else 'light'}.png")


@pytest.mark.slow
@pytest.mark.parametrize(("width", "dark"), [(1280, False), (390, True)])
@pytest.mark.parametrize("name", ["report", "review"])
def test_axe_finds_nothing_serious(name: str, width: int, dark: bool, browser: rig.Browser, tmp_path: Path) -> None:
    """By axe-core's own rules, with every table unfolded."""
    if not find_spec("axe_core_python"):
        pytest.skip("axe-core is not installed: pip install axe-core-python")
    axe = Path(str(next(iter(find_spec("axe_core_python").submodule_search_locations)))) / "axe.min.js"  # type: ignore[union-attr, arg-type]
    file = tmp_path / f"{name}.html"
    file.write_text(report_page(charts(), NOON) if name == "report" else page_of_review(), encoding="utf-8")
    browser.open(file.as_uri(), width=width, dark=dark)
    browser.run("document.querySelectorAll('details').forEach(d => d.open = true)")
    browser.run(axe.read_text(encoding="utf-8") + "; window.axe = axe")
    violations = browser.run_async("const done = arguments[arguments.length - 1]; axe.run().then(r => done(r.violations))")
    assert [(v["id"], [n["html"][:100] for n in v["nodes"][:2]]) for v in violations if v["impact"] in ("serious", "critical")] == []
