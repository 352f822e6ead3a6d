"""Times that are told from now: "2 hours ago", "vor 2 Stunden", "il y a une heure", "yesterday".

The words of fifteen languages, as feeds and pages print them. A time that is told as a least one
("30+ days ago", "over a month ago") is the newest that it can be: a listing is never made older
than it says.
"""

from __future__ import annotations

import re
from datetime import datetime, timedelta

from goldmine_ingest.text.lazy_re import lazy_re

# The seconds of a unit, and its names.
_UNITS = (
    (
        1,
        r"seconds?|secs?|s|sekunden?|secondes?|segundos?|secondi|seconden|sekund\w*|секунд\w*|сек",
    ),
    (
        60,
        r"minutes?|mins?|m|minuten?|minutos?|minut[oiiyęa]|minuuttia|minuter|minutt\w*|минут\w*|мин"
        r"|хвилин\w*|хв|dakika|分",
    ),
    (
        3600,
        r"hours?|hrs?|h|stunden?|std|heures?|час\w*|horas?|or[ae]|uur|uren|godzin\w*|timm(?:e|ar)"
        r"|timer?|tunti\w*|hodin\w*|годин\w*|saat|小时|小時|時間",
    ),
    (
        86400,
        r"days?|d|tag(?:en?)?|jours?|дн\w*|день|d[ií]as?|giorn[oi]|dag(?:en|ar|e)?|dni|dzień|dny"
        r"|päivää|gün|天|日",
    ),
    (
        604800,
        r"weeks?|wks?|w|wochen?|semaines?|недел\w*|semanas?|settiman[ae]|we(?:ek|ken)|tydzień"
        r"|tygodni\w*|veck(?:a|or)|uger?|uker?|viikkoa|týdn\w+|тиж\w+|hafta|周|週間",
    ),
    (
        2592000,
        r"months?|mos?|monat(?:en?)?|mois|месяц\w*|mes(?:es)?|mês|mes[ei]|maand(?:en)?|miesi\w+"
        r"|månad(?:er)?|måneder?|kuukautta|měsíc\w*|місяц\w*|ay|个月|ヶ月",
    ),
    (
        31536000,
        r"years?|yrs?|y|jahr(?:en?)?|ans?|год\w*|лет|años?|anos?|ann[oi]|ja(?:ar|ren)|lat|rok\w*"
        r"|år|vuotta|let|рок\w*|років|yıl|年",
    ),
)
_AN = r"an?|one|ein(?:er|em|e)?|une?|uno|una|um|uma|un'?|een|en|ett|jeden|один|одну"
_NUMBER = rf"(?<!\d)(?P<{{name}}>\d{{{{1,4}}}}(?=\+?)|\b(?:{_AN})(?= ))"
_LEAST = (
    r"(?:(?:more than|over|at least|über|mehr als|mindestens|plus d[e'] ?|más de|mais de|più di"
    r"|meer dan|ponad|более|больше|понад|більше|över|mer än) ?)?"
)
_BEFORE = r"(?:vor|il y a|hace|há|hà|för|for|před|преди)"
_AFTER = r"(?:ago|назад|тому|fa|geleden|temu|sedan|siden|sitten|zpět|atrás|önce|前)"
_MORE = r"(?P<more>(?:,| and| und| et| y| e| en| i| и| та)? \d{1,2} ?[^\W\d_]{1,10})?"
_AGO = tuple(
    (
        seconds,
        lazy_re(
            rf"{_NUMBER.format(name='number')}\+? ?(?:{unit}){_MORE} ?{_AFTER}(?![^\W\d_])"
            rf"|{_BEFORE} {_LEAST}{_NUMBER.format(name='after')}\+? ?(?:{unit})(?![^\W\d_])"
            rf"|(?:mehr als) {_NUMBER.format(name='since')} ?(?:{unit})\b",
            re.IGNORECASE,
        ),
    )
    for seconds, unit in reversed(_UNITS)
)
_PART = tuple(
    (seconds, lazy_re(rf"(\d{{1,2}}) ?(?:{unit})$", re.IGNORECASE)) for seconds, unit in _UNITS
)
_SAID = r"^(?:(?:posted|published|opublikowano|publié|publicado|veröffentlicht):? )?"
_MOMENTS = (
    (
        timedelta(),
        lazy_re(
            _SAID + r"(?:just now|now|moments? ago|today|heute|aujourd'hui|gerade eben|soeben"
            r"|à l'instant|только что|сегодня|сьогодні|щойно|hoy|hoje|oggi|vandaag|zojuist|dzisiaj"
            r"|dziś|idag|i dag|tänään|dnes|bugün|agora)\b",
            re.IGNORECASE,
        ),
    ),
    (
        timedelta(days=1),
        lazy_re(
            _SAID + r"(?:yesterday|gestern|hier|вчера|вчора|ayer|ontem|ieri|gisteren|wczoraj|igår"
            r"|i går|eilen|včera|dün|last day)\b",
            re.IGNORECASE,
        ),
    ),
    (timedelta(days=7), lazy_re(_SAID + r"last week\b", re.IGNORECASE)),
)


def ago(text: str, now: datetime) -> datetime | None:
    """The time before `now` that a text tells; None where it tells none. Raises OverflowError for
    one that no calendar has.
    """
    for span, pattern in _MOMENTS:
        if pattern.match(text):
            return now - span
    for seconds, pattern in _AGO:
        if match := pattern.search(text):
            number = match["number"] or match["after"] or match["since"]
            times = int(number) if number.isdigit() else 1
            return now - timedelta(seconds=seconds * times + _rest(match["more"] or ""))
    return None


def _rest(more: str) -> int:
    """The seconds of " and 5 minutes" behind "2 hours"."""
    return next(
        (int(match[1]) * seconds for seconds, part in _PART if (match := part.search(more))), 0
    )
