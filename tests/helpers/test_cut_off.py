"""Answers that stop too early, and those that only do without a full stop."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpers.paths import DATA, ROOT
from helpers.training_data import check, first_answer, read_jsonl
from helpers.training_data.cut_off import cut_off

COMPLETE = r"""
A|a|der|die|das|ein|on|off|to|with|E4|the|and|Within SLA|Error E17|E-204|ok|Ja bitte|Yes please|Option a|Vitamin a
The answer is A|The right article is der|Es heißt die|Artikel: das|Answer: the|Grade: a|Im Satz steht dem
Yes. I put one aside for you|Sure. We call you back tomorrow morning|We are open Mo. to Fr. from 9 a.m. to 5 p.m
Sie erreichen uns Mo. bis Fr. von 9 bis 17 Uhr|Fragen Sie bitte Dr. Meier in Raum 5|Ask for Prof. Lee in room 12
1. Lift the lid. 2. Press the button. 3. Close it again|It costs 19,-|Das kostet 5,–|Sorry to hear that :(
No worries ;)|Bring it to our shop. Thanks and see you soon|It weighs 2.4 kg. With the dock it is 3.1 kg
e.g. this one etc|You can send it back if you want to|Yes. This is the one you asked for
There is nothing else to pay for|I know what it is for|Ja. Schalten Sie ihn einfach ein
Der Laden ist noch auf. Am Abend macht er zu|Kommen Sie gern mit|Wir klären das
Das ist alles. Mehr weiß ich leider nicht. Das prüfen wir|Sie hören von uns, sobald er da ist|Ja, ich habe eine
So do I|Neither do we|Thanks for that. I will look into it|The plant will die|The fox lives in a den|Wo finde ich Sie
"Moby Dick" is on shelf 4. "Emma" is on "B"|Use `git commit`. Then run `git push`
See https://example.org/a. Or www.example.org/b|Das Modell heißt T-1000. Die Bürste heißt P-5|Best regards,
Mit freundlichen Grüßen,|Viele Grüße. Ihr Team|Ihre Anna vom Team|You are welcome. Have a nice day
Gern geschehen. Schönen Tag noch|Yes 👍|Done ✅|Let me know. Speak soon|Press Ctrl. Hold Alt|Is it on? Then press reset
Läuft er? Dann drücken Sie den Knopf|Two years, as always|That depends on which one you are looking at
Gut, dann nehmen wir den|Genau die|Das sind die|Guten Tag,|No need to|The person to turn to
Das hängt davon ab, wofür es ist|Ich sehe nach, wo die Teile sind|1 kWh. 3 h. 5 cm. 20 ml. 7 l. 10 qm
"""
CUT = r"""
Please wash the filter with|It is full. Please open the bottom fl|Bitte reinigen Sie die|Please call us and
If it does not start within a minute, we|You can return it within 30 days if the|Our opening hours are
Please bring your|Der Akku hält 40 Minuten, und|Nehmen Sie bitte eine|Sie können ihn zurückgeben, weil
Melden Sie sich bei der|Fragen Sie bitte den|Bitte laden Sie das Gerät, dass|We send it to you because
Bring it to the front desk of the|You need three things:|Das brauchen Sie:|It comes with a brush, a nozzle,
Der Preis (|```python\nx = 1|Prüfen Sie zuerst den Filter;|Delivery takes two to five days, but
Please press the reset button for|Please switch it off. Then take out the battery and|The motor is loud because the
Please call us within|Ihr Paket wurde von|Nach Ablauf der|Tap on the|Please add 200 ml of
Nehmen Sie den Deckel ab. Danach drücken Sie den
"""


def lines(texts: str) -> list[str]:
    return [text.replace("\\n", "\n") for text in texts.replace("\n", "|").split("|") if text]


@pytest.mark.parametrize("answer", lines(COMPLETE))
def test_an_answer_without_a_full_stop_is_not_cut_off(answer):
    assert not cut_off(answer)


@pytest.mark.parametrize("answer", lines(CUT))
def test_an_answer_that_stops_in_mid_sentence_is_cut_off(answer):
    assert cut_off(answer)


def answers() -> set[str]:
    paths = [*DATA.glob("*/train.jsonl"), *(ROOT / "data" / "desk").glob("*/train.jsonl")]
    return {first_answer(example) for path in paths for example in read_jsonl(path)}


def test_no_answer_of_the_desks_is_cut_off_with_or_without_its_full_stop():
    written = answers()
    assert len(written) > 1_500
    assert not [text for text in written if cut_off(text) or cut_off(text.rstrip(".!?"))]


def test_most_answers_that_end_with_an_article_or_a_conjunction_are_cut_off():
    """Cut in front of a noun or a clause, as a full column of a table does it."""
    ends = frozenset("the your our and or der den dem eine einen und weil".split())
    cut = [
        " ".join(words[:n])
        for words in map(str.split, sorted(answers()))
        for n in range(4, len(words))
        if words[n - 1] in ends
    ]
    assert len(cut) > 1_500 and sum(map(cut_off, cut)) > 0.99 * len(cut)


@given(st.from_regex(r"\A[^\W_]{1,12}\Z"))
def test_one_word_is_never_cut_off(word):
    assert not cut_off(word)


@given(st.text(), st.sampled_from(".!?…。)”\"'»"))
def test_what_ends_with_a_mark_is_never_cut_off(text, mark):
    closed = re.sub(r"[`{(\[„]", "", text)  # a bracket that stays open is cut off, whatever comes last
    assert not cut_off(closed + mark)


def test_classes_of_one_letter_are_all_kept():
    examples = [
        {"messages": [{"role": "user", "content": f"Question {n}?"}, {"role": "assistant", "content": answer}]}
        for n, answer in enumerate(["A", "B", "der", "die", "on", "off"] * 2)
    ]
    assert not check(examples).counts
