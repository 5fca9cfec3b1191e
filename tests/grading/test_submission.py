"""What stands beside a notebook: of a submission what can be read, over it the course's own."""

import os
import subprocess

import pytest

from kernel_seams.grading.submission import MEGA, MOST_FILES, Unreadable, files_of, read_notebook


@pytest.fixture
def folders(tmp_path):
    """A submission and its source, which has one file with a hole and one without."""
    submitted, source = tmp_path / "submitted", tmp_path / "source"
    submitted.mkdir()
    (source / "data").mkdir(parents=True)
    (source / "one.ipynb").write_text("{}")
    (source / "answer.py").write_text("the solution")
    (source / "data" / "numbers.csv").write_text("1,2,3")
    return submitted, source


def test_the_course_s_file_stands_and_the_student_s_own(folders):
    """What the course brings is not the student's to change; a file with a hole is, and everything else as well."""
    submitted, source = folders
    (submitted / "data").mkdir()
    (submitted / "data" / "numbers.csv").write_text("0,0,0")
    (submitted / "answer.py").write_text("theirs")
    (submitted / "notes.txt").write_text("more")

    found = files_of(submitted, source, ["answer.py"])
    assert found.files == {"answer.py": b"theirs", "notes.txt": b"more", "data/numbers.csv": b"1,2,3"}
    assert found.left_out == ()


@pytest.mark.parametrize("handed_in", ["nothing", "a link to the solution", "a folder"])
def test_the_solution_takes_no_student_s_place(folders, handed_in):
    """A file with a hole that was not handed in, or cannot be read, is not there: the course's one is solved."""
    submitted, source = folders
    if handed_in == "a link to the solution":
        (submitted / "answer.py").symlink_to(source / "answer.py")
    if handed_in == "a folder":
        (submitted / "answer.py").mkdir()

    assert files_of(submitted, source, ["answer.py"]).files == {"data/numbers.csv": b"1,2,3"}


def make_large(path):
    with path.open("wb") as file:
        file.truncate(65 * MEGA)


def make_deep(path):
    for _ in range(5):
        path /= "d" * 200
    path.mkdir(parents=True)
    (path / "file").write_text("")


@pytest.mark.parametrize(
    ("make", "name", "said"),
    [
        (os.mkfifo, "pipe", "pipe is no file."),
        (lambda path: path.symlink_to("/etc/passwd"), "far.txt", "far.txt is a link."),
        (lambda path: path.symlink_to("."), "again", "again is a link."),
        (make_large, "large.bin", "large.bin has 65 MB, more than the 63 MB allowed."),
        (make_deep, "d", "dddd has a path of more than the 1000 bytes allowed."),
        (lambda path: path.write_text(""), "data", "data is where the course has a file or a folder."),
        (lambda path: path.symlink_to("nowhere"), "\x1b]0;title\x07\udcff", "?]0;title?? is a link."),
    ],
)
def test_an_odd_file_is_left_out_and_named(folders, make, name, said):
    """Everything else is there all the same, whatever its name comes before or after."""
    submitted, source = folders
    make(submitted / name)
    for each in ("Apples.txt", "zebras.txt"):
        (submitted / each).write_text("theirs")

    found = files_of(submitted, source, ["answer.py"])
    assert found.files == {"Apples.txt": b"theirs", "zebras.txt": b"theirs", "data/numbers.csv": b"1,2,3"}
    assert [told[-len(said) :] for told in found.left_out] == [said]


def test_folders_in_each_other_are_no_end_of_it(tmp_path):
    """As many as a path can name are more than Python calls a function from itself."""
    (tmp_path / "source").mkdir()
    (tmp_path / "submitted").mkdir()
    above = place = os.open(tmp_path / "submitted", os.O_RDONLY)
    try:
        for _ in range(1900):
            os.mkdir("a", dir_fd=place)
            place = os.open("a", os.O_RDONLY, dir_fd=place)
            os.close(above)
            above = place
        os.close(place)

        (told,) = files_of(tmp_path / "submitted", tmp_path / "source").left_out
        assert told.endswith("has a path of more than the 1000 bytes allowed.")
    finally:
        subprocess.run(["rm", "-rf", tmp_path / "submitted"], check=True)  # shutil knows no such depth either


def test_of_too_many_files_some_are_left_out(folders):
    """What is graded comes first; a few of those that are left out are named, the rest is counted."""
    submitted, source = folders
    for number in range(MOST_FILES + 9):
        (submitted / f"{number:05}").write_text("")
    (submitted / "answer.py").write_text("theirs")

    found = files_of(submitted, source, ["answer.py"])
    assert len(found.files) == MOST_FILES + 1
    assert found.files["answer.py"] == b"theirs"
    assert found.left_out[0] == f"01999 is more than the {MOST_FILES} files allowed."
    assert found.left_out[5:] == ("5 more files.",)


@pytest.mark.parametrize("piece", ["{}", "[]", "0", '{"a": []}'])
def test_a_notebook_of_too_many_pieces_is_not_taken_apart(tmp_path, piece):
    """It would take the grader a gigabyte and more, and end the batch; a picture of that length would not."""
    path = tmp_path / "one.ipynb"
    path.write_text(f"[{','.join([piece] * (30_000_000 // len(piece)))}]")
    with pytest.raises(
        Unreadable, match=r"^one\.ipynb has \d+ MB in so many pieces .*; it may do without its outputs\.$"
    ):
        read_notebook(path)
    path.write_text(f'{{"image/png": "{"A" * 60_000_000}"}}')
    assert len(read_notebook(path)) > 60_000_000
