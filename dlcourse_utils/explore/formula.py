"""A formula as a computational graph: read from text, computed, differentiated backwards."""

import ast
import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

MOST_INPUTS = 10
MOST_OPERATIONS = 24

_OPERATORS = {ast.Add: "+", ast.Sub: "-", ast.Mult: "*", ast.Div: "/"}


def _sigmoid(x: float) -> float:
    return 1 / (1 + np.exp(-x))


# Value, and derivative with respect to each input.
_RULES = {
    "+": (lambda a, b: a + b, lambda a, b: (1.0, 1.0)),
    "-": (lambda a, b: a - b, lambda a, b: (1.0, -1.0)),
    "*": (lambda a, b: a * b, lambda a, b: (b, a)),
    "/": (lambda a, b: a / b, lambda a, b: (1 / b, -a / b**2)),
    "negative": (lambda a: -a, lambda a: (-1.0,)),
    "exp": (np.exp, lambda a: (np.exp(a),)),
    "log": (np.log, lambda a: (1 / a,)),
    "sin": (np.sin, lambda a: (np.cos(a),)),
    "cos": (np.cos, lambda a: (-np.sin(a),)),
    "tanh": (np.tanh, lambda a: (1 - np.tanh(a) ** 2,)),
    "sigmoid": (_sigmoid, lambda a: (_sigmoid(a) * (1 - _sigmoid(a)),)),
    "relu": (lambda a: np.maximum(a, 0.0), lambda a: (float(a > 0),)),
}
FUNCTIONS = tuple(name for name in _RULES if name.isalpha() and name != "negative")


@dataclass
class Node:
    """One number of a graph. ``operation`` is empty for inputs and constants."""

    operation: str = ""
    inputs: tuple[int, ...] = ()
    name: str = ""
    constant: float | None = None
    exponent: float = 0.0  # of the operation "^"

    def value(self, arguments: Sequence[float]) -> float:
        """Return the node's number from those of its inputs."""
        if self.operation == "^":
            return arguments[0] ** self.exponent
        return _RULES[self.operation][0](*arguments)

    def slopes(self, arguments: Sequence[float]) -> tuple[float, ...]:
        """Return the derivative with respect to each of its inputs."""
        if self.operation == "^":
            return (self.exponent * arguments[0] ** (self.exponent - 1),)
        return _RULES[self.operation][1](*arguments)


class Formula:
    """The graph of a formula.

    Parameters
    ----------
    text : str
        An expression in ``+ - * / ^`` and the functions of `FUNCTIONS`, for example
        ``"(w*x - y)^2"``. Further lines, or parts before a ``;``, name a value for later use.

    Attributes
    ----------
    nodes : list of Node
        Every node after its inputs; the last one is the output.
    names : list of str
        Names of the inputs in the order of their first use.

    Raises
    ------
    ValueError
        If the text cannot be read, or the graph would be too large to be drawn.

    Examples
    --------
    >>> formula = Formula("(w*x - y)^2")
    >>> values, gradients = formula.run([3, 2, 1])
    >>> values[-1], dict(zip(formula.names, formula.of_inputs(gradients)))
    (25.0, {'w': 20.0, 'x': 30.0, 'y': -10.0})
    """

    def __init__(self, text: str) -> None:
        self.nodes: list[Node] = []
        self.names: list[str] = []
        self._known: dict[str, int] = {}
        try:
            statements = ast.parse(text.strip().replace("^", "**")).body
        except SyntaxError as problem:
            raise ValueError(f"formula: cannot read {text!r}: {problem.msg}") from None
        for number, statement in enumerate(statements, start=1):
            self._read_statement(statement, last=number == len(statements))
        self._require_drawable()

    def run(self, values: Sequence[float]) -> tuple[list[float], list[float]]:
        """Return every node's value, and the derivative of the output with respect to it.

        Parameters
        ----------
        values : sequence of float
            One for each input, in the order of `names`.
        """
        given = iter(values)
        found: list[float] = []
        gradients = [0.0] * len(self.nodes)
        gradients[-1] = 1.0
        with np.errstate(all="ignore"):
            for node in self.nodes:
                if node.constant is not None:
                    found.append(np.float64(node.constant))
                elif node.operation:
                    found.append(node.value([found[i] for i in node.inputs]))
                else:
                    found.append(np.float64(next(given)))
            for index in range(len(self.nodes) - 1, -1, -1):
                node = self.nodes[index]
                if node.operation:
                    slopes = node.slopes([found[i] for i in node.inputs])
                    for source, slope in zip(node.inputs, slopes, strict=True):
                        gradients[source] += gradients[index] * slope
        return list(map(float, found)), list(map(float, gradients))

    def of_inputs(self, numbers: Sequence[float]) -> list[float]:
        """Pick from one number a node those of the inputs, in the order of `names`."""
        return [numbers[self._known[name]] for name in self.names]

    @property
    def operations(self) -> list[int]:
        """Indices of the nodes that are computed, in the order of the forward pass."""
        return [index for index, node in enumerate(self.nodes) if node.operation]

    def _add(self, node: Node) -> int:
        self.nodes.append(node)
        return len(self.nodes) - 1

    def _read_statement(self, statement: ast.stmt, last: bool) -> None:
        match statement:
            case ast.Assign(targets=[ast.Name(id=name)], value=value):
                if name in FUNCTIONS:
                    raise ValueError(
                        f"formula: {name!r} is a function, give the value another name"
                    )
                index = self._read(value)
                if name in self._known:
                    raise ValueError(
                        f"formula: {name!r} is used or computed before this; give the value "
                        "another name"
                    )
                if not self.nodes[index].operation or self.nodes[index].name:
                    raise ValueError(f"formula: {name!r} must be computed by an operation")
                self.nodes[index].name = name
                self._known[name] = index
            case ast.Expr(value=value) if last:
                self._read(value)
            case _:
                raise ValueError(
                    "formula: wanted `name = expression` parted by `;`, an expression at the end"
                )

    def _read(self, expression: ast.expr) -> int:
        match expression:
            case ast.Name(id=name) if name not in FUNCTIONS:
                if name not in self._known:
                    self._known[name] = self._add(Node(name=name))
                    self.names.append(name)
                return self._known[name]
            case ast.Constant(value=int() | float() as number) if not isinstance(number, bool):
                return self._add(Node(constant=float(number)))
            case ast.UnaryOp(op=ast.USub(), operand=operand):
                return self._add(Node("negative", (self._read(operand),)))
            case ast.BinOp(op=ast.Pow(), left=left, right=right):
                base, exponent = self._read(left), _number(right)
                return self._add(Node("^", (base,), exponent=exponent))
            case ast.BinOp(op=operator, left=left, right=right) if type(operator) in _OPERATORS:
                inputs = (self._read(left), self._read(right))
                return self._add(Node(_OPERATORS[type(operator)], inputs))
            case ast.Call(func=ast.Name(id=name), args=[argument], keywords=[]) if (
                name in FUNCTIONS
            ):
                return self._add(Node(name, (self._read(argument),)))
        raise ValueError(
            f"formula: cannot read {ast.unparse(expression)!r}; wanted names, numbers, + - * / ^ "
            f"and one of {', '.join(FUNCTIONS)}"
        )

    def _require_drawable(self) -> None:
        if not self.nodes or not self.nodes[-1].operation:
            raise ValueError("formula: wanted at least one operation, at the end")
        used = {index for node in self.nodes for index in node.inputs}
        unused = set(range(len(self.nodes) - 1)) - used
        if unused:
            name = self.nodes[min(unused)].name or "a value"
            raise ValueError(f"formula: {name!r} is never used")
        if len(self.names) > MOST_INPUTS or len(self.operations) > MOST_OPERATIONS:
            raise ValueError(
                f"formula: at most {MOST_INPUTS} inputs and {MOST_OPERATIONS} operations can be "
                f"drawn, got {len(self.names)} and {len(self.operations)}"
            )


def _number(expression: ast.expr) -> float:
    sign = 1.0
    if isinstance(expression, ast.UnaryOp) and isinstance(expression.op, ast.USub):
        sign, expression = -1.0, expression.operand
    value = getattr(expression, "value", None)
    if not isinstance(value, int | float) or isinstance(value, bool) or not math.isfinite(value):
        raise ValueError("formula: an exponent must be a number")
    return sign * value
