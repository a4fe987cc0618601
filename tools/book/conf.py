"""Sphinx's settings for the book. `python -m tools.book` adds the language and its pages."""

from tools.book import language_switch, source

project = html_title = "Fine-tuning chat models"
extensions = ["myst_nb"]
exclude_patterns = [".*", "**/.*"]
suppress_warnings = [
    "myst.header",  # the page of terms has no second level, on purpose
    "myst.xref_missing",  # written anchors; `built_links` follows all links in the result
    "misc.highlighting_failure",  # a cell that calls curl is coloured all the same
]

nb_execution_mode = "off"  # the outputs are those that are committed
nb_merge_streams = True
myst_heading_anchors = 4
myst_heading_slug_func = "tools.book.source.anchor"

html_theme = "pydata_sphinx_theme"
html_theme_options = {
    "logo": {"text": "Fine-tuning"},  # short enough for a telephone
    "navbar_center": [],
    "navbar_end": ["other_language", "theme-switcher"],
    "navbar_persistent": ["search-button"],
    "secondary_sidebar_items": ["page-toc"],
    "article_header_start": [],
    "footer_start": [],
    "footer_end": [],
}
html_sidebars = {"**": ["all_pages"]}
templates_path = ["templates"]
html_static_path = ["static"]
html_css_files = ["book.css"]
html_copy_source = html_show_sourcelink = html_use_index = False


def setup(app):
    app.connect("source-read", source.for_the_book)
    app.connect("html-page-context", language_switch.switch)
    app.add_transform(language_switch.LinksToAnotherLanguage)
