"""What of a submission may stand on a page: text, tables, pictures and links elsewhere, and nothing that acts."""

import pytest
from nbformat import from_dict

from kernel_seams.course.inert import Inert, clean_html

PIXEL = "data:image/png;base64,iVBORw0KGgo="


@pytest.mark.parametrize(
    "html",
    [
        "<p>text <b>bold</b> <a href=\"https://jupyter.org/a?b=c\">away</a> <a href=\"#here\">here</a></p>",
        "<table><thead><tr><th colspan=\"2\">a</th></tr></thead><tbody><tr><td>1</td></tr></tbody></table>",
        f'<img src="{PIXEL}" alt="a pixel" width="3">',
        '<img src="frames.svg" alt="beside the notebook">',
        '<div class=" highlight hl-python"><pre><span class="kn">import</span></pre></div>',
        "<details><summary>more</summary>of it</details>",
        "1 &lt; 2 &amp; $x^2$",
    ],
)  # fmt: skip
def test_what_shows_something_stays(html):
    """It is the same afterwards."""
    assert clean_html(html) == html


@pytest.mark.parametrize(
    ("html", "left"),
    [
        ("a<script>hack()</script>b<style>p {}</style>c", "abc"),
        ("<img src=x onerror=hack()>", "<img>"),
        ('<img src="https://elsewhere/who-reads.gif">', "<img>"),
        ('<img src="../../api/shutdown.png">', "<img>"),
        ('<img src="data:text/html;base64,AAAA">', "<img>"),
        ('<a href="javascript:hack()">a</a>', "<a>a</a>"),
        ('<a href=" java\nscript:hack()">a</a>', "<a>a</a>"),
        ('<a href="data:text/html,hack">a</a>', "<a>a</a>"),
        ('<a href="evil.html">a</a><a href="/api">b</a><a href="//elsewhere">c</a>', "<a>a</a><a>b</a><a>c</a>"),
        ('<p style="position:fixed" id="clap-check" class="score">a</p>', "<p>a</p>"),
        ('<iframe srcdoc="x">a</iframe><form action="/x"><input><button>b</button></form>', "a\nb"),
        ('<svg onload="hack()"><script>hack()</script></svg><object data="x"></object><base href="/x">', ""),
        ("<!-- <img src=x> -->a<scr<script>ipt>hack()</script>", "a"),
        ("a<script>" * 20_000, "a"),
        ("a<SCRIPT >hack()</style></script\n>b", "ab"),
        (b"\xff<b>bytes</b>", "\N{REPLACEMENT CHARACTER}<b>bytes</b>"),
    ],
)
def test_what_acts_is_taken_out(html, left):
    """No script, handler, style, frame or form; no address that runs, that is of this server, or that tells."""
    assert clean_html(html) == left


def test_a_notebook_keeps_only_what_has_the_type_it_must_have():
    """A prompt's number is a number, an image has no width of its own, marks have a plain name, the rest is gone."""
    evil = '"><script>hack()</script>'
    output = {"output_type": "execute_result", "execution_count": evil, "svg_filename": evil}
    output |= {"data": {"text/plain": "1", "image/png": [evil], "application/javascript": "hack()", "x/y": evil}}
    output |= {"metadata": {"image/png": {"width": evil}}}
    mark = {"grade_id": "clap", "points": 2}
    cells = [
        {"cell_type": "code", "source": "1", "execution_count": evil, "metadata": {"tags": [evil], "nbgrader": mark}}
        | {"outputs": [output, {"output_type": "stream", "name": evil, "text": "said"}]},
        {"cell_type": "markdown", "source": "a", "metadata": {"nbgrader": {"grade_id": evil}}},
        {"cell_type": evil, "type": evil, "source": "b", "metadata": {}},
    ]
    metadata = {"language_info": {"name": evil}, "widgets": evil, "title": evil}

    made, _ = Inert().preprocess(from_dict({"cells": cells, "metadata": metadata}), {})

    assert made.metadata == {"language_info": {"name": "text"}}
    assert [cell.cell_type for cell in made.cells] == ["code", "markdown", "raw"]
    assert [cell.metadata for cell in made.cells] == [{"nbgrader": mark}, {}, {}]
    assert made.cells[0].outputs == [
        {"output_type": "execute_result", "execution_count": None, "data": {"text/plain": "1"}, "metadata": {}},
        {"output_type": "stream", "name": "stdout", "text": "said"},
    ]
    assert evil not in str(made)
