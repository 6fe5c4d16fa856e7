"""IPython without a kernel: cells in, their outputs as a notebook stores them out."""

import io
import sys
import traceback
from typing import Any

from IPython.core.displayhook import DisplayHook
from IPython.core.displaypub import DisplayPublisher
from IPython.core.interactiveshell import InteractiveShell
from traitlets import Any as AnyTrait
from traitlets import Type
from traitlets.config import Config

_MOST_TRACEBACK = 20_000
_CUT = "\n… the rest of this cell's output was left out\n"


class _Outputs:
    """The outputs of the cell that runs, no more than so many characters."""

    def __init__(self, most: int) -> None:
        self.most, self.left, self.list = most, most, []

    def clear(self) -> None:
        self.left, self.list = self.most, []

    def add(self, output: dict[str, Any]) -> None:
        if self.left > 0:
            self.left -= len(repr(output))
            self.list.append(output)

    def stream(self, name: str, text: str) -> None:
        if self.left <= 0:
            return
        if len(text) > self.left:
            text = text[: self.left] + _CUT
        self.left -= len(text)
        last = self.list[-1] if self.list else {}
        if last.get("output_type") == "stream" and last["name"] == name:
            last["text"] += text
        else:
            self.list.append({"output_type": "stream", "name": name, "text": text})


class _Stream(io.TextIOBase):
    def __init__(self, outputs: _Outputs, name: str) -> None:
        self._outputs, self.name = outputs, name

    def writable(self) -> bool:
        return True

    def isatty(self) -> bool:
        return False

    def write(self, text: str) -> int:
        self._outputs.stream(self.name, str(text))
        return len(text)


class _Publisher(DisplayPublisher):
    outputs = AnyTrait()

    def publish(self, data, metadata=None, source=None, *, transient=None, update=False, **more):
        kind = "display_data"
        self.outputs.add({"output_type": kind, "data": data, "metadata": metadata or {}})

    def clear_output(self, wait=False):
        self.outputs.clear()


class _Hook(DisplayHook):
    outputs = AnyTrait()

    def write_output_prompt(self):
        pass

    def write_format_data(self, format_dict, md_dict=None):
        self.outputs.add(
            {
                "output_type": "execute_result",
                "execution_count": self.shell.execution_count,
                "data": format_dict,
                "metadata": md_dict or {},
            }
        )

    def finish_displayhook(self):
        pass


class _Interactive(InteractiveShell):
    outputs = AnyTrait()
    display_pub_class = Type(_Publisher)
    displayhook_class = Type(_Hook)

    def init_display_pub(self):
        self.display_pub = _Publisher(parent=self, shell=self, outputs=self.outputs)
        self.configurables.append(self.display_pub)

    def init_displayhook(self):
        super().init_displayhook()
        self.displayhook.outputs = self.outputs

    def _showtraceback(self, etype, evalue, stb):
        lines, left = [], _MOST_TRACEBACK
        for line in stb:
            lines.append(str(line)[:left])
            left -= len(lines[-1])
            if left <= 0:
                break
        text = "".join(traceback.format_exception_only(etype, evalue)[-1:])
        value = text.partition(": ")[2].strip() if ": " in text else str(evalue)
        self.outputs.add(
            {
                "output_type": "error",
                "ename": etype.__name__,
                "evalue": value[:_MOST_TRACEBACK],
                "traceback": lines,
            }
        )

    def ask_exit(self):
        """`exit` and `quit` end a kernel; here the rest of the notebook runs."""

    def system(self, cmd):
        return self.system_piped(cmd)


class Shell:
    """A namespace in which cells run.

    Parameters
    ----------
    most_output : int
        Characters kept of each cell's output.
    """

    def __init__(self, most_output: int) -> None:
        config = Config()
        config.HistoryManager.enabled = False
        config.InteractiveShell.colors = "nocolor"
        config.InteractiveShell.xmode = "Context"
        self._outputs = _Outputs(most_output)
        self.shell = _Interactive.instance(config=config, outputs=self._outputs)
        self.shell.exit_now = False

    def run(self, source: str) -> dict[str, Any]:
        """Execute a cell; returns its ``outputs`` and whether it came to its end, ``ok``."""
        self._outputs.clear()
        own = sys.stdout, sys.stderr, sys.stdin
        sys.stdout, sys.stderr = _Stream(self._outputs, "stdout"), _Stream(self._outputs, "stderr")
        sys.stdin = io.StringIO()
        try:
            result = self.shell.run_cell(source, store_history=True)
            self.shell.events.trigger("post_execute")
        finally:
            sys.stdout, sys.stderr, sys.stdin = own
        return {"outputs": self._outputs.list, "ok": bool(result.success)}

    def value(self, expression: str) -> Any:
        """The value of an expression in the namespace."""
        return eval(expression, self.shell.user_ns)
