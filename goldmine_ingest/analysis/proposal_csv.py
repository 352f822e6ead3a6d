"""Exports of proposals (CSV of a marketplace, a spreadsheet, our own `pursuits`) as rows that name
a listing and a stage. Pure.

Headers are matched by what they mean: "Job Title", "Link", "Date submitted", "Status", "Connects
spent", "Bid". A row that can't be understood keeps its line number and says why; none is dropped.
"""

from __future__ import annotations

import csv
import io
import re
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import get_args

from goldmine_ingest.errors import UsageError
from goldmine_ingest.facts.dates import parse_date
from goldmine_ingest.facts.money import parse_amount, parse_number
from goldmine_ingest.model.pursuit import Stage

_STAGES: tuple[Stage, ...] = get_args(Stage)
_NAMES: dict[str, tuple[str, ...]] = {
    "id": ("id", "listing id", "listing", "job id", "goldmine id"),
    "url": ("url", "link", "job url", "job link", "listing url", "job post", "href"),
    "title": (
        "title",
        "job title",
        "job",
        "name",
        "project",
        "project title",
        "listing title",
        "proposal",
    ),
    "date": (
        "date",
        "on",
        "at time",
        "date submitted",
        "submitted",
        "submitted on",
        "date sent",
        "sent",
        "applied",
        "created",
        "time",
    ),
    "status": ("status", "stage", "state", "outcome", "result", "proposal status"),
    "connects": (
        "connects",
        "connects spent",
        "connects used",
        "connects cost",
        "cost in connects",
    ),
    "amount": (
        "amount",
        "bid",
        "bid amount",
        "rate",
        "price",
        "proposed amount",
        "proposed rate",
        "earned",
        "value",
        "terms",
    ),
    "objection": ("objection", "reason", "decline reason"),
    "note": ("note", "notes", "comment", "comments"),
}
# What marketplaces and people call a stage; looked for as whole words, the furthest stage first.
_WORDS: tuple[tuple[Stage, str], ...] = (
    ("withdrawn", r"withdrawn|withdrew|cancell?ed"),
    ("declined", r"declined|rejected|lost|archived|not selected|closed|no hire|unsuccessful"),
    ("hired", r"hired|won|accepted|contract|offer|completed|in progress"),
    ("interviewed", r"interview\w*|call|meeting"),
    ("replied", r"replied|reply|response|responded|messaged?|answered|shortlisted"),
    ("viewed", r"viewed|seen|opened"),
    ("skipped", r"skipped|passed|ignored"),
    ("pursued", r"pursued|submitted|sent|applied|active|pending|open|proposal"),
)
_LARGEST_CONNECTS = 500


@dataclass(frozen=True, slots=True)
class ExportRow:
    """One row. `line` is its place in the file (the header is line 1); `problem` says why it
    can't be used, or is ''.
    """

    line: int
    listing_id: str = ""
    url: str = ""
    title: str = ""
    stage: Stage | None = None
    on: datetime | None = None
    connects: int | None = None
    amount: Decimal | None = None
    objection: str | None = None
    note: str | None = None
    problem: str = ""

    @property
    def named(self) -> str:
        """What the row calls its listing."""
        return self.title or self.url or self.listing_id or "(nothing)"


def read_export(text: str, now: datetime) -> list[ExportRow]:
    """The rows of a CSV with a header, separated by commas, semicolons or tabs. Raises
    UsageError for a file that names no listings.
    """
    lines = text.lstrip("\ufeff")
    header_line = lines.partition("\n")[0]
    delimiter = max(",;\t", key=header_line.count)
    try:
        table = list(csv.reader(io.StringIO(lines), delimiter=delimiter))
    except csv.Error as error:
        raise UsageError(f"the file is no CSV that can be read ({error})") from error
    columns = _columns(table[0]) if table else {}
    if not columns.keys() & {"id", "url", "title"}:
        raise UsageError(
            "the first line names no listing",
            hint="It needs a column called id, url or title; date and status help.",
        )
    return [
        _row(number, cells, columns, now)
        for number, cells in enumerate(table[1:], start=2)
        if any(cell.strip() for cell in cells)
    ]


def _columns(header: list[str]) -> dict[str, int]:
    """What each column means -> its place; the surer name wins where two columns may mean the
    same.
    """
    given = [re.sub(r"[\W_]+", " ", name).strip().lower() for name in header]
    columns: dict[str, int] = {}
    for meaning, names in _NAMES.items():
        place = next((given.index(name) for name in names if name in given), None)
        if place is not None:
            columns[meaning] = place
    return columns


def _row(line: int, cells: list[str], columns: dict[str, int], now: datetime) -> ExportRow:
    values = {
        meaning: cells[place].strip() for meaning, place in columns.items() if place < len(cells)
    }
    status, date = values.get("status", ""), values.get("date", "")
    stage, on = _stage(status), parse_date(date, now=now) if date else None
    problem = ""
    if stage is None:
        problem = f"its status {status[:40]!r} is no stage that we know"
    elif on is None:
        problem = f"its date {date[:40]!r} can't be read" if date else "it has no date"
    return ExportRow(
        line,
        listing_id=values.get("id", ""),
        url=values.get("url", ""),
        title=values.get("title", ""),
        stage=stage,
        on=on,
        connects=_connects(values.get("connects", "")),
        amount=_amount(values.get("amount", "")),
        objection=values.get("objection") or None,
        note=values.get("note") or None,
        problem=problem,
    )


def _stage(status: str) -> Stage | None:
    """A row without a status is a proposal that was sent."""
    word = status.lower()
    exact = next((stage for stage in _STAGES if stage == word), None)
    if exact or not word:
        return exact or "pursued"
    return next(
        (stage for stage, pattern in _WORDS if re.search(rf"\b(?:{pattern})\b", word)), None
    )


def _connects(text: str) -> int | None:
    match = re.search(r"\d{1,4}", text)
    return int(match[0]) if match and int(match[0]) <= _LARGEST_CONNECTS else None


def _amount(text: str) -> Decimal | None:
    amount = parse_amount(text)
    return parse_number(text) or amount.minimum or amount.maximum
