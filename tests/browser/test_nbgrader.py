"""nbgrader's panels in JupyterLab, in a real browser, under the course's configuration; and a hostile submission."""

import json
import os
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from playwright.sync_api import expect

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.timeout(600), pytest.mark.xdist_group("panels")]

WAIT = 60_000  # milliseconds
LESSON = "04-magics"
# Run anywhere on a page it leaves its mark there, with the way in which it came to be run.
MARK = "(top.hacked = top.hacked || []).push"
BARE_MARK = MARK.replace(" ", "")  # an attribute's value without quotes ends at a blank
HTML = f"""
<p>a paragraph</p><table><tr><th>a table</th></tr></table>
<script>{MARK}('script')</script><img src="nowhere.gif" onerror="{MARK}('img')"><svg onload="{MARK}('svg')"></svg>
<iframe srcdoc="<script>{MARK}('srcdoc')</script>"></iframe><iframe src="javascript:{MARK}('frame')"></iframe>
<details open ontoggle="{MARK}('toggle')"><summary>more</summary>of it</details>
<input autofocus onfocus="{MARK}('focus')"><a class="bait" href="javascript:{MARK}('link')">a link</a>
<a class="bait" href="evil.html">a file of mine</a><math><mtext></math><style><img src=x onerror="{MARK}('mutant')">
</style><form action="/api/shutdown"><button id="bait">a button</button></form>
"""
CODE = f"""
from IPython.display import HTML, Javascript, Latex, Markdown, display
hostile = {HTML!r}
display(HTML(hostile), Markdown(hostile), Latex(hostile), Javascript("{MARK}('javascript')"))
display({{"text/html": hostile}}, metadata={{"text/html": {{"isolated": True}}}}, raw=True)
width = "1 onerror={BARE_MARK}('width')"
display({{"image/png": "AAAA"}}, metadata={{"image/png": {{"width": width}}}}, raw=True)
display({{"image/svg+xml": "<svg xmlns='http://www.w3.org/2000/svg' onload=\\"{MARK}('picture')\\"/>"}}, raw=True)
display({{"image/png": '"><script>{MARK}("png")</script>'}}, raw=True)
print("</pre>" + hostile)
raise ValueError("</pre>" + hostile)
"""


@pytest.fixture(scope="module")
def teacher(tmp_path_factory, checkout, launch):
    """`seams workshop --teach` on a course with two submissions: what was released, and a hostile one."""
    folder = tmp_path_factory.mktemp("teacher")
    course = folder / "a checkout"
    for name in ("exercises", "solutions"):
        shutil.copytree(checkout.root / name, course / name)
    shutil.copytree(course / "exercises" / LESSON, course / "submissions" / "ada" / LESSON)
    hostile_submission(course)
    workshop = launch(folder, checkout, "--no-browser", "--teach")
    yield workshop
    assert workshop.end() == 0


def hostile_submission(course):
    """Put what was released into submissions/eve/, with hostile cells before it and a page of its own beside it."""
    folder = course / "submissions" / "eve" / LESSON
    shutil.copytree(course / "exercises" / LESSON, folder)
    (folder / "evil.html").write_text(f"<script>{MARK}('page')</script>")
    path = folder / "magics.ipynb"
    notebook = json.loads(path.read_text())
    tag = f'"><script>{MARK}("tag")</script>'
    attached = {"a.png": {f'image/png"><script>{MARK}("attached")</script>': "AAAA"}}
    text = f"# Heading\n\n{HTML}\n\n[a](javascript:{MARK}('markdown'))\n\n![b](attachment:a.png)\n\n```{tag}\nx\n```\n"
    code = {"execution_count": None, "outputs": []}
    notebook["cells"][1:1] = [
        {"cell_type": "markdown", "id": "m", "metadata": {"tags": [tag]}, "attachments": attached, "source": text},
        {"cell_type": "raw", "id": "r", "metadata": {"raw_mimetype": "text/html"}, "source": HTML},
        {"cell_type": "code", "id": "c", "metadata": {"tags": [tag], "magics_language": tag}, "source": CODE, **code},
    ]
    notebook["metadata"] |= {
        "title": tag,
        "widgets": {"application/vnd.jupyter.widget-state+json": {"state": {"x": tag}}},
    }
    path.write_text(json.dumps(notebook))


@pytest.fixture
def page(chromium):
    """An empty page; whatever is thrown in it is a failure."""
    context = chromium.new_context(viewport={"width": 1280, "height": 900})
    context.set_default_timeout(WAIT)
    page = context.new_page()
    problems = []
    # The formgrader asks for MathJax from a server that a test does not reach.
    page.on("pageerror", lambda error: "MathJax" in str(error) or problems.append(str(error)))
    yield page
    assert problems == []
    context.close()


def open_panel(page, lab, item):
    """JupyterLab with the panel that the menu Nbgrader calls `item`."""
    page.goto(f"{lab.url}&reset")
    page.locator(".lm-MenuBar-item", has_text="Nbgrader").click()
    page.locator(".lm-Menu-item", has_text=item).first.click()


def lessons(checkout):
    return [lesson["id"] for lesson in tomllib.loads(checkout.table.read_text())["lessons"]]


def press(page, row, icon):
    """Click the icon in the formgrader's row and read what the dialog says then."""
    page.locator("tr", has_text=row).last.locator(f".glyphicon-{icon}").click()
    dialog = page.locator(".modal:visible .modal-body")
    expect(dialog).to_contain_text("uccess", timeout=WAIT)
    page.locator(".modal:visible .modal-footer button.close").click()
    expect(dialog).to_have_count(0)


@pytest.fixture(scope="module")
def graded(teacher, chromium):
    """The addresses of the submissions' pages after Generate, Release and Autograde were pressed in the formgrader."""
    page = chromium.new_page()
    page.set_default_timeout(WAIT)
    page.goto(teacher.url)
    page.goto(f"{teacher.base}formgrader")
    press(page, LESSON, "education")
    press(page, LESSON, "cloud-upload")
    page.goto(f"{teacher.base}formgrader/manage_submissions/{LESSON}")
    for student in ("ada", "eve"):
        press(page, student, "flash")
    page.goto(f"{teacher.base}formgrader/gradebook/{LESSON}/magics")
    links = page.locator("a", has_text="Submission #")
    expect(links).to_have_count(2)
    found = [f"{teacher.base}{link.get_attribute('href').lstrip('/')}" for link in links.all()]
    page.close()
    return found


def test_the_formgrader_lists_the_lessons(page, teacher, checkout):
    """Opened from JupyterLab's menu it shows every lesson, and no warning about where it is."""
    open_panel(page, teacher, "Formgrader")
    shown = page.frame_locator("iframe[src*=formgrader]")

    for lesson in lessons(checkout):
        expect(shown.locator("td.name", has_text=lesson)).to_be_visible(timeout=WAIT)
    expect(shown.locator(".alert:visible")).to_have_count(0)


def open_hostile(page, urls):
    """Go to the formgrader's page of the hostile submission, which is one of the two."""
    for url in urls:
        page.goto(url)
        if "from IPython.display import" in page.locator("#notebook-container").first.inner_text():
            return
    pytest.fail("no page shows the hostile submission")


def signs(page):
    """What on the page was run, or would be on a click, in the part that shows the submission."""
    page.wait_for_load_state("load")
    return page.evaluate(
        """() => {
            const shown = document.querySelector("#notebook-container");
            // The formgrader's own buttons are in the heads and feet of the cells.
            const all = [...shown.querySelectorAll("*")].filter(each => !each.closest(".panel-heading, .panel-footer"));
            const colours = /^((font-weight|(background-)?color): ?[a-z]*(\\([\\d, ]+\\))?;? ?)+$/;
            const acts = all.filter(each => [...each.attributes].some(a => /^on|^srcdoc$/.test(a.name))
                || (each.hasAttribute("style") && !colours.test(each.getAttribute("style")))
                || /^(script|iframe|style|form|object|embed|svg|math|base|meta|link)$/i.test(each.localName)
                || /^(javascript|data:text)/i.test(each.getAttribute("href") || ""));
            return {ran: window.hacked || [], acts: acts.map(each => each.outerHTML.slice(0, 100))};
        }"""
    )


def looks_as_it_should(page):
    """What is no script is still there to read: headings, tables, pictures, the code and its outputs."""
    shown = page.locator("#notebook-container").first
    expect(shown.get_by_role("heading", name="04 Magics: the lines that are not Python")).to_be_visible()
    expect(shown.get_by_role("heading", name="Heading", exact=True)).to_be_visible()
    expect(shown.locator("th", has_text="a table").first).to_be_visible()
    expect(shown.locator(".highlight .kn").first).to_be_visible()
    expect(shown.locator("img[src^='data:image/svg+xml']")).to_have_count(1)
    expect(shown.get_by_text("NotImplementedError").first).to_be_visible()


def test_the_formgrader_opens_a_submission_and_runs_nothing_of_it(page, teacher, graded):
    """A hostile submission is shown whole, its points can be given, and no script of it runs."""
    page.goto(teacher.url)  # logs in
    open_hostile(page, graded)

    looks_as_it_should(page)
    expect(page.locator("input.score").first).to_have_attribute("placeholder", "0", timeout=WAIT)
    assert signs(page) == {"ran": [], "acts": []}
    assert page.locator("a[href$='evil.html'], .bait, #bait").count() == 0


def feedback(course):
    """The page that `nbgrader generate_feedback` makes for the hostile submission in the folder `course`."""
    command = ["nbgrader", "generate_feedback", LESSON, "--student", "eve"]
    variables = {**os.environ, "PATH": os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])}
    done = subprocess.run(command, cwd=course, env=variables, capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == 0, done.stderr[-3000:]
    return course / "feedback" / "eve" / LESSON / "magics.html"


@pytest.mark.usefixtures("graded")
def test_feedback_runs_nothing_of_a_submission(page, teacher, tmp_path):
    """The same for the feedback; and as a control, without the course's settings the same submission does run."""
    course = teacher.checkout.root
    page.goto(feedback(course).as_uri())
    looks_as_it_should(page)
    assert signs(page) == {"ran": [], "acts": []}

    shutil.copytree(course / "autograded", tmp_path / "autograded")
    shutil.copy(course / "gradebook.db", tmp_path)
    ours = (course / "nbgrader_config.py").read_text()
    (tmp_path / "nbgrader_config.py").write_text(f"{ours}\ndel c.HTMLExporter\n")
    page = page.context.new_page()  # nobody listens to what is thrown in this one
    page.goto(feedback(tmp_path).as_uri())
    assert set(signs(page)["ran"]) >= {"script", "img", "toggle", "width", "srcdoc"}


@pytest.mark.usefixtures("graded")
def test_the_assignment_list_shows_what_was_released(page, teacher):
    """The lesson that was released is there to be handed in, from the learner's own folder."""
    open_panel(page, teacher, "Assignment List")

    panel = page.locator("#nbgrader-assignment-list")
    expect(panel.locator("#fetched_assignments_list")).to_contain_text(LESSON, timeout=WAIT)


@pytest.mark.parametrize("room", ["learner", "teacher"])
def test_validate_runs_the_checks(page, room, request):
    """The button above a notebook says which checks fail, in the words of the check."""
    lab = request.getfixturevalue("lab" if room == "learner" else "teacher")
    path = f"{'work/' if room == 'teacher' else ''}{LESSON}/magics.ipynb"
    page.goto(lab.url.replace("/lab?", f"/lab/tree/{path}?") + "&reset")
    page.locator(".jp-NotebookPanel:visible .validate-button").click()

    dialog = page.locator(".jp-Dialog")
    expect(dialog).to_contain_text("The following cell failed:", timeout=WAIT)
    expect(dialog).to_contain_text("Where:    %clap to be or not")
    dialog.get_by_role("button", name="OK").click()


def test_create_assignment_shows_the_marks_of_a_notebook(page, teacher):
    """The panel beside a solved notebook shows what each cell is and what the lesson is worth."""
    page.goto(teacher.url.replace("/lab?", f"/lab/tree/solutions/{LESSON}/magics.ipynb?") + "&reset")
    expect(page.locator(".jp-NotebookPanel:visible .jp-CodeCell").first).to_be_visible(timeout=WAIT)
    page.locator(".lm-TabBar-tab", has_text="Create Assignment").click()

    panel = page.locator(".nbgrader-NotebookWidget:visible")
    expect(panel.locator("select").first).to_be_visible(timeout=WAIT)
    expect(page.locator(".nbgrader-TotalPointsInput, .nbgrader-NotebookHeaderWidget input").first).to_have_value("10")


def test_a_learner_sees_no_formgrader(page, lab):
    """In the learner's JupyterLab the menu has the assignment list alone, which loads, and no formgrader is behind."""
    open_panel(page, lab, "Assignment List")

    panel = page.locator("#nbgrader-assignment-list")
    expect(panel).to_contain_text("There are no assignments to fetch.", timeout=WAIT)
    page.locator(".lm-MenuBar-item", has_text="Nbgrader").click()
    assert [item.strip() for item in page.locator(".lm-Menu-item:visible").all_inner_texts()] == ["Assignment List"]
    assert page.request.get(f"{lab.base}formgrader").status == 404
