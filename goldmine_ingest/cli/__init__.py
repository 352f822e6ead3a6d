"""The `goldmine` command. `main` parses, runs one command and turns what went wrong into one or two
lines and an exit status.

0 done, 1 failed, 2 usage or configuration error, 3 done but a feed or destination failed, 75
something is in the way, 130 interrupted.
"""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from goldmine_ingest.cli.parser import parse
from goldmine_ingest.errors import GoldmineError, UsageError, in_words
from goldmine_ingest.runtime.no_output import NoOutput

INTERRUPTED = 130
_OWNER_ONLY = 0o077


def main(argv: Sequence[str] | None = None) -> int:
    """Runs one command and returns the exit status. Never raises, and never shows a traceback
    unless --verbose asks for it.

    Whatever it writes is its owner's alone, whatever the umask: reports, exports and copies hold
    what the history holds.
    """
    before = os.umask(_OWNER_ONLY)
    try:
        return _guarded(argv)
    finally:
        os.umask(before)


def _guarded(argv: Sequence[str] | None) -> int:
    arguments = list(sys.argv[1:] if argv is None else argv)
    _open_closed_streams()
    try:
        status = _run(arguments)
        sys.stdout.flush()
    except SystemExit as done:
        return done.code if isinstance(done.code, int) else 1
    except KeyboardInterrupt:
        _say("interrupted; nothing is lost, the next run goes on from here")
        return INTERRUPTED
    except BrokenPipeError:
        _drop_the_rest()  # whoever read our output has left
        return 1
    except GoldmineError as error:
        _say(in_words(error))
        return error.exit_status
    except OSError as error:
        if "--verbose" in arguments:
            return _report_bug(error, arguments, verbose=True)
        _say(f"{in_words(error)}; the same command with --verbose shows where")
        _drop_the_rest()
        return 1
    except Exception as error:  # noqa: BLE001 - the last resort: a bug is said in two lines, not as a traceback
        return _unforeseen(error, arguments)
    return status


def _unforeseen(error: Exception, arguments: Sequence[str]) -> int:
    if not all(map(_is_text, arguments)):
        _say("an argument isn't UTF-8 text, which it has to be here")
        return UsageError.exit_status
    return _report_bug(error, arguments, verbose="--verbose" in arguments)


def _is_text(argument: str) -> bool:
    """Whether the bytes of an argument are UTF-8. Those of a file's name needn't be; words that are
    looked for or stored must.
    """
    return not any("\ud800" <= character <= "\udfff" for character in argument)


def _open_closed_streams() -> None:
    """Puts /dev/null where a standard stream is closed, for our children too: else the history's
    file, or a child's connection, would get its number, and printed text land in it.
    """
    for number, name in enumerate(("stdin", "stdout", "stderr")):
        try:
            os.fstat(number)
        except OSError:
            opened = os.open(os.devnull, os.O_RDWR)  # the lowest free number, which is this one
            os.set_inheritable(opened, True)
            if name == "stdout":
                sys.stdout = NoOutput()
                continue
            setattr(sys, name, open(opened, "w" if number else "r", encoding="utf-8"))  # noqa: SIM115, PTH123 - as long as the process


def _drop_the_rest() -> None:
    """What Python flushes at exit goes nowhere, so that no second error appears."""
    with contextlib.suppress(OSError, ValueError):  # a test's stdout has no number
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _run(arguments: list[str]) -> int:
    command = parse(arguments)
    return command.run()


def _say(text: str) -> None:
    from goldmine_ingest.cli.output import printable  # only who has an error to say needs it

    print(f"goldmine: {printable(text, keep_lines=True)}", file=sys.stderr)


def _report_bug(error: Exception, arguments: Sequence[str], *, verbose: bool) -> int:
    if verbose:
        from goldmine_ingest.cli import bug_report  # only who asks for it needs it

        bug_report.show(error, arguments, os.environ, Path.cwd())
    what = (
        "the details are above" if verbose else "the same command with --verbose shows the details"
    )
    _say(f"{in_words(error)}; {what}")
    return 1
