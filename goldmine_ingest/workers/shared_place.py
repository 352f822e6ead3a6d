"""The shared place: a folder or an object store, named by an fsspec URL. A file in it is whole
or not there.
"""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from errno import ENOTDIR
from pathlib import Path
from typing import Any

from goldmine_ingest.errors import GoldmineError, StoreError, UnavailableError
from goldmine_ingest.runtime.crash_points import reach
from goldmine_ingest.runtime.locks import make_folder

_PART = ".part"


class Place:
    """Raises UnavailableError where it can't be reached, read or written. Credentials come from
    the environment, as its protocol has it.
    """

    def __init__(self, url: str) -> None:
        from fsspec.core import url_to_fs
        from fsspec.implementations.local import LocalFileSystem

        with _told(url):
            fs, root = url_to_fs(url)
        self._fs: Any = fs
        self._root = str(root).rstrip("/")
        self._url = url
        self._is_folder = isinstance(fs, LocalFileSystem)

    def write(self, name: str, content: bytes) -> None:
        """Under a temporary name first: whoever looks meanwhile, or after a kill, doesn't see it.

        An object store copies instead of renaming, which is as good: it shows the copy when it is
        whole.
        """
        folder, _, last = name.rpartition("/")
        part = f"{folder}/.{last}.{secrets.token_hex(4)}{_PART}"
        with _told(self._url):
            if self._is_folder:
                _write_file(Path(self._at(part)), content)
                reach("part_written")
                Path(self._at(part)).rename(self._at(name))
            else:
                self._fs.pipe_file(self._at(part), content)
                reach("part_written")
                self._fs.mv(self._at(part), self._at(name))

    def read(self, name: str) -> bytes | None:
        """None if there is no such file."""
        with _told(self._url):
            try:
                content: bytes = self._fs.cat_file(self._at(name))
            except FileNotFoundError:
                return None
            return content

    def names(self, folder: str) -> list[str]:
        """The files of a folder, as 'FOLDER/NAME', in order; what is being written isn't among
        them, nor are folders and pipes.
        """
        return [name for name in self._files(folder) if not name.rpartition("/")[2].startswith(".")]

    def sweep(self, folder: str, before: datetime) -> None:
        """Removes what kills left half written before then."""
        for name in self._files(folder):
            if name.endswith(_PART):
                # Another loader may have swept it; some stores don't tell when a file was written,
                # and there it stays.
                with _told(self._url), suppress(FileNotFoundError, NotImplementedError):
                    if self._fs.modified(self._at(name)) < before:
                        self._fs.rm_file(self._at(name))

    def _files(self, folder: str) -> list[str]:
        with _told(self._url):
            try:
                self._fs.invalidate_cache()
                entries = self._fs.ls(self._at(folder), detail=True)
            except FileNotFoundError:
                return []
            if any(
                str(each["name"]) == self._at(folder) for each in entries
            ):  # fsspec lists a file as itself
                raise NotADirectoryError(ENOTDIR, os.strerror(ENOTDIR))
        lasts = (str(each["name"]).rpartition("/")[2] for each in entries if each["type"] == "file")
        return sorted(f"{folder}/{last}" for last in lasts if last)

    def move(self, name: str, to: str) -> None:
        content = self.read(name)
        if content is not None:
            self.write(to, content)
            self.remove(name)

    def remove(self, name: str) -> None:
        with _told(self._url), suppress(FileNotFoundError):
            self._fs.rm_file(self._at(name))

    def _at(self, name: str) -> str:
        return f"{self._root}/{name}"


def _write_file(path: Path, content: bytes) -> None:
    try:
        make_folder(path.parent)
    except StoreError as error:
        raise OSError(error.message) from error
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


@contextmanager
def _told(url: str) -> Iterator[None]:
    try:
        yield
    except GoldmineError:
        raise
    except Exception as error:
        # each protocol's package has exceptions of its own, few of which derive from OSError
        why = (
            error.strerror
            if isinstance(error, OSError) and error.strerror
            else str(error) or type(error).__name__
        )
        hint = (
            "[workers] batches names it; an object store needs its fsspec package and its"
            " credentials in the environment"
        )
        raise UnavailableError(
            f"the shared place can't be used ({why[:200]})", subject=url, hint=hint
        ) from error
