"""What `read` makes of tables, chats and folders, and what it says of those that it cannot read."""

import json
import sys
import warnings
import zipfile

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpers.training_data import check, jsonl, read, upload_fields

PAIRS = [("Wie schwer ist er?", "Er wiegt 2,4 Kilogramm; mit Akku."), ('Er sagt "E4"\nund geht aus', "Bürste prüfen.")]
TABLE = pd.DataFrame(PAIRS, columns=["Frage", "Antwort"])


def contents(example):
    return [m["content"] for m in example["messages"]]


def write_csv(path, encoding, separator):
    path.write_bytes(TABLE.to_csv(index=False, sep=separator).encode(encoding))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
def test_csv_of_any_encoding_and_separator(tmp_path, encoding, separator):
    path = tmp_path / "x.csv"
    write_csv(path, encoding, separator)
    examples = read(path, question="Frage", answer="Antwort", system="Kurz antworten.")
    assert [tuple(contents(e)) for e in examples] == [("Kurz antworten.", *pair) for pair in PAIRS]
    assert [e["line"] for e in examples] == [2, 3]


@pytest.mark.parametrize("name", ["x.xlsx", "x.parquet", "x.jsonl"])
def test_other_tables_give_the_same_examples(tmp_path, name):
    path = tmp_path / name
    if name == "x.jsonl":
        jsonl.write_jsonl(path, TABLE.to_dict("records"))
    else:
        TABLE.to_excel(path, index=False) if name == "x.xlsx" else TABLE.to_parquet(path)
    assert [tuple(contents(e)) for e in read(path, question="Frage", answer="Antwort")] == PAIRS


def test_messages_by_conversation_with_roles_of_the_desk(tmp_path):
    path = tmp_path / "x.csv"
    path.write_text(
        "no,who,said,about\n7,Kunde,Hallo?,a\n8,Customer,Is it heavy?,b\n7,Herr Lampe,Guten Tag.,a\n8,Agent,NA,b\n"
    )
    examples = read(path, conversation="no", role="who", text="said", topic="about", roles={"Herr Lampe": "assistant"})
    assert [(e["id"], e["line"], e["topic"]) for e in examples] == [("7", 2, "a"), ("8", 3, "b")]
    assert [[(m["role"], m["content"]) for m in e["messages"]] for e in examples] == [
        [("user", "Hallo?"), ("assistant", "Guten Tag.")],
        [("user", "Is it heavy?"), ("assistant", "NA")],
    ]


def test_a_folder_of_text_exports(tmp_path):
    (tmp_path / "1.txt").write_text("[09:14] Customer: It stops.\nNote: twice!\n[09:15] Agent: Please let it cool.\n")
    (tmp_path / "2.txt").write_bytes("Kunde: Für was?\r\nBerater: Für Böden.".encode("cp1252"))
    (tmp_path / "notes.md").write_text("not one of them")
    examples = read(tmp_path)
    assert [(e["line"], e["id"], contents(e)) for e in examples] == [
        (1, "1.txt", ["It stops.\nNote: twice!", "Please let it cool."]),
        (2, "2.txt", ["Für was?", "Für Böden."]),
    ]


@pytest.mark.parametrize(
    "first, second",
    [
        ("12/31/25, 9:15\u202fPM - ", "1/1/26, 9:16\u202fAM - "),
        ("31.12.25, 21:15 - ", "01.01.26, 09:16 - "),
        ("[31.12.25, 21:15:03] ", "\u200e[01.01.26, 09:16:44] "),
        ("[12/31/25, 9:15:03 PM] ~ ", "[1/1/26, 9:16:44 AM] "),
        ("", "[09:14] "),
    ],
)
def test_whatsapp_with_names_of_two_words(tmp_path, first, second):
    notes = ["Messages are end-to-end encrypted. Learn more: here", 'Kim Blank changed the subject to: "Lamp"']
    note = "".join(f"{first}{line}\n" for line in notes) if first else ""
    chat = f"{note}{first}Kim Blank: It stops.\nTwice!\n{second}Red Desk: Let it cool: one hour.\n"
    (tmp_path / "1.txt").write_text(chat, encoding="utf-8")
    (example,) = read(tmp_path, roles={"Kim Blank": "user", "Red Desk": "assistant"})
    assert [(m["role"], m["content"]) for m in example["messages"]] == [
        ("user", "It stops.\nTwice!"),
        ("assistant", "Let it cool: one hour."),
    ]


def test_the_sheet_and_row_that_have_the_named_columns(tmp_path):
    with pd.ExcelWriter(tmp_path / "x.xlsx") as book:
        pd.DataFrame([["A cover"]]).to_excel(book, sheet_name="Cover", index=False, header=False)
        rows = [["Tickets 2025", None], ["q", "a"], ["x_x000D_\ny", "1"]]
        pd.DataFrame(rows).to_excel(book, sheet_name="Tickets", index=False, header=False)
    (example,) = read(tmp_path / "x.xlsx", question="q", answer="a")
    assert (contents(example), example["line"]) == (["x\ny", "1"], 3)


def test_a_column_twice_in_a_sheet(tmp_path):
    pd.DataFrame([["q", "a", "a"], ["x", "1", "2"]]).to_excel(tmp_path / "x.xlsx", index=False, header=False)
    with pytest.raises(ValueError, match="2 columns 'a'"):
        read(tmp_path / "x.xlsx", question="q", answer="a")


def test_messages_without_a_conversation_are_not_put_together(tmp_path):
    rows = [("7", "user", "x"), ("", "agent", "y"), ("8", "user", "z"), ("", "agent", "w")]
    pd.DataFrame(rows, columns=["no", "who", "said"]).to_excel(tmp_path / "x.xlsx", index=False)
    examples = read(tmp_path / "x.xlsx", conversation="no", role="who", text="said")
    assert [contents(e) for e in examples] == [["x"], ["y"], ["z"], ["w"]]
    assert check(examples).lines("misread") == {3, 5}


def test_everyone_else_is_the_customer(tmp_path):
    roles = {"Red Desk": "assistant", "*": "user"}
    chat = tmp_path / "chat.txt"
    chat.write_text("12/31/25, 9:15 PM - Kim Blank: Hi\n12/31/25, 9:16 PM - Red Desk: Hello.\n")
    table = tmp_path / "x.csv"
    table.write_text("no,who,said\n1,kim@example.com,Hi\n1,Red Desk,Hello.\n")
    expected = [("user", "Hi"), ("assistant", "Hello.")]
    for (example,) in (read(chat, roles=roles), read(table, conversation="no", role="who", text="said", roles=roles)):
        assert [(m["role"], m["content"]) for m in example["messages"]] == expected


@pytest.mark.parametrize(
    "chat, roles, expected",
    [
        (
            "Customer: It stops.\nSystem: Windows 11\nClient: version 2.3\nnote: twice\nAgent: Two:\nA: again\nB: call",
            {},
            [("user", "It stops.\nSystem: Windows 11\nClient: version 2.3\nnote: twice"),
             ("assistant", "Two:\nA: again\nB: call")],
        ),
        ("System: Be short.\nQ: Why?\nA: So.", {}, [("system", "Be short."), ("user", "Why?"), ("assistant", "So.")]),
        ("Customer: Hi\nBot: Ask.\nAgent: Yes?", {}, [("user", "Hi"), ("assistant", "Ask."), ("assistant", "Yes?")]),
        (
            "Kim Blank: Hi\nClient: 2.3\nRed Desk, Berlin & more: Steps:\nNote: slowly\nSupport: always\nKim Blank: OK",
            {"Red Desk, Berlin & more": "assistant", "*": "user"},
            [("user", "Hi\nClient: 2.3"), ("assistant", "Steps:\nNote: slowly\nSupport: always"), ("user", "OK")],
        ),
        (
            "[09:14] Red Desk: Hi.\nNote: we are here\n[09:15] Kim Blank: Is it heavy?\nhttps://a.example: this",
            {"Red Desk": "assistant", "*": "user"},
            [("assistant", "Hi.\nNote: we are here"), ("user", "Is it heavy?\nhttps://a.example: this")],
        ),
    ],
    ids=range(5),
)  # fmt: skip
def test_a_label_in_a_message_is_no_speaker(tmp_path, chat, roles, expected):
    (tmp_path / "x.txt").write_text(chat)
    (example,) = read(tmp_path / "x.txt", roles=roles)
    assert [(m["role"], m["content"]) for m in example["messages"]] == expected


@pytest.mark.parametrize("kind", ["stamped", "labels", "table"])
def test_a_name_that_never_occurs_is_said(tmp_path, kind):
    stamp = "12/31/25, 9:15 PM - " if kind == "stamped" else ""
    (tmp_path / "x.txt").write_text(f"{stamp}Customer: Hi\n{stamp}Agent: Hello.\n")
    (tmp_path / "x.csv").write_text("no,who,said\n1,Customer,Hi\n1,Agent,Hello.\n")
    columns: dict = {"conversation": "no", "role": "who", "text": "said"} if kind == "table" else {}
    path, roles = tmp_path / ("x.csv" if kind == "table" else "x.txt"), {"Red Dsek": "assistant", "Agent": "assistant"}
    with pytest.warns(UserWarning, match=f"{path.name}: nobody is called 'red dsek', but 'agent', 'customer'"):
        (example,) = read(path, roles=roles, **columns)
    assert [m["role"] for m in example["messages"]] == ["user", "assistant"]


def test_who_speaks_in_most_files_speaks(tmp_path):
    for n, line in enumerate(["Service: express\n", "", ""]):
        (tmp_path / f"{n}.txt").write_text(f"Customer: It stops.\n{line}Agent: Wait.")
    assert contents(read(tmp_path)[0]) == ["It stops.\nService: express", "Wait."]


def test_an_unknown_speaker_of_whatsapp_is_a_finding(tmp_path):
    (tmp_path / "1.txt").write_text("12/31/25, 9:15 PM - Kim Blank: Hi\n12/31/25, 9:16 PM - Desk: A: yes\n")
    examples = read(tmp_path)
    assert contents(examples[0]) == ["Hi", "A: yes"]
    assert "Kim Blank" in check(examples).table["detail"][0]


def test_jsonl_keeps_what_stands_beside_the_messages(tmp_path):
    path = tmp_path / "x.jsonl"
    ticket = {"ticket": "EN-1", "topic": "weight", "messages": [{"role": "agent", "content": "Hello."}]}
    path.write_text("\n" + json.dumps(ticket))
    assert read(path) == [{**ticket, "line": 2}]
    (example,) = read(path, roles={"agent": "assistant"})
    assert upload_fields(example) == {"messages": [{"role": "assistant", "content": "Hello."}]}


@pytest.mark.parametrize(
    "name, content, why",
    [
        ("x.csv", b"Frage;Antwort\na;b\n", "There is no 'question': name one of them as question="),
        ("x.csv", b"", "has no rows"),
        ("x.csv", b"question,answer\na,b,c\n", "line 2 has 3 cells, but there are 2 columns"),
        ("x.csv", b"question\na,b\n", "line 2 has 2 cells, but there is 1 column."),
        ("x.csv", b"question,answer,answer\na,b,c\n", "has 2 columns 'answer'"),
        ("x.xlsx", b"PK not a workbook", "cannot be read as a table"),
        ("x.xls", b"old", "cannot be read as a table: its name does not end in one of"),
        ("x.parquet", b"", "cannot be read as a table"),
        ("x.jsonl", b'{"question": 1}\n{', "line 2 is not JSON"),
    ],
)
def test_what_cannot_be_read_says_what_to_do(tmp_path, name, content, why):
    (tmp_path / name).write_bytes(content)
    with pytest.raises(ValueError, match=why.replace("?", r"\?").replace("(", r"\(")):
        read(tmp_path / name, question="question", answer="answer")


@pytest.mark.parametrize(
    "page, question",
    [
        ("mac_roman", "Gibt es größere Düsen?"),
        ("mac_roman", "¿Dónde está mi pedido? Mañana llegará."),
        ("cp850", "Gibt es größere Düsen für Böden?"),
        ("cp1250", "Zażółć gęślą jaźń, Łódź żółw"),
        ("cp1250", "Kde je moje objednávka? Přijde zítra."),
        ("cp1250", "Kolik stojí čištění?"),
        ("cp1250", "Děkuji, už to funguje."),
        ("cp1250", "Gdzie jest moja paczka? Dziękuję"),
        ("cp1250", "Ile kosztuje przesyłka?"),
        ("cp1250", "Nem működik a készülék."),
        ("cp1250", "Gdje je moja narudžba? Čekam već tjedan dana."),
        ("cp1252", "Crème brûlée?"),
        ("cp1251", "Где мой заказ?"),
        ("cp1253", "Πού είναι η παραγγελία μου;"),
        ("cp1254", "Siparişim nerede? Yarın gelecek"),
        ("cp1256", "أين طلبي؟"),
        ("shift_jis", "注文はどこですか、明日届きます"),
        ("euc_kr", "내 주문은 어디에 있습니까"),
    ],
)
def test_a_guessed_code_page_gives_the_right_letters_and_a_warning(tmp_path, page, question):
    path = tmp_path / "x.csv"
    path.write_bytes(f'q,a\n"{question}",Ja.\n'.encode(page))
    with pytest.warns(UserWarning, match=f"x.csv does not say its encoding. {page} is a guess"):
        (example,) = read(path, question="q", answer="a")
    assert contents(example) == [question, "Ja."]


@pytest.mark.parametrize(
    "text",
    [
        "Où est mon colis?",
        "Hvor er min ordre? På vej.",
        "¿Cuándo llegará?",
        "Não chegou. Você pode ver?",
        "È rotto, come mai?",
    ],
)
def test_a_short_western_text_is_no_guess(tmp_path, text):
    (tmp_path / "x.csv").write_bytes(f'q,a\n"{text}",Ja.\n'.encode("cp1252"))
    with warnings.catch_warnings(action="error"):
        (example,) = read(tmp_path / "x.csv", question="q", answer="a")
    assert contents(example)[0] == text


@pytest.mark.parametrize(
    "text", ["Größe M² für 5 €", "„Nova“ hat 1½ Liter", "¿Dónde está?", "Il a été créé à l’école – «oui»"]
)
def test_windows_1252_is_no_guess(tmp_path, text):
    path = tmp_path / "x.csv"
    path.write_bytes(f"q,a\n{text},{'schöne Grüße ' * 20} 3 × 4 ƒ Žižek\n".encode("cp1252"))
    with warnings.catch_warnings(action="error"):
        (example,) = read(path, question="q", answer="a")
    assert contents(example)[0] == text


@pytest.mark.parametrize(
    "content, lines",
    [
        ("sep=;\nq;a\nx;1,5\ny;2\n", [3, 4]),
        ('Tickets 2025\n\nq,a\nx,"1,5"\ny,2\n', [4, 5]),
        ('q,a\nx,"1,5",\ny,2,,\n', [2, 3]),
        ("no, kind, of;q;a\n7;x;1,5\n8;y;2\n", [2, 3]),
        ("a;remark (x, y, z);q\n1,5;;x\n2;;y\n", [2, 3]),
    ],
)
def test_csv_as_excel_and_old_systems_write_it(tmp_path, content, lines):
    (tmp_path / "x.csv").write_text(content)
    examples = read(tmp_path / "x.csv", question="q", answer="a")
    assert [contents(e) for e in examples] == [["x", "1,5"], ["y", "2"]]
    assert [e["line"] for e in examples] == lines
    assert not check(examples).counts


@pytest.mark.parametrize("line", ['x,"Yes', "x,No, never", 'x,"No" he said', 'x,"A ""b', '"x,No'], ids=range(5))
@pytest.mark.parametrize("after", ["", 'y,"Nova, the ""old""\nand the new"\nz,No\n', "y,2\nz,3\n"])
def test_a_bad_line_is_a_finding_and_swallows_no_other(tmp_path, line, after):
    (tmp_path / "x.csv").write_text(f"q,a\nfirst,1\nsecond,2\n{line}\n{after}")
    examples = read(tmp_path / "x.csv", question="q", answer="a")
    assert [e["messages"][0]["content"] for e in examples if "misread" not in e] == ["first", "second"] + (
        ["y", "z"] if after else []
    )
    report = check(examples)
    assert report.lines("misread") == {4}
    assert "line 4" in report.table.set_index("kind").loc["misread", "detail"]


def test_a_backslash_before_a_quotation_mark(tmp_path):
    (tmp_path / "x.csv").write_text('q,a\n"Is it \\"E4\\", or not?","He said \\"no\\""\n"C:\\new",b\n')
    examples = read(tmp_path / "x.csv", question="q", answer="a")
    assert [contents(e) for e in examples] == [['Is it "E4", or not?', 'He said "no"'], ["C:\\new", "b"]]
    (tmp_path / "x.csv").write_text('q,a\n"C:\\temp\\",b\n')
    assert contents(read(tmp_path / "x.csv", question="q", answer="a")[0]) == ["C:\\temp\\", "b"]


@given(st.lists(st.lists(st.text(st.characters(codec="utf-8"), min_size=1), min_size=2, max_size=2), max_size=8))
def test_any_cells_survive_csv(tmp_path_factory, cells):
    path = tmp_path_factory.mktemp("data") / "x.csv"
    cells = [["first", "row"], *cells]
    pd.DataFrame(cells, columns=["q", "a"]).to_csv(path, index=False, quoting=1, encoding="utf-8")
    examples = read(path, question="q", answer="a")
    assert [contents(e) for e in examples] == cells
    assert not any("misread" in e for e in examples)


@pytest.mark.parametrize("name, package", [("x.parquet", "pyarrow"), ("x.xlsx", "openpyxl")])
def test_a_package_that_is_not_there_is_named(tmp_path, monkeypatch, name, package):
    for module in (package, "fastparquet"):
        monkeypatch.setitem(sys.modules, module, None)
    with zipfile.ZipFile(tmp_path / name, "w") as workbook:
        workbook.writestr("xl/workbook.xml", "")
    with pytest.raises(ValueError, match=f"x.* one more package: pip install {package}$"):
        read(tmp_path / name, question="question", answer="answer")


def test_a_cell_of_ten_megabytes_a_nul_and_mixed_encodings(tmp_path):
    path = tmp_path / "x.csv"
    path.write_bytes(
        b"a,b\r\n" + b"x " * 5_000_000 + b",Ja.\r\n" + "Für?,\0ü\n".encode() + "Grün?,ß\n".encode("cp1252")
    )
    examples = read(path, question="a", answer="b")
    assert [len(contents(e)[0]) for e in examples] == [10_000_000, 4, 5]
    assert [contents(e) for e in examples[1:]] == [["Für?", "\0ü"], ["Grün?", "ß"]]
    assert set(check(examples).counts) == {"too long", "encoding"}


def test_columns_that_were_not_named_are_listed(tmp_path):
    (tmp_path / "x.csv").write_text("Frage,Antwort\na,b\n")
    with pytest.raises(ValueError, match="columns 'Frage', 'Antwort'. Name two as question= and answer="):
        read(tmp_path / "x.csv")


def test_no_file_and_an_empty_folder(tmp_path):
    with pytest.raises(FileNotFoundError, match="There is no file"):
        read(tmp_path / "none.csv", question="a", answer="b")
    with pytest.raises(ValueError, match="has no .txt files and no mail"):
        read(tmp_path)


def test_a_broken_line_is_named(tmp_path):
    path = tmp_path / "bad.jsonl"
    path.write_text('{"a": 1}\n\n{"a": \n')
    with pytest.raises(ValueError, match="line 3 is not JSON"):
        jsonl.read_jsonl(path)


@given(st.lists(st.dictionaries(st.text(), st.text()), max_size=5), st.booleans())
def test_what_was_written_is_read_again(tmp_path_factory, objects, bom):
    path = tmp_path_factory.mktemp("data") / "x.jsonl"
    jsonl.write_jsonl(path, objects, bom=bom)
    assert path.read_bytes().startswith(b"\xef\xbb\xbf") == bom
    assert jsonl.read_jsonl(path) == objects


def test_a_failed_write_keeps_the_old_file_and_leaves_nothing_behind(tmp_path, monkeypatch):
    path = tmp_path / "x.jsonl"
    jsonl.write_jsonl(path, [{"a": "ü"}])
    with pytest.raises(TypeError):
        jsonl.write_jsonl(path, [{"a": object()}])
    with pytest.raises(ValueError, match="Object 2 holds half a character"):
        jsonl.write_jsonl(path, [{"a": "b"}, {"a": "\ud83d"}])

    def disk_full(self, content):
        with open(self, "wb") as file:
            file.write(content[:3])
        raise OSError("No space left on device")

    monkeypatch.setattr(type(path), "write_bytes", disk_full)
    with pytest.raises(OSError):
        jsonl.write_jsonl(path, [{"a": "new"}])
    assert json.loads(path.read_text(encoding="utf-8")) == {"a": "ü"}
    assert [p.name for p in tmp_path.iterdir()] == ["x.jsonl"]


def test_a_table_that_ends_in_txt_is_not_taken_for_a_chat(tmp_path):
    path = tmp_path / "desk.txt"
    path.write_text("Question;Answer\nIs it loud?;No.\nIs it heavy?;No.\n")
    with pytest.raises(ValueError, match="no line begins with a known speaker.* columns as question= and answer="):
        read(path)
    assert len(read(path, question="Question", answer="Answer")) == 2
