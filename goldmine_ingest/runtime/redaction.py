"""Secrets kept out of everything that is written: logs, errors, the database, the page.

One Redactor learns every secret when it is resolved; whatever text leaves the program passes
through `clean`.
"""

from __future__ import annotations

import json
import logging
import re
from base64 import b64encode
from collections.abc import Iterator
from functools import lru_cache
from threading import Lock
from urllib.parse import SplitResult, quote, unquote, unquote_plus, urlsplit

MASK = "***"

_SHORTEST = 4  # masking anything shorter would make every text unreadable and hide nothing
_LONG = 20
_CREDENTIAL = re.compile(
    r"(?:^|[^a-z])(?:\w*(?:token|secret|passw|apikey|sig)\w*|(?:\w*_)?(?:key|auth|pass|pwd|user|uid|org|sid)(?:_?(?:id|key|uid|name))?)(?:$|[^a-z])"
)
# A URL in which nothing but its whole can be secret: no userinfo, no query, no path segment long
# enough to be a token. Taking a thousand of them apart would take a twelfth of a poll.
_ORDINARY = re.compile(r"https?://[a-z0-9.-]+(?::[0-9]+)?(?:/[A-Za-z0-9_.~-]{1,19})+")
_MAY_NAME_CREDENTIAL = re.compile(r"token|secret|passw|key|sig|auth|pass|pwd|user|uid|org|sid")
_PLAIN = re.compile(r"[A-Za-z0-9_.~-]*")
_ODD = re.compile(r"[^A-Za-z0-9_.~-]")
_PIECES = re.compile(r"[-_.+~ ]+")
# What a longer address goes on with: that is another one's, a job's below its feed's, say.
_ENDS = r"(?!/?[.,;:!]*[\w?#%~+@$*-]|//)"


class Redactor:
    """Knows secrets, and replaces each one that occurs in a text by ***."""

    def __init__(self) -> None:
        self._secrets: set[str] = set()
        self._addresses: set[str] = set()  # of these, those that are one only where they end
        self._by_start: dict[str, list[str]] = {}
        self._urls: list[
            str
        ] = []  # not taken apart yet: most runs write nothing that has to be cleaned
        self._taking_apart = Lock()

    def learn(self, value: str) -> None:
        """Remember a secret in each form that it can take in a text: plain, URL-encoded,
        JSON-escaped, line by line.
        """
        self._addresses -= self._remember(value)

    def _remember(self, value: str) -> set[str]:
        forms = {form for form in _forms(value) if len(form) >= _SHORTEST}
        new = forms - self._secrets
        self._secrets |= new
        for form in new:
            self._by_start.setdefault(form[:_SHORTEST], []).append(form)
        return forms

    def _learn_address(self, address: str) -> None:
        """Remember an address as a whole. One that only begins with it stays readable: what is
        secret in it is learned by itself.
        """
        if address not in self._secrets:
            self._addresses |= self._remember(address)

    def learn_url(self, url: str) -> None:
        """Remember a URL and what is secret in it: userinfo, and query values and path segments
        that look like credentials.

        Those are values named like one (token, key, user …) and mixed characters of 20 and more,
        never ordinary words: a feed on "wordpress" must not mask the word everywhere.
        """
        self._urls.append(url)

    def _take_apart(self, url: str) -> None:
        if _ORDINARY.fullmatch(url) and not _MAY_NAME_CREDENTIAL.search(url.lower()):
            self._learn_address(url)
            return
        try:
            parts = urlsplit(url)
        except ValueError:
            self.learn(url)
            return
        if (
            parts.path.strip("/") or parts.query
        ):  # a bare site is no secret, and every link to it would be masked
            for form in _whole(url, parts):
                self._learn_address(form)
        for value in (*_userinfo(parts), *_query_values(parts), *_path_segments(parts.path)):
            self.learn(value)

    def clean(self, text: str) -> str:
        for secret in self._occurring(text):
            if secret in self._addresses:
                text = re.sub(re.escape(secret) + _ENDS, MASK, text)
            else:
                text = text.replace(secret, MASK)
        return text

    def occurs_in(self, text: str) -> bool:
        """Whether `clean` may change it; if not, it doesn't."""
        return bool(self._occurring(text))

    def _occurring(self, text: str) -> list[str]:
        """The secrets in a text, longest first, so that no tail of one is left over.

        With few secrets each is looked for; with thousands, the text's own four-letter windows say
        which can be there at all.
        """
        with self._taking_apart:
            while self._urls:
                self._take_apart(self._urls.pop())
        if len(self._secrets) < len(text):
            return sorted(
                (secret for secret in tuple(self._secrets) if secret in text), key=len, reverse=True
            )
        starts = {text[i : i + _SHORTEST] for i in range(len(text) - _SHORTEST + 1)}
        occurring = (
            secret for start in starts for secret in self._by_start.get(start, ()) if secret in text
        )
        return sorted(occurring, key=len, reverse=True)


def looks_secret(url: str) -> bool:
    """Whether a URL holds a credential by the rules of `Redactor.learn_url`; one that can't be
    taken apart is taken for a secret.
    """
    try:
        parts = urlsplit(url)
    except ValueError:
        return True
    return any(
        value
        for values in (_userinfo(parts), _query_values(parts), _path_segments(parts.path))
        for value in values
    )


def _forms(value: str) -> set[str]:
    value = value.strip()
    if _PLAIN.fullmatch(value):
        return {value}  # every encoding leaves it as it is
    plain = {
        value,
        unquote(value),
        *(line.strip() for line in value.splitlines() if len(line.strip()) >= 2 * _SHORTEST),
    }
    return {
        form
        for text in plain
        for form in (text, *_encoded(text), _json_escaped(text), _repr_escaped(text))
    }


@lru_cache(maxsize=256)
def _percent(character: str) -> str:
    return quote(character, safe="", errors="replace")


def _encoded(text: str) -> Iterator[str]:
    """URL-encoded wholly, as a path, and as a form value; only what must be is touched, for
    quote() goes through every byte.
    """
    whole = _ODD.sub(lambda odd: _percent(odd[0]), text)
    yield whole
    if "/" in text:
        yield whole.replace("%2F", "/")
    if " " in text:
        yield whole.replace("%20", "+")


def _json_escaped(text: str) -> str:
    return json.dumps(text)[1:-1]


def _repr_escaped(text: str) -> str:
    return repr(text)[1:-1]


def _whole(url: str, parts: SplitResult) -> Iterator[str]:
    yield url
    place = parts.netloc.rpartition("@")[2]
    rest = f"{parts.path}?{parts.query}" if parts.query else parts.path
    yield f"{parts.scheme}://{place}{rest}"
    if parts.query:
        yield rest  # as servers and clients log it, without the host


def _userinfo(parts: SplitResult) -> Iterator[str]:
    userinfo, at, _ = parts.netloc.rpartition("@")
    if not at:
        return
    user, _, password = userinfo.partition(":")
    yield userinfo
    yield password
    yield b64encode(unquote(userinfo).encode()).decode()  # as it stands in an Authorization header
    if not _is_word(user):
        yield user


def _query_values(parts: SplitResult) -> Iterator[str]:
    for pair in (*re.split("[&;]", parts.query), *parts.fragment.split("&")):
        name, _, value = pair.partition("=")
        if _is_secret(unquote_plus(name), unquote_plus(value)):
            yield value
            yield unquote_plus(value)
        elif not value and _looks_random(unquote_plus(name)):
            yield name


def _path_segments(path: str) -> Iterator[str]:
    before = ""
    for segment in path.split("/"):
        name, sign, value = unquote(segment).replace(":", "=").partition("=")
        stem = segment.rsplit(".", 1)[0]
        if sign and _is_secret(name, value):
            yield value
        elif (_names_credential(before) and not _is_word(stem)) or any(
            map(_looks_random, (unquote(segment), unquote(stem)))
        ):
            yield from (segment, stem)
        before = segment


def _is_secret(name: str, value: str) -> bool:
    return _looks_random(value) or (_names_credential(name) and not _is_word(value))


def _names_credential(name: str) -> bool:
    snake = re.sub(r"(?<=[a-z])(?=[A-Z])", "_", name).lower().replace("-", "_")
    return _CREDENTIAL.search(snake) is not None


def _is_word(text: str) -> bool:
    """An ordinary word, which must stay readable wherever else it occurs."""
    return text.isalpha() and len(text) < _LONG and (text.islower() or text.istitle())


def _looks_random(text: str) -> bool:
    """20 and more mixed characters that aren't a slug such as 'top-10-python-jobs-in-berlin'."""
    return len(text) >= _LONG and any(_is_mixed(piece) for piece in _PIECES.split(text))


def _is_mixed(piece: str) -> bool:
    letters = "".join(filter(str.isalpha, piece))
    digits = any(map(str.isdigit, piece))
    return bool(letters) and (
        digits or not (letters.islower() or letters.isupper() or letters.istitle())
    )


class RedactingFilter(logging.Filter):
    """Cleans log records: message, exception and stack text. It never drops one.

    A logger's filters don't see what its children log, so use `install`, which puts the filter on
    the handlers too.
    """

    def __init__(self, redactor: Redactor) -> None:
        super().__init__()
        self._redactor = redactor
        self._formatter = logging.Formatter()

    def install(self, logger: logging.Logger) -> None:
        """Put this filter on a logger and on each handler that it has now."""
        for place in (logger, *logger.handlers):
            if self not in place.filters:
                place.addFilter(self)

    def filter(self, record: logging.LogRecord) -> bool:
        record.msg = self._redactor.clean(_message(record))
        record.args = None
        if record.exc_info and not record.exc_text:
            record.exc_text = self._formatter.formatException(record.exc_info)
        record.exc_info = None  # a handler that formats exceptions itself would print it as it is
        if record.exc_text:
            record.exc_text = self._redactor.clean(record.exc_text)
        if record.stack_info:
            record.stack_info = self._redactor.clean(record.stack_info)
        return True


def _message(record: logging.LogRecord) -> str:
    try:
        return record.getMessage()
    except (
        TypeError,
        ValueError,
        KeyError,
    ):  # a log call with wrong arguments must not stop the program, nor skip the cleaning
        return f"{record.msg} {record.args!r}"
