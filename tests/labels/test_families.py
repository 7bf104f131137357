"""Families that share pictures are one group, and one font speaks for a family."""

from hypothesis import given
from hypothesis import strategies as st

from rasm.labels.families import group_families, shared_fractions


def test_fraction_is_of_the_smaller_family_s_distinct_pictures() -> None:
    """Cairo has pictures 1 2 3 4, Play 1 2 (one of them twice), Oi 4 5 6."""
    drawn = {"Cairo": "1234", "Cairo Play": "1121", "Oi": "456"}
    pictures = [(family, p.encode()) for family, all_p in drawn.items() for p in all_p]
    assert shared_fractions(pictures) == {("Cairo", "Cairo Play"): 1.0, ("Cairo", "Oi"): 1 / 3}


def test_sharing_chains_are_one_group_named_by_its_first_member() -> None:
    fractions = {("B", "C"): 0.5, ("A", "C"): 0.06, ("D", "E"): 0.05}
    groups = group_families("EDCBA", fractions, max_shared=0.05)
    assert groups == {"A": "A", "B": "A", "C": "A", "D": "D", "E": "E"}


def test_without_sharing_each_family_is_its_own_group() -> None:
    assert group_families(["B", "A", "B"], {}, 0.05) == {"A": "A", "B": "B"}


names = st.sampled_from("ABCDEFGH")
pairs = st.tuples(names, names).filter(lambda pair: pair[0] < pair[1])


@given(st.dictionaries(pairs, st.floats(0, 1)), st.floats(0, 1))
def test_a_pair_above_the_limit_is_never_parted(
    fractions: dict[tuple[str, str], float], limit: float
) -> None:
    groups = group_families("ABCDEFGH", fractions, limit)
    assert groups.keys() == set("ABCDEFGH")
    for (a, b), share in fractions.items():
        if share > limit:
            assert groups[a] == groups[b]
    for family, group in groups.items():
        assert groups[group] == group <= family
    if all(share <= limit for share in fractions.values()):
        assert len(set(groups.values())) == 8
