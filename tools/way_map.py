"""Draws the way from tickets to a decision, with the present lesson marked, as SVG."""

from dataclasses import dataclass
from xml.sax.saxutils import escape


@dataclass(frozen=True)
class Way:
    """The way in one language: what it begins with; what each lesson does and yields; and all that in words."""

    before: str
    steps: dict[int, tuple[str, str]]
    step: str
    sentence: str


ENGLISH = Way(
    "tickets",
    {
        1: ("Prepare", "examples"),
        2: ("Upload", "a file's id"),
        3: ("Train", "a job"),
        4: ("Poll", "a model"),
        5: ("Compare", "right answers"),
        6: ("Cost", "a decision"),
    },
    "{lesson} {does} gives {result}",
    "The way from {before} to a decision: {steps}. You are at step {present}.",
)
GERMAN = Way(
    "Tickets",
    {
        1: ("Daten", "Beispiele"),
        2: ("Upload", "eine Datei-ID"),
        3: ("Training", "ein Job"),
        4: ("Verlauf", "ein Modell"),
        5: ("Vergleich", "richtige Antworten"),
        6: ("Kosten", "eine Entscheidung"),
    },
    "{lesson} {does} ergibt: {result}",
    "Der Weg von {before} zu einer Entscheidung: {steps}. Sie sind bei Schritt {present}.",
)
WIDTH, HEIGHT, BOX, GAP, LEFT = 836, 96, 84, 48, 72
INK, QUIET, MARKED = "#1f2933", "#d9e2ec", "#f0b429"


def way_map(present: int, way: Way = ENGLISH) -> str:
    """The SVG for a lesson: a box for each step, what comes out of it below the arrow, the present step coloured."""
    parts = [_text(LEFT - GAP + 8, 78, way.before, 12)]
    for place, (lesson, (does, result)) in enumerate(way.steps.items()):
        left = LEFT + (BOX + GAP) * place
        fill = MARKED if lesson == present else QUIET
        parts.append(f'<rect x="{left}" y="22" width="{BOX}" height="36" rx="6" fill="{fill}"/>')
        parts.append(_text(left + BOX / 2, 45, f"{lesson} {does}", 14, bold=lesson == present))
        parts.append(_arrow(left - GAP + 6, left - 4))
        parts.append(_text(left + BOX / 2, 78, result, 12))
    drawn = "\n  ".join(parts)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" width="{WIDTH}" height="{HEIGHT}" '
        f'role="img" aria-label="{escape(description(present, way))}">\n'
        f'  <rect width="{WIDTH}" height="{HEIGHT}" rx="8" fill="#fff"/>\n  {drawn}\n</svg>\n'
    )


def description(present: int, way: Way = ENGLISH) -> str:
    """The picture in words, for those who cannot see it."""
    steps = (way.step.format(lesson=lesson, does=does, result=result) for lesson, (does, result) in way.steps.items())
    return way.sentence.format(before=way.before, steps="; ".join(steps), present=present)


def _text(x: float, y: float, text: str, size: int, bold: bool = False) -> str:
    weight = ' font-weight="bold"' if bold else ""
    font = f'font-family="Helvetica, Arial, sans-serif" font-size="{size}"{weight}'
    return f'<text x="{x:.0f}" y="{y:.0f}" fill="{INK}" text-anchor="middle" {font}>{escape(text)}</text>'


def _arrow(start: float, end: float) -> str:
    line = f'<path d="M {start:.0f} 40 H {end - 5:.0f}" stroke="{INK}" stroke-width="1.5"/>'
    return f'{line}<path d="M {end:.0f} 40 l -7 -4 v 8 z" fill="{INK}"/>'
