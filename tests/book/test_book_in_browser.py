"""The built book in a real browser, on a telephone."""

import pytest

from helpers.paths import ROOT
from tools.book.pages import ENGLISH, all_pages

from .conftest import PATIENCE

PAGES = all_pages(ROOT, ENGLISH)


def visit(page, book, name):
    page.goto((book / f"{name}.html").as_uri(), timeout=PATIENCE)


@pytest.mark.parametrize("name", PAGES)
def test_a_page_is_no_wider_than_the_telephone_and_shows_its_pictures(phone, book, name):
    visit(phone, book, name)
    assert phone.evaluate("document.documentElement.scrollWidth") <= phone.viewport_size["width"]
    assert phone.evaluate("[...document.images].filter(i => i.complete && !i.naturalWidth).map(i => i.src)") == []
    assert phone.evaluate("[...document.images].filter(i => !i.alt).map(i => i.src)") == []


def test_code_and_wide_tables_scroll_inside_themselves(phone, book):
    visit(phone, book, "notebooks/06_cost_analysis")
    wide = """[...document.querySelectorAll('.cell_input pre, .cell_output table')].map(e => {
        const box = e.tagName == 'PRE' ? e : e.closest('.text_html');
        return [e.scrollWidth > innerWidth, getComputedStyle(box).overflowX];
    }).filter(([wide]) => wide).map(([, overflow]) => overflow)"""
    found = phone.evaluate(wide)
    assert found and set(found) <= {"auto", "scroll"}


def test_the_search_finds_a_word_of_the_field_in_lessons_and_terms(phone, book):
    phone.goto((book / "search.html").as_uri() + "?q=epoch")
    phone.wait_for_selector("#search-results li a")
    phone.wait_for_function("!/Searching/.test(document.querySelector('#search-results h2').textContent)")
    found = phone.eval_on_selector_all("#search-results li a", "all => all.map(a => a.getAttribute('href'))")
    assert any("TERMS.html" in link for link in found) and any("04_poll_events.html" in link for link in found)


@pytest.mark.parametrize(
    ("name", "link"),
    [
        ("notebooks/01_prepare_data", "../TERMS.html#token"),
        ("notebooks/04_poll_events", "../README.html#the-lessons"),
        ("TERMS", "notebooks/04_poll_events.html#the-loss-curve"),
    ],
)
def test_a_link_arrives_at_its_place(phone, book, name, link):
    visit(phone, book, name)
    phone.locator(f'article a[href="{link}"]').first.click()
    phone.wait_for_url("**/" + link.removeprefix("../"))
    top = f"document.getElementById({link.partition('#')[2]!r}).getBoundingClientRect().top"
    phone.wait_for_function(f"0 <= {top} && {top} < innerHeight / 2")


def test_folds_are_closed_and_open(phone, book):
    visit(phone, book, "notebooks/01_prepare_data")
    for fold, inside in (("details.hide.above-input", "pre"), ("article details:not(.hide)", "p")):
        text = phone.locator(fold).first.locator(inside).first
        assert not text.is_visible()
        phone.locator(fold).first.locator("summary").click()
        assert text.is_visible()


def test_the_menu_of_the_telephone_leads_to_every_page(phone, book):
    visit(phone, book, "notebooks/02_upload")
    phone.locator(".primary-toggle").click()
    links = phone.locator("#pst-primary-sidebar-modal nav a.reference")
    assert links.first.is_visible()
    assert links.count() == len(PAGES) - 1  # the first page is behind the name of the course


def test_a_dark_telephone_gets_dark_pages(browser, book):
    page = browser.new_page(color_scheme="dark")
    visit(page, book, "notebooks/04_poll_events")
    background = page.evaluate("getComputedStyle(document.body).backgroundColor.match(/\\d+/g).map(Number)")
    assert max(background[:3]) < 64


def test_nothing_is_fetched_from_elsewhere(browser, book):
    page = browser.new_page()
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    visit(page, book, "notebooks/05_compare")
    assert asked and all(url.startswith(("file:", "data:")) for url in asked)
