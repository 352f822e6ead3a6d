"""Phrases and patterns of the user, as something to search with: linear in the text."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Any

import re2

from goldmine_ingest.errors import ConfigError
from goldmine_ingest.text.stems import SECTION

_MOST_PLACES = 50
_ODD_SPACES = re.compile(r"[\s\u00a0]+")


@dataclass(frozen=True, slots=True)
class Pattern:
    """A phrase or /pattern/ of the user, compiled. Linear in the text, whatever the pattern."""

    text: str
    compiled: Any

    def quote(self, text: str) -> str | None:
        """The words that it met first; '' where it met none of substance (a pattern may match
        nothing).
        """
        match = self.compiled.search(text)
        return None if match is None else match.group(1).split(SECTION)[0].strip()

    def spans(self, text: str) -> Iterator[tuple[int, int]]:
        """Where it stands, the first few dozen places."""
        for match in islice(self.compiled.finditer(text), _MOST_PLACES):
            yield match.span(1)


def occurs(pattern: Any, text: str) -> bool:
    """Whether a compiled pattern occurs in a readable text; bytes are what the library takes as it
    is.
    """
    return pattern.search(text.encode()) is not None


def is_pattern(text: str) -> bool:
    """Whether a setting is a /pattern/ rather than a phrase."""
    return len(text) > 1 and text.startswith("/") and text.endswith("/")


def compile_pattern(text: str) -> Pattern:
    """A setting of [rules] as something to search with: '/…/' is an RE2 pattern (any case unless it
    says '(?-i)'), else a phrase of whole words in any case, spaces meaning any white space.

    Raises ConfigError that says what is wrong with the pattern.
    """
    is_one = is_pattern(text)
    source = text[1:-1] if is_one else text.strip()
    if not source.strip():
        raise ConfigError(
            "the phrase or pattern is empty, so it would match every listing",
            hint="Write a word, or take the line out.",
        )
    return Pattern(text, _compiled(f"({source})" if is_one else _whole_words(source), text))


def _options() -> Any:
    options = re2.Options()
    options.case_sensitive = False
    options.log_errors = False
    return options


def _compiled(source: str, text: str) -> Any:
    try:
        return re2.compile(source, _options())
    except (re2.error, UnicodeEncodeError) as error:
        why = (
            error.args[0].decode("utf-8", "replace")
            if error.args and isinstance(error.args[0], bytes)
            else str(error)
        )
        hint = (
            "Patterns are RE2: no look-ahead, look-behind or back-references, repetitions up to"
            " 1000."
        )
        raise ConfigError(f"{text} is not a valid pattern: {why}", hint=hint) from error


def _whole_words(phrase: str) -> str:
    words = (
        "['’]".join(re2.escape(part) for part in re.split("['’]", word))
        for word in _ODD_SPACES.split(phrase)
    )
    body = r"[\s\x{00a0}]+".join(words)
    left = r"(?:^|[^\pL\pN_])" if phrase[0].isalnum() else ""
    # "C" isn't a whole word of "C++" or "C#".
    right = r"(?:$|[^\pL\pN_+#]|\+(?:$|[^+]))" if phrase[-1].isalnum() else ""
    return f"{left}({body}){right}"


class PatternSet:
    """Many phrases and patterns. One pass tells which phrases may occur; patterns, which may be of
    any size, are each looked for by themselves.
    """

    def __init__(self, patterns: Iterable[Pattern]) -> None:
        every = tuple(patterns)
        self._phrases = tuple(one for one in every if not is_pattern(one.text))
        self._others = tuple(one for one in every if is_pattern(one.text))
        self._set = re2.Set.SearchSet(_options())
        for one in self._phrases:
            self._set.Add(one.compiled.pattern)
        if self._phrases:
            self._set.Compile()

    def spans(self, text: str) -> list[tuple[str, int, int]]:
        """The setting of each that occurs, and where."""
        met = sorted(self._set.Match(text) or ()) if self._phrases else []
        occurring = [*(self._phrases[number] for number in met), *self._others]
        return [(one.text, start, end) for one in occurring for start, end in one.spans(text)]
