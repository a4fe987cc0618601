"""Which pages the book has, in which order, in each language."""

from dataclasses import dataclass
from pathlib import Path

BESIDE_THE_LESSONS = (
    "TERMS",
    "CAPSTONE",
    "ARTICLES",
    "TEACHING",
    "server/README",
    "server/SCALE",
    "data/README",
    "data/desk/README",
    "CONTRIBUTING",
    "CHANGELOG",
)


@dataclass(frozen=True)
class Language:
    """A language of the course. A page's file has `suffix` between name and `.md`: README.de.md."""

    code: str
    name: str
    lessons: str  # their folder, and their title in the list of pages
    lessons_title: str
    more_title: str
    suffix: str = ""

    @property
    def home(self) -> str:
        return f"README{self.suffix}"


ENGLISH = Language("en", "English", "notebooks", "Lessons", "More")
GERMAN = Language("de", "Deutsch", "notebooks_de", "Lektionen", "Mehr", ".de")
LANGUAGES = {language.code: language for language in (ENGLISH, GERMAN)}


def there_are(root: Path) -> list[Language]:
    """The languages that have lessons, English first."""
    return [language for language in LANGUAGES.values() if lessons(root, language)]


def lessons(root: Path, language: Language) -> list[str]:
    """The notebooks' names without ending, as Sphinx writes them, in order."""
    return [f"{language.lessons}/{path.stem}" for path in sorted((root / language.lessons).glob("*.ipynb"))]


def more(root: Path, language: Language) -> list[str]:
    """The pages beside the lessons that there are in this language."""
    names = [f"{name}{language.suffix}" for name in BESIDE_THE_LESSONS]
    return [name for name in names if (root / f"{name}.md").exists()]


def all_pages(root: Path, language: Language) -> list[str]:
    """The first page, the pages beside the lessons, and the lessons."""
    return [language.home, *more(root, language), *lessons(root, language)]


def files(root: Path, language: Language) -> list[str]:
    """The files of all pages, from the root."""
    notebooks = set(lessons(root, language))
    return [f"{page}.{'ipynb' if page in notebooks else 'md'}" for page in all_pages(root, language)]


def counterpart(root: Path, page: str, language: Language) -> tuple[Language, str] | None:
    """The other language, and this page in it (or its first page, if it lacks this one); None if there is no other."""
    for other in there_are(root):
        if other != language:
            in_other = page.replace(f"{language.lessons}/", f"{other.lessons}/").removesuffix(language.suffix)
            if not page.startswith(f"{language.lessons}/"):
                in_other += other.suffix
            return other, in_other if in_other in all_pages(root, other) else other.home
    return None
