"""The formula of a multi grader: arithmetic on the rewards of its graders, and nothing else."""

import ast
import math
import operator
from collections.abc import Callable, Mapping
from typing import Any

LONGEST = 1000  # characters
FUNCTIONS: dict[str, Callable[..., Any]] = {
    "min": min,
    "max": max,
    "abs": abs,
    "floor": math.floor,
    "ceil": math.ceil,
    "exp": math.exp,
    "sqrt": math.sqrt,
    "log": math.log,
}
SEVERAL = ("min", "max")  # take two numbers or more, the others one
OPERATORS: dict[type, Callable[[float, float], float]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.Pow: math.pow,  # raises where the result is not a real number
}
SIGNS: dict[type, Callable[[float], float]] = {ast.UAdd: operator.pos, ast.USub: operator.neg}


class BadFormula(ValueError):
    """A formula cannot be read; the message says where and what may stand there."""


class Formula:
    """A formula over these names. Raises BadFormula."""

    def __init__(self, text: str, names: list[str]):
        if len(text) > LONGEST:
            raise BadFormula(f"it has {len(text)} characters, and may have {LONGEST}")
        try:
            self._root = ast.parse(text.strip().replace("^", "**"), mode="eval").body
        except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
            place = f" at character {error.offset}" if isinstance(error, SyntaxError) and error.offset else ""
            raise BadFormula(f"it does not parse{place}") from None
        self._names = names
        self._check(self._root)

    def value(self, values: Mapping[str, float]) -> float:
        """The result, finite. Raises ArithmeticError or ValueError where there is none, as of a division by 0."""
        result = float(self._value(self._root, values))
        if not math.isfinite(result):
            raise OverflowError("the result is not finite")
        return result

    def _check(self, node: ast.AST) -> None:
        match node:
            case ast.Constant(value=int() | float()) if not isinstance(node.value, bool):
                pass
            case ast.Name(id=name):
                if name not in self._names:
                    raise BadFormula(f"there is no grader {name!r}: there are {', '.join(self._names)}")
            case ast.BinOp(op=op) if type(op) in OPERATORS:
                self._check(node.left)
                self._check(node.right)
            case ast.UnaryOp(op=op) if type(op) in SIGNS:
                self._check(node.operand)
            case ast.Call(func=ast.Name(id=name), args=args, keywords=[]) if name in FUNCTIONS:
                if len(args) < 2 if name in SEVERAL else len(args) != 1:
                    wanted = "two numbers or more" if name in SEVERAL else "one number"
                    raise BadFormula(f"{name} takes {wanted}, and has {len(args)}")
                for argument in args:
                    self._check(argument)
            case _:
                known = f"numbers, the names of graders, + - * / ^, brackets, and {', '.join(FUNCTIONS)}"
                raise BadFormula(f"{ast.unparse(node)[:60]!r} is not known: it may have {known}")

    def _value(self, node: ast.AST, values: Mapping[str, float]) -> float:
        match node:
            case ast.Constant(value=int() | float() as number):
                return float(number)
            case ast.Name(id=name):
                return values[name]
            case ast.BinOp(left=left, op=op, right=right):
                return OPERATORS[type(op)](self._value(left, values), self._value(right, values))
            case ast.UnaryOp(op=op, operand=operand):
                return SIGNS[type(op)](self._value(operand, values))
            case ast.Call(func=ast.Name(id=name), args=args):
                return FUNCTIONS[name](*(self._value(argument, values) for argument in args))
        raise AssertionError(f"not checked: {ast.dump(node)}")
