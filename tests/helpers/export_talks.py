"""What all generated exports hold: a small shop's questions and answers, written for these tests."""

TALKS = [
    ("Is the lamp heavy?", "No, it weighs 2 kg."),
    ("When do you open on Sunday?", "We are closed on Sundays."),
    ("My parcel has not come yet.", "It was sent on Monday and takes four days."),
    ("Can I pay by invoice?", "Yes, from the second order on."),
    ("Which bulb fits the Nova?", "Any bulb with an E27 socket."),
    ("The switch is stuck", "Please send it back, we pay for the way."),
    ("How do I clean the glass", "With warm water, and without soap."),
    ("do you ship to Norway", "We do, for 12 euros."),
    ("I want my money back!", "You get it within a week after the lamp is here."),
    ("Is there a green one?", "Only in red and in blue."),
    ("What is the guarantee?", "Three years on all parts."),
    ("Please change my street to Elm Road", "I have changed it."),
    ("Why does it flicker?", "Most often the bulb is loose; turn it once more."),
    ("May children use it?", "From six years on."),
    ("Is it bright enough for reading?", "Yes, it has 800 lumens."),
    ("Where is the manual?", "It lies in the box, below the shade."),
    ("Can it hang from a ceiling?", "It cannot: it needs a table."),
    ("Have you got a shop in Leeds?", "We sell only here."),
    ("The box was open.", "I am sorry; is anything missing?"),
    ("Cancel my order, please", "It is cancelled."),
]
GERMAN = [
    ("Wie schwer ist die Lampe?", "Sie wiegt 2 kg; mit Fuß."),
    ("Wann öffnen Sie am Sonntag?", "Sonntags ist geschlossen."),
    ("Mein Paket ist nicht da", "Es ging am Montag raus."),
    ("Passt jede Glühbirne?", 'Nur eine mit "E27"\nund höchstens 60 Watt.'),
]
OTHERS = {
    "es": [("¿Dónde está mi pedido?", "Llegará mañana."), ("¿Es pesada la lámpara?", "No, pesa 2 kg.")],
    "fr": [("Où est mon colis ?", "Il arrive demain."), ("La lampe est-elle lourde ?", "Non, 2 kg.")],
    "pl": [("Gdzie jest moja paczka? Dziękuję", "Jutro będzie."), ("Czy lampa jest ciężka?", "Nie, waży 2 kg.")],
    "ja": [("注文はどこですか。", "明日届きます。"), ("ランプは重いですか。", "いいえ、2キロです。")],
    "ar": [("أين طلبي؟", "يصل غدا."), ("هل المصباح ثقيل؟", "لا، وزنه كيلوغرامان.")],
    "ru": [("Где мой заказ?", "Он придёт завтра."), ("Лампа тяжёлая?", "Нет, 2 кг.")],
}


def spoken(talks=TALKS) -> list[list[tuple[str, str]]]:
    """Roles and texts of the examples that reading must give."""
    return [[("user", asked), ("assistant", said)] for asked, said in talks]
