"""The short way from markup to text gives what BeautifulSoup gives, or nothing at all."""

from __future__ import annotations

import html
import re
import subprocess
import sys
from html.entities import name2codepoint
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from goldmine_ingest.text.markup import _simple_text, _soup_text, text_of_markup
from goldmine_ingest.text.plain_text import tidy

# What feeds are made of, closed and unclosed, nested and crossed, with the odd pieces that must go
# to BeautifulSoup.
PIECES = st.sampled_from(
    [
        *("<p>", "</p>", "<P class='x'>", "<br>", "<br />", "<br />\n", "<br/>", "<br clear=\"all\" />", "</br>", "<div>", "</div>", "<div/>", "<ul>", "</ul>"),
        *("<ol>", "</ol>", "<li>", "</li>", "<b>", "</b>", "<strong >", "</strong >", "<i>", "</i>", "<em>", "</em>", "<span style=\"a: b\">"),
        *("</span>", "<h1>", "</h1>", "<h3>", "</h3>", "<table>", "<tr>", "<td>", "</td>", "</tr>", "</table>", "<blockquote>", "</blockquote>"),
        *('<a href="https://e.example/x?a=1&amp;b=2">', "<a href='https://e.example/'>", '<a href="/x">', "<a>", "</a>", '<a HREF="mailto:a@b.c">'),
        *('<a href="https://e.example/<br />6">', '<span title="<br>">', "\u2424"),
        *('<a href="https://e.example/?a=1&copy=2">', '<a href="https://e.example/?a=1&b=2" href="https://e.example/2">', '<a href="">', "<a href>"),
        *('<a href=https://e.example/>', '<a href = "https://e.example/3">', '<a title="x>y" href="https://e.example/4">', '<a href=" https://e.example/5 ">'),
        *('<img src="a.png">', "<img alt='x' />", "</img>", "<hr>", "<pre>", "</pre>", "<script>", "</script>", "<style>", "<!-- c -->", "<!x>", "<?x?>"),
        *("<", ">", "</", "<>", "< b>", "<b", "<unknown>", "</unknown>", "<o:p>", "</o:p>", "<![CDATA[x]]>", "/>", "<b/ >", "<i\n>", "<u\x0b>"),
        *("&amp;", "&lt;b&gt;", "&nbsp;", "&#39;", "&#039;", "&#x27;", "&#8217;", "&#146;", "&#0;", "&#99999;", "&#55296;", "&hellip;", "&rarr;"),
        *("&foo;", "&foo", "&copy 2", "&amp", "R&D", "a & b", "&", "&;", "&#;", "&#", "&&amp;", "&frac12;", "&apos;", "&nbsp", "&AMP;", "&Amp;"),
        *(" ", "  ", "\n", "\n\n", "\t", "\r\n", "\x0c", "\x0b", "\x1e", " \x1e ", "\u00a0", "\u2028", "\ufeff", "\x00", "word", "two words", "é", "https://e.example/x", "- "),
    ]
)  # fmt: skip
MARKUP = st.lists(PIECES, max_size=25).map("".join)
SIMPLE = st.lists(
    st.sampled_from(
        [
            *("<p>", "</p>", "<br>", "<br />\n", "<div>", "</div>", "<ul>", "</ul>", "<li>", "</li>", "<b>", "</b>", "<td>", "</td>", "<h2>", "</h2>"),
            *('<a href="https://e.example/x">', "</a>", '<a href="https://e.example/x?a=1&amp;b=2">', '<span class="y">', "</span>", "<div/>", "<p/>"),
            *("words", " ", "\n", "  \n ", "\x1e", "&amp;", "&nbsp;", "&#8217;", "e.example/x", "a & b", "\u2028"),
        ]
    ),
    max_size=25,
).map("".join)  # fmt: skip


@pytest.mark.filterwarnings(
    "ignore::bs4.MarkupResemblesLocatorWarning", "ignore::bs4.XMLParsedAsHTMLWarning"
)
@settings(max_examples=1500)
@given(st.one_of(MARKUP, SIMPLE))
def test_the_short_way_gives_what_beautifulsoup_gives(markup: str) -> None:
    """What it can't promise, it leaves to BeautifulSoup."""
    short = _simple_text(markup)
    assert short is None or tidy(short) == tidy(_soup_text(markup))


@settings(max_examples=300)
@given(SIMPLE)
def test_simple_markup_takes_the_short_way(markup: str) -> None:
    """So that the test above has something to compare."""
    assert (
        _simple_text(markup) is not None or markup.count("<a ") > 1
    )  # a link within a link isn't simple


@pytest.mark.parametrize("name", sorted(name2codepoint.keys() - {"lang", "rang"}))
def test_named_characters(name: str) -> None:
    """Each name of HTML 4 means the same on both ways."""
    markup = f"<b>x&{name};y</b>"
    short = _simple_text(markup)
    assert short is not None
    assert short == _soup_text(markup)


def test_numbered_characters() -> None:
    """Each number that the short way reads means the same on both ways."""
    numbers = [*range(0, 700), *range(8190, 8300), 0xD7FF, 0xD800, 0xDFFF, 0xE000, 0xFFFD, 0xFFFF]
    for number in numbers:
        for name in (f"{number}", f"x{number:x}", f"X{number:04X}"):
            short = _simple_text(f"<b>x&#{name};y</b>")
            assert short is None or short == _soup_text(f"<b>x&#{name};y</b>"), name


def test_an_apostrophe_of_pythons_takes_the_short_way() -> None:
    """html.escape() writes it so, and Hacker News a slash: most texts from there hold them."""
    assert _simple_text("<p>don&#x27;t &#x2F; won&#X2019;t") == "\n\ndon't / won’t\n\n"


def bodies(folder: Path) -> list[str]:
    """Everything between two tags of an XML file or in a string of JSON or mail that may be a
    description.
    """
    texts = []
    for path in sorted(folder.rglob("*")):
        if path.is_file() and path.suffix in (".xml", ".json", ".eml", ".html"):
            text = path.read_text(encoding="utf-8", errors="replace")
            texts += re.findall(r"<!\[CDATA\[(.*?)\]\]>", text, re.DOTALL)
            texts += [html.unescape(piece) for piece in re.findall(r">([^<]*&lt;[^<]*)<", text)]
            texts += [
                piece.encode().decode("unicode_escape", "replace")
                for piece in re.findall(r'"((?:[^"\\\\]|\\\\.)*<(?:[^"\\\\]|\\\\.)*)"', text)
            ]
            texts.append(text)
    return texts


@pytest.mark.parametrize(
    "folder",
    [Path(__file__).parents[1] / "corpus", Path(__file__).parents[3] / "shared" / "samples"],
    ids=["corpus", "samples"],
)
def test_the_samples_read_alike(folder: Path) -> None:
    """All markup of the corpora, whichever way it takes."""
    if not folder.exists():
        pytest.skip(f"{folder.name}/ is not here")
    found = bodies(folder)
    assert found
    for markup in found:
        assert tidy(text_of_markup(markup)) == tidy(_soup_text(markup))


@pytest.mark.parametrize(
    "markup",
    [
        "<b>" * 80_000 + "</i>" * 40_000,
        "<a href='https://e.example'>x" * 15_000,
        "<b" + " a" * 200_000,
        "<b" + " " * 400_000,
    ],
)
def test_floods_of_simple_markup_end(markup: str) -> None:
    """No more than linear: each of these would take minutes if a tag were looked for among all
    that are open.
    """
    assert _simple_text(markup) is None or len(_simple_text(markup) or "") < len(markup)


@pytest.mark.parametrize(
    "markup", ["<?xml version='1.0'?><a><b>x</b></a>", "<i>https://board.example/x</i", "<x>a.txt"]
)
def test_markup_that_a_library_warns_of_is_read_in_silence(markup: str) -> None:
    """Whoever posts a job would write to the terminal. In a process of its own: here all warnings
    are kept.
    """
    code = "import sys; from goldmine_ingest.text.markup import _soup_text; _soup_text(sys.argv[1])"
    done = subprocess.run(  # noqa: S603 - our own
        [sys.executable, "-c", code, markup], capture_output=True, text=True, check=True
    )
    assert done.stderr == ""
