"""Opening the configuration files: where they are looked for, what may be read, who else may
read or write them.
"""

from __future__ import annotations

import os
import stat
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

from goldmine_ingest.config.problems import ConfigProblems, Problem, refuse

if TYPE_CHECKING:
    from goldmine_ingest.errors import ConfigError

LARGEST_FILE = 1024 * 1024
_DEEPEST_KEY = 32
_FOLDER = "goldmine"


class Unreadable(Exception):  # noqa: N818 - carries one sentence to the caller, which knows what kind of error that is
    """Why a file can't be read, as a sentence."""


@dataclass(frozen=True, slots=True)
class TomlFile:
    """A file as it was read: its text, its tables, and the state of the file."""

    path: Path
    text: str
    data: Mapping[str, Any]
    status: os.stat_result


def user_config_folder(env: Mapping[str, str]) -> Path:
    """Where the user's own goldmine.toml lies when there is no project folder (XDG; %APPDATA% on
    Windows).
    """
    return _user_folder(env, "APPDATA" if os.name == "nt" else "XDG_CONFIG_HOME", ".config")


def user_data_folder(env: Mapping[str, str]) -> Path:
    """Where the database goes when goldmine.toml lies in the user's config folder."""
    return _user_folder(env, "LOCALAPPDATA" if os.name == "nt" else "XDG_DATA_HOME", ".local/share")


def _user_folder(env: Mapping[str, str], variable: str, below_home: str) -> Path:
    base = Path(env.get(variable) or "")
    root = (
        base
        if base.is_absolute()
        else Path(env.get("HOME") or env.get("USERPROFILE") or "/") / below_home
    )
    return root / _FOLDER


def find_config(path: Path | None, env: Mapping[str, str], cwd: Path) -> Path:
    """The goldmine.toml to read: the one named, else $GOLDMINE_CONFIG, else
    ./config/goldmine.toml, else the user's. Raises ConfigError.
    """
    named = path or (Path(env["GOLDMINE_CONFIG"]) if env.get("GOLDMINE_CONFIG") else None)
    if named:
        return _as_text(Path(os.path.normpath(cwd / named)))
    places = (cwd / "config" / "goldmine.toml", user_config_folder(env) / "goldmine.toml")
    config = next((place for place in places if os.path.lexists(place)), None)
    if config is None:
        raise ConfigProblems(
            f"no configuration: neither {places[0]} nor {places[1]} exists",
            hint="goldmine init writes one here; --config PATH names another",
            problems=(
                Problem(
                    "config/goldmine.toml", "does not exist", "a file, as goldmine init writes it"
                ),
            ),
        )
    return _as_text(config)


def _as_text(config: Path) -> Path:
    """The path, if it is text: DuckDB takes no other. Raises ConfigError."""
    try:
        str(config).encode()
    except UnicodeEncodeError:
        shown = str(config).encode("ascii", "backslashreplace").decode()
        raise _unusable(
            shown, "holds bytes that are no text here", "a path in UTF-8, in a UTF-8 locale"
        ) from None
    return config


def project_folder(config: Path) -> Path:
    """The parent of the config file's folder if that is called `config`, else the file's own."""
    return config.parent.parent if config.parent.name == "config" else config.parent


def read_regular(path: Path, largest: int) -> tuple[bytes, os.stat_result]:
    """The content of a regular file of at most `largest` bytes; links are followed. A FIFO or
    device is refused without waiting on it.

    Raises Unreadable.
    """
    try:
        if not stat.S_ISREG(path.stat().st_mode):
            raise Unreadable("is a folder" if path.is_dir() else "is not a regular file")
        with open(path, "rb", opener=_open_without_waiting) as file:
            status = os.fstat(file.fileno())
            if not stat.S_ISREG(status.st_mode):
                raise Unreadable("is not a regular file")
            content = file.read(largest + 1)
    except FileNotFoundError:
        raise Unreadable("does not exist") from None
    except (OSError, ValueError) as error:  # ValueError: a NUL in the name
        raise Unreadable(f"can't be read ({getattr(error, 'strerror', None) or error})") from error
    if len(content) > largest:
        raise Unreadable(f"is larger than {largest // 1024} KiB")
    return content, status


def _open_without_waiting(path: str, flags: int) -> int:
    return os.open(path, flags | getattr(os, "O_NONBLOCK", 0))


def read_toml(path: Path, shown: str) -> TomlFile:
    """A TOML file, numbers with a point as Decimal. `shown` is what errors call it. Raises
    ConfigError with the line and column.
    """
    try:
        content, status = read_regular(path, LARGEST_FILE)
        text = content.decode("utf-8-sig")
        _refuse_deep_keys(text)
        return TomlFile(path, text, tomllib.loads(text, parse_float=Decimal), status)
    except Unreadable as error:
        raise _unusable(shown, str(error), "a TOML file of at most 1 MiB") from error
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        column = error.start - content.rfind(b"\n", 0, error.start)
        raise _unusable(
            shown, f"is not UTF-8 (at line {line}, column {column})", "a text file saved as UTF-8"
        ) from error
    except tomllib.TOMLDecodeError as error:
        raise _unusable(shown, f"is not valid TOML: {error}", "TOML") from error
    except RecursionError:
        raise _unusable(
            shown, "is nested too deeply", "tables and lists a few levels deep"
        ) from None
    except (ArithmeticError, ValueError) as error:  # numbers of thousands of digits
        raise _unusable(
            shown, "holds a number that can't be read", "numbers of a few digits"
        ) from error


def _refuse_deep_keys(text: str) -> None:
    """A key of thousands of dotted parts costs tomllib quadratic time; no setting has more than
    four.
    """
    for line in text.splitlines():
        head = line.split("=", 1)[0]
        if head.count(".") > _DEEPEST_KEY and not any(mark in head for mark in "\"'#"):
            raise RecursionError


def _unusable(shown: str, message: str, expected: str) -> ConfigError:
    return refuse([Problem(shown, message, expected)], shown)


def written_by_others(status: os.stat_result) -> bool:
    """Someone other than the owner and root may change the file. A group that belongs to the
    owner alone doesn't count.
    """
    if os.name != "posix":
        return False
    private_group = status.st_gid == status.st_uid
    return bool(status.st_mode & stat.S_IWOTH) or (
        bool(status.st_mode & stat.S_IWGRP) and not private_group
    )


def read_by_others(status: os.stat_result) -> bool:
    """Someone other than the owner and root may read the file."""
    return os.name == "posix" and bool(status.st_mode & (stat.S_IRGRP | stat.S_IROTH))


def foreign(status: os.stat_result) -> bool:
    """The file belongs to someone who is neither this user nor root."""
    return os.name == "posix" and status.st_uid not in (os.geteuid(), 0)


def mode(status: os.stat_result) -> str:
    """Permissions as chmod writes them, '0644'."""
    return f"{stat.S_IMODE(status.st_mode):04o}"
