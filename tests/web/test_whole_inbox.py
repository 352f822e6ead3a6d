"""The whole inbox worked in four ways: by keys alone, by mouse, by Tab and Enter alone, and without
script. What is in the history is the same each time.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from tests.rig import browser as rig
from tests.rig.feed_server import FeedServer
from tests.rig.page import Served, serving
from tests.rig.project import Home, upwork_item
from tests.rig.waiting import wait_for
from tests.web.conftest import copied, make_home
from tests.web.test_browser import click, enter, press

# What is decided of the listings in their order, again and again: what it is called in the
# history, its key and those that follow, and the buttons that say the same.
TURNS = (
    ("skipped", ("s",), (".bar [data-key=s]",)),
    ("pursued", ("p", "Enter"), (".bar [data-key=p]", ".bar [data-does=pursued] button")),
    ("bad", ("b", "2"), (".bar [data-key=b]", '.bar [name=because][value="budget"]')),
    ("skipped", ("s",), (".bar [data-key=s]",)),
)
SIZES = (4, pytest.param(60, marks=pytest.mark.drill))


@pytest.fixture(scope="module", params=SIZES)
def full(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Home:
    """A project whose inbox holds so many listings."""
    items = [upwork_item(number) for number in range(1, request.param + 1)]
    with FeedServer() as feeds:
        return make_home(tmp_path_factory.mktemp("full"), feeds, *items)


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[rig.Browser]:
    with rig.browser(tmp_path_factory.mktemp("profile")) as opened:
        yield opened


@pytest.fixture
def page(full: Home, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with serving(copied(full, tmp_path_factory.mktemp("inbox"))) as served:
        yield served


@pytest.fixture(scope="module")
def first() -> dict[int, object]:
    """What the first way left in the history, by the size of the inbox."""
    return {}


def events(page: Served) -> list[tuple[str, str, str | None]]:
    """What stands, in the order of recording."""
    with page.site.history() as store:
        return [
            (event.listing_id, event.what, event.because)
            for event in reversed(store.events())
            if not event.undone
        ]


def inbox(page: Served) -> list[str]:
    with page.site.history() as store:
        return store.listing_ids()


def by_keys(browser: rig.Browser, keys: tuple[str, ...], _buttons: tuple[str, ...]) -> None:
    for key in keys:
        press(browser, key)


def by_mouse(browser: rig.Browser, _keys: tuple[str, ...], buttons: tuple[str, ...]) -> None:
    for button in buttons:
        click(browser, button)


def by_tab(browser: rig.Browser, _keys: tuple[str, ...], buttons: tuple[str, ...]) -> None:
    """From the top of the page, as often as it takes; no letter is pressed."""
    for button in buttons:
        reached = f"return document.activeElement.matches({button!r})"
        for _ in range(400):
            if browser.run(reached):
                break
            press(browser, "Tab")
        assert browser.run(reached), button
        press(browser, "Enter")


WAYS = {"keys": by_keys, "mouse": by_mouse, "tab": by_tab, "no script": by_mouse}


@pytest.mark.parametrize("way", WAYS)
def test_the_whole_inbox(
    browser: rig.Browser, page: Served, way: str, first: dict[int, object]
) -> None:
    enter(browser, page)
    scripts = way != "no script"
    browser.devtools("Emulation.setScriptExecutionDisabled", value=not scripts)
    try:
        browser.open(f"http://{page.name}/", width=1280, dark=False)
        count = len(inbox(page))
        expected = worked(browser, page, WAYS[way], count)
        assert events(page) == expected == first.setdefault(count, expected)
        assert sorted(listing for listing, _, _ in expected) == sorted(inbox(page))
        text = "return document.body.innerText"
        wait_for(lambda: "Nothing waits for you" in browser.run(text), "it is empty")
        assert browser.console() == []
        fewest = 0 if way == "keys" else count - 3  # by keys all is undone, else the last ones
        for left in range(count - 1, fewest - 1, -1):
            click(browser, ".strip [data-key=z]") if way != "keys" else press(browser, "z")
            wait_for(lambda left=left: len(events(page)) == left, f"{left} are left")
            wait_for(lambda left=left: rows(browser) == min(50, count - left), "the row is back")
        assert events(page) == expected[:fewest]
    finally:
        browser.devtools("Emulation.setScriptExecutionDisabled", value=False)


def rows(browser: rig.Browser) -> int:
    return int(browser.run("return document.querySelectorAll('.row:not(.leaving)').length"))


def worked(
    browser: rig.Browser,
    page: Served,
    way: Callable[[rig.Browser, tuple[str, ...], tuple[str, ...]], None],
    count: int,
) -> list[tuple[str, str, str | None]]:
    """Decides each listing that is shown, in turn; what must be in the history then."""
    expected: list[tuple[str, str, str | None]] = []
    shown = "const l = document.querySelector('#listing'); return l && l.dataset.listing"
    before = ""
    for turn in range(count):
        wait_for(
            lambda before=before: (
                browser.run(shown) not in (None, before)
                and browser.run("return !document.querySelector('.leaving')")
            ),
            "the next one",
        )
        before = str(browser.run(shown))
        what, keys, buttons = TURNS[turn % len(TURNS)]
        page.site.now.forward(seconds=1)  # type: ignore[attr-defined]
        way(browser, keys, buttons)
        expected.append((before, what, "budget" if what == "bad" else None))
        wait_for(lambda turn=turn: len(events(page)) == turn + 1, f"{turn + 1} events")
    return expected
