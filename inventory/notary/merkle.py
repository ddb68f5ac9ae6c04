"""The Merkle tree of RFC 6962 over an append-only list of leaves.

A leaf's hash is SHA-256 over a zero byte and the leaf, a node's over a one byte and its two
children: neither can be taken for the other. A list of n leaves is split at the largest power of
two below n, so that a longer list keeps the whole subtrees of a shorter one.
"""

import hashlib
from collections.abc import Callable, Iterable, Iterator, Sequence

GROUP_BITS = 8
"""Of the complete subtrees, those of 256, 256², … leaves are kept; the others follow from them."""
GROUP = 1 << GROUP_BITS

EMPTY = hashlib.sha256(b"").digest()
"""The root of a tree without leaves."""

Kept = Callable[[int, int], Sequence[bytes]]
"""Hashes of a level in a group of 256: level (0 are the leaves, then 8, 16, …), number of the
group. A group at the end of the list is shorter."""


def leaf_hash(leaf: bytes) -> bytes:
    """The hash of a leaf."""
    return hashlib.sha256(b"\x00" + leaf).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """The hash of a node over its two children."""
    return hashlib.sha256(b"\x01" + left + right).digest()


class Tower:
    """The right edge of a growing tree: some thirty hashes, however many leaves there are."""

    def __init__(self, size: int = 0, edge: Iterable[bytes] = ()) -> None:
        self.size = size
        self._edge = list(edge)

    def add(self, leaf: bytes) -> Iterator[tuple[int, int, bytes]]:
        """Take the hash of one more leaf; gives (level, number, hash) of subtrees to keep."""
        level, found, index = 0, leaf, self.size
        while index & 1:
            found = node_hash(self._edge.pop(), found)
            level, index = level + 1, index >> 1
            if level % GROUP_BITS == 0:
                yield level, index, found
        self._edge.append(found)
        self.size += 1

    def root(self) -> bytes:
        """The root over all leaves so far."""
        if not self._edge:
            return EMPTY
        found = self._edge[-1]
        for left in reversed(self._edge[:-1]):
            found = node_hash(left, found)
        return found


class Tree:
    """A tree of some size over what is kept of a list that may have grown since."""

    def __init__(self, size: int, kept: Kept) -> None:
        self.size = size
        self._kept = kept
        self._groups: dict[tuple[int, int], Sequence[bytes]] = {}

    def root(self) -> bytes:
        """The root."""
        return self._over(0, self.size) if self.size else EMPTY

    def edge(self) -> list[bytes]:
        """The complete subtrees that the tree is made of, from which it can grow on."""
        edge, start = [], 0
        for level in reversed(range(self.size.bit_length())):
            if self.size >> level & 1:
                edge.append(self._whole(level, start >> level))
                start += 1 << level
        return edge

    def inclusion(self, index: int) -> list[bytes]:
        """The hashes that lead from a leaf to the root."""
        path: list[bytes] = []
        start, end = 0, self.size
        while end - start > 1:
            middle = start + _split(end - start)
            if index < middle:
                path.append(self._over(middle, end))
                end = middle
            else:
                path.append(self._over(start, middle))
                start = middle
        return path[::-1]

    def consistency(self, older: int) -> list[bytes]:
        """The hashes that show that the tree of so many leaves is the beginning of this one."""
        if not 0 < older < self.size:
            return []
        path: list[bytes] = []
        start, end, whole = 0, self.size, True
        while older != end:
            middle = start + _split(end - start)
            if older <= middle:
                path.append(self._over(middle, end))
                end = middle
            else:
                path.append(self._over(start, middle))
                start, whole = middle, False
        if not whole:
            path.append(self._over(start, end))
        return path[::-1]

    def _over(self, start: int, end: int) -> bytes:
        n = end - start
        if n & (n - 1) == 0:
            level = n.bit_length() - 1
            return self._whole(level, start >> level)
        middle = start + _split(n)
        return node_hash(self._over(start, middle), self._over(middle, end))

    def _whole(self, level: int, number: int) -> bytes:
        """The hash of a complete subtree, folded from the kept ones below it."""
        above = level % GROUP_BITS
        first = number << above
        key = (level - above, first // GROUP)
        if key not in self._groups:
            self._groups[key] = self._kept(*key)
        within = first % GROUP
        hashes = list(self._groups[key][within : within + (1 << above)])
        while len(hashes) > 1:
            hashes = [node_hash(*pair) for pair in zip(hashes[::2], hashes[1::2], strict=True)]
        return hashes[0]


def includes(root: bytes, size: int, index: int, leaf: bytes, path: Sequence[bytes]) -> bool:
    """Whether a path leads from a leaf's hash to the root of a tree (RFC 9162 §2.1.3.2)."""
    if not 0 <= index < size:
        return False
    at, last, found = index, size - 1, leaf
    for step in path:
        if last == 0:
            return False
        if at & 1 or at == last:
            found = node_hash(step, found)
            at, last = _past_single(at, last)
        else:
            found = node_hash(found, step)
        at, last = at >> 1, last >> 1
    return last == 0 and found == root


def extends(older: int, older_root: bytes, size: int, root: bytes, path: Sequence[bytes]) -> bool:
    """Whether a tree is the beginning of a larger one (RFC 9162 §2.1.4.2)."""
    if older in (0, size):
        return not path and (older == 0 or older_root == root)
    steps = [older_root, *path] if older & (older - 1) == 0 else list(path)
    if older > size or not steps:
        return False
    at, last = older - 1, size - 1
    while at & 1:
        at, last = at >> 1, last >> 1
    first = second = steps[0]
    for step in steps[1:]:
        if last == 0:
            return False
        if at & 1 or at == last:
            first, second = node_hash(step, first), node_hash(step, second)
            at, last = _past_single(at, last)
        else:
            second = node_hash(second, step)
        at, last = at >> 1, last >> 1
    return last == 0 and first == older_root and second == root


def _past_single(at: int, last: int) -> tuple[int, int]:
    """Up to where a node has a brother at its left again."""
    while at and not at & 1:
        at, last = at >> 1, last >> 1
    return at, last


def _split(n: int) -> int:
    """The largest power of two below n."""
    return 1 << (n - 1).bit_length() - 1
