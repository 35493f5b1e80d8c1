"""Streams named files out of an untrusted folder or zip.

Extracts nothing to disk, and holds no whole file in memory. Refuses, with a `DataError`, members
that point outside the archive, are encrypted or damaged, or unpack to far more than a MovieLens
release holds. Knows nothing of films or ratings.
"""

from __future__ import annotations

import codecs
import copy
import hashlib
import struct
import unicodedata
import zipfile
import zlib
from abc import ABC, abstractmethod
from collections.abc import Generator, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from common import tables
from common.errors import DataError

BOM = b"\xef\xbb\xbf"
HEAD_BYTES = 64 * 2**10
BLOCK_BYTES = 12 * 2**20  # about 500,000 ratings

_NAME_IS_UTF_8 = 0x800  # of a file's flags
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
class SourceFile:
    """One file of a source."""

    folder: str  # inside the source, "" at its top
    name: str
    path: str  # as messages show it, e.g. "ml-1m/ratings.dat"
    size: int  # as declared, in bytes


class Source(ABC):
    """A folder or zip with its list of files."""

    # Whether files at the top make those in folders below irrelevant.
    top_first = False

    def __init__(self, *, name: str, label: str, members: Sequence[SourceFile]) -> None:
        # Of the release, unless a folder inside the zip names it.
        self.name = unicodedata.normalize("NFC", name)
        self.label = label  # in messages
        self.members = members

    @abstractmethod
    def check(self, members: Sequence[SourceFile]) -> None:
        """Raise `DataError` if one of the members must not be opened."""

    @abstractmethod
    def _open(self, member: SourceFile) -> IO[bytes]: ...

    def head(self, member: SourceFile) -> bytes:
        """The first bytes of a member, at most `HEAD_BYTES`."""
        self.check([member])
        try:
            with self._open(member) as stream:
                return stream.read(HEAD_BYTES)
        except _UNREADABLE as error:
            raise _damaged(member, error) from error

    def text_blocks(self, member: SourceFile, encoding: str) -> Generator[bytes, None, None]:
        """A member in UTF-8, without a byte order mark; `encoding` is the one that it is in."""
        decoder = codecs.getincrementaldecoder(encoding)()
        is_first = True
        for block in self.blocks(member):
            data = block if encoding == tables.UTF_8 else decoder.decode(block).encode()
            yield data.removeprefix(BOM) if is_first else data
            is_first = False

    def blocks(self, member: SourceFile) -> Generator[bytes, None, None]:
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
            raise _damaged(member, error) from error
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

    def _list(self, label: str) -> list[SourceFile]:
        members = []
        for info in self._archive.infolist():
            path = _name_of(info).replace("\\", "/")
            _refuse_escape(path, label)
            if info.is_dir() or path.startswith("__MACOSX/"):
                continue
            if path in self._infos:
                raise DataError(f"holds the file {path} twice: pack it again", file=label)
            self._infos[path] = info
            folder, _, name = path.rpartition("/")
            members.append(SourceFile(folder=folder, name=name, path=path, size=info.file_size))
        return members

    def check(self, members: Sequence[SourceFile]) -> None:
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

    def _open(self, member: SourceFile) -> IO[bytes]:
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

    def _list(self, folder: str) -> list[SourceFile]:
        prefix = f"{self._root.name}/{folder}/" if folder else f"{self._root.name}/"
        return [
            SourceFile(
                folder=folder, name=path.name, path=prefix + path.name, size=path.stat().st_size
            )
            for path in _entries(self._root / folder)
            if path.is_file()
        ]

    def check(self, members: Sequence[SourceFile]) -> None:
        """A folder is the operator's own: nothing to refuse."""

    def _open(self, member: SourceFile) -> IO[bytes]:
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


@dataclass(frozen=True)
class Content:
    """What a first reading of all files found: `digest` is SHA-256 (hex) over names and bytes, the
    same for a zip and for its unpacked folder; `encodings` by path, of the files in a known one;
    `lines` by path."""

    digest: str
    encodings: Mapping[str, str]
    lines: Mapping[str, int]


def read_content(source: Source, members: Sequence[SourceFile]) -> Content:
    """Reads every byte once, so damage shows before the first row is used.

    Raises `DataError` for what cannot be text of any release: an empty file, NUL bytes.
    """
    whole, encodings, lines = hashlib.sha256(), {}, {}
    for member in sorted(members, key=lambda member: member.name):
        one, finder = hashlib.sha256(), tables.EncodingFinder()
        line, blank = 1, True
        for block in source.blocks(member):
            finder.feed(block)
            if not finder.is_utf_16:
                refuse_binary(block, member, line)
            line += block.count(b"\n")
            blank = blank and not block.removeprefix(BOM).strip()
            one.update(block)
        if blank:
            raise DataError("is empty; expected text", file=member.path)
        if (encoding := finder.found()) is not None:
            encodings[member.path] = encoding
        lines[member.path] = line
        whole.update(f"{member.name}\n{one.hexdigest()}\n".encode())
    return Content(whole.hexdigest(), encodings, lines)


def _name_of(info: zipfile.ZipInfo) -> str:
    """The path of a file in a zip. Without the flag of UTF-8 it is in the code page of the computer
    that packed it, which `zipfile` takes for cp437: macOS writes UTF-8, Windows in Korea cp949."""
    name = info.filename
    if not info.flag_bits & _NAME_IS_UTF_8 and not name.isascii():
        packed = name.encode("cp437")
        encoding = tables.encoding_of(packed)
        name = packed.decode(encoding) if encoding else name
    return unicodedata.normalize("NFC", name)


def _damaged(member: SourceFile, error: Exception) -> DataError:
    what = f"cannot be read, the file is damaged ({error}): {_DOWNLOAD_AGAIN}"
    return DataError(what, file=member.path)


def _refuse_escape(path: str, label: str) -> None:
    parts = path.split("/")
    if parts[0] == "" or parts[0].endswith(":") or ".." in parts:
        raise DataError(
            f"holds a file that points outside the archive, {path!r}: do not use this file,"
            f" {_DOWNLOAD_AGAIN}",
            file=label,
        )


def _refuse_bomb(member: SourceFile, packed: int) -> None:
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


def refuse_binary(block: bytes, member: SourceFile, line: int) -> None:
    """Raise for NUL bytes in a block that begins at `line`."""
    where = block.find(b"\0")
    if where >= 0:
        raise DataError(
            "wrong encoding: UTF-16 without its mark, or a binary file (NUL bytes); expected plain"
            ' text, save it as UTF-8 (in Excel: "CSV UTF-8")',
            file=member.path,
            line=line + block.count(b"\n", 0, where),
        )
