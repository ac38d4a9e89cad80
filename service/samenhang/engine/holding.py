"""What an engine holds: RDF files, read into a store of their own."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pyoxigraph as ox

from samenhang import sources


@dataclass(frozen=True)
class Holding:
    """Files, and what a query is asked over when it does not say.

    ``scoped``: the data of a release, where each scope has a default graph of its own. Else any RDF as it is, with its
    ordinary default graph. ``store``: the folder for a store on disk, should the files be too large for memory.
    """

    files: tuple[Path, ...]
    scoped: bool = True
    store: Path | None = None

    def load(self) -> ox.Store:
        """A store in memory of all that the files hold. Raises SyntaxProblem (file, line, column), Unreadable."""
        store = ox.Store()
        self.fill(store)
        return store

    def fill(self, store: ox.Store) -> None:
        """Put all that the files hold into *store*. Raises SyntaxProblem, Unreadable."""
        for path in self.files:
            media = sources.form(path)
            try:
                path.open("rb").close()  # what the engine says of a file that it cannot open has no reason that we know
                store.bulk_load(path=path, format=media, base_iri=None if self.scoped else path.absolute().as_uri())
            except SyntaxError as problem:
                raise sources.invalid(path, problem) from None
            except OSError as problem:
                raise sources.unreadable(path, problem) from None
