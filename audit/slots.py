"""Which slots of a document are filled by claims that hold, so that nothing known to be right is alarmed about."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence

from audit.records import HOLDS, Claim


class Slots:
    """The figures that claims have taken, in which role, and how often each construction held and missed."""

    def __init__(self) -> None:
        self.claims: list[Claim] = []
        self.sets: set[frozenset[int]] = set()
        self.wholes: dict[int, list[set[int]]] = {}
        self.parts: set[int] = set()
        self.heads: set[tuple[str, int]] = set()
        self.bases: set[frozenset[int]] = set()  # pairs that a claim which holds, and is no sum, has been computed from
        # By construction, and by rule and binding: the claims that hold, and the figures of the likely misses by head.
        self.held: Counter[tuple[str, ...]] = Counter()
        self._missed: defaultdict[tuple[str, ...], dict[int, frozenset[int]]] = defaultdict(dict)
        self._heads: defaultdict[int, set[int]] = defaultdict(set)  # of likely misses, by each of their figures

    def add(self, claim: Claim, *, searched: bool = False) -> None:
        """Take the slots of a claim; one that was found by a search leaves its parts to lists that the text tells."""
        self.claims.append(claim)
        self.sets.add(frozenset(claim.figures))
        self.heads.add((claim.terms[0].role, claim.terms[0].figure))
        members = {term.figure for term in claim.terms if term.role == "parts"}
        if claim.verdict in HOLDS and len(claim.terms) == 3 and not members:
            self.bases.add(frozenset(term.figure for term in claim.terms[1:]))
            if claim.terms[0].role == "change":  # what comes out as a difference is no percentage of something else
                self.heads.add(("percent", claim.terms[0].figure))
        if members and not searched:
            self.wholes.setdefault(claim.terms[0].figure, []).append(members)
            self.parts |= members

    def miss(self, way: tuple[str, ...], head: int, figures: frozenset[int]) -> None:
        """Remember a likely miss, made in this way."""
        self._missed[way][head] = figures
        for figure in figures:
            self._heads[figure].add(head)

    def record(self, way: tuple[str, ...], head: int, figures: frozenset[int]) -> tuple[int, int]:
        """How many claims made in this way hold, and how many others miss.

        What shares two figures with this one is no other: the same list read from another place.
        """
        missed = self._missed.get(way)
        if missed is None:
            return self.held[way], 0
        near = {head}.union(*(self._heads.get(figure, ()) for figure in figures)) & missed.keys()
        return self.held[way], len(missed) - sum(k == head or len(missed[k] & figures) > 1 for k in near)

    def closes_beside(self, whole: int, members: Sequence[int]) -> bool:
        """Whether a list of another measure, member by member beside this one, adds up: 30 + 100 + 100 = 230 gifts."""
        own = sorted(members)
        for total in (whole - 2, whole - 1, whole + 1, whole + 2):
            for other in map(sorted, self.wholes.get(total, ())):
                if len(other) == len(own) > 2 and len(merged := sorted([*own, *other])) == 2 * len(own):
                    first, second = (own, other) if own[0] < other[0] else (other, own)
                    if merged[::2] == first and merged[1::2] == second:
                        return True
        return False

    def free(self, terms: Sequence[tuple[str, int, int]], *, said: bool = False) -> bool:
        """Whether a miss on these terms would contradict nothing that already holds.

        What a table's own formula ties (`said`) may be tied otherwise, too: 12 = 10 - (1 + 5), 7 = 1 - 5.
        """
        if frozenset(t[1] for t in terms) in self.sets:
            return False
        role, head, _ = terms[0]
        members = {t[1] for t in terms if t[0] == "parts"}
        if not members:
            return (role, head) not in self.heads and frozenset(t[1] for t in terms[1:]) not in self.bases
        if said:
            return True
        taken = self.parts & members
        if not taken or len(members) < 3:
            return not taken
        shared = [(parts, parts & members) for parts in self._lists() if not parts.isdisjoint(members)]
        if all(members < parts for parts, _ in shared):
            return True  # the parts of a part: of 17,2, 4,6 is rent and the rest, 7,3 + 3,9 + 1,4, are the dues
        # "38 + 4 = 42 tỉnh, 120 + 9 = 129 huyện": rows that hold leave the columns open
        return len(taken) >= len(members) - 1 and all(len(both) < 2 for _, both in shared)

    def _lists(self) -> Iterator[set[int]]:
        return (parts for lists in self.wholes.values() for parts in lists)
