"""The pages as text and in a real browser: nothing from outside, floors drawn in, readable on a
phone, in the light and the dark.
"""

from __future__ import annotations

import os
import re
import zlib
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from html.parser import HTMLParser
from importlib.util import find_spec
from pathlib import Path

import pytest

from goldmine_ingest.analysis.agenda import Agenda, FollowUp
from goldmine_ingest.analysis.floors import SMALL_JOB, Floors
from goldmine_ingest.analysis.funnel import Brought, Facts, FeedDays, Pursued, Step, Window
from goldmine_ingest.analysis.leads import compare
from goldmine_ingest.analysis.near_misses import Cost
from goldmine_ingest.analysis.quality import Quality, QualityReview, split
from goldmine_ingest.analysis.review import Review, review
from goldmine_ingest.analysis.second_paths import path_debt
from goldmine_ingest.analysis.shares import share
from goldmine_ingest.analysis.trial import CriteriaChange, Tried, questions
from goldmine_ingest.analysis.trial_checklist import checklist
from goldmine_ingest.analysis.work import Counted, Work, work
from goldmine_ingest.model.pursuit import Contact, Trial
from goldmine_ingest.reports import exposure_charts, market_charts, money_charts, work_charts
from goldmine_ingest.reports.charts import Chart
from goldmine_ingest.reports.review_charts import costs_chart, feeds_chart, funnel_chart
from goldmine_ingest.reports.svg import report_page, review_page, svg
from goldmine_ingest.settings.criteria import CriteriaSettings, WorthSettings
from goldmine_ingest.settings.tasks import TaskSettings
from tests.histories import NOON
from tests.rig import browser as rig

_IMAGES = Path(__file__).parents[2] / "docs" / "images"
_PICTURES = bool(os.environ.get("GOLDMINE_SCREENSHOTS"))
HOSTILE = '<script src="https://evil.test/x.js">"\'&</script>'
DAY = timedelta(days=1)
FIXED = [
    (Decimal(low), *counts)
    for low, *counts in (
        (0, 14, 0),
        (100, 38, 0),
        (250, 61, 2),
        (500, 44, 19),
        (1000, 31, 17),
        (2500, 9, 6),
    )
]
HOURLY = [
    (Decimal(low), *counts)
    for low, *counts in (
        (0, 21, 0),
        (15, 48, 0),
        (30, 40, 5),
        (45, 33, 18),
        (60, 17, 12),
        (80, 4, 3),
    )
]
SKILLS = {
    "Python": (0.42, 0.31),
    "SQL": (0.38, 0.35),
    "Excel": (0.55, 0.71),
    "Power BI": (0.30, 0.28),
    "Bookkeeping": (0.6, 0.78),
}


def weeks() -> list[str]:
    return [f"{NOON - (11 - n) * 7 * DAY:%Y-%m-%d}" for n in range(12)]


def charts() -> tuple[Chart, ...]:
    """A report of twelve weeks of an analyst's market."""
    split = [
        {
            "week": week,
            "money_small": Decimal(9000 - 310 * n),
            "money_larger": Decimal(14000 + 900 * n),
            "share_of_money_small": round((9000 - 310 * n) / (23000 + 590 * n), 3),
            "share_of_listings_small": 0.6 - n / 100,
        }
        for n, week in enumerate(weeks())
    ]
    by_skill = [
        {
            "week": week,
            "skill": skill,
            "listings": 12 - i,
            "money_small": Decimal(int(1000 * shares[n < 8])),
            "money_larger": Decimal(int(1000 - 1000 * shares[n < 8])),
        }
        for n, week in enumerate(weeks())
        for i, (skill, shares) in enumerate(SKILLS.items())
    ]
    hours = [
        (day, hour, 1 + (7 * day + 5 * hour) % 9 * (2 if 8 <= hour <= 17 and day < 6 else 1), 1)
        for day in range(1, 8)
        for hour in range(6, 24)
    ]
    trend = [
        {
            "skill": skill,
            "last_30_days": 40,
            "the_30_days_before": 40,
            "share_now": 0.2,
            "share_before": 0.2 - change,
            "change": change,
        }
        for skill, change in (
            ("n8n", 0.07),
            ("Power BI", 0.04),
            ("dbt", 0.02),
            ("Tableau", -0.02),
            ("VBA", -0.05),
            ("Data entry", -0.08),
        )
    ]
    exposure = [
        {"week": week, "exposure": kind, "listings": count, "share": count / 100}
        for n, week in enumerate(weeks())
        for kind, count in (
            ("ai-assisted", 30 + n),
            ("automatable", 20 + n),
            ("human-critical", 40 - 2 * n),
            ("not known", 10),
        )
    ]
    proofs = [
        {"proof": proof, "month": month, "exposure": kind, "listings": count}
        for proof, start in (("Finance reconciliation", 2), ("Dashboards", 6))
        for n, month in enumerate(("2026-08", "2026-09", "2026-10", "2026-11"))
        for kind, count in (("automatable", start + n), ("human-critical", 10 - n))
    ]
    drifts = [
        {
            **{"proof": proof, "month": month, "declared": "human-critical", "listings": 20},
            **{"as_declared": 12 - n, "more_automatable": 8 + n, "more_human": 0},
        }
        for proof in ("Finance reconciliation", "Dashboards")
        for n, month in enumerate(("2026-09", "2026-10", "2026-11"))
    ]
    reasons = [
        {
            **{"reason": name, "listings": count, "share": count / 295, "median_fixed": 600},
            **{"median_hourly": None, "median_proposals": 12, "pursued": 4, "replied": 1},
        }
        for name, count in (("risk", 31), ("cost", 28), ("judgment", 20), ("none named", 216))
    ]
    tasks = [
        {
            **{"task": task, "month": month, "listings": start + n, "share": (start + n) / 90},
            **{"median_fixed": 700, "median_hourly": 55, "median_proposals": 14},
        }
        for task, start in (("Bank reconciliation", 12), ("Data entry", 4), ("Dashboards", 9))
        for n, month in enumerate(("2026-09", "2026-10", "2026-11"))
    ]
    unknown = dict.fromkeys(("payment_verified", "median_spent", "mean_hire_rate", "mean_rating"))
    countries = [
        {"country": name, "listings": count, "qualified": good, **unknown}
        for name, count, good in (
            ("US", 140, 21),
            ("not known", 60, 5),
            ("GB", 41, 8),
            ("DE", 22, 6),
            ("IN", 20, 0),
        )
    ]
    feeds = [
        {
            "feed": name,
            "listings": count,
            "qualified": good,
            "qualified_per_day": round(good / 30, 3),
        }
        for name, count, good in (
            ("upwork-python", 190, 31),
            ("vollna-finance", 80, 9),
            ("remoteok", 25, 0),
        )
    ]
    load = [
        {
            "day": f"{NOON - n * DAY:%Y-%m-%d}",
            "sent": (n * 3) % 5,
            "waiting": n == 0,
            "in_trouble": n in (3, 4),
        }
        for n in range(29, -1, -1)
    ]
    steps = [
        Step(*each)
        for each in (
            ("listing", 295),
            ("qualified", 40),
            ("alerted", 33),
            ("pursued", 12),
            ("replied", 6),
            ("hired", 1),
        )
    ]
    return (
        money_charts.split_chart(split, "USD", SMALL_JOB),
        money_charts.skills_split_chart(by_skill, SMALL_JOB),
        money_charts.budget_chart("fixed_budgets", FIXED, Decimal(500), "USD"),
        money_charts.budget_chart("hourly_rates", HOURLY, Decimal(40), "USD an hour"),
        market_charts.hours_chart(hours, "Europe/Berlin"),
        market_charts.trend_chart(trend),
        exposure_charts.exposure_chart(exposure),
        exposure_charts.proof_exposure_chart(proofs),
        exposure_charts.drift_chart(drifts),
        work_charts.reasons_chart(reasons),
        work_charts.tasks_chart(tasks),
        work_charts.tasks_exposure_chart(
            tasks, {"Bank reconciliation": "human-critical", "Data entry": "automatable"}
        ),
        market_charts.countries_chart(countries),
        costs_chart([Cost("budget", 12, 30), Cost("proof", 4, 60), Cost("scope", 3, 9)]),
        funnel_chart(steps),
        market_charts.yield_chart(feeds),
        feeds_chart(
            [
                FeedDays("upwork-python", 30, 2, 8000, 7400),
                FeedDays("vollna-finance", 30, 0, 4300, 4290),
            ]
        ),
        market_charts.load_chart(load),
    )


def pursuit(
    number: int,
    *stages: str,
    feed: str,
    proof: str,
    platform: str = "upwork",
    won: int | None = None,
) -> Pursued:
    """One that began two weeks ago, each stage a day after the one before."""
    begun = NOON - 14 * DAY
    times = {stage: begun + i * DAY for i, stage in enumerate(("pursued", *stages))}
    return Pursued(
        f"job-{number}",
        begun,
        times,
        begun - DAY / 8,
        platform,
        proof,
        (feed,),
        12,
        won and Decimal(won),
        (),
        channel=platform,
    )


def facts(window: Window, few: bool = False) -> Facts:
    """A month of two feeds, two proofs and three marketplaces; `few`: the quieter month before
    it.
    """
    finance, boards = "Finance reconciliation", "Dashboards"
    pursued = (
        *(pursuit(n, feed="upwork-python", proof=boards) for n in range(5)),
        *(
            pursuit(n, "viewed", "replied", feed="upwork-python", proof=finance)
            for n in range(5, 8)
        ),
        *(
            pursuit(n, "viewed", "replied", "interviewed", feed="upwork-python", proof=finance)
            for n in range(8, 13)
        ),
        pursuit(
            13,
            "viewed",
            "replied",
            "interviewed",
            "hired",
            feed="vollna-finance",
            proof=finance,
            platform="guru",
            won=1800,
        ),
        pursuit(
            14,
            "viewed",
            "replied",
            "interviewed",
            "hired",
            feed="upwork-python",
            proof=finance,
            won=950,
        ),
    )[:: 3 if few else 1]
    waits = {
        "hours_to_sight": 0.2,
        "hours_to_alert": 0.1,
        "hours_posting_to_alert": 0.3,
        "posting_known": 30,
    }
    reasons = {"earlier": 5, "repost": 2}
    everything = (
        Brought(300, 40, 12, 248, 33, 0, 21, 5, reasons, **waits)
        if not few
        else Brought(210, 19, 4, 187, 19)
    )  # type: ignore[arg-type]
    by = {
        "feed": {
            "upwork-python": Brought(205, 31, alerted=26),
            "vollna-finance": Brought(70, 9, alerted=7),
            "remoteok": Brought(25),
        },
        "proof": {finance: Brought(110, 28, alerted=24), boards: Brought(60, 12, alerted=9)},
        "platform": {
            "upwork": Brought(230, 34, alerted=28),
            "guru": Brought(45, 5, alerted=4),
            "remoteok": Brought(25, 1, alerted=1),
        },
    }
    feeds = (
        FeedDays("upwork-python", 30, 2, 8000, 7400, last_failure="timeout"),
        FeedDays("vollna-finance", 30, 0, 4300, 4290),
    )
    contacts = (
        Contact("c1", NOON - 3 * DAY, "referral", None, Decimal(250)),
        Contact("c2", NOON - DAY, "past_client"),
    )
    costs = (
        Cost("budget", 82, 90),
        Cost("proof", 31, 120),
        Cost("scope", 12, 40),
        Cost("rules", 6, 14),
    )
    return Facts(
        window,
        30.0,
        (*feeds, FeedDays("remoteok", 30, 0, 720, 720)),
        everything,
        by,
        pursued,
        costs,
        contacts,
    )


def found_review() -> Review:
    window = Window(NOON - 30 * DAY, NOON)
    return review(
        facts(window), facts(window.before, few=True), CriteriaSettings(worth=WorthSettings()), NOON
    )


def found_quality() -> QualityReview:
    weeks = tuple(
        Quality(
            NOON - (10 - number) * timedelta(weeks=1),
            share(number % 4 + 4, 60 + number),
            700.0 + 40 * number,
            62.0 if number % 3 else None,
            share(30 + number, 50),
            12.0,
            0.4,
            share(8 + number, 30),
            share(20, 60 + number),
            share(9 + number, 60 + number),
        )
        for number in range(10)
    )
    floors = Floors(Decimal(500), Decimal(40), "USD")
    return QualityReview(
        replace(weeks[-1], week=None), replace(weeks[-2], week=None), weeks, split(weeks), floors
    )


def found_agenda(named: str) -> Agenda:
    silent = FollowUp("9f31c2aa00", f"Reconcile {named}", "pursued", NOON - 5 * DAY, NOON)
    due = Contact("c3", NOON - 20 * DAY, "referral", named, next_on=NOON.date())
    return Agenda((silent,), path_debt(["9f31c2aa00", "job-2"], ()), (due,), None)


def found_work(named: str) -> Work:
    counts = (("all", "", 295), ("job", "cost", 28), ("job", "risk", 31), ("task", named, 12))
    rows = [Counted(by, name, None, None, count, Decimal(600)) for by, name, count in counts]
    task = TaskSettings(named, exposure="automatable")
    return work(rows, rows, CriteriaSettings(tasks=(task,)))


def page_of_review(offer: str = "a month-end close in two days", named: str = HOSTILE) -> str:
    """With `named` wherever a name comes from outside."""
    answers = questions(found_review().facts, NOON)
    changed = (
        CriteriaChange("9f31c2aa", NOON - 20 * DAY),
        CriteriaChange("c0ffee12", NOON - 6 * DAY, back=True),
    )
    began = NOON - 29 * DAY
    return review_page(
        found_review(),
        Tried(
            *("close", "a slow month-end", offer, began, NOON + DAY, True, changed, answers),
            checklist(Trial("close", "", "", began, 30), (), (began + DAY,), NOON),
            compare(found_review().facts.pursued, NOON),
        ),
        found_quality(),
        found_agenda(named),
        found_work(named),
        now=NOON,
    )


def test_a_floor_is_drawn_into_its_band() -> None:
    """A rule in the band that the floor lies in, said in words too; without a floor no rule."""
    drawn = money_charts.budget_chart("fixed_budgets", FIXED, Decimal(600), "USD")
    floor = drawn.spec["layer"][1]
    assert floor["data"]["values"] == [{"x": "500", "t": "floor 600"}]
    assert (
        floor["layer"][0]["encoding"]["x"]["bandPosition"] == 0.2
    )  # (600 - 500) of the 500 up to 1000
    axis = drawn.spec["layer"][0]["encoding"]["x"]["axis"]
    # 500 stands where its band begins, not after 600.
    assert (axis["bandPosition"], axis["labelOffset"]) == (0, {"expr": "-bandwidth('x') / 2"})
    assert "Your floor is 600." in drawn.answers
    assert [row[0] for row in drawn.rows if "your floor" in row[0]] == ["500 and more ← your floor"]
    assert len(money_charts.budget_chart("fixed_budgets", FIXED, None, "USD").spec["layer"]) == 1


def test_a_chart_is_one_named_image() -> None:
    """One role and one name, whatever the feed is called; its own text is escaped."""
    drawn = svg(feeds_chart([FeedDays(HOSTILE, 30, 2, 100, 90)]))
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
        self.addresses |= {
            value or ""
            for name, value in attrs
            if name in ("src", "href", "action") or name.startswith("xmlns")
        }


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """The report and the review as files; for the docs' pictures with names as people give them."""
    folder = tmp_path_factory.mktemp("pages")
    review = page_of_review(named="bank exports") if _PICTURES else page_of_review()
    made = {"report": report_page(charts(), NOON), "review": review}
    for name, page in made.items():
        (folder / f"{name}.html").write_text(page, encoding="utf-8")
    return {name: folder / f"{name}.html" for name in made}


@pytest.mark.parametrize("name", ["report", "review", "hostile"])
def test_a_page_holds_all_it_needs(name: str, pages: dict[str, Path]) -> None:
    """No script, and no address but the names of XML; texts from outside stay texts."""
    page = page_of_review(HOSTILE) if name == "hostile" else pages[name].read_text(encoding="utf-8")
    found = _Elements()
    found.feed(page)
    assert found.tags.isdisjoint(
        {"script", "img", "iframe", "object", "embed", "image", "use", "base", "form"}
    )
    assert found.addresses == {
        "data:,",
        "http://www.w3.org/2000/svg",
        "http://www.w3.org/1999/xlink",
    }
    assert "url(" not in page
    assert "@import" not in page


def test_a_chart_without_data_says_so() -> None:
    assert "Nothing to show yet." in report_page([costs_chart([])], NOON)


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[rig.Browser]:
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
def test_a_browser_shows_it(
    name: str, width: int, dark: bool, browser: rig.Browser, pages: dict[str, Path]
) -> None:
    """No console message, no request but for the page, nothing wider than screen or box, text of
    at least 10 pixels in the charts.
    """
    browser.open(pages[name].as_uri(), width=width, dark=dark)
    assert browser.console() == []
    assert browser.requested() == [pages[name].as_uri()]
    assert browser.run("return document.documentElement.scrollWidth") <= width
    assert browser.run(_CUT) == []
    heights = browser.run(_TEXT_HEIGHTS)
    assert min(heights) >= 10
    paper = browser.run("return getComputedStyle(document.body).backgroundColor")
    assert paper == ("rgb(18, 22, 28)" if dark else "rgb(255, 255, 255)")
    assert ("rgb(125, 179, 240)" if dark else "rgb(31, 95, 168)") in browser.run(_FILLS)
    if _PICTURES and (width < 600) == dark:  # the pictures in the docs
        tall = int(browser.run("return document.documentElement.scrollHeight"))
        browser.screenshot(
            _IMAGES / f"{name}-{width}-{'dark' if dark else 'light'}.png",
            width=width,
            height=min(tall, 1700),
        )


_FILLS = "return [...document.querySelectorAll('svg path')].map(p => getComputedStyle(p).fill)"
# Sections whose content is wider than they are, and drawings whose texts stand over their edge.
_CUT = """
const cut = [...document.querySelectorAll('section')].filter(s => s.scrollWidth > s.clientWidth + 1).map(s => s.innerText.slice(0, 40));
for (const drawing of document.querySelectorAll('svg')) {
    const edge = drawing.getBoundingClientRect();
    for (const text of drawing.querySelectorAll('text')) {
        const box = text.getBoundingClientRect();
        if (box.width && (box.left < edge.left - 1 || box.right > edge.right + 1 || box.top < edge.top - 1 || box.bottom > edge.bottom + 1))
            cut.push(drawing.getAttribute('aria-label') + ': ' + text.textContent);
    }
}
return cut"""


@pytest.mark.slow
@pytest.mark.parametrize("name", ["report", "review"])
def test_it_prints_on_white_paper_with_nothing_cut(
    name: str, browser: rig.Browser, pages: dict[str, Path]
) -> None:
    """From a dark screen: as wide as A4 between its margins, in the colours of paper; then
    really printed, on pages of white.
    """
    browser.open(pages[name].as_uri(), width=718, dark=True)
    browser.devtools(
        "Emulation.setEmulatedMedia",
        media="print",
        features=[{"name": "prefers-color-scheme", "value": "dark"}],
    )
    assert browser.run("return document.documentElement.scrollWidth") <= 718
    assert browser.run(_CUT) == []
    colours = browser.run(
        "const s = getComputedStyle(document.body); return [s.color, s.backgroundColor]"
    )
    assert colours == ["rgb(0, 0, 0)", "rgb(255, 255, 255)"]
    fills = browser.run(_FILLS)
    assert "rgb(31, 95, 168)" in fills
    assert "rgb(125, 179, 240)" not in fills
    printed = browser.print_pdf()
    assert printed.startswith(b"%PDF-")
    drawn = b"".join(
        zlib.decompress(stream)
        for stream in re.findall(
            rb"/FlateDecode[^>]*>>\s*stream\r?\n(.*?)\r?\nendstream", printed, re.DOTALL
        )
    )
    assert drawn.count(b"Tj") + drawn.count(b"TJ") > 100
    assert b".1216 .3725 .6588 rg" in drawn  # the bars, #1f5fa8
    assert b".0706 .0863 .1098 rg" not in drawn  # the dark page, #12161c
    assert b".4902 .702 .9412 rg" not in drawn  # its bars, #7db3f0
    assert 2 <= len(re.findall(rb"/Type /Page\b", printed)) <= 6
    if os.environ.get("GOLDMINE_PRINTED"):
        (Path(os.environ["GOLDMINE_PRINTED"]) / f"{name}.pdf").write_bytes(printed)


_AXE = """const done = arguments[arguments.length - 1];
axe.run({exclude: ['svg > *']}, {resultTypes: ['violations']}).then(r => done(r.violations))"""


@pytest.mark.slow
@pytest.mark.parametrize(("width", "dark"), [(1280, False), (390, True)])
@pytest.mark.parametrize("name", ["report", "review"])
def test_axe_finds_nothing_serious(
    name: str, width: int, dark: bool, browser: rig.Browser, pages: dict[str, Path]
) -> None:
    """By axe-core's own rules, with some tables unfolded. Inside a drawing nothing is asked: it
    is one image with a name.
    """
    if not find_spec("axe_core_python"):
        pytest.skip("axe-core is not installed: pip install axe-core-python")
    axe = (
        Path(str(next(iter(find_spec("axe_core_python").submodule_search_locations))))
        / "axe.min.js"
    )  # type: ignore[union-attr, arg-type]
    browser.open(pages[name].as_uri(), width=width, dark=dark)
    browser.run("[...document.querySelectorAll('details')].slice(0, 4).forEach(d => d.open = true)")
    browser.run(axe.read_text(encoding="utf-8") + "; window.axe = axe")
    violations = browser.run_async(_AXE)
    assert [
        (v["id"], [n["html"][:100] for n in v["nodes"][:2]])
        for v in violations
        if v["impact"] in ("serious", "critical")
    ] == []
