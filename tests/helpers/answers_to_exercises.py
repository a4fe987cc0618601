"""Right and wrong answers to each exercise, as readers may give them."""

import ast
import difflib
import hashlib
import itertools
import json
import math
import random
import re
import uuid
from typing import Any

import numpy as np

from helpers import compare, jobs, stats, tokens
from helpers.training_data.letter_triples import char_trigrams, jaccard, plain
from helpers.training_data.same_question import question, similarity

from . import answers_about_limits

SYSTEM = {"role": "system", "content": "T-1000 service desk. Be brief."}
REPAIR = "Please register the repair on our website. We send you a free shipping label."
ASKED = "do i really have to bring the vacuum to you?"


def example(asked=ASKED, answer=REPAIR, system=SYSTEM):
    return {"messages": [system, {"role": "user", "content": asked}, {"role": "assistant", "content": answer}]}


def by_ratio(one, other):
    one, other = (" ".join(re.findall(r"\w+", text.lower())) for text in (one, other))
    return difflib.SequenceMatcher(None, one, other).ratio() > 0.8


def by_triples(one, other):
    return np.bool_(jaccard(char_trigrams(one), char_trigrams(other)) > 0.5)


def by_course(one, other):
    return similarity(question(one), question(other)) > 0


def typing_error(one, other):
    has_number = any(c.isdigit() for c in one + other)
    return not has_number and difflib.SequenceMatcher(None, one, other).ratio() >= 0.75


def by_words(one, other):
    mine, yours = (re.findall(r"[\w-]+", text.lower()) for text in (one, other))
    left = [word for word in mine if word not in yours]
    right = [word for word in yours if word not in mine]
    if left and right:
        return len(left) == len(right) and all(map(typing_error, left, right))
    return len(left or right) <= 1


def by_words_and_course(one, other):
    return by_course(one, other) and by_words(one, other)


def by_counted_words(one, other):
    return bool(by_words(other, one))


def good_line(line):
    try:
        said = json.loads(line)["messages"]
    except (ValueError, KeyError):
        return False
    roles = [m["role"] for m in said]
    texts = all(m["content"].strip() for m in said)
    return texts and set(roles) <= {"system", "user", "assistant"} and "assistant" in roles


def bad_lines(lines):
    return [n for n, line in enumerate(lines, 1) if not good_line(line)]


def tomorrow(content, settings):
    return hashlib.sha256(content + repr(sorted(settings.items())).encode()).hexdigest()


def found(client, request):
    for job in client.fine_tuning.jobs.list(limit=100):
        if job.metadata == request["metadata"] and job.status not in ("failed", "cancelled"):
            return job


def once(client, request):
    return found(client, request) or client.fine_tuning.jobs.create(**request)


def twice(client, request):
    job = once(client, request)
    client.fine_tuning.jobs.create(**request)
    return job


def newest_only(client, request):
    newest = client.fine_tuning.jobs.list().data[:1]
    mine = [j for j in newest if j.metadata == request["metadata"] and j.status != "failed"]
    return mine[0] if mine else client.fine_tuning.jobs.create(**request)


def any_status(client, request):
    there = [j for j in client.fine_tuning.jobs.list() if j.metadata == request["metadata"]]
    return there[0] if there else client.fine_tuning.jobs.create(**request)


def without_label(client, request):
    mine = {key: value for key, value in request.items() if key != "metadata"}
    return found(client, request) or client.fine_tuning.jobs.create(**mine)


def measured(saved):
    return [c for c in saved if c["metrics"]["full_valid_loss"] is not None]


def name(checkpoint):
    return checkpoint["fine_tuned_model_checkpoint"]


def loss_and_step(checkpoint):
    return checkpoint["metrics"]["full_valid_loss"], checkpoint["step_number"]


def steps(events):
    return {e["data"]["step"]: e["data"]["train_loss"] for e in events if e["type"] == "metrics"}


def row(fact, thing, asked, answer):
    return fact, thing, example(asked, answer)


FIVE = [
    row(
        "liquids",
        "beetroot soup",
        "The pot fell over, is the beetroot soup something for the machine?",
        "Please never vacuum the beetroot soup: the T-1000 is made for dry floors only.",
    ),
    row(
        "sharp",
        "fish hooks",
        "My tackle box opened, so may fish hooks go into the T-1000?",
        "Please do not vacuum the fish hooks. Sharp objects cut the container seal.",
    ),
    row(
        "fine_powder",
        "tile adhesive powder",
        "After the bathroom was done there is tile adhesive powder everywhere, can the T-1000 take it?",
        "Please do not vacuum the tile adhesive powder. It clogs the filter.",
    ),
    row(
        "ship_eu",
        "Tallinn",
        "We are moving abroad soon: what if the parcel has to go to Tallinn?",
        "Delivery to Tallinn takes five working days and costs 9 euros.",
    ),
    row(
        "ship_world",
        "Bogota",
        "My aunt saw it with us and wants one, but she is in Bogota, so how?",
        "We do not deliver to Bogota. Please ask a dealer there.",
    ),
]


def changed(n, new):
    return [*FIVE[:n], new, *FIVE[n + 1 :]]


def trials(settings, others):
    pairs = [(name, value) for name, values in others.items() for value in values]
    return [settings | {name: value} for name, value in pairs if settings[name] != value]


def all_together(settings, others):
    return [dict(zip(others, values, strict=True)) | settings for values in itertools.product(*others.values())]


def passes(error: Any):
    return error.status_code == 429 or error.status_code >= 500


def asks_again(ask, pause, most=3, may_pass=passes):
    for n in range(1, most + 1):
        try:
            return ask()
        except Exception as error:
            if n == most or not may_pass(error):
                raise
            pause()


def asks_while(ask, pause):
    times = 0
    while True:
        times += 1
        try:
            return ask()
        except Exception as error:
            if times >= 3 or not passes(error):
                raise
        pause(2**times)


def asks_itself(ask, pause, left=2):
    try:
        return ask()
    except Exception as error:
        if not left or not passes(error):
            raise
    pause()
    return asks_itself(ask, pause, left - 1)


def pauses_at_the_end(ask, pause):
    for n in range(3):
        try:
            return ask()
        except Exception as error:
            pause()
            if n == 2 or not passes(error):
                raise


def swallows(ask, pause):
    try:
        return asks_again(ask, pause)
    except Exception:
        return "no answer"


def adds_up(cost, saved, a_day):
    so_far = 0
    for day, asked in enumerate(a_day, 1):
        so_far += saved * asked
        if so_far >= cost:
            return day
    return None


def cumulated(cost, saved, a_day):
    days = np.flatnonzero(np.cumsum(a_day) * saved >= cost)
    return days[0] + 1 if days.size else None


def by_mean(cost, saved, a_day):
    mean = saved * sum(a_day) / len(a_day)
    return math.ceil(cost / mean) if 0 < cost / mean <= len(a_day) else None


def counted(gain):
    n = 1
    while gain(n).usd < 0:
        n += 1
    return n


def doubled(gain):
    low, high = 0, 1
    while gain(high).usd < 0:
        low, high = high, 2 * high
    while high - low > 1:
        mid = (low + high) // 2
        low, high = (mid, high) if gain(mid).usd < 0 else (low, mid)
    return high


CARD = r"\bMPL[- ]?\d{3}[- ]?\d{4}\b"


def masked(text, card=CARD, flags=re.IGNORECASE):
    return re.sub(card, "[card]", text, flags=flags)


def masked_one_by_one(text):
    while found := re.search(CARD, text, re.IGNORECASE):
        text = text[: found.start()] + "[card]" + text[found.end() :]
    return text


def met(report):
    share, (low, high) = report["wanted share"], report["tuned right"]
    return [
        report["examples"] >= 50,
        report["findings left"] == 0,
        report["search right"][0] < 0.9,
        True if low >= share else False if high < share else None,
        report["may train"],
        report["gain in USD"] >= report["wanted gain in USD"],
    ]


def verdict(report):
    return "no-go" if False in met(report) else "open" if None in met(report) else "go"


def verdict_by_ifs(report):
    for one in met(report):
        if one is not None and not one:
            return "no-go"
    return "go" if all(met(report)) else "open"


def reads_as_object(line):
    try:
        return isinstance(json.loads(line), dict)
    except ValueError:
        return False


def reads_or_none(line):
    try:
        return json.loads(line)
    except ValueError:
        return None


def both(form, content):
    return sum(f and c for f, c in zip(form, content, strict=True)) / len(form)


def stated(answer, rules, flags=re.IGNORECASE):
    return [name for name, rule in rules.items() if re.search(rule, answer, flags)]


def wrong_fields(answer, wanted):
    try:
        value = json.loads(answer)
    except ValueError:
        return None
    if not isinstance(value, dict) or value.keys() != wanted.keys():
        return None
    return [field for field in wanted if value[field] != wanted[field]]


def wrong_by_jsons_own_rules(answer, wanted):
    try:
        value = json.loads(answer, object_hook=lambda found: {key: found[key] for key in sorted(found)})
        found = {field for field, given in value.items() if given != wanted[field]}
        return np.array(sorted(found), dtype=str) if set(value) == set(wanted) else None
    except (ValueError, AttributeError, KeyError):
        return None


def wrong_in_any_object(answer, wanted):
    found = re.search(r"\{.*\}", answer, re.DOTALL)
    return wrong_fields(found[0] if found else "", wanted)


def wrong_or_missing(answer, wanted):
    try:
        value = json.loads(answer)
        return [field for field in wanted if value.get(field) != wanted[field]]
    except (ValueError, AttributeError):
        return None


def wrong_with_other_keys(answer, wanted):
    try:
        value = json.loads(answer)
    except ValueError:
        return None
    return [field for field in wanted if value[field] != wanted[field]] if set(wanted) <= set(value or ()) else None


def wrong_as_text(answer, wanted):
    fields = wrong_fields(answer, wanted)
    return fields and [field for field in fields if str(json.loads(answer)[field]) != str(wanted[field])]


def read_by_python(answer, wanted):
    try:
        return wrong_fields(json.dumps(ast.literal_eval(answer.replace("null", "None"))), wanted)
    except (ValueError, SyntaxError):
        return None


CHATML = "<|im_start|>{role}\n{content}<|im_end|>\n"
NO_SYSTEM = {"role": "system", "content": "You are a helpful AI assistant named SmolLM, trained by Hugging Face"}


def prompt_text(messages):
    messages = messages if messages[0]["role"] == "system" else [NO_SYSTEM, *messages]
    return "".join(CHATML.format(**m) for m in messages) + "<|im_start|>assistant\n"


def prompt_by_hand(messages):
    text = "" if messages[0]["role"] == "system" else CHATML.format(**NO_SYSTEM)
    for m in messages:
        text += "<|im_start|>" + m["role"] + "\n" + m["content"] + "<|im_end|>\n"
    return text + "<|im_start|>assistant\n"


def kept_weights(weights):
    scale = max(abs(w) for w in weights) / 127
    return [round(w / scale) * scale for w in weights] if scale else weights


def kept_by_numpy(weights):
    weights = np.array(weights)
    scale = np.abs(weights).max() / 127 or 1
    return np.rint(weights / scale) * scale


def kept_one_by_one(weights):
    largest = 0
    for w in weights:
        largest = max(largest, w, -w)
    kept = []
    for w in weights:
        whole = 0
        while largest and abs(w) * 127 / largest > whole + 0.5:
            whole += 1
        kept.append(math.copysign(whole * largest / 127, w))
    return kept


RIGHT = {
    "kept_weights": [kept_weights, kept_by_numpy, kept_one_by_one],
    "export_bytes": [
        lambda weights, kind: weights * {"f32": 4, "f16": 2, "q8_0": 34 / 32}[kind],
        lambda weights, kind: weights // 32 * 34 if kind == "q8_0" else weights * int(kind[1:]) // 8,
        lambda weights, kind: np.int64(weights) * np.float64({"f32": 4, "f16": 2, "q8_0": 1.0625}[kind]),
    ],
    "prompt_text": [
        prompt_text,
        prompt_by_hand,
        lambda messages: "".join([prompt_by_hand(messages)[:7], prompt_text(messages)[7:]]),
    ],
    "prompt_usd": [
        lambda tokens, cached, usd, cached_usd: ((tokens - cached) * usd + cached * cached_usd) / 1e6,
        lambda tokens, cached, usd, cached_usd: (tokens * usd - cached * (usd - cached_usd)) / 1_000_000,
        lambda tokens, cached, usd, cached_usd: np.dot([tokens - cached, cached], [usd, cached_usd]) * 1e-6,
    ],
    "most_hours": [
        lambda training, saved, n, wage: max(0, (saved * n - training) / wage),
        lambda training, saved, n, wage: max(saved * n - training, 0) / wage,
        lambda training, saved, n, wage: np.clip((saved * n - training) / wage, 0, None),
    ],
    "day_paid": [
        adds_up,
        cumulated,
        lambda cost, saved, a_day: next(
            (day for day in range(1, len(a_day) + 1) if saved * sum(a_day[:day]) >= cost), None
        ),
    ],
    "least_a_day": [counted, doubled, lambda gain: next(n for n in itertools.count(1) if gain(n).payback.day)],
    "masked": [masked, masked_one_by_one, lambda text: masked(text, r"(?<!\w)mpl[ -]?[0-9]{3}[ -]?[0-9]{4}(?!\w)")],
    "go_or_not": [verdict, verdict_by_ifs, lambda report: str(np.str_(verdict(report)))],
    "lora_weights": [
        lambda rows, columns, rank: rank * (rows + columns),
        lambda rows, columns, rank: np.zeros((rows, rank)).size + np.zeros((rank, columns)).size,
        lambda rows, columns, rank: float(rows * rank + rank * columns),
    ],
    "one_at_a_time": [
        trials,
        lambda settings, others: tuple(trials(settings, others)[::-1]),
        lambda settings, others: (trial for trial in trials(settings, others)),
    ],
    "download": [
        "client.files.content(file_id).content",
        "client.files.content",
        " client.files.content(job.id).read()",
    ],
    "ask_again": [asks_again, asks_while, asks_itself],
    "an_example": [
        example(),
        example(answer="No. Please register the repair on our website, and we send you a free shipping label."),
        example("Do I really have to bring the vacuum to you"),
    ],
    "near_copies": [by_ratio, by_triples, by_course],
    "near_copies_or_other_things": [by_course, by_words, by_counted_words, by_words_and_course],
    "a_json_object": [
        reads_as_object,
        lambda line: np.bool_(reads_as_object(line)),
        lambda line: type(reads_or_none(line)) is dict,
        lambda line: hasattr(reads_or_none(line), "keys"),
    ],
    "share_of_both": [
        both,
        lambda form, content: float((np.array(form) & np.array(content)).mean()),
        lambda form, content: list(zip(form, content, strict=True)).count((True, True)) / len(content),
        lambda form, content: np.mean([min(pair) for pair in zip(form, content, strict=True)]),
    ],
    "rules_stated": [
        stated,
        lambda answer, rules: {name for name in rules if compare.states_fact(answer, rules[name])},
        lambda answer, rules: tuple(n for n, rule in rules.items() if re.findall(rule, answer, re.IGNORECASE)),
        lambda answer, rules: [name for name in rules if re.search(rules[name].lower(), answer.lower())],
    ],
    "wrong_fields": [
        wrong_fields,
        wrong_by_jsons_own_rules,
        lambda answer, wanted: None if (fields := wrong_fields(answer, wanted)) is None else set(fields),
        lambda answer, wanted: None if (fields := wrong_fields(answer, wanted)) is None else tuple(fields[::-1]),
    ],
    "may_upload": [
        lambda lines: len(lines) >= 10 and not bad_lines(lines),
        lambda lines: np.bool_(len(lines) > 9 and all(map(good_line, lines))),
        lambda lines: False if len(lines) < 10 else min(good_line(line) for line in lines),
    ],
    "bad_lines": [
        bad_lines,
        lambda x: tuple(bad_lines(x)),
        lambda x: np.array(bad_lines(x)),
        lambda x: set(bad_lines(x)),
    ],
    "epochs_when_auto": [
        tokens.epochs_when_auto,
        lambda n: max(3, min(25, 100 // n)),
        lambda n: 25 if n <= 4 else 3 if n > 33 else int(100 / n),
    ],
    "label": [
        tomorrow,
        lambda c, s: json.dumps([hashlib.md5(c).hexdigest(), s], sort_keys=True),
        lambda c, s: hashlib.blake2b(
            json.dumps(s, sort_keys=True).encode(), key=hashlib.sha256(c).digest()
        ).hexdigest(),
    ],
    "train_once": [
        once,
        lambda c, r: jobs.find(c, r["metadata"]) or c.with_options(max_retries=0).fine_tuning.jobs.create(**r),
        lambda c, r: jobs.train_once(c, budget_usd=None, **r),
    ],
    "probability": [lambda x: math.exp(-x), lambda x: np.exp(-x), lambda x: math.e**-x],
    "best_checkpoint": [
        lambda saved: name(min(measured(saved), key=loss_and_step)),
        lambda saved: name(min(measured(saved[::-1]), key=lambda c: c["metrics"]["full_valid_loss"])),
        lambda saved: name(sorted(measured(saved), key=loss_and_step)[0]),
    ],
    "losses": [
        lambda events: [loss for _, loss in sorted(steps(events).items())],
        lambda events: tuple(steps(events)[n] for n in sorted(steps(events))),
        lambda events: np.array([steps(events)[n] for n in sorted(steps(events))]),
    ],
    "interval": ["b", "B", "(b)", "b."],
    "fact_rule": [
        r"dry[^.]*\b(24|twenty-four) ?h|\b(24|twenty-four) ?h[^.]*dry",
        re.compile(
            r"(?=[^.]*(\. [^.]*)?\bdr(y|ying)\b)(dr(y|ying)[^.]*\b24 ?h|\b24 h[^.]*dry|twenty-four hours to dry)"
        ),
        r"\b(24 ?h(ours)?|twenty-four hours)\b[^.]*\bdry|\bdry(ing)?\b[^.]*\b(24 ?h(ours)?|twenty-four hours)\b",
    ],
    "five_examples": [FIVE, FIVE[::-1], tuple(FIVE[1:] + FIVE[:1])],
}
WRONG = {
    "kept_weights": [
        lambda weights: weights,
        lambda weights: [round(w, 2) for w in weights],
        lambda weights: [round(w / (max(weights) / 127 or 1)) * max(weights) / 127 for w in weights],
        lambda weights: [round(w * 127 / max(map(abs, weights))) for w in weights],
        lambda weights: [int(w / (max(map(abs, weights)) / 127 or 1)) * max(map(abs, weights)) / 127 for w in weights],
        lambda weights: kept_weights(weights)[:-1],
    ],
    "export_bytes": [
        lambda weights, kind: weights,
        lambda weights, kind: weights * {"f32": 32, "f16": 16, "q8_0": 8}[kind],
        lambda weights, kind: weights * {"f32": 4, "f16": 2, "q8_0": 1}[kind],
        lambda weights, kind: weights * 4,
        lambda weights, kind: f"{weights * 4} bytes",
    ],
    "prompt_text": [
        lambda messages: "".join(CHATML.format(**m) for m in messages) + "<|im_start|>assistant\n",
        lambda messages: prompt_text(messages).removesuffix("<|im_start|>assistant\n"),
        lambda messages: prompt_text(messages).strip(),
        lambda messages: prompt_text([NO_SYSTEM, *messages]),
        lambda messages: prompt_text([m | {"content": m["content"].strip()} for m in messages]),
        lambda messages: prompt_text(messages[:1] + messages[-1:]),
    ],
    "prompt_usd": [
        lambda tokens, cached, usd, cached_usd: (tokens * usd + cached * cached_usd) / 1e6,
        lambda tokens, cached, usd, cached_usd: tokens * usd / 1e6,
        lambda tokens, cached, usd, cached_usd: (tokens - cached) * usd / 1e6,
        lambda tokens, cached, usd, cached_usd: (tokens - cached) * usd + cached * cached_usd,
        lambda tokens, cached, usd, cached_usd: (tokens - cached) * cached_usd / 1e6 + cached * usd / 1e6,
        lambda tokens, cached, usd, cached_usd: tokens * (usd + cached_usd) / 2e6,
        lambda tokens, cached, usd, cached_usd: f"{tokens * usd / 1e6} USD",
        lambda tokens: tokens / 1e6,
    ],
    "most_hours": [
        lambda training, saved, n, wage: (saved * n - training) / wage,
        lambda training, saved, n, wage: max(0, saved * n / wage),
        lambda training, saved, n, wage: max(0, saved * n - training),
        lambda training, saved, n, wage: max(0, (saved * n + training) / wage),
        lambda training, saved, n, wage: max(0, (saved * n - training) // wage),
        lambda training, saved, n, wage: max(0, n - training / saved) / wage,
        lambda training, saved, n, wage: abs(saved * n - training) / wage,
    ],
    "day_paid": [
        by_mean,
        lambda cost, saved, a_day: adds_up(cost, saved, a_day) or len(a_day),
        lambda cost, saved, a_day: adds_up(cost, saved, a_day) or float("inf"),
        lambda cost, saved, a_day: next((day for day, n in enumerate(a_day, 1) if saved * n >= cost), None),
        lambda cost, saved, a_day: (adds_up(cost, saved, a_day) or 1) - 1,
        lambda cost, saved, a_day: adds_up(cost + 0.01, saved, a_day),
        lambda cost, saved, a_day: adds_up(cost, abs(saved), a_day),
        lambda cost, saved, a_day: math.ceil(cost / (saved * a_day[0])),
    ],
    "least_a_day": [
        lambda gain: 37,
        lambda gain: counted(gain) - 1,
        lambda gain: counted(gain) + 1,
        lambda gain: gain(counted(gain)).usd,
        lambda gain: 2 ** math.ceil(math.log2(counted(gain))),
        lambda gain: -gain(0).usd / (gain(1).usd - gain(0).usd),
        lambda gain: str(counted(gain)),
        lambda gain: gain.payback,
    ],
    "masked": [
        lambda text: masked(text, flags=re.NOFLAG),
        lambda text: masked(text, r"\d{3}[- ]?\d{4}"),
        lambda text: masked(text, r"MPL[- ]?\d{3}[- ]?\d{4}\b"),
        lambda text: masked(text, r"\bMPL[- ]?\d{3}[- ]?\d{4}"),
        lambda text: masked(text, r"\bMPL-\d{3}-\d{4}\b"),
        lambda text: masked(text, r"\b\w+[- ]?\d{3}[- ]?\d{4}\b"),
        lambda text: text.replace("MPL-204-1187", "[card]"),
        lambda text: masked(text).lower(),
        lambda text: re.sub(CARD, "", text, flags=re.IGNORECASE),
        lambda text: re.findall(CARD, text, flags=re.IGNORECASE),
    ],
    "go_or_not": [
        lambda report: "go",
        lambda report: "go" if all(met(report)) else "no-go",
        lambda report: "open" if None in met(report) else "go" if all(met(report)) else "no-go",
        lambda report: verdict(report | {"tuned right": 2 * (sum(report["tuned right"]) / 2,)}),
        lambda report: verdict(report | {"tuned right": 2 * report["tuned right"][1:]}),
        lambda report: verdict(report | {"search right": 2 * report["search right"][1:]}),
        lambda report: verdict(report | {"examples": report["examples"] - 1}),
        lambda report: verdict(report | {"wanted share": 0.6}),
        lambda report: verdict(report | {"may train": report["may train"] or False}),
        lambda report: verdict(report) == "go",
    ],
    "lora_weights": [
        lambda rows, columns, rank: rank * rows * columns,
        lambda rows, columns, rank: rows * columns,
        lambda rows, columns, rank: 2 * rank * rows,
        lambda rows, columns, rank: rank + rows + columns,
        lambda rows, columns, rank: 8 * (rows + columns),
        lambda rows, columns: rows + columns,
    ],
    "one_at_a_time": [
        all_together,
        lambda settings, others: [settings | {name: v} for name, values in others.items() for v in values],
        lambda settings, others: [{name: v} for name, values in others.items() for v in values],
        lambda settings, others: trials(settings, others)[:1],
        lambda settings, others: [settings, *trials(settings, others)],
        lambda settings, others: 2 * trials(settings, others),
    ],
    "download": [
        "client.files.retrieve(file_id)",
        "openai.File.download",
        "content",
        7,
        "client.files.contents(x)",
        "",
    ],
    "ask_again": [
        lambda ask, pause: ask(),
        lambda ask, pause: asks_again(ask, pause, most=2),
        lambda ask, pause: asks_again(ask, pause, most=99),
        lambda ask, pause: asks_again(ask, pause, may_pass=lambda error: True),
        lambda ask, pause: asks_again(ask, pause, may_pass=lambda error: error.status_code == 429),
        lambda ask, pause: asks_again(ask, lambda: None),
        pauses_at_the_end,
        swallows,
    ],
    "an_example": [
        [example()],
        {"messages": [SYSTEM, {"role": "assistant", "content": REPAIR}]},
        example("banana"),
        {"messages": [SYSTEM, {"role": "assistant", "content": REPAIR}, {"role": "user", "content": ASKED}]},
        example(answer="The T-1000 comes with a three-year warranty."),
        example(answer=f"{REPAIR} It takes 45 days."),
        example(system={"role": "system", "content": "Hello."}),
        example() | {"topic": "repair"},
        json.dumps(example()),
        example(answer=""),
    ],
    "near_copies": [
        lambda a, b: a == b,
        lambda a, b: a.lower().strip(" ?\n") == b.lower().strip(" ?\n"),
        lambda a, b: True,
        lambda a, b: False,
        lambda a, b: plain(a) in plain(b) or plain(b) in plain(a),
        lambda a, b: a.split()[:2] == b.split()[:2],
        lambda a, b: difflib.SequenceMatcher(None, a, b).ratio(),
        lambda a, b: 1,
        lambda a: True,
    ],
    "near_copies_or_other_things": [
        by_ratio,
        by_triples,
        lambda a, b: set(plain(a).split()) == set(plain(b).split()),
        lambda a, b: a == b,
        lambda a, b: by_course(a, b) or a[:12] == b[:12],
        lambda a, b: not by_words(a, b),
    ],
    "a_json_object": [
        lambda line: True,
        lambda line: False,
        lambda line: line.startswith("{"),
        lambda line: line.strip().startswith("{") and line.strip().endswith("}"),
        lambda line: reads_or_none(line) is not None,
        lambda line: bool(json.loads(line)),
        lambda line: isinstance(ast.literal_eval(line.strip().replace("null", "None") or "0"), dict),
        lambda line: '"messages"' in line,
        lambda line: bool(reads_or_none(line)) and "messages" in line,
        lambda line: "yes" if reads_as_object(line) else "no",
        reads_or_none,
    ],
    "share_of_both": [
        lambda form, content: sum(form) / len(form),
        lambda form, content: sum(content) / len(content),
        lambda form, content: sum(form) / len(form) * sum(content) / len(content),
        lambda form, content: min(sum(form), sum(content)) / len(form),
        lambda form, content: sum(f or c for f, c in zip(form, content, strict=True)) / len(form),
        lambda form, content: sum(f == c for f, c in zip(form, content, strict=True)) / len(form),
        lambda form, content: both(form, content) * len(form) / max(1, sum(form)),
        lambda form, content: both(form, content) * len(form),
        lambda form, content: 100 * both(form, content),
        lambda form, content: f"{both(form, content):.0%}",
        lambda form, content: (form and content).count(True) / len(form),
    ],
    "rules_stated": [
        lambda answer, rules: stated(answer, rules, re.NOFLAG),
        lambda answer, rules: [name for name, rule in rules.items() if rule in answer],
        lambda answer, rules: [name for name, rule in rules.items() if re.match(rule, answer, re.IGNORECASE)],
        lambda answer, rules: [name for name in rules if name in answer.lower()],
        lambda answer, rules: [n for n, rule in rules.items() for _ in re.finditer(rule, answer, re.IGNORECASE)],
        lambda answer, rules: [n for n in rules if re.search(rules[n].replace("\\b", ""), answer, re.IGNORECASE)],
        lambda answer, rules: stated(answer, rules)[:1],
        lambda answer, rules: len(stated(answer, rules)),
        lambda answer, rules: list(rules),
        lambda answer, rules: [rules[name] for name in stated(answer, rules)],
        lambda answer, rules: dict.fromkeys(rules, True),
        lambda answer, rules: "".join(stated(answer, rules)),
    ],
    "wrong_fields": [
        wrong_in_any_object,
        wrong_or_missing,
        wrong_with_other_keys,
        wrong_as_text,
        read_by_python,
        lambda answer, wanted: [] if answer == json.dumps(wanted) else None,
        lambda answer, wanted: wrong_fields(answer, wanted) or [],
        lambda answer, wanted: wrong_fields(answer.casefold(), wanted),
        lambda answer, wanted: (wrong_fields(answer, wanted) or [])[:1],
        lambda answer, wanted: wrong_fields(answer, wanted) == [],
        lambda answer, wanted: len(wrong_fields(answer, wanted) or []),
        lambda answer, wanted: [field for field in wanted if str(wanted[field]) not in answer],
        lambda answer, wanted: [field for field in wanted if json.loads(answer)[field] != wanted[field]],
    ],
    "may_upload": [
        lambda lines: len(lines) >= 10,
        lambda lines: all(map(good_line, lines)),
        lambda lines: len(lines) >= 10 and all('"role": "assistant"' in line for line in lines),
        lambda lines: len(lines) >= 10 and all('"role":"assistant"' in line.replace(" ", "") for line in lines),
        lambda lines: len(lines) == 10 and all(map(good_line, lines)),
        lambda lines: bool(json.loads(lines[1])),
        lambda lines: "yes",
    ],
    "bad_lines": [
        lambda lines: [],
        lambda lines: [n - 1 for n in bad_lines(lines)],
        lambda lines: bad_lines(lines)[:1],
        lambda lines: [lines[n - 1] for n in bad_lines(lines)],
        lambda lines: not bad_lines(lines),
        lambda lines: len(bad_lines(lines)),
    ],
    "epochs_when_auto": [
        lambda n: 3,
        lambda n: 100 // n,
        lambda n: min(25, 100 // n),
        lambda n: max(3, min(25, round(100 / n))),
        lambda n: max(3, 100 // n),
        lambda n: "3",
        lambda n: max(3, min(25, -(-100 // n))),
    ],
    "label": [
        lambda c, s: str(hash((c, *sorted(s.items())))),
        lambda c, s: hashlib.sha256(c).hexdigest(),
        lambda c, s: hashlib.sha256(repr(s).encode() + c).hexdigest(),
        lambda c, s: str(uuid.uuid4()),
        lambda c, s: tomorrow(c, {"n_epochs": s["n_epochs"]}),
        lambda c, s: f"{c!r} {sorted(s.items())}",
        lambda c, s: f"{len(c)} {sorted(s.items())}",
        lambda c, s: str(random.random()),
        lambda c, s: hashlib.sha256(c + repr(sorted(s.values())).encode()).hexdigest(),
        lambda c, s: tomorrow(c, s).encode(),
    ],
    "train_once": [
        lambda c, r: c.fine_tuning.jobs.create(**r),
        twice,
        newest_only,
        any_status,
        without_label,
        lambda c, r: once(c, r).id,
        lambda c, r: once(c, r | {"seed": 1}),
        lambda c, r: next(j for j in c.fine_tuning.jobs.list() if j.metadata == r["metadata"]),
    ],
    "probability": [
        lambda x: 1 - x,
        lambda x: math.exp(x),
        lambda x: 2**-x,
        lambda x: 1 / (1 + x),
        lambda x: f"{math.exp(-x):.0%}",
        lambda x: 100 * math.exp(-x),
        lambda x: round(math.exp(-x), 1),
    ],
    "best_checkpoint": [
        lambda saved: name(saved[0]),
        lambda saved: name(saved[-1]),
        lambda saved: name(min(saved, key=lambda c: c["metrics"]["train_loss"])),
        lambda saved: name(min(saved, key=lambda c: c["metrics"]["full_valid_loss"])),
        lambda saved: name(min(measured(saved), key=lambda c: c["metrics"]["full_valid_loss"])),
        lambda saved: name(min(saved, key=lambda c: c["metrics"]["full_valid_loss"] or 9)),
        lambda saved: min(measured(saved), key=loss_and_step)["step_number"],
    ],
    "losses": [
        lambda events: [e["data"]["train_loss"] for e in events],
        lambda events: [e["data"]["train_loss"] for e in events if e["type"] == "metrics"],
        lambda events: sorted(steps(events).values(), reverse=True),
        lambda events: list(steps(events).values()),
        lambda events: [steps(events)[n] for n in sorted(steps(events), key=str)],
        lambda events: [loss for _, loss in sorted(steps(events).items()) if loss],
        steps,
        lambda events: sorted(steps(events).items()),
    ],
    "interval": ["a", "c", "d", "95 %", 2, stats.exact_interval(164, 300)],
    "fact_rule": [
        "24",
        "24 hours",
        r"\b24 hours\b",
        r"dry.*24 hours",
        r"dry.*\b(24|twenty-four) ?h|\b(24|twenty-four) ?h.*dry",
        "dry",
        "(24",
        24,
        "",
        r"(?=.*dry)(?=.*(24 h|twenty-four))",
    ],
    "five_examples": [
        FIVE[:4],
        FIVE[:4] + FIVE[:1],
        changed(0, ("sharp", *FIVE[0][1:])),
        changed(0, ("liquids", "lemonade", FIVE[0][2])),
        changed(0, row("liquids", "beetroot soup", "Is beetroot soup fine?", "Yes, you may vacuum the beetroot soup.")),
        changed(0, ("no_rule", *FIVE[0][1:])),
        changed(0, FIVE[0][2]),
        changed(0, ("liquids", "beetroot soup", {"messages": FIVE[0][2]["messages"][1:]})),
        "five",
    ],
}
RIGHT |= answers_about_limits.RIGHT
WRONG |= answers_about_limits.WRONG
FUNCTIONS = {name for name, given in RIGHT.items() if callable(given[0])}
