"""The words that make one end of a range, and those that join two figures to one: "up to 500",
"500 or more", "from 400 to 500", "min 400, max 500", in the languages that listings come in.

Patterns for lower-case text, those of joining for any; `figures` says which end a figure is.
"""

from __future__ import annotations

import re

from goldmine_ingest.text.lazy_re import lazy_re

_START = r"(?<![^\W\d_])"
_END = r"\W{0,3}$"
_ABOUT = r"(?: (?:about|around|etwa|circa|environ|unos|cerca de|около))?"


def _any_of(rows: str) -> str:
    """One pattern of rows of patterns that commas part."""
    return "|".join(" ".join(rows.split()).replace(", ", ",").split(","))


_NOT = r"(?:no|not|nothing|never|nicht|pas|non|não|nao|niet|nie|ne|не|inte|ikke) "
_LESS = _any_of(
    r"""less than, lower than, under, below, weniger als, unter, moins (?:de|que), menos (?:de|que),
    meno di, minder dan, onder, mniej niż, poniżej, меньше, менее, менше, менш (?:як|ніж),
    mindre [äe]nn?d?, méně než"""
)
_MORE = _any_of(
    r"""more than, higher than, over, above, mehr als, über, plus (?:de|que), más (?:de|que),
    mais (?:de|que), più di, meer dan, boven, więcej niż, powyżej, больше, более, понад, більше,
    mer [äe]nn?d?, více než"""
)
_MAX = (
    r"(?:max(?:imum|\.)?|maximaa?l\w*|massimo|m[áa]x(?:im[oa]|\.)|maksymaln\w*|maksimum|максим\w*)"
)
_IS = r"(?:is|of|est(?: de)?|es(?: de)?|è(?: di)?|é(?: de)?|ist|beträgt|liegt bei|wynosi|är|:|=)"
_MIN = (
    r"(?:min(?:imum|imal|imo|im|\.)?|m[íi]n(?:im[oa]|\.)|minimaa?l\w*|minimalnie|минимум|мінімум)"
)
_AT_MOST = _any_of(
    rf"""under, less than(?: or equal to)?, up ?to, below, at (?:the )?(?:very )?most, within,
    (?:ceiling|cap|limit) ?(?:is|of|at)?, tops? out at, maxe[sd] out at, caps? (?:at|of), capped at,
    (?:not|can't|won't|mustn't|doesn't|cannot|never) exceed(?:ing)?, {_NOT}(?:{_MORE}),
    {_MAX}(?: (?:of|zł))?, {_MAX}(?: \w+)? ?{_IS}, {_MAX} budget(?: is| of| van|:)?,
    moins de, jusqu'[àa], au (?:plus|maximum), (?:pas|sans) dépasser,
    bis(?: zu)?, unter, weniger als, höchstens, до, менее, меньше, hasta, menos de, como mucho,
    a lo sumo, (?:al|no) máximo, fino a, meno di, al massimo, até,
    (?<!can )(?<!could )(?<!will )(?<!would )(?<!'d )(?<!to )(?<!ll )do, mniej niż, poniżej,
    najwyżej, tot, hooguit, hoogstens, ten hoogste, upp till, högst, op til, maks\.?, opp til,
    enintään, maximálně, nejvýše, legfeljebb, maxim, cel mult, en fazla, έως"""
)
_AT_LEAST = _any_of(
    rf"""from, at (?:the )?(?:very )?least, {_MIN}(?: (?:of|de|von|van|di|is|:))?,
    {_MIN} (?:budget|rate|pay|price)(?: is| of|:)?, over, more than,
    above, starting (?:at|from), starts at, in excess of, upwards? of, north of, greater than,
    à partir de, plus de, au moins, ab, mind\., mindestens, wenigstens, über, mehr als, от, від,
    более, больше, щонайменше, desde, más de, (?:al|por lo) menos, a partir d[ei], pelo menos,
    almeno, da, od, vanaf, minstens, ten ?minste, co najmniej, przynajmniej, powyżej, från, minst,
    åtminstone, fra, alkaen, vähintään, nejméně, alespoň, legalább, de la, cel puțin, en az, από"""
)
# "not less than 500" holds the words of the other end, and is tried first.
NO_LESS_BEFORE = lazy_re(rf"{_START}{_NOT}(?:{_LESS}){_ABOUT}{_END}")
AT_MOST_BEFORE = lazy_re(rf"(?:{_START}(?:{_AT_MOST})|<=?|≤){_ABOUT}{_END}")
AT_LEAST_BEFORE = lazy_re(rf"(?:{_START}(?:{_AT_LEAST})|>=?|≥){_ABOUT}{_END}")
_OR_LESS = _any_of(
    r"""or less, or under, or below, or lower, and under, max(?:i|imum|imal)?\b, tops\b,
    at (?:the )?(?:very )?most, (?:et|ou) moins, au (?:maximum|plus), (?:und|oder) weniger,
    höchstens, (?:и|или) (?:менее|меньше), максимум, (?:o|ou) menos, (?:(?:como|al|no) )?máximo,
    como mucho, (?:al )?massimo, (?:of|en) minder, lub mniej, maks(?:ymalnie|imum)?\b"""
)
_OR_MORE = _any_of(
    r"""or (?:more|above|over|higher|up\b), and (?:up\b|above|more|upwards?), upwards?\b,
    at (?:the )?(?:very )?least, plus\b(?! ?[$€£₹\w]), (?:et|ou) plus, au (?:minimum|moins),
    (?:und|oder) mehr, aufwärts, mindestens, и более, и выше, (?:или|і) (?:больше|більше), минимум,
    o más, en adelante, ou mais, e oltre, o più, (?:of|en) meer, (?:i|lub) więcej,
    min(?:i|imum|imal)?\b, (?:como |no )?mínimo"""
)
AT_MOST_AFTER = lazy_re(rf"\W{{0,3}}(?:{_OR_LESS})")
AT_LEAST_AFTER = lazy_re(rf"\W{{0,3}}(?:{_OR_MORE})")

RANGE = lazy_re(
    r"(?: ?(?:/|per|a|an)? ?(?:hr|hour|h|day|month|year|tag|std|jour|mes|godz|час))?\.? ?(?:-|~|〜"
    r"|～|\.{2,3}|…|to|up to|till|thru|through|and|bis|und|à|a|et|до|и|hasta|y|do|tot"
    r"|en|fino a|og|och|és|ile|ve|έως|em|al|a la|și|i)+ ?(?:(?:up )?to )?",
    re.IGNORECASE,
)
# "$400, max $500", "$400 min, $500 max": each end with its own word.
TO_MOST = lazy_re(
    r"\W{0,3}min(?:imum|\.)?\W{1,3}|\W{0,3}(?:min(?:imum)?\b\W{0,3})?(?:(?:and|und|et|y|e) )?"
    r"(?:(?:a |at )?max(?:imum|imal)?|at (?:the )?most|up to|bis(?: zu)?|höchstens|jusqu'[àa]"
    r"|au plus|hasta|fino a|até|máximo|massimo|tot)(?: of)?[ .:]{0,2}",
    re.IGNORECASE,
)
# "1000/1500 EUR", "$400 or $500"
EITHER = lazy_re(r" ?/ ?| (?:or|oder|ou|o|lub|или|або) ", re.IGNORECASE)
