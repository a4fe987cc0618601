"""Records of known systems and public data sets are recognized and read."""

import gzip
import json
import sys
import warnings
import zipfile

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpers.training_data import archives, check, jsonl, read
from helpers.training_data.html_text import html_text

PAIR = [("user", "Is it heavy?"), ("assistant", "No, 2 kg.")]
CHAT = [{"role": role, "content": text} for role, text in PAIR]
SHAREGPT = {"id": "s1", "conversations": [{"from": "human", "value": PAIR[0][1]}, {"from": "gpt", "value": PAIR[1][1]}]}
GEMINI = {
    "contents": [{"role": "user", "parts": [{"text": PAIR[0][1]}]}, {"role": "model", "parts": [{"text": PAIR[1][1]}]}]
}
LEAF = {"text": PAIR[1][1], "role": "assistant", "rank": 0, "replies": []}
TREE = {
    "message_tree_id": "t1",
    "prompt": {"text": PAIR[0][1], "role": "prompter", "replies": [{**LEAF, "text": "Dunno.", "rank": 1}, LEAF]},
}
FLAT = [
    {"message_id": "1", "parent_id": None, "text": PAIR[0][1], "role": "prompter", "message_tree_id": "t1"},
    {"message_id": "2", "parent_id": "1", "text": "Dunno.", "role": "assistant", "message_tree_id": "t1", "rank": 1.0},
    {
        "message_id": "3",
        "parent_id": "1",
        "text": PAIR[1][1],
        "role": "assistant",
        "message_tree_id": "t1",
        "rank": 0.0,
    },
]
HUBSPOT = {"id": "h1", "properties": {"hs_ticket_id": "h1", "content": PAIR[0][1], "hs_resolution": PAIR[1][1]}}
ENTRIES = [
    {
        "id": f"m{n}",
        "conversationsThreadId": "7",
        "type": kind,
        "text": text,
        "direction": way,
        "createdAt": f"2026-01-0{n}",
    }
    for n, kind, text, way in (
        (3, "COMMENT", "VIP", "OUTGOING"),
        (2, "MESSAGE", PAIR[1][1], "OUTGOING"),
        (1, "MESSAGE", PAIR[0][1], "INCOMING"),
        (4, "THREAD_STATUS_CHANGE", None, None),
    )
]
SHAPES = {
    "Bitext": [{"flags": "B", "instruction": PAIR[0][1], "category": "ORDER", "intent": "x", "response": PAIR[1][1]}],
    "HubSpot's tickets": [HUBSPOT],
    "HubSpot's messages": ENTRIES,
    "HubSpot's threads": [{"id": "7", "status": "OPEN", "messages": ENTRIES}],
    "ShareGPT": [SHAREGPT],
    "MultiWOZ or SGD": [
        {
            "dialogue_id": "d",
            "turns": [{"speaker": {"user": "USER"}.get(who, "SYSTEM"), "utterance": text} for who, text in PAIR],
        }
    ],
    "support on Twitter": [
        {"tweet_id": 2, "inbound": False, "text": PAIR[1][1], "in_response_to_tweet_id": 1.0},
        {"tweet_id": 1, "inbound": True, "text": PAIR[0][1], "in_response_to_tweet_id": None},
        {"tweet_id": 3, "inbound": False, "text": "Dunno.", "in_response_to_tweet_id": 1.0},
    ],
    "Alpaca": [{"instruction": PAIR[0][1], "input": "", "output": PAIR[1][1]}],
    "Dolly": [{"instruction": PAIR[0][1], "context": "", "response": PAIR[1][1]}],
    "prompt and completion": [{"prompt": PAIR[0][1], "completion": " " + PAIR[1][1]}],
    "prompt and completion as chats": [{"prompt": CHAT[:1], "completion": CHAT[1:]}],
    "Gemini": [GEMINI],
    "OASST trees": [TREE],
    "OASST messages": FLAT,
    "a list of messages": [{"conversation": CHAT}],
}


def spoken(example):
    return [(m["role"], m["content"]) for m in example["messages"]]


@pytest.mark.parametrize("name", SHAPES)
@pytest.mark.parametrize("kind", ["json", "jsonl", "parquet", "wrapped"])
def test_a_known_shape_is_named_and_read(tmp_path, name, kind):
    path = tmp_path / ("x.json" if kind == "wrapped" else f"x.{kind}")
    records = SHAPES[name]
    if kind == "parquet":
        pd.DataFrame(records).to_parquet(path)
    elif kind == "jsonl":
        jsonl.write_jsonl(path, records)
    else:
        path.write_text(json.dumps({"count": 1, "rows": records} if kind == "wrapped" else records))
    with pytest.warns(UserWarning, match=f"x.*: this looks like {name.split(' as ')[0]}.*; I take .*") as shown:
        (example,) = read(path)
    assert len(shown) == 1
    assert (spoken(example), example["line"]) == (PAIR, 2 if "Twitter" in name else 1)


@pytest.mark.parametrize(
    "value", [[{"messages": CHAT}], {"messages": CHAT}, {"data": [{"messages": CHAT}]}, CHAT, [CHAT]], ids=range(5)
)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_openai_chats_in_json_need_no_words(tmp_path, value, encoding):
    (tmp_path / "x.json").write_text(json.dumps(value, indent=1), encoding=encoding)
    with warnings.catch_warnings(action="error"):
        (example,) = read(tmp_path / "x.json", system="Be short.")
    assert spoken(example) == [("system", "Be short."), *PAIR]


def test_json_lines_in_a_file_that_ends_in_json(tmp_path):
    jsonl.write_jsonl(tmp_path / "x.json", [{"messages": CHAT}, {"messages": CHAT}])
    assert [(spoken(e), e["line"]) for e in read(tmp_path / "x.json")] == [(PAIR, 1), (PAIR, 2)]


def test_columns_of_objects_in_json_can_be_named(tmp_path):
    (tmp_path / "x.json").write_text(json.dumps({"tickets": [{"q": PAIR[0][1], "a": PAIR[1][1], "about": "weight"}]}))
    (example,) = read(tmp_path / "x.json", question="q", answer="a", topic="about")
    assert (spoken(example), example["topic"]) == (PAIR, "weight")


def test_messages_in_parquet_as_the_hub_has_them(tmp_path):
    pd.DataFrame({"messages": [CHAT] * 3, "topic": "weight"}).to_parquet(tmp_path / "x.parquet")
    examples = read(tmp_path / "x.parquet")
    assert [(spoken(e), e["topic"], e["line"]) for e in examples] == [(PAIR, "weight", n) for n in (1, 2, 3)]
    assert "wrong type" not in check(examples).counts


def test_parquet_without_columns_says_what_is_missing_or_broken(tmp_path, monkeypatch):
    (tmp_path / "x.parquet").write_bytes(b"PAR1")
    with pytest.raises(ValueError, match="x.parquet cannot be read as a table.*Save it again"):
        read(tmp_path / "x.parquet")
    for module in ("pyarrow", "fastparquet"):
        monkeypatch.setitem(sys.modules, module, None)
    with pytest.raises(ValueError, match="one more package: pip install pyarrow"):
        read(tmp_path / "x.parquet")


def test_the_input_of_alpaca_stands_below_the_instruction(tmp_path):
    (tmp_path / "x.json").write_text(json.dumps([{"instruction": "Translate.", "input": "Hund", "output": "dog"}]))
    with pytest.warns(UserWarning, match="Alpaca"):
        (example,) = read(tmp_path / "x.json")
    assert spoken(example) == [("user", "Translate.\n\nHund"), ("assistant", "dog")]


def test_system_prompts_come_first(tmp_path):
    parts = {"parts": [{"text": "Be short."}]}
    records = [{**GEMINI, "systemInstruction": parts}, {**GEMINI, "system_instruction": parts}]
    records += [{**SHAREGPT, "system": "Be short."}]
    jsonl.write_jsonl(tmp_path / "x.jsonl", records)
    with pytest.warns(UserWarning, match="1 of 3|2 of 3"):
        examples = read(tmp_path / "x.jsonl")
    assert [spoken(e) for e in examples] == [[("system", "Be short."), *PAIR]] * 3


def test_a_part_that_is_no_text_is_a_finding(tmp_path):
    image = {"role": "user", "parts": [{"text": "Is it?"}, {"inlineData": {"data": "x"}}]}
    jsonl.write_jsonl(tmp_path / "x.jsonl", [{"contents": [image, GEMINI["contents"][1]]}])
    with pytest.warns(UserWarning, match="Gemini"):
        examples = read(tmp_path / "x.jsonl")
    assert check(examples).lines("wrong type") == {1}


def test_own_roles_go_before_the_known_ones(tmp_path):
    jsonl.write_jsonl(tmp_path / "x.jsonl", [SHAREGPT])
    with pytest.warns(UserWarning, match="ShareGPT"):
        (example,) = read(tmp_path / "x.jsonl", roles={"gpt": "user", "human": "assistant"})
    assert [role for role, _ in spoken(example)] == ["assistant", "user"]


@pytest.mark.parametrize(
    "content, why",
    [
        ('[{"a": 1', "is not JSON .*Save or export it again"),
        ("[" * 100_000, "nested too deep"),
        ("", "is empty"),
        ("[]", "holds no list of objects"),
        ("3", "holds no list of objects"),
        ('{"a": [{"x": 1}], "b": [{"y": 1}]}', "several lists: 'a', 'b'. Save one of them"),
        ('[{"x": 1}]', "entry 1 has no list \"messages\".* keys 'x'"),
        ("[3]", 'entry 1 has no list "messages"'),
        ('[{"subject": "s", "description": "d", "status": "closed"}]', "tickets without their comments.*Export"),
        ('[{"prompt": "p", "chosen": "c", "rejected": "r"}]', "preferred"),
    ],
)
def test_json_that_cannot_be_read_says_what_to_do(tmp_path, content, why):
    (tmp_path / "x.json").write_text(content)
    with pytest.raises(ValueError, match=why):
        read(tmp_path / "x.json")


ZENDESK = {
    "id": 7, "subject": "Weight", "description": "Is it heavy?", "requester_id": 1,
    "comments": [
        {"author_id": 2, "body": "No, 2 kg.", "public": True, "created_at": "2026-01-02T10:00:00Z"},
        {"author_id": 2, "body": "VIP, be nice", "public": False, "created_at": "2026-01-02T09:30:00Z"},
        {"author_id": 1, "body": "Is it heavy?", "public": True, "created_at": "2026-01-02T09:00:00Z"},
    ],
}  # fmt: skip
FRESHDESK = {
    "id": 7, "subject": "Weight", "description": "<div>Is it heavy?</div>", "description_text": "Is it heavy?",
    "conversations": [
        {"body": "<p>VIP</p>", "body_text": "VIP", "incoming": False, "private": True},
        {"body": "<p>No, 2&nbsp;kg.</p>", "incoming": False, "private": False},
    ],
}  # fmt: skip
INTERCOM = {
    "type": "conversation", "id": "7",
    "source": {"body": "<p>Is it heavy?</p>", "author": {"type": "user"}},
    "conversation_parts": {"type": "conversation_part.list", "conversation_parts": [
        {"part_type": "note", "body": "<p>VIP</p>", "author": {"type": "admin"}, "created_at": 3},
        {"part_type": "assignment", "body": None, "author": {"type": "admin"}, "created_at": 2},
        {"part_type": "comment", "body": "<p>No, 2 kg.</p>", "author": {"type": "admin"}, "created_at": 4},
    ]},
}  # fmt: skip


@pytest.mark.parametrize("name, ticket", [("Zendesk", ZENDESK), ("Freshdesk", FRESHDESK), ("Intercom", INTERCOM)])
@pytest.mark.parametrize("wrap", [lambda t: t, lambda t: [t], lambda t: {"tickets": [t], "users": [{"id": 1}]}])
def test_a_ticket_with_its_comments(tmp_path, name, ticket, wrap):
    (tmp_path / "x.json").write_text(json.dumps(wrap(ticket)))
    with pytest.warns(UserWarning, match=f"this looks like {name}.*; I take .* 1 internal note is left out"):
        (example,) = read(tmp_path / "x.json", topic="id")
    assert (spoken(example), example["id"], example["topic"]) == (PAIR, "7", "7")


def test_notes_are_counted_for_each_system(tmp_path):
    (tmp_path / "x.json").write_text(json.dumps([ZENDESK, FRESHDESK, FRESHDESK]))
    with pytest.warns(UserWarning) as shown:
        read(tmp_path / "x.json")
    first, second = (str(warning.message) for warning in shown)
    assert "Zendesk in 1 of 3 records" in first and "1 internal note is left out" in first
    assert "Freshdesk in 2 of 3 records" in second and "2 internal notes are left out" in second


def test_from_and_value_under_the_name_messages(tmp_path):
    jsonl.write_jsonl(tmp_path / "x.jsonl", [{"messages": SHAREGPT["conversations"]}])
    with pytest.warns(UserWarning, match="a list of messages"):
        assert spoken(read(tmp_path / "x.jsonl")[0]) == PAIR


def test_a_ticket_without_a_reply_stops_no_other(tmp_path):
    unanswered = {"id": 8, "subject": "Noise", "description": "It hums.", "conversations": []}
    (tmp_path / "x.json").write_text(json.dumps([unanswered, FRESHDESK]))
    with pytest.warns(UserWarning, match="Freshdesk"):
        examples = read(tmp_path / "x.json")
    assert [spoken(e) for e in examples] == [[("user", "It hums.")], PAIR]
    assert check(examples).lines("no answer") == {1}


def test_comments_that_do_not_say_who_speaks_are_not_guessed(tmp_path):
    (tmp_path / "x.json").write_text(json.dumps([{"id": 1, "comments": [{"body": "Hi"}, {"body": "Hello"}]}]))
    with pytest.raises(ValueError, match="entry 1 has no list"):
        read(tmp_path / "x.json")


def test_rows_of_a_table_are_not_taken_for_one_chat(tmp_path):
    rows = [{"ticket": n, **message} for n in (1, 2) for message in CHAT]
    (tmp_path / "x.json").write_text(json.dumps(rows))
    with pytest.raises(ValueError, match="conversation=, role= and text="):
        read(tmp_path / "x.json")
    examples = read(tmp_path / "x.json", conversation="ticket", role="role", text="content")
    assert [spoken(e) for e in examples] == [PAIR, PAIR]


@pytest.mark.parametrize("author, role", [("end-user", "user"), ("agent", "assistant")])
def test_the_author_of_a_comment_may_say_who_speaks(tmp_path, author, role):
    comment = {"author": {"role": author}, "body": "x", "public": True}
    (tmp_path / "x.json").write_text(json.dumps([{"id": 1, "comments": [comment]}]))
    with pytest.warns(UserWarning, match="Zendesk"):
        assert spoken(read(tmp_path / "x.json")[0]) == [(role, "x")]


@pytest.mark.parametrize(
    "html, text",
    [
        ("<p>Hello &amp; welcome,<br>Kim</p><p>Bye</p>", "Hello & welcome,\nKim\n\nBye"),
        ("<ul><li>one</li><li>two</li></ul>", "- one\n- two"),
        ("<style>p {}</style><div>a&nbsp;b<img src='t.gif'></div>", "a b"),
        ("<div>see <a href='https://x.example/a'>this  page</a></div>", "see this page"),
        ("<pre>if a:\n    b</pre>", "if a:\n    b"),
        ("if a < b and c > d: x = [1]\n\n  y", "if a < b and c > d: x = [1]\n\n  y"),
    ],
)
def test_html_becomes_text(html, text):
    assert html_text(html) == text


@given(st.text())
def test_any_text_survives_where_it_is_no_html(text):
    if "<" not in text:
        assert html_text(text) == text
    html_text(f"<p>{text}</p>")


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                "messages conversations conversation contents parts role content from value text prompt replies "
                "comments conversation_parts source body author author_id type public instruction output completion "
                "message_id parent_id incoming description".split()
            ),
            inner,
            max_size=5,
        )
    ),
    max_leaves=15,
)


@given(JSON)
def test_any_json_is_read_or_explained(tmp_path_factory, value):
    path = tmp_path_factory.mktemp("data") / "x.json"
    path.write_text(json.dumps(value))
    with warnings.catch_warnings(action="ignore"):
        try:
            examples = read(path)
        except ValueError as error:
            assert str(path) in str(error)
        else:
            assert all(isinstance(e["messages"], list) for e in examples)
            check(examples)


@pytest.mark.parametrize("name", ["x.jsonl.gz", "x.csv.gz", "x.zip", "chats.zip"])
def test_packed_files(tmp_path, name):
    inside = {
        "x.jsonl.gz": json.dumps({"messages": CHAT}),
        "x.csv.gz": 'q,a\nIs it heavy?,"No, 2 kg."\n',
        "x.zip": json.dumps([{"messages": CHAT}]),
        "chats.zip": "Customer: Is it heavy?\nAgent: No, 2 kg.",
    }[name]
    if name.endswith(".gz"):
        (tmp_path / name).write_bytes(gzip.compress(inside.encode()))
    else:
        with zipfile.ZipFile(tmp_path / name, "w") as packed:
            packed.writestr("export/1.txt" if name == "chats.zip" else "export/x.json", inside)
            packed.writestr("__MACOSX/export/._x.json", "rubbish")
            packed.writestr("export/logo.png", "rubbish")
    question, answer = ("q", "a") if "csv" in name else ("", "")
    (example,) = read(tmp_path / name, question=question, answer=answer)
    assert spoken(example) == PAIR


def pack(path, files):
    with zipfile.ZipFile(path, "w") as packed:
        for name, content in files.items():
            packed.writestr(name, content)


@pytest.mark.parametrize(
    "files, why",
    [
        ({"a.csv": "q,a", "b.json": "[]"}, "x.zip holds several files .*a.csv.*b.json.*Unpack it, and name one"),
        ({"a.png": ""}, "x.zip holds no file that can be read"),
        ({"a.json": "[3]"}, "x.zip.*a.json, entry 1 has no list"),
    ],
)
def test_zips_that_cannot_be_read_say_what_to_do(tmp_path, files, why):
    pack(tmp_path / "x.zip", files)
    with pytest.raises(ValueError, match=why):
        read(tmp_path / "x.zip")


@pytest.mark.parametrize("name", ["x.zip", "x.jsonl.gz"])
def test_a_broken_archive_says_what_to_do(tmp_path, name):
    (tmp_path / name).write_bytes(b"not packed")
    with pytest.raises(ValueError, match=f"{name} cannot be unpacked.*Fetch or pack it again"):
        read(tmp_path / name)


def test_messages_never_name_the_folder_a_zip_is_unpacked_in(tmp_path):
    pack(tmp_path / "x.zip", {"a.json": json.dumps([SHAREGPT])})
    with pytest.warns(UserWarning, match="^a.json: this looks like ShareGPT"):
        read(tmp_path / "x.zip")
    with pytest.raises(ValueError, match="^[^ ]*x.zip → a.json .*columns"):
        read(tmp_path / "x.zip", question="q", answer="a")


def test_endless_zeros_in_an_archive_stop(tmp_path, monkeypatch):
    monkeypatch.setattr(archives, "MAX_BYTES", 2**20)
    (tmp_path / "x.jsonl.gz").write_bytes(gzip.compress(b"0" * 4 * 2**20))
    with pytest.raises(ValueError, match="cannot be unpacked: more than"):
        read(tmp_path / "x.jsonl.gz")


def test_nothing_leaves_the_folder_a_zip_is_unpacked_in(tmp_path):
    pack(tmp_path / "x.zip", {"../../escaped.jsonl": json.dumps({"messages": CHAT})})
    assert spoken(read(tmp_path / "x.zip")[0]) == PAIR
    assert not list(tmp_path.parent.rglob("escaped.jsonl"))


def test_a_tree_ends_with_its_last_answer(tmp_path):
    unanswered = {"text": "And loud?", "role": "prompter", "replies": []}
    tree = {**TREE, "prompt": {**TREE["prompt"], "replies": [{**LEAF, "replies": [unanswered]}]}}
    jsonl.write_jsonl(tmp_path / "x.jsonl", [tree])
    with pytest.warns(UserWarning, match="up to the last one"):
        assert spoken(read(tmp_path / "x.jsonl")[0]) == PAIR


def test_alpaca_with_what_was_said_before(tmp_path):
    record = {"instruction": "And loud?", "input": "", "output": "No.", "history": [[PAIR[0][1], PAIR[1][1]]]}
    (tmp_path / "x.json").write_text(json.dumps([{**record, "system": "Be short."}]))
    with pytest.warns(UserWarning, match="Alpaca"):
        (example,) = read(tmp_path / "x.json")
    assert spoken(example) == [("system", "Be short."), *PAIR, ("user", "And loud?"), ("assistant", "No.")]


def test_a_topic_that_no_record_has(tmp_path):
    (tmp_path / "x.json").write_text(json.dumps([{"messages": CHAT, "subject": "weight"}]))
    with pytest.raises(ValueError, match="x.json has no record with a key 'about'. It has 'messages', 'subject'"):
        read(tmp_path / "x.json", topic="about")


@pytest.mark.parametrize("name", ["x.json", "x.csv", "x.txt"])
def test_everyone_else_is_nobody_whose_role_is_known(tmp_path, name):
    said = [("assistant", "Hi."), ("Kim", "Is it heavy?"), ("agent", "No, 2 kg."), ("tool", "2"), ("System", "Bye.")]
    columns: dict = {}
    if name == "x.json":
        (tmp_path / name).write_text(json.dumps({"messages": [{"role": r, "content": t} for r, t in said]}))
    elif name == "x.csv":
        pd.DataFrame([(1, *m) for m in said], columns=["no", "who", "said"]).to_csv(tmp_path / name, index=False)
        columns = {"conversation": "no", "role": "who", "text": "said"}
    else:
        (tmp_path / name).write_text("".join(f"12/31/25, 9:15 PM - {who}: {text}\n" for who, text in said))
    (example,) = read(tmp_path / name, roles={"*": "user"}, **columns)
    assert [m["role"] for m in example["messages"]] == ["assistant", "user", "assistant", "tool", "system"]


def test_openai_names_of_roles_stay_as_they_are_written(tmp_path):
    (tmp_path / "x.json").write_text(json.dumps({"messages": [{"role": "developer", "content": "Hi"}, *CHAT]}))
    for roles in (None, {"*": "user"}, {"Red Desk": "assistant"}):
        assert read(tmp_path / "x.json", roles=roles)[0]["messages"][0]["role"] == "developer"


@pytest.mark.parametrize("name", ["Bitext", "Alpaca", "Dolly", "prompt and completion"])
@pytest.mark.parametrize("kind", ["csv", "xlsx", "csv.gz"])
def test_a_known_shape_as_a_table(tmp_path, name, kind):
    path, table = tmp_path / f"x.{kind}", pd.DataFrame(SHAPES[name])
    table.to_excel(path, index=False) if kind == "xlsx" else table.to_csv(path, index=False)
    with pytest.warns(UserWarning, match=f"this looks like {name}; I take"):
        (example,) = read(path, system="Be short.")
    assert (spoken(example)[1:], example["line"], example.get("topic")) == (
        PAIR,
        2,
        "ORDER" if name == "Bitext" else None,
    )


def test_the_table_of_hubspot(tmp_path):
    columns = {"Ticket ID": 7, "Ticket name": "Weight", "Ticket description": PAIR[0][1], "Resolution": PAIR[1][1]}
    pd.DataFrame([columns]).to_csv(tmp_path / "x.csv", index=False)
    with pytest.warns(UserWarning, match="HubSpot's tickets; I take description and resolution"):
        (example,) = read(tmp_path / "x.csv", topic="Ticket name")
    assert (spoken(example), example["topic"]) == (PAIR, "Weight")


def test_internal_comments_of_hubspot_are_counted(tmp_path):
    (tmp_path / "x.json").write_text(json.dumps({"results": ENTRIES, "paging": {}}))
    with pytest.warns(UserWarning, match="HubSpot's messages.*1 internal note is left out"):
        (example,) = read(tmp_path / "x.json")
    assert (spoken(example), example["id"]) == (PAIR, "7")


@pytest.mark.parametrize(
    "columns",
    ["Id,Subject,Status,Requester", "Ticket ID,Subject,Status,Priority,Agent", "Ticket ID,Ticket name,Ticket status"],
)
def test_a_table_of_tickets_has_no_answers(tmp_path, columns):
    (tmp_path / "x.csv").write_text(f"{columns}\n{columns}\n")
    with pytest.raises(ValueError, match="x.csv, line 2: these are tickets without their comments"):
        read(tmp_path / "x.csv")


def test_a_bad_line_of_a_known_table_is_a_finding(tmp_path):
    (tmp_path / "x.csv").write_text("prompt,completion\na,b\nc,d,e\nf,g\n")
    with pytest.warns(UserWarning, match="prompt and completion"):
        assert check(read(tmp_path / "x.csv")).lines("misread") == {3}
