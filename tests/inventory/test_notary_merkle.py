"""The tree of RFC 6962: roots, the two kinds of proof, growing on, and what must not pass."""

from collections.abc import Sequence
from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inventory.notary.merkle import (
    EMPTY,
    GROUP,
    Tower,
    Tree,
    extends,
    includes,
    leaf_hash,
    node_hash,
)

LEAVES = [leaf_hash(str(number).encode()) for number in range(66_000)]
SIZES = (1, 2, 3, 7, 255, 256, 257, 300, 511, 512, 513, 65_535, 65_536, 65_537, 66_000)


@pytest.fixture(scope="module")
def kept() -> dict[tuple[int, int], bytes]:
    """The subtrees that are kept."""
    tower, found = Tower(), {}
    for leaf in LEAVES:
        for level, index, node in tower.add(leaf):
            found[level, index] = node
    return found


def tree(size: int, kept: dict[tuple[int, int], bytes]) -> Tree:
    def read(level: int, group: int) -> Sequence[bytes]:
        numbers = range(group * GROUP, (group + 1) * GROUP)
        if level == 0:
            return LEAVES[numbers.start : numbers.stop]
        return [kept[level, number] for number in numbers if (level, number) in kept]

    return Tree(size, read)


def root_of(leaves: Sequence[bytes]) -> bytes:
    """The definition of RFC 6962 §2.1, word by word."""
    if not leaves:
        return sha256(b"").digest()
    if len(leaves) == 1:
        return leaves[0]
    split = 1
    while split * 2 < len(leaves):
        split *= 2
    return node_hash(root_of(leaves[:split]), root_of(leaves[split:]))


def test_roots_are_those_of_the_definition_and_of_its_test_vectors() -> None:
    vectors = ["", "00", "10", "2021", "3031", "40414243", "5051525354555657"]
    vectors.append("606162636465666768696a6b6c6d6e6f")
    tower = Tower()
    assert tower.root() == EMPTY == root_of([])
    for vector in vectors:
        for _kept in tower.add(leaf_hash(bytes.fromhex(vector))):
            pass
    assert tower.root().hex() == (
        "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328"
    )
    assert leaf_hash(b"") != sha256(b"").digest()


@pytest.mark.parametrize("size", SIZES)
def test_a_tree_read_from_what_is_kept_is_the_tree(
    size: int, kept: dict[tuple[int, int], bytes]
) -> None:
    found = tree(size, kept)
    assert found.root() == root_of(LEAVES[:size])
    again = Tower(size, found.edge())
    assert again.root() == found.root()
    for _kept in again.add(LEAVES[0]):
        pass
    assert again.root() == root_of([*LEAVES[:size], LEAVES[0]])


@pytest.mark.parametrize("size", SIZES)
def test_every_leaf_leads_to_the_root_and_no_other_does(
    size: int, kept: dict[tuple[int, int], bytes]
) -> None:
    found, root = tree(size, kept), root_of(LEAVES[:size])
    for index in {0, size // 3, size // 2, size - 1}:
        path = found.inclusion(index)
        assert includes(root, size, index, LEAVES[index], path)
        assert not includes(root, size, index, leaf_hash(b"another"), path)
        assert not includes(root, size, index + 1, LEAVES[index], path) or size == 1
        assert not includes(root, size, index, LEAVES[index], [*path, LEAVES[0]])
        if path:
            assert not includes(root, size, index, LEAVES[index], path[:-1])


@pytest.mark.parametrize("size", SIZES)
def test_a_shorter_tree_is_the_beginning_of_a_longer_one_and_a_changed_one_is_not(
    size: int, kept: dict[tuple[int, int], bytes]
) -> None:
    found, root = tree(size, kept), root_of(LEAVES[:size])
    for older in (one for one in SIZES if one <= size):
        path = found.consistency(older)
        assert extends(older, root_of(LEAVES[:older]), size, root, path)
        changed = root_of([leaf_hash(b"another"), *LEAVES[1:older]])
        assert not extends(older, changed, size, root, path)


@given(st.integers(1, 900), st.integers(0, 899), st.integers(0, 9), st.binary(min_size=32))
def test_no_made_up_path_is_taken(size: int, index: int, steps: int, made: bytes) -> None:
    path = [sha256(made + bytes([step])).digest() for step in range(steps)]
    assert not includes(root_of(LEAVES[:size]), size, index, leaf_hash(made), path)
    older = min(index, size - 1)
    assert not extends(older, made, size, root_of(LEAVES[:size]), path) or older == 0
