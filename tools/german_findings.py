"""What lessons found, in German, for the German README: numbers come from the lessons' outputs, words stand here."""

import re

import nbformat

NUMBER = re.compile(r"\d+(?: of \d+)?")
HEADLINE = {  # a line that lesson 5 prints, with # for each count
    "A closed list, many examples of each answer: tuned #, a classifier #, which is not enough to tell them apart.": (
        "Eine geschlossene Liste, viele Beispiele zu jeder Antwort: das feinabgestimmte Modell #, ein Klassifikator #; "
        "das reicht nicht, um sie zu unterscheiden."
    ),
    "Answers that take up what a customer says: tuned #, the best without tuning (classifier) #.": "Antworten, die "
    "aufgreifen, was jemand schreibt: das feinabgestimmte Modell #, das Beste ohne Fine-Tuning (ein Klassifikator) #.",
    "Facts that changed after the training: tuned #, tuned with retrieved entries #, classifier with edited answers "
    "#.": "Fakten, die sich nach dem Training geändert haben: das feinabgestimmte Modell #, dasselbe mit den "
    "gefundenen Einträgen im Prompt #, ein Klassifikator mit geänderten Antworten #.",
    "Facts that came after the training: tuned #, tuned with retrieved entries #, classifier with edited answers "
    "(which has no tickets on them) #, base model with the handbook #.": (
        "Fakten, die nach dem Training dazugekommen sind: das feinabgestimmte Modell #, dasselbe mit den gefundenen "
        "Einträgen im Prompt #, ein Klassifikator mit geänderten Antworten (zu diesen hat er keine Tickets) #, das "
        "Basismodell mit dem Handbuch #."
    ),
}
LIMITS = (
    "**Was das kleine Modell auf Deutsch kann.** Lektion 11 trainiert es mit hundert Beispielen, immer auf Deutsch zu "
    "antworten. Danach klingen {form} von {of} Antworten deutsch, aber nur {content} von {of} enthalten das Wort, das "
    "die Frage beantwortet. Es hat den Klang gelernt, nicht die Sprache. Wer einen deutschen Kundendienst bauen will, "
    "braucht ein Basismodell, das Deutsch kann."
)


def german(line: str) -> str | None:
    """The line of lesson 5 in German with the same counts; None if it is not translated."""
    pattern = HEADLINE.get(NUMBER.sub("#", line))
    if pattern is None:
        return None
    counts = iter(NUMBER.findall(line))
    return re.sub("#", lambda _: next(counts).replace(" of ", " von "), pattern)


def headline(english: str) -> str:
    """The list of the README, in German; a line that is not translated stays English and says so."""
    lines = (line.removeprefix("- ") for line in english.splitlines())
    return "\n".join(f"- {german(line) or f'*(noch nicht übersetzt)* {line}'}" for line in lines)


def limits(lesson_11: nbformat.NotebookNode) -> str:
    """What the model can do in German, by the table below lesson 11's `count("german", …)`.

    Raises ValueError if no cell shows such a table with a row `after`.
    """
    for cell in lesson_11.cells:
        if cell.cell_type == "code" and 'count("german"' in cell.source:
            shown = "\n".join(output.get("data", {}).get("text/plain", "") for output in cell.outputs)
            names = re.search(r"^ +form +content +both +of\b", shown, re.MULTILINE)
            row = re.search(r"^after +(\d+) +(\d+) +\d+ +(\d+)", shown, re.MULTILINE)
            if names and row:
                return LIMITS.format(form=row[1], content=row[2], of=row[3])
    raise ValueError("Lesson 11 has no table of German answers any more: mend `limits` in tools/german_findings.py.")
