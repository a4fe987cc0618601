"""The language of a text is recognized or left open, never wrong; only sets of several languages raise a finding."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpers.paths import DATA, ROOT
from helpers.training_data import clean, inspect, read_jsonl
from helpers.training_data.example import messages, text
from helpers.training_data.languages import language_of
from helpers.training_data.other_language import find_other_language

SAID = {
    "English": "Where can I return my parcel?|Please hold the button for ten seconds, then the light turns green.",
    "German": "Wo kann ich mein Paket zurückgeben?|Halten Sie die Taste gedrückt, dann leuchtet die Lampe grün.",
    "French": "Où puis-je renvoyer mon colis ?|Appuyez sur le bouton dix secondes, puis le voyant devient vert.",
    "Spanish": "¿Dónde puedo devolver mi paquete?|Hola, no he recibido la factura, ¿me la pueden enviar otra vez?",
    "Italian": "Dove posso restituire il mio pacco?|Tenga premuto il pulsante per dieci secondi, poi la luce è verde.",
    "Portuguese": "Onde posso devolver a minha encomenda?|O seu pedido saiu do nosso armazém e chega na segunda-feira.",
    "Dutch": "Waar kan ik mijn pakket terugsturen?|Uw bestelling heeft ons magazijn verlaten en komt maandag aan.",
    "Swedish": "Var kan jag lämna tillbaka mitt paket?|Hej, jag har inte fått fakturan, kan ni skicka den igen?",
    "Danish or Norwegian": "Hvor kan jeg returnere min pakke?|Din ordre har forladt vores lager og kommer på mandag.",
    "Polish": "Gdzie mogę zwrócić moją paczkę?|Dzień dobry, nie dostałem faktury, czy można ją wysłać jeszcze raz?",
    "Czech or Slovak": "Kde mohu vrátit svůj balík?|Dobrý den, nedostal jsem fakturu, můžete mi ji prosím poslat?",
    "Hungarian": "Hol tudom visszaküldeni a csomagomat?|Jó napot, nem kaptam meg a számlát, el tudják küldeni?",
    "Cyrillic": "Где я могу вернуть посылку?|Ваш заказ покинул наш склад и прибудет в понедельник.",
    "Greek": "Πού μπορώ να επιστρέψω το πακέτο μου;|Η παραγγελία σας έφυγε από την αποθήκη μας.",
    "Arabic": "أين يمكنني إعادة الطرد الخاص بي؟|غادر طلبك مستودعنا وسيصل يوم الاثنين.",
    "Japanese": "荷物はどこで返品できますか。|ご注文の商品は倉庫を出発しました。",
    "Chinese": "我在哪里可以退回我的包裹？谢谢您|您的订单已离开我们的仓库，将于星期一到达。",
    "Korean": "소포를 어디에서 반품할 수 있나요?|주문하신 상품이 창고를 떠났습니다.",
}
SENTENCES = [(language, sentence) for language, said in SAID.items() for sentence in said.split("|")]
NO_LANGUAGE = """
T-1000|LG OLED77C4|Café de la Paix|Eau de Parfum|Die Hard|Der Herr der Ringe|Les Misérables|La Casa de Papel|Il Divo
Das Boot|El Corte Inglés|Le Creuset|Villeroy & Boch|Dolce Gusto Mini Me|Galaxy Tab S9 FE|Windows Home Server|OK.|No.
Via del Corso|Rio de Janeiro|Rue de la Gare 12|Van den Berg|Yes|Да|東京|E-4711|7.40 EUR|[name]|https://en.example/is/the
Xiaomi 小米|{"is": "the", "on": "and"}|`if it is not in the list: return`
"""


def talk(question, answer, system=""):
    said = [("system", system)] * bool(system) + [("user", question), ("assistant", answer)]
    return {"messages": [{"role": role, "content": content} for role, content in said]}


def of(language, times):
    return [talk(*SAID[language].split("|"))] * times


def found(examples):
    return [(finding.line, finding.kind, finding.detail) for finding in find_other_language(examples)]


@pytest.mark.parametrize(
    "language, sentence", SENTENCES, ids=[f"{name} {n % 2}" for n, (name, _) in enumerate(SENTENCES)]
)
def test_sentences_of_a_desk_are_told(language, sentence):
    assert language_of(sentence) == language


@pytest.mark.parametrize("said", [one for line in NO_LANGUAGE.strip().splitlines() for one in line.split("|")])
def test_products_titles_places_and_code_are_in_no_language(said):
    assert language_of(said) == ""


@given(st.sampled_from(SENTENCES), st.sampled_from(SENTENCES))
def test_where_two_languages_are_mixed_no_third_is_told(one, other):
    assert language_of(f"{one[1]} {other[1]}") in (one[0], other[0], "")


@pytest.mark.parametrize("folder, language", [(DATA / "en", "English"), (DATA / "de", "German")])
def test_the_desks_texts_are_in_their_own_language(folder, language):
    examples = [example for path in sorted(folder.glob("*.jsonl")) for example in read_jsonl(path)]
    told = [language_of(text(message)) for example in examples for message in messages(example)]
    assert set(told) == {language, ""} and told.count(language) > len(told) / 2
    assert not found(examples)


@pytest.mark.parametrize("folder", ["en", "de"])
def test_the_exported_tickets_of_both_desks_raise_no_finding(folder):
    assert not found(read_jsonl(ROOT / "data" / "desk" / folder / "raw.jsonl"))


def test_an_answer_in_another_language_than_its_question_is_left_out():
    examples = [
        *of("German", 20),
        talk("Wer hat die Kaffeemaschine für mich repariert?", SAID["English"].split("|")[1]),
    ]
    assert found(examples) == [(21, "other language", "the question is in German, the answer in English")]
    report = inspect(examples)
    assert examples[20] not in clean(examples, report)
    assert examples[20] in clean(examples, report, ["other language"])


@pytest.mark.parametrize(
    "prompt, question",
    [
        ("Always answer in German.", "Where can I return my parcel?"),
        ("", "Where is the manual in German, and how do I get it?"),
        ("", "Please translate: Where can I return my parcel?"),
        ("", "Übersetze das bitte: Where can I return my parcel?"),
    ],
)
def test_where_a_language_is_asked_for_the_answer_may_be_in_it(prompt, question):
    assert not found([talk(question, SAID["German"].split("|")[1], prompt)] * 20)


def test_many_answers_in_another_language_are_named_once_and_kept():
    examples = of("German", 20) + [talk(SAID["Polish"].split("|")[0], SAID["English"].split("|")[1])] * 5
    detail = "5 of 25 answers are in another language than the question"
    assert (21, "many languages", detail) in found(examples)
    assert "other language" not in [kind for _, kind, _ in found(examples)]


def test_a_set_in_seven_languages_is_named_once():
    languages = ["English", "German", "French", "Spanish", "Polish", "Japanese", "Arabic"]
    named = ", ".join(f"10 in {language}" for language in languages)
    examples = [example for language in languages for example in of(language, 10)]
    assert found(examples) == [(11, "many languages", f"of 70 examples {named}")]
    assert len(clean(examples, inspect(examples), ["duplicate", "near-duplicate"])) == 70


@pytest.mark.parametrize("few", [1, 3])
def test_a_few_customers_of_another_language_are_no_mixed_set(few):
    assert not found(of("English", 30) + of("Spanish", few))


@given(st.text(alphabet="0123456789 .,:;!?-+/()€$%#*\n", max_size=60))
def test_numbers_and_signs_are_in_no_language(said):
    assert language_of(said) == ""


@given(st.lists(st.tuples(st.text(max_size=20), st.text(max_size=20)), max_size=8))
def test_whatever_is_said_a_finding_names_a_line_of_the_set(said):
    assert all(1 <= line <= len(said) for line, _, _ in found([talk(*pair) for pair in said]))
