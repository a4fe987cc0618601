"""Mail: threads, who speaks, and what each writer wrote."""

import mailbox
import warnings
import zipfile
from email.message import EmailMessage

import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpers.training_data import read
from helpers.training_data.mail_text import written_text
from helpers.training_data.repeated_endings import without_repeated_endings

ROLES = {"@red.example": "assistant", "*": "user"}
ASKED, SAID = "Is the lamp heavy?\n\nIt is for my aunt.", "No, it weighs 2 kg.\nShall I send one?"
QUOTED = "".join(f"> {line}\n" for line in ASKED.split("\n"))

WAYS_TO_QUOTE = {
    "Gmail": f"On Mon, Jan 5, 2026 at 9:14 AM Kim Blank <kim@blank.example> wrote:\n\n{QUOTED}",
    "Gmail, wrapped": f"On Mon, Jan 5, 2026 at 9:14 AM Kim Blank\n<kim@blank.example> wrote:\n\n{QUOTED}",
    "Gmail, German": f"Am Mo., 5. Jan. 2026 um 09:14 Uhr schrieb Kim Blank <\nkim@blank.example>:\n\n{QUOTED}",
    "Apple Mail": f"> On 5. Jan 2026, at 09:14, Kim Blank <kim@blank.example> wrote:\n> \n{QUOTED}",
    "Apple Mail, German": f"Am 05.01.2026 um 09:14 schrieb Kim Blank <kim@blank.example>:\n\n{QUOTED}",
    "Thunderbird, German": f"Am 05.01.26 um 09:14 schrieb Kim Blank:\n{QUOTED}",
    "Outlook": f"{'_' * 32}\nFrom: Kim Blank <kim@blank.example>\nSent: Monday, January 5, 2026 9:14 AM\n"
    f"To: Red Desk <service@red.example>\nSubject: Lamp\n\n{ASKED}\n",
    "Outlook, German": f"Von: Kim Blank <kim@blank.example>\nGesendet: Montag, 5. Januar 2026 09:14\n"
    f"An: Red Desk\nBetreff: Lampe\n\n{ASKED}\n",
    "Outlook, new": f"From: Kim Blank <kim@blank.example>\nDate: Monday, 5 January 2026 at 09:14\nTo: Red Desk\n"
    f"Subject: Lamp\n\n{ASKED}\n",
    "Outlook, old": f"-----Original Message-----\nFrom: Kim Blank\n\n{ASKED}\n",
    "Outlook, old and German": f"-----Ursprüngliche Nachricht-----\nVon: Kim Blank\n\n{ASKED}\n",
    "GMX": f"Gesendet: Montag, 5. Januar 2026 um 09:14 Uhr\nVon: Kim <kim@blank.example>\nAn: Red\n"
    f"Betreff: Lampe\n\n{ASKED}\n",
    "Outlook as text": "*From:* Kim Blank\n*Sent:* Monday\n*To:* Red Desk;\n    Bo\n*Subject:* Lamp\n\nold\n",
    "T-Online": f"-----Original-Nachricht-----\nBetreff: Lampe\nDatum: 2026-01-05\nVon: Kim\nAn: Red\n\n{ASKED}\n",
    "name first": f"Kim Blank <kim@blank.example> schrieb am Mo., 5. Jan. 2026, 09:14:\n\n{QUOTED}",
    "name only": f"Kim Blank wrote:\n{QUOTED}",
    "Polish": f"pon., 5 sty 2026 o 09:14 Kim Blank <kim@blank.example> napisał(a):\n\n{QUOTED}",
    "without a mark": f"On 5 Jan 2026, at 09:14, Kim Blank wrote:\n\n{ASKED}\n",
    "Yahoo": f"    On Monday, January 5, 2026 at 09:14:00 AM GMT+1, Kim <kim@blank.example> wrote:  \n \n {ASKED}\n",
    "Yahoo, German": "    Am Montag, 5. Januar 2026 um 09:14:00 MEZ hat Kim <kim@blank.example> Folgendes geschrieben:"
    f"  \n \n {ASKED}\n",
    "Apple Mail, forwarded": "Begin forwarded message:\n\nFrom: Kim <kim@blank.example>\nSubject: Lamp\n"
    f"Date: 5 January 2026 at 09:14:00 CET\nTo: Red Desk\n\n{ASKED}\n",
    "Apple Mail, forwarded and German": "Anfang der weitergeleiteten Nachricht:\n\nVon: Kim <kim@blank.example>\n"
    f"Betreff: Lampe\nDatum: 5. Januar 2026 um 09:14:00 MEZ\nAn: Red Desk\n\n{ASKED}\n",
    "Gmail, forwarded": "---------- Forwarded message ---------\nFrom: Kim <kim@blank.example>\n"
    f"Date: Mon, Jan 5, 2026\nSubject: Lamp\nTo: Red Desk\n\n{ASKED}\n",
    "French": f"Le lun. 5 janv. 2026 à 09:14, Kim Blank <kim@blank.example> a écrit :\n\n{QUOTED}",
}
WAYS_TO_SIGN = {
    "nothing": "",
    "RFC 3676": "\n-- \nAnna Lee\nRed Desk\nTel. +49 30 1234567\n",
    "closing": "\nKind regards,\nAnna Lee\n\nRed Ltd\nTel. 030 1234567\n",
    "German closing": "\nMit freundlichen Grüßen\n\ni.A. Anna Lee\nRed GmbH, Sitz Berlin\n",
    "closing on a line": "\nViele Grüße aus Berlin, Anna Lee\n",
    "thanks on a line": "\nThanks, Anna\n",
    "short closing": "\nLG\nAnna\n",
    "thanks": "\nThanks,\nAnna\n",
    "telephone": "\nSent from my iPhone\n",
    "telephone, German": "\nVon meinem iPhone gesendet\n",
    "Outlook on a telephone": "\nGet Outlook for iOS<https://aka.example/x>\n",
    "footer": "\nThis e-mail and its attachments are confidential. If it is not for you, tell us.\n",
}


@pytest.mark.parametrize("quote", WAYS_TO_QUOTE)
@pytest.mark.parametrize("sign", WAYS_TO_SIGN)
def test_only_the_writers_own_words_are_left(quote, sign):
    assert written_text(f"{SAID}\n{WAYS_TO_SIGN[sign]}\n{WAYS_TO_QUOTE[quote]}") == SAID
    assert written_text(f"{SAID}\n{WAYS_TO_SIGN[sign]}\n{WAYS_TO_QUOTE[quote]}".replace("\n", "\r\n")) == SAID


@pytest.mark.parametrize(
    "html",
    [
        '<div dir="ltr">{}</div><br><div class="gmail_quote"><div class="gmail_attr">On Mon, Jan 5, 2026 at 9:14 AM '
        'Kim &lt;<a href="mailto:k@x.example">k@x.example</a>&gt; wrote:<br></div><blockquote class="gmail_quote">{}'
        "<blockquote>older</blockquote></blockquote></div>",
        '{}<div><br></div><blockquote type="cite"><div>Am 05.01.2026 um 09:14 schrieb Kim &lt;k@x.example&gt;:</div>'
        "<div>{}</div></blockquote>",
        '<p class="MsoNormal">{}</p><div style="border-top:solid #E1E1E1 1.0pt"><p class="MsoNormal"><b>From:</b> Kim'
        "<br><b>Sent:</b> Monday, January 5, 2026 9:14 AM<br><b>To:</b> Red<br><b>Subject:</b> Lamp</p></div><p>{}</p>",
        '<div>{}</div><div id="Signature"><p>Anna Lee, Red Ltd</p></div><hr><div id="divRplyFwdMsg"><b>Von:</b> Kim<br>'
        "<b>Gesendet:</b> Montag, 5. Januar 2026 09:14<br><b>An:</b> Red<br><b>Betreff:</b> Lampe</div><div>{}</div>",
        '<p>{}</p><pre class="moz-signature">-- \nAnna</pre>',
    ],
)
def test_mail_in_html(html):
    asked, said = (text.replace("\n", "<br>") for text in (ASKED, SAID))
    assert written_text(html.format(said, asked), is_html=True) == SAID


def test_a_signature_without_a_sign_is_told_by_being_repeated():
    signed = [f"{n} kg.\n\nAnna Lee\nRed Desk, Tel. 030 1234567" for n in range(3)]
    assert without_repeated_endings([*signed, "Call me: Tel. 1"]) == ["0 kg.", "1 kg.", "2 kg.", "Call me: Tel. 1"]
    canned = [f"{n} kg.\nDo write again." for n in range(5)]
    assert without_repeated_endings(canned) == canned
    assert without_repeated_endings(signed[:2]) == signed[:2]


@pytest.mark.parametrize(
    "text",
    [
        "Thanks,\n\nI have one more question: is it heavy?",
        "On Monday I wrote:\nis it heavy?",
        "From: Berlin\nDate: 5 May\nTwo tickets, please.",
        "a > b is true\n-- not a signature\nBest of all is blue.",
        "Sent the lamp back on Monday. Where is my money?",
        "Sent from Berlin on Monday.\nWhere is it?",
        "Is the message of the lamp, E4, a fault?",
        "These do not work:\nLG Fernseher\nVG 7 Lampe\nWhy?",
        "From: Berlin\nTo: Paris\nDate: 5 May\nTwo, please.",
        "Thanks for the lamp.",
        "My brother wrote:\nit is too heavy",
    ],
)
def test_what_only_looks_like_a_quotation_stays(text):
    assert written_text(text) == text


def test_answers_between_and_below_quotations():
    text = (
        "On 5 Jan 2026, at 09:14, Kim wrote:\n> Is it heavy?\n\nNo, 2 kg.\n\n> Is it loud?\n\nNo.\n\nBest regards\nAnna"
    )
    assert written_text(text) == "No, 2 kg.\n\nNo."


def test_a_postscript_and_an_indented_paragraph_stay():
    assert written_text("No.\n\nBest regards\nAnna\n\nP.S. It is blue.") == "No.\n\nP.S. It is blue."
    indented = '<blockquote style="margin:0 0 0 40px;border:none"><div>two</div></blockquote>'
    assert written_text(f"<div>one</div>{indented}<div>three</div>", is_html=True).split() == ["one", "two", "three"]


@given(st.text())
def test_any_text_has_written_text(text):
    for is_html in (False, True):
        assert len(written_text(text, is_html)) <= len(text) * 3


def mail(sender, text, subject="Lamp", day=5, name="", answers="", **headers) -> EmailMessage:
    message = EmailMessage()
    message["From"], message["Subject"] = sender, subject
    message["To"] = "kim@blank.example" if "red" in sender else "service@red.example"
    message["Date"] = f"Mon, {day:02} Jan 2026 09:14:00 +0000"
    for key, value in (("Message-ID", name), ("In-Reply-To", answers), *headers.items()):
        if value:
            message[key.replace("_", "-")] = value
    message.set_content(text)
    return message


KIM, RED = "Kim Blank <kim@blank.example>", "Anna Lee <anna@red.example>"
THREAD = [
    mail(RED, f"{SAID}\n\nOn Mon, 5 Jan 2026 at 09:14, Kim wrote:\n\n{QUOTED}", "Re: Lamp", 6, "<2@r>", "<1@b>"),
    mail(KIM, ASKED, name="<1@b>"),
]
SPOKEN = [("user", ASKED), ("assistant", SAID)]


def write(path, mails):
    if path.suffix == ".mbox":
        box = mailbox.mbox(path)
        for message in mails:
            box.add(message)
        box.close()
    else:
        path.mkdir()
        for n, message in enumerate(mails):
            (path / f"{n}.eml").write_bytes(bytes(message))
    return path


def threads(path, roles=None, **words):
    with warnings.catch_warnings(action="ignore"):
        examples = read(path, roles=roles or ROLES, **words)
    return [[(m["role"], m["content"]) for m in example["messages"]] for example in examples]


@pytest.mark.parametrize("kind", ["x.mbox", "folder"])
@pytest.mark.parametrize(
    "roles",
    [
        ROLES,
        {"red.example": "assistant"},
        {"@red.example": "assistant"},
        {"anna@red.example": "assistant"},
        {RED: "assistant"},
    ],
)
def test_a_thread_is_a_conversation_in_the_order_of_time(tmp_path, kind, roles):
    path = write(tmp_path / kind, THREAD)
    with pytest.warns(UserWarning, match=f"{kind}: this looks like mail; I take 2 mails as 1 threads"):
        (example,) = read(path, roles=roles, topic="subject", system="Be short.")
    assert [(m["role"], m["content"]) for m in example["messages"]] == [("system", "Be short."), *SPOKEN]
    assert (example["line"], example["id"], example["topic"]) == (1, "<1@b>", "Lamp")


def test_threads_by_references_and_by_subject(tmp_path):
    others = [
        mail(KIM, "one", "Lamp", 1),
        mail(RED, "two", "AW: Lamp", 2),
        mail("Bo <bo@b.example>", "three", "Lamp", 3, "<3@b>"),
        mail(KIM, "four", "Lamp", 4),
        mail(RED, "five", "Re: Lamp", 5, References="<gone@x> <3@b>"),
    ]
    assert threads(write(tmp_path / "x.mbox", others)) == [
        [("user", "one"), ("assistant", "two")],
        [("user", "three"), ("assistant", "five")],
        [("user", "four")],
    ]


def test_a_mail_in_two_boxes_is_one(tmp_path):
    write(tmp_path / "x.mbox", THREAD)
    write(tmp_path / "sent.mbox", THREAD[:1])
    assert threads(tmp_path) == [SPOKEN]


def test_mail_without_an_ending_and_in_a_zip(tmp_path):
    write(tmp_path / "x.mbox", THREAD)
    (tmp_path / "x.mbox").rename(tmp_path / "Inbox")
    assert threads(tmp_path / "Inbox") == [SPOKEN]
    with zipfile.ZipFile(tmp_path / "x.zip", "w") as packed:
        for n, message in enumerate(THREAD):
            packed.writestr(f"mail/{n}.eml", bytes(message))
    assert threads(tmp_path / "x.zip") == [SPOKEN]


def test_automatic_replies_are_left_out_and_counted(tmp_path):
    receipt = mail(RED, "We have got your mail.", "Re: Lamp", 5, "<r@r>", "<1@b>", Auto_Submitted="auto-replied")
    with pytest.warns(UserWarning, match="1 automatic reply left out"):
        (example,) = read(write(tmp_path / "x.mbox", [*THREAD, receipt]), roles=ROLES)
    assert len(example["messages"]) == 2


def test_mail_between_colleagues_is_left_out_and_counted(tmp_path):
    internal = mail(RED, "Bo, do you know it?", "Re: Lamp", 5, "<c@r>", "<1@b>")
    internal.replace_header("To", "Bo <bo@red.example>")
    with pytest.warns(UserWarning, match="1 mail between colleagues left out"):
        (example,) = read(write(tmp_path / "x.mbox", [*THREAD, internal]), roles=ROLES)
    assert len(example["messages"]) == 2


def test_a_mail_without_text_asks_in_its_subject(tmp_path):
    empty = mail(KIM, "", "Is it heavy?", name="<1@b>")
    assert threads(write(tmp_path / "x.mbox", [empty, THREAD[0]])) == [[("user", "Is it heavy?"), SPOKEN[1]]]


def test_a_mail_from_a_form_is_the_customers(tmp_path):
    form = mail("Form <form@red.example>", ASKED, name="<1@b>", Reply_To=KIM)
    assert threads(write(tmp_path / "x.mbox", [THREAD[0], form])) == [SPOKEN]


def test_lines_that_begin_with_from(tmp_path):
    said = "From 10:00 to 12:00 we are here.\n\nFrom May on, too."
    content = f"From kim@x Mon Jan  5 09:14:00 2026\nFrom: {RED}\nMessage-ID: <1@r>\n\n{said}\n\n"
    (tmp_path / "x.mbox").write_text(content * 2)
    assert threads(tmp_path / "x.mbox") == [[("assistant", said)]]


def test_encodings_of_mail(tmp_path):
    plain = "Größe für Łódź"
    message = mail("=?utf-8?q?K=C3=BCm?= <kim@blank.example>", plain, "=?iso-8859-1?q?Gr=F6=DFe?=", name="<1@b>")
    message.add_alternative("<p>not this</p>", subtype="html")
    message.add_attachment(b"x", maintype="application", subtype="pdf", filename="a.pdf")
    answers = b"In-Reply-To: <1@b>\nContent-Type: text/plain; "
    raw = b"From: anna@red.example\n" + answers + b"charset=unknown-1\n\nFor the stra\xdfe.\n"
    flowed = b"From: kim@x.example\n" + answers + b"format=flowed\n\none \ntwo\nthree\n-- \nK\n"
    (tmp_path / "1.eml").write_bytes(bytes(message))
    (tmp_path / "2.eml").write_bytes(raw)
    (tmp_path / "3.eml").write_bytes(flowed)
    with warnings.catch_warnings(action="ignore"):
        (example,) = read(tmp_path, roles=ROLES, topic="subject")
    assert sorted(m["content"] for m in example["messages"]) == ["For the straße.", plain, "one two\nthree"]


@pytest.mark.parametrize(
    "content, roles, why",
    [
        (bytes(THREAD[1]), {}, "holds mail from @blank.example. Say which is yours"),
        (b"", ROLES, "x.eml holds no mail"),
        (b"\x00" * 9, ROLES, "x.eml holds no mail"),
    ],
)
def test_mail_that_cannot_be_read_says_what_to_do(tmp_path, content, roles, why):
    (tmp_path / "x.eml").write_bytes(content)
    with pytest.raises(ValueError, match=why):
        read(tmp_path / "x.eml", roles=roles)


def test_mail_and_chats_in_one_folder(tmp_path):
    (tmp_path / "x.eml").write_bytes(bytes(THREAD[0]))
    (tmp_path / "x.txt").write_text("Agent: Hi")
    with pytest.raises(ValueError, match="has mail and .txt files"):
        read(tmp_path, roles=ROLES)


HEADERS = st.sampled_from("From To Date Subject Message-ID References Content-Type Content-Transfer-Encoding".split())
VALUES = st.text(max_size=20) | st.sampled_from(
    [
        "a@red.example",
        "<1@b>",
        "multipart/mixed; boundary=x",
        "=?utf-8?b?!!?=",
        "base64",
        "text/plain; charset=\x00",
        "text/html",
    ]
)


@given(st.lists(st.tuples(HEADERS, VALUES), max_size=6), st.binary(max_size=80))
def test_any_mail_is_read_or_explained(tmp_path_factory, headers, body):
    path = tmp_path_factory.mktemp("mail") / "x.eml"
    head = "".join(f"{name}: {value}\n" for name, value in headers)
    path.write_bytes(head.encode("utf-8", "replace") + b"\n" + body)
    try:
        threads(path)
    except ValueError as error:
        assert str(path) in str(error)
