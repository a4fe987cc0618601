"""Nonsense that ticket systems leave in a set is found, and ordinary texts raise no finding."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpers.paths import DATA, ROOT
from helpers.training_data import first_answer, read, read_jsonl
from helpers.training_data.markup_leftovers import find_markup_leftovers
from helpers.training_data.one_answer import find_one_answer
from helpers.training_data.personal_data import mask
from helpers.training_data.unhelpful_answers import find_unhelpful_answers

FOUND = {
    "HTML": """
<p>It weighs two kilograms.</p>|Hello,<br><br>it is ready.|Preis:&nbsp;5 &euro;|<div class="x">Yes</div>
Gr&uuml;&szlig;e aus Bonn.|Ready <img src="https://x.example/p.gif" width=1><br/>
See <a href="https://x.example">here</a>.
""",
    "quoted mail": r"""
Yes.\n\nOn Mon, 5 Jan 2026 at 09:14, Kim wrote:\n> Is it loud?
Ja.\n\nAm 05.01.2026 um 09:14 schrieb Kim Blank <k@x.example>:|Yes.\n-----Original Message-----\nFrom: Kim
Ja.\n-----Ursprüngliche Nachricht-----\nVon: Kim|Yes.\n\nFrom: Kim Blank\nSent: Monday\nTo: Desk\nSubject: Loud?
Ja.\n\nVon: Kim\nGesendet: Montag\nAn: Service\nBetreff: Laut?|> Is it loud?\n> Or not?\n\nIt is quiet.
##- Please type your reply above this line -##\nIt is quiet.
Ja.\n\nAm Montag, 5. Januar 2026 um 09:14:00 MEZ hat Kim <k@x.example> Folgendes geschrieben:\n\nIst es laut?
Yes.\n\nBegin forwarded message:\n\nFrom: Kim|Ja.\n\nAnfang der weitergeleiteten Nachricht:\n\nVon: Kim
""",
    "placeholder": """
Your order {{Order Number}} is on its way.|Dear [NAME], it is ready.|Hallo [Vorname], er ist da.
Dear [Your Name], yes.|Hi {first_name}, welcome.|Dear %FIRST_NAME%, yes.|Hello <CUSTOMER_NAME>, it is done.
Call us at [Phone Number].|Sehr geehrte Frau [Nachname], ja.|Ihre Bestellung {{ order.id }} ist da.
Dear ${customer_name}, yes.|[Company Name] thanks you.|{% if vip %}Dear friend{% endif %}|Lorem ipsum dolor sit amet.
Die Rechnung [Rechnungsnummer] ist bezahlt.|Dear <<Name>>, yes.|Dear $name$, yes.|Hi ___, yes.|Hallo XXXX, ja.
See [insert link].|Dear *¦FNAME¦*, yes.|Dear {!Contact.FirstName}, yes.|Dear @@first_name@@, yes.|Hello ....., yes.
""",
    "automatic receipt": r"""
We have received your message. Your ticket number is 4711.
Thank you for your e-mail. We have received your request and will get back to you within two days.
Your ticket has been created. Our team will get back to you as soon as possible.
This is an automated reply. Our office is closed.
Dear Kim,\n\nThank you for contacting us.\nYour request (4711) has been received and will be answered soon.\n\nKim
Wir haben Ihre Anfrage erhalten und melden uns in Kürze.
Vielen Dank für Ihre Nachricht. Ihre Ticketnummer ist 4711. Ihre Anfrage ist bei uns eingegangen.
Dies ist eine automatische Antwort.
Ihr Anliegen wurde unter der Vorgangsnummer 4711 erfasst. Wir bearbeiten es so schnell wie möglich.
Please do not reply to this e-mail.|Eingangsbestätigung: Ihr Ticket 4711 wurde eröffnet.
We've received your inquiry (case #881) and will be in touch shortly.
Your request (4711) has been received and is being reviewed by our support staff. To add comments, reply to this email.
Ihre Anfrage (4711) ist eingegangen und wird von unserem Support bearbeitet. Um etwas hinzuzufügen, antworten Sie.
I am out of the office until 5 May. In urgent cases please write to my colleague.|I'm on annual leave until Monday.
Ich bin bis zum 5. Mai nicht im Büro. In dringenden Fällen wenden Sie sich bitte an meine Kollegin.
Ich bin im Urlaub und ab dem 9. Juni wieder erreichbar.|Abwesenheitsnotiz: Ich bin am Montag wieder da.
""",
    "internal note": r"""
Intern: Kunde ruft morgen zurück.|INTERNAL: customer is angry, refund approved.|Internal note: called twice.
Interne Notiz: Kunde ruft zurück.|[INTERN] bitte prüfen|Note to self: ask the warehouse.
Private note - check the invoice first.|Für die Kollegen.\nNur intern: Kulanz möglich.
Refund approved. Do not tell the customer yet.|Interner Vermerk: zweite Mahnung.
""",
    "attachment": """
Please see the attached PDF.|See attachment.|Please find attached your invoice.|I have attached the form.
The attached form explains it.|Siehe Anhang.|Anbei sende ich Ihnen die Rechnung.|Im Anhang finden Sie das Etikett.
Ich habe Ihnen die Anleitung angehängt.|In der Anlage finden Sie den Vertrag.
Bitte drucken Sie das beigefügte Formular aus.|You will find the label in the attachment.
I attach the invoice.|We attach your return label.|Die Rechnung liegt bei.|Das Formular liegt diesem Schreiben bei.
""",
}
ORDINARY = r"""
Is 3 < 5 and 7 > 2? Yes.|Use the `<br>` tag for a new line.|Tom & Jerry is on at nine.|AT&T has a shop there.
Press Ctrl & C.|From: the station, it is five minutes on foot.|I wrote to you on Monday.|> 5 kg is too heavy.
Am 5. Mai 2026 schrieb der Kunde an uns.|Write {"name": "Kim"} into the file.|It is [sic] correct.
See [our page](https://x.example).|[e-mail] will be answered.|Dear [name], yes.|Call [phone] or write to [e-mail].
Press [Name] twice.|The variable {name} is replaced.|Type <your name> and press OK.|From: Bonn\nTo: Berlin
The seller attached the wrong label? Then write to us.|Internal: no|Intern: Ein Praktikant.
Das Netz ist intern: kein Zugang.|We have received your complaint and refunded 20 euros. The reference number is 4711.
An automated email goes out each night.
The filter costs nine euros. It arrives on Monday.\nPlease do not reply to this e-mail.|The array [1] has one item.
Run `echo {{ name }}` in the shell.|Set %PATH% first.|[Update] It works.
We have received your parcel. The refund takes two days.|Once we have received your message, we will get back to you.
Thank you for your message. Please press the red button for ten seconds.
The battery is covered; our team gets back to you with a date.|Your order has been received and leaves tomorrow.
Sobald wir Ihre Nachricht erhalten, melden wir uns.|Bitte senden Sie uns die Ticketnummer.
Ihre Rücksendung ist eingegangen, das Geld kommt in drei Tagen.
Thank you for your e-mail. Yes, the filter can be washed.|The internal storage has 64 GB.
Internally, it is made of steel.|Das interne Laufwerk ist voll.|Intern heißt das Modell T-1000.
Please send us the receipt as an attachment.|The crevice attachment fits.|Use the attached brush.
The hose is attached to the body.|Hängen Sie den Beutel an.|Der Anhänger ist frei.|Im Anhang der Anleitung steht mehr.
Attach the nozzle, then press the button.|Bitte schicken Sie uns ein Foto.|Change your name in the settings.
Die Rechnung liegt bei uns.|We attach the ring to the lid before it is sent.|Our office is closed until Monday.
My colleague is on leave until Monday, so I answer.|I am on leave, so my colleague brings it.
Your parcel is at the office.|It costs $5 or 9$.|Pay 5$ or $7 more.
Wir sind bis Montag im Urlaub, Ihre Lampe kommt am Dienstag und kostet nichts.|Write <<EOF first.|x = a_b__c
Your address and phone number are saved.|Geben Sie Ihren Namen ein.
"""


def texts(lines: str) -> list[str]:
    return [text.replace("\\n", "\n").replace("¦", "|") for text in lines.strip().replace("\n", "|").split("|")]


def talk(answer: str, question: str = "How heavy is it, please?") -> dict:
    return {"messages": [{"role": "user", "content": question}, {"role": "assistant", "content": answer}]}


def kinds(*examples: dict) -> list[str]:
    finders = (find_markup_leftovers, find_unhelpful_answers, find_one_answer)
    return [found.kind for find in finders for found in find(list(examples))]


@pytest.mark.parametrize("kind, text", [(kind, text) for kind, lines in FOUND.items() for text in texts(lines)])
def test_what_was_left_in_an_answer_is_found(kind, text):
    assert kind in kinds(talk(text))


@pytest.mark.parametrize("text", texts(ORDINARY))
def test_an_ordinary_answer_raises_no_finding(text):
    assert not kinds(talk(text))


def test_markup_is_found_in_questions_and_in_each_turn():
    messages = [*talk("Yes.")["messages"], *talk("<p>Two.</p>", "<p>And Dear [NAME]?</p>")["messages"]]
    found = [(f.line, f.message, f.kind) for f in find_markup_leftovers([{"messages": messages, "line": 7}])]
    assert found == [(7, 3, "HTML"), (7, 3, "placeholder"), (7, 4, "HTML")]


def test_an_answer_that_is_its_question_is_found():
    assert kinds(talk("How heavy is it – please")) == ["echo"] and not kinds(talk("Yes.", "Yes?"))


@pytest.mark.parametrize(
    "answers, found",
    [
        (["Closed"] * 12, ["one answer"]),
        (["Within SLA", "SLA violated"] * 6, ["one answer"]),
        (["Geschlossen"] * 8 + ["In Bearbeitung"] * 4, ["one answer"]),
        (["We will call you."] * 19 + ["No."], ["one answer"]),
        (["Closed"] * 9, []),
        (["A", "B"] * 10, []),
        (["Yes."] * 17 + ["No."] * 3, []),
    ],
)
def test_one_answer_for_all_is_said_once(answers, found):
    assert kinds(*(talk(answer, f"Question {n}?") for n, answer in enumerate(answers))) == found


def test_greetings_are_not_the_one_answer():
    hello = {"role": "assistant", "content": "Hello, how can I help?"}
    asked = [talk(f"It is {n}.", f"Question {n}?")["messages"] for n in range(12)]
    greeted = [{"messages": [hello, *said]} for said in asked]
    greeted += [{"messages": [{"role": "user", "content": "Hi!"}, hello, *said]} for said in asked]
    assert not kinds(*greeted)
    assert first_answer(greeted[3]) == "It is 3."


def desks() -> list[dict]:
    paths = [*DATA.glob("*/*.jsonl"), *(ROOT / "data" / "desk").glob("*/*.jsonl")]
    written = [e for path in paths if ".truth" not in path.name for e in read_jsonl(path)]
    library = {"conversation": "Case", "role": "Person", "text": "Words", "roles": {"Librarian": "assistant"}}
    return written + read(ROOT / "data" / "library" / "desk.xlsx", **library)


def test_the_texts_of_three_desks_raise_no_finding():
    examples = desks()
    assert len(examples) > 5_000 and not kinds(*examples)


PLAIN = st.text(alphabet=st.sampled_from("abcdefghij ABC äöü .,!?-'\n0123"), max_size=60)
MARKUP = [(kind, text) for kind in ("HTML", "placeholder") for text in texts(FOUND[kind])]


@given(PLAIN)
def test_a_text_of_letters_and_marks_has_no_markup(text):
    assert not list(find_markup_leftovers([talk(text, text)]))


@given(PLAIN, st.sampled_from(MARKUP), PLAIN)
def test_markup_is_found_wherever_it_stands(before, markup, after):
    kind, text = markup
    assert kind in [found.kind for found in find_markup_leftovers([talk(f"{before} {text} {after}")])]


@given(
    st.sampled_from(["Dear Mr Blank,", "Write to kay@example.org", "Call 030 901820", "IBAN DE02120300000000202051"])
)
def test_what_masking_writes_is_no_placeholder(text):
    assert not list(find_markup_leftovers([talk(mask(text))]))


@pytest.mark.parametrize("text", ["\n>", "we received your message and a ", "[Order", "<a ", "On 1 ", "{{"])
def test_a_long_text_takes_no_time_by_the_square_of_its_length(text):
    started = time.process_time()
    kinds(talk(text * 20_000))
    assert time.process_time() - started < 5
