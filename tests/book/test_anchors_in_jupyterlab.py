"""Do links to a place arrive in JupyterLab? Asked of the program itself, in a browser.

`tests/course/test_links.py` follows all links of the course by JupyterLab's rule for ids; this shows that the rule is
JupyterLab's. It needs a browser (requirements-book.txt), and is skipped where there is none. By itself:

    .venv/bin/pytest tests/book/test_anchors_in_jupyterlab.py -n 0
"""

import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request

import nbformat
import pytest

from helpers.paths import NOTEBOOKS, ROOT

PATIENCE = 120  # seconds: JupyterLab is large, and the machine may be busy
SCREEN = {"width": 1280, "height": 800}
PAGE, LESSON = ".jp-MarkdownViewer", ".jp-NotebookPanel:not(.lm-mod-hidden) .jp-Notebook"
TOP_OF_HEADING = """([shown, words]) => {
    const headings = [...document.querySelectorAll(`${shown} :is(h1, h2, h3)`)].filter(h => h.offsetParent !== null);
    const found = headings.find(h => h.textContent.replace('¶', '').trim() === words);
    return found ? found.getBoundingClientRect().top : null;
}"""


@pytest.fixture(scope="module")
def address(browser, tmp_path_factory):
    """Where a JupyterLab serves a copy of the pages and lessons; it may write into what it shows."""
    root, home = tmp_path_factory.mktemp("course"), tmp_path_factory.mktemp("settings")
    shutil.copytree(NOTEBOOKS, root / NOTEBOOKS.name)
    for page in ROOT.glob("*.md"):
        shutil.copy(page, root)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    settings = {
        "ServerApp.port": port,
        "ServerApp.root_dir": root,
        "IdentityProvider.token": "",
        "LabApp.workspaces_dir": home,
        "LabApp.user_settings_dir": home,
    }
    options = ["--no-browser", "--allow-root", *(f"--{name}={value}" for name, value in settings.items())]
    command = [sys.executable, "-m", "jupyterlab", *options]
    server = subprocess.Popen(command, cwd=root, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        yield _answering(f"http://127.0.0.1:{port}", server)
    finally:
        server.terminate()
        server.wait()


@pytest.fixture(scope="module")
def lab(address, browser):
    """JupyterLab's page, with lesson 1 open."""
    page = browser.new_page(viewport=SCREEN)
    page.set_default_timeout(1000 * PATIENCE)
    page.goto(f"{address}/lab/tree/{NOTEBOOKS.name}/01_prepare_data.ipynb")
    yield page
    page.close()


@pytest.mark.parametrize(("link", "heading"), [("TERMS.md#token", "token"), ("README.md#the-lessons", "The lessons")])
def test_a_lessons_link_arrives_at_the_heading_of_a_page(lab, link, heading):
    show(lab, "01_prepare_data.ipynb")
    follow(lab, LESSON, link)
    assert top_of(lab, PAGE, heading) < SCREEN["height"] / 2


def test_a_link_within_a_page_arrives(lab):
    show(lab, "01_prepare_data.ipynb")
    follow(lab, LESSON, "README.md#the-lessons")
    follow(lab, PAGE, "#the-local-server")
    assert top_of(lab, PAGE, "The local server") < SCREEN["height"] / 2


def test_a_pages_link_arrives_at_the_section_of_a_lesson_once_the_lesson_is_open(lab):
    """As the page of terms says: the first click opens the lesson at its beginning, the second goes to the section."""
    cells = len(nbformat.read(NOTEBOOKS / "03_train.ipynb", as_version=4).cells)
    show(lab, "01_prepare_data.ipynb")
    follow(lab, LESSON, "TERMS.md#token")
    for _ in range(2):
        show(lab, "TERMS.md")
        follow(lab, PAGE, "03_train.ipynb#The-settings")
        # JupyterLab draws a lesson cell by cell, and does not go to a section that is not drawn yet.
        last = f"{LESSON}:has(h1:has-text('Train')) .jp-Cell >> nth={cells - 1}"
        lab.wait_for_selector(last, state="attached")
    assert top_of(lab, LESSON, "The settings") < SCREEN["height"]


def show(lab, file):
    """Bring the tab with this file to the front."""
    lab.locator(f"#jp-main-dock-panel .lm-TabBar-tabLabel:text-is('{file}')").click()


def follow(lab, shown, link):
    """Click the first such link that is shown. JupyterLab puts a token between a file's name and the place."""
    file, _, place = link.rpartition("#")
    in_file = f'[href*="{file}"]' if file else ""
    lab.locator(f'{shown} a{in_file}[href$="#{place}"]:visible').first.click()


def top_of(lab, shown, words):
    """How far below the window's upper edge the heading comes to rest, in pixels, once it is in the window at all."""
    in_window = f"([selector, words, height]) => {{ const top = ({TOP_OF_HEADING})([selector, words]); "
    in_window += "return top !== null && 0 < top && top < height; }"
    lab.wait_for_function(in_window, arg=[shown, words, SCREEN["height"]])
    return lab.evaluate(TOP_OF_HEADING, [shown, words])


def _answering(address, server):
    for _ in range(2 * PATIENCE):
        if server.poll() is not None:
            raise RuntimeError(f"JupyterLab ended with {server.returncode}. Start it by hand, and see why.")
        try:
            urllib.request.urlopen(f"{address}/api").close()
            return address
        except urllib.error.URLError:
            time.sleep(0.5)
    raise TimeoutError(f"JupyterLab does not answer at {address}.")
