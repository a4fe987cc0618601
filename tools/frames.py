"""The first and last cell of a notebook, in English and in German: title, badge, goal, costs and links."""

from dataclasses import dataclass

from .lessons import Lesson
from .way_map import Way, description

REPOSITORY = "fine-tuning-course/fine-tuning-course"  # owner/name on GitHub; a fork changes this line
BRANCH = "main"


@dataclass(frozen=True)
class Words:
    """What the frame says in one language, about a lesson; `folder` is where its notebooks lie."""

    folder: str
    badge: str
    goal: str
    costs: str
    all_lessons: str
    after_the_last: str


ENGLISH = Words(
    "notebooks",
    "[![Open in Colab](images/open_in_colab.svg)]",
    "After this lesson {goal}.",
    "**{minutes} minutes · free and without a key in `replay` · live it costs {live_cost}**",
    "[All lessons](../README.md#the-lessons)",
    "[Capstone](../CAPSTONE.md)",
)
GERMAN = Words(
    "notebooks_de",
    "[![In Colab öffnen](../notebooks/images/open_in_colab.svg)]",
    "Nach dieser Lektion {goal}.",
    "**{minutes} Minuten · im Modus `replay` kostenlos und ohne Schlüssel · live kostet es {live_cost}**",
    "[Alle Lektionen](../README.de.md#die-lektionen)",
    "[Abschlussprojekt (englisch)](../CAPSTONE.md)",
)


def header(lesson: Lesson, lessons: list[Lesson], words: Words, way: Way) -> str:
    """The first cell of a notebook; `lessons` are all of this language, in order."""
    alt = description(lesson.number, way)
    picture = f"![{alt}](images/way_{lesson.number}.svg)\n\n" if lesson.number in way.steps else ""
    path = f"{REPOSITORY}/blob/{BRANCH}/{words.folder}/{lesson.name}.ipynb"
    return (
        f"# {lesson.number} · {lesson.title}\n\n"
        f"{words.badge}(https://colab.research.google.com/github/{path})\n\n"
        f"{words.goal.format(goal=lesson.goal)}\n\n"
        f"{words.costs.format(minutes=lesson.minutes, live_cost=lesson.live_cost)}\n\n"
        f"{picture}"
        f"{_neighbours(lesson, lessons, words)}"
    )


def footer(lesson: Lesson, lessons: list[Lesson], words: Words) -> str:
    """The last cell of a notebook: links to the lessons before and after; after the last one comes the capstone."""
    return f"---\n{_neighbours(lesson, lessons, words)}"


def _neighbours(lesson: Lesson, lessons: list[Lesson], words: Words) -> str:
    at = lessons.index(lesson)
    before = f"← {lessons[at - 1].link} · " if at else ""
    after = lessons[at + 1].link if at + 1 < len(lessons) else words.after_the_last
    return f"{before}{words.all_lessons} · {after} →"
