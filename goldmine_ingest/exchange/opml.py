"""OPML, in which feed readers keep their subscriptions: read without trust, written without
secrets. Pure.

Hostile files are refused rather than read: no document type (so no entities of one's own, no outer
files), at most 5 MiB and 20,000 outlines, and addresses of http and https only (docs/reliability.md
Z14).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from urllib.parse import urlsplit
from xml.parsers import expat
from xml.sax.saxutils import quoteattr

from goldmine_ingest.errors import UsageError
from goldmine_ingest.settings.feeds import feed_address
from goldmine_ingest.settings.kinds import Wrong
from goldmine_ingest.settings.reference import small_scheme

LARGEST = 5 * 1024 * 1024
MOST_OUTLINES = 20_000
_NOT_IN_XML = dict.fromkeys((*range(9), 11, 12, *range(14, 32), 0x7F, 0xFFFE, 0xFFFF))


@dataclass(frozen=True, slots=True)
class Outline:
    """A subscription: its title and address, and the folders that it lies in, the outermost first.
    The address may be a secret.
    """

    title: str
    url: str = field(repr=False)
    folders: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Opml:
    """What a file holds. `refused` are (title, why) of outlines whose address no feed of ours
    may have.
    """

    outlines: tuple[Outline, ...]
    refused: tuple[tuple[str, str], ...] = ()
    repeated: tuple[str, ...] = ()


class _Reader:
    """Collects the outlines, however deep; each address once."""

    def __init__(self) -> None:
        self.outlines: dict[str, Outline] = {}
        self.refused: list[tuple[str, str]] = []
        self.repeated: list[str] = []
        self._root: str | None = None
        self._seen = 0
        self._open: list[str] = []  # titles of the outlines around; "" for one that is no folder

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        if self._root is None:
            self._root = tag.lower()
            if self._root != "opml":
                raise UsageError(f"this is no OPML: it begins with <{tag[:40]}>")
        if tag.lower() != "outline":
            return
        self._seen += 1
        if self._seen > MOST_OUTLINES:
            raise UsageError(f"more than {MOST_OUTLINES} outlines", hint="split the file")
        values = {name.lower(): value for name, value in attributes.items()}
        title = _one_line(values.get("title") or values.get("text") or "")
        if "xmlurl" in values:
            url = small_scheme(values["xmlurl"].strip())
            self._take(title, url, values.get("type", ""))
            title = ""
        self._open.append(title)

    def end(self, tag: str) -> None:
        if tag.lower() == "outline":
            self._open.pop()

    def _take(self, title: str, url: str, kind: str) -> None:
        why = _refusal(url) or _scraped(kind)
        if why:
            self.refused.append((title or "an outline without a title", why))
        elif url in self.outlines:
            self.repeated.append(title or self.outlines[url].title)
        else:
            self.outlines[url] = Outline(title, url, tuple(filter(None, self._open)))

    def refuse_doctype(self, *_: object) -> None:
        raise UsageError(
            "the file declares a document type, which no feed reader's OPML needs; it is not read"
        )


def read_opml(content: bytes) -> Opml:
    """The subscriptions in a file. Raises UsageError for what is no OPML, or is hostile."""
    if len(content) > LARGEST:
        raise UsageError(f"the file is larger than {LARGEST // 1024 // 1024} MiB")
    reader = _Reader()
    parser = expat.ParserCreate()
    parser.StartElementHandler = reader.start
    parser.EndElementHandler = reader.end
    parser.StartDoctypeDeclHandler = reader.refuse_doctype
    try:
        parser.Parse(content, True)
    except expat.ExpatError as error:
        raise UsageError(
            f"the XML is broken at line {error.lineno}: {expat.ErrorString(error.code)}"
        ) from error
    except (
        LookupError,
        ValueError,
    ) as error:  # an encoding that doesn't exist, or isn't what it says
        raise UsageError("the file's encoding can't be read", hint="save it as UTF-8") from error
    return Opml(tuple(reader.outlines.values()), tuple(reader.refused), tuple(reader.repeated))


def _scraped(kind: str) -> str:
    """Why a subscription whose entries its reader takes from a page itself can't be taken: FreshRSS
    writes types such as "HTML+XPath" (https://freshrss.github.io/FreshRSS/en/developers/OPML.html).
    """
    if "+" not in kind:
        return ""
    return f"its entries are scraped from a page by your reader ({kind[:40]}); there is no feed"


def write_opml(outlines: Iterable[Outline], *, title: str = "Goldmine Ingest") -> str:
    """A file that feed readers take: OPML 2.0 (opml.org/spec2.opml), one outline a feed."""
    lines = [
        f'    <outline type="rss" text={_quoted(o.title)} title={_quoted(o.title)}'
        f" xmlUrl={_quoted(o.url)}/>"
        for o in outlines
    ]
    head = [
        '<?xml version="1.0" encoding="UTF-8"?>',
        '<opml version="2.0">',
        f"  <head><title>{_escaped(title)}</title></head>",
        "  <body>",
    ]
    return "\n".join([*head, *lines, "  </body>", "</opml>", ""])


def _quoted(text: str) -> str:
    return quoteattr(_writable(text))


def _escaped(text: str) -> str:
    return quoteattr(_writable(text))[1:-1]


def _writable(text: str) -> str:
    return text.encode("utf-8", "ignore").decode("utf-8").translate(_NOT_IN_XML)


def _one_line(text: str) -> str:
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())


def _refusal(url: str) -> str | None:
    """Why an address is none that a feed may have. The address itself isn't quoted, for it may
    be a secret.
    """
    try:
        parts = urlsplit(url)
        parts.port  # noqa: B018 - raises for a port that is none
    except ValueError:
        return "its address can't be read"
    if parts.scheme not in ("http", "https"):
        return "its address is not http or https"
    if not parts.hostname or any(c.isspace() or c == "\\" or not c.isprintable() for c in url):
        return "its address can't be read"
    try:
        feed_address(url)  # as goldmine.toml will be read
    except Wrong as wrong:
        return f"its address {wrong.message}"
    return None
