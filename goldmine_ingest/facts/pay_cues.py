"""Words that make a sum in a sentence the pay of this job, and words that make it something else.

Clauses are judged, not sentences: "our last developer charged $60/hr, we can pay $40/hr" holds one
of each. The words of each language are in data/pay_cues.tsv. Where both kinds stand in one clause
the sum is not taken: a wrong sum is worse than none.
"""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import Literal

from goldmine_ingest.text.lazy_re import lazy_re

# Beside the package's code, in a wheel too.
_TABLE = Path(__file__).parents[1] / "data" / "pay_cues.tsv"
Kind = Literal["pay", "whole", "other", "too_much", "first_part", "last_part"]


@cache
def cue_rows() -> tuple[tuple[str, str, str], ...]:
    """(kind, language, pattern), as in the table."""
    lines = _TABLE.read_text(encoding="utf-8").splitlines()
    cells = (line.split("\t") for line in lines if line and not line.startswith("#"))
    return tuple((kind, language, pattern) for kind, language, pattern in cells)


@cache
def cue(kind: Kind) -> re.Pattern[str]:
    """All languages' words of a kind, to be searched in a lower-case text."""
    parts = [f"(?:{pattern})" for each, _, pattern in cue_rows() if each == kind]
    return re.compile(rf"(?<![^\W_])(?:{'|'.join(parts)})(?![^\W_])")


def is_part(line: str, clause: str) -> bool:
    """Whether the sum of a clause is one of several instalments: the clause says that it is paid
    at the start or at the end, and the line names the other ("$300 now and $300 on completion").
    """
    low, own = line.lower(), clause.lower()
    first, last = (cue(kind).search(own) for kind in _PARTS)
    return bool(
        (first or last)
        and (first or cue("first_part").search(low))
        and (last or cue("last_part").search(low))
    )


_PARTS: tuple[Kind, ...] = ("first_part", "last_part")

# "Redraw my logo for 40 USD": what is asked for, then the sum with nothing behind it.
ASKED = lazy_re(
    r"\b(?:need|want|looking (?:for|to)|seeking|would like|hiring)\b"
    r"|^(?:\W|please |kindly |hi |hello )*(?:(?:re)?(?:build|create|design|draw|make|write|develop)"
    r"|edit|fix|trace|translate|convert|transcribe|vectori[sz]e|set up|install|migrate|record"
    r"|animate|proofread|retouch|format|clean|update|do)\b"
)
FOR_SUM = lazy_re(r"\bfor (?:only |just |about |around |approx\.? |max\.? |up to )?$")
NOTHING_BEHIND = lazy_re(r"\s*(?:usd|only|total|max|fixed)?\s*(?:$|[.!?,;)])")


# Between these a sentence has another subject.
CLAUSES = lazy_re(
    r"(?<=[^\d\s]), +(?=\S)|(?<=\d), +(?=[^\d\s])|; +| - (?=[^\d$€£])| ?\+ ?(?=[^\W\d])|[()]"
    r"| (?:but|while|whereas"
    r"|however|although|aber|jedoch|während|mais|pero|mas|porém|ma|però|maar|ale|но|а)(?= )"
    r"| (?:and|und|et|y|e|en|i|и|plus)(?= (?:we|i|our|the|my|wir|unser\w*|nous|notre|nuestr\w*"
    r"|nosso|il"
    r"|onze|nasz\w*|наш\w*|мы|pay|budget|a bonus|an?|\w+ (?:bonus|budget|is|was|ist))\b)"
    r"| plus (?=\w|[$€£])"
)
