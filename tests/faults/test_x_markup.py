"""2.3 XML and HTML: bombs, entities, damage, encodings, sizes. Details of each reading are in
tests/parse/test_parse.py; here all of it runs.
"""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import pytest

from goldmine_ingest.parse.reading import ReadJob, read_feed
from tests.faults.rows import ETAG, Played, Row, cases, never_believed, play
from tests.faults.scene import Scene, title_of
from tests.rig.fault_table import fault
from tests.rig.feed_server import Answer
from tests.rig.project import upwork_feed
from tests.rig.watching import item, told

Stage = Callable[..., Scene]
# Bidirectional overrides and isolates, which turn what follows around.
TURNING = re.compile("[\u202a-\u202e\u2066-\u2069]")


@dataclass(frozen=True)
class Damage:
    """`do` spoils a good body of two jobs; both must be stored and told all the same (whatever
    else stands in it).
    """

    number: str
    inject: str
    required: str
    do: Callable[[bytes], bytes]
    headers: tuple[tuple[str, str], ...] = ()
    outcomes: tuple[str, ...] = ("ok",)


def doctype(text: str) -> Callable[[bytes], bytes]:
    return lambda body: body.replace(b"?><rss", f"?><!DOCTYPE rss [{text}]><rss".encode(), 1)


def within(text: str) -> Callable[[bytes], bytes]:
    """In the description of each job."""
    return lambda body: body.replace(
        b"<![CDATA[", b"<![CDATA[" + text.encode("utf-8", "surrogatepass")
    )


def outside(text: str) -> Callable[[bytes], bytes]:
    """In an element of its own beside each job's."""
    return lambda body: body.replace(b"<guid>", f"<note>{text}</note><guid>".encode())


def declared(codec: str) -> Callable[[bytes], bytes]:
    return lambda body: body.replace(b"UTF-8", codec.encode(), 1)


def rdf(body: bytes) -> bytes:
    """The same jobs as RSS 1.0: the items beside the channel, named by their links."""
    head, items = (
        body[: body.index(b"<item>")],
        body[body.index(b"<item>") :].removesuffix(b"</channel></rss>"),
    )
    names = (
        b'<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"'
        b' xmlns="http://purl.org/rss/1.0/"'
    )
    return (
        head.replace(b'<rss version="2.0"', names)
        + b"</channel>"
        + re.sub(rb"<guid>.*?</guid>", b"", items)
        + b"</rdf:RDF>"
    )


def atom(body: bytes) -> bytes:
    """The same jobs as Atom 1.0."""
    for old, new in ATOM.items():
        body = re.sub(old, new, body, flags=re.DOTALL)
    return body


ATOM = {
    rb'<rss version="2.0"><channel>': rb'<feed xmlns="http://www.w3.org/2005/Atom">',
    rb"</channel></rss>": rb"</feed>",
    rb"(</?)item>": rb"\1entry>",
    rb"<link>(.*?)</link>": rb'<link href="\1"/>',
    rb"<description>(.*?)</description>": rb'<summary type="html">\1</summary>',
    rb"<pubDate>.*?</pubDate>": rb"<updated>2026-11-23T12:00:00Z</updated>",
    rb"(</?)guid>": rb"\1id>",
}
LAUGHS = '<!ENTITY l0 "lol">' + "".join(
    f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10)
)
KEPT = "both jobs stored and told"
DAMAGES = (
    Damage("X1", "a billion laughs", "not expanded", lambda b: outside("&l9;")(doctype(LAUGHS)(b))),
    Damage(
        "X1",
        "a billion laughs in UTF-16",
        "not expanded",
        lambda b: outside("&l9;")(doctype(LAUGHS)(b)).decode().encode("utf-16"),
    ),
    Damage(
        "X1",
        "quadratic blow-up",
        "not expanded",
        lambda b: outside("&q;" * 5_000)(doctype(f'<!ENTITY q "{"q" * 50_000}">')(b)),
    ),
    Damage(
        "X4",
        "80,000 comment openings",
        KEPT,
        within("<!--" * 80_000),
        outcomes=("ok", "parse_timeout"),
    ),
    Damage(
        "X4", "100,000 nested tags", KEPT, within("<b>" * 100_000), outcomes=("ok", "parse_timeout")
    ),
    Damage(
        "X4",
        "300,000 angle brackets",
        KEPT,
        within("<" * 300_000),
        outcomes=("ok", "parse_timeout"),
    ),
    Damage(
        "X4",
        "16,000 categories",
        KEPT,
        lambda b: b.replace(b"<guid>", b"<category>x</category>" * 16_000 + b"<guid>"),
    ),
    *(
        Damage("X5", f"{name}", "repaired, " + KEPT, outside(f"a{text}b"))
        for name, text in (
            ("&#xD800;", "&#xD800;"),
            ("&#x110000;", "&#x110000;"),
            ("&#0;", "&#0;"),
            ("a raw NUL", "\x00"),
            ("a raw ESC", "\x1b"),
        )
    ),
    *(
        Damage("X6", f"encoding {codec}", "the declaration is ignored", declared(codec))
        for codec in ("punycode", "undefined", "zlib_codec", "utf-7", "no-such-codec")
    ),
    Damage(
        "X8",
        "cp1252 bytes called UTF-8",
        KEPT,
        lambda b: within("Café – ")(b).decode().encode("cp1252"),
    ),
    Damage(
        "X8",
        "a header against the prolog",
        KEPT,
        within("Café – "),
        headers=(("Content-Type", "text/xml; charset=iso-8859-1"),),
    ),
    Damage(
        "X8",
        "a BOM against the prolog",
        KEPT,
        lambda b: b"\xef\xbb\xbf" + declared("utf-16")(within("Café – ")(b)),
    ),
    Damage(
        "X8",
        "encoded twice",
        KEPT,
        lambda b: within("Café – ")(b).decode().encode().decode("cp1252", "ignore").encode(),
    ),
    Damage("X9", "a bare & and undeclared names", KEPT, outside("Tom & Jerry &nbsp; &bogus;")),
    Damage("X9", "a missing close tag", KEPT, outside("<b>bold")),
    Damage(
        "X9",
        "a wrong namespace",
        KEPT,
        lambda b: b.replace(
            b'<rss version="2.0"', b'<rss xmlns="http://wrong.example/" version="2.0"'
        ),
    ),
    Damage(
        "X9",
        "a warning before, junk after",
        KEPT,
        lambda b: b"<br /><b>Warning</b>: x in /var/y.php\n" + b + b"\n<!-- 0.1 s --> x",
    ),
    Damage("X9", "RSS 0.91", KEPT, lambda b: b.replace(b'version="2.0"', b'version="0.91"')),
    Damage("X9", "RDF (RSS 1.0)", KEPT, rdf),
    Damage("X9", "Atom 1.0", KEPT, atom),
    Damage("X11", "<!h<!h<!h<", KEPT, within("<!h<!h<!h<" * 200)),
    Damage(
        "X11",
        "conditional comments and unclosed tags",
        KEPT,
        within("<!--[if mso]><b>a<![endif]--><p><i><ul><li>x<li>y<td"),
    ),
    Damage("X13", "a description of 2 MB", "capped, " + KEPT, within("We pay well. " * 160_000)),
    Damage(
        "X14",
        "two titles and two guids",
        "the first counts",
        lambda b: b.replace(b"</guid>", b"</guid><guid>other</guid><title>Other</title>"),
    ),
    Damage(
        "X15",
        "overrides, zero width, combining marks, joined emoji",
        KEPT,
        within("\u202e\u2066\u200b" + "e" + "\u0301" * 300 + " 👩‍👩‍👧‍👦 "),
    ),
)


def taken_in(scene: Scene, on: Mapping[str, Damage]) -> Iterator[Callable[[str, Damage], str]]:
    """What was whole in each is taken in; nothing else happens."""
    jobs = {feed: (11 + 2 * at, 12 + 2 * at) for at, feed in enumerate(on)}
    for feed, damage in on.items():
        body = damage.do(scene.body(qualified=jobs[feed]))
        scene.feeds.script(f"/{feed}", Answer(body=body, headers=dict(damage.headers)))
    scene.run()
    held = {
        feed
        for (feed,) in scene.rows(
            "SELECT feed FROM sightings WHERE feed LIKE 'faulty%' AND present GROUP BY feed HAVING"
            " count(*) = 2"
        )
    }

    def kept(feed: str, damage: Damage) -> str:
        outcome, error = scene.outcome(feed)
        assert outcome in damage.outcomes, (damage.inject, error)
        assert (outcome == "ok") == (feed in held), damage.inject
        return f"{damage.inject}: {outcome}" if outcome != "ok" else outcome

    yield kept
    assert (
        scene.rows("SELECT title FROM listings WHERE contains(title || description, chr(65533))")
        == []
    )  # every text has a legal decoding
    news = 11 + 2 * len(on)
    scene.heals({feed: (*each, news) for feed, each in jobs.items()})
    assert not [
        text for message in told(scene.phone) if TURNING.search(text := str(message["text"]))
    ]


@pytest.fixture(scope="module")
def damaged(tmp_path_factory: pytest.TempPathFactory) -> Played:
    return play(DAMAGES, tmp_path_factory.mktemp("damages"), taken_in)


@pytest.mark.parametrize("damages", cases(DAMAGES))
def test_damaged_bodies(
    damages: tuple[Damage, ...], damaged: Played, record_property: Callable[[str, object], None]
) -> None:
    record_property("figure", damaged.show(damages))


MANY = " ".join(f'a{n}="1"' for n in range(100_000))
FAILING = (
    Row("X3", "a path", "class not_a_feed", Answer(body=b"/etc/hostname"), ("not_a_feed",)),
    Row(
        "X3",
        "a file: address",
        "class not_a_feed",
        Answer(body=b"file:///etc/hostname"),
        ("not_a_feed",),
    ),
    Row(
        "X3",
        "an address",
        "class not_a_feed",
        lambda s: Answer(body=f"http://127.0.0.1:{s.tripwires[0].port}/".encode()),
        ("not_a_feed",),
    ),
    Row(
        "X4",
        "100,000 attributes on a tag",
        "refused at once",
        lambda _: Answer(body=upwork_feed(f"<item {MANY}><title>x</title></item>")),
        ("too_large", "parse_timeout"),
    ),
    Row(
        "X9",
        "JSON nested 200,000 deep",
        "class not_a_feed",
        Answer(body=b"[" * 200_000),
        ("not_a_feed",),
    ),
    Row(
        "X9",
        "a JSON wrapper without a list",
        "class not_a_feed",
        Answer(body=b'{"jobs": 3}'),
        ("not_a_feed",),
    ),
)


@pytest.fixture(scope="module")
def refused(tmp_path_factory: pytest.TempPathFactory) -> Played:
    return play(FAILING, tmp_path_factory.mktemp("no-feeds"), never_believed)


@pytest.mark.parametrize("rows", cases(FAILING))
def test_a_body_that_is_no_feed(
    rows: tuple[Row, ...], refused: Played, record_property: Callable[[str, object], None]
) -> None:
    record_property("figure", refused.show(rows))


@fault(
    "X2",
    "external entities: a file, an address, parameter entities, an external DTD",
    "nothing is read, nobody is asked",
)
def test_x2_external_entities(stage: Stage) -> None:
    scene = stage(broken=2)
    planted = scene.folder / "planted.txt"
    planted.write_text("PLANTED-WORDS")
    for feed, address in zip(
        scene.faulty,
        (planted.as_uri(), f"http://127.0.0.1:{scene.tripwires[0].port}/x.dtd"),
        strict=True,
    ):
        entities = f'<!ENTITY x SYSTEM "{address}"><!ENTITY % p SYSTEM "{address}"> %p;'
        declared = f'?><!DOCTYPE rss SYSTEM "{address}" [{entities}]><rss'.encode()
        body = scene.body(qualified=(11, 12)).replace(b"?><rss", declared, 1)
        scene.feeds.script(f"/{feed}", Answer(body=outside("a&x;b")(body)))
    scene.run()
    assert [scene.outcome(feed)[0] for feed in scene.faulty] == ["ok", "ok"]
    assert "PLANTED-WORDS" not in repr(scene.rows("FROM raw_entries"))
    scene.heals(qualified=(11, 12, 15))


SHARES = (25, 50, 75, 95)


@fault(
    "X7",
    "cut at 25, 50, 75, 95 %",
    "closed items are kept, the open last one never; marked partial",
)
def test_x7_cut(stage: Stage) -> None:
    """Each feed has jobs of its own, so that what one kept can't stand in for another's."""
    scene = stage(broken=len(SHARES))
    for n, (feed, share) in enumerate(zip(scene.faulty, SHARES, strict=True), start=1):
        jobs = range(n * 10, n * 10 + 5)
        whole = upwork_feed(*(item(job) for job in jobs))
        cut = whole[: len(whole) * share // 100]
        scene.body(qualified=jobs[: cut.count(b"</item>")])
        scene.feeds.script(f"/{feed}", Answer(body=cut, headers=ETAG))
    scene.run()
    held = dict(
        scene.rows("SELECT feed, count(*) FROM sightings WHERE feed LIKE 'faulty%' GROUP BY feed")
    )
    assert [held.get(feed, 0) for feed in scene.faulty] == [5 * share // 100 for share in SHARES]
    assert [scene.outcome(feed)[0] for feed in scene.faulty] == ["partial"] * len(SHARES)
    assert scene.validators() == [(None, None)] * len(SHARES)
    scene.heals(qualified=[n * 10 + job for n in range(1, 5) for job in range(5)])


@fault("X8", "the same feed in another encoding", "the same ids")
def test_x8_another_encoding(scene: Scene) -> None:
    body = within("Café ")(scene.body(qualified=(11, 12)))
    for encoded in (
        body,
        declared("windows-1252")(body).decode().encode("cp1252"),
        declared("utf-16")(body).decode().encode("utf-16"),
    ):
        scene.feeds.script("/faulty", Answer(body=encoded))
        scene.run()
        scene.home.clock.forward(minutes=10)
    assert scene.rows("SELECT count(*) FROM revisions") == [(0,)]
    scene.heals(qualified=(11, 12, 15))


@fault("X10", "an escaped CDATA section", "its text is found")
def test_x10_escaped_cdata(scene: Scene) -> None:
    body = re.sub(
        rb"<!\[CDATA\[(.*?)\]\]>",
        lambda m: html.escape(f"<![CDATA[{m[1].decode()}]]>").encode(),
        scene.body(qualified=(11,)),
    )
    scene.feeds.script("/faulty", Answer(body=body))
    scene.run()
    assert scene.rows(
        "SELECT count(*) FROM listings WHERE title LIKE '% 11' AND description LIKE '%month-end"
        " close%'"
    ) == [(1,)]
    scene.heals(qualified=(11, 12))


@pytest.mark.parametrize("count", [2000, pytest.param(20_000, marks=pytest.mark.drill)])
@fault("X12", "2,000 items; 20,000 items of 4.3 MB (in the drill)", "all stored")
def test_x12_very_many_items(count: int, stage: Stage) -> None:
    """Small ones, of no use to anyone; the one that qualifies is found among them."""
    scene = stage(backlog='backlog = "none"\nmax_age = "none"')
    scene.settled = ()  # the first sight of a feed is backlog
    small = "".join(
        "<item><title>Logo"
        f" {n}</title><link>https://board.example/jobs/logo-{n}</link><description>Two"
        " colours</description>"
        f'<guid isPermaLink="false">logo-{n}</guid><pubDate>Mon, 23 Nov 2026 10:00:00'
        " GMT</pubDate></item>"
        for n in range(1, count)
    )
    body = scene.body(qualified=(11,)).replace(b"</channel>", small.encode() + b"</channel>")
    assert 210 < len(body) / count < 220
    scene.feeds.script("/faulty", Answer(body=body))
    scene.timed()
    assert scene.outcome() == ("ok", "")
    assert scene.rows("SELECT count(*) FROM sightings WHERE feed = 'faulty'") == [(count,)]
    scene.settles(times=1)


@fault("X13", "a title of 2 MB, a guid of 64 kB", "capped; the message fits its channel")
def test_x13_huge_fields(scene: Scene) -> None:
    huge = (
        item(11)
        .replace("<title>", f"<title>{'T' * 2_000_000} ")
        .replace("<guid>", "<guid>" + "g" * 65_536)
    )
    scene.feeds.script("/faulty", Answer(body=upwork_feed(huge)))
    scene.run()
    [(title,)] = scene.rows("SELECT title FROM listings WHERE title LIKE 'TTT%'")
    scene.served[str(title)] = "qualified"
    for _ in range(2):
        scene.home.clock.forward(minutes=6)
        assert scene.run().new_listings == 0
    assert max(len(arrived.body) for arrived in sinks(scene)) < 100_000
    scene.settles()


@fault("X14", "duplicate guids, titles, channels", "the same choice on every read")
def test_x14_the_same_choice_always(scene: Scene) -> None:
    twice = item(11).replace("</guid>", "</guid><guid>other</guid><title>Other</title>")
    body = upwork_feed(twice, item(12)).replace(
        b"</channel>", b"</channel><channel><title>Second</title></channel>"
    )
    scene.served.update({title_of(item(n)): "qualified" for n in (11, 12)})
    for round_ in range(5):
        scene.feeds.script("/faulty", Answer(body=body + b" " * round_))
        scene.run()
        scene.home.clock.forward(minutes=6)
    job = ReadJob(
        "faulty", body, "https://www.upwork.com/", "", "auto", frozenset(), scene.home.clock()
    )
    assert len({repr(read_feed(job)) for _ in range(100)}) == 1
    assert scene.rows("SELECT count(*) FROM revisions") == [(0,)]
    scene.heals(qualified=(11, 12))


@fault(
    "X15",
    "right-to-left overrides and lone surrogates in a title",
    "none is shown; the raw entry keeps them",
)
def test_x15_text_that_turns_around(scene: Scene) -> None:
    turned = item(11).replace("<title>", "<title>\u202eabc\u2066\u200b ")
    scene.feeds.script("/faulty", Answer(body=upwork_feed(turned)))
    scene.run()
    [(title,)] = scene.rows("SELECT title FROM listings WHERE title LIKE '%abc%'")
    scene.served[str(title)] = "qualified"
    shown = [str(message["text"]) for message in told(scene.phone)]
    assert any("abc" in text for text in shown)
    assert not [text for text in shown if TURNING.search(text)]
    assert TURNING.search(
        str(scene.rows("SELECT raw FROM raw_entries WHERE feed = 'faulty'"))
        .encode()
        .decode("unicode_escape", "ignore")
    )
    scene.settles()


def sinks(scene: Scene) -> list[Any]:
    return [arrived for sink in (scene.phone, scene.desk) for arrived in sink.accepted]
