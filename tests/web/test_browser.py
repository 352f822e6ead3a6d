"""The page in a real browser: readable at every width, quiet, usable by keys alone, and deaf to
other pages.
"""

from __future__ import annotations

import json
import time
import uuid
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import urlencode

import pytest

from goldmine_ingest.analysis.actions import Action, act
from goldmine_ingest.web.session import Attempts
from tests.rig import browser as rig
from tests.rig.fault_table import fault
from tests.rig.feed_server import Answer, FeedServer
from tests.rig.page import Served
from tests.rig.waiting import wait_for

_AXE = """const done = arguments[arguments.length - 1];
axe.run(document, {resultTypes: ['violations'], runOnly: RULES})
  .then(r => done(r.violations.map(v => v.id + ': ' + v.nodes.map(n => n.html).join(' | '))))"""
_EVERY_RULE = _AXE.replace(
    "RULES", "['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']"
)
# Those of its rules that read colours: no other finds in the dark what it didn't in the light.
_COLOURS = _AXE.replace("RULES", "{type: 'rule', values: ['color-contrast', 'link-in-text-block']}")
_READY = "return document.readyState === 'complete'"


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[rig.Browser]:
    rules = "--host-resolver-rules=MAP evil.example 127.0.0.1"
    with rig.browser(tmp_path_factory.mktemp("profile"), rules) as opened:
        yield opened


@pytest.fixture(scope="module")
def axe() -> str:
    spec = find_spec("axe_core_python")
    assert spec, "pip install axe-core-python"
    places = spec.submodule_search_locations or [""]
    return (Path(next(iter(places))) / "axe.min.js").read_text(encoding="utf-8")


@pytest.fixture
def signed_in(browser: rig.Browser, page: Served) -> Served:
    enter(browser, page)
    return page


def enter(browser: rig.Browser, page: Served) -> None:
    """Signs in, as often as there are tests: more than the 20 times a minute that are allowed."""
    page.site.attempts = Attempts()
    browser.devtools("Network.clearBrowserCookies")
    browser.open(f"http://{page.name}{page.link()}", width=1280, dark=False)
    browser.console()
    browser.requested()


def listing_of(page: Served) -> str:
    with page.site.history() as store:
        return store.listing_ids()[0]


BOARD_STAGES = ("pursued", "viewed", "replied", "interviewed", "hired")
PATHS = (
    *("/", "/l/LISTING", "/board", "/near", "/tune", "/sources", "/reports", "/judge", "/settings"),
    *("/find?q=reconciliation", "/keys", "/nothing", "/l/ffff", "/install", "/tune/versions"),
)


@pytest.mark.parametrize("path", PATHS)
def test_every_page_is_quiet_and_fits(
    path: str, browser: rig.Browser, signed_in: Served, axe: str
) -> None:
    """At both widths, light and dark: nothing in the console but the refused page itself, nothing
    asked for elsewhere, no sideways scroll, and axe finds nothing. Loaded wide in the light and
    narrow in the dark; then each is turned.
    """
    url = f"http://{signed_in.name}{path.replace('LISTING', listing_of(signed_in))}"
    for width, begins_dark in ((1280, False), (390, True)):
        browser.open(url, width=width, dark=begins_dark)
        browser.run(f"{axe}; window.axe = axe")
        for dark, rules in ((begins_dark, _EVERY_RULE), (not begins_dark, _COLOURS)):
            browser.turn(width=width, dark=dark)
            assert browser.run("return document.documentElement.scrollWidth") <= width
            assert browser.run_async(rules) == [], (width, dark)
        said = [line for line in browser.console() if "status of 404" not in line]
        assert said == [], width
        here = f"http://{signed_in.name}/"
        asked = browser.requested()
        assert asked, "the page itself"
        assert [at for at in asked if not at.startswith(here)] == []


@pytest.mark.parametrize("path", PATHS)
def test_every_page_reflows_and_works_without_script(
    path: str, browser: rig.Browser, signed_in: Served
) -> None:
    """At 400 % zoom (320 px), with the spacing of WCAG 1.4.12, and without script: nothing has to
    be scrolled sideways, nothing is missing, the console is quiet.
    """
    url = f"http://{signed_in.name}{path.replace('LISTING', listing_of(signed_in))}"
    heading = "return document.querySelector('h1').textContent"
    browser.open(url, width=320, dark=False)
    wide = "return document.documentElement.scrollWidth"
    assert browser.run(wide) <= 320
    browser.run(
        "const each = document.documentElement.style; each.lineHeight = 1.5;"
        " each.letterSpacing = '.12em'; each.wordSpacing = '.16em'"
    )
    assert browser.run(wide) <= 320
    said = browser.run(heading)
    browser.devtools("Emulation.setScriptExecutionDisabled", value=True)
    try:
        browser.open(url, width=1280, dark=False)
        for width in (1280, 390):
            browser.turn(width=width, dark=False)
            assert browser.run(heading) == said
            assert browser.run(wide) <= width
    finally:
        browser.devtools("Emulation.setScriptExecutionDisabled", value=False)
    assert [line for line in browser.console() if "status of 404" not in line] == []


@fault("Z10", "a rebound name in Chromium", "nothing is shown")
def test_w2_a_rebound_name_gets_nothing(browser: rig.Browser, signed_in: Served) -> None:
    browser.open(f"http://evil.example:{signed_in.port}/", width=1280, dark=False)
    assert browser.run("return document.body ? document.body.innerText : ''") == "" or (
        "421" in browser.run("return document.body.innerText")
    )
    assert not browser.run("return document.querySelector('.row')")
    browser.console()


_ATTACK = """<!doctype html><body><iframe name="frame"></iframe>
<form id="plain" method="post" target="frame" action="SITE/l/LISTING/track">
<input name="stage" value="skipped"><input name="event" value="EVENT"></form>
<form id="text" method="post" target="frame" enctype="text/plain" action="SITE/undo"></form>
<script>
document.getElementById('plain').submit(); document.getElementById('text').submit();
const body = new URLSearchParams({stage: 'skipped', event: 'EVENT'});
const to = 'SITE/l/LISTING/track';
Promise.allSettled([
  fetch(to, {method: 'POST', body, credentials: 'include'}),
  fetch(to, {method: 'POST', body, credentials: 'include', mode: 'no-cors'}),
  fetch(to, {method: 'POST', body, credentials: 'include', headers: {'X-Fragment': '1'}}),
  fetch('SITE/', {credentials: 'include'}).then(r => r.text()),
]).then(all => { document.title = 'done ' + all.map(each => each.status).join(' '); });
</script>"""


@fault("Z10", "a page of another port in Chromium", "reads and changes nothing")
def test_w3_w4_a_page_from_elsewhere_reads_and_changes_nothing(
    browser: rig.Browser, signed_in: Served
) -> None:
    """Of another port of the same machine, with the user signed in in the same browser."""
    with FeedServer() as evil:
        attack = _ATTACK.replace("SITE", f"http://{signed_in.name}").replace("EVENT", "0" * 32)
        attack = attack.replace("LISTING", listing_of(signed_in))
        evil.script("/evil", Answer(body=attack.encode(), headers={"Content-Type": "text/html"}))
        browser.open(evil.url("/evil"), width=1280, dark=False)
        wait_for(lambda: browser.run("return document.title.startsWith('done')"), "the attack")
        done = browser.run("return document.title")
        frame = browser.run(
            "try { return frames[0].document.body.innerText } catch { return 'kept out' }"
        )
    browser.console()
    assert done == "done rejected rejected rejected rejected"
    assert frame in ("", "kept out")
    with signed_in.site.history() as store:
        assert store.events() == ()


# --- deciding


@pytest.fixture
def own(browser: rig.Browser, own_page: Served) -> Served:
    enter(browser, own_page)
    browser.open(f"http://{own_page.name}/", width=1280, dark=False)
    wait_for(lambda: browser.run(_READY), "the page")
    return own_page


def press(browser: rig.Browser, key: str) -> None:
    text = {"Enter": "\r"}.get(key, key if len(key) == 1 else "")
    code = {"Enter": 13, "Tab": 9, "Escape": 27}.get(key, 0)
    said = {"key": key, "text": text, "windowsVirtualKeyCode": code}
    browser.devtools("Input.dispatchKeyEvent", type="keyDown", **said)
    browser.devtools("Input.dispatchKeyEvent", type="keyUp", key=key)


def click(browser: rig.Browser, selector: str) -> None:
    """The mouse, pressed and released in the middle of what is shown there."""
    shown = f"return !!document.querySelector({selector!r})?.getClientRects().length"
    wait_for(lambda: browser.run(shown), selector)
    x, y = browser.run(
        f"const on = document.querySelector({selector!r}); on.scrollIntoView({{block: 'nearest'}});"
        " const box = on.getBoundingClientRect();"
        " return [box.x + box.width / 2, box.y + box.height / 2]"
    )
    said = {"x": x, "y": y, "button": "left", "clickCount": 1}
    for kind in ("mousePressed", "mouseReleased"):
        browser.devtools("Input.dispatchMouseEvent", type=kind, **said)


def waiting_rows(browser: rig.Browser) -> int:
    return int(browser.run("return document.querySelectorAll('.row:not(.leaving)').length"))


def events(page: Served) -> list[str]:
    with page.site.history() as store:
        return [event.what for event in reversed(store.events()) if not event.undone]


def settled(browser: rig.Browser, page: Served, count: int) -> None:
    wait_for(
        lambda: (
            len(events(page)) == count and browser.run("return !document.querySelector('.leaving')")
        ),
        f"{count} events; there are {events(page)}",
    )


def test_the_inbox_is_emptied_by_keys_alone_and_undone(browser: rig.Browser, own: Served) -> None:
    begun = waiting_rows(browser)
    assert begun == 4
    for number, keys in enumerate((["s"], ["p", "Enter"], ["b", "2"], ["j", "s"]), start=1):
        own.site.now.forward(seconds=1)  # type: ignore[attr-defined]
        for key in keys:
            press(browser, key)
        settled(browser, own, number)
        wait_for(lambda number=number: waiting_rows(browser) == begun - number, "the row is gone")
    assert events(own) == ["skipped", "pursued", "bad", "skipped"]
    assert "Nothing waits for you" in browser.run("return document.body.innerText")
    for number in (3, 2, 1, 0):
        press(browser, "z")
        settled(browser, own, number)
    wait_for(lambda: waiting_rows(browser) == begun, "all are back")
    assert browser.console() == []


def test_focus_goes_on_with_the_next_one(browser: rig.Browser, own: Served) -> None:
    """After a decision the next row is selected and has the focus; keys are off in fields and
    with Ctrl held.
    """
    second = browser.run("return document.querySelectorAll('.row a.wide')[1].text")
    press(browser, "s")
    settled(browser, own, 1)
    focused = "return document.activeElement.text"
    wait_for(lambda: browser.run(focused) == second, "the next one has the focus")
    shown = browser.run("return document.querySelector('#listing h2').innerText")
    assert shown == second
    press(browser, "p")
    wait_for(lambda: browser.run("return document.activeElement.name") == "connects", "its field")
    for key in "zs1":
        press(browser, key)
    assert browser.run("return document.activeElement.value").endswith("zs1")
    press(browser, "Escape")
    said = {"key": "s", "modifiers": 2}
    browser.devtools("Input.dispatchKeyEvent", type="keyDown", **said)
    time.sleep(0.2)
    assert events(own) == ["skipped"]


def test_what_is_not_recorded_comes_back(browser: rig.Browser, own: Served) -> None:
    """The page's process is gone: the row returns, and the status says so."""
    begun = waiting_rows(browser)
    browser.devtools("Network.enable")
    offline = {"latency": 0, "downloadThroughput": -1, "uploadThroughput": -1}
    browser.devtools("Network.emulateNetworkConditions", offline=True, **offline)
    press(browser, "s")
    wait_for(
        lambda: (
            "Not recorded"
            in browser.run("return document.querySelector('[role=status]').innerText")
        ),
        "it is said",
    )
    assert waiting_rows(browser) == begun
    browser.devtools("Network.emulateNetworkConditions", offline=False, **offline)
    assert events(own) == []
    browser.console()


def test_without_single_keys(browser: rig.Browser, own: Served) -> None:
    """Switched off on /keys (WCAG 2.1.4): no letter does anything, and no hint is shown."""
    browser.open(f"http://{own.name}/keys", width=1280, dark=False)
    browser.run("document.querySelector('form[action=\"/keys\"] button').click()")
    wait_for(lambda: "keys are off" in browser.run("return document.body.innerText"), "off")
    browser.open(f"http://{own.name}/", width=1280, dark=False)
    assert browser.run("return document.querySelectorAll('.bar kbd').length") == 0
    press(browser, "s")
    time.sleep(0.2)
    assert events(own) == []


TEXT = "return document.querySelector('textarea[name=text]').value"


def test_the_preview_follows_the_field(browser: rig.Browser, own: Served) -> None:
    """Typing shows who would enter, and the text with the new value; nothing is written."""
    criteria = own.site.data.parent / "config/criteria.toml"
    before = criteria.read_bytes()
    browser.open(f"http://{own.name}/tune", width=1280, dark=False)
    field = "document.getElementById('set-budget.fixed_minimum')"
    browser.run(
        f"const on = {field}; on.focus(); on.value = '400';"
        " on.dispatchEvent(new Event('input', {bubbles: true}))"
    )
    preview = "return document.getElementById('preview').innerText"
    wait_for(lambda: "1 enter" in browser.run(preview), "the preview")
    assert "Month-end reconciliation, small" in browser.run(preview)
    wait_for(lambda: "fixed_minimum = 400" in browser.run(TEXT), "the text follows")
    assert browser.run(f"return {field} === document.activeElement")
    assert criteria.read_bytes() == before
    browser.run("document.querySelector('button[formaction]').click()")
    wait_for(lambda: "Saved" in browser.run("return document.body.innerText"), "it is saved")
    assert b"fixed_minimum = 400" in criteria.read_bytes()
    assert browser.console() == []


def test_what_was_last_good_stays_while_the_text_is_wrong(
    browser: rig.Browser, own: Served
) -> None:
    """Dimmed, under the problem; the next good answer takes its place."""
    browser.open(f"http://{own.name}/tune", width=1280, dark=False)
    field = "document.getElementById('set-budget.fixed_minimum')"

    def typed(value: str) -> None:
        browser.run(
            f"const on = {field}; on.focus(); on.value = '{value}';"
            " on.dispatchEvent(new Event('input', {bubbles: true}))"
        )

    preview = "const one = document.getElementById('preview'); return one."
    typed("400")
    wait_for(lambda: "1 enter" in browser.run(f"{preview}innerText"), "the preview")
    typed("much")
    wait_for(lambda: "is a text" in browser.run(f"{preview}innerText"), "the problem")
    assert "1 enter" in browser.run(f"{preview}innerText")
    assert browser.run(f"{preview}classList.contains('old')")
    typed("500")  # back to what it was: the text follows, though the field has the focus
    wait_for(lambda: "0 enter" in browser.run(f"{preview}innerText"), "a good one again")
    assert "budget.fixed_minimum:" not in browser.run(f"{preview}innerText")
    assert not browser.run(f"{preview}classList.contains('old')")
    assert "fixed_minimum = 500" in browser.run(TEXT)
    assert browser.console() == []


def test_reasons_are_folded_on_a_phone(browser: rig.Browser, signed_in: Served) -> None:
    """Their signs stand beside the heading; a wide page, and one without script, shows them all."""
    url = f"http://{signed_in.name}/l/{listing_of(signed_in)}"
    shown = "return document.querySelector('.why .verdict').checkVisibility()"
    signs = (
        "const one = document.querySelector('.reasons summary .narrow');"
        " return one.offsetParent ? one.innerText : ''"
    )
    browser.open(url, width=1280, dark=False)
    assert (browser.run(shown), browser.run(signs)) == (True, "")
    browser.open(url, width=390, dark=False)
    assert browser.run(shown) is False
    assert set(browser.run(signs)) == {"✓", "?", "✗"}
    browser.run("document.querySelector('.reasons summary').click()")
    assert browser.run(shown)
    browser.devtools("Emulation.setScriptExecutionDisabled", value=True)
    try:
        browser.open(url, width=390, dark=False)
        assert browser.run(shown)
    finally:
        browser.devtools("Emulation.setScriptExecutionDisabled", value=False)


def test_the_browser_takes_it_for_a_program_to_share_to(
    browser: rig.Browser, signed_in: Served
) -> None:
    """Chromium reads the manifest without an error, and what is shared fills the box."""
    here = f"http://{signed_in.name}"
    browser.open(f"{here}/install", width=390, dark=False)
    told = browser.devtools("Page.getAppManifest")
    assert (told["errors"], told["url"].startswith(f"{here}/static/")) == ([], True)
    target = json.loads(told["data"])["share_target"]
    assert browser.devtools("Page.getInstallabilityErrors")["installabilityErrors"] == []
    shared = urlencode({target["params"]["text"]: "Reconcile our books"})
    browser.open(f"{here}{target['action']}?{shared}", width=390, dark=False)
    assert browser.run("return document.getElementById('pasted').value") == "Reconcile our books"
    assert browser.console() == []


def test_a_slider_stops_where_something_moves(browser: rig.Browser, own: Served) -> None:
    """A step is pressed, then the slider pulled: both end on a value that moves a listing."""
    browser.open(f"http://{own.name}/tune", width=1280, dark=False)
    step = "document.querySelector('[data-sets=\"set-budget.fixed_minimum\"]')"
    wait_for(lambda: browser.run(f"return !!{step}"), "the steps are worked out")
    value = browser.run(f"return {step}.dataset.value")
    browser.run(f"{step}.click()")
    field = "document.getElementById('set-budget.fixed_minimum')"
    assert browser.run(f"return {field}.value") == value
    wait_for(lambda: f"fixed_minimum = {value}" in browser.run(TEXT), "the text follows")
    browser.run(
        "const on = document.querySelector('[data-mirrors=\"set-budget.fixed_minimum\"]');"
        " on.value = 501; on.dispatchEvent(new Event('input', {bubbles: true}))"
    )
    assert browser.run(f"return {field}.value") == "500"
    assert browser.console() == []


def test_a_card_moves_where_it_stands(browser: rig.Browser, own: Served) -> None:
    press(browser, "p")
    press(browser, "Enter")
    settled(browser, own, 1)
    own.site.now.forward(hours=1)  # type: ignore[attr-defined]
    browser.open(f"http://{own.name}/board", width=1280, dark=False)
    browser.run("document.querySelector('.card summary').click()")
    browser.run("document.querySelector('.card button[value=replied]').click()")
    settled(browser, own, 2)
    replied = "return document.getElementById('stage-replied').innerText"
    wait_for(lambda: browser.run(replied) == "Replied 1", "the card has moved")
    assert events(own) == ["pursued", "replied"]


def test_by_mouse_and_by_tab_and_enter(browser: rig.Browser, own: Served) -> None:
    """What keys do is buttons too: clicked where they stand, or reached by Tab."""
    click(browser, ".bar .button[data-key=s]")
    settled(browser, own, 1)
    own.site.now.forward(seconds=1)  # type: ignore[attr-defined]
    reached = "return document.activeElement.dataset.key === 's'"
    for _ in range(60):
        if browser.run(reached):
            break
        press(browser, "Tab")
    assert browser.run(reached)
    press(browser, "Enter")
    settled(browser, own, 2)
    assert events(own) == ["skipped", "skipped"]


_OUTSIDE = """const open = document.querySelector('details[open] > .sheet');
const frame = open.getBoundingClientRect();
const from = open.previousElementSibling.getBoundingClientRect();
const apart = [frame.top - from.bottom, from.top - frame.bottom];
if (Math.min(...apart.map(Math.abs)) > 120) return ['far away'];
return [open, ...open.querySelectorAll('input:not([type=hidden]), select, button')].filter(each => {
  const box = each.getBoundingClientRect();
  return box.left < Math.max(frame.left, 0) || box.right > Math.min(frame.right, innerWidth);
}).map(each => each.name || each.className)"""


def test_what_opens_stays_inside_the_window(browser: rig.Browser, own: Served) -> None:
    """Each card's menu, wherever the card stands, and those of the bar: at both widths."""
    with own.site.history() as store:
        for listing, stage in zip(store.listing_ids(), BOARD_STAGES, strict=False):
            act(store, Action(uuid.uuid4().hex, stage, listing, own.site.now(), "page"))
    listing = f"/l/{listing_of(own)}"
    for width in (1280, 760, 390):
        for path, menus in (("/board", ".card summary"), (listing, ".bar summary")):
            browser.open(f"http://{own.name}{path}", width=width, dark=False)
            count = browser.run(f"return document.querySelectorAll('{menus}').length")
            assert count
            for number in range(count):
                browser.run(f"document.querySelectorAll('{menus}')[{number}].click()")
                assert browser.run(_OUTSIDE) == [], (width, path, number)
                browser.run(f"document.querySelectorAll('{menus}')[{number}].click()")


def test_a_card_moves_by_a_number(browser: rig.Browser, own: Served) -> None:
    with own.site.history() as store:
        listing = store.listing_ids()[0]
        act(store, Action(uuid.uuid4().hex, "pursued", listing, own.site.now(), "page"))
    own.site.now.forward(hours=1)  # type: ignore[attr-defined]
    browser.open(f"http://{own.name}/board", width=1280, dark=False)
    browser.run("document.querySelector('.card summary').click()")
    press(browser, "3")
    settled(browser, own, 2)
    assert events(own) == ["pursued", "replied"]


def test_what_is_tried_stays_in_its_field_when_the_steps_come(
    browser: rig.Browser, own: Served
) -> None:
    """The steps are those of the file; the field's value is the page's."""
    browser.open(f"http://{own.name}/tune?set=budget.fixed_minimum%3D400", width=1280, dark=False)
    steps = (
        "return document.querySelectorAll('.steps a').length"
        " && !document.querySelector('#sliders[data-again]')"
    )
    wait_for(lambda: browser.run(steps))
    for field in ('input[name="set.budget.fixed_minimum"]', "input[type=range]"):
        assert browser.run(f"return document.querySelector('{field}').value") == "400"
    assert "fixed_minimum = 400" in browser.run(TEXT)
    assert browser.console() == []


def test_a_broken_text_opens_where_it_is_wrong(browser: rig.Browser, own: Served) -> None:
    criteria = own.site.data.parent / "config/criteria.toml"
    long = "# a remark that is folded on the page, for it is longer than the field is wide, twice\n"
    criteria.write_text(long * 40 + criteria.read_text() + "[budget\n" + long * 40)
    browser.open(f"http://{own.name}/tune", width=1280, dark=False)
    selected = (
        "const on = document.activeElement;"
        " return [on.value.slice(on.selectionStart, on.selectionEnd), on.scrollTop]"
    )
    line, top = browser.run(selected)
    assert line == "[budget"
    # it stands in the middle: half of the field's height is below it
    folded = browser.run(
        "const on = document.activeElement; on.value = on.value.slice(0, on.selectionStart);"
        " return on.scrollHeight - on.clientHeight / 2"
    )
    assert abs(folded - top) < 40
    assert "not valid TOML" in browser.run("return document.body.innerText")


@pytest.mark.parametrize(
    ("at", "shown"),
    [("scope.beyond", "[scope]"), ("scope.production", 'production = ["data entry"]')],
)
def test_a_setting_without_a_field_is_shown_in_the_text(
    browser: rig.Browser, own: Served, at: str, shown: str
) -> None:
    """Its line, or its table's; where the listing's page leads."""
    criteria = own.site.data.parent / "config/criteria.toml"
    criteria.write_text(
        criteria.read_text() + '[scope]\nproduction = ["data entry"]\n[worth]\nhourly_value = 40\n'
    )
    browser.open(f"http://{own.name}/tune?at={at}", width=1280, dark=False)
    chosen = (
        "const on = document.activeElement;"
        " return on.value.slice(on.selectionStart, on.selectionEnd)"
    )
    assert browser.run(chosen) == shown
    browser.open(f"http://{own.name}/tune?at=worth.hourly_value", width=1280, dark=False)
    focused = "return [document.activeElement.name, document.activeElement.offsetParent !== null]"
    assert browser.run(focused) == ["set.worth.hourly_value", True]


def test_on_a_phone_every_page_is_in_reach(browser: rig.Browser, own: Served) -> None:
    """What the wide page has at its right end stands in the row of pages."""
    browser.open(f"http://{own.name}/", width=390, dark=False)
    shown = (
        "return [...document.querySelectorAll('.top nav a')]"
        ".filter(link => link.offsetParent).map(link => link.text.trim())"
    )
    assert browser.run(shown)[-3:] == ["Find", "Judge", "Help"]
    browser.open(f"http://{own.name}/keys", width=390, dark=False)
    assert browser.run("return document.querySelector('.keymap kbd').offsetWidth") > 0


@pytest.mark.parametrize("name", ["review", "market"])
def test_the_reports_are_quiet_and_lead_back(
    name: str, browser: rig.Browser, signed_in: Served
) -> None:
    """Documents of their own, under a policy that lets no picture in from anywhere."""
    url = f"http://{signed_in.name}/reports/{name}"
    browser.open(url, width=1280, dark=False)
    wait_for(lambda: browser.run("return !!document.querySelector('svg')"))
    browser.console()
    browser.open(url, width=1280, dark=False)
    said = browser.console()
    assert said == []
    browser.run("document.querySelector('a[href=\"/reports\"]').click()")
    wait_for(lambda: browser.run("return document.querySelector('h1')?.innerText") == "Reports")
