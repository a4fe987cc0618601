"""From the form that a request wants its answer in to what the engine holds the answer to."""

from ..inference.engine import Engine
from ..inference.grammar import Constraint, GrammarError, schema_grammar
from ..protocol.response_format import JsonForm, schema_error


def constraint_of(engine: Engine, form: JsonForm | None) -> Constraint | None:
    """What holds an answer to a form; None where any text will do. Raises an ApiError that names the schema."""
    if form is None:
        return None
    try:
        return engine.grammars.start(schema_grammar(form.schema, form.strict))
    except GrammarError as error:
        raise schema_error(form, f"this server cannot hold an answer to it ({error})") from None
