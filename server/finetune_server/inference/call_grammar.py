"""The grammar of an answer that calls functions, in the form in which the model's template writes calls."""

from .call_syntax import CallSyntax, lark_parts
from .grammar import styled_schema


def call_grammar(
    tokenizer,
    syntax: CallSyntax,
    functions: list[tuple[str, dict, bool]],
    must_call: bool,
    one_call: bool,
    answer: tuple[dict, bool] | None,
) -> str:
    """A Lark grammar of answers that call one or more of the `functions`, or exactly one.

    Without `must_call` an answer may also be any text with calls in it, or, where an `answer` is given, JSON of that
    schema. A function is its name, its schema, and whether that is strict; two may have one name. Raises GrammarError.
    """
    parts = lambda text: " ".join(lark_parts(tokenizer, text))
    bodies = [
        f"{parts(name + syntax.between)} %json {styled_schema({'type': 'object'} | schema, strict)}"
        for name, schema, strict in functions
    ]
    one_call = one_call or syntax.gap is None
    more = "" if one_call else f"({parts(syntax.gap or '')} call)*"
    rules = [
        f"calls: {parts(syntax.lead)} call {more} {parts(syntax.tail)}",
        f"call: {parts(syntax.before)} body {parts(syntax.end)}",
        "body: " + "\n    | ".join(bodies),
    ]
    if must_call:
        start = "start: calls"
    elif answer:
        start = "start: calls | answer"
        rules.append(f"answer: %json {styled_schema(*answer)}")
    else:
        opening, *rest = lark_parts(tokenizer, syntax.lead + syntax.before)
        more = more if syntax.lead else ""  # else the next call begins as the first one does
        start = "start: TEXT | calls_in_text" if one_call else "start: calls_in_text* TEXT"
        lazy = (
            "[lazy]" if opening.startswith('"') else ""
        )  # a text ends at the first opening; a token is none of a text
        rules[0] = f"calls_in_text: opening {' '.join(rest)} body {parts(syntax.end)} {more} {parts(syntax.tail)}"
        rules += [f"opening{lazy}: TEXT {opening}", r"TEXT: /(.|\n)*/"]
    return "\n".join([start, *rules])
