"""What an engine holds: RDF files, read into a store of their own; or a release that a SPARQL server holds."""

from __future__ import annotations

import hashlib
import itertools
from dataclasses import dataclass
from pathlib import Path

import pyoxigraph as ox

from samenhang import sources
from samenhang.engine.lodging import Elsewhere
from samenhang.errors import Unreadable


@dataclass(frozen=True)
class Holding:
    """Files, and what a query is asked over when it does not say.

    ``scoped``: the data of a release, where each scope has a default graph of its own. Else any RDF as it is, with its
    ordinary default graph. ``store``: the folder for a store on disk, should the files be too large for memory.
    ``digests``: the SHA-256 that each file must have, in hexadecimal; none: whatever is in it.
    ``elsewhere``: a SPARQL server that holds the release, which is asked in their place.
    """

    files: tuple[Path, ...]
    scoped: bool = True
    store: Path | None = None
    digests: tuple[str, ...] = ()
    elsewhere: Elsewhere | None = None

    def load(self) -> ox.Store:
        """A store in memory of all that the files hold. Raises SyntaxProblem (file, line, column), Unreadable."""
        store = ox.Store()
        self.fill(store)
        return store

    def fill(self, store: ox.Store) -> None:
        """Put all that the files hold into *store*. Raises SyntaxProblem, Unreadable."""
        for path, digest in itertools.zip_longest(self.files, self.digests):
            media = sources.form(path)
            try:
                with path.open("rb") as file:  # what the engine says of one that it cannot open has no reason we know
                    if digest and hashlib.file_digest(file, "sha256").hexdigest() != digest:
                        raise Unreadable(
                            f"'{path}' is niet meer wat het was. Bouw opnieuw: samenhang build.",
                            f"'{path}' is no longer what it was. Build again: samenhang build.",
                        )
                base = None if self.scoped else path.absolute().as_uri()
                # What has the checksum that it must have was written by ourselves: whether its IRIs are any is known.
                store.bulk_load(path=path, format=media, base_iri=base, lenient=bool(digest))
            except SyntaxError as problem:
                raise sources.invalid(path, problem) from None
            except OSError as problem:
                raise sources.unreadable(path, problem) from None
