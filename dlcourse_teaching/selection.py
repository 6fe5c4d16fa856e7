"""An instructor's choice of chapters and exercises, as it is written on the command line."""

from dlcourse_utils.chapter import Chapter


def pick(chapters: list[Chapter], wanted: list[str]) -> dict[str, list[str]]:
    """Turn an instructor's choice into exercise ids.

    Parameters
    ----------
    chapters : list of Chapter
    wanted : list of str
        Each a chapter's number (``"4"``: all its exercises), or a number and exercises
        (``"4:one-weight-slope,clip-by-norm"``). ``"4:clip-by-norm,5"`` is two choices in one.

    Returns
    -------
    dict
        Name of each chapter, with its exercise ids in the chapter's order.

    Raises
    ------
    ValueError
        If there is no such chapter or exercise; the message lists those there are.
    """
    by_number = {chapter.number: chapter for chapter in chapters}
    chosen: dict[int, list[str]] = {}
    number = None
    for word in ",".join(wanted).split(","):
        head, colon, id = word.strip().rpartition(":")
        text = head if colon else id
        if colon or text.isdigit():
            if not text.isdigit() or int(text) not in by_number:
                raise ValueError(
                    f"there is no chapter {text!r}; there are {', '.join(map(str, by_number))}."
                )
            number = int(text)
            every = [exercise.id for exercise in by_number[number].exercises]
            chosen.setdefault(number, [])
            if not colon:
                chosen[number] += every
                continue
        if number is None:
            raise ValueError(f"{word!r}: write a chapter's number first, as in 4:{word.strip()}.")
        every = [exercise.id for exercise in by_number[number].exercises]
        if id not in every:
            raise ValueError(f"chapter {number} has no exercise {id!r}; it has {', '.join(every)}.")
        chosen[number].append(id)
    return {
        by_number[number].name: [
            exercise.id for exercise in by_number[number].exercises if exercise.id in ids
        ]
        for number, ids in sorted(chosen.items())
    }
