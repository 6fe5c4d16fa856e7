"""The process in which a submission runs: it executes cells and answers what it is asked.

It lives in the sandbox, forked from a warm interpreter (`dlcourse_teaching.warm`), and holds
nothing that a student must not see: neither seeds nor marks, nor what a right answer is. All that
it says is taken for a claim of the student's code, which can change everything in here.

Requests and replies are `wire` frames over one socket, each reply with its request's number.
"""

import os
import signal
import socket
import sys
from collections.abc import Callable
from typing import Any

import numpy as np

from dlcourse_teaching import tripwire, wire
from dlcourse_teaching.shell import Shell
from dlcourse_utils.exercises.engine.answer import Answer, LocalAnswer
from dlcourse_utils.exercises.engine.safe_call import Call
from dlcourse_utils.exercises.engine.time_limit import SECONDS, Clock


class CallerError(Exception):
    """A function of the grader's, called by the student's, stopped with an error."""


class Interpreter:
    """Executes a notebook's cells in one namespace, and lends its answers.

    Parameters
    ----------
    connection : socket
        To the grader.
    most_output : int
        Characters kept of what each cell prints.
    """

    def __init__(self, connection: socket.socket, most_output: int) -> None:
        self._connection = connection
        self._shell = Shell(most_output)
        self._answers: list[Any] = []
        self._held: list[Any] = []  # what could not travel, until it comes back
        self._process = os.getpid()
        self._before = tripwire.snapshot(self._shell.shell)

    def serve(self) -> None:
        """Answer requests until the grader hangs up."""
        operations: dict[str, Callable[..., Any]] = {
            "run": self._run,
            "find": self._find,
            "data": self._data,
            "call": self._call,
            "model": self._model,
            "predict": self._predict,
            "changed": self._changed,
        }
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        while True:
            try:
                request = self._receive()
            except EOFError:
                return
            try:
                # An interrupt is for the student's code, never for what is around it.
                signal.signal(signal.SIGINT, signal.default_int_handler)
                reply = operations[request["do"]](**request["with"])
            except KeyboardInterrupt:
                reply = {"stopped": True}
            signal.signal(signal.SIGINT, signal.SIG_IGN)
            if os.getpid() != self._process:  # a copy that the student's code made by `os.fork`
                os._exit(0)
            self._reply(request["number"], reply)

    def _reply(self, number: int, reply: Any) -> None:
        try:
            wire.send(self._connection, {"number": number, "reply": reply}, hold=self._hold)
        except ValueError:
            wire.send(self._connection, {"number": number, "reply": {"too_large": True}})

    def _run(self, source: str) -> dict[str, Any]:
        return self._shell.run(source)

    def _find(self, expression: str) -> dict[str, Any]:
        """What an answer is, and its number; the error's name and message if there is none."""
        try:
            value = self._shell.value(expression)
        except Exception as problem:
            return {"error": [type(problem).__name__, str(problem)[:300]]}
        for number, known in enumerate(self._answers):
            if known is value:
                return self._facts(number, LocalAnswer(value))
        self._answers.append(value)
        return self._facts(len(self._answers) - 1, LocalAnswer(value))

    def _facts(self, number: int, answer: Answer) -> dict[str, Any]:
        signature = answer.signature() if answer.is_function() else None
        return {
            "number": number,
            "kind": str(answer.kind),
            "name": str(answer.name),
            "is_function": bool(answer.is_function()),
            "is_untouched": bool(answer.is_untouched()),
            "keeps_placeholder": bool(answer.keeps_placeholder()),
            "names": sorted(map(str, answer.names())),
            "signature": signature
            and [signature.text, list(signature.names), signature.least, signature.most],
        }

    def _data(self, number: int) -> Any:
        return self._answers[number]

    def _call(
        self, number: int, arguments: tuple, limit: float, *, strict: bool, items: int,
        returns_function: bool,
    ) -> dict[str, Any]:  # fmt: skip
        clock = Clock()
        clock.spend(SECONDS - limit)
        made = LocalAnswer(self._answers[number]).call(
            arguments, clock, strict=strict, items=items, returns_function=returns_function
        )
        reply = _described(made) | {"seconds": limit - clock.left()}
        if isinstance(made.value, LocalAnswer):
            self._answers.append(made.value.object)
            reply["value"] = None
            reply["function"] = self._facts(len(self._answers) - 1, made.value)
        return reply

    def _model(self, number: int) -> dict[str, Any] | None:
        facts = LocalAnswer(self._answers[number]).model()
        return None if facts is None else dict(vars(facts))

    def _predict(self, number: int, images: np.ndarray) -> dict[str, Any]:
        return _described(LocalAnswer(self._answers[number]).predict(images))

    def _changed(self) -> list[str]:
        return tripwire.changed(self._before, self._shell.shell)

    def _receive(self) -> Any:
        return wire.receive(
            self._connection, lent=self._grader_function, held=self._held.__getitem__
        )

    def _hold(self, value: Any) -> int:
        self._held.append(value)
        return len(self._held) - 1

    def _grader_function(self, number: int) -> Callable:
        """What stands in here for a function of the grader's: plain data in, plain data out."""

        def called(*arguments: Any, **keywords: Any) -> Any:
            wire.send(
                self._connection,
                {"call": number, "arguments": arguments, "keywords": keywords},
                hold=self._hold,
            )
            reply = self._receive()
            if "error" in reply:
                raise CallerError(reply["error"])
            return reply["value"]

        return called


def _described(made: Call) -> dict[str, Any]:
    error = made.error and [
        made.error.name, made.error.message, made.error.line_number, made.error.line
    ]  # fmt: skip
    return {
        "value": made.value,
        "error": error,
        "timed_out": made.timed_out,
        "printed": made.printed,
        "changed": made.changed,
        "returned": made.returned,
        "arguments": made.arguments,
    }


def main(connection: socket.socket, most_output: int) -> None:
    """Serve one submission, then end the process. Never returns."""
    status = 1
    try:
        Interpreter(connection, most_output).serve()
        status = 0
    finally:
        sys.stdout = sys.stderr = None
        os._exit(status)
