"""W6 and W8: whatever a listing, a feed, a criterion or a query says, it is text; and no secret of
the configuration is on any page.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from hypothesis import given
from hypothesis import strategies as st

from goldmine_ingest.model.changes import FeedChanges, ListingVersion
from goldmine_ingest.web.marking import marked_text
from goldmine_ingest.web.pages import PAGES
from tests.histories import NOON, brought, decision, job_id, listing
from tests.rig.fault_table import fault
from tests.rig.page import Served, serving
from tests.rig.project import CRITERIA, Home

PAYLOADS = (
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "'><svg/onload=alert(1)>",
    "</textarea></title><script>alert(1)</script>",
    "javascript:alert(1)",
    "{{ 7*7 }}{% raw %}${7*7}",
    "<!-- --><style>*{display:none}</style>",
    "&lt;script&gt;&#x3c;b&#x3e;",
    "\u202eevil\u202c \x00\x1b[31m \ud83d",
    "<a href=//evil.example>click</a>",
)
SECRET = "s3cr3tTokenOfAFeed0123456789"


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A history whose every text is a payload, in a project whose feed holds a secret."""
    proofs = "".join(f"\n[[proof]]\nname = {text!r}\nphrases = ['x']\n" for text in _toml_safe())
    home = Home(
        tmp_path_factory.mktemp("hostile"),
        f'[[feed]]\nname = "jobs"\nurl = "https://feeds.example/rss?token={SECRET}&x=1"\n[[notify]]'
        '\nname = "here"\nurl = "terminal"\n',
        criteria=CRITERIA + proofs,
    )
    home.project()
    with home.store() as store:
        store.apply(_changes())
    with serving(home) as page:
        yield page


def _toml_safe() -> list[str]:
    return [text for text in PAYLOADS if text.isprintable() and "'" not in text]


def _changes() -> FeedChanges:
    versions, decisions = [], []
    for number, text in enumerate(PAYLOADS, start=1):
        one = listing(
            number,
            title=f"T{number} {text}",
            description=f"{text}\nFirst line {text}.\nhttps://feeds.example/rss?token={SECRET}&x=1",
            company=text,
            skills=(text,),
            url=text if number % 2 else f"https://www.example.com/{number}",
            category=text,
            budget_min=Decimal(100),
            currency="USD",
        )
        versions.append(ListingVersion(one, NOON, f"text {number}"))
        judged = decision(number)
        findings = tuple(
            replace(f, reason=f"R {text}", evidence=(text, "First line"), setting=text)
            for f in judged.findings
        )
        flag = replace(findings[0], criterion=f"flag:{text}", verdict="fail")
        decisions.append(
            replace(
                judged,
                findings=(*findings, flag),
                ask=text,
                first_step=text,
                proof=text,
                reason=text,
            )
        )
    numbers = range(1, len(PAYLOADS) + 1)
    return brought(*numbers, feed="jobs", versions=tuple(versions), decisions=tuple(decisions))


def pages_of(page: Served) -> Iterator[tuple[str, str]]:
    """Every page that is asked for by GET, each listing's too, and some that aren't there."""
    queries = [f"?q={text}" for text in ("%3Cscript%3Ealert(1)%3C/script%3E", SECRET)]
    for each in (endpoint for one in PAGES for endpoint in one.endpoints):
        if each.method != "GET" or each.open:
            continue
        paths = (
            [each.path.replace("{listing}", job_id(n + 1)) for n in range(len(PAYLOADS))]
            if "{listing}" in each.path
            else [each.path, *(each.path + query for query in queries)]
        )
        for path in paths:
            yield path, page.get(path).text
    yield "nothing", page.get("/%3Cscript%3Ealert(1)%3C/script%3E").text
    yield "selected", page.get(f"/?l={job_id(1)}").text
    yield "unknown", page.get("/?l=%3Cscript%3E").text


@fault("Z10", "markup in every text, a query, a path", "0 script nodes, the text intact")
def test_w6_w8_every_text_stays_text_and_no_secret_is_shown(hostile: Served) -> None:
    seen = 0
    for path, text in pages_of(hostile):
        soup = BeautifulSoup(text, "html.parser")
        scripts = soup.find_all("script")
        assert [bool(s.get("src", "").startswith("/static/")) for s in scripts] in ([], [True])
        assert not soup.find_all(["img", "svg", "style", "iframe", "base", "object"]), path
        for tag in soup.find_all(True):
            odd = [name for name in tag.attrs if name.startswith("on") or name == "style"]
            assert not odd, (path, tag)
            link = tag.get("href") or tag.get("action") or tag.get("src") or "/"
            outside = tag.get("rel") == ["noopener", "noreferrer"] and link.startswith("https://")
            own = link.startswith(("/", "#")) and not link.startswith("//")
            assert own or outside, (path, link)
        assert SECRET not in text, path
        assert not set("\u202e\u202c\x00\x1b") & set(text), path
        seen += "<script>alert(1)</script>" in soup.get_text()
    assert seen > 2


@given(st.text(max_size=200), st.lists(st.text(max_size=30), max_size=5))
def test_marking_loses_nothing_that_can_be_seen(text: str, quotes: list[str]) -> None:
    """Every word of the text is there once, in its order, marked or not."""
    shown, plain = (
        ["".join(piece.text for piece in one) for one in marked_text(text, those).whole]
        for those in (quotes, ())
    )
    assert shown == plain


MARKED = (
    ("We need bank reconciliation, now.", ["bank reconciliation"], ["bank reconciliation"]),
    ("We need Bank\u00a0Reconciliation.", ["bank reconciliation"], ["Bank Reconciliation"]),
    ("month-end close each month", ["month end close"], ["month-end close"]),
    ("SQL and sql, not MySQL", ["SQL"], ["SQL", "sql"]),
    ("a close b", ["close", "close b"], ["close b"]),
    ("nothing of it", ["reconciliation"], []),
    ("one two three", ["two three", "one"], ["one two three"]),
    (f"{'word ' * 20}", [f"{'word ' * 13}"], []),
)


@pytest.mark.parametrize(("text", "quotes", "marked"), MARKED)
def test_quotes_are_marked_where_they_stand(
    text: str, quotes: list[str], marked: list[str]
) -> None:
    found = marked_text(text, quotes)
    assert [piece.text for one in found.whole for piece in one if piece.marked] == marked


def test_a_long_text_begins_with_what_was_found() -> None:
    lines = [f"Paragraph {number} says little." for number in range(9)]
    lines[5] = "Paragraph 5 asks for reconciliation."
    found = marked_text("\n".join(lines), ["reconciliation"])
    assert (len(found.first), len(found.whole), found.folded) == (1, 9, True)
    long = marked_text("Sentence with words. " * 2000, ())
    assert long.cut
    assert all(sum(len(piece.text) for piece in one) < 800 for one in long.whole)


def test_a_page_loads_none_of_what_only_cycles_need(tmp_path: Path) -> None:
    """No Prefect, no Apprise, no pandas in the page's process."""
    code = (
        "import sys; import goldmine_ingest.cli.web\n"
        "print([n for n in ('prefect', 'apprise', 'pandas', 'fastapi', 'pycurl', 'feedparser',"
        " 'matplotlib', 'numpy') if n in sys.modules])"
    )
    done = subprocess.run(  # noqa: S603 - our own
        [sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "[]"
