"""What has to be translated, and what changed since it was.

    python -m tools.translate                          lists what is missing, stale or left over; fails if anything is
    python -m tools.translate 03_train                 shows each such text: the English then and now, and the German
    python -m tools.translate 03_train --done          the German says what the English says now: renews all its marks
    python -m tools.translate 03_train --done 1a2b3c4d the same for one text, or several

The German prose of a lesson stands in translations/de; afterwards `python -m tools.publish` writes the notebooks.
"""

import argparse
import subprocess
import sys
from collections.abc import Iterator
from difflib import unified_diff

from helpers.paths import ROOT

from .translation import MARK, Pair, digest, findings, pairs, texts_of


def english_then(pair: Pair, key: str, wanted: str) -> str | None:
    """The English text that the German translates, from the history of the file; None if no commit has it."""
    path = pair.english.relative_to(ROOT).as_posix()
    for commit in _git("log", "--format=%H", "--", path).split():
        text = texts_of(path, _git("show", f"{commit}:{path}")).get(key, "")
        if digest(text) == wanted:
            return text
    return None


def _git(*arguments: str) -> str:
    return subprocess.run(["git", *arguments], cwd=ROOT, capture_output=True, encoding="utf-8", check=True).stdout


def shown(pair: Pair) -> Iterator[str]:
    """For each text that is missing or stale: where it stands, what changed in the English, and the German."""
    english, german = pair.english_texts(), pair.german_texts()
    for key, text in english.items():
        if key not in german:
            yield f"<!-- {key} en:new -->\n{text}\n"
        elif german[key].digest != digest(text):
            before = english_then(pair, key, german[key].digest)
            changed = text if before is None else _difference(before, text)
            yield f"<!-- {key} en:{german[key].digest} -->\n{changed}\n\n{german[key].text}\n"


def _difference(before: str, now: str) -> str:
    lines = unified_diff(before.splitlines(), now.splitlines(), "English then", "English now", n=0, lineterm="")
    return "\n".join(lines)


def renew(pair: Pair, keys: list[str]) -> list[str]:
    """Write today's digests into the marks of these texts, or of all: the ids that were renewed."""
    digests = {key: digest(text) for key, text in pair.english_texts().items() if not keys or key in keys}
    text = pair.german.read_text(encoding="utf-8")
    stale = [m[1] for m in MARK.finditer(text) if digests.get(m[1], m[2]) != m[2]]
    written = MARK.sub(lambda m: f"<!-- {m[1]} en:{digests.get(m[1], m[2])} -->\n", text)
    pair.german.write_text(written, encoding="utf-8")
    return stale


def main() -> None:
    parser = argparse.ArgumentParser(
        prog="python -m tools.translate", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("name", nargs="?", help="a lesson, as 03_train, or a page, as TERMS.md")
    parser.add_argument("--done", nargs="*", metavar="ID", help="renew the marks of these texts, or of all")
    arguments = parser.parse_args()
    by_name = {pair.name: pair for pair in pairs()}
    if arguments.name is None:
        found = [line for pair in by_name.values() for line in findings(pair)]
        sys.exit("\n".join(found) or None)
    if arguments.name not in by_name:
        sys.exit(f"There is no {arguments.name} in both languages. There are: {', '.join(by_name)}.")
    pair = by_name[arguments.name]
    if arguments.done is None:
        print(*shown(pair), sep="\n")
    else:
        print("renewed:", ", ".join(renew(pair, arguments.done)) or "nothing")


if __name__ == "__main__":
    main()
