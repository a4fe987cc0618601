"""What an export says of who wrote: one customer's conversations stay together, and the names are masked."""

import csv
import json
from email.message import EmailMessage
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpers.training_data import clean, inspect, people, read, split
from helpers.training_data.example import text
from helpers.training_data.personal_data import mask

RARE = "Thandiwe Nkosi"  # rules do not know either name
DESK = "Anna Lee"


def zendesk(n, asked, said):
    who = {"id": n, "name": RARE, "email": "t@b.example"}
    comments = [{"author_id": n, "body": asked}, {"author_id": 7, "body": said, "author": {"id": 7, "name": DESK}}]
    return {"id": n, "subject": "Lamp", "description": asked, "requester_id": n, "requester": who, "comments": comments}


def freshdesk(n, asked, said):
    replies = [
        {"body_text": said, "incoming": False, "user_id": 7, "from_email": f"{DESK} <desk@red.example>"},
        {"body_text": "Thanks.", "incoming": True, "user_id": n, "from_email": f"{RARE} <t@b.example>"},
        {"body_text": "Gladly.", "incoming": False, "user_id": 7},
    ]
    return {"id": n, "subject": "Lamp", "description_text": asked, "conversations": replies}


def intercom(n, asked, said):
    customer = {"type": "user", "id": str(n), "name": RARE, "email": "t@b.example"}
    part = {"part_type": "comment", "body": said, "author": {"type": "admin", "id": "7", "name": DESK}}
    source = {"body": asked, "author": customer}
    return {"id": 100 + n, "source": source, "conversation_parts": {"conversation_parts": [part]}}


def hubspot(n, asked, said):
    entry = lambda what, way, who, name: {
        "type": "MESSAGE", "conversationsThreadId": 100 + n, "text": what, "direction": way, "createdBy": who,
        "senders": [{"actorId": who, "name": name}], "createdAt": f"2026-01-0{1 + (way == 'OUTGOING')}",
    }  # fmt: skip
    return [entry(asked, "INCOMING", str(n), RARE), entry(said, "OUTGOING", "A-7", DESK)]


def as_json(*records):
    def write(folder) -> dict[str, Any]:
        (folder / "x.json").write_text(json.dumps(list(records)), encoding="utf-8")
        return {"path": folder / "x.json"}

    return write


def table(rows, **words):
    def write(folder) -> dict[str, Any]:
        with open(folder / "x.csv", "w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows(rows)
        return {"path": folder / "x.csv"} | words

    return write


def whatsapp(folder) -> dict[str, Any]:
    said = f"03.11.26, 09:01 - {RARE}: {ASKED}\n03.11.26, 09:05 - {DESK}: {SAID}\n"
    (folder / "x.txt").write_text(said, encoding="utf-8")
    return {"path": folder / "x.txt", "roles": {DESK: "assistant", "*": "user"}}


def transcript(folder) -> dict[str, Any]:
    (folder / "x.txt").write_text(f"{RARE}: {ASKED}\n{DESK}: {SAID}\n", encoding="utf-8")
    return {"path": folder / "x.txt", "roles": {DESK: "assistant", "*": "user"}}


def mail(folder) -> dict[str, Any]:
    for n, (who, body) in enumerate(((f"{RARE} <t@b.example>", ASKED), (f"{DESK} <a@red.example>", SAID))):
        one = EmailMessage()
        one["From"], one["Subject"], one["Message-ID"] = who, "Lamp", f"<{n}@x.example>"
        if n:
            one["In-Reply-To"] = "<0@x.example>"
        one.set_content(body)
        (folder / f"{n}.eml").write_bytes(bytes(one))
    return {"path": folder, "roles": {"@red.example": "assistant"}}


ASKED = "Is it true, as Thandiwe says, that Nkosi and Lee get the lamp?"
SAID = "Yes, Thandiwe is right: it goes to Nkosi. So said Anna."
COLUMNS = {"question": "Question", "answer": "Answer"}
ROWS = {"conversation": "Case", "role": "Role", "text": "Text"}
NAMES = {DESK: "assistant", "*": "user"}
GERMAN = ("Nkosi", "Thandiwe", "T@b.example", DESK, ASKED, SAID)
SEVERAL = [(1, "customer", "", RARE, ASKED), (1, "agent", DESK, "", SAID)]
KINDS = {
    "Zendesk": (as_json(zendesk(3, ASKED, SAID)), "3"),
    "Freshdesk": (as_json(freshdesk(3, ASKED, SAID)), "3"),
    "Intercom": (as_json(intercom(3, ASKED, SAID)), "3"),
    "HubSpot": (as_json(*hubspot(3, ASKED, SAID)), "3"),
    "HubSpot's tickets": (
        table(
            [
                ("Ticket ID", "Ticket name", "Contact", "Ticket owner", "Ticket description", "Resolution"),
                (9, "Lamp", RARE, DESK, ASKED, SAID),
            ]
        ),
        RARE,
    ),
    "WhatsApp": (whatsapp, RARE),
    "a transcript": (transcript, RARE),
    "mail": (mail, "t@b.example"),
    "a table": (
        table(
            [("Customer name", "Customer No.", "Agent", "Question", "Answer"), (RARE, "3", DESK, ASKED, SAID)],
            **COLUMNS,
        ),
        "3",
    ),
    "a German table": (
        table([("Nachname", "Vorname", "E-Mail", "Bearbeiter", "Question", "Answer"), GERMAN], **COLUMNS),
        "t@b.example",
    ),
    "a table of messages": (
        table([("Case", "Role", "Name", "Requester", "Text"), *SEVERAL], **ROWS),
        RARE,
    ),
    "a table of messages by names": (
        table([("Case", "Role", "Text"), (1, RARE, ASKED), (1, DESK, SAID)], **ROWS, roles=NAMES),
        RARE,
    ),
    "a table of messages by addresses": (
        table(
            [("Case", "Role", "Text"), (1, f"{RARE} <T@b.example>", ASKED), (1, f"{DESK} <a@red.example>", SAID)],
            **ROWS,
            roles={"@red.example": "assistant", "*": "user"},
        ),
        "t@b.example",
    ),
    "lines with messages": (
        as_json({"messages": [{"role": "user", "content": ASKED}, {"role": "assistant", "content": SAID}],
                 "requester": {"id": 3, "name": RARE}, "agent_name": DESK}),
        "3",
    ),
}  # fmt: skip


@pytest.mark.filterwarnings("ignore::UserWarning")
@pytest.mark.parametrize("write, customer", KINDS.values(), ids=KINDS)
def test_the_customer_is_known_and_the_names_are_masked(write, customer, tmp_path):
    (example,) = read(**write(tmp_path))
    assert example["customer"] == customer
    (cleaned,) = clean([example], inspect([example]), ["near-duplicate"])
    said = " ".join(text(message) for message in cleaned["messages"])
    assert "[name]" in said and not any(name in said for name in ("Thandiwe", "Nkosi", "Anna", " Lee"))


@pytest.mark.filterwarnings("ignore::UserWarning")
def test_one_customers_tickets_stay_in_one_part(tmp_path):
    words = "kettle toaster lamp heater radio mixer clock scale fan iron blender camera drill printer speaker".split()
    tickets = [zendesk(n % 6, f"What about the {word} number {n}?", f"It is a {word}.") for n, word in enumerate(words)]
    parts = split(read(**as_json(*tickets)(tmp_path)))
    where = {(example["customer"], name) for name, part in parts.items() for example in part}
    assert len(where) == 6 and parts["test"]


def rows(column, value):
    asks = [f"{word} colour {n}, is it there?" for n, word in enumerate("red blue green grey pink black".split() * 2)]
    return table([(column, "Question", "Answer"), *((value(n), ask, "Yes.") for n, ask in enumerate(asks))], **COLUMNS)


@pytest.mark.parametrize(
    "column, value",
    [
        ("Customer", lambda n: "Northhome"),
        ("Role", lambda n: "Customer"),
        ("Contact", lambda n: ("yes", "no")[n % 2]),
        ("Agent", lambda n: ("Red Desk", "Night Shift")[n % 2]),
        ("Product name", lambda n: f"Anna {n}"),
        ("User type", lambda n: f"Premium {n}"),
        ("Customer", lambda n: ""),
    ],
)
def test_what_names_no_customer_is_left_alone(column, value, tmp_path):
    assert all(example.keys() == {"line", "messages"} for example in read(**rows(column, value)(tmp_path)))


def test_an_agent_of_the_desk_may_have_answered_all(tmp_path):
    assert all(example["people"] == [DESK] for example in read(**rows("Agent", lambda n: DESK)(tmp_path)))


def test_what_a_record_says_itself_stays(tmp_path):
    said = [{"role": "user", "content": "a"}, {"role": "assistant", "content": "b"}]
    record = {"messages": said, "customer": "K1", "people": ["Kim"], "requester": {"name": RARE}}
    (example,) = read(**as_json(record)(tmp_path))
    assert (example["customer"], example["people"]) == ("K1", ["Kim"])


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["requester", "name", "id", "type"]), inner)
    ),
    max_leaves=8,
)


@given(st.dictionaries(st.sampled_from(["requester", "author", "Name", "contact", "email", "incoming"]), JSON))
def test_of_any_record_names_are_texts(record):
    found = people.of_record(record)
    assert found.keys() <= {"customer", "people"} and all(found.values())
    assert isinstance(found.get("customer", ""), str) and all(isinstance(name, str) for name in found.get("people", []))


@pytest.mark.parametrize("known", [[], ["Ada"], ["Lovelace"], ["Ada Lovelace"], ["Ada", "Lovelace"]])
def test_a_name_that_is_known_in_part_is_masked_whole(known):
    said = "Dear Ms Ada Lovelace, it was sent.\n\nKind regards\nAda Lovelace"
    assert mask(said, people=known) == "Dear Ms [name], it was sent.\n\nKind regards\n[name]"
