"""From the form that a request wants its answer in to what the engine holds the answer to."""

from ..inference.call_grammar import call_grammar
from ..inference.call_syntax import call_syntax
from ..inference.engine import Engine
from ..inference.grammar import Constraint, GrammarError, schema_grammar
from ..protocol.errors import ApiError
from ..protocol.response_format import JsonForm, schema_error
from ..protocol.tool_choice import ToolChoice


def calls_are_held(form: JsonForm | None, choice: ToolChoice | None) -> bool:
    """Whether calls come from a grammar, so that they are never anything else."""
    return choice is not None and (choice.held or form is not None)


def constraint_of(engine: Engine, form: JsonForm | None, choice: ToolChoice | None) -> Constraint | None:
    """What holds an answer to its form, and calls to their arguments; None where any text will do.

    Raises an ApiError that names the schema that no answer can be held to.
    """
    if choice is None or not calls_are_held(form, choice):
        return form and _start(engine, form)
    for function in choice.functions:
        _start(engine, function.arguments)
    syntax = call_syntax(engine.tokenizer)
    if syntax is None:
        message = "The model's chat template does not tell how the model writes calls of tools, so none can be forced."
        raise ApiError(400, message, param="tool_choice" if choice.must_call else "tools")
    functions = [(of.name, of.arguments.schema, of.arguments.strict) for of in choice.functions]
    answer = (form.schema, form.strict) if form else None
    grammar = call_grammar(engine.tokenizer, syntax, functions, choice.must_call, choice.one_call, answer)
    try:
        return engine.grammars.start(grammar)
    except GrammarError as error:
        raise ApiError(400, f"This server cannot hold calls to all of these tools ({error}).", param="tools") from None


def _start(engine: Engine, form: JsonForm) -> Constraint:
    try:
        return engine.grammars.start(schema_grammar(form.schema, form.strict))
    except GrammarError as error:
        raise schema_error(form, f"this server cannot hold an answer to it ({error})") from None
