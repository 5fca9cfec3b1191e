"""The one table of the course: what it gives, and how it says that something in it is wrong."""

import pytest

from kernel_seams.course.table import read_table
from kernel_seams.errors import CourseError

GOOD = """
title = "A course"

[[lessons]]
id = "01-one"
title = "One"
minutes = 20
goal = "Do it."
before = "Nothing."

[[lessons.tasks]]
id = "first"
title = "The first"
points = 4
hints = ["look", "look again"]

[[lessons.tasks]]
id = "second"
title = "The second"
points = 6
hints = ["think"]
"""


def table_of(folder, text):
    path = folder / "workshop.toml"
    path.write_text(text, encoding="utf-8")
    return read_table(path)


def test_a_table_names_lessons_and_tasks(tmp_path):
    """Lessons and tasks come in order, with points, hints and derived names."""
    table = table_of(tmp_path, GOOD)
    lesson = table.lesson("01-one")

    assert [task.name for task in table.tasks] == ["01-one.first", "01-one.second"]
    assert lesson.points == 10
    assert table.task("01-one.first").hints == ("look", "look again")
    assert table.task("second").check == "second-check"


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ('id = "01-one"', 'id = "one"', "workshop.toml, lessons number 1: id is 'one'; give two digits"),
        (
            "minutes = 20",
            'minutes = "20"',
            "workshop.toml, lesson 01-one: minutes is '20'; give a whole number from 1 up.",
        ),
        ("points = 4", "points = 0", "workshop.toml, lesson 01-one, task first: points is 0; give a whole number"),
        ("points = 4", "points = true", "points is True; give a whole number"),
        ('goal = "Do it."\n', "", "workshop.toml, lesson 01-one: goal is missing; give a text."),
        ('goal = "Do it."', 'goal = " "', "workshop.toml, lesson 01-one: goal is ' '; give a text."),
        ('hints = ["think"]', 'hints = "think"', "task second: hints is 'think'; give a list of texts."),
        ('hints = ["think"]', "hints = [1]", "task second: hints is 1; give a text."),
        (
            'id = "second"',
            'id = "first"',
            "workshop.toml, lesson 01-one: task id 'first' is there twice; give each its own.",
        ),
        ('title = "One"', 'titel = "One"', "title is missing"),
        (
            'before = "Nothing."',
            'before = "Nothing."\nlevel = 3',
            "there is no key 'level' (its value is 3); remove it.",
        ),
        ('before = "Nothing."', 'before = "."\nfiles = ["../x"]', "files holds '../x'; name a picture, data or"),
        (
            'before = "Nothing."',
            'before = "."\npart = "x.sh"',
            "workshop.toml, lesson 01-one: part is 'x.sh'; name a .py",
        ),
        ("[[lessons]]", "[[lessons]", "workshop.toml is not TOML: "),
        ("[[lessons.tasks]]", "[lessons.tasks]", "workshop.toml"),
    ],
)
def test_what_is_wrong_is_named_in_one_line(tmp_path, old, new, message):
    """A mistake is told in one line with the file, the key and the value."""
    with pytest.raises(CourseError) as caught:
        table_of(tmp_path, GOOD.replace(old, new))

    assert message in str(caught.value)
    assert "\n" not in str(caught.value).strip()


def test_a_missing_table_is_named(tmp_path):
    """A table that is not there is an error of the course, not a traceback."""
    with pytest.raises(CourseError, match=r"workshop\.toml cannot be read: No such file"):
        read_table(tmp_path / "workshop.toml")


def test_an_unknown_name_is_answered_with_the_nearest(tmp_path):
    """A lesson or task that is not there is answered with the one that was meant."""
    table = table_of(tmp_path, GOOD)

    with pytest.raises(CourseError, match=r"There is no task 'fist'; did you mean 01-one\.first"):
        table.task("fist")
    with pytest.raises(CourseError, match=r"There is no lesson '01-on'; did you mean 01-one\?"):
        table.lesson("01-on")
    with pytest.raises(CourseError, match=r"There is no lesson '01-one\.first'; that is a task of 01-one\."):
        table.lesson("01-one.first")


def test_the_course_keeps_its_promise_of_size(checkout):
    """A lesson with tasks has three to six of them and ten points, and takes about twenty minutes.

    A program has as many stages as it takes, and ten or twenty points.
    """
    for lesson in read_table(checkout.table).lessons:
        if lesson.part:
            assert lesson.points in (10, 20), lesson.id
        elif lesson.tasks:
            assert 3 <= len(lesson.tasks) <= 6, lesson.id
            assert lesson.points == 10, lesson.id
            assert 15 <= lesson.minutes <= 25, lesson.id
