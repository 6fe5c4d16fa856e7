"""What a worker needs of an assignment, as bytes: the release and a gradebook without students."""

import io
import shutil
import sqlite3
import tempfile
import zipfile
from pathlib import Path

from dlcourse_teaching.assignment_folder import AssignmentFolder, Settings

_OF_STUDENTS = ("grade", "comment", "submitted_notebook", "submitted_assignment", "student")


def pack_kit(assignment: AssignmentFolder, settings: Settings) -> bytes:
    """Pack what a throw-away course needs: the assignment without any student's marks."""
    with tempfile.TemporaryDirectory(prefix="dlg-kit-") as folder:
        empty = Path(folder, "gradebook.db")
        shutil.copyfile(assignment.gradebook, empty)
        connection = sqlite3.connect(empty)
        for table in _OF_STUDENTS:
            connection.execute(f"DELETE FROM {table}")
        connection.commit()
        connection.execute("VACUUM")
        connection.close()
        files = {"gradebook.db": empty.read_bytes()}
    files["assignment.yaml"] = assignment.settings_path.read_bytes()
    for path in assignment.step("release").glob("*.ipynb"):
        files[f"release/{settings.name}/{path.name}"] = path.read_bytes()
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in sorted(files.items()):
            archive.writestr(name, content)
    return packed.getvalue()
