"""Right and wrong answers to the exercises of lesson 14, as readers may give them."""

import math

import numpy as np

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
}
