"""Tables of messages: order of time, internal notes, merged cells, sheets, header rows, formulas that failed."""

import json
import warnings

import openpyxl
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpers.training_data import check, clean, inspect, read, split
from helpers.training_data.moments import moments

COLUMNS: dict = {"conversation": "no", "role": "who", "text": "said"}
TALKS = [("7", "user", "Is it heavy?"), ("7", "agent", "No."), ("8", "user", "Is it loud?"), ("8", "agent", "Hardly.")]
SPOKEN = [[("user", "Is it heavy?"), ("assistant", "No.")], [("user", "Is it loud?"), ("assistant", "Hardly.")]]


def spoken(examples):
    return [[(m["role"], m["content"]) for m in example["messages"]] for example in examples]


def write(path, rows, **more):
    table = pd.DataFrame(rows, columns=["no", "who", "said"])
    for column, cells in more.items():
        table[column] = cells
    table.to_excel(path, index=False) if path.suffix == ".xlsx" else table.to_csv(path, index=False)
    return path


WAYS = {
    "ISO": "2026-01-02T09:{:02}:00Z",
    "German": "02.01.2026 09:{:02}",
    "American": "1/2/26, 9:{:02} AM",
    "English": "Jan 2, 2026 09:{:02}",
    "seconds": "17673408{:02}",
}


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("named", [True, False])
@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_newest_first_is_noticed_by_the_time(tmp_path, way, named, kind):
    when = [WAYS[way].format(minute) for minute in (10, 20, 11, 21)]
    path = write(tmp_path / f"x.{kind}", TALKS[::-1], when=when[::-1])
    with pytest.warns(
        UserWarning, match="2 of 2 conversations do not begin with their oldest message, by 'when'; I put"
    ):
        examples = read(path, **COLUMNS, time="when" if named else "")
    assert spoken(examples) == SPOKEN[::-1]
    assert [example["line"] for example in examples] == [2, 4]


def test_oldest_first_is_left_as_it_is(tmp_path):
    bot_first = [("7", "agent", "Ask me."), ("7", "user", "a"), ("8", "agent", "Ask us."), ("8", "user", "b")]
    for rows, when in ((TALKS, "1212"), (bot_first, "1212"), (TALKS, "1111")):
        path = write(tmp_path / "x.csv", rows, when=[f"2026-01-0{day}" for day in when])
        with warnings.catch_warnings(action="error"):
            examples = read(path, **COLUMNS)
        assert [m["content"] for e in examples for m in e["messages"]] == [said for _, _, said in rows]


def test_messages_that_are_mixed_are_sorted_by_the_named_time(tmp_path):
    rows = [TALKS[0], TALKS[3], TALKS[1], TALKS[2]]
    path = write(tmp_path / "x.csv", rows, when=[f"2026-01-0{day}" for day in (1, 2, 2, 1)])
    with pytest.warns(UserWarning, match="1 of 2 conversations"):
        assert spoken(read(path, **COLUMNS, time="when")) == SPOKEN
    with pytest.raises(ValueError, match="x.csv, line 2: 'Is it heavy\\?' in 'said' is not a date and time"):
        read(path, **COLUMNS, time="said")


def test_newest_first_is_noticed_by_who_speaks(tmp_path):
    path = write(tmp_path / "x.csv", TALKS[::-1])
    with pytest.warns(UserWarning, match="by who speaks first and last; I put them"):
        assert spoken(read(path, **COLUMNS)) == SPOKEN[::-1]


@pytest.mark.parametrize("greeting", ["Ask me.", "Hi customer {}, ask me."])
def test_the_greeting_of_a_bot_is_not_an_end(tmp_path, greeting):
    talks = [(str(n), greeting.format(n), f"Is it {n}?") for n in range(5)]
    greeted = [(n, who, said) for n, hi, asked in talks for who, said in (("bot", hi), ("user", asked))]
    with warnings.catch_warnings(action="error"):
        examples = read(write(tmp_path / "x.csv", greeted), **COLUMNS)
    assert [e["messages"][0]["content"] for e in examples] == [hi for _, hi, _ in talks]


@pytest.mark.parametrize(
    "texts, seconds",
    [
        (["13/1/26 0:01", "1/2/26 12:00 AM"], [1768262460, 1769904000]),
        (["1/2/26 12:00 AM", "1/2/26 12:00 p.m."], [1767312000, 1767355200]),
        (["2026-01-02T00:00:00+01:00", "1767308400", "1767308400000"], [1767308400] * 3),
        (["2. Januar", "99.99.2026", "12", "", "9999"], [None] * 5),
    ],
)
def test_moments(texts, seconds):
    assert moments(texts) == seconds


@pytest.mark.parametrize(
    "column, values, word",
    [
        ("is_internal", ["", "yes", "no", ""], ""),
        ("Private", ["FALSE", "TRUE", "FALSE", "FALSE"], ""),
        ("public", ["1", "0", "1", "1"], ""),
        ("Visibility", ["public", "internal", "public", "all"], ""),
        ("type", ["reply", "Internal note", "reply", "reply"], ""),
        ("seen only by us", ["0", "1", "0", "0"], "seen only by us"),
    ],
)
def test_internal_notes_are_left_out_and_counted(tmp_path, column, values, word):
    rows = [TALKS[0], ("7", "agent", "VIP!"), TALKS[1], TALKS[2]]
    path = write(tmp_path / "x.csv", rows, **{column: values})
    with pytest.warns(UserWarning, match=f"x.csv: 1 internal note is left out, by '{column}'"):
        assert spoken(read(path, **COLUMNS, internal=word)) == [SPOKEN[0], SPOKEN[1][:1]]


def test_a_role_can_be_a_note(tmp_path):
    path = write(tmp_path / "x.csv", [TALKS[0], ("7", "Internal note", "VIP!"), TALKS[1]])
    with pytest.warns(UserWarning, match="1 internal note is left out, by 'who'"):
        assert spoken(read(path, **COLUMNS, roles={"*": "user"})) == SPOKEN[:1]


def test_what_only_sounds_like_notes_stays(tmp_path):
    more = {"type": ["private", "business"] * 2, "private": ["Kim", "", "Bo", ""]}
    with warnings.catch_warnings(action="error"):
        assert spoken(read(write(tmp_path / "x.csv", TALKS, **more), **COLUMNS)) == SPOKEN
    with pytest.raises(ValueError, match="'private' has '', 'Bo', 'Kim'. It must have yes and no"):
        read(tmp_path / "x.csv", **COLUMNS, internal="private")


def test_senders_by_their_domain(tmp_path):
    rows = [("7", "kim@blank.example", "Is it heavy?"), ("7", "Anna <anna@red.example>", "No.")]
    examples = read(write(tmp_path / "x.csv", rows), **COLUMNS, roles={"@red.example": "assistant", "*": "user"})
    assert spoken(examples) == SPOKEN[:1]


def book(path, **sheets):
    workbook = openpyxl.Workbook()
    workbook.remove(workbook.worksheets[0])
    for name, rows in sheets.items():
        sheet = workbook.create_sheet(name)
        for row in rows:
            sheet.append(row)
    workbook.save(path)
    return path


HEADER = ["no", "who", "said"]


def test_merged_cells_are_in_each_of_their_rows(tmp_path):
    path = book(tmp_path / "x.xlsx", a=[["Cases", None, None], HEADER, *TALKS])
    workbook = openpyxl.load_workbook(path)
    for area in ("A1:C1", "A3:A4", "A5:A6"):
        workbook["a"].merge_cells(area)
    workbook.save(path)
    with warnings.catch_warnings(action="error"):
        assert spoken(read(path, **COLUMNS)) == SPOKEN


def test_a_sheet_and_a_header_row_can_be_named(tmp_path):
    path = book(tmp_path / "x.xlsx", old=[HEADER, *TALKS[:2]], new=[HEADER, HEADER, *TALKS[2:]], empty=[])
    assert spoken(read(path, **COLUMNS, sheet="new", header_row=2)) == SPOKEN[1:]
    with pytest.warns(UserWarning, match="the sheets 'old', 'new' have these columns; I take 'old'. Name another"):
        assert spoken(read(path, **COLUMNS)) == SPOKEN[:1]
    (tmp_path / "x.csv").write_text("no,who,said\n\nno,who,said\n7,user,Hi\n")
    assert spoken(read(tmp_path / "x.csv", **COLUMNS, header_row=3)) == [[("user", "Hi")]]


@pytest.mark.parametrize(
    "name, words, why",
    [
        ("x.xlsx", {"sheet": "nwe"}, "x.xlsx has no sheet 'nwe'. It has 'a': name one of them as sheet="),
        ("x.xlsx", {"header_row": 99}, "x.xlsx, sheet 'a' has no row 99. It ends with row 5"),
        ("x.xlsx", {"role": "author"}, "no 'author': name one of them as role=.*sheet= or header_row="),
        ("x.csv", {"sheet": "a"}, "sheet= has no meaning for .*x.csv"),
        ("x.csv", {"header_row": 99}, "x.csv has no row that begins in line 99"),
        ("x.csv", {"time": "when"}, "There is no 'when': name one of them as time="),
    ],
)
def test_words_that_do_not_fit_the_table(tmp_path, name, words, why):
    book(tmp_path / "x.xlsx", a=[HEADER, *TALKS])
    write(tmp_path / "x.csv", TALKS)
    with pytest.raises(ValueError, match=why):
        read(tmp_path / name, **COLUMNS | words)


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
@pytest.mark.parametrize("error", ["#NAME?", "#REF!", "#N/A", "#BEZUG!"])
def test_a_formula_that_failed_is_a_finding(tmp_path, kind, error):
    rows = [["q", "a"], ["Is it heavy?", error], ["What does #REF! mean?", "An error."]]
    book(tmp_path / "x.xlsx", a=rows)
    (tmp_path / "x.csv").write_text("".join(",".join(row) + "\n" for row in rows))
    report = check(read(tmp_path / f"x.{kind}", question="q", answer="a"))
    assert report.lines("misread") == {2}
    assert report.table.detail[0] == f"line 2 has '{error}' in 'a': a formula of Excel failed there."


def test_numbers_and_days_of_excel(tmp_path):
    rows = [["q", "a"], [17, 2.5], [3.0, True], [pd.Timestamp("2026-01-02"), None]]
    examples = read(book(tmp_path / "x.xlsx", a=rows), question="q", answer="a")
    assert [tuple(m["content"] for m in e["messages"]) for e in examples] == [
        ("17", "2.5"),
        ("3", "True"),
        ("2026-01-02 00:00:00", ""),
    ]


def test_whole_chats_in_cells(tmp_path):
    chats = ["Kim Blank: Is it heavy?\nRed Desk: No.\nNote: 2 kg.", "Customer: Is it loud?\nRed Desk: Hardly."]
    pd.DataFrame({"Transcript": chats, "about": ["weight", "noise"]}).to_excel(tmp_path / "x.xlsx", index=False)
    examples = read(tmp_path / "x.xlsx", text="Transcript", topic="about", roles={"Red Desk": "assistant", "*": "user"})
    assert spoken(examples) == [[("user", "Is it heavy?"), ("assistant", "No.\nNote: 2 kg.")], SPOKEN[1]]
    assert [(e["line"], e["topic"]) for e in examples] == [(2, "weight"), (3, "noise")]
    with pytest.raises(ValueError, match="no cell of 'about' has two lines that begin with known speakers"):
        read(tmp_path / "x.xlsx", text="about")


NAMES = st.sampled_from(
    "no who said when is_internal public type tweet_id inbound text in_response_to_tweet_id conversationsThreadId "
    "createdAt messages turns description subject status instruction response category intent properties hs_x".split()
)
CELLS = st.sampled_from(
    [
        None,
        "",
        True,
        2.5,
        "yes",
        "internal",
        "2026-01-02",
        "user",
        "agent",
        "a@red.example",
        "Q: a\nA: b",
        "#REF!",
        "note",
    ]
) | st.sampled_from([[1], {"a": 1}, "12/31/25, 9:15 PM - Kim: x"])
WORDS = st.fixed_dictionaries(
    {}, optional=dict.fromkeys("question answer conversation role text topic time internal".split(), NAMES)
)


@given(
    st.lists(st.dictionaries(NAMES, CELLS, max_size=8), max_size=5),
    WORDS | st.fixed_dictionaries(dict.fromkeys(["conversation", "role", "text"], NAMES)),
    st.sampled_from([{"*": "user"}, {"@red.example": "assistant", "*": "user"}, {}]),
    st.sampled_from(["json", "jsonl", "csv"]),
)
def test_any_table_goes_the_whole_way_or_is_explained(tmp_path_factory, rows, words, roles, kind):
    path = tmp_path_factory.mktemp("data") / f"x.{kind}"
    if kind == "csv":
        pd.DataFrame(rows).to_csv(path, index=False)
    else:
        path.write_text("".join(json.dumps(row) + "\n" for row in rows) if kind == "jsonl" else json.dumps(rows))
    with warnings.catch_warnings(action="ignore"):
        try:
            examples = read(path, roles=roles, **words)
        except ValueError as error:
            assert str(path) in str(error)
        else:
            split(clean(examples, inspect(examples)))
