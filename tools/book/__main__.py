"""Build the book: a folder for each language, and a first page that leads to it.

python -m tools.book             into book/; every link in it is followed, and one that does not arrive is an error
python -m tools.book OUT         into another folder
python -m tools.book --external  builds nothing, and asks the sites of others whether the links to them still arrive

It needs requirements-book.txt. Then open book/index.html: no server is necessary.
"""

import argparse
import shutil
import sys
import tempfile
from pathlib import Path

from sphinx.cmd.build import build_main

from helpers.paths import ROOT

from .built_links import findings
from .pages import Language, files, there_are

SETTINGS = Path(__file__).parent  # where conf.py is
FIRST_PAGE = '<!doctype html><meta charset="utf-8"><title>{0}</title><meta http-equiv="refresh" content="0; url={0}">\n'


def build(out: Path, root: Path = ROOT) -> None:
    """Write the books of all languages. Leaves the program with sentences if Sphinx warns or a link does not arrive."""
    shutil.rmtree(out, ignore_errors=True)
    languages = there_are(root)
    for language in languages:
        if _sphinx("html", root, out / language.code, language):
            sys.exit(f"Sphinx could not build the {language.name} book without a warning; it is named above.")
        (out / language.code / "index.html").write_text(FIRST_PAGE.format(f"{language.home}.html"), encoding="utf-8")
    (out / "index.html").write_text(FIRST_PAGE.format(f"{languages[0].code}/index.html"), encoding="utf-8")
    if found := list(findings(out)):
        sys.exit("\n".join(found))


def check_external(root: Path = ROOT) -> None:
    """Ask other sites. Leaves the program if a link does not arrive; Sphinx names it."""
    with tempfile.TemporaryDirectory() as out:
        broken = [language.name for language in there_are(root) if _sphinx("linkcheck", root, Path(out), language)]
    if broken:
        sys.exit(f"Links of the {' and '.join(broken)} pages do not arrive.")


def _sphinx(builder: str, root: Path, out: Path, language: Language) -> int:
    settings = {
        "language": language.code,
        "root_doc": language.home,
        "include_patterns": ",".join(files(root, language)),
    }
    defined = [part for name, value in settings.items() for part in ("-D", f"{name}={value}")]
    with tempfile.TemporaryDirectory() as doctrees:
        how = ["-q", "-W", "--keep-going", "-d", doctrees, "-c", str(SETTINGS), "-b", builder]
        return build_main([*how, *defined, str(root), str(out)])


def main() -> None:
    parser = argparse.ArgumentParser(
        prog="python -m tools.book", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("out", nargs="?", type=Path, default=ROOT / "book", help="a folder; what is in it is deleted")
    parser.add_argument("--external", action="store_true", help="only ask whether links to other sites arrive")
    arguments = parser.parse_args()
    if arguments.external:
        check_external()
    else:
        build(arguments.out)
        print(f"Built: {arguments.out / 'index.html'}")


if __name__ == "__main__":
    main()
