"""Exports of chats and mail."""

from email.message import EmailMessage

from .export_talks import TALKS, spoken
from .export_writers import Kind, folder_of, text, workbook

NAMES = {"roles": {"Red Desk": "assistant", "*": "user"}}
DESK = {"roles": {"@red.example": "assistant", "*": "user"}}
LABELS = {
    f"{n:02}.txt": f"Customer: {asked}\nSystem: 11\nnote: twice\nAgent: {said}\nA: so"
    for n, (asked, said) in enumerate(TALKS)
}
LABELLED = spoken([(f"{asked}\nSystem: 11\nnote: twice", f"{said}\nA: so") for asked, said in TALKS])
CELLS = [[f"Kim: {asked}\nRed Desk: {said}"] for asked, said in TALKS]

NOTICES = """31.12.25, 21:15 - Kim Blank: <Medien ausgeschlossen>
31.12.25, 21:15 - Kim Blank: Ist sie schwer?
31.12.25, 21:15 - Red Desk: Diese Nachricht wurde gelöscht.
31.12.25, 21:16 - Red Desk: Nein, 2 kg <Diese Nachricht wurde bearbeitet.>
31.12.25, 21:16 - Red Desk hat die Sicherheitsnummer geändert.
31.12.25, 21:17 - Kim Blank: null
31.12.25, 21:17 - Kim Blank: <Médias omis>
31.12.25, 21:17 - Kim Blank: \u200eimagen omitida
31.12.25, 21:17 - Kim Blank: \u200eSprachanruf, 2 Min.
31.12.25, 21:17 - Red Desk: \u200eIMG-20251231-WA0001.jpg (Datei angehängt)
Der Fuß
31.12.25, 21:18 - Kim Blank: Danke
31.12.25, 21:18 - Red Desk: \u200eBild weggelassen
31.12.25, 21:18 - Kim Blank: \u200eThis message was deleted
31.12.25, 21:18 - Red Desk: \u200e<attached: 00001-PHOTO-2025-12-31.jpg>
31.12.25, 21:18 - Kim Blank: \u200eMissed voice call
31.12.25, 21:18 - Red Desk: Gern \u200e<This message was edited>
"""
SAID = [
    ("user", "Ist sie schwer?"),
    ("assistant", "Nein, 2 kg"),
    ("assistant", "Der Fuß"),
    ("user", "Danke"),
    ("assistant", "Gern"),
]


def whatsapp(stamp: str) -> dict[str, str | bytes]:
    return {
        f"{n:02}.txt": f"{stamp}Messages are end-to-end encrypted.\n{stamp}Kim Blank: {a}\n{stamp}Red Desk: {b}\n"
        for n, (a, b) in enumerate(TALKS)
    }


def mails(talks=TALKS) -> list[bytes]:
    """Question and answer, which quotes the question and is signed; the answers come first."""
    found = []
    for n, (asked, said) in enumerate(talks):
        quoted = f"On Mon, 5 Jan 2026 at 09:14, Kim <k{n}@b.example> wrote:\n> {asked}\n"
        answer = f"{said}\n\n-- \nAnna Lee, Red Desk\n\n{quoted}"
        for who, body, day, own, other in (
            ("Anna <anna@red.example>", answer, 6, f"<a{n}@red.example>", f"<q{n}@b.example>"),
            (f"Kim <k{n}@b.example>", asked + "\n\nSent from my iPhone\n", 5, f"<q{n}@b.example>", ""),
        ):
            mail = EmailMessage()
            mail["From"], mail["Subject"], mail["Message-ID"] = who, "Re: Lamp" if other else "Lamp", own
            mail["Date"] = f"Mon, {day:02} Jan 2026 09:14:00 +0000"
            if other:
                mail["In-Reply-To"] = other
            mail.set_content(body)
            found.append(bytes(mail))
    return found


MBOX = "".join(f"From k@b Mon Jan  5 09:14:00 2026\n{mail.decode()}\n" for mail in mails())
KINDS = [
    Kind("WhatsApp, Android, 12 hours", folder_of(whatsapp("12/31/25, 9:15\u202fPM - ")), NAMES, spoken()),
    Kind("WhatsApp, Android, 24 hours", folder_of(whatsapp("31.12.25, 21:15 - ")), NAMES, spoken()),
    Kind("WhatsApp, Android, German afternoon", folder_of(whatsapp("31.12.25, 9:15 nachm. - ")), NAMES, spoken()),
    Kind("WhatsApp, Swiss iPhone", folder_of(whatsapp("[31.12.25 um 21:15:03] ")), NAMES, spoken()),
    Kind("WhatsApp, Dutch", folder_of(whatsapp("31-12-2025 21:15 - ")), NAMES, spoken()),
    Kind("WhatsApp, French", folder_of(whatsapp("31/12/2025 à 21:15 - ")), NAMES, spoken()),
    Kind("WhatsApp, Finnish", folder_of(whatsapp("31.12.2025 klo 21.15 - ")), NAMES, spoken()),
    Kind("WhatsApp, Chinese", folder_of(whatsapp("2025/12/31 下午9:15 - ")), NAMES, spoken()),
    Kind("WhatsApp, notices", text("x.txt", NOTICES), NAMES, [SAID]),
    Kind("WhatsApp, iPhone, 12 hours", folder_of(whatsapp("[12/31/25, 9:15:03\u202fPM] ")), NAMES, spoken()),
    Kind("WhatsApp, iPhone, 24 hours", folder_of(whatsapp("\u200e[31.12.25, 21:15:03] ")), NAMES, spoken()),
    Kind(
        "WhatsApp, one file", text("x.txt", str(whatsapp("[31.12.25, 21:15:03] ")["00.txt"])), NAMES, spoken(TALKS[:1])
    ),
    Kind("chats with labels", folder_of(LABELS), {}, LABELLED),
    Kind(
        "chats without speakers",
        folder_of({"a.txt": "Hello", "b.txt": "There"}),
        {},
        "no line begins with a known speaker",
    ),
    Kind("mbox", text("x.mbox", MBOX), DESK, spoken(), "20 threads"),
    Kind(
        "a folder of eml",
        folder_of({f"{n:02}.eml": mail for n, mail in enumerate(mails())}),
        DESK,
        spoken(),
        "20 threads",
    ),
    Kind("mail without own addresses", folder_of({"1.eml": mails()[0]}), {}, "Say which is yours"),
    Kind("chats in cells", workbook({"a": [["Transcript"], *CELLS]}), {"text": "Transcript"} | NAMES, spoken()),
]
