"""Streams named files out of an untrusted folder or zip.

Extracts nothing to disk, and holds no whole file in memory. Refuses, with a `DataError`, members
that point outside the archive, are encrypted or damaged, or unpack to far more than a MovieLens
release holds. Knows nothing of films or ratings.
"""

from __future__ import annotations

import copy
import hashlib
import struct
import zipfile
import zlib
from abc import ABC, abstractmethod
from collections.abc import Generator, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from common.errors import DataError

BOM = b"\xef\xbb\xbf"
BLOCK_BYTES = 12 * 2**20  # about 500,000 ratings

MAX_MEMBER_BYTES = 4 * 2**30
MAX_TOTAL_BYTES = 8 * 2**30
# Text of numbers packs about 5:1. Small files may pack better without harm.
MAX_RATIO = 200
RATIO_MATTERS_FROM_BYTES = 10 * 2**20

_DOWNLOAD_AGAIN = "download it again from https://grouplens.org/datasets/movielens/"
_UNREADABLE = (
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
    EOFError,
    OSError,
    RuntimeError,
    UnicodeDecodeError,
)


@dataclass(frozen=True)
class Member:
    """One file of a source."""

    folder: str  # inside the source, "" at its top
    name: str
    path: str  # as messages show it, e.g. "ml-1m/ratings.dat"
    size: int  # as declared, in bytes


class Source(ABC):
    """A folder or zip with its list of files."""

    # Whether files at the top make those in folders below irrelevant.
    top_first = False

    def __init__(self, *, name: str, label: str, members: Sequence[Member]) -> None:
        self.name = name  # of the release, unless a folder inside the zip names it
        self.label = label  # in messages
        self.members = members

    @abstractmethod
    def check(self, members: Sequence[Member]) -> None:
        """Raise `DataError` if one of the members must not be opened."""

    @abstractmethod
    def _open(self, member: Member) -> IO[bytes]: ...

    def blocks(self, member: Member) -> Generator[bytes, None, None]:
        """The bytes of a member, `BLOCK_BYTES` at a time."""
        total = 0
        try:
            with self._open(member) as stream:
                while block := stream.read(BLOCK_BYTES):
                    total += len(block)
                    if total > member.size:
                        break
                    yield block
        except _UNREADABLE as error:
            raise DataError(
                f"cannot be read, the file is damaged ({error}): {_DOWNLOAD_AGAIN}",
                file=member.path,
            ) from error
        if total != member.size:
            amount = "more" if total > member.size else "less"
            raise DataError(
                f"holds {amount} data than the declared {member.size:,} bytes, the file is damaged"
                f" or was made to deceive: {_DOWNLOAD_AGAIN}",
                file=member.path,
            )


class ZipSource(Source):
    """The files of a zip, in any folder."""

    def __init__(self, archive: zipfile.ZipFile, path: Path) -> None:
        self._archive = archive
        self._infos: dict[str, zipfile.ZipInfo] = {}
        super().__init__(name=path.stem, label=path.name, members=self._list(path.name))

    def _list(self, label: str) -> list[Member]:
        members = []
        for info in self._archive.infolist():
            path = info.filename.replace("\\", "/")
            _refuse_escape(path, label)
            if info.is_dir() or path.startswith("__MACOSX/"):
                continue
            if path in self._infos:
                raise DataError(f"holds the file {path} twice: pack it again", file=label)
            self._infos[path] = info
            folder, _, name = path.rpartition("/")
            members.append(Member(folder=folder, name=name, path=path, size=info.file_size))
        return members

    def check(self, members: Sequence[Member]) -> None:
        for member in members:
            info = self._infos[member.path]
            if info.flag_bits & 0x1:
                raise DataError(
                    "is encrypted with a password; expected a zip without one", file=member.path
                )
            if info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
                raise DataError(
                    f"is packed with method {info.compress_type}; expected the ordinary zip method"
                    " (deflate): pack it again",
                    file=member.path,
                )
            _refuse_bomb(member, info.compress_size)
        total = sum(member.size for member in members)
        if total > MAX_TOTAL_BYTES:
            raise DataError(
                f"would unpack to {total:,} bytes; at most {MAX_TOTAL_BYTES:,} are expected",
                file=self.label,
            )

    def _open(self, member: Member) -> IO[bytes]:
        # zipfile stops silently at the declared size. A larger one makes it read what follows;
        # `blocks` compares with the size that the archive declares.
        info = copy.copy(self._infos[member.path])
        info.file_size += 2 * BLOCK_BYTES
        return self._archive.open(info)


class FolderSource(Source):
    """The files of a folder and of the folders directly in it."""

    top_first = True

    def __init__(self, root: Path) -> None:
        self._root = root
        below = [path for path in _entries(root) if path.is_dir() and path.name[0] not in "._"]
        members = self._list("") + [found for path in below for found in self._list(path.name)]
        super().__init__(name=root.name, label=root.name, members=members)

    def _list(self, folder: str) -> list[Member]:
        prefix = f"{self._root.name}/{folder}/" if folder else f"{self._root.name}/"
        return [
            Member(folder=folder, name=path.name, path=prefix + path.name, size=path.stat().st_size)
            for path in _entries(self._root / folder)
            if path.is_file()
        ]

    def check(self, members: Sequence[Member]) -> None:
        """A folder is the operator's own: nothing to refuse."""

    def _open(self, member: Member) -> IO[bytes]:
        return (self._root / member.folder / member.name).open("rb")


@contextmanager
def open_source(path: Path) -> Iterator[Source]:
    """The zip or folder at `path`, open while the context lasts."""
    if not path.exists():
        raise DataError(
            "does not exist; expected the zip of a MovieLens release or its folder", file=str(path)
        )
    if path.is_dir():
        yield FolderSource(path.resolve())
        return
    try:
        archive = zipfile.ZipFile(path)
    except (*_UNREADABLE, ValueError) as error:
        raise DataError(
            f"is not a zip file, or only the first part of one ({error}); expected the zip of a"
            f" MovieLens release, whole, or its folder: {_DOWNLOAD_AGAIN}",
            file=str(path),
        ) from error
    with archive:
        yield ZipSource(archive, path)


def _entries(folder: Path) -> list[Path]:
    try:
        return sorted(folder.iterdir())
    except OSError as error:
        raise DataError(f"the folder cannot be read ({error})", file=str(folder)) from error


def content_digest(source: Source, members: Sequence[Member]) -> str:
    """SHA-256 (hex) over names and bytes: the same for a zip and for its unpacked folder.

    Reads every byte once, so damage shows before the first row is used. Raises `DataError` for
    what cannot be text of any release: an empty file, UTF-16, NUL bytes.
    """
    whole = hashlib.sha256()
    for member in sorted(members, key=lambda member: member.name):
        one = hashlib.sha256()
        line, blank = 1, True
        for block in source.blocks(member):
            _refuse_binary(block, member, line)
            line += block.count(b"\n")
            blank = blank and not block.removeprefix(BOM).strip()
            one.update(block)
        if blank:
            raise DataError("is empty; expected text", file=member.path)
        whole.update(f"{member.name}\n{one.hexdigest()}\n".encode())
    return whole.hexdigest()


def _refuse_escape(path: str, label: str) -> None:
    parts = path.split("/")
    if parts[0] == "" or parts[0].endswith(":") or ".." in parts:
        raise DataError(
            f"holds a file that points outside the archive, {path!r}: do not use this file,"
            f" {_DOWNLOAD_AGAIN}",
            file=label,
        )


def _refuse_bomb(member: Member, packed: int) -> None:
    if member.size > MAX_MEMBER_BYTES:
        raise DataError(
            f"would unpack to {member.size:,} bytes; at most {MAX_MEMBER_BYTES:,} are expected",
            file=member.path,
        )
    if member.size > RATIO_MATTERS_FROM_BYTES and member.size > MAX_RATIO * packed:
        raise DataError(
            f"would unpack from {packed:,} to {member.size:,} bytes; no MovieLens file packs more"
            f" than {MAX_RATIO} to 1",
            file=member.path,
        )


def _refuse_binary(block: bytes, member: Member, line: int) -> None:
    where = block.find(b"\0")
    if line == 1 and block.startswith((b"\xff\xfe", b"\xfe\xff")):
        where = 0
    if where >= 0:
        raise DataError(
            "wrong encoding: UTF-16 text or a binary file (NUL bytes); expected plain text, save it"
            ' as UTF-8 (in Excel: "CSV UTF-8")',
            file=member.path,
            line=line + block.count(b"\n", 0, where),
        )
