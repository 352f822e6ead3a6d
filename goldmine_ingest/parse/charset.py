"""Which characters the bytes mean, when prolog, header and bytes contradict each other."""

from __future__ import annotations

import codecs
import re

# The codecs that feeds are really written in (WHATWG's list, by Python's names). No others: Python
# also knows codecs that decompress.
_ALLOWED = frozenset(
    {
        "utf-8",
        "utf-16",
        "utf-16-le",
        "utf-16-be",
        "utf-32",
        "utf-32-le",
        "utf-32-be",
        "ascii",
        "cp1252",
        "iso8859-1",
        "iso8859-2",
        "iso8859-3",
        "iso8859-4",
        "iso8859-5",
        "iso8859-6",
        "iso8859-7",
        "iso8859-8",
        "iso8859-9",
        "iso8859-10",
        "iso8859-13",
        "iso8859-14",
        "iso8859-15",
        "iso8859-16",
        "cp874",
        "cp1250",
        "cp1251",
        "cp1253",
        "cp1254",
        "cp1255",
        "cp1256",
        "cp1257",
        "cp1258",
        "koi8-r",
        "koi8-u",
        "mac-roman",
        "mac-cyrillic",
        "cp866",
        "gbk",
        "gb2312",
        "gb18030",
        "big5",
        "big5hkscs",
        "euc_jp",
        "shift_jis",
        "cp932",
        "iso2022_jp",
        "euc_kr",
        "cp949",
        "tis-620",
    }
)
_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_WITHOUT_BOM = (
    (b"<\0", "utf-16-le"),
    (b"\0<", "utf-16-be"),
    (b"{\0", "utf-16-le"),
    (b"[\0", "utf-16-le"),
    (b"\0{", "utf-16-be"),
    (b"\0[", "utf-16-be"),
)
_PROLOG = re.compile(rb"""^\s*<\?xml[^>]{0,200}?encoding\s*=\s*["']\s*([A-Za-z0-9._:-]{1,40})""")
_HEADER = re.compile(r"""charset\s*=\s*["']?\s*([A-Za-z0-9._:-]{1,40})""", re.I)
_WINDOWS = {
    point: meant
    for point in range(0x80, 0xA0)
    if (meant := bytes([point]).decode("cp1252", "ignore"))
}
_SPOKEN = {"cp1251": "windows-1251", "koi8-r": "KOI8-R"}
_HIGH_WORD = re.compile(rb"[\xa8\xb8\xa3\xb3\xc0-\xff]{4,}")
_LOOKED_AT = 20_000  # bytes
_FEWEST_LETTERS = 12
_CONTROL = re.compile("[\x80-\x9f]")
_CONTROL_REFERENCE = re.compile(
    r"&#(?:12[89]|1[345]\d|[xX][89][0-9a-fA-F]);"
)  # begins with letters that can be looked for fast


def as_windows_meant(text: str) -> str:
    """The control characters U+0080 to U+009F, raw or as references, as the quotes and dashes
    that Windows-1252 has in their places.
    """
    text = text if text.isascii() else _CONTROL.sub(_windows_character, text)
    return _CONTROL_REFERENCE.sub(_windows_character, text)


def _windows_character(match: re.Match[str]) -> str:
    reference = match[0]
    point = (
        ord(reference)
        if len(reference) == 1
        else int(reference[3:-1], 16)
        if reference[2] in "xX"
        else int(reference[2:-1])
    )
    return _WINDOWS.get(point, reference)


def decode(body: bytes, content_type: str = "") -> tuple[str, str | None]:
    """The text of a body, and the codec's name if it had to be guessed (None: it was declared, or
    the bytes are valid UTF-8).

    A byte order mark wins if the bytes are valid under it; then UTF-8 if they are valid UTF-8,
    whatever is declared (other text almost never is); then what prolog and header declare; then
    UTF-8 with each stray byte read as Windows-1252. Never fails.
    """
    marked = _by_mark(body)
    if marked is not None:
        return marked, None
    declared = [name for name in (_prolog_codec(body), _header_codec(content_type)) if name]
    if (
        not any(name.startswith("iso2022") for name in declared)
        and (text := _strict(body, "utf-8")) is not None
    ):
        return text, None
    for name in declared:
        if name != "utf-8" and (text := _strict(body, name)) is not None:
            return text, None
    if codec := _cyrillic(body):
        return body.decode(codec, errors="replace"), _SPOKEN[codec]
    return body.decode("utf-8", errors="goldmine-stray-as-cp1252"), "windows-1252"


def _cyrillic(body: bytes) -> str | None:
    """The Cyrillic codec that undeclared bytes are in: whole words of high bytes, most of them
    small letters. In Western text such bytes stand alone between ASCII letters.
    """
    words = _HIGH_WORD.findall(body[:_LOOKED_AT])
    high = sum(byte >= 0x80 for byte in body[:_LOOKED_AT])
    letters = b"".join(words)
    if len(letters) < _FEWEST_LETTERS or len(letters) * 2 < high:
        return None
    # Small letters stand at E0 to FF in one codec, at C0 to DF in the other.
    upper_half = sum(byte >= 0xE0 for byte in letters)
    low_half = sum(0xC0 <= byte < 0xE0 for byte in letters)
    if (upper_half + low_half) * 10 < len(letters) * 9:
        return None  # not letters of either
    return "cp1251" if upper_half >= low_half else "koi8-r"


def _by_mark(body: bytes) -> str | None:
    for mark, name in _BOMS:
        if body.startswith(mark):
            return _strict(body[len(mark) :], name)
    for start, name in _WITHOUT_BOM:
        if body.startswith(start):
            return _strict(body, name)
    return None


def _prolog_codec(body: bytes) -> str | None:
    match = _PROLOG.match(body[:400])
    return _allowed(match[1].decode("ascii")) if match else None


def _header_codec(content_type: str) -> str | None:
    match = _HEADER.search(content_type)
    return _allowed(match[1]) if match else None


def _allowed(name: str) -> str | None:
    try:
        codec = codecs.lookup(name).name
    except (LookupError, ValueError):
        return None
    if codec not in _ALLOWED:
        return None
    # Who declares Latin-1 or ASCII means Windows-1252, as in every browser; UTF-16 without its mark
    # is told by its first bytes.
    return "cp1252" if codec in {"iso8859-1", "ascii"} else codec


def _strict(body: bytes, name: str) -> str | None:
    try:
        return body.decode(name)
    except (UnicodeError, ValueError):
        return None


def _stray_as_cp1252(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeDecodeError):
        raise error
    stray = error.object[error.start : error.end]
    return stray.decode("cp1252", errors="ignore"), error.end


codecs.register_error("goldmine-stray-as-cp1252", _stray_as_cp1252)
