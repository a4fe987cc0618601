"""Whether a text is in a Western or Central European language, by its frequent words: short texts have few letters."""

import re

WESTERN = frozenset(
    "the and are you your what how where when it of for with this my can und ist sie wie wo ich der die das ein eine "
    "nicht für mit auf gibt wir ihr kann bitte danke est les des une vous votre où mon ma pas pour dans avec que et "
    "très été bonjour qué cómo dónde cuándo cuánto quién hola está los las por para con mi su el gracias "
    "il che sono come della grazie sì è não você meu minha como quando obrigado "
    "het een niet met voor mijn van waar og det er jeg ikke på til hvor min "
    "med har kan och är jag inte var hur tack tak".split()
)  # in English, German, French, Spanish, Italian, Portuguese, Dutch, Danish, Norwegian, Swedish
CENTRAL = frozenset(
    "nie jest czy jak gdzie moja mój proszę dziękuję się że co kiedy dla jestem mam mogę dzień dobry cześć ile działa "
    "kde kdy kolik proč není můj moje má jsem jsou máte mohu nemohu prosím děkuji dobrý za už byl kedy ako sú ďakujem "
    "môj az és nem egy hogy kérem köszönöm mikor mennyi gdje kada kako molim hvala moj moja nije sam kdaj unde când "
    "vă rog mulțumesc și cât".split()
)  # in Polish, Czech, Slovak, Hungarian, Croatian, Slovene, Romanian; no word that a Western language has, too
CENTRAL_LETTERS = frozenset("ąćęłńśźżčďěňřšťůžőűăţşđĽľĺŕ")


def frequent_words(text: str, words: frozenset[str]) -> int:
    """How many of the text's words are among these."""
    return sum(word in words for word in re.findall(r"[^\W\d_]+", text.lower()))
