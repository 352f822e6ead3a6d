"""Patterns that are compiled when they are first used.

Compiling a pattern of many alternatives takes Python milliseconds; those of money, dates and time
zones together took a third of a second of CPU at a start, and most cycles use few of them.
"""

from __future__ import annotations

import re
from typing import Any, cast

_METHODS = ("search", "match", "fullmatch", "finditer", "findall", "sub", "subn", "split")
_FACTS = ("pattern", "flags", "groups", "groupindex")


def lazy_re(source: str, flags: re.RegexFlag = re.NOFLAG) -> re.Pattern[str]:
    """What `re.compile` gives, but for isinstance; a mistake in the source shows at first use."""
    return cast("re.Pattern[str]", _Lazy(source, flags))


class _Lazy:
    """Has no attribute of a pattern until one is asked for; all of them from then on."""

    def __init__(self, source: str, flags: re.RegexFlag) -> None:
        self._source = source
        self._compiled_with = flags

    def __getattr__(self, name: str) -> Any:
        if name not in _METHODS and name not in _FACTS:
            raise AttributeError(name)
        compiled = re.compile(self._source, self._compiled_with)
        vars(self).update({each: getattr(compiled, each) for each in (*_METHODS, *_FACTS)})
        return getattr(compiled, name)
