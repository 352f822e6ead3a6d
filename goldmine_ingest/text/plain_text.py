"""Text as people read it: markup to lines, entities, mojibake, invisible characters, skills, and
whether a text was cut.

Everything here is a pure function that takes any string and never raises. `plain` and `tidy` are
idempotent. ftfy (0.15 s) is imported by the first text that needs it.
"""

from __future__ import annotations

import html
import re
import unicodedata
from collections.abc import Iterable, Iterator

from goldmine_ingest.text.language import detect_language
from goldmine_ingest.text.lazy_re import lazy_re
from goldmine_ingest.text.markup import text_of_markup

__all__ = [
    "detect_language",
    "html_to_text",
    "is_truncated",
    "plain",
    "split_skills",
    "tidy",
    "unescape_all",
]

MAX_MARKUP = 512 * 1024  # characters; the longest descriptions seen have about 30,000
_MAX_PASSES = 12  # of cleaning until nothing changes; real texts need two

# --- Entities, mojibake, invisible characters

# Only with their semicolon: html.unescape would turn "?a=1&section=2" into "?a=1§ion=2".
_ENTITY = lazy_re(r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[a-zA-Z][a-zA-Z0-9]{1,31});")
_ESCAPED_AMPERSAND = lazy_re(r"&(?:(?:amp|AMP|#0{0,5}38|#[xX]0{0,4}26);)+")


def unescape_all(text: str) -> str:
    """Entities unescaped as often as they were escaped: "AT&amp;amp;T" is "AT&T". What isn't an
    entity stays: "R&D", "&section=2".
    """
    for _ in range(_MAX_PASSES):
        if "&" not in text or ";" not in text:
            break
        unescaped = _ENTITY.sub(
            lambda match: html.unescape(match[0]), _ESCAPED_AMPERSAND.sub("&", text)
        )
        if unescaped == text:
            break
        text = unescaped
    return text


# A lead byte of UTF-8 followed by a continuation byte, both read as Windows-1252, Latin-1 or
# Windows-1251. It only decides whether ftfy is asked; ftfy decides whether there is anything to
# repair ("Сёмин" is asked for and stays).
_SUSPICIOUS = lazy_re(
    "[\u00c2-\u00c5\u00c9\u00ce-\u00d1\u00d7-\u00db\u00e0-\u00e9\u00ef\u00f0\u0412\u0413\u0420\u0421\u0432\u0440]"
    "[\u0080-\u00bf\u0152\u0153\u0160\u0161\u0178\u017d\u017e\u0192\u02c6\u02dc\u2013\u2014\u2018-\u201e\u2020-\u2022\u2026\u2030"
    "\u2039\u203a\u20ac\u2122\u0401-\u040f\u0451-\u045f\u0490\u0491\u2116]"
)


def _repair_mojibake(text: str) -> str:
    if not _SUSPICIOUS.search(text):
        return text
    import ftfy  # 0.15 s, needed for few feeds

    return "\n".join(
        ftfy.fix_encoding(line) if _SUSPICIOUS.search(line) else line for line in text.split("\n")
    )


# Kept: line feed, tab (as white space), the joiners U+200C and U+200D (Persian, emoji). Gone:
# controls, soft hyphen, bidi marks, embeddings and isolates, zero-width spaces, lone surrogates (no
# UTF-8 has them), tag characters, noncharacters.
_INVISIBLE = lazy_re(
    "[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\u00ad\u061c\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufeff"
    "\ufff9-\ufffb\ufffe\uffff\ud800-\udfff\U000e0000-\U000e007f]"
)
_MARKS = "[\u0300-\u036f\u0483-\u0489\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20f0\ufe20-\ufe2f]"
_MARK_FLOOD = lazy_re(f"({_MARKS}{{3}}){_MARKS}+")
_LINE_ENDS = lazy_re("\r\n?|[\x0b\x0c\x85\u2028\u2029]")


def _clean_once(text: str) -> str:
    text = _repair_mojibake(
        unescape_all(text)
    )  # before controls go: C1 characters are bytes of misread UTF-8
    text = _LINE_ENDS.sub("\n", _INVISIBLE.sub("", text))
    return text if text.isascii() else unicodedata.normalize("NFC", _MARK_FLOOD.sub(r"\1", text))


# Anything but printable ASCII, line feeds, and the typography that none of the steps touches.
_UNUSUAL = lazy_re("[^\n -~–—‘’“”•…€]")


def _is_usual(text: str) -> bool:
    """Nothing in it has to be cleaned. Most texts are, and looking costs a tenth of cleaning."""
    return not _UNUSUAL.search(text) and not ("&" in text and _ENTITY.search(text))


def _clean(text: str) -> str:
    """Cleaned until nothing changes: what one step uncovers, another may have to remove."""
    if _is_usual(text):
        return text
    for _ in range(_MAX_PASSES):
        cleaned = _clean_once(text)
        if cleaned == text:
            break
        text = cleaned
    return text


_TAG = lazy_re(
    r"<(script|style)\b[^<>]*>.*?</\1\s*>|</?(?:a|b|i|u|p|em|br|hr|ul|ol|li|div|img|font|span|code|small|strong|script|style|h[1-6])"
    r"(?:\s[^<>]*)?/?>",
    re.IGNORECASE | re.DOTALL,
)


def plain(text: str) -> str:
    """One line: entities unescaped, mojibake repaired, invisible characters and stray HTML tags
    out, white space collapsed.
    """
    if "<" not in text and _is_usual(text):
        return " ".join(text.split())
    for _ in range(_MAX_PASSES):
        cleaned = " ".join(
            (_TAG.sub(" ", _clean(text)) if "<" in text or "&" in text else _clean(text)).split()
        )
        if cleaned == text:
            break
        text = cleaned
    return text


def tidy(text: str) -> str:
    """The same for text of several lines (tags stay): lines stripped, at most one empty line
    between two paragraphs.
    """
    text = _clean(text)
    # Of all white space, only " " is printable.
    is_spaced = "  " not in text and text.replace("\n", "").isprintable()
    joined = "\n".join(map(str.strip if is_spaced else _single_spaced, text.split("\n")))
    while "\n\n\n" in joined:
        joined = joined.replace("\n\n\n", "\n\n")
    return joined.strip()


def _single_spaced(line: str) -> str:
    return " ".join(line.split())


# --- HTML

_ESCAPED_MARKUP = lazy_re(
    r"</?(?:p|br|div|ul|ol|li|strong|b|em|span|h[1-6])(?:\s[^<>]*)?/?>", re.IGNORECASE
)
# A tag that the end of a cut text broke off: with an attribute's value, or with a name that no
# comparison ("a <b") has.
_CUT_TAG = lazy_re(
    r"</?(?:[abiup]|br|em|ul|ol|li|div|img|span|font|strong|table|h[1-6])\s+[a-z-]+\s*=[^<>]*$"
    r"|</?(?:br|em|ul|ol|li|div|img|span|font|strong|table|h[1-6])(?:\s+[a-z-]*)?$",
    re.IGNORECASE,
)


def html_to_text(markup: str) -> str:
    """Readable text of HTML: a line per block, "- " before list items, links as "words (address)";
    scripts, styles and comments dropped.

    BeautifulSoup with html.parser says what the text is; markup that it refuses is stripped of its
    tags. Text without a tag keeps its own lines, and markup that was escaped once too often is read
    as markup. What is beyond MAX_MARKUP characters is not read.
    """
    markup = _unwrapped(markup[:MAX_MARKUP])
    if (last := markup.rfind("<")) > markup.rfind(">"):
        markup = markup[:last] + _CUT_TAG.sub("", markup[last:])
    return tidy(text_of_markup(markup) if "<" in markup else markup)


def _unwrapped(markup: str) -> str:
    """Markup that is there only in escaped form ("&lt;p&gt;"), unescaped; any other as it is."""
    if "<" in markup or "&" not in markup:
        return markup
    unescaped = unescape_all(markup)
    return unescaped if _ESCAPED_MARKUP.search(unescaped) else markup


# --- Skills

_NOT_SKILLS = lazy_re(
    r"(?:array|n/?a|none|null|undefined|\+\s*\d+\s*(?:more)?|\d+ more|and more|more|\.\.\.|…|-)",
    re.IGNORECASE,
)
_HASHTAGS = lazy_re(r"\s*(?:#[^\W\d_][\w+.-]*\s*){2,}")  # "#python #sql"
_MAX_SKILLS = 100
_MAX_SKILL = 100  # characters


def split_skills(
    skills: str | Iterable[str] | None, *, separators: str = ",\n;|•·、；，▪●◦‣・"
) -> tuple[str, ...]:
    """Skills in order, first spelling, no duplicates. A text is split at `separators` outside
    parentheses; the items of a list are taken whole. "Array, Array" (a server's bug), "+3 more" and
    the like are nothing.
    """
    if skills is None:
        return ()
    unlike: dict[str, str] = {}
    if isinstance(skills, str) and _HASHTAGS.fullmatch(skills):
        skills = skills.replace("#", " ").split()
    for piece in (
        _split_outside_parentheses(unescape_all(skills), separators)
        if isinstance(skills, str)
        else skills
    ):
        skill = plain(str(piece)).strip(" ,;")
        if skill and len(skill) <= _MAX_SKILL and not _NOT_SKILLS.fullmatch(skill):
            unlike.setdefault(skill.casefold(), skill)
    return tuple(unlike.values())[:_MAX_SKILLS]


def _split_outside_parentheses(text: str, separators: str) -> Iterator[str]:
    start = depth = 0
    nests = text.count("(") == text.count(")")  # an unclosed one must not swallow the rest
    for position, char in enumerate(text):
        if char in "()" and nests:
            depth += 1 if char == "(" else -1
        elif char in separators and depth <= 0:
            yield text[start:position]
            start = position + 1
    yield text[start:]


# --- Cut texts

_CUT = lazy_re(
    r"(?:(?:\.{3}|…)\s*[\])>]?|\[(?:\.{3}|…|&hellip;)\]|(?:\.{3}|…)\s*\(?(?:read |view |see |show"
    r" )?(?:more|weiter|mehr|lire la"
    r" suite|plus|далее|ещё)"
    r"\)?\s*[»›>→]?|\b(?:read more|continue reading|lire la suite|weiterlesen|читать"
    r" далее)\s*[.»›>→]*)\s*$",
    re.IGNORECASE,
)


def is_truncated(text: str) -> bool:
    """The text ends as cut texts do: "…", "...", "[...]", "... more", "Read more". (An author's
    own last "..." looks the same.)
    """
    return _CUT.search(text[-80:]) is not None
