"""Personal data is found and masked, and what only looks like it stays."""

import copy
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpers.paths import DATA
from helpers.training_data import clean, inspect, personal_data, read_jsonl, stream_examples
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
        ('{"db_password": "Correct-Horse"}', '{"db_password": "[secret]"}'),
        (r"{\"token\": \"9f8e7d6c\"}", r"{\"token\": \"[secret]\"}"),
        ("postgres://shop:geheim@db.example/x", "postgres://shop:[secret]@db.example/x"),
        ("Dear Mr O'Neill and Mrs D'Amico,", "Dear Mr [name] and Mrs [name],"),
        ("Sehr geehrte Frau Çakır, danke", "Sehr geehrte Frau [name], danke"),
        ("Hallo Herr Wiśniewski, anbei", "Hallo Herr [name], anbei"),
        ("Es tropft.\nLG\nHeiko", "Es tropft.\nLG\n[name]"),
        ("Es tropft.\ni. A. Bernd Kühn", "Es tropft.\ni. A. [name]"),
        ("Wir haben Sabrina Kühn gefragt", "Wir haben [name] gefragt"),
        ("send it to 9 Cherry Road, York YO1 7HH.", "send it to [address]."),
        ("an Rosenweg 4, 04103 Leipzig, danke", "an [address], danke"),
        ("born on 2 May 1960", "born on [date of birth]"),
        ("geboren am 02.05.1960 in Ulm", "geboren am [date of birth] in Ulm"),
        ("from 203.0.113.77 yesterday", "from [IP address] yesterday"),
        ("Kennzeichen: S-XY 123", "Kennzeichen: [licence plate]"),
        ("SSN: 536-90-4399", "SSN: [ID number]"),
        ("IBAN DE89.3704.0044.0532.0130.00", "IBAN [IBAN]"),
        ("JCB 3566 0020 2036 0505", "JCB [card number]"),
        ("mon téléphone est 06 12 34 56 78", "mon téléphone est [phone]"),
        ("It leaks.\nThanks,\nT. van Dijk", "It leaks.\nThanks,\n[name]"),
        ("It leaks.\nRegards,\nOla Brien-Jones, MD", "It leaks.\nRegards,\n[name], MD"),
        ("an 12 rue de la Paix, 75002 Paris, merci", "an [address], merci"),
        ("to 3 bis, avenue Jean Jaurès, 69007 Lyon", "to [address]"),
        ("send it to Calle Mayor 5, 28013 Madrid", "send it to [address]"),
        ("send it to Via Garibaldi 12, 00153 Roma", "send it to [address]"),
        ("Ich bin am 12. März 1979 geboren.", "Ich bin am [date of birth] geboren."),
        ("born the third of May nineteen eighty-four", "born the [date of birth]"),
        ("geboren am dritten Mai 1984", "geboren am [date of birth]"),
        ("geboren am dritten Mai neunzehnhundertvierundachtzig", "geboren am [date of birth]"),
        ("date of birth (dd/mm/yyyy): 03/05/1984", "date of birth (dd/mm/yyyy): [date of birth]"),
        ("Geburtstag meiner Tochter: 5.6.2011", "Geburtstag meiner Tochter: [date of birth]"),
        ("She was born in Leeds on 4 July 1988", "She was born in Leeds on [date of birth]"),
        ("born 3/12/1979", "born [date of birth]"),
        ("der Patient (*12.03.1979)", "der Patient (*[date of birth])"),
        ("der Patient, * 12. März 1979, wartet", "der Patient, * [date of birth], wartet"),
        ("la patiente née le 12/03/1979", "la patiente née le [date of birth]"),
        ("né le 1er mars 1979", "né le [date of birth]"),
        ("Date de naissance : 12/03/1979", "Date de naissance : [date of birth]"),
        ("its MAC is 3c:22:fb:4a:0d:91.", "its MAC is [MAC address]."),
        ("MAC-Adresse: 00-15-60-11-22-33", "MAC-Adresse: [MAC address]"),
        ("the router 3C22.FB4A.0D91 is off", "the router [MAC address] is off"),
        ("https://x.example/login?token=9f8a7b6c5d&lang=en", "https://x.example/login?token=[secret]&lang=en"),
        ("export AWS_SECRET_ACCESS_KEY=wJalrXUtnFEMI/K7MDENG", "export AWS_SECRET_ACCESS_KEY=[secret]"),
        ("db:\n  secret_key: 0a1b2c3d4e5f\n  host: x", "db:\n  secret_key: [secret]\n  host: x"),
        ("<password>geheim99</password>", "<password>[secret]</password>"),
        ("redis://:p4ssw0rd@cache:6379", "redis://:[secret]@cache:6379"),
        ("curl --password Abc12345 x", "curl --password [secret] x"),
        ("WLAN-Schlüssel: 1234567890abc", "WLAN-Schlüssel: [secret]"),
        ("the door code is 2580", "the door code is [secret]"),
        ("Meine TAN 482913 geht nicht", "Meine TAN [secret] geht nicht"),
        ("pw: qwe123rt", "pw: [secret]"),
        ("Kennzeichen W-12345X", "Kennzeichen [licence plate]"),
        ("license plate 7ABC123", "license plate [licence plate]"),
        ("number plate AB-123-CD", "number plate [licence plate]"),
        ("Nummernschild ZH 123456", "Nummernschild [licence plate]"),
        ("anna[at]firma[dot]example", "[e-mail]"),
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
        "Viele Grüße vom Bodensee",
        "Order 75002 Paris lamp arrived",
        "A birthday present, ordered on 12.03.2026, has not come.",
        "* 12.03.2026 ordered\n* 14.03.2026 sent",
        "It came *12.03.2026*, not **14.03.2026**.",
        "Wir liefern z. B. am 12.03.2026.",
        "Part 11-22-33-44-55-66 at 10:20:30:40:50:10, and 1234.5678.9012",
        "ff:ff:ff:ff:ff:ff asks all",
        "The heater was born for winter. On 3 May 2026 it stopped.",
        "max_tokens=100000 and next=page2, token: string, password: required, secret=false",
        "12 rue is not a number; the plate 27 broke; plate set of 12",
        "Den WLAN-Schlüssel finden Sie auf der Rückseite; the door code is on page 12",
        "Die PIN 4 ist verbogen; a tan 482913 colour",
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
        "Hello World!",
        "Hello Python!",
        "Dear Netflix, Hi Ikea, Hallo Telekom, danke Sparkasse!",
        "Ms Excel and the Mr. Clean sponge, Dr. Best brushes",
        "Viele Grüße Hamburg",
        "Who painted the Mona Lisa?",
        "Virginia Woolf and Thomas Mann are on the shelf",
        "We have 12 Power Drive batteries, and 3 Ways to pay",
        "Am Montag 3 Stück, nur noch 12000 Stück, Auf Parkplatz 12",
        "Version 2.10.20.30, mask 255.255.255.0, server 8.8.8.8",
        '{"password": "string", "token": "required"}',
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
    assert personal_data.find(said) == hits  # remembered
    assert personal_data.mask(said).count("[") >= len(hits)


def test_broken_lines_do_not_stop_the_search(tmp_path):
    path = tmp_path / "x.jsonl"
    path.write_bytes(b'{"messages": [{"role": "user", "content": "a@b.org"}]}\n{')
    assert [f.detail for f in personal_data.find_personal_data(list(stream_examples(path)))] == ["e-mail: a@b.org"]


@pytest.mark.parametrize(
    "own, said",
    [
        (["help@northhome.example"], "write to help@northhome.example"),
        (["@northhome.example"], "write to Help@Northhome.example or bills@northhome.example"),
        (["+49 30 23125 123"], "call 030 23125-123 or +49 (0)30 23125123"),
        (["Northhome GmbH, Rosenweg 4, 04103 Leipzig"], "Rosenweg 4, 04103 Leipzig"),
        (["Karin Lindqvist"], "Best regards\nKarin"),
        (["Modell Sabrina"], "is the Sabrina in stock? Sabrina in blue"),
    ],
)
def test_what_is_the_companys_own_stays(own, said):
    assert personal_data.mask(said) != said
    assert personal_data.mask(said, own) == said


def test_what_is_not_the_companys_own_is_masked_all_the_same():
    own = ["@northhome.example", "0800 1234567", "Karin"]
    assert personal_data.mask("a@home.example, b@notnorthhome.example, 030 23125 123", own) == (
        "[e-mail], [e-mail], [phone]"
    )
    assert personal_data.mask("Dear Mr Karinsky,", own) == "Dear Mr [name],"


def test_own_is_a_list():
    with pytest.raises(TypeError, match="Give a list"):
        personal_data.find("a", "0800 1234567")


def test_inspect_and_clean_leave_the_companys_own():
    said = [("hi from Karin, k@home.example", "Write to us@north.example."), ("and 2?", "Yes.")]
    examples = [
        {"line": n, "messages": [{"role": "user", "content": q}, {"role": "assistant", "content": a}]}
        for n, (q, a) in enumerate(said, 1)
    ]
    report = inspect(examples, own=["@north.example"])
    assert [f.detail for f in personal_data.find_personal_data(examples, ["@north.example"])] == [
        "name: Karin",
        "e-mail: k@home.example",
    ]
    assert report.counts["personal data"] == 2
    (first, _) = clean(examples, report, report.counts.keys() - {"personal data"}, own=["@north.example"])
    assert [text(m) for m in first["messages"]] == ["hi from [name], [e-mail]", "Write to us@north.example."]


def test_people_whom_the_source_names_are_masked_wherever_they_stand():
    example = {"people": ["Thandiwe Nkosi", "Support Team", None, ""], "messages": [{"role": "user", "content": ""}]}
    said = "Thandiwe wrote again, and Ms Nkosi called support. Support Team"
    example["messages"][0]["content"] = said
    assert personal_data.mask(said) != "[name] wrote again, and Ms [name] called support. Support Team"
    (masked,) = personal_data.mask_examples([example])
    assert text(masked["messages"][0]) == "[name] wrote again, and Ms [name] called support. Support Team"
    assert [f.detail for f in personal_data.find_personal_data([example])] == ["name: Thandiwe", "name: Nkosi"]


@given(st.text(max_size=40), st.lists(st.text(max_size=8), max_size=3), st.lists(st.text(max_size=8), max_size=3))
def test_any_own_and_any_people_are_taken(said, own, people):
    masked = personal_data.mask(said, own, people)
    assert personal_data.mask(masked, own, people) == masked


def test_what_is_not_looked_for_is_said():
    assert all(len(said) > 20 for said in personal_data.NOT_LOOKED_FOR)
