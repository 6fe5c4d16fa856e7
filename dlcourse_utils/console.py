"""Plain signs for consoles that cannot show ✓, → or ×: nothing that is printed ever raises."""

import codecs
import io
import sys

_HANDLER = "dlcourse-plain"
# Signs that have no plain form of their own in Unicode's tables.
_PLAIN = {
    "✓": "+", "✗": "x", "○": "o", "★": "*", "→": "->", "←": "<-", "·": "-", "×": "x", "−": "-",
    "–": "-", "—": "-", "…": "...", "━": "=", "─": "-", "│": "|", "≈": "~", "≤": "<=", "≥": ">=",
    "≠": "!=", "±": "+-", "“": '"', "”": '"', "’": "'", "⋮": ":", "µ": "u", "½": "1/2",
}  # fmt: skip


def use_plain_signs() -> None:
    """Let standard output and error replace what their encoding lacks instead of raising.

    Without this, `print("✓")` stops a program with a UnicodeEncodeError where the console is not
    UTF-8, as on Windows when output goes to a file. Streams of another kind, as in notebooks, and
    those that already replace, stay as they are; so does a stream that is not there (pythonw).

    References
    ----------
    https://docs.python.org/3/library/codecs.html#error-handlers

    Examples
    --------
    >>> use_plain_signs()
    >>> "✓ x₁ → 3 × 4 π".encode("ascii", "dlcourse-plain")
    b'+ x1 -> 3 x 4 ?'
    """
    codecs.register_error(_HANDLER, _in_plain_signs)
    for stream in (sys.stdout, sys.stderr):
        if not isinstance(stream, io.TextIOWrapper):
            continue
        if stream.errors == "strict" and not stream.encoding.startswith("utf"):
            stream.reconfigure(errors=_HANDLER)


def _in_plain_signs(problem: UnicodeError) -> tuple[str, int]:
    from unicodedata import normalize

    if not isinstance(problem, UnicodeEncodeError):
        raise problem
    lacking = problem.object[problem.start : problem.end]
    plain = (_PLAIN.get(sign) or normalize("NFKD", sign) for sign in lacking)
    return "".join(text if text.isascii() else "?" for text in plain), problem.end
