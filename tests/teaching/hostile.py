"""What hostile submissions do. Each piece of code runs in the first answer's cell.

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
        "import os\n"
        "for folder in ('/tmp', '/scratch', '/dev/shm', os.path.dirname(\n"
        "    __import__('ipykernel.connect').connect.get_connection_file())):\n"
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
    "prints-hidden-tests": (
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
