"""What a name in Python code stands for, as far as it concerns the openai package: followed in the code's order."""

import ast
from typing import Literal

CLIENTS = frozenset(f"openai.{a}{b}OpenAI" for a in ("", "Async") for b in ("", "Azure"))
REAL_DICTS = frozenset({"metadata", "model_extra", "logit_bias", "schema", "parameters"})  # today, too
CLIENT_OF_CLIENT = frozenset({"with_options", "copy"})

# A dotted name of the package; or what came out of a call. None: the code does not say.
Origin = str | Literal["<object>", "<client>", "<other>"] | None
OBJECT, CLIENT, OTHER = "<object>", "<client>", "<other>"


class Origins:
    """The names of the code so far. `openai` is the package, even where its import was left out."""

    def __init__(self):
        self.names: dict[str, Origin] = {"openai": "openai"}

    def bind(self, target: ast.expr, origin: Origin) -> None:
        """Let a target of an assignment, or of a loop, stand for something."""
        if isinstance(target, (ast.Tuple, ast.List)):
            for one in target.elts:
                self.bind(one, None)
        elif isinstance(target, ast.Starred):
            self.bind(target.value, None)
        elif isinstance(target, ast.Name) or (isinstance(target, ast.Attribute) and self.of(target) is None):
            self.names[ast.unparse(target)] = origin

    def of(self, node: ast.expr) -> Origin:
        """What an expression stands for."""
        match node:
            case ast.Name():
                return self.names.get(node.id)
            case ast.Attribute():
                return self._of_attribute(node)
            case ast.Call():
                return self._of_call(node)
            case ast.Subscript() | ast.Await() | ast.NamedExpr() | ast.Starred():
                within = self.of(node.value)
                return within if within in (OBJECT, CLIENT, None) else OTHER
            case ast.IfExp():
                return self.of(node.body) or self.of(node.orelse)
            case ast.BoolOp():
                return self.of(node.values[0])
        return OTHER

    def _of_attribute(self, node: ast.Attribute) -> Origin:
        base = self.of(node.value)
        if base is None:
            return self.names.get(ast.unparse(node))
        if base in (OBJECT, CLIENT):
            return OTHER if node.attr in REAL_DICTS else base
        return OTHER if base == OTHER else f"{base}.{node.attr}"

    def _of_call(self, node: ast.Call) -> Origin:
        if not isinstance(node.func, (ast.Name, ast.Attribute)):
            return OTHER
        called = self.of(node.func)
        if isinstance(node.func, ast.Attribute) and self.of(node.func.value) == OBJECT:
            return OBJECT if node.func.attr == "get" else OTHER  # such as model_dump(), which gives a real dict
        if called == CLIENT and isinstance(node.func, ast.Attribute):
            return CLIENT if node.func.attr in CLIENT_OF_CLIENT else OBJECT
        if called in (None, OTHER):
            return OTHER if called else self.names.get(f"{ast.unparse(node.func)}()", OTHER)
        if called == OBJECT:
            return OBJECT
        return CLIENT if called in CLIENTS else OBJECT
