"""Hostile text made harmless before any service sees it: control and bidi characters out, links
checked, cuts between graphemes.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from urllib.parse import quote, urlsplit, urlunsplit

ZWSP = "\u200b"
_KEPT_INVISIBLE = "\u200c\u200d"  # joiners that scripts and emoji need
_MARKS_KEPT = 4  # combining marks on one base; more is a flood
_LONGEST_LINK = 2000
# what stays as it is; brackets, quotes, asterisks and the like mean something to some service
_LINK_SAFE = "/:?#@!$&;=+,%-.~"

_SPACE = re.compile(r"\s+")
# What a service would make clickable by itself: a scheme, a dotted name, an address. A zero-width
# space takes each apart.
_SCHEME = re.compile(
    r":(?=//)|(?<=mailto:)|(?<=tel:)|(?<=sms:)|(?<=magnet:)|(?<=xmpp:)|(?<=javascript:)|(?<=data:)",
    re.IGNORECASE,
)
_DOTTED = re.compile(r"(?<=[^\s.。．｡])([.。．｡])(?=[^\W\d_]|xn--|\d{1,3}[.。．｡]\d)")


def clean(text: str) -> str:
    """One line of visible text: no control, bidi, surrogate or invisible characters, no flood of
    combining marks, single spaces.
    """
    if (
        text.isascii() and text.isprintable()
    ):  # most texts: a look at each character cost a quarter of what sending a digest did
        return _SPACE.sub(" ", text).strip()
    return _SPACE.sub(" ", visible(text)).strip()


def visible(text: str) -> str:
    """As `clean`, with its spaces as they are."""
    return "".join(_visible(text))


def _visible(text: str) -> Iterator[str]:
    marks = 0
    for char in text:
        category = unicodedata.category(char)
        if category[0] == "M":
            marks += 1
            if marks > _MARKS_KEPT:
                continue
        else:
            marks = 0
        if char.isspace() or category == "Cc":
            yield " "
        elif category == "Cs" or (
            category == "Cf"
            and char not in _KEPT_INVISIBLE
            and not "\U000e0020" <= char <= "\U000e007f"
        ):
            continue
        else:
            yield char


def escape_controls(text: str) -> str:
    r"""For a terminal: one line in which control, bidi and other invisible characters show as
    \x1b or \u202e.
    """
    return "".join(_shown(char) for char in text)


def _shown(char: str) -> str:
    category = unicodedata.category(char)
    if char == " " or (
        category not in ("Cc", "Cs", "Zl", "Zp") and (category != "Cf" or char in _KEPT_INVISIBLE)
    ):
        return char
    code = ord(char)
    return (
        f"\\x{code:02x}"
        if code < 0x100
        else f"\\u{code:04x}"
        if code < 0x10000
        else f"\\U{code:08x}"
    )


def unlink(text: str) -> str:
    """Text that no service turns into a link or an address by itself: a zero-width space (U+200B)
    stands in each '://', after each dot before a letter, and after each '@'. Nothing visible
    changes; whoever removes U+200B has the text again.
    """
    text = _SCHEME.sub(lambda match: match.group() + ZWSP, text)
    return _DOTTED.sub(lambda match: match.group(1) + ZWSP, text).replace("@", "@" + ZWSP)


def safe_link(url: str | None) -> str | None:
    """The link if it is http(s), with a host, without userinfo and of a bearable length,
    percent-encoded so that it can stand in any markup; else None: it is shown as text.
    """
    if (
        not url
        or len(url) > _LONGEST_LINK
        or "\\" in url
        or any(c.isspace() or unicodedata.category(c)[0] == "C" for c in url)
    ):
        return None
    try:
        parts = urlsplit(url)
        host = parts.hostname or ""
        ascii_host = host if host.isascii() else host.encode("idna").decode("ascii")
        port = f":{parts.port}" if parts.port else ""
    except ValueError:
        return None
    if (
        parts.scheme.lower() not in ("http", "https")
        or not re.fullmatch(r"[a-z0-9._-]+|[0-9a-f:.]+", ascii_host)
        or "@" in parts.netloc
    ):
        return None
    netloc = f"[{ascii_host}]{port}" if ":" in ascii_host else ascii_host + port
    link = urlunsplit(
        (parts.scheme.lower(), netloc, *(quote(part, safe=_LINK_SAFE) for part in parts[2:]))
    )
    return link if len(link) <= _LONGEST_LINK else None


def host_of(link: str) -> str:
    """The host of a safe link as a person says it: "upwork.com"; "" for none."""
    return (urlsplit(link).hostname or "").removeprefix("www.")


def graphemes(text: str) -> list[str]:
    """The text in user-perceived characters, near enough to UAX 29 for cutting: marks, joined
    emoji, flags and keycaps stay whole.
    """
    clusters: list[str] = []
    for char in text:
        if clusters and _continues(clusters[-1], char):
            clusters[-1] += char
        else:
            clusters.append(char)
    return clusters


def _continues(cluster: str, char: str) -> bool:
    if (
        unicodedata.category(char)[0] == "M"
        or char in _KEPT_INVISIBLE
        or "\U0001f3fb" <= char <= "\U0001f3ff"
    ):
        return True
    if "\U000e0020" <= char <= "\U000e007f" or cluster.endswith("\u200d"):
        return True
    if _is_flag_half(char):
        return len(cluster) == 1 and _is_flag_half(cluster)
    return "\u1160" <= char <= "\u11ff" and "\u1100" <= cluster[-1] <= "\u11ff"  # Hangul jamo


def _is_flag_half(char: str) -> bool:
    return "\U0001f1e6" <= char <= "\U0001f1ff"


def cut_words(text: str, length: int) -> str:
    """At most `length` code points: whole words from its start, and '…' where something is missing.
    A text that is one word is cut between graphemes.
    """
    if len(text) <= length:
        return text
    room = max(0, length - 2)
    words = text[:room] if text[room].isspace() else text[:room].rpartition(" ")[0]
    words = words.rstrip(" ,;:–-")
    return f"{words} …" if words else cut(text, length)


def cut(text: str, length: int) -> str:
    """At most `length` code points, cut between graphemes, with '…' where something is missing."""
    if len(text) <= length:
        return text
    kept, size = [], 1
    for cluster in graphemes(text[: length + 1]):
        size += len(cluster)
        if size > length:
            break
        kept.append(cluster)
    return "".join(kept).rstrip() + "…" if length > 0 else ""
