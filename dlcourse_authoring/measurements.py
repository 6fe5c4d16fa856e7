"""The tables of ``docs/measurements.md``, each between two comments that name it."""

import re
from pathlib import Path

# A row's cells, in the order of the table's columns; the first says what was measured.
Rows = list[tuple[str, ...]]


def write_rows(page: Path, table: str, rows: Rows, *, keep: bool = True) -> None:
    """Put rows into a table of a page, in the place of those that have the same first cell.

    Parameters
    ----------
    page : Path
        A Markdown file that has the table between ``<!-- NAME -->`` and ``<!-- /NAME -->``.
    table : str
        The table's name.
    rows : list of tuple of str
        Rows that are not in the table yet go to its end.
    keep : bool
        Whether the table's other rows stay.

    Raises
    ------
    ValueError
        If the page has no such table, or a row has not as many cells as the table has columns.
    """
    page.write_text(with_rows(page.read_text("utf-8"), table, rows, keep=keep), "utf-8")


def with_rows(text: str, table: str, rows: Rows, *, keep: bool = True) -> str:
    """The text of a page with rows in a table of it; see :func:`write_rows`.

    Parameters
    ----------
    text : str
        The page.
    table : str
        The table's name.
    rows : list of tuple of str
        What to put in.
    keep : bool
        Whether the table's other rows stay.

    Returns
    -------
    str
        The page with the rows in it.

    Examples
    --------
    >>> page = "<!-- sizes -->\\n| what | kB |\\n|---|---|\\n| wheel | 1 |\\n<!-- /sizes -->"
    >>> print(with_rows(page, "sizes", [("wheel", "2"), ("page", "3")]))
    <!-- sizes -->
    | what | kB |
    |---|---|
    | wheel | 2 |
    | page | 3 |
    <!-- /sizes -->
    """
    place = re.compile(rf"(<!-- {table} -->\n)(.*?)(?=<!-- /{table} -->)", re.DOTALL)
    found = place.search(text)
    if found is None:
        raise ValueError(f"the page has no table {table!r}: <!-- {table} --> … <!-- /{table} -->")
    head, rule, *old = found[2].strip().splitlines()
    columns = len(_cells(head))
    for row in rows:
        if len(row) != columns:
            raise ValueError(f"{table!r} has {columns} columns, the row {row} has {len(row)}")
    lines = {_cells(line)[0]: line for line in old} if keep else {}
    lines |= {row[0]: f"| {' | '.join(row)} |" for row in rows}
    content = "\n".join([head, rule, *lines.values()])
    return place.sub(lambda place: f"{place[1]}{content}\n", text)


def _cells(line: str) -> list[str]:
    return [cell.strip() for cell in line.strip().strip("|").split(" | ")]
