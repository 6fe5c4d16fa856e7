"""The table that a learning platform gave out, read and written as it came.

Platforms and spreadsheets write tables in many ways: with commas, semicolons or tabs, in UTF-8,
UTF-16 or an older encoding, with a decimal point or comma, with headings in the instructor's
language.
"""

import csv
import io
import re
from dataclasses import dataclass
from pathlib import Path

_DELIMITERS = ",;\t"
# What Moodle calls the columns that matter here, in languages that we know; others can be named.
_IDENTIFIER = (
    "identifier",
    "id",
    "identifiant",
    "identificador",
    "identificativo",
    "identificatie",
)
_GRADE = ("grade", "bewertung", "note", "calificación", "valutazione", "cijfer", "nota")
_MOST = (
    "maximum grade", "bestwertung", "note maximale", "calificación máxima", "punteggio massimo",
    "maximumcijfer", "nota máxima",
)  # fmt: skip


@dataclass(frozen=True)
class Table:
    """Rows as text, the first of them headings, and how they were written.

    Parameters
    ----------
    rows : list of list of str
    delimiter : str
    decimal : {".", ","}
    """

    rows: list[list[str]]
    delimiter: str = ","
    decimal: str = "."

    @property
    def head(self) -> list[str]:
        return self.rows[0]

    def number(self, value: float | None) -> str:
        """A number as this table writes it; nothing for None."""
        return "" if value is None else f"{value:g}".replace(".", self.decimal)


def read_table(path: Path) -> Table:
    """Read a table in whatever way it is written.

    Raises
    ------
    ValueError
        If it cannot be read or is empty.
    """
    try:
        text = _decoded(path.read_bytes())
        first = next((line for line in text.splitlines() if line.strip()), "")
        delimiter = max(_DELIMITERS, key=first.count)
        rows = [r for r in csv.reader(io.StringIO(text), delimiter=delimiter) if any(r)]
    except (OSError, csv.Error) as problem:
        raise ValueError(f"{path} cannot be read as a table: {problem}") from None
    if not rows:
        raise ValueError(f"{path} is empty.")
    numbers = [cell for row in rows[1:] for cell in row if re.fullmatch(r"-?\d+[.,]\d+", cell)]
    decimal = "," if any("," in cell for cell in numbers) or delimiter == ";" else "."
    if any("." in cell for cell in numbers):
        decimal = "."
    return Table([[cell.strip("\ufeff") for cell in row] for row in rows], delimiter, decimal)


def to_bytes(table: Table) -> bytes:
    """The table in UTF-8, without cells that a spreadsheet would take for formulas."""
    out = io.StringIO()
    writer = csv.writer(out, delimiter=table.delimiter, lineterminator="\n")
    writer.writerows([[_safe(cell) for cell in row] for row in table.rows])
    return out.getvalue().encode("utf-8")


def require_columns(table: Table, columns: list[str], what: str) -> None:
    """Refuse a table that lacks a column.

    Raises
    ------
    ValueError
    """
    missing = [column for column in columns if column not in table.head]
    if missing:
        raise ValueError(
            f"{what} has no column {', '.join(missing)}; it has {', '.join(table.head)}."
        )


def moodle_columns(table: Table, grade: str | None = None) -> tuple[int, int, int | None]:
    """Find the columns of Moodle's grading worksheet: participant, grade, maximum grade.

    Parameters
    ----------
    table : Table
    grade : str, optional
        What the column of the grade is called, where we do not know the language.

    Raises
    ------
    ValueError
        If there are no such columns; the message lists those that there are.
    """
    names = [name.strip().casefold() for name in table.head]

    def first(known: tuple[str, ...]) -> int | None:
        return next((names.index(name) for name in known if name in names), None)

    who, mark = first(_IDENTIFIER), first((grade.casefold(),) if grade else _GRADE)
    if who is None and all(participant(row[0]) for row in table.rows[1:]):
        who = 0  # in Moodle's worksheet it is always the first
    if who is None or mark is None:
        raise ValueError(
            "this is no grading worksheet of Moodle in a language that we know. Its columns are "
            f"{', '.join(table.head)}. Name the one for the mark: --grade-column NAME"
        )
    return who, mark, first(_MOST)


def participant(cell: str) -> str | None:
    """The number in a cell that names a participant, in whatever language.

    Examples
    --------
    >>> participant("Participant 11"), participant("Teilnehmer/in11"), participant("Anna")
    ('11', '11', None)
    """
    found = re.fullmatch(r"\D*?(\d+)", cell.strip())
    return found[1] if found else None


def as_number(cell: str) -> float | None:
    """A number written with a point or a comma; None if it is none."""
    try:
        return float(cell.strip().replace(",", "."))
    except ValueError:
        return None


def _decoded(content: bytes) -> str:
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return content.decode("utf-16", "replace")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:  # Excel in the West; every byte has a letter in it, or nearly
        return content.decode("cp1252", "replace")


def _safe(cell: str) -> str:
    """A cell that a spreadsheet does not take for a formula: names come from outside."""
    is_formula = cell[:1] in ("=", "+", "-", "@", "\t", "\r") and as_number(cell) is None
    return "'" + cell if is_formula else cell
