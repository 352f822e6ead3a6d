"""UTC offsets as listings name them: "UTC-5 to UTC+1", "within 3 h of CET", "4 hours overlap with
EST", "European time zones".

A number is an offset only behind UTC or GMT, with a sign, or where the text is nothing but numbers
(a field of offsets): "5 REMOTE roles", "4 day week" and "9-5 EST" hold none. Pure; any text.
"""

from __future__ import annotations

import re

from goldmine_ingest.facts.territories import territories

_READ = 400  # characters
_FIRST, _LAST = -12 * 60, 14 * 60  # the offsets in use, in minutes
_WORKDAY = 8  # hours; an overlap of n of them lets the zones differ by 8 - n

_VALUE = r"\d{1,2}(?::\d{2}|\.\d{1,2})?(?![\d:%])"
_ONLY_NUMBERS = re.compile(
    rf"\s*[+\-−–]?\s?{_VALUE}(?:\s*(?:[,;/|]|to|bis|-|–)\s*[+\-−–]?\s?{_VALUE})*\s*", re.IGNORECASE
)
_NUMBER = re.compile(r"([+\-−–]?)\s{0,2}(\d{1,2})(?::(\d{2})|\.(\d{1,2}))?")
_COUNTED = r"(?!\s?(?:years?|yrs?|roles?|people|days?|weeks?|months?|positions?|openings?|k\b|x\b))"
_OFFSETS = re.compile(
    rf"(?:\b(?:UTC|GMT)\s{{0,2}}[+\-−–]?\s?|(?<![\w.,:)/])[+\-−](?=\d)){_VALUE}{_COUNTED}",
    re.IGNORECASE,
)
# The zones' names in full; the abbreviations are in the packaged table.
_NAMES = {
    "eastern": "-5",
    "us eastern": "-5",
    "east coast": "-5",
    "new york": "-5",
    "us east": "-5",
    "central": "-6",
    "us central": "-6",
    "mountain": "-7",
    "us mountain": "-7",
    "pacific": "-8",
    "us pacific": "-8",
    "west coast": "-8",
    "us west": "-8",
    "san francisco": "-8",
    "atlantic": "-4",
    "alaska": "-9",
    "hawaii": "-10",
    "central european": "1",
    "western european": "0",
    "eastern european": "2",
    "british": "0",
    "uk": "0",
    "london": "0",
    "greenwich mean": "0",
    "berlin": "1",
    "paris": "1",
    "moscow": "3",
    "india": "5:30",
    "indian": "5:30",
    "indian standard": "5:30",
    "singapore": "8",
    "japan": "9",
    "tokyo": "9",
    "sydney": "10",
    "australian eastern": "10",
    "new zealand": "12",
}
# First and last whole hour of the standard times in each region (the contiguous states for the
# US), by the tz database.
_REGIONS = {
    "eu": (0, 2),
    "europe": (0, 3),
    "european": (0, 3),
    "europa": (0, 3),
    "europäische": (0, 3),
    "us": (-8, -5),
    "usa": (-8, -5),
    "u.s.": (-8, -5),
    "american": (-8, -5),
    "north american": (-8, -4),
    "north america": (-8, -4),
    "canadian": (-8, -4),
    "canada": (-8, -4),
    "americas": (-8, -3),
    "latam": (-6, -3),
    "latin american": (-6, -3),
    "latin america": (-6, -3),
    "south american": (-5, -3),
    "emea": (0, 4),
    "apac": (5, 12),
    "asian": (5, 9),
    "asia": (5, 9),
    "african": (0, 3),
    "africa": (0, 3),
    "australian": (8, 10),
    "uk": (0, 0),
    "uk/eu": (0, 2),
}
_ALTERNATIVES = "|".join(
    re.escape(name) for name in sorted({*_NAMES, *_REGIONS}, key=len, reverse=True)
)
_TIME = (
    r"(?:time ?-?zones?|timezones?|tz|zeitzonen?|fuseaux? horaires?|husos? horarios?"
    r"|fusi? orari[oi]?"
    r"|(?:business |working |work |office |core |day)?-?(?:hours|hrs|time)|часов\w+ пояс\w*)"
)
_ZONE = r"(?:(?:UTC|GMT)\s?[+\-−–]\s?\d{1,2}(?::\d{2})?|[A-Z]{2,5}(?:/[A-Z]{2,5})?)"
_NAMED = rf"(?:(?i:{_ALTERNATIVES})(?i: (?:standard |daylight |summer )?time)?)"
_HOURS = r"\d{1,2}(?:\.5)?\s?\+?\s?-?(?i:hours?|hrs?|hr|h|stunden|std|heures?|horas?)\b"
# "overlap" and "within" beside a zone: how far from it one may be.
_OVERLAP = re.compile(
    rf"(?P<hours>{_HOURS})\s?(?:(?i:daily|of|a|per|day|minimum|min|the|time|working|work"
    rf"|/)\s?){{0,4}}"
    rf"(?i:overlap|overlapping|überschneidung|überlappung)\w*\s?(?i:(?:with|to|of|mit|in|time"
    rf"|the|our|a"
    rf"|working|hours|in the)\s?){{0,4}}(?P<zone>{_ZONE}\b|{_NAMED})"
    rf"|(?i:overlap\w*)\s?(?i:(?:with|of|the|our|by|at|least)\s?){{0,4}}(?P<zone2>{_ZONE}|{_NAMED})"
    rf"[^.;|]{{0,25}}?(?i:for|by|of|at least|min\.?)\s(?:(?i:at least|min\.?"
    rf"|about)\s)?(?P<hours2>{_HOURS})"
)
_WITHIN = re.compile(
    rf"(?P<hours>{_HOURS})\s?(?i:(?:time|difference|diff|max|or less|away|either|side|of|from|to"
    rf"|around|zone"
    rf"|von|the|offset|±|with|um|de|by|maximum)\s?){{1,6}}(?P<zone>{_ZONE}\b|{_NAMED})"
)
_AROUND = re.compile(
    rf"\b(?P<zone>{_ZONE}|{_NAMED})\s{{0,2}}\(?(?:\+\s?/\s?[-−–]|\+[-−–]|±|plus/minus"
    rf"|plus or minus|\+ ?or ?-)"
    r"\s{0,2}(?P<hours>\d{1,2})(?!\d)(?:\s?(?:hours?|hrs?|h)\b)?"
    rf"|(?:\+\s?/\s?[-−–]|\+[-−–]|±)\s{{0,2}}(?P<hours2>\d{{1,2}})\s?(?i:hours?|hrs?|h)?\b"
    rf"\s?(?i:(?:of|from|to|around)\s)?(?P<zone2>{_ZONE}|{_NAMED})"
)
_END = rf"(?:(?:UTC|GMT)\s{{0,2}}(?:[+\-−–]?\s?{_VALUE})?|[A-Z]{{2,4}}T\b|[+\-−–]\s?{_VALUE})"
_SPAN = re.compile(
    rf"(?P<low>(?:UTC|GMT)\s{{0,2}}(?:[+\-−–]?\s?{_VALUE})?|\b[A-Z]{{2,4}}T\b)\s{{0,2}}"
    rf"(?:(?i:to|until|bis|through|and|up to|à|a|до|hasta|thru)\s|-{{1,2}}\s?|–|—|→|\.{{2,3}}|~"
    rf"|…)\s{{0,2}}"
    rf"(?P<high>{_END})",
)
_REGION_TIME = re.compile(
    rf"\b(?P<names>(?:{_ALTERNATIVES})(?:\s?(?:[/,&+]|and|or|und|et|to)\s?(?:{_ALTERNATIVES}))*)"
    rf"[\s-]{{0,2}}(?:compatible |friendly |overlapping |based |core )?{_TIME}\b"
    rf"|\b{_TIME}\s(?:of|in|within|from|:)\s?(?:the )?(?P<names2>(?:{_ALTERNATIVES})\b)",
    re.IGNORECASE,
)
_OVERLAP_REGION = re.compile(
    rf"\boverlap\w*\s(?:with\s|in\s)?(?:the\s|our\s)?(?P<names>(?:{_ALTERNATIVES})(?:\s?[/,&]\s?"
    rf"(?:{_ALTERNATIVES}))*)\b",
    re.IGNORECASE,
)
_PHRASES = (_OVERLAP, _WITHIN, _AROUND, _SPAN, _REGION_TIME, _OVERLAP_REGION)
_WORD = re.compile(r"(?<![\w.])[A-Z]{2,5}(?![\w.])")
# Abbreviations that are words too count beside a word for time only.
_WORDS_TOO = frozenset({"ART", "MT", "CT", "PT", "ET", "WET", "WEST", "EAT", "AST", "ICT"})


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
        for found in pattern.finditer(text):
            minutes |= _meant(pattern, found)
        text = pattern.sub(" | ", text)
    numbers = [_minutes(found[0]) for found in _OFFSETS.finditer(text)]
    minutes.update(numbers)
    if not numbers and not minutes:  # "CST (UTC-6)" says it better than its name
        minutes.update(_by_name(text))
    return _offsets(minutes)


def without_time_zones(text: str) -> str:
    """The text without what it says of time zones and hours, so that "EU timezones", "US hours"
    and "overlap with Germany" name no country to live in.
    """
    for pattern in (*_PHRASES, _OVERLAPS_ANY):
        text = pattern.sub(" | ", text)
    return text


_OVERLAPS_ANY = re.compile(r"\boverlap\w*\b[^|;.()]{0,60}", re.IGNORECASE)


def _only_numbers(text: str) -> set[int]:
    ends = [_minutes(found[0]) for found in _NUMBER.finditer(text)]
    if re.search(r"\d\s*(?:to|bis)\s", text, re.IGNORECASE) and len(ends) == len(("low", "high")):
        return set(range(min(ends), max(ends) + 1, 60))
    return set(ends)


def _meant(pattern: re.Pattern[str], found: re.Match[str]) -> set[int]:
    said = found.groupdict()
    if pattern is _SPAN:
        low, high = _zone(said["low"]), _zone(said["high"])
        if low is None or high is None:
            return set()
        return set(range(min(low, high), max(low, high) + 1, 60))
    if pattern in (_REGION_TIME, _OVERLAP_REGION):
        return _of_regions(said["names"] or said.get("names2") or "")
    middle = _zone(said["zone"] or said.get("zone2") or "")
    span = re.match(r"\d+(?:\.5)?", said["hours"] or said.get("hours2") or "")
    if middle is None or span is None:
        return set()
    hours = float(span[0])
    distance = round((_WORKDAY - hours if pattern is _OVERLAP else hours) * 60)
    distance = max(distance, 0) // 60 * 60
    return set(range(middle - distance, middle + distance + 1, 60))


def _of_regions(names: str) -> set[int]:
    found: set[int] = set()
    for match in re.finditer(_ALTERNATIVES, names.lower()):
        if match[0] in _REGIONS:
            low, high = _REGIONS[match[0]]
            found.update(hour * 60 for hour in range(low, high + 1))
        else:
            found.add(_minutes(_NAMES[match[0]]))
    return found


def _zone(name: str) -> int | None:
    """Minutes of an abbreviation, a full name, "UTC-5" or "+1"; None where it is none."""
    text = re.sub(
        r"\s*(?:standard |daylight |summer )?time$", "", name.strip(), flags=re.IGNORECASE
    )
    zones = territories()["zones"]
    first = text.partition("/")[0]
    if first in zones:
        return _minutes(zones[first])
    if text.lower() in _NAMES:
        return _minutes(_NAMES[text.lower()])
    if re.match(r"UTC|GMT|[+\-−–]", text, re.IGNORECASE):
        return _minutes(text) if re.search(r"\d", text) else 0
    return None


def _by_name(text: str) -> set[int]:
    zones = territories()["zones"]
    alone = _WORD.fullmatch(text.strip()) is not None
    timed = re.search(rf"\b{_TIME}\b", text, re.IGNORECASE) is not None
    several = [word for word in _WORD.findall(text) if word in zones]
    return {
        _minutes(zones[word])
        for word in several
        if word not in _WORDS_TOO or alone or timed or len(several) > 1
    }


def _minutes(text: str) -> int:
    found = _NUMBER.search(text)
    if not found:
        return 0
    hours = int(found[2])
    part = int(found[3]) if found[3] else round(float(f"0.{found[4]}") * 60) if found[4] else 0
    return -hours * 60 - part if found[1] in ("-", "−", "–") else hours * 60 + part


def _offsets(minutes: set[int]) -> tuple[str, ...]:
    return tuple(_offset(m) for m in sorted(minutes) if _FIRST <= m <= _LAST)


def _offset(minutes: int) -> str:
    return f"{'-' if minutes < 0 else '+'}{abs(minutes) // 60:02d}:{abs(minutes) % 60:02d}"
