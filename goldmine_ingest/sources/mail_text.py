"""A mail as its reader sees it: the lines of whichever part holds the jobs, each with its links,
without what a forward has put around them.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from goldmine_ingest.model.entry import RawEntry
from goldmine_ingest.sources.mail_links import URL, MailJob, job_of
from goldmine_ingest.sources.source import text_of
from goldmine_ingest.text.lazy_re import lazy_re

# Private-use characters that mark a link's words while markup becomes lines; CHIP stands between
# two boxes of one row, which most mails draw as neighbouring spans.
_OPEN, _NUMBERED, _CLOSE, CHIP = "\ue010", "\ue011", "\ue012", "\ue013"
_BOLD, _NO_BOLD = "\ue014", "\ue015"
# A link around a whole card begins where its first words stand.
_ANCHOR = lazy_re(
    r"<a\b[^<>]*?\bhref\s*=\s*(?:\"([^\"]*)\"|'([^']*)')[^<>]*>"
    r"((?:\s*<(?!/?a\b|img\b)[^<>]{0,500}>){0,12})",
    re.I,
)
_STRONG = lazy_re(
    r"<(?:h[1-6]|b|strong)\b[^<>]*>|<(?:span|div|td|p|a)\b[^<>]*font-weight:\s*(?:bold|[6-9]00)[^<>]*>",
    re.I,
)
_STRONG_END = lazy_re(r"</(?:h[1-6]|b|strong)\s*>", re.I)
_ANCHOR_END = lazy_re(r"</a\s*>", re.I)
_CHIPS = lazy_re(r"</span>\s*<span\b", re.I)
_HIDDEN = lazy_re(r"<(div|span|p)\b[^<>]*display:\s*none[^<>]*>[^<>]*</\1\s*>", re.I)
_MARKED = lazy_re(f"{_OPEN}(\\d+){_NUMBERED}([^{_OPEN}{_CLOSE}]*){_CLOSE}?")
_LEFT_OVER = lazy_re(f"[{_OPEN}{_NUMBERED}{_CLOSE}]")
_WEIGHTS = lazy_re(f"[{_BOLD}{_NO_BOLD}]")
_RELATIVE = lazy_re(r"(?<!\S)/projects/\S+")
_FORWARDS = r"(?:fwd?|fw|re|wg|aw|tr|rv|enc|res|rif|i|r|ref)"
PREFIXES = lazy_re(rf"^(?:\s*{_FORWARDS}\s*(?:\[\d+\])?\s*:\s*)+", re.I)
_MARKER = lazy_re(
    # *+: what leads is taken once, or a line of nothing but dashes is tried at each split of them
    r"^[\s>*_-]*+(?:begin(?:n)?(?: of)? |anfang der |début du |inicio del |início da |inizio )?"
    r"-*+\s*(?:forwarded message|original message|urspr\w+ nachricht"
    r"|weitergeleitete\w* nachricht"
    r"|message (?:transféré|transmis|d['’]origine|original)|mensaje (?:reenviado|original)"
    r"|mensagem (?:encaminhada|reencaminhada|original)|messaggio (?:inoltrato|originale))"
    r"[\s:*_-]*$",
    re.I,
)
_LABELS = {
    "from": r"from|von|de|da|expéditeur|remitente|mittente",
    "subject": r"subject|betreff|objet|asunto|assunto|oggetto",
    "date": r"date|datum|sent|gesendet|envoyé(?: le)?|fecha|enviado(?: el| em)?|enviada(?: em)?"
    r"|data|inviato|sent on",
    "other": r"to|an|à|para|a|cc|kopie|reply-to|antwort an|répondre à|responder a|rispondi a",
}
_HEADER = {
    name: lazy_re(rf"^\s*\*?(?:{labels})\s*:\*?\s*(.*)$", re.I) for name, labels in _LABELS.items()
}
_QUOTED = lazy_re(r"^\s?>\s?")
_SIGNATURE = lazy_re(r"^--\s*$")
_ADDRESS = lazy_re(r"[\w.+%=-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63})+")
_MOST_FORWARDS = 5
_MOST_LINES = 5_000


@dataclass(frozen=True, slots=True)
class Line:
    """A line's words without its addresses, and its links as (address, words of the link).
    `strong` is a heading, or a line all in bold; `bare` a plain text's line that is nothing but an
    address.
    """

    text: str
    links: tuple[tuple[str, str], ...] = ()
    strong: bool = False
    bare: bool = False


@dataclass(frozen=True, slots=True)
class Mail:
    """A mail as it was first sent. `name` and `address` are its sender's, `subject` has no "Fwd:",
    `sent` is the date as written; `forwarded` is True where another has passed it on.
    """

    name: str
    address: str
    subject: str
    sent: str
    list_id: str = ""
    lines: tuple[Line, ...] = ()
    forwarded: bool = False

    @property
    def host(self) -> str:
        return self.address.rpartition("@")[2].lower()

    @property
    def text(self) -> str:
        """The words of all lines."""
        return "\n".join(line.text for line in self.lines)

    def jobs(self) -> list[MailJob]:
        """The jobs that its links mean, in order, each once."""
        jobs = (
            job for line in self.lines for url, _ in line.links if (job := job_of(url, self.host))
        )
        return list({job.url: job for job in jobs}.values())


def mail_of(entry: RawEntry) -> Mail:
    """The mail that an entry holds: of its plain and its HTML part the one that links more jobs
    (the plain one, where both do).
    """
    extra = entry.extra
    name, address = _name_and_address(str(extra.get("from") or entry.author))
    outer = Mail(
        name,
        address,
        PREFIXES.sub("", entry.title).strip(),
        entry.published,
        str(extra.get("list-id") or ""),
        forwarded=bool(PREFIXES.match(entry.title)),
    )
    parts = [
        _first_sent(replace(outer, lines=tuple(lines)))
        for lines in (_plain(str(extra.get("text") or "")), _markup(_html_of(entry)))
        if lines
    ]
    if not parts:
        return replace(outer, lines=tuple(_plain(text_of(entry.body))))
    return max(parts, key=lambda mail: len(mail.jobs()))  # the first of equals


def _html_of(entry: RawEntry) -> str:
    """A mail's HTML part; of a mail that came in a feed, its body."""
    if entry.extra.keys() & {"text", "html", "from"}:
        return str(entry.extra.get("html") or "")
    return entry.body if "<" in entry.body else ""


def lines_of(body: str) -> list[Line]:
    """The lines of a text or of markup, with their links."""
    return _markup(body) if "<" in body else _plain(body)


def _name_and_address(sender: str) -> tuple[str, str]:
    """A From header's name and address. (The standard library's reader needs a recursion for each
    parenthesis.)
    """
    addresses = _ADDRESS.findall(sender)
    return re.split(r"[<\[(]", sender, maxsplit=1)[0].strip(" \"'*"), addresses[
        -1
    ].lower() if addresses else ""


def _plain(text: str) -> list[Line]:
    return [_plain_line(line) for line in text.splitlines()[:_MOST_LINES]]


def _plain_line(line: str) -> Line:
    links = [*URL.findall(line), *_RELATIVE.findall(line)]
    words = _RELATIVE.sub("", URL.sub("", line))
    words = re.sub(r"[(<\[]\s*[)>\]]", "", words).strip() if links else words.strip()
    return Line(words, tuple((url, words) for url in links), bare=bool(links) and not words)


def _markup(markup: str) -> list[Line]:
    if not markup:
        return []
    addresses: list[str] = []

    def opened(match: re.Match[str]) -> str:
        addresses.append((match[1] or match[2] or "").replace("&amp;", "&").strip())
        return f"{match[3]}{_OPEN}{len(addresses) - 1}{_NUMBERED}"

    markup = _HIDDEN.sub("", _CHIPS.sub(f"</span>{CHIP}<span", markup))
    marked = _ANCHOR_END.sub(_CLOSE, _ANCHOR.sub(opened, markup))
    marked = _STRONG_END.sub(_NO_BOLD, _STRONG.sub(lambda match: match[0] + _BOLD, marked))
    return [_marked_line(line, addresses) for line in text_of(marked).splitlines()[:_MOST_LINES]]


def _marked_line(line: str, addresses: Sequence[str]) -> Line:
    strong = _is_strong(line)
    line = _WEIGHTS.sub("", line)
    links = [
        (addresses[int(number)], words.strip())
        for number, words in _MARKED.findall(line)
        if int(number) < len(addresses)
    ]
    words = _LEFT_OVER.sub("", _MARKED.sub(lambda match: match[2], line))
    shown = [(url, "") for url in URL.findall(words)]
    words = URL.sub("", words) if shown else words
    return Line(words.strip(f" {CHIP}"), tuple(links + shown), strong)


def _is_strong(line: str) -> bool:
    """All words of a line stand between a heading's or bold type's marks."""
    before, mark, rest = line.partition(_BOLD)
    inside, _, after = rest.partition(_NO_BOLD)
    return (
        bool(mark)
        and any(c.isalnum() for c in inside)
        and not (any(c.isalpha() for c in before) or any(c.isalnum() for c in after))
    )


# --- Forwards


def _first_sent(mail: Mail) -> Mail:
    """The mail as it was before it was forwarded, however often."""
    for _ in range(_MOST_FORWARDS):
        inner = _inside(replace(mail, lines=_unquoted(mail.lines)))
        if inner is None:
            break
        mail = inner
    if not mail.forwarded:
        return mail
    lines = _unquoted(mail.lines)
    end = next((n for n, line in enumerate(lines) if _SIGNATURE.match(line.text)), len(lines))
    return replace(mail, lines=lines[:end])


def _unquoted(lines: tuple[Line, ...]) -> tuple[Line, ...]:
    """What is quoted, without its marks, where the links or a forward's header stand in it."""
    quoted = [line for line in lines if _QUOTED.match(line.text)]
    own = [line for line in lines if not _QUOTED.match(line.text)]
    if not any(line.links for line in quoted) or any(line.links for line in own):
        return lines
    return tuple(_unmarked(line) for line in quoted)


def _unmarked(line: Line) -> Line:
    links = tuple((url, _QUOTED.sub("", words).strip()) for url, words in line.links)
    return replace(line, text=_QUOTED.sub("", line.text).strip(), links=links)


def _inside(mail: Mail) -> Mail | None:
    """The mail below the first header block of a forward; None without one."""
    lines = mail.lines
    for start, line in enumerate(lines):
        if not (_MARKER.match(line.text) or _HEADER["from"].match(line.text)):
            continue
        fields, end = _header_block(lines, start + bool(_MARKER.match(line.text)))
        if "from" in fields and "subject" in fields:
            name, address = _sender(fields["from"], lines[start:end])
            return replace(
                mail,
                name=name or address or mail.name,
                address=address or mail.address,
                subject=PREFIXES.sub("", fields["subject"]).strip() or mail.subject,
                sent=fields.get("date") or mail.sent,
                lines=lines[end:],
                forwarded=True,
            )
    return None


def _sender(sender: str, header: Sequence[Line]) -> tuple[str, str]:
    """Name and address of a forward's From line, as a client prints it: in angle brackets, in
    square ones after 'mailto:', or as a link.
    """
    text = re.sub(r"\[mailto:([^\]]+)\]|\(mailto:([^)]+)\)", r"<\1\2>", sender)
    name, address = _name_and_address(text)
    linked = next(
        (url[7:] for line in header for url, _ in line.links if url.startswith("mailto:")), ""
    )
    return name, address or linked.lower()


def _header_block(lines: Sequence[Line], start: int) -> tuple[dict[str, str], int]:
    """What the lines of a header say, by name, and where it ends: at the first line after the
    subject that is none of it.
    """
    fields: dict[str, str] = {}
    end = at = start
    while at < len(lines) and at < start + 14:
        text = lines[at].text
        name = next((name for name, label in _HEADER.items() if label.match(text)), None)
        if name:
            match = _HEADER[name].match(text)
            fields.setdefault(name, match[1].strip() if match else "")
            end = at + 1
        elif (text and "subject" in fields) or (text and at > start and not fields):
            break
        at += 1
    return fields, end


__all__ = ["CHIP", "PREFIXES", "Line", "Mail", "lines_of", "mail_of"]
