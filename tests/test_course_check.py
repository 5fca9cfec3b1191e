"""What a learner is told when an answer is not right: four lines, harmless whatever the answer is."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kernel_seams.course import check
from kernel_seams.course.plain import Raised, first_difference, is_plain, same, show

PLAIN = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text() | st.binary(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=8,
)


class Trap:
    """An object that runs code of its maker when it is shown, compared or hashed."""

    def __repr__(self):
        raise SystemExit("shown")

    def __eq__(self, other):
        return True

    def __hash__(self):
        raise SystemExit("hashed")


class Text(str):
    """Not a str: one that says it equals anything."""

    __slots__ = ()

    def __eq__(self, other):
        return True

    __hash__ = str.__hash__


def told(function, *arguments, **options):
    """The four lines of a check that fails."""
    with pytest.raises(check.CheckFailed) as caught:
        check.call(function, *arguments, **options)
    return str(caught.value).splitlines()


def test_a_failed_check_has_four_parts():
    """Received, where, expected and next step, a line each."""
    assert told(len, "ab", expected=3, next_step="Count again.") == [
        "Received: 2",
        "Where:    len('ab')",
        "Expected: 3",
        "Next:     Count again.",
    ]


def test_a_notebook_shows_only_the_four_lines():
    """IPython asks the exception for its lines, and there is no stack among them."""
    with pytest.raises(check.CheckFailed) as caught:
        check.equal(1, 2, where="here", next_step="there")

    assert caught.value._render_traceback_() == str(caught.value).splitlines()
    assert caught.value.__suppress_context__


def test_a_frequent_mistake_has_its_own_sentence():
    """The first mistake that was made takes the place of the next step; one that cannot be judged is passed over."""
    mistakes = [
        (lambda got: got.startswith("x"), "A text."),
        (lambda got: got > 10, "Too big."),
        (lambda got: got, "Any."),
    ]

    assert told(int, "11", expected=1, next_step="No.", mistakes=mistakes)[-1] == "Next:     Too big."
    assert told(int, "0", expected=1, next_step="No.", mistakes=mistakes)[-1] == "Next:     No."


def test_an_exception_is_an_answer():
    """What a function raises is received, with the learner's line it came from."""

    def broken(text):
        return text.nothing

    received, where, expected, _ = told(broken, "ab", expected=3, next_step="Look.")

    assert received.startswith("Received: AttributeError: 'str' object has no attribute 'nothing' (line ")
    assert received.endswith(": return text.nothing)")
    assert (where, expected) == ("Where:    broken('ab')", "Expected: 3")


@pytest.mark.parametrize(
    ("function", "sentence"),
    [
        (lambda: None, "The function ended without a value: `return` it."),
        (lambda: print("ab"), "It printed 'ab\\n' and returned nothing: `return` the value, the cell shows it."),
        (lambda: Trap(), "Give back plain data, here a number: no object of a class of its own."),
        (lambda: "3", "Give back a number."),
    ],
)
def test_mistakes_of_every_task_have_a_sentence(function, sentence):
    """Nothing returned, printed instead of returned, an object, another type."""
    assert told(function, expected=3, next_step="No.", where="f()")[-1] == f"Next:     {sentence}"


def test_an_empty_hole_is_told_so():
    """The untouched hole raises NotImplementedError, and the learner reads what to do about it."""

    def hole():
        raise NotImplementedError

    assert told(hole, expected=3, next_step="No.")[-1].startswith("Next:     The hole is still empty: ")


def test_an_answer_cannot_make_itself_equal():
    """Only exactly plain types pass: an object that equals everything does not, nor does one inside a list."""
    for answer in (Trap(), Text("no"), [Trap()], {"a": Text("b")}, {Text("a"): "b"}):
        with pytest.raises(check.CheckFailed):
            check.equal(answer, "no", where="here", next_step="there")


def test_arguments_are_copied():
    """A function that changes what it is given changes neither the question nor a later one."""
    given_list = [3, 1]
    told(lambda items: items.sort(), given_list, expected=[1, 3], next_step="No.", where="sorted")

    assert given_list == [3, 1]


@given(PLAIN)
def test_plain_data_equals_itself_and_parts_nowhere(value):
    """A plain value is plain, is the same as itself, and shows on one bounded line."""
    assert is_plain(value)
    assert same(value, value)
    assert first_difference(value, value) == ""
    assert len(show(value)) <= 300
    assert show(value).isprintable()


@given(st.text())
def test_no_text_can_leave_its_line(text):
    """Control characters and whatever reorders or hides text are escaped, also in what an exception says."""
    for shown in (show(text), show(Raised("ValueError", text))):
        assert len(shown.splitlines()) <= 1
        assert not {"\x1b", "\u202e", "\u200b"} & set(shown)


@pytest.mark.parametrize(
    ("received", "expected", "place"),
    [
        ("salt", "sale", "at character 4"),
        ("salt", "pepper", ""),
        ([1, 2], [1, 3], "in [1]"),
        ([1], [1, 2], "its length is 1, not 2"),
        ({"a": {"b": "xy"}}, {"a": {"b": "xz"}}, "in ['a']['b'], at character 2"),
        ({"a": 1}, {"a": 1, "b": 2}, "the key 'b' is missing"),
        ({"a": 1, "c": 3}, {"a": 1}, "the key 'c' is not asked for"),
        (b"ab", b"ac", "at byte 2"),
        (1, "1", ""),
    ],
)
def test_the_place_of_a_difference_is_named(received, expected, place):
    """Where two values part is said in words: keys and positions, characters or bytes, length, missing keys."""
    assert first_difference(received, expected) == place


def test_types_count():
    """True is not 1 and a tuple is no list; an int may stand for a float."""
    assert not same(True, 1)
    assert not same((1,), [1])
    assert same(3, 3.0)


def test_huge_values_are_shown_short():
    """A number of many digits, a long list and a deep one are shown within the bound."""
    deep = []
    for _ in range(100):
        deep = [deep]

    assert show(10**5000) == "a number too long to show"
    assert show([10**5000]) == "a number too long to show"
    assert len(show(10**1000)) == 299
    assert show(-(10**1000)).startswith("-1000")
    assert len(show(list(range(10**6)))) <= 300
    assert show(deep) == "an object of type list"


def test_a_choice_is_checked_without_its_answer_in_sight():
    """A wrong choice is told that it is wrong, not which one is right; a word outside the choice is told the words."""
    sealed = check.seal("the sky", "blue")
    check.choice("blue", of=["red", "blue"], sealed=sealed, where="the sky", next_step="Look up.")

    with pytest.raises(check.CheckFailed, match=r"Next: +Look up"):
        check.choice("red", of=["red", "blue"], sealed=sealed, where="the sky", next_step="Look up.")
    with pytest.raises(check.CheckFailed, match="Expected: one of 'red', 'blue'"):
        check.choice(..., of=["red", "blue"], sealed=sealed, where="the sky", next_step="Look up.")


def test_a_prediction_stands_beside_what_happened(capsys):
    """Nothing is scored: each answer is shown with what was observed, an empty one too."""
    check.compare({"a": True, "b": ..., "c": Trap()}, {"a": True, "b": "kernel", "c": 3})

    assert capsys.readouterr().out.splitlines() == [
        "a",
        "    True   (as you said)",
        "b",
        "    'kernel'   (you said nothing yet)",
        "c",
        "    3   (you said an object of type Trap)",
    ]
