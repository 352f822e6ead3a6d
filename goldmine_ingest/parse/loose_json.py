"""JSON with mistakes in it: one bad character in a string loses that string's character, not the
feed; a comma before a closing bracket is left out.
"""

from __future__ import annotations

import json
import re
from typing import Any

from goldmine_ingest.model import Json

# A whole string, a string that never ends, or one character outside.
_STRING = re.compile(r'"(?:[^"\\]|\\.)*"', re.S)
_BAD_ESCAPE = re.compile(r"\\(?:u(?![0-9a-fA-F]{4})|(?![\"\\/bfnrtu])(?=.))", re.S)
# What no text has; line ends and tabs may stand in a string as they are.
_CONTROLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")
_LAST_COMMA = re.compile(r",(?=\s*[}\]])")


def loads(text: str, **hooks: Any) -> Json:
    """The value of a JSON text; line ends and tabs may stand in its strings as they are, other
    control characters are left out.

    Raises ValueError for what isn't JSON even so, RecursionError for what is nested too deeply.
    """
    text = _CONTROLS.sub("", text)
    try:
        return json.loads(text, strict=False, **hooks)
    except ValueError:
        mended = _mended(text)
        if mended == text:
            raise
        return json.loads(mended, strict=False, **hooks)


def _mended(text: str) -> str:
    """Strings with their wrong escapes doubled, so that "C:\\dir" is what was meant; what stands
    between them without its superfluous commas.
    """
    pieces: list[str] = []
    at = 0
    for string in _STRING.finditer(text):
        pieces += (_LAST_COMMA.sub("", text[at : string.start()]), _escaped(string[0]))
        at = string.end()
    return "".join((*pieces, _LAST_COMMA.sub("", text[at:])))


def _escaped(string: str) -> str:
    if "\\" not in string:
        return string
    return re.sub(r"\\\\|" + _BAD_ESCAPE.pattern, _doubled, string, flags=re.S)


def _doubled(match: re.Match[str]) -> str:
    return match[0] if match[0] == "\\\\" else "\\" + match[0]
