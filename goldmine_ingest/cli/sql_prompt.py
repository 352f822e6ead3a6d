"""`goldmine sql` without a query, on a terminal: one question after the other, each over what was
committed when it was asked.

A question ends with a semicolon and may take several lines. Tab completes tables, columns, keywords
and reports; the arrow keys bring back earlier questions, which are kept beside the history.
"""

from __future__ import annotations

import contextlib
import signal
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import FrameType
from typing import NoReturn

from goldmine_ingest.errors import GoldmineError

FIRST, NEXT = "goldmine> ", "     ...> "
HELP = """\
A question ends with ; and may take several lines. The name of a report asks that report.
.tables         views and tables, with their columns
.reports        reports that can be asked for by name
.quit           leave (Ctrl-D does too); Ctrl-C stops a question, or forgets what you write"""
_COMMANDS = (".help", ".tables", ".reports", ".quit")
_HISTORY_LENGTH = 1000


@dataclass(frozen=True, slots=True)
class Answers:
    """What the prompt can ask: the answer of a query, printed; the tables and the reports,
    printed.
    """

    ask: Callable[[str], None]
    tables: Callable[[], None]
    reports: Callable[[], None]


def converse(
    read: Callable[[str], str],
    say: Callable[[str], None],
    answers: Answers,
    report_names: Sequence[str],
) -> None:
    """Reads lines and answers questions until .quit or the end of input. `read` takes a prompt and
    raises EOFError, KeyboardInterrupt.

    What is wrong with a question is said, and the next one can be asked.
    """
    written: list[str] = []
    while True:
        try:
            line = read(NEXT if written else FIRST)
            if not written and line.strip() in ("", ".quit", ".exit"):
                if line.strip():
                    return
                continue
            if not written and line.startswith("."):
                _command(line.split()[0], say, answers)
                continue
            written.append(line)
            question = "\n".join(written).strip()
            if is_complete(question, report_names):
                written = []
                answers.ask(question.rstrip("; \n"))
        except GoldmineError as error:
            say(str(error))
        except KeyboardInterrupt:
            written = []
            say("")
        except EOFError:
            say("")
            return


def is_complete(question: str, report_names: Sequence[str]) -> bool:
    """Whether it is a report's name, or ends with a semicolon outside of quotes and comments."""
    if question.rstrip("; \n") in report_names:
        return True
    code = _without_texts(question)
    return code is not None and code.rstrip().endswith(";")


def _without_texts(sql: str) -> str | None:
    """The statement without what is quoted or a comment; None where a quote or comment is still
    open.
    """
    code, place = [], 0
    while place < len(sql):
        for opening, closing in (("'", "'"), ('"', '"'), ("--", "\n"), ("/*", "*/")):
            if sql.startswith(opening, place):
                end = sql.find(closing, place + len(opening))
                if end < 0 and opening != "--":
                    return None
                place = len(sql) if end < 0 else end + len(closing)
                break
        else:
            code.append(sql[place])
            place += 1
    return "".join(code)


def _command(name: str, say: Callable[[str], None], answers: Answers) -> None:
    actions = {".help": lambda: say(HELP), ".tables": answers.tables, ".reports": answers.reports}
    actions.get(name, lambda: say(f"there is no {name}; .help tells what there is"))()


def completions(words: Iterable[str], text: str) -> list[str]:
    """What may follow the letters that are typed; a table's columns after 'table.' too. Keywords
    keep the case that one types.
    """
    typed = text.rpartition(".")
    begun = typed[2].lower() if not text.startswith(".") else text.lower()
    before = f"{typed[0]}." if typed[1] and not text.startswith(".") else ""
    fitting = sorted({word for word in words if word.lower().startswith(begun)})
    return [before + (word.upper() if begun and typed[2].isupper() else word) for word in fitting]


@contextlib.contextmanager
def editing(history: Path, words: Callable[[], Iterable[str]]) -> Iterator[None]:
    """Line editing with completion, and a history file (mode 0600): read now, and this session's
    lines added at the end.

    The end is also that of the terminal. Nothing of it where Python has no readline.
    """
    try:
        import readline
    except ImportError:
        yield
        return
    vocabulary: list[str] = []

    def complete(text: str, index: int) -> str | None:
        if not vocabulary:
            vocabulary.extend([*words(), *_COMMANDS])
        fitting = completions(vocabulary, text)
        return fitting[index] if index < len(fitting) else None

    readline.set_completer(complete)
    readline.set_completer_delims(" \t\n,;()=<>+-*/|'\"")
    readline.parse_and_bind("tab: complete")
    readline.set_history_length(_HISTORY_LENGTH)
    readline.clear_history()
    with contextlib.suppress(OSError):
        readline.read_history_file(history)
    earlier = readline.get_current_history_length()
    before = signal.signal(signal.SIGHUP, _leave)
    try:
        yield
    finally:
        signal.signal(signal.SIGHUP, before)
        readline.set_completer(None)
        with contextlib.suppress(OSError):
            history.touch(mode=0o600)
            history.chmod(0o600)
            if hasattr(readline, "append_history_file"):  # not in macOS's editline
                readline.append_history_file(
                    readline.get_current_history_length() - earlier, history
                )
            else:
                readline.write_history_file(history)


def _leave(number: int, frame: FrameType | None) -> NoReturn:  # noqa: ARG001 - the shape of a signal handler
    """The terminal was closed: leave as if asked to, so that questions are remembered and copies
    removed.
    """
    raise SystemExit(128 + number)
