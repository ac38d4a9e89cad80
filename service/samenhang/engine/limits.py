"""What a query may weigh, in one table. Questions of ours stay far below; what is above would hurt the engine.

Measured with pyoxigraph 0.5.13 and a stack of 8 MB: 2,000 nested brackets, 600 nested function calls or EXISTS, 3,000
BINDs or projected expressions end the process that parses them; 100 nested lists, 100 triple patterns in one chain of
``;`` or 150 steps of a path take half a second before the first row, and eight times as long for each doubling.
"""

from __future__ import annotations

from typing import Final, NamedTuple


class Limit(NamedTuple):
    """The most of something, and what it is called in Dutch and in English."""

    most: int
    nl: str
    en: str


LENGTH: Final = 100_000
"""Characters of a query; the longest question of ours has a few thousand."""

LIMITS: Final = {
    # A list in a list doubles what the parser tries: 64 of them take a tenth of a second, 250 take minutes.
    "depth": Limit(64, "haakjes in elkaar", "brackets inside each other"),
    # Each becomes a level of the plan, which the optimiser walks through by recursion: 3,000 end the process.
    "group": Limit(
        500,
        "keer UNION, OPTIONAL, MINUS, BIND, AS, GRAPH, EXISTS, FILTER of VALUES",
        "times UNION, OPTIONAL, MINUS, BIND, AS, GRAPH, EXISTS, FILTER or VALUES",
    ),
    # The order of joins is looked for in time to the third power: 400 take two seconds, 1,200 twenty.
    "patterns": Limit(400, "patronen (na ';', ',', '.' of '{')", "patterns (after ';', ',', '.' or '{')"),
    # A step of a path is a join too.
    "path": Limit(150, "keer '/'", "times '/'"),
    # A chain of operators is a tree as deep as it is long: 10,000 end the process.
    "operator": Limit(
        2_000, "keer '||', '&&', '|', '+', '-', '*', '=' of '!'", "times '||', '&&', '|', '+', '-', '*', '=' or '!'"
    ),
    # Read here, before the engine: each costs us time, a relative one in proportion to the base before it.
    "prefix": Limit(500, "keer PREFIX of BASE", "times PREFIX or BASE"),
    "base": Limit(8, "keer BASE", "times BASE"),
    "from": Limit(100, "keer FROM", "times FROM"),
    "iri": Limit(2_000, "tekens in een adres van BASE of FROM", "characters in an address of BASE or FROM"),
}
"""The most of what the engine's parser and optimiser handle badly, each counted over the whole query."""
