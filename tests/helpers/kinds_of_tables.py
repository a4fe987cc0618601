"""Spreadsheets and text tables, in many habits, languages and code pages."""

import gzip

import pandas as pd

from .export_talks import GERMAN, OTHERS, TALKS, spoken
from .export_writers import (
    Kind,
    archive,
    called,
    columns_of,
    gzipped,
    joined,
    messages,
    questions,
    table,
    text,
    workbook,
)

QA = {"question": "Question", "answer": "Answer"}
MESSAGES = {"conversation": "Ticket", "role": "From", "text": "Text"}
HEADER = ["Question", "Answer"]
GROUPED = [["Ticket", "From", "Text"], *((m["Ticket"], m["From"], m["Text"]) for m in messages())]
MERGED = tuple(f"A{n}:A{n + 1}" for n in range(2, 42, 2))
OLDEST_FIRST, NEWEST_FIRST = columns_of(messages()), columns_of(messages()[::-1])
WITHOUT_TIME = {key: NEWEST_FIRST[key] for key in ("Ticket", "From", "Text")}
BACKWARDS = spoken(TALKS[::-1])
ALL = [*GERMAN, *joined(list(OTHERS.values()))]


def semicolons(talks=GERMAN, end: str = "\n") -> str:
    return pd.DataFrame(questions(talks)).to_csv(sep=";", index=False, lineterminator=end)


PLAIN = semicolons(TALKS)
TWO_LINES = [["Customer", None, "Desk", None], ["Date", "Text", "Date", "Text"], *([1, q, 2, a] for q, a in TALKS)]
TWO_WORDS = {"question": "Customer Text", "answer": "Desk Text"}
NOTES = ["non", "oui", "non"]
LINES = "".join(f'{{"Question": "{asked}", "Answer": "{said}"}}\n' for asked, said in OTHERS["es"])
KINDS = [
    Kind(
        "a cover and a title", workbook({"Cover": [["Report"]], "Data": [["2025"], [], HEADER, *TALKS]}), QA, spoken()
    ),
    Kind(
        "a sheet and a row by name",
        workbook({"old": [HEADER, ["a", "b"]], "new": [HEADER, HEADER, *TALKS]}),
        QA | {"sheet": "new", "header_row": 2},
        spoken(),
    ),
    Kind(
        "two sheets alike",
        workbook({"a": [HEADER, *TALKS], "b": [HEADER, ["a", "b"]]}),
        QA,
        spoken(),
        "sheets 'a', 'b' have these columns; I take 'a'",
    ),
    Kind("merged cells", workbook({"a": GROUPED}, MERGED), MESSAGES, spoken()),
    Kind("two lines of header", workbook({"a": TWO_LINES}, ("A1:B1", "C1:D1")), TWO_WORDS, spoken()),
    Kind(
        "two lines of header by row", workbook({"a": [["2025"], *TWO_LINES]}), TWO_WORDS | {"header_row": 3}, spoken()
    ),
    Kind(
        "two lines of header in one word",
        workbook({"a": TWO_LINES}),
        {"question": "Text", "answer": "Text"},
        "Call it 'Customer Text' or 'Desk Text'",
    ),
    Kind(
        "a header of two lines in a cell",
        workbook({"a": [["Question\n(customer)", "Answer"], *TALKS]}),
        {"question": "Question (customer)", "answer": "Answer"},
        spoken(),
    ),
    Kind("another sheet", workbook({"a": [["q", "a"], *TALKS]}), QA, "name it as sheet= or header_row="),
    Kind("old Excel", text("x.xls", "\x00"), QA, "Save it as .csv"),
    Kind("OpenDocument", text("x.ods", "\x00"), QA, "Save it as .csv"),
    Kind("German Excel", text("x.csv", semicolons(end="\r\n"), "cp1252"), QA, spoken(GERMAN)),
    Kind("German Excel with sep=", text("x.csv", "sep=;\r\n" + semicolons(end="\r\n"), "cp1252"), QA, spoken(GERMAN)),
    Kind("Excel for Mac", text("x.csv", semicolons(), "mac_roman"), QA, spoken(GERMAN), "mac_roman is a guess"),
    Kind("Unicode text of Excel", table("x.tsv", questions(GERMAN), sep="\t", encoding="utf-16"), QA, spoken(GERMAN)),
    Kind(
        "TSV, agents' names",
        table("x.tsv", columns_of(messages(desk="Bo Lee")), sep="\t"),
        MESSAGES | {"roles": {"Bo Lee": "assistant"}},
        spoken(),
    ),
    Kind(
        "TSV, newest first",
        table("x.tsv", NEWEST_FIRST, sep="\t"),
        MESSAGES | {"time": "Time"},
        BACKWARDS,
        "by 'Time'; I put them",
    ),
    Kind(
        "newest first without a time", table("x.csv", WITHOUT_TIME), MESSAGES, BACKWARDS, "by who speaks first and last"
    ),
    Kind("oldest first", table("x.csv", OLDEST_FIRST), MESSAGES, spoken()),
    Kind(
        "backslashes",
        text("x.csv", 'Question,Answer\n"Is it \\"E4\\"?","He said \\"no\\""\n'),
        QA,
        spoken([('Is it "E4"?', 'He said "no"')]),
    ),
    Kind("a separator more", text("x.csv", PLAIN.replace("\n", ";\n")), QA, spoken()),
    Kind("a title above", text("x.csv", "Tickets of 2025\n\n" + PLAIN), QA, spoken()),
    Kind("the second of two", text("x.csv", "Question,Question,Answer\na,b,c\n"), QA, "2 columns 'Question'"),
    Kind(
        "not the columns",
        text("x.csv", PLAIN),
        {"question": "Frage", "answer": "Answer"},
        "There is no 'Frage': name one of them",
    ),
    Kind("UTF-16 without its mark", text("x.csv", semicolons(), "utf-16-le"), QA, spoken(GERMAN)),
    Kind("UTF-16, the other end first", text("x.csv", semicolons(), "utf-16-be"), QA, spoken(GERMAN)),
    Kind("UTF-32", text("x.csv", semicolons(), "utf-32"), QA, spoken(GERMAN)),
    Kind("MS-DOS, few letters", text("x.csv", semicolons(GERMAN[:3]), "cp850"), QA, spoken(GERMAN[:3]), "cp850 is a g"),
    Kind("JSONL in UTF-16", text("x.jsonl", LINES, "utf-16"), QA, spoken(OTHERS["es"])),
    Kind("JSONL of Windows", text("x.jsonl", LINES, "cp1252"), QA, spoken(OTHERS["es"])),
    Kind(
        "JSON of Windows", text("x.json", f"[{LINES.strip()}]".replace("\n", ","), "cp1252"), QA, spoken(OTHERS["es"])
    ),
    Kind("a zip with a gzip", archive({"2025/x.csv.gz": gzip.compress(PLAIN.encode())}), QA, spoken()),
    Kind("a zip with a word on it", archive({"x.csv": PLAIN, "README.txt": "Read me", "a/.x": ""}), QA, spoken()),
    Kind("a zip with two tables", archive({"x.csv": PLAIN, "y.csv": PLAIN}), QA, "several files.*x.csv, y.csv"),
    Kind("tar", text("x.tar", ""), QA, "Unpack it"),
    Kind("7-Zip", text("x.7z", ""), QA, "Unpack it"),
    Kind("gzip", gzipped(PLAIN), QA, spoken()),
    Kind("zip", archive({"export/x.csv": PLAIN}), QA, spoken()),
    *(Kind(f"in {name}", text("x.csv", semicolons(talks)), QA, spoken(talks)) for name, talks in OTHERS.items()),
    *(
        Kind(
            f"in {page}", text("x.csv", semicolons(OTHERS[name]), page), QA, spoken(OTHERS[name]), f"{page} is a guess"
        )
        for name, page in (("pl", "cp1250"), ("ru", "cp1251"), ("ar", "cp1256"), ("ja", "shift_jis"))
    ),
    Kind("text called .xlsx", text("x.xlsx", PLAIN), QA, spoken()),
    Kind("a workbook called .csv", called("x.csv", workbook({"a": [HEADER, *TALKS]})), QA, spoken()),
    Kind("a picture called .csv", text("x.csv", "\x89PNG", "latin-1"), QA, "is a picture, whatever its name says"),
    Kind("old Excel called .xlsx", text("x.xlsx", "\xd0\xcf\x11\xe0", "latin-1"), QA, "workbook of old Excel"),
    Kind("a web page called .csv", text("x.csv", "<html><table>"), QA, "is a web page"),
    Kind("escapes of Excel", workbook({"a": [HEADER, ["a_x000d_\nb", "_x005F_c"]]}), QA, spoken([("a\nb", "_c")])),
    Kind("in cp866", text("x.csv", semicolons(OTHERS["ru"]), "cp866"), QA, spoken(OTHERS["ru"]), "cp866 is a guess"),
    Kind(
        "notes in French",
        table("x.csv", {"id": [1, 1, 1], "de": ["client", "agent", "agent"], "dit": ["a", "b", "c"], "Privé": NOTES}),
        {"conversation": "id", "role": "de", "text": "dit"},
        spoken([("a", "c")]),
        "1 internal note is left out, by 'Privé'",
    ),
    Kind("seven languages", text("x.csv", semicolons(ALL)), QA, spoken(ALL)),
]
