"""Text: what people read is what comes out, whatever went in."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from goldmine_ingest.text.plain_text import (
    detect_language,
    html_to_text,
    is_truncated,
    plain,
    split_skills,
    tidy,
    unescape_all,
)

MARKUP = st.text(st.sampled_from("<>/&;#!-[]abp ri=\"'\n\u202e\u200bÃ©â€™Â\x00\x1fx3"), max_size=60)
ANY_TEXT = st.one_of(st.text(max_size=80), MARKUP)

PLAIN = [
    ("AT&amp;amp;T", "AT&T"),
    ("Backend Developer &amp;amp;amp; Laravel", "Backend Developer & Laravel"),
    ("R&D, Q&A, ?a=1&section=2&copy=3", "R&D, Q&A, ?a=1&section=2&copy=3"),
    ("&#039;x&#x27; &hellip;", "'x' …"),
    ("C&#43;&#43;", "C++"),
    ("CafÃ© donâ€™t Â© 2019", "Café don’t © 2019"),
    ("Ð\x9fÑ\x80ивет", "Привет"),
    ("Сёмин и Ёлка", "Сёмин и Ёлка"),
    ("a\u202eb\u2066c\x00d\ud800e\u200bf\ufeff", "abcdef"),
    ("👩\u200d💻 dev", "👩\u200d💻 dev"),
    ("a\u0301" + "\u0301" * 50, "á\u0301\u0301"),
    (" a \n\t b\u00a0\u3000c ", "a b c"),
    ("<b>Bold</b> move<br/>now<script>alert(1)</script>", "Bold move now"),
    ("C<T> and a < b > c", "C<T> and a < b > c"),
]


@pytest.mark.parametrize(("given_", "expected"), PLAIN)
def test_plain(given_: str, expected: str) -> None:
    assert plain(given_) == expected


HTML = [
    ("<p>One</p><p>Two<br />three</p>", "One\n\nTwo\nthree"),
    ("<ul><li>a</li><li>b &amp;amp; c</li></ul>end", "- a\n- b & c\n\nend"),
    ('see <a href="https://e.example/x">our page</a>.', "see our page (https://e.example/x)."),
    ('<a href="https://e.example/x">https://e.example/x</a>', "https://e.example/x"),
    ('<a href="javascript:alert(1)">click</a>', "click"),
    ("a<script>x</script><style>y</style><!-- z -->b", "ab"),
    ("two\nlines, no tags &amp;amp; more", "two\nlines, no tags & more"),
    ("<b>two</b>\nlines", "two\nlines"),
    ("<div>one\nline</div>", "one line"),
    ("&lt;p&gt;Hi&lt;/p&gt;&lt;p&gt;you&lt;/p&gt;", "Hi\n\nyou"),
    ("<table><tr><td>a</td><td>b</td></tr><tr><td>c</td></tr></table>", "a b\nc"),
    ("a&nbsp;b&bull;c&rarr;d", "a b•c→d"),
    ('<p>a</p><span style="color: #2d2d2d; backgr', "a"),
    ("<p>a</p>end</strong", "a\n\nend"),
    ("<p>a</p>if b <b", "a\n\nif b <b"),
    ("", ""),
]


@pytest.mark.parametrize(("markup", "expected"), HTML)
def test_html_to_text(markup: str, expected: str) -> None:
    assert html_to_text(markup) == expected


@pytest.mark.parametrize(
    "markup",
    ["<!h<!h<!h<", "<![CDATA[x", "<![if x", "<!" * 5000, "<a " * 5000, "&" * 50000, "<" * 5000],
)
def test_hostile_markup_does_not_raise(markup: str) -> None:
    assert isinstance(html_to_text(markup), str)


def test_a_hundred_thousand_nested_tags_are_read() -> None:
    assert html_to_text("<div>" * 100_000 + "deep").endswith("deep")


@given(ANY_TEXT)
@settings(max_examples=200)
def test_cleaning_is_idempotent(text: str) -> None:
    assert plain(plain(text)) == plain(text)
    assert tidy(tidy(text)) == tidy(text)


@given(ANY_TEXT)
@settings(max_examples=200)
def test_nothing_raises_and_no_invisible_character_is_left(text: str) -> None:
    for read in (plain(text), tidy(text), html_to_text(text)):
        assert not set(read) & set(
            "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\x00\u200b\ufeff"
        )
        read.encode("utf-8")
    is_truncated(text)
    detect_language(text)


SKILLS = [
    ("Python,     SQL,   Power BI", ("Python", "SQL", "Power BI")),
    ("Very Small (1-9 employees), Web Design", ("Very Small (1-9 employees)", "Web Design")),
    ("Small (1, 2, 3), B", ("Small (1, 2, 3)", "B")),
    ("Broken (1-9, Python", ("Broken (1-9", "Python")),
    ("Python, python, PYTHON", ("Python",)),
    ("Scripting &amp;amp; Automation, C&#43;&#43;", ("Scripting & Automation", "C++")),
    ("Array, Array", ()),
    (["Web, Mobile & Software", "Python", "+3 more"], ("Web, Mobile & Software", "Python")),
    (None, ()),
    ("", ()),
    (" , ,", ()),
]


@pytest.mark.parametrize(("skills", "expected"), SKILLS)
def test_split_skills(skills: str | list[str] | None, expected: tuple[str, ...]) -> None:
    assert split_skills(skills) == expected


@given(st.lists(st.text(max_size=20), max_size=10))
def test_splitting_split_skills_changes_nothing(skills: list[str]) -> None:
    once = split_skills(skills)
    assert split_skills(once) == once


@pytest.mark.parametrize(
    "text",
    [
        "cut off...",
        "cut … more",
        "cut [...]",
        "cut […]",
        "words ... more",
        "x. Read more »",
        "texte … lire la suite",
    ],
)
def test_cut_text(text: str) -> None:
    assert is_truncated(text)


@pytest.mark.parametrize("text", ["", "A whole sentence.", "more", "wait... what? Done", "1 to 3"])
def test_whole_text(text: str) -> None:
    assert not is_truncated(text)


LANGUAGES = [
    (
        "Looking for someone to build a scraper for two web sites and export the data to Excel.",
        "en",
    ),
    (
        (
            "Wir suchen einen Entwickler für die Anbindung unserer Buchhaltung an die Bank und den"
            " Shop."
        ),
        "de",
    ),
    ("Bonjour, je cherche un développeur pour créer un site vitrine et le mettre en ligne.", "fr"),
    ("Necesito un programador para crear una aplicación que lea los datos de las facturas.", "es"),
    (
        "Cerco uno sviluppatore per creare il sito della mia azienda e collegarlo al gestionale",
        "it",
    ),
    ("Preciso de um desenvolvedor para criar um sistema de gestão para a minha empresa", "pt"),
    (
        (
            "Wij zoeken een ontwikkelaar voor het bouwen van een webshop met koppeling naar onze"
            " boekhouding"
        ),
        "nl",
    ),
    ("Szukam osoby, która przygotuje arkusz do rozliczania faktur i zrobi raport", "pl"),
    ("Нужно собрать цены с двух сайтов в Excel и обновлять их каждый день", "ru"),
    ("Потрібно зібрати ціни з двох сайтів та оновлювати їх щодня", "uk"),
    ("Biz bir web sitesi için yazılımcı arıyoruz ve çok iyi olmalı", "tr"),
    ("我们需要一个网站开发人员", "zh"),
    ("ウェブサイトを作ってほしいです", "ja"),
    ("웹사이트 개발자를 찾습니다", "ko"),
    ("نحن نبحث عن مطور مواقع", "ar"),
    (
        "Type in a list. Neither a budget nor a rate is given, and a plan is what we need for it.",
        "en",
    ),
    ("Fix a site. A quick fix for a shop.", None),
    ("React Native expert", None),
    ("Python, SQL, Power BI, Excel, AWS, Docker", None),
    ("", None),
    ("12345 !!!", None),
]


@pytest.mark.parametrize(("text", "language"), LANGUAGES)
def test_detect_language(text: str, language: str | None) -> None:
    assert detect_language(text) == language


def test_unescape_is_bounded() -> None:
    """A chain of 100,000 escapes is one step, not 100,000."""
    assert unescape_all("&" + "amp;" * 100_000 + "lt;") == "<"
