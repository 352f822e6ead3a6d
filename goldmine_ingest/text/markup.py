"""HTML to the lines that a reader of it would see. BeautifulSoup with html.parser says what they
are.

Nine in ten descriptions hold nothing but well-formed tags that everybody knows (br, b, p, li, a).
Those are walked here without building a tree, at a twentieth of the cost; whatever is not plainly
simple goes to BeautifulSoup. `tests/text/test_markup.py` holds one way against the other over
generated markup and all samples.
"""

from __future__ import annotations

import html
import re
import warnings
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache, lru_cache
from html.entities import name2codepoint
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bs4 import BeautifulSoup
    from bs4.element import Tag

_DROPPED = frozenset(
    {
        "script",
        "style",
        "head",
        "title",
        "template",
        "noscript",
        "svg",
        "iframe",
        "object",
        "select",
        "button",
        "textarea",
    }
)
_PARAGRAPHS = frozenset(
    {"p", "ul", "ol", "dl", "table", "blockquote", "pre", "h1", "h2", "h3", "h4", "h5", "h6", "hr"}
)
_LINES = frozenset(
    {
        "div",
        "li",
        "tr",
        "dt",
        "dd",
        "section",
        "article",
        "header",
        "footer",
        "main",
        "address",
        "figure",
        "form",
        "br",
    }
)
# a new line unless there is one already; nested and neighbouring blocks make one break together
_LINE = "\x1e"
_LINE_BREAKS = re.compile(" *\x1e(?:\\s*\x1e)* *")
_BREAKS = {
    **dict.fromkeys(_PARAGRAPHS, "\n\n"),
    **dict.fromkeys(_LINES, _LINE),
    "td": " ",
    "th": " ",
}
_AROUND = {
    **{name: (around, around) for name, around in _BREAKS.items()},
    "li": (f"{_LINE}- ", _LINE),
    "br": ("\n", ""),
}
_HAS_BREAKS = re.compile(r"<(?:p|br|div|li|tr|h[1-6]|pre|table)\b", re.IGNORECASE)
_ANY_TAG = re.compile(r"<[a-zA-Z/!?][^<>]*>?")
_UNCLOSED_TAG = re.compile(r"<[a-zA-Z/!?][^<>]*(?=<|$)")
_MAX_UNCLOSED = (
    100  # html.parser looks at the whole rest again for each: 15 kB of "<a <a <a " took it 4 s
)
_SHOWN_LINK = re.compile(r"(?:https?://|mailto:)", re.IGNORECASE)
_SPACES = re.compile(r"\s+")


def text_of_markup(markup: str) -> str:
    """The text of HTML with a line per block; white space within a line is left for `tidy`.
    Never raises.
    """
    simple = _simple_text(markup)
    return _soup_text(markup) if simple is None else simple


def _soup_text(markup: str) -> str:
    from bs4.exceptions import ParserRejectedMarkup

    if len(_UNCLOSED_TAG.findall(markup)) > _MAX_UNCLOSED:
        return _ANY_TAG.sub(" ", markup)
    try:
        soup = _parser()(markup, "html.parser")
    except (ParserRejectedMarkup, RecursionError):
        return _ANY_TAG.sub(" ", markup)
    return _LINE_BREAKS.sub("\n", "".join(_pieces(soup, keep_lines=not _HAS_BREAKS.search(markup))))


@cache
def _parser() -> type[BeautifulSoup]:
    """Whoever posts a job would write to our terminal by what it warns of (markup that looks like
    XML, or like an address).
    """
    from bs4 import BeautifulSoup  # 0.27 s, not paid by a poll that brings nothing new

    warnings.filterwarnings("ignore", module=r"goldmine_ingest\.text\.markup")
    return BeautifulSoup


def _pieces(soup: BeautifulSoup, *, keep_lines: bool) -> Iterator[str]:
    """The text in document order with its breaks. A walk without recursion: 100,000 nested tags
    are no deeper than one.
    """
    from bs4.element import NavigableString, Tag

    open_tags = [(iter(soup.contents), "")]
    while open_tags:
        children, after = open_tags[-1]
        node = next(children, None)
        if node is None:
            yield after
            open_tags.pop()
        elif isinstance(node, Tag):
            if node.name not in _DROPPED:
                before, after = _around(node.name, node.attrs.get("href"), node)
                yield before
                open_tags.append((iter(node.contents), after))
        elif type(node) is NavigableString:  # comments, doctypes and the like are its subclasses
            words = node.replace(_LINE, "")
            yield words if keep_lines else _SPACES.sub(" ", words)


def _around(name: str, href: object, tag: Tag) -> tuple[str, str]:
    """What stands before and after a tag's content: its breaks, the dash of a list item, the
    address of a link.
    """
    if name == "a" and isinstance(href, str) and _SHOWN_LINK.match(href.strip()):
        return "", _address(href.strip(), tag.get_text().strip())
    return _AROUND.get(name, ("", ""))


def _address(address: str, words: str) -> str:
    return "" if not words or words in address or address in words else f" ({address})"


# --- Simple markup

# a line break, while the text around it is read; a sign that no text has, and no white space
_BREAK = "\u2424"
_BREAK_TAGS = ("<br />\n", "<br />", "<br>", "<br/>")
_ATTRIBUTES = (
    r"(?:[ \t\r\n\f]+[a-zA-Z][-a-zA-Z0-9_:]*"
    rf"""(?:=(?:"[^"<>{_BREAK}]*"|'[^'<>{_BREAK}]*'))?)*"""
)
_SIMPLE_TAG = re.compile(rf"<(/?)([a-zA-Z][a-zA-Z0-9]*)({_ATTRIBUTES})[ \t\r\n\f]*(/?)>")
_HREF = re.compile(r"""[ \t\r\n\f]href=(?:"([^"]*)"|'([^']*)')""", re.IGNORECASE)
_EMPTY = frozenset({"br", "img"})
_KNOWN = frozenset(
    {"a", "b", "strong", "i", "em", "u", "s", "small", "big", "font", "span", "code", "sub", "sup"}
    | {"center", "tbody", "thead"}
) | (_BREAKS.keys() - {"pre", "hr"} | _EMPTY)  # fmt: skip
# Named and numbered characters that every version of html.parser and BeautifulSoup reads alike;
# anything else after "&" is for them.
_SIMPLE_ENTITY = re.compile(r"[a-zA-Z]+[0-9]*|#([0-9]{2,5})|#[xX]([0-9a-fA-F]{2,4})")
_LONGEST_NAME = 8  # characters, of an entity
_MAY_BE_ENTITY = re.compile(r"[a-zA-Z#]")
_CODEPOINTS = {
    name: code for name, code in name2codepoint.items() if name not in ("lang", "rang")
}  # HTML 5 changed these two
_ASCII_SPACES = " \n\t\x0c\r"


@dataclass(slots=True)
class _Open:
    """A tag that isn't closed yet: what follows its content; for a link to be shown, its address
    and where its words begin.
    """

    name: str
    after: str
    address: str = ""
    words_from: int = 0


@dataclass(slots=True)
class _Walk:
    """The text so far, in `pieces`; `words` are the strings of the tree that BeautifulSoup would
    build: a link's text is made of them.

    `tags` are open, innermost last; `counts` says how many of each name, so that a flood of end
    tags costs no search.
    """

    pieces: list[str] = field(default_factory=list)
    words: list[str] = field(default_factory=list)
    tags: list[_Open] = field(default_factory=list)
    counts: Counter[str] = field(default_factory=Counter)

    def begin(self, name: str, attributes: str) -> bool:
        """A start tag. False: its address is not plainly simple, or it is a link within a link."""
        before, after = _AROUND.get(name, ("", ""))
        self.pieces.append(before)
        opened = _Open(name, after)
        if name == "a":
            address = _simple_address(attributes)
            if address is None or self.counts["a"]:
                return False
            opened.address, opened.words_from = address, len(self.words)
        self.tags.append(opened)
        self.counts[name] += 1
        return True

    def end(self, name: str) -> None:
        """An end tag closes the innermost open tag of its name and all that are open inside;
        without one it means nothing.
        """
        if self.counts[name]:
            while self._close().name != name:
                pass

    def finish(self) -> str:
        while self.tags:
            self._close()
        return "".join(self.pieces)

    def _close(self) -> _Open:
        tag = self.tags.pop()
        self.counts[tag.name] -= 1
        if tag.address:
            tag.after = _address(tag.address, "".join(self.words[tag.words_from :]).strip())
        self.pieces.append(tag.after)
        return tag


def _simple_text(markup: str) -> str | None:
    """As `_soup_text` but for white space within a line, for markup that holds only well-formed
    known tags and well-known characters; None for any other.
    """
    if _BREAK in markup:
        return None
    keep_lines = not _HAS_BREAKS.search(markup)
    for tag in _BREAK_TAGS:  # nine tags in ten: no need to take the text apart there
        markup = markup.replace(tag, _BREAK)
    parts = _SIMPLE_TAG.split(markup)
    walk = _Walk()
    for at in range(0, len(parts), 5):
        if parts[at]:
            words = _simple_words(parts[at])
            if words is None:
                return None
            walk.words.append(words.replace(_BREAK, ""))
            words = words.replace(_LINE, "")
            if not keep_lines:
                words = words.replace("\n", " ")
                if not words.isprintable():  # of all white space, only " " is printable
                    words = _SPACES.sub(" ", words)
            walk.pieces.append(words)
        if at + 1 < len(parts) and not _take_tag(walk, *parts[at + 1 : at + 5]):
            return None
    text = walk.finish().replace(_BREAK, "\n")
    return _LINE_BREAKS.sub("\n", text) if _LINE in text else text


def _take_tag(walk: _Walk, slash: str, name: str, attributes: str, closed: str) -> bool:
    name = name.lower()
    if name not in _KNOWN:
        return False
    if slash:
        if attributes or closed or name in _EMPTY:
            return False
        walk.end(name)
        return True
    if not walk.begin(name, attributes):
        return False
    if closed or name in _EMPTY:
        walk.end(name)
    return True


def _simple_words(text: str) -> str | None:
    """The characters that a text between two tags means; None where that isn't plainly simple."""
    if "<" in text:
        return None
    if "&" in text:
        first, *rest = text.split("&")
        pieces = [first]
        for piece in rest:
            name, end, words = piece.partition(";")
            if not _MAY_BE_ENTITY.match(piece):
                pieces += ("&", piece)
            elif end and len(name) <= _LONGEST_NAME and (character := _character(name)):
                pieces += (character, words)
            else:
                return None
        text = "".join(pieces)
    if not text.strip(_ASCII_SPACES):  # BeautifulSoup keeps no more of it
        return "\n" if "\n" in text else " "
    return text


@lru_cache(maxsize=512)
def _character(name: str) -> str | None:
    """What stands between "&" and ";" as its character; None for a name that HTML 4 doesn't have,
    and for a number that isn't a plain character.
    """
    entity = _SIMPLE_ENTITY.fullmatch(name)
    if entity is None:
        return None
    decimal, hexadecimal = entity.groups()
    number = int(decimal or 0) or int(hexadecimal or "0", 16) or _CODEPOINTS.get(name, 0)
    return chr(number) if number in range(32, 127) or number in range(160, 0xD800) else None


def _simple_address(attributes: str) -> str | None:
    """The address to show for a link's attributes, "" for none; None where unescaping it isn't
    plainly simple.
    """
    addresses = _HREF.findall(attributes)
    raw = "".join(addresses[-1]) if addresses else ""
    address = raw.replace("&amp;", "&")
    if "&" in raw and html.unescape(raw) != address:
        return None
    address = address.strip()
    return address if _SHOWN_LINK.match(address) else ""
