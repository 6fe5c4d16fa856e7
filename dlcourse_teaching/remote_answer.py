"""A student's answer as a check sees it, where the answer's code runs in another process.

A check calls it as it calls any answer. Arguments go to the submission's interpreter as plain data,
results come back as plain data; what comes back has the right types here, whatever was sent.
"""

from typing import Any

import numpy as np

from dlcourse_teaching.session import Session
from dlcourse_utils.exercises.engine.answer import Answer, Signature
from dlcourse_utils.exercises.engine.models import ModelFacts
from dlcourse_utils.exercises.engine.safe_call import Call, CodeError
from dlcourse_utils.exercises.engine.time_limit import Clock

# A call is timed where it runs, by the time that it computes. This is for code that escapes that.
_WALL_SHARE, _WALL_SECONDS = 4.0, 10.0
_QUICK = 30.0  # for what is not a call of the student's code
_PREDICT = 300.0
_MOST_TEXT = 2000


class RemoteAnswer(Answer):
    """An answer in a submission's interpreter.

    Parameters
    ----------
    session : Session
    facts : dict
        As `interpreter.Interpreter` describes it.
    """

    def __init__(self, session: Session, facts: dict[str, Any]) -> None:
        self._session = session
        self._facts = facts
        self.number = _whole(facts.get("number")) or 0
        self.kind = _text(facts.get("kind")) or "an object"
        self.name = _text(facts.get("name")) or "yours"

    def is_function(self) -> bool:
        return self._facts.get("is_function") is True

    def is_untouched(self) -> bool:
        return self._facts.get("is_untouched") is True

    def keeps_placeholder(self) -> bool:
        return self._facts.get("keeps_placeholder") is True

    def signature(self) -> Signature | None:
        given = self._facts.get("signature")
        if not isinstance(given, list) or len(given) != 4:
            return None
        text, names, least, most = given
        names = tuple(_text(name) for name in _list(names))
        return Signature(_text(text), names, _whole(least) or 0, _whole(most) or 0)

    def names(self) -> frozenset[str]:
        return frozenset(_text(name) for name in _list(self._facts.get("names")))

    def data(self) -> Any:
        return self._session.ask("data", _QUICK, number=self.number)[0]

    def call(
        self,
        arguments: tuple,
        clock: Clock,
        *,
        strict: bool = False,
        items: int = 0,
        returns_function: bool = False,
    ) -> Call:
        left = clock.left()
        reply, interrupted = self._session.ask(
            "call", _WALL_SHARE * left + _WALL_SECONDS,
            number=self.number, arguments=tuple(arguments), limit=left, strict=strict,
            items=items, returns_function=returns_function,
        )  # fmt: skip
        if interrupted:
            clock.spend(left)
            return Call(timed_out=True, error=CodeError("TimeUp", "", None, ""))
        reply = reply if isinstance(reply, dict) else {}
        spent = reply.get("seconds")
        clock.spend(min(max(spent, 0.0), left) if isinstance(spent, float) else 0.0)
        made = _as_call(reply, len(arguments))
        if returns_function and isinstance(reply.get("function"), dict):
            return made.with_value(RemoteAnswer(self._session, reply["function"]))
        return made

    def model(self) -> ModelFacts | None:
        reply, _ = self._session.ask("model", _QUICK, number=self.number)
        if not isinstance(reply, dict):
            return None
        layers = [part for part in _list(reply.get("layers")) if len(_list(part)) == 2]
        shape = reply.get("input_shape")
        return ModelFacts(
            is_history=reply.get("is_history") is True,
            built=reply.get("built") is True,
            parameters=_whole(reply.get("parameters")) or 0,
            layers=tuple((_text(name), _whole(count) or 0) for name, count in layers),
            input_shape=tuple(map(_whole, shape)) if isinstance(shape, tuple) else None,
        )

    def predict(self, images: Any) -> Call:
        reply, interrupted = self._session.ask(
            "predict", _PREDICT, number=self.number, images=np.asarray(images)
        )
        if interrupted:
            return Call(timed_out=True, error=CodeError("TimeUp", "", None, ""))
        return _as_call(reply if isinstance(reply, dict) else {}, 0)


def _as_call(reply: dict[str, Any], count: int) -> Call:
    error = reply.get("error")
    if isinstance(error, list) and len(error) == 4:
        name, message, number, line = error
        error = CodeError(_text(name), _text(message), _whole(number), _text(line))
    else:
        error = None
    changed = tuple(place for place in _list(reply.get("changed")) if _whole(place) in range(count))
    arguments = reply.get("arguments")
    return Call(
        value=reply.get("value"),
        error=error,
        timed_out=reply.get("timed_out") is True,
        printed=_text(reply.get("printed")),
        changed=changed,
        returned=_whole(reply.get("returned")),
        arguments=arguments if isinstance(arguments, tuple) and len(arguments) == count else (),
    )


def _text(value: Any) -> str:
    return value[:_MOST_TEXT] if isinstance(value, str) else ""


def _whole(value: Any) -> int | None:
    return value if type(value) is int else None


def _list(value: Any) -> list | tuple:
    return value if isinstance(value, (list, tuple)) else ()
