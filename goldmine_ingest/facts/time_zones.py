"""UTC offsets as listings name them: "UTC-5 to UTC+1", "within 3 h of CET", "4 hours overlap with
EST", "European time zones".

A number is an offset only behind UTC or GMT, with a sign, or where the text is nothing but numbers
(a field of offsets): "5 REMOTE roles", "4 day week" and "9-5 EST" hold none. Pure; any text.
"""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from goldmine_ingest.facts.territories import territories
from goldmine_ingest.facts.zone_names import NAMES, REGIONS
from goldmine_ingest.text.lazy_re import lazy_re

_READ = 400  # characters
_FIRST, _LAST = -12 * 60, 14 * 60  # the offsets in use, in minutes
_WORKDAY = 8  # hours; an overlap of n of them lets the zones differ by 8 - n

_VALUE = r"\d{1,2}(?::\d{2}|\.\d{1,2})?(?![\d:%])"
_ONLY_NUMBERS = lazy_re(
    rf"\s*[+\-−–]?\s?{_VALUE}(?:\s*(?:[,;/|]|to|bis|-|–)\s*[+\-−–]?\s?{_VALUE})*\s*", re.IGNORECASE
)
_NUMBER = lazy_re(r"([+\-−–]?)\s{0,2}(\d{1,2})(?::(\d{2})|\.(\d{1,2}))?")
_COUNTED = r"(?!\s?(?:years?|yrs?|roles?|people|days?|weeks?|months?|positions?|openings?|k\b|x\b))"
_OFFSETS = lazy_re(
    rf"(?:\b(?:UTC|GMT)\s{{0,2}}[+\-−–]?\s?|(?<![\w.,:)/])[+\-−](?=\d)){_VALUE}{_COUNTED}",
    re.IGNORECASE,
)
# "Europe/Berlin", as the tz database names a zone.
_TZ_NAME = r"\b(?:Africa|America|Asia|Atlantic|Australia|Europe|Pacific)/[A-Z][A-Za-z_/]+"
_ALTERNATIVES = "|".join(
    re.escape(name) for name in sorted({*NAMES, *REGIONS}, key=len, reverse=True)
)
_TIME = (
    r"(?:time ?-?zones?|timezones?|tz|zeitzonen?|fuseaux? horaires?|husos? horarios?"
    r"|fusi? orari[oi]?|fusos? horários?|zonas? horarias?|tijdzones?|strefa czasowa"
    r"|strefie czasowej"
    r"|horaires? de bureau|horários?|bürozeiten|kernzeit(?:en)?|arbeitszeit(?:en)?"
    r"|(?:business |working |work |office |core |day)?-?(?:hours|hrs|time)|часов\w+ пояс\w*"
    r"|врем(?:я|ени)|часов\w+ зон\w*)"
)
_NAMED = (
    rf"(?:(?i:{_ALTERNATIVES})(?![^\W\d_])(?i: (?:standard |daylight |summer )?time(?:zone)?)?)"
)
_ZONE = (
    rf"(?:(?:UTC|GMT)\s?[+\-−–]\s?\d{{1,2}}(?::\d{{2}})?|{_NAMED}|{_TZ_NAME}"
    rf"|[A-Z]{{2,5}}(?:/[A-Z]{{2,5}})?)"
)
_SPELLED = {
    **{"one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8},
    **{"zwei": 2, "drei": 3, "vier": 4, "fünf": 5, "deux": 2, "trois": 3, "quatre": 4},
    **{"dos": 2, "tres": 3, "cuatro": 4, "couple of": 2},
}
_NUMERAL = rf"(?:\d{{1,2}}(?:\.5)?|\b(?i:{'|'.join(_SPELLED)})\b)"
_HOURS = (
    rf"{_NUMERAL}(?:\s?[-–]\s?\d{{1,2}})?\s?\+?\s?-?"
    r"(?i:hours?|hrs?|hr|h|stunden|std|heures?|horas?|ore|uur|godzin\w*|час\w*)\b"
)
# "overlap" and "within" beside a zone: how far from it one may be.
_OVERLAP = lazy_re(
    rf"(?P<hours>{_HOURS})\s?(?:(?i:daily|of|de|di|von|täglich|a|per|day|minimum|min|the|time|working|work"
    rf"|/)\s?){{0,4}}"
    rf"(?i:overlap|overlapping|überschneidung|überlappung|chevauchement|recouvrement|solapamiento"
    rf"|sobreposição|sovrapposizione|пересечени)\w*\s?(?i:(?:with|to|of|mit|in|time|w/|avec|con|com|de"
    rf"|der|с|the|our|a|working|hours|in the)\s?){{0,4}}(?P<zone>{_ZONE})\b"
    rf"|(?i:overlap\w*)\s?(?i:(?:of|by|for|at least|min\.?|about"
    rf"|:)\s?){{0,3}}(?P<hours3>{_HOURS})\s?"
    rf"(?i:(?:with|to|of|in|the|our)\s?){{1,4}}(?P<zone3>{_ZONE})\b"
    rf"|(?i:overlap\w*)\s?(?i:(?:with|of|the|our|by|at|least)\s?){{0,4}}(?P<zone2>{_ZONE})"
    rf"[^.;|]{{0,25}}?(?i:for|by|of|at least|min\.?)\s(?:(?i:at least|min\.?"
    rf"|about)\s)?(?P<hours2>{_HOURS})"
)
_WITHIN = lazy_re(
    rf"(?P<hours>{_HOURS})\s?(?i:(?:time|difference|diff|max|or less|away|either|side|of|from|to"
    rf"|around|zone"
    rf"|von|zu|the|offset|±|with|um|de|by|maximum|max\.?|zeitverschiebung|zeitunterschied|unterschied|abweichung|décalage|différence"
    rf"|horaire|diferencia|diferença|horari[oa]|horári[oa]|differenza|verschil|разниц\w+|d'écart|avec|della|da|от|від)\s?){{1,6}}"
    rf"(?P<zone>{_ZONE})\b"
)
_AROUND = lazy_re(
    rf"\b(?P<zone>{_ZONE})(?:\s(?i:time ?zones?|tz|time))?\s{{0,2}}\(?(?:\+\s?/\s?[-−–]|\+[-−–]"
    rf"|±|plus/minus"
    rf"|plus or minus|\+ ?or ?-)"
    r"\s{0,2}(?P<hours>\d{1,2})(?!\d)(?:\s?(?:hours?|hrs?|h)\b)?"
    rf"|(?:\+\s?/\s?[-−–]|\+[-−–]|±)\s{{0,2}}(?P<hours2>\d{{1,2}})\s?(?i:hours?|hrs?|h)?\b"
    rf"\s?(?i:(?:of|from|to|around|von|um)\s)?(?P<zone2>{_ZONE})"
)
_END = rf"(?:(?:UTC|GMT)\s{{0,2}}(?:[+\-−–]?\s?{_VALUE})?|[A-Z]{{2,4}}T\b|[+\-−–]\s?{_VALUE})"
_SPAN = lazy_re(
    rf"(?P<low>(?:UTC|GMT)\s{{0,2}}(?:[+\-−–]?\s?{_VALUE})?|\b[A-Z]{{2,4}}T\b"
    rf"|(?<![\w.,:)/])[+\-−–]{_VALUE}(?=\s?(?:to|bis|до|\.\.|…)\s?[+\-−–]))\s{{0,2}}"
    rf"(?:(?i:to|until|bis|through|and|up to|à|a|до|hasta|thru)\s|-{{1,2}}\s?|–|—|→|\.{{2,3}}|~"
    rf"|…)\s{{0,2}}"
    rf"(?P<high>{_END})",
)
_REGION_TIME = lazy_re(
    rf"\b(?P<names>(?:{_ALTERNATIVES})(?:\s?(?:[/,&+]|and|or|und|et|to)\s?(?:{_ALTERNATIVES}))*)"
    rf"[\s-]{{0,2}}(?:or similar |or compatible |compatible |friendly |overlapping |based "
    rf"|core )?{_TIME}\b(?!\s?:)(?: \(us (?:&|and) canada\))?"
    rf"|\b(?:heure|hora|horario|orario|horário)\s(?:de|di|do|da)\s(?P<names4>(?:{_ALTERNATIVES})\b)"
    rf"|\b{_TIME}(?:\s(?:of|in|within|from|:|de|d'|du|di|della|do|von|в|по)\s?|:?\s)(?:the |la "
    rf"|der )?"
    rf"(?P<names2>(?:{_ALTERNATIVES})\b)"
    # "10am-2pm Eastern"
    rf"|(?:\d\s?[ap]\.?m\.?|\d:\d\d)\s\(?(?P<names3>(?:eastern|central|mountain|pacific))\b",
    re.IGNORECASE,
)
_OVERLAP_REGION = lazy_re(
    rf"\boverlap\w*\s(?:with\s|in\s)?(?:the\s|our\s)?(?P<names>(?:{_ALTERNATIVES})(?:\s?[/,&]\s?"
    rf"(?:{_ALTERNATIVES}))*)\b",
    re.IGNORECASE,
)
_TZ = lazy_re(_TZ_NAME)
_PHRASES = (_OVERLAP, _WITHIN, _AROUND, _SPAN, _TZ, _REGION_TIME, _OVERLAP_REGION)
_WORD = lazy_re(r"(?<![\w.])[A-Z]{2,5}(?![\w.])")
# Abbreviations that are words too count beside a word for time only.
_WORDS_TOO = frozenset(
    {"ART", "MT", "CT", "PT", "ET", "WET", "WEST", "EAT", "AST", "ICT", "CAT", "WAT", "COT", "PET"}
)


def timezone_offsets(text: str) -> tuple[str, ...]:
    """UTC offsets that may apply, as "+01:00", west to east: "-5" alone, "5.5", "UTC-5 to UTC+2"
    (every whole hour), "CET", "EST, PST", "within 4 hours of EST" (-09:00 to -01:00).

    Zone names mean their standard time. An overlap of n hours lets one be 8 - n hours away. What
    is no offset in use is left out.
    """
    text = text[:_READ]
    if _ONLY_NUMBERS.fullmatch(text):
        return _offsets(_only_numbers(text))
    minutes: set[int] = set()
    for pattern in _PHRASES:
        for match in pattern.finditer(text):
            minutes |= _meant(pattern, match)
        text = _without(pattern, text)
    numbers = [_minutes(match[0]) for match in _OFFSETS.finditer(text)]
    minutes.update(numbers)
    if not numbers and not minutes:  # "CST (UTC-6)" says it better than its name
        minutes.update(_by_name(text))
    return _offsets(minutes)


def without_time_zones(text: str) -> str:
    """The text without what it says of time zones and hours, so that "EU timezones", "US hours"
    and "overlap with Germany" name no country to live in.
    """
    if not text:  # most feeds have no such field, and compiling the patterns takes 40 ms
        return text
    for pattern in (*_PHRASES, _OVERLAPS_ANY):
        text = _without(pattern, text)
    return text


def _without(pattern: re.Pattern[str], text: str) -> str:
    """The text without what a pattern says; "Europe/Africa" is no zone, but two places."""
    return pattern.sub(
        lambda match: match[0] if pattern is _TZ and _zone(match[0]) is None else " | ", text
    )


_OVERLAPS_ANY = lazy_re(r"\boverlap\w*\b[^|;.()]{0,60}", re.IGNORECASE)


def _only_numbers(text: str) -> set[int]:
    ends = [_minutes(match[0]) for match in _NUMBER.finditer(text)]
    if re.search(r"\d\s*(?:to|bis)\s", text, re.IGNORECASE) and len(ends) == len(("low", "high")):
        return set(range(min(ends), max(ends) + 1, 60))
    return set(ends)


def _meant(pattern: re.Pattern[str], match: re.Match[str]) -> set[int]:
    groups = match.groupdict()
    if pattern is _SPAN:
        low, high = _zone(groups["low"]), _zone(groups["high"])
        if low is None or high is None:
            return set()
        return set(range(min(low, high), max(low, high) + 1, 60))
    if pattern is _TZ:
        minutes = _zone(match[0])
        return set() if minutes is None else {minutes}
    if pattern in (_REGION_TIME, _OVERLAP_REGION):
        return _of_regions(next((groups[name] for name in groups if groups[name]), ""))
    ends = _ends(groups["zone"] or groups.get("zone2") or groups.get("zone3") or "")
    numerals = re.findall(
        _NUMERAL, groups["hours"] or groups.get("hours2") or groups.get("hours3") or ""
    )
    if ends is None or not numerals:
        return set()
    hours = float(_SPELLED.get(numerals[-1].lower(), 0) or numerals[-1])
    distance = round((_WORKDAY - hours if pattern is _OVERLAP else hours) * 60)
    distance = max(distance, 0) // 60 * 60
    return set(range(ends[0] - distance, ends[1] + distance + 1, 60))


def _ends(name: str) -> tuple[int, int] | None:
    """The westernmost and the easternmost offset of a zone's name, or of a region's ("Europe")."""
    if region := REGIONS.get(name.strip().lower()):
        return region[0] * 60, region[1] * 60
    middle = _zone(name)
    return None if middle is None else (middle, middle)


def _of_regions(names: str) -> set[int]:
    minutes: set[int] = set()
    for match in re.finditer(_ALTERNATIVES, names.lower()):
        if match[0] in REGIONS:
            low, high = REGIONS[match[0]]
            minutes.update(hour * 60 for hour in range(low, high + 1))
        else:
            minutes.add(_minutes(NAMES[match[0]]))
    return minutes


def _zone(name: str) -> int | None:
    """Minutes of an abbreviation, a full name, "UTC-5" or "+1"; None where it is none."""
    text = re.sub(
        r"\s*(?:standard |daylight |summer )?time(?:zone)?$", "", name.strip(), flags=re.IGNORECASE
    )
    zones = territories()["zones"]
    if "/" in text and re.fullmatch(_TZ_NAME, text):
        return _tz_database(text)
    first = text.partition("/")[0]
    if first in zones:
        return _minutes(zones[first])
    if text.lower() in NAMES:
        return _minutes(NAMES[text.lower()])
    if re.match(r"UTC|GMT|[+\-−–]", text, re.IGNORECASE):
        return _minutes(text) if re.search(r"\d", text) else 0
    return None


def _tz_database(name: str) -> int | None:
    """Minutes of a zone's standard time."""
    try:
        winter = datetime(2026, 1, 1, tzinfo=ZoneInfo(name))
    except (ValueError, OSError, ZoneInfoNotFoundError):
        return None
    standard = (winter.utcoffset() or timedelta()) - (winter.dst() or timedelta())
    return int(standard.total_seconds() // 60)


def _by_name(text: str) -> set[int]:
    zones = territories()["zones"]
    alone = _WORD.fullmatch(text.strip()) is not None
    timed = re.search(rf"\b{_TIME}\b|\d ?[ap]\.?m\b|\d:\d\d", text, re.IGNORECASE) is not None
    several = [word for word in _WORD.findall(text) if word in zones]
    return {
        _minutes(zones[word])
        for word in several
        if word not in _WORDS_TOO or alone or timed or len(several) > 1
    }


def _minutes(text: str) -> int:
    match = _NUMBER.search(text)
    if not match:
        return 0
    hours = int(match[2])
    part = int(match[3]) if match[3] else round(float(f"0.{match[4]}") * 60) if match[4] else 0
    return -hours * 60 - part if match[1] in ("-", "−", "–") else hours * 60 + part


def _offsets(minutes: set[int]) -> tuple[str, ...]:
    return tuple(_offset(m) for m in sorted(minutes) if _FIRST <= m <= _LAST)


def _offset(minutes: int) -> str:
    return f"{'-' if minutes < 0 else '+'}{abs(minutes) // 60:02d}:{abs(minutes) % 60:02d}"
