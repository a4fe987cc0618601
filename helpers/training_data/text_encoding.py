"""The letters of a file that does not say which encoding it has."""

import re
from codecs import getincrementaldecoder
from pathlib import Path

from charset_normalizer import from_bytes

from .jsonl import BOM
from .short_text_language import CENTRAL as CENTRAL_WORDS
from .short_text_language import CENTRAL_LETTERS, frequent_words
from .short_text_language import WESTERN as WESTERN_WORDS

UTF32, UTF16 = (b"\xff\xfe\0\0", b"\0\0\xfe\xff"), (b"\xff\xfe", b"\xfe\xff")
CODE_PAGES = (
    *("cp1252", "cp1250", "cp1251", "cp1253", "cp1254", "cp1255", "cp1256", "mac_roman", "cp850", "koi8_r", "cp866"),
    *("shift_jis", "gb18030", "euc_kr", "big5"),
)  # what Windows, Mac and DOS write in Europe and Asia; of two that fit alike, the first is taken
WESTERN = ("cp1252", "cp1254", "mac_roman", "cp850")  # asked first, because short texts fit many others too
MAX_ODD_SHARE = 0.1  # of the letters beyond ASCII: a text may name a Dvořák or show a sign
HEADER = 200  # letters of the first lines, which are mostly ASCII
SAMPLE = 100_000  # bytes that are enough to tell a code page
# No Western text has these: letters of no large Western language, a sign or a capital after a small letter, three
# such in a row. A Windows-1252 file is otherwise what most programs wrote, and too short to tell from others.
NOT_WESTERN = re.compile(
    r"[^\x00-\x7f]{3}|[\x80-\x9f\ufffdŸýÝþÞðÐŽžŠšƒ†‡ˆ˜‰¬¶¤¦¨¸˛˝˚ˇ˘˙¯◊√∫∂∆Ω≈≤≥∞∑∏π\uf8ff\u2500-\u25ff]"
    r"|[a-zß-ÿ][À-ÖØ-Þ¡-©«-¶º-¿‚„”“]+[a-zß-ÿ]|[a-z][À-ÖØ-Þ]|[¡¿][a-zß-ÿ]*[a-zß-ÿ][¡¿³]|£[a-zß-ÿ]|(?<!\S)”[a-zß-ÿ]|[a-z]·(?!l)"
)


def decoded(content: bytes) -> str:
    """Bytes in UTF-8, UTF-16 or a code page as text; lines in UTF-8 and others may be mixed."""
    return decoded_by(content)[0]


def decoded_by(content: bytes) -> tuple[str, str]:
    """The text, and the code page where it was guessed; "" if Unicode fits, or Windows-1252 clearly does."""
    if wide := _wide(content):
        return content.decode(wide, "replace"), ""
    content = content.removeprefix(BOM)
    try:
        return content.decode(), ""
    except UnicodeDecodeError:
        lines = content.splitlines(keepends=True)
    other = [line for line in lines if not _is_utf8(line)]
    page, is_guess = _code_page(b"".join(other)[:SAMPLE])
    text = "".join(line.decode() if _is_utf8(line) else line.decode(page, "replace") for line in lines)
    return text, page if is_guess else ""


def is_utf8(path: Path) -> bool:
    """Whether a whole file is in UTF-8, read in pieces."""
    decoder = getincrementaldecoder("utf-8")()
    with open(path, "rb") as file:
        try:
            while block := file.read(2**20):
                decoder.decode(block)
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            return False
    return True


def _wide(content: bytes) -> str:
    """Unicode of two or four bytes a letter, by its mark, or by the zeros beside the letters of ASCII; "" if none."""
    if content[:4] in UTF32:
        return "utf-32"
    if content[:2] in UTF16:
        return "utf-16"
    start = content[: 2 * HEADER]
    low, high = start[::2].count(0), start[1::2].count(0)
    zeros = len(start) * 0.3
    return "utf-16-le" if high > zeros and not low else "utf-16-be" if low > zeros and not high else ""


def _is_utf8(line: bytes) -> bool:
    try:
        line.decode()
    except UnicodeDecodeError:
        return False
    return True


def _oddness(text: str) -> float:
    """The share of odd places among the letters beyond ASCII."""
    return len(NOT_WESTERN.findall(text)) / max(1, sum(letter > "\x7f" for letter in text))


def _code_page(sample: bytes) -> tuple[str, bool]:
    """A page, and whether it is a guess: one whose letters are hardly odd and whose words are known comes first.

    If there is none, it is what charset-normalizer finds least odd.
    """
    likely = min(WESTERN, key=lambda page: _oddness(sample.decode(page, "replace")))
    western, central = sample.decode(likely, "replace"), sample.decode("cp1250", "replace")
    other_letters = [b for a, b in zip(western, central, strict=True) if a != b and b.lower() in CENTRAL_LETTERS]
    known = frequent_words(western, WESTERN_WORDS), frequent_words(central, CENTRAL_WORDS)
    if other_letters and known[1] > known[0]:
        return "cp1250", True
    if _oddness(western) <= MAX_ODD_SHARE:
        return likely, likely != "cp1252" or (bool(other_letters) and known[0] == known[1])
    matches = list(from_bytes(sample, cp_isolation=list(CODE_PAGES)))
    order = {page: n for n, page in enumerate(CODE_PAGES)}
    best = min(matches, key=lambda match: (match.chaos, -match.coherence, order[match.encoding]), default=None)
    return best.encoding if best else "cp1252", True
