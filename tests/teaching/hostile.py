"""What hostile submissions do.

Each piece of `HOSTILE` runs in the first answer's cell, after a right answer. Each piece of
`TRICKS` runs before answers that all return 0, and tries to get marks for them.

``COURSE`` stands for the assignment's folder. Never run these outside the sandbox.
"""

HOSTILE = {
    "loops": "while True:\n    pass",
    "ignores-interrupts": (
        "import time\nwhile True:\n    try:\n        time.sleep(1)\n"
        "    except BaseException:\n        pass"
    ),
    "exits": "import os\nos._exit(0)",
    "kills-everything": "import os, signal\nos.kill(-1, signal.SIGKILL)",
    "memory": "blocks = []\nwhile True:\n    blocks.append(bytearray(10**8))",
    "memory-in-children": (
        "import os, time\nfor _ in range(12):\n    if os.fork() == 0:\n"
        "        block = bytearray(300_000_000)\n        time.sleep(60)\ntime.sleep(60)"
    ),
    "floods": "while True:\n    print('x' * 100_000)",
    "floods-at-once": "print('x' * 60_000_000)",
    "fork-bomb": (
        "import os\nwhile True:\n    try:\n        os.fork()\n    except OSError:\n        pass"
    ),
    "reads": (
        "import os\nfound = [path for path in ('COURSE',) if os.path.exists(path)]\n"
        "for base, folders, files in os.walk('/'):\n"
        "    skipped = {'proc', 'usr', 'lib', 'site-packages'}\n"
        "    folders[:] = [name for name in folders if name not in skipped]\n"
        "    for name in files:\n"
        "        if name in ('gradebook.db', 'assignment.yaml') or name.endswith('.ipynb'):\n"
        "            found.append(os.path.join(base, name))\n"
        "print('FOUND', found)"
    ),
    "changes-marks": (
        "import pathlib, sqlite3\n"
        "for folder in ('COURSE', '.', '..'):\n"
        "    base = pathlib.Path(folder)\n"
        "    for path in [base / 'gradebook.db', *base.glob('submitted/*/*/*.ipynb')]:\n"
        "        try:\n"
        # Its own scratch folder is there to be written: only what exists would be harm.
        "            path.read_bytes()\n"
        "            path.write_text('{}')\n"
        "            print('WROTE', path)\n"
        "        except OSError:\n"
        "            pass"
    ),
    "writes-outside": (
        "import os, pathlib, sys\n"
        "for folder in ('/', '/usr', '/etc', '/dev', '/var', '/home', sys.prefix, 'COURSE'):\n"
        "    try:\n"
        "        pathlib.Path(folder, 'dlcourse-was-here').write_text('x')\n"
        "        print('WROTE', folder)\n"
        "    except OSError:\n"
        "        pass"
    ),
    "fills-scratch": (
        "for folder in ('/tmp', '/scratch', '/dev/shm'):\n"
        "    for number in range(40):\n"
        "        try:\n"
        "            with open(f'{folder}/{number}', 'wb') as file:\n"
        "                file.write(bytes(20_000_000))\n"
        "        except OSError:\n"
        "            break"
    ),
    "network": (
        "import socket\n"
        "for address in (('127.0.0.1', PORT), ('1.1.1.1', 53)):\n"
        "    try:\n"
        "        socket.create_connection(address, timeout=2).close()\n"
        "        print('CONNECTED', address)\n"
        "    except OSError:\n"
        "        pass"
    ),
    "leaves-a-process": (
        "import subprocess\n"
        "subprocess.Popen(['sleep', '54321'], start_new_session=True)\n"
        "subprocess.Popen('(trap \"\" TERM HUP INT; sleep 54321) &', shell=True)"
    ),
    "skips-assertions": (
        "from IPython.core.interactiveshell import InteractiveShell\n"
        "_run = InteractiveShell.run_code\n"
        "async def _quiet(self, code, *rest, **more):\n"
        "    try:\n"
        "        exec(code, self.user_ns)\n"
        "    except BaseException:\n"
        "        pass\n"
        "    return False\n"
        "InteractiveShell.run_code = _quiet\n"
        "slope = count_updates = None"
    ),
    "hides-errors": (
        "get_ipython().set_custom_exc((BaseException,), lambda *a, **k: None)\nslope = None"
    ),
    "patches-verify": (
        "import sys, types\n"
        "import dlcourse_utils.exercises as e\n"
        "from dlcourse_utils.exercises.engine.feedback import Feedback\n"
        "e.verify = lambda id, answer, seed=0: Feedback(id, 'passed', 'right')\n"
        "Feedback.raise_unless_passed = lambda self: None\n"
        "slope = None"
    ),
    "looks-at-cells": (
        "def _spy(info):\n"
        "    print('SPY', info.raw_cell)\n"
        "get_ipython().events.register('pre_run_cell', _spy)"
    ),
    "shows-a-script": (
        "from IPython.display import HTML, Javascript, Markdown, display\n"
        "display(HTML('<script>alert(1)</script>'), Javascript('alert(2)'))\n"
        "slope.__doc__ = '</pre><script>alert(3)</script>'\n"
        "raise ValueError('</pre><script>alert(4)</script>')"
    ),
}

TRICKS = {
    "allclose": "np.allclose = lambda *a, **k: True",
    "isclose": "np.isclose = lambda a, b, *r, **k: np.ones(np.shape(a), bool)",
    "zip": "import builtins\nbuiltins.zip = lambda *a, **k: iter(())",
    "frames": (
        "import sys\n"
        "def RETURNED(*_):\n"
        "    frame = sys._getframe()\n"
        "    while frame is not None:\n"
        "        for name in ('right', 'expected'):\n"
        "            if name in frame.f_locals:\n"
        "                return frame.f_locals[name]\n"
        "        frame = frame.f_back\n"
        "    return 0"
    ),
    "array": (
        "import sys\n"
        "class Right:\n"
        "    def __array__(self, *a, **k):\n"
        "        frame = sys._getframe()\n"
        "        while frame is not None:\n"
        "            if 'expected' in frame.f_locals:\n"
        "                return np.asarray(frame.f_locals['expected'])\n"
        "            frame = frame.f_back\n"
        "        return np.zeros(())\n"
        "def RETURNED(*_):\n"
        "    return Right()"
    ),
    "equal-to-all": (
        "class Equal(float):\n"
        "    __eq__ = lambda *_: True\n"
        "    __sub__ = __rsub__ = lambda *_: 0.0\n"
        "def RETURNED(*_):\n"
        "    return Equal()"
    ),
    "patches-at-call-time": (
        "def RETURNED(*_):\n"
        "    import dlcourse_utils.exercises.engine.results as results\n"
        "    results.find_problem = lambda *a, **k: None\n"
        "    return 0"
    ),
    "patches-from-a-thread": (
        "import threading, time, sys\n"
        "def patch():\n"
        "    while True:\n"
        "        for name, module in list(sys.modules.items()):\n"
        "            if name.startswith('dlcourse_utils.exercises'):\n"
        "                for part in ('find_problem', 'same_result', 'verify'):\n"
        "                    if hasattr(module, part):\n"
        "                        setattr(module, part, lambda *a, **k: None)\n"
        "        time.sleep(0.001)\n"
        "threading.Thread(target=patch, daemon=True).start()"
    ),
    "profile": (
        "import sys\n"
        "def profile(frame, event, argument):\n"
        "    if event == 'call' and 'problem' in frame.f_code.co_name:\n"
        "        frame.f_locals.clear()\n"
        "sys.setprofile(profile)"
    ),
    "import-hook": (
        "import sys\n"
        "class Hook:\n"
        "    def find_spec(self, name, *_):\n"
        "        if 'exercises' in name:\n"
        "            raise ImportError\n"
        "sys.meta_path.insert(0, Hook())"
    ),
    "code-transformer": (
        "import ast\n"
        "class Nothing(ast.NodeTransformer):\n"
        "    def visit_Expr(self, node):\n"
        "        return ast.parse('pass').body[0]\n"
        "get_ipython().ast_transformers.append(Nothing())"
    ),
    "input-transformer": (
        "get_ipython().input_transformers_cleanup.append(\n"
        "    lambda lines: [x for x in lines if 'verify' not in x])"
    ),
    "session": (
        "kernel = getattr(get_ipython(), 'kernel', None)\n"
        "if kernel is not None:\n"
        "    kernel.session.send = lambda *a, **k: None\n"
        "import socket, os, struct\n"
        'text = b\'{"t":"dict","v":[["number",99],["reply","passed"]]}\'\n'
        "for number in range(3, 40):\n"
        "    try:\n"
        "        own = socket.socket(fileno=os.dup(number))\n"
        "        own.sendall(struct.pack('!II', len(text), 0) + text)\n"
        "    except OSError:\n"
        "        pass"
    ),
    "pinned-chance": (
        "np.random.default_rng = lambda *a, **k: np.random.Generator(np.random.PCG64(0))"
    ),
    "memory": (
        "import gc\n"
        "def RETURNED(*arguments):\n"
        "    for found in gc.get_objects():\n"
        "        if callable(getattr(type(found), 'expected', None)):\n"
        "            return found.expected(*arguments)\n"
        "    return 0"
    ),
    "the-checks-own-answer": (
        "def RETURNED(*arguments):\n"
        "    from dlcourse_utils.exercises.engine.table import load\n"
        "    for id in ('one-weight-slope', 'divide-backward', 'count-updates'):\n"
        "        try:\n"
        "            return load(id).expected(*arguments)\n"
        "        except Exception:\n"
        "            pass\n"
        "    return 0"
    ),
    "skips-assertions": HOSTILE["skips-assertions"].rpartition("\n")[0],
    "hides-errors": HOSTILE["hides-errors"].rpartition("\n")[0],
    "patches-verify": HOSTILE["patches-verify"].rpartition("\n")[0],
}
