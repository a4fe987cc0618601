import copy
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpers.paths import DATA
from helpers.training_data import personal_data, read_jsonl, stream_examples
from helpers.training_data.example import text


@pytest.mark.parametrize(
    "said, masked",
    [
        ("write to a.b@c.org please", "write to [e-mail] please"),
        ("Mail: karin.müller@firma-nord.de.", "Mail: [e-mail]."),
        ("anna(at)example.org", "[e-mail]"),
        ("IBAN DE89 3704 0044 0532 0130 00 it is", "IBAN [IBAN] it is"),
        ("iban de89370400440532013000, danke", "iban [IBAN], danke"),
        ("GB82 WEST 1234 5698 7654 32 OK", "[IBAN] OK"),
        ("card 4111 1111 1111 1111.", "card [card number]."),
        ("Karte 5500-0000-0000-0004", "Karte [card number]"),
        ("call +44 20 7946 0958", "call [phone]"),
        ("Rufen Sie mich an: 030 23125 123", "Rufen Sie mich an: [phone]"),
        ("mobil 0171/3920012 abends", "mobil [phone] abends"),
        ("my number is (202) 456-1111", "my number is [phone]"),
        ("phone 020 7946 0958 please", "phone [phone] please"),
        ("Dear Mr Smith, it stops.", "Dear Mr [name], it stops."),
        ("Dear Mrs. Anna Jones", "Dear Mrs. [name]"),
        ("Sehr geehrte Frau Dr. Müller-Lüdenscheidt, der Sauger", "Sehr geehrte Frau Dr. [name], der Sauger"),
        ("Sehr geehrter Herr von Amsberg", "Sehr geehrter Herr [name]"),
        ("Hallo Karin, er geht nicht", "Hallo [name], er geht nicht"),
        ("hi John, it stopped", "hi [name], it stopped"),
        ("Es geht nicht.\nMit freundlichen Grüßen\nHans Meier", "Es geht nicht.\nMit freundlichen Grüßen\n[name]"),
        ("My name is Karin Lindqvist and", "My name is [name] and"),
        ("key " + "sk-" + "proj-" + "Made-up_1" * 3, "key [secret]"),
        ("AKIA" + "IOSFODNN7EXAMPLE", "[secret]"),
        ("mein Passwort ist Sauger2024!", "mein Passwort ist [secret]"),
        ("password: hunter22", "password: [secret]"),
    ],
)
def test_personal_data_is_masked(said, masked):
    assert personal_data.mask(said) == masked


@pytest.mark.parametrize(
    "said",
    [
        "T-1000 with 2.4 kg, error E4, 40 minutes",
        "Serial number 0301234567, bought 12.03.2024 for 249,99 €",
        "S/N 4111111111111111, order no. 0301234567",
        "Bestellnummer 020 7946 0958, Artikel 4006381333931",
        "Rechnung Nr. 2024-11-0815, Kundennummer 0171 3920012",
        "220-240 V, 50/60 Hz, 1200 W, 35 x 20 x 12 cm, -10 to 45 °C",
        "from 8 am to 6 pm, Monday to Friday, 01.02.2024 10:30, 2024-01-31 08:15",
        "Hello team, the T-1000 does not start",
        "Dear Sir or Madam,",
        "Hi there!",
        "Sehr geehrte Damen und Herren,",
        "Liebes Team,",
        "Guten Tag, der Filter",
        "hallo, er ist laut",
        "Meine Frau Angst und Bange",
        "meine Frau saugt",
        "Viele Grüße\nIhr Kundendienst",
        "Best regards, your T-1000 team",
        "Hallo Kundendienst, er geht aus",
        "I forgot the password is all",
        "das Passwort ist falsch",
        "DE89 3704 0044 0532 0130 01",
        "4111 1111 1111 1112",
        "www.example.org, e.g. v2.0.1-rc3, 192.168.178.1",
        "B-40, F-10, H-20, P-5, T-Clean",
        "1000000000 1234567890 5551234567",
    ],
)
def test_talk_about_products_is_left_alone(said):
    assert personal_data.mask(said) == said


@pytest.mark.parametrize(
    "language, kinds", [("en", {"e-mail": 2, "IBAN": 1, "phone": 1}), ("de", {"e-mail": 2, "IBAN": 1, "phone": 1})]
)
def test_in_the_raw_tickets_the_planted_data_is_found_and_nothing_else(language, kinds):
    tickets = read_jsonl(DATA / language / "raw.jsonl")
    found = [f.detail.split(":")[0] for f in personal_data.find_personal_data(tickets)]
    assert {kind: found.count(kind) for kind in found} == kinds
    assert list(personal_data.find_personal_data(personal_data.mask_examples(tickets))) == []


def test_all_texts_of_an_example_are_masked_and_the_given_one_stays():
    example = {
        "topic": "a",
        "messages": [
            {
                "role": "user",
                "content": [
                    {"type": "text", "text": "I am at a@b.org"},
                    {"type": "image_url", "image_url": {"url": "x"}},
                ],
            },
            {
                "role": "assistant",
                "tool_calls": [
                    {"id": "1", "type": "function", "function": {"name": "f", "arguments": '{"to": "a@b.org"}'}}
                ],
            },
        ],
    }
    before = copy.deepcopy(example)
    (masked,) = personal_data.mask_examples([example])
    assert example == before and "a@b.org" not in str(masked) and str(masked).count("[e-mail]") == 2
    assert text(masked["messages"][0]) == "I am at [e-mail]" and masked["topic"] == "a"


@given(st.text(st.sampled_from("a@b.co m+49301234567 -/()DE89Frau Hallo,\n\ud800ßÄ[]"), max_size=60))
def test_hits_lie_where_they_say_and_what_is_masked_stays_masked(said):
    hits = personal_data.find(said)
    assert all(said[hit.start : hit.end] == hit.text and hit.text for hit in hits)
    assert all(one.end <= other.start for one, other in pairwise(hits))
    assert personal_data.mask(said).count("[") >= len(hits)


def test_broken_lines_do_not_stop_the_search(tmp_path):
    path = tmp_path / "x.jsonl"
    path.write_bytes(b'{"messages": [{"role": "user", "content": "a@b.org"}]}\n{')
    assert [f.detail for f in personal_data.find_personal_data(list(stream_examples(path)))] == ["e-mail: a@b.org"]
