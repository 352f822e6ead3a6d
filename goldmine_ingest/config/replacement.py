"""A file that is replaced whole or not at all."""

from __future__ import annotations

import contextlib
import os
import secrets
from pathlib import Path

from goldmine_ingest.errors import ConfigError, GoldmineError


def replace_file(
    path: Path,
    content: bytes,
    *,
    like: Path | None = None,
    mode: int = 0o600,
    unless_changed: bytes | None = None,
) -> None:
    """Puts a whole file in place: all of the new content or all of the old, whatever happens.
    Raises GoldmineError.

    It gets the mode and owner of `like`, or `mode`. `unless_changed`: the content that the file
    must still have.
    """
    path = path.resolve()  # a link stays one
    beside = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    try:
        with os.fdopen(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(content)
            file.flush()
            _dress(file.fileno(), like, mode)
            os.fsync(file.fileno())
        if (
            unless_changed is not None
            and path.read_bytes().removeprefix(b"\xef\xbb\xbf") != unless_changed
        ):
            raise GoldmineError(
                "was changed by someone else meanwhile; nothing was written",
                subject=str(path),
                hint="try again",
            )
        beside.replace(path)
    except OSError as error:
        raise GoldmineError(
            f"can't be written ({error.strerror or error})", subject=str(path)
        ) from error
    finally:
        with contextlib.suppress(OSError):
            beside.unlink()


def _dress(descriptor: int, like: Path | None, mode: int) -> None:
    if like is None:
        os.chmod(descriptor, mode)
        return
    status = like.stat()
    with contextlib.suppress(OSError):  # only root may give a file to someone else
        os.chown(descriptor, status.st_uid, status.st_gid)
    os.chmod(descriptor, status.st_mode & 0o7777)


def read_file(path: Path) -> str:
    """The text of a configuration file. Raises ConfigError."""
    try:
        return path.read_bytes().decode("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"can't be read ({type(error).__name__})", subject=str(path)) from error
