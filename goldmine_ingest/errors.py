"""Errors that are written for people. Each knows who it is about, and survives pickling
(children and Prefect pass them on).
"""

from __future__ import annotations


class GoldmineError(Exception):
    """Root of all errors of this package: what is wrong, about whom (`subject`: a feed, destination
    or file), what to do (`hint`).

    The message never holds a URL, a token or any other secret. `exit_status` is what the `goldmine`
    command ends with.
    """

    exit_status = 1

    def __init__(
        self, message: str, *, subject: str | None = None, hint: str | None = None
    ) -> None:
        super().__init__(message)
        self.message = message
        self.subject = subject
        self.hint = hint

    def __str__(self) -> str:
        text = f"{self.subject}: {self.message}" if self.subject else self.message
        return f"{text}\n{self.hint}" if self.hint else text

    def __reduce__(self) -> tuple[object, ...]:
        return _rebuild, (type(self), self.message, self.subject, self.hint)


def _rebuild(
    kind: type[GoldmineError], message: str, subject: str | None, hint: str | None
) -> GoldmineError:
    return kind(message, subject=subject, hint=hint)


class UsageError(GoldmineError):
    """The command line asks for something that doesn't exist or doesn't make sense: an unknown
    listing, name or option value.
    """

    exit_status = 2


class ConfigError(GoldmineError):
    """The configuration files are wrong; the message lists every problem."""

    exit_status = 2


class UnavailableError(GoldmineError):
    """Something that depends on this machine is missing (a variable, a secret file): its feed or
    destination stops, nothing else.
    """

    exit_status = 3


class BusyError(GoldmineError):
    """Another cycle or program is in the way; trying again later is right."""

    exit_status = 75


class StoreError(GoldmineError):
    """The database can't be used: damaged, foreign, newer than this program, on a full disk or
    in a read-only folder.
    """


class RefusedError(StoreError):
    """The database is fine, but refuses what one step would store in it (a row twice, a value of
    no use); nothing of it was stored.
    """


def in_words(error: Exception) -> str:
    """What to tell a person of an error. Of one that isn't ours only its kind: its text may hold a
    secret, or what a stranger wrote.
    """
    if isinstance(error, GoldmineError):
        return str(error)
    if isinstance(error, OSError):
        # A full disk, a folder that may not be entered, no more processes: the computer's trouble
        # and no bug.
        where = f"{error.filename}: " if isinstance(error.filename, str) else ""
        return f"{where}{error.strerror or type(error).__name__}"
    return f"this is a bug in goldmine ({type(error).__name__}), sorry"


# What one bad value can provoke in the code that looks at it, or in the history that is to keep it.
# Who handles many rows catches these for one of them, so that it stops no other; everything else
# that goes wrong is about more than a row.
PROVOKED = (
    RefusedError,
    ArithmeticError,
    AttributeError,
    LookupError,
    TypeError,
    ValueError,
    RecursionError,
)
