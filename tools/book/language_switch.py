"""The way from a page to another language's book, which stands beside this one."""

from pathlib import Path

from docutils import nodes
from sphinx.addnodes import pending_xref
from sphinx.transforms import SphinxTransform

from .pages import LANGUAGES, all_pages, counterpart


class LinksToAnotherLanguage(SphinxTransform):
    """A link to a page that only another language's book has leads there."""

    default_priority = 500

    def apply(self, **_) -> None:
        root = Path(self.env.srcdir)
        others = [language for language in LANGUAGES.values() if language.code != self.config.language]
        for link in list(self.document.findall(pending_xref)):
            for other in others:
                if link["refdomain"] == "doc" and link["reftarget"] in all_pages(root, other):
                    place = f"#{link['reftargetid']}" if link["reftargetid"] else ""
                    address = f"{_up(self.env.docname)}{other.code}/{link['reftarget']}.html{place}"
                    link.replace_self(nodes.reference("", "", *link.children, refuri=address, internal=True))


def switch(app, page: str, template: str, context: dict, doctree) -> None:
    """Sphinx's event html-page-context: tell the template the same page in the other language."""
    found = counterpart(Path(app.srcdir), page, LANGUAGES[app.config.language])
    if found:
        language, other = found
        address = f"{_up(page)}{language.code}/{other}.html"
        context["other_language"] = {"code": language.code, "name": language.name, "address": address}


def _up(page: str) -> str:
    """From a page to the folder of all books."""
    return "../" * (page.count("/") + 1)
