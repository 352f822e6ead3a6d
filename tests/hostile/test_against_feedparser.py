"""lxml reads what is well-formed, feedparser only what isn't: on all of it both must see the same
entries, but for what stands here.

Compared are title, link, guid, dates, text, categories and author of each entry, over our corpus,
the captures and FEED_CORPUS_DIR. The text of a description is compared with BeautifulSoup's own
`get_text` besides.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from fnmatch import fnmatchcase
from pathlib import Path

import pytest

from goldmine_ingest.model.entry import FeedDocument, RawEntry
from goldmine_ingest.parse import dispatch, loose
from goldmine_ingest.parse.charset import as_windows_meant, decode
from goldmine_ingest.parse.dispatch import parse
from goldmine_ingest.text.markup import _DROPPED, _soup_text, text_of_markup
from goldmine_ingest.text.plain_text import html_to_text, plain, tidy
from tests.hostile.bodies import Body, bodies, needs_public_feeds, our_folders, public_folders

pytestmark = pytest.mark.filterwarnings(
    "ignore::bs4.MarkupResemblesLocatorWarning", "ignore::bs4.XMLParsedAsHTMLWarning"
)
MANY = 20_000
# Field, files, and why ours stays as it is. Each must still differ where its files are there.
KNOWN = (
    (
        "published updated",
        "generic-rdf/*",
        "feedparser files dc:date under 'updated'; of a job it is the day when it was posted",
    ),
    ("published updated", "*/item_dc_date*.xml", "the same"),
    ("categories", "remoteok-rss/*", "<tags> is read by its board's own reader, not as a category"),
    ("categories", "*/item_madeup_tags_element.xml", "the same"),
    ("count body link updated", "*cdf*.xml", "CDF: no board has served it since 1999"),
    (
        "count",
        "*/rdf_item_rdf_about.xml",
        "an item that has only an address: nothing in it can be judged",
    ),
    ("author", "*author_email*.xml", "an address is no name"),
    ("author", "kill-the-newsletter/*", "a name that is the address is said once"),
    (
        "author",
        "*/entry_author_*.xml",
        "the name alone, without the address that feedparser adds to it",
    ),
    ("author", "*/atomthreadingwithentry.xml", "the same"),
    ("author", "*/entry_authors_*.xml", "of several, the first; feedparser keeps the last"),
    ("author", "*/*author_multiple.xml", "the same"),
    ("author", "*/item_multiple_dc_creator.xml", "the same"),
    ("body", "*/item_description_and_summary.xml", "the same"),
    ("published updated", "*/entry_*_multiple_values.xml", "the same"),
    ("body", "*/media_group.xml", "the description of a picture in the entry is not the entry's"),
    ("title", "*/item_category_image.xml", "a title within a category is not the entry's"),
    ("categories", "*/item_category_image.xml", "what stands within a category belongs to it"),
    (
        "categories",
        "*/itunes_item_category*.xml",
        "categories of podcasts, which stand in attributes",
    ),
    ("categories", "*/item_media_category*.xml", "categories of a picture, not of the entry"),
    (
        "categories",
        "*/large_atom_feed_that_needs_css_sanitisation.xml",
        "feedparser leaves out what is said twice",
    ),
    (
        "categories",
        "*/rss_channel_item_category_naked_markup.xml",
        "feedparser loses a category with markup in it",
    ),
    ("body", "*/item_content_encoded_script_nested_cdata.xml", "a script is no text"),
    (
        "body",
        "*/atom03_feed_entry_summary_xhtml_escaped_markup.xml",
        "markup that was escaped once too often is read as markup",
    ),
    (
        "link",
        "*/entry_id_with_attributes.xml",
        "an id that is no address is no link, though feedparser makes it one",
    ),
    ("link", "*/http_entry_id_base_*.xml", "the same"),
    ("link", "*/entry_title_inherit_2.xml", "the same"),
    ("link", "*/http_content_language_entry_title_inherit_2.xml", "the same"),
    ("link", "*/atom10_id.xml", "the same"),
    ("link", "empty.atom", "the same"),
    ("link", "full.atom", "the same"),
    (
        "link guid",
        "*/entry_id_xml_base.xml",
        "an id is a name, however it looks; feedparser joins it to a base",
    ),
    ("link", "*rdf_item_*.xml", "rdf:about is the address of its item"),
    (
        "link",
        "*/item_guid_*.xml",
        (
            "a guid that is a web address is the only way to the job there is, whatever isPermaLink"
            " says"
        ),
    ),
    (
        "guid",
        "*/item_guid_isPermaLink_ValueError.xml",
        "feedparser drops a guid that it can't join to a base",
    ),
    (
        "guid",
        "*/rss_channel_item_guid_naked_markup.xml",
        "feedparser drops a guid with markup in it; ours names the entry",
    ),
)


def test_our_corpus_and_the_captures() -> None:
    """Every well-formed feed of ours reads as feedparser reads it."""
    _compare(our_folders())


@needs_public_feeds
@pytest.mark.slow
def test_public_feeds() -> None:
    """The same over all of FEED_CORPUS_DIR."""
    _compare(public_folders())


def _compare(folders: Iterable[Path]) -> None:
    found = [body for folder in folders for body in bodies(folder)]
    differing: dict[str, list[str]] = defaultdict(list)
    compared = 0
    for body in found:
        if (pair := _both(body)) is not None:
            compared += 1
            for field, sentence in _differences(*pair):
                differing[f"{field} {body.origin}"].append(sentence)
    unknown = {key: sentences for key, sentences in differing.items() if not _reasons(key)}
    assert compared > 40
    assert unknown == {}
    agreeing = [
        (fields, files)
        for fields, files, _ in KNOWN
        if _is_compared(files, found) and not _differs(fields, files, differing)
    ]
    assert agreeing == [], "no longer different: take these lines out"


def _both(body: Body) -> tuple[FeedDocument, FeedDocument] | None:
    """What the fast way and feedparser make of a body; None where the fast way doesn't take it."""
    text = as_windows_meant(decode(body.content, body.content_type)[0]).lstrip("\ufeff \t\r\n")
    ours = parse(body.content, body.content_type)
    if (
        text[:1] in ("{", "[", "")
        or not isinstance(ours, FeedDocument)
        or ours.kind == "mail"
        or "<!DOCTYPE" in text[:2000]
    ):
        return None
    if dispatch._strictly(*dispatch._as_utf8(text), MANY) is None:
        return None
    return ours, loose.read_loosely(text, max_entries=MANY) or FeedDocument("rss")


def _differences(ours: FeedDocument, theirs: FeedDocument) -> Iterator[tuple[str, str]]:
    if len(ours.entries) != len(theirs.entries):
        yield "count", f"{len(ours.entries)} / {len(theirs.entries)} entries"
        return
    for our, their in zip(ours.entries, theirs.entries, strict=True):
        yield from (
            (field, f"{mine!r} / {other!r}"[:300])
            for field, mine, other in _pairs(our, their)
            if mine != other
        )


def _pairs(our: RawEntry, their: RawEntry) -> list[tuple[str, object, object]]:
    return [
        ("title", plain(our.title), plain(their.title)),
        ("link", our.link, their.link),
        ("guid", our.guid, their.guid),
        ("published", our.published, their.published),
        ("updated", our.updated, their.updated),
        ("body", html_to_text(our.body), html_to_text(their.body)),
        (
            "categories",
            [plain(each) for each in our.categories],
            [plain(each) for each in their.categories],
        ),
        ("author", plain(our.author), plain(their.author)),
    ]


def _reasons(key: str) -> list[str]:
    field, _, origin = key.partition(" ")
    return [
        reason
        for fields, files, reason in KNOWN
        if field in fields.split() and fnmatchcase(origin, files)
    ]


def _is_compared(files: str, found: list[Body]) -> bool:
    return any(fnmatchcase(body.origin, files) and _both(body) for body in found)


def _differs(fields: str, files: str, differing: Iterable[str]) -> bool:
    return any(
        key.partition(" ")[0] in fields.split() and fnmatchcase(key.partition(" ")[2], files)
        for key in differing
    )


def test_our_descriptions_as_beautifulsoup_reads_them() -> None:
    """Every word that BeautifulSoup's `get_text` finds is in ours, in its order; ours adds only
    dashes of lists and addresses of links.
    """
    assert _lost_texts(our_folders()) == []


@needs_public_feeds
@pytest.mark.slow
def test_public_descriptions_as_beautifulsoup_reads_them() -> None:
    assert _lost_texts(public_folders()) == []


def _lost_texts(folders: Iterable[Path]) -> list[str]:
    markup = {
        entry.body for folder in folders for body in bodies(folder) for entry in _entries(body)
    }
    assert len(markup) > 100
    short = [each for each in markup if tidy(text_of_markup(each)) != tidy(_soup_text(each))]
    return short + [each for each in markup if not _has_all(html_to_text(each), _all_text(each))]


def _entries(body: Body) -> tuple[RawEntry, ...]:
    found = parse(body.content, body.content_type)
    return found.entries if isinstance(found, FeedDocument) else ()


def _all_text(markup: str) -> str:
    from bs4 import BeautifulSoup

    if (last := markup.rfind("<")) > markup.rfind(">"):
        markup = markup[:last]  # a tag that the end of a cut text broke off; ours leaves it out
    soup = BeautifulSoup(markup if "<" in markup else html_to_text(markup), "html.parser")
    for tag in soup.find_all(_DROPPED):
        tag.decompose()
    return tidy(soup.get_text(" "))


def _has_all(text: str, wanted: str) -> bool:
    """All characters of `wanted` but white space, in this order."""
    rest = iter(text)
    return all(char in rest for char in "".join(wanted.split()))
