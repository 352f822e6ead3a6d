"""Bytes to entries: damage, hostility, charsets (docs/reliability.md X1 to X15), and agreement with
feedparser.
"""

from __future__ import annotations

import io
import json
import tracemalloc
from datetime import UTC, datetime
from pathlib import Path

import pytest
from lxml import etree

from goldmine_ingest.model.entry import FeedDocument, RawEntry
from goldmine_ingest.model.fetched import Outcome
from goldmine_ingest.parse import dispatch, xml_tree
from goldmine_ingest.parse.dispatch import NotAFeed, parse
from goldmine_ingest.parse.reading import ReadJob, read_feed

HEAD = '<?xml version="1.0" encoding="UTF-8"?><rss version="2.0"><channel><title>T</title>'


def item(number: int, extra: str = "") -> str:
    return (
        "<item><title>Job"
        f" {number}</title><link>https://board.example/{number}</link><guid>g{number}</guid>{extra}</item>"
    )


def rss(*items: str) -> bytes:
    return (HEAD + "".join(items) + "</channel></rss>").encode()


def read(body: bytes, content_type: str = "", **more: int) -> FeedDocument:
    found = parse(body, content_type, **more)
    assert isinstance(found, FeedDocument), found
    return found


def titles(document: FeedDocument) -> list[str]:
    return [entry.title for entry in document.entries]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_x1_entity_bombs_stay_unexpanded(encoding: str) -> None:
    """A billion laughs neither grows nor costs the feed its items."""
    laughs = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
    doctype = f'<!DOCTYPE rss [<!ENTITY l0 "lol">{laughs}]>'
    text = (
        "<?xml"
        f' version="1.0"?>{doctype}<rss><channel>{item(1, "<description>&l9;</description>")}</channel></rss>'
    )
    document = read(text.encode(encoding))
    assert titles(document) == ["Job 1"]
    assert len(document.entries[0].body) < 100


@pytest.mark.parametrize("target", ["file:///etc/hostname", "http://127.0.0.1:9/x"])
def test_x2_external_entities_are_not_read(target: str) -> None:
    """Nothing that a DTD points to is opened."""
    doctype = f'<!DOCTYPE rss [<!ENTITY x SYSTEM "{target}"><!ENTITY % p SYSTEM "{target}"> %p;]>'
    text = f"{doctype}<rss><channel>{item(1, '<description>a&x;b</description>')}</channel></rss>"
    document = read(text.encode())
    assert document.entries[0].body == "a&x;b"


@pytest.mark.parametrize(
    "body", [b"/etc/hostname", b"file:///etc/hostname", b"http://127.0.0.1:9/", b"feed://x"]
)
def test_x3_a_path_or_address_is_no_feed(body: bytes) -> None:
    """A body that names a file or an address is text, and isn't opened."""
    found = parse(body)
    assert isinstance(found, NotAFeed)
    assert found.outcome is Outcome.NOT_A_FEED
    assert body.decode() in found.problem


def test_x4_too_many_attributes_are_refused_before_any_parser() -> None:
    """100,000 attributes on one tag are an error at once."""
    attributes = " ".join(f'a{n}="1"' for n in range(100_000))
    found = parse(rss(f"<item {attributes}><title>x</title></item>"))
    assert isinstance(found, NotAFeed)
    assert found.outcome is Outcome.TOO_LARGE


@pytest.mark.parametrize("damage", ["&#xD800;", "&#x110000;", "&#0;", "&#11;", "\x00", "\x1b"])
def test_x5_illegal_characters_cost_no_item(damage: str) -> None:
    """Illegal references and control characters go; all items stay."""
    document = read(rss(item(1, f"<description>a{damage}b</description>"), item(2)))
    assert titles(document) == ["Job 1", "Job 2"]
    assert document.entries[0].body == "ab"


@pytest.mark.parametrize(
    "name", ["punycode", "undefined", "zlib_codec", "utf-7", "no-such-codec", "rot13"]
)
def test_x6_odd_codecs_are_ignored(name: str) -> None:
    """A codec that no feed is written in counts as not declared."""
    body = rss(item(1, "<description>Käse</description>")).replace(b"UTF-8", name.encode())
    assert read(body, f"text/xml; charset={name}").entries[0].body == "Käse"


@pytest.mark.parametrize("share", [0.25, 0.5, 0.75, 0.95])
@pytest.mark.parametrize("kind", ["rss", "atom"])
def test_x7_truncated_feeds_give_their_closed_items(share: float, kind: str) -> None:
    """What was closed is kept, the open last item never."""
    entries = [item(n, f"<description>{'words ' * 20}</description>") for n in range(20)]
    text = HEAD + "".join(entries) + "</channel></rss>"
    if kind == "atom":
        entries = [
            f"<entry><id>g{n}</id><title>Job {n}</title><content>{'words ' * 20}</content></entry>"
            for n in range(20)
        ]
        text = (
            '<feed xmlns="http://www.w3.org/2005/Atom"><title>T</title>'
            + "".join(entries)
            + "</feed>"
        )
    body = text[: int(len(text) * share)]
    document = read(body.encode())
    closed = body.count("</item>") + body.count("</entry>")
    assert titles(document) == [f"Job {n}" for n in range(closed)]
    assert not document.complete


def test_x7_cut_inside_a_character() -> None:
    """A body that ends in the middle of a UTF-8 sequence breaks off like any other."""
    body = rss(item(1), item(2, "<description>Käse</description>"))
    document = read(body[: body.index("ä".encode()) + 1])
    assert titles(document) == ["Job 1"]


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        (rss(item(1, "<description>Café – naïve</description>")).decode().encode("cp1252"), ""),
        (rss(item(1, "<description>Café – naïve</description>")), "text/xml; charset=iso-8859-1"),
        (
            rss(item(1, "<description>Café – naïve</description>")).replace(
                b"UTF-8", b"ISO-8859-1"
            ),
            "application/rss+xml; charset=utf-8",
        ),
        (
            rss(item(1, "<description>Café – naïve</description>"))
            .decode()
            .replace("UTF-8", "windows-1252")
            .encode("cp1252"),
            "text/xml; charset=utf-8",
        ),
        (
            b"\xef\xbb\xbf"
            + rss(item(1, "<description>Café – naïve</description>")).replace(b"UTF-8", b"utf-16"),
            "",
        ),
        (rss(item(1, "<description>Café – naïve</description>")).decode().encode("utf-16"), ""),
        (rss(item(1, "<description>Café – naïve</description>")).decode().encode("utf-16-le"), ""),
    ],
    ids=[
        "cp1252-as-utf8",
        "header-lies",
        "prolog-lies",
        "prolog-right",
        "bom-against-prolog",
        "utf16",
        "utf16-without-bom",
    ],
)
def test_x8_lying_charsets(body: bytes, content_type: str) -> None:
    """Where a legal reading of the bytes exists it is found."""
    assert read(body, content_type).entries[0].body == "Café – naïve"


def test_x8_a_guess_is_told() -> None:
    """Stray bytes in UTF-8 are read as Windows-1252, the rest stays UTF-8, and the guess is
    mentioned.
    """
    body = rss(item(1, "<description>Käse @ 5</description>")).replace(b"@", b"\x96")
    document = read(body)
    assert document.entries[0].body == "Käse – 5"
    assert "windows-1252" in (document.problem or "")


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        (
            (
                '<rss version="0.91"><channel><title>T</title><item><title>Tom &'
                " Jerry</title><link>https://x.example/1</link></item></channel></rss>"
            ),
            "rss",
        ),
        (
            (
                '<!DOCTYPE rss PUBLIC "x" "http://x.example/rss.dtd"><rss><channel><item><title>Tom'
                " &amp; Jerry</title></item></channel></rss>"
            ),
            "rss",
        ),
        (
            (
                '<rss xmlns="http://wrong.example/"><channel><item><title>Tom &amp;'
                " Jerry</title></item></channel></rss>"
            ),
            "rss",
        ),
        (
            (
                '<feed version="0.3" xmlns="http://purl.org/atom/ns#"><entry><title>Tom &amp;'
                " Jerry</title></entry></feed>"
            ),
            "atom",
        ),
        (
            (
                '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"'
                ' xmlns="http://purl.org/rss/1.0/"><channel rdf:about="x"/><item'
                ' rdf:about="https://x.example/1"><title>Tom &amp; Jerry</title></item></rdf:RDF>'
            ),
            "rdf",
        ),
        (
            (
                "<b>Warning</b>: x on line 3\n<rss><channel><item><title>Tom &amp;"
                " Jerry</title></item></channel></rss>\n<!-- 0.1 s -->x"
            ),
            "rss",
        ),
        (
            (
                "<rss><channel><item><title>Tom &amp;"
                " Jerry</title><description><b>x</description></item></channel></rss>"
            ),
            "rss",
        ),
        (
            "<rss><channel><item><title>Tom&nbsp;&amp;&nbsp;Jerry</title></item></channel></rss>",
            "rss",
        ),
    ],
)
def test_x9_old_and_sloppy_feeds(text: str, kind: str) -> None:
    """RSS 0.9x to 2.0, Atom 0.3, RDF, bare ampersands, unclosed tags, junk around the feed."""
    document = read(text.encode())
    assert document.kind == kind
    assert [" ".join(t.replace("&amp;", "&").split()) for t in titles(document)] == ["Tom & Jerry"]


@pytest.mark.parametrize(
    "text",
    [
        "[" * 200_000,
        '{"a":' * 100_000 + "1" + "}" * 100_000,
        '{"a": 1}',
        '{"error": "no"}',
        "[1, 2]",
        '{"jobs": 3}',
        "{",
        "[{]",
    ],
)
def test_x9_json_that_is_no_feed(text: str) -> None:
    """Deep nesting, wrappers without a list, error objects: no feed, no exception."""
    assert isinstance(parse(text.encode()), NotAFeed)


def test_x9_json_oddities() -> None:
    """NaN and infinity are unknown, the last of duplicate keys counts, lone surrogates go, huge
    integers don't matter.
    """
    odd = f'"salary": NaN, "low": -Infinity, "high": 1e999, "n": {"9" * 5000}'
    text = (
        f'{{"jobs": [{{"title": "a", "title": "b\\ud800", "url": "https://x.example/1", {odd}}}]}}'
    )
    (entry,) = read(text.encode()).entries
    assert entry.title == "b"
    assert [entry.extra[name] for name in ("salary", "low", "high", "n")] == [
        None,
        None,
        None,
        None,
    ]
    json.dumps(entry.extra).encode()


@pytest.mark.parametrize(
    "text", ["[]", '{"jobs": []}', '{"version": "https://jsonfeed.org/version/1.1", "items": []}']
)
def test_an_empty_json_list_is_an_empty_feed(text: str) -> None:
    """No jobs today is not an error."""
    assert read(text.encode()).entries == ()


def test_x10_escaped_cdata_is_recovered() -> None:
    """A CDATA section that was escaped still gives its text (feedparser gives none)."""
    assert (
        read(rss(item(1, "<description>&lt;![CDATA[some text]]&gt;</description>"))).entries[0].body
        == "some text"
    )


@pytest.mark.parametrize("declared", [True, False])
def test_a_large_body_is_held_once_while_its_tree_is_there(
    declared: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its text and what lxml was given are gone by then: the tree alone is three times the body."""
    body = rss(*(item(n, "<p>" + "é" * 400 + "</p>") for n in range(4_000)))
    body = body if declared else body[body.index(b"<rss") :]
    held: list[int] = []

    def read_tree(root: etree._Element, *, max_entries: int) -> FeedDocument | None:
        held.append(tracemalloc.get_traced_memory()[0] - before)
        return xml_tree.read_tree(root, max_entries=max_entries)

    monkeypatch.setattr(dispatch, "read_tree", read_tree)
    tracemalloc.start()
    before = tracemalloc.get_traced_memory()[0]
    try:
        document = parse(body, max_entries=2)
    finally:
        tracemalloc.stop()
    assert isinstance(document, FeedDocument)
    assert len(document.entries) == 2
    assert held[0] < len(body) / 10, (held, len(body))


def test_x12_more_items_than_the_limit_are_partial() -> None:
    """Up to the limit everything is kept, and it is said that there is more."""
    document = read(rss(*(item(n) for n in range(30))), max_entries=20)
    assert len(document.entries) == 20
    assert not document.complete
    assert "more than 20" in (document.problem or "")


def test_x12_twenty_thousand_items() -> None:
    """20,000 items are all read."""
    assert len(read(rss(*(item(n) for n in range(20_000)))).entries) == 20_000


def test_x14_duplicates_are_decided_the_same_way_always() -> None:
    """Two titles, guids and channels: the first counts, the others aren't lost."""
    body = (
        HEAD
        + item(1, "<guid>g1b</guid><title>Other</title>")
        + "</channel><channel>"
        + item(2)
        + "</channel></rss>"
    ).encode()
    first = read(body)
    assert titles(first) == ["Job 1", "Job 2"]
    assert first.entries[0].extra == {"guid": "g1b", "title": "Other"}
    assert all(read(body) == first for _ in range(20))


def test_repeated_elements_are_kept() -> None:
    """Elements that come several times are a list; an undeclared prefix doesn't matter."""
    document = read(rss(item(1, "<x:zone>1</x:zone><x:zone>2</x:zone><skills>a</skills>")))
    assert document.entries[0].extra == {"x:zone": ["1", "2"], "skills": "a"}


@pytest.mark.parametrize("body", [b"", b"  \n\t ", b"\xef\xbb\xbf", b"\x00\x00"])
def test_an_empty_body_is_no_feed(body: bytes) -> None:
    """Nothing is not an empty feed."""
    found = parse(body)
    assert isinstance(found, NotAFeed)
    assert "empty" in found.problem


@pytest.mark.parametrize(
    "text",
    [
        "<!DOCTYPE html><html><body>Sign in</body></html>",
        "<html lang=en><title>Captcha</title>",
        "Just a moment...",
        "\x1b[2Jx",
    ],
)
def test_a_web_page_is_no_feed(text: str) -> None:
    """Login and challenge pages are told by their first characters, escaped."""
    found = parse(text.encode())
    assert isinstance(found, NotAFeed)
    assert found.outcome is Outcome.NOT_A_FEED
    assert found.problem.isprintable()


def test_a_feed_without_items_is_a_feed() -> None:
    """An empty channel is complete and has no entries."""
    document = read((HEAD + "</channel></rss>").encode())
    assert (document.entries, document.complete) == ((), True)


def test_channel_links_lose_their_queries() -> None:
    """The feed's own token, echoed in the channel's link, doesn't get any further."""
    body = (
        HEAD + "<link>https://board.example/rss?securityToken=CANARY</link></channel></rss>"
    ).encode()
    assert "CANARY" not in repr(read(body))


def _same_text(ours: str, theirs: str) -> bool:
    strip = str.maketrans("", "", " \n\t\r")
    return ours.translate(strip) == theirs.replace("<div>", "").replace("</div>", "").translate(
        strip
    )


def _disagreements(body: bytes) -> list[str]:
    import feedparser

    theirs = feedparser.parse(io.BytesIO(body), sanitize_html=False, resolve_relative_uris=False)
    ours = read(body).entries
    assert len(ours) == len(theirs.entries)
    return [
        f"{field}: {mine!r} / {other!r}"
        for entry, their in zip(ours, theirs.entries, strict=True)
        for field, mine, other in _pairs(entry, their)
        if not _same_text(mine, other)
    ]


def _pairs(entry: RawEntry, theirs: dict[str, str]) -> list[tuple[str, str, str]]:
    return [
        ("title", entry.title, theirs.get("title", "")),
        ("link", entry.link, theirs.get("link", "")),
        ("guid", entry.guid or entry.link, theirs.get("id", "") or entry.link),
        ("published", entry.published, theirs.get("published", entry.published)),
    ]


@pytest.mark.parametrize(
    "case",
    sorted((Path(__file__).parents[1] / "corpus").glob("*/input.xml")),
    ids=lambda path: path.parent.name,
)
def test_entries_are_those_of_feedparser(case: Path) -> None:
    """On the corpus, the fast reader and feedparser see the same entries."""
    assert _disagreements(case.read_bytes()) == []


def test_characters_of_windows_in_a_feed_of_unicode() -> None:
    """U+0080 to U+009F, raw or as references, are the quotes and dashes that Windows has there."""
    assert (
        read(rss(item(1, "<description>don\x92t &#147;x&#x94; \x81</description>"))).entries[0].body
        == "don’t “x” \x81"
    )


def test_an_author_without_a_name_is_no_markup() -> None:
    body = (
        "<feed"
        ' xmlns="http://www.w3.org/2005/Atom"><entry><title>A</title><author><email>a@b.example</email></author></entry></feed>'
    )
    assert read(body.encode()).entries[0].author == ""


def test_a_mail_that_the_library_cannot_read_is_read_as_sent() -> None:
    """A year that is no number of this world, headers in raw UTF-8, a character that is none."""
    mail = (
        'Date: Mon, 1 Jan 99999999999999999999 00:00:00 +0000\nSubject: Käse\nFrom: "Ä"'
        " <a@b.example>\n\nhi\x00 there".encode()
    )
    (entry,) = read(mail, "message/rfc822").entries
    assert (entry.title, entry.author, entry.body) == ("Käse", "Ä <a@b.example>", "hi there")
    assert "99999999999999999999" in entry.published


@pytest.mark.parametrize(
    "head",
    [
        b"Content-Type: text/plain\n\n",
        b"Tox me@x.test\nContent-Type: text/html\n\n",  # the headers end at a line that is none
    ],
)
def test_html_that_comes_as_text_is_html(head: bytes) -> None:
    """Some senders, and mails whose headers broke off: no tag stands in what is read as text."""
    body = b'<p><a href="https://board.example/1">A job</a></p>\n'
    (entry,) = read(b"From: a@board.example\n" + head + body, "message/rfc822").entries
    assert "text" not in entry.extra
    assert 'href="https://board.example/1"' in entry.extra["html"]


def test_a_mail_nested_too_deeply_still_gives_its_headers() -> None:
    parts = "".join(
        f'Content-Type: multipart/mixed; boundary="b{n}"\n\n--b{n}\n' for n in range(1_200)
    )
    document = read(f"Subject: New Job: x\n{parts}".encode(), "message/rfc822")
    assert (titles(document), document.entries[0].body) == (["New Job: x"], "")
    assert "nested" in (document.problem or "")


def test_a_posting_of_nothing_is_none() -> None:
    """An entry whose link can't be opened and that says nothing else is an error of that entry,
    not an empty listing.
    """
    found = read_feed(
        ReadJob(
            "f",
            rss("<item><link>javascript:x</link></item>", item(1)),
            "",
            "x.example",
            "auto",
            frozenset(),
            datetime.now(UTC),
        )
    )
    assert ([e.posting.title for e in found.entries if e.posting], found.skipped) == (["Job 1"], 1)
