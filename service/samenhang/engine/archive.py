"""Answers that were made beforehand, in one file: what everybody asks and takes long is computed once, at the build."""

from __future__ import annotations

import hashlib
import io
import zipfile
from collections.abc import Iterable
from pathlib import Path

from samenhang.engine.body import Body
from samenhang.engine.inquiry import Inquiry


class Archive:
    """The answers in the file at *path*; none without one. What cannot be read is not there, and asked anew."""

    def __init__(self, path: Path | None = None) -> None:
        self._zip: zipfile.ZipFile | None = None
        try:
            self._zip = zipfile.ZipFile(path) if path is not None and path.is_file() else None
        except (OSError, zipfile.BadZipFile):
            return
        self._names = frozenset(self._zip.namelist() if self._zip else ())

    def get(self, inquiry: Inquiry) -> Body | None:
        """The answer to *inquiry*, if it was made."""
        if self._zip is None or (name := _name(inquiry)) not in self._names:
            return None
        try:
            return Body(self._zip.read(name))
        except (OSError, zipfile.BadZipFile, ValueError):
            return None

    def close(self) -> None:
        """Let go of the file; from now on there are no answers."""
        if self._zip is not None:
            self._zip.close()
            self._zip = None


def packed(answers: Iterable[tuple[Inquiry, bytes]]) -> bytes:
    """The bytes of an archive of *answers*; the same answers give the same bytes."""
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for inquiry, body in answers:
            # A moment of making would be another one each time.
            archive.writestr(zipfile.ZipInfo(_name(inquiry)), body, zipfile.ZIP_DEFLATED)
    return written.getvalue()


def _name(inquiry: Inquiry) -> str:
    return hashlib.sha256(repr(tuple(inquiry)).encode()).hexdigest()
