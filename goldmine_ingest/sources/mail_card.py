"""What the lines of one job's card in an alert mail say without a label: pay, company and place.

Only boards of employers write the company and its place below the title; on any other board a line
without a label is the client's own text.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from goldmine_ingest.facts.money import parse_amount
from goldmine_ingest.facts.places import country_in
from goldmine_ingest.model.posting import PayPeriod
from goldmine_ingest.sources import stated
from goldmine_ingest.sources.mail_lines import is_pay
from goldmine_ingest.sources.source import dollars, pay_of
from goldmine_ingest.text.lazy_re import lazy_re

FOREIGN_PAY = {
    **dict.fromkeys(
        ("presupuesto", "orçamento", "valor", "compenso", "budget du projet", "prize", "preisgeld"),
        "budget",
    ),
    **dict.fromkeys(
        ("taux journalier", "tarif journalier", "tjm", "tagessatz", "day rate", "daily rate"),
        "day rate",
    ),
    **dict.fromkeys(("tarif horaire", "tarifa por hora", "valor por hora"), "hourly rate"),
    **dict.fromkeys(("salario", "salário", "stipendio", "vergütung"), "salary"),
}
# Boards whose lines below the title are the company and its place.
_EMPLOYERS = frozenset(
    {
        *("linkedin", "indeed", "wellfound", "weworkremotely", "remotive", "remoteok"),
        *("himalayas", "jobicy", "workingnomads", "larajobs"),
    }
)
_NOISE = lazy_re(
    r"^(?:(?:this company is )?actively (?:recruiting|hiring)"
    r"|\d+\+? (?:connections?|(?:school |company )?alumni|applicants?)\b.*|easy apply"
    r"|easily apply|promoted|new|schnellbewerbung|einfach bewerben|candidature simplifiée"
    r"|candidatura (?:simplificada|semplice)|solicitud sencilla|wirbt aktiv um bewerber.*"
    r"|be an early applicant|just posted|(?:posted )?\d+\+? (?:minutes?|hours?|days?|weeks?) ago"
    r"|gerade (?:veröffentlicht|eingestellt)|vor \d+\+? (?:minuten?|stunden?|tag(?:en)?)|heute|neu"
    r"|il y a \d+ (?:minutes?|heures?|jours?)|hace \d+ (?:minutos?|horas?|días?)"
    r"|há \d+ (?:minutos?|horas?|dias?)|\d+ (?:minuti|ore|giorni) fa"
    r"|responsive employer"
    r"|urgently hiring|hiring multiple candidates|top (?:match|applicant)|fast[- ]growing"
    r"|apply with.*)$",
    re.I,
)
_SPLIT = lazy_re(r"\s+[·•|–—]\s+|\s+-\s+")
# A dash between two amounts is a range's.
_PARTS = lazy_re(r"\s+[·•|]\s+|(?<![\dkm$€£¥₹])\s+[–—]\s+", re.I)
_FROM_LINE = lazy_re(r"^(?:posted by:?|(?:by|client|company):)\s+(.{2,60})$", re.I)
_REMOTE = lazy_re(r"\b(?:remote|hybrid|on-?site|fully distributed|work from home)\b", re.I)
_LEAST_SALARY = 10_000  # an amount from here on that a board of employers shows is a year's
_LONGEST_PAY = 80  # characters of a line that is nothing but the pay
_LONGEST_CARD_LINE = 100


@dataclass(frozen=True, slots=True)
class Card:
    """What a card says: pay as fields of Posting, company and place where the board writes them
    below the title, and what else stands there as `prose`.
    """

    title: str
    company: str | None = None
    place: str = ""
    pay: Mapping[str, Any] = field(default_factory=dict)
    prose: tuple[str, ...] = ()


def card_of(title: str, lines: Sequence[str], said: dict[str, str], platform: str) -> Card:
    """Reads a card's lines; `said` are those that a label told, and wins."""
    rest, pay = _pay(list(lines), said, platform)
    name, employer = _named(title, platform)
    details, prose = _below(rest, platform, employer)
    return Card(
        name, details.get("company") or employer, details.get("place", ""), pay, tuple(prose)
    )


def _pay(
    lines: list[str], fields: dict[str, str], platform: str
) -> tuple[list[str], dict[str, Any]]:
    """The lines without what is the pay, and the pay: of a labelled line, else of a line, or of a
    part of one, that is nothing else.
    """
    for name, meaning in FOREIGN_PAY.items():
        if name in fields:
            fields.setdefault(meaning, fields[name])
    if pay := stated.stated_pay(fields):
        return lines, pay
    if rate := fields.get("day rate"):
        return lines, pay_of(
            parse_amount(rate, default_currency=dollars(rate), default_period="day")
        )
    for number, line in enumerate(lines):
        for part, other in _candidates(line):
            if pay := _amount(part, platform):
                return [*lines[:number], *other, *lines[number + 1 :]], pay
    return lines, {}


def _candidates(line: str) -> list[tuple[str, list[str]]]:
    """What of a line may be the pay: all of it, or one of its parts; and what is left then."""
    if len(line) > _LONGEST_PAY:
        return []
    parts = [part.strip() for part in _PARTS.split(line) if part.strip()]
    pays = [n for n, part in enumerate(parts) if is_pay(part) and "%" not in part]
    if is_pay(line) or len(pays) != 1:
        return [(line, [])] if is_pay(line) else []
    (n,) = pays
    return [(parts[n], [" · ".join(parts[:n] + parts[n + 1 :])])]


def _amount(text: str, platform: str) -> dict[str, Any]:
    amount = parse_amount(text, default_currency=dollars(text), default_period=None)
    if amount.minimum is None and amount.maximum is None:
        return pay_of(amount) if amount.unit else {}
    if amount.period is None:
        employer = platform in _EMPLOYERS
        yearly = employer and (amount.maximum or amount.minimum or 0) >= _LEAST_SALARY
        period: PayPeriod | None = "year" if yearly else None if employer else "project"
        amount = parse_amount(text, default_currency=dollars(text), default_period=period)
    return pay_of(amount)


def _below(
    lines: Sequence[str], platform: str, employer: str | None
) -> tuple[dict[str, str], list[str]]:
    """Company and place of the lines below the title, where the board writes them there; and the
    rest as prose. `employer` is the company that the title names.
    """
    details: dict[str, str] = {"company": employer} if employer else {}
    rest: list[str] = []
    above = platform in _EMPLOYERS
    for line in lines:
        if _NOISE.match(line.strip()):
            continue
        if match := _FROM_LINE.match(line):
            details.setdefault("company", match[1].strip())
        elif above and not any(rest) and _take(line, details):
            continue
        else:
            rest.append(line)
    return details, rest


def _take(line: str, details: dict[str, str]) -> bool:
    """Company, then place, in one line or two; False for a line that is neither."""
    parts = [part.strip() for part in _SPLIT.split(line) if part.strip()]
    if len(line) > _LONGEST_CARD_LINE or line.endswith((".", "!", "?")) or len(line.split()) > 12:
        return False
    taken = False
    for part in parts:
        if "company" not in details and not _REMOTE.fullmatch(part):
            details["company"] = part
            taken = True
        elif "place" not in details and _is_place(part):
            details["place"] = re.sub(r"\s*\([^()]*\)\s*$", "", part)
            taken = True
    return taken


def _is_place(text: str) -> bool:
    return bool(country_in(text) or "," in text or _REMOTE.search(text))


def _named(title: str, platform: str) -> tuple[str, str | None]:
    """'Designer at Northwind' of a board of employers: the job's title and the company."""
    match = re.match(r"^(.{3,}?) at (.{2,60})$", title) if platform in _EMPLOYERS else None
    return (match[1], match[2]) if match else (title, None)


__all__ = ["FOREIGN_PAY", "Card", "card_of"]
