"""Which copies stay, and who takes the place of those that do not."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from recipes.corpus.utterance import Utterance
from recipes.rounds import UnchangedTexts, hand_over
from recipes.tasks import Outcome


def test_every_fifth_unchanged_text_of_a_class_is_kept():
    texts = UnchangedTexts()
    label = {"a": "joy", "b": "fear"}.get
    outcomes = [Outcome("a", k, unchanged=True) for k in range(1, 13)]
    outcomes.insert(2, Outcome("b", 1, unchanged=True))
    outcomes.insert(5, Outcome("a", 99))
    outcomes.insert(6, Outcome("a", 98, refused="clipping"))
    judged = texts.judge(outcomes, label)
    assert [(o.source_id, o.copy) for o in judged if o.unchanged and not o.refused] == [("a", 5), ("a", 10)]
    assert [o.refused for o in judged if not o.unchanged] == [None, "clipping"]
    assert {o.refused for o in judged if o.unchanged} == {None, "unchanged"}
    # Counting goes on in the next round: 12 of joy and 1 of fear were seen.
    later = texts.judge([Outcome("a", k, unchanged=True) for k in (13, 14, 15)], label)
    assert [o.refused for o in later] == ["unchanged", "unchanged", None]


def rows(*specs):
    return [Utterance(id=name, label=label, speaker=speaker) for name, label, speaker in specs]


def refused(*pairs):
    return [Outcome(name, k, refused="clipping") for name, k in pairs]


def test_the_same_speaker_comes_first_then_the_least_copied():
    these = rows(
        ("a", "joy", "s"), ("b", "joy", "t"), ("c", "joy", "s"), ("d", "joy", "s"), ("e", "fear", "s")
    )
    given_ = hand_over(refused(("a", 1)), these, {"a": 1, "b": 0, "c": 3, "d": 1}, 10, lambda row: True)
    assert given_ == {"d": [2]}
    given_ = hand_over(
        refused(("a", 1), ("a", 2), ("a", 3)), these, {"a": 3, "c": 2, "d": 1}, 3, lambda row: True
    )
    assert given_ == {"d": [2, 3], "c": [3]}
    given_ = hand_over(refused(("a", 1), ("a", 2)), these, {"a": 2, "c": 3, "d": 2}, 3, lambda row: True)
    assert given_ == {"d": [3], "b": [1]}  # nobody of the speaker is left


def test_nobody_with_a_refusal_at_the_limit_of_another_class_or_with_nothing_to_change():
    these = rows(
        ("a", "joy", "s"), ("b", "joy", "s"), ("c", "joy", "s"), ("d", "fear", "s"), ("e", "joy", "s")
    )
    given_ = hand_over(
        refused(("a", 1), ("b", 1)), these, {"a": 1, "b": 1, "c": 2}, 2, lambda row: row.id != "e"
    )
    assert given_ == {}
    assert hand_over(refused(("a", 1)), these, {"c": 2}, None, lambda row: row.id == "c") == {"c": [3]}


@settings(max_examples=100, deadline=None)
@given(
    planned=st.lists(
        st.tuples(st.sampled_from("xy"), st.sampled_from("st"), st.integers(0, 4)), min_size=1, max_size=15
    ),
    failures=st.sets(st.integers(0, 14)),
    limit=st.none() | st.integers(0, 5),
)
def test_never_beyond_the_limit_nor_more_than_were_refused(planned, failures, limit):
    these = rows(*[(f"u{i}", label, speaker) for i, (label, speaker, _) in enumerate(planned)])
    copies = {f"u{i}": n for i, (_, _, n) in enumerate(planned)}
    lost = refused(
        *[(f"u{i}", k) for i in failures if i < len(planned) for k in range(1, copies[f"u{i}"] + 1)]
    )
    given_ = hand_over(lost, these, copies, limit, lambda row: True)
    by_id = {row.id: row for row in these}
    for label in "xy":
        wanted = sum(by_id[o.source_id].label == label for o in lost)
        assert sum(len(ks) for name, ks in given_.items() if by_id[name].label == label) <= wanted
    for name, numbers in given_.items():
        assert numbers == list(range(copies[name] + 1, copies[name] + 1 + len(numbers)))
        assert limit is None or numbers[-1] <= limit
        assert name not in {o.source_id for o in lost}


def test_what_is_handed_over_goes_by_cells_and_costs_no_more():
    these = rows(("a", "joy", "s"), ("b", "joy", "s"), ("c", "joy", "t"))
    lost = refused(("a", 1))
    most = dict.fromkeys("abc", 2.0)
    assert hand_over(lost, these, {"a": 1}, most, lambda row: True) == {"b": [1]}
    cells = {"a": "joy × f", "b": "joy × m", "c": "joy × f"}
    assert hand_over(lost, these, {"a": 1}, most, lambda row: True, cells) == {"c": [1]}
    assert hand_over(lost, these, {"a": 1}, most | {"b": 0}, lambda row: True) == {"c": [1]}
    costs = {"a": 1.0, "b": 1.5, "c": 0.5}
    assert hand_over(lost, these, {"a": 1}, most, lambda row: True, costs=costs) == {}
    twice = refused(("a", 1), ("a", 2))
    assert hand_over(twice, these, {"a": 2}, most, lambda row: True, costs=costs) == {"b": [1]}
