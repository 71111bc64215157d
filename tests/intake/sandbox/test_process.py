"""The child ends with its parent however that ends, and with nobody else."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.intake.sandbox.processes import comes_true, is_zombie, runs

pytestmark = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="looks into /proc")

PARENT = """
import signal, sys, threading
from retrieval.intake.sandbox.sandbox import Sandbox
from tests.intake.sandbox import bombs

def read(content=b"<rss><channel><title>News</title></channel></rss>"):
    return box.read_feed(content, url="https://example.org/", content_type=None).title

box = Sandbox(seconds=30)
read()
for line in sys.stdin:
    command = line.strip()
    if command == "pid":
        print(*box.pids, flush=True)
    elif command == "ignore":
        signal.signal(signal.SIGINT, lambda *_: None)
        print("ignoring", flush=True)
    elif command == "read":
        print(read(), flush=True)
    elif command == "busy":
        threading.Thread(target=read, args=(bombs.slow(),), daemon=True).start()
        print("busy", flush=True)
    elif command == "end":
        break
"""


class Parent:
    """A process that reads feeds in a sandbox of its own."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self.process = process

    def tell(self, command: str) -> str:
        assert self.process.stdin
        assert self.process.stdout
        self.process.stdin.write(f"{command}\n")
        self.process.stdin.flush()
        return self.process.stdout.readline().strip()


@contextmanager
def parent() -> Iterator[Parent]:
    with subprocess.Popen(
        [sys.executable, "-c", PARENT],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
    ) as process:
        try:
            yield Parent(process)
        finally:
            process.kill()


@pytest.mark.parametrize("busy", [False, True])
@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGTERM])
def test_the_child_ends_when_its_parent_is_killed(how: signal.Signals, busy: bool) -> None:
    with parent() as process:
        pid = int(process.tell("pid"))
        if busy:
            assert process.tell("busy") == "busy"
        assert runs(pid)
        process.process.send_signal(how)
        assert comes_true(lambda: not runs(pid))


def test_the_child_ends_when_its_parent_comes_to_its_end() -> None:
    with parent() as process:
        pid = int(process.tell("pid"))
        process.tell("end")
        assert process.process.wait(10) == 0
        assert comes_true(lambda: not runs(pid) and not is_zombie(pid))


def test_ctrl_c_in_a_terminal_does_not_reach_the_child() -> None:
    with parent() as process:
        pid = process.tell("pid")
        assert process.tell("ignore") == "ignoring"
        os.killpg(process.process.pid, signal.SIGINT)
        os.kill(int(pid), signal.SIGINT)
        assert process.tell("read") == "News"
        assert process.tell("pid") == pid


def test_a_child_whose_parent_stands_still_is_ended_by_the_system() -> None:
    program = (
        "from retrieval.intake.sandbox import limits\nlimits.limit_next(0.2)\nwhile True: pass\n"
    )
    ended = subprocess.run([sys.executable, "-c", program], timeout=30, check=False)
    assert ended.returncode == -signal.SIGALRM


CONFINED = """
import json, os, socket, subprocess, sys
from pathlib import Path
from retrieval.intake.sandbox import limits

path, kept = Path(sys.argv[1]), Path(sys.argv[2])
limits.confine()

def outcome(action):
    try:
        action()
    except Exception as error:
        return type(error).__name__
    return "done"

print(json.dumps({
    "socket": outcome(lambda: socket.create_connection(("127.0.0.1", 9))),
    "lookup": outcome(lambda: socket.getaddrinfo("localhost", 80)),
    "process": outcome(lambda: subprocess.run(["true"])),
    "fork": outcome(os.fork),
    "write": outcome(lambda: path.write_text("x")),
    "remove": outcome(kept.unlink),
    "read": outcome(lambda: Path(os.__file__).read_bytes()),
    "memory": outcome(lambda: bytearray(300_000_000)),
    "some memory": outcome(lambda: bytearray(100_000_000)),
    "priority": os.nice(0),
}))
"""


def test_a_child_has_no_network_no_files_to_write_no_processes_and_little_memory(
    tmp_path: Path,
) -> None:
    before = os.nice(0)
    kept = tmp_path / "kept"
    kept.write_text("words", encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-c", CONFINED, str(tmp_path / "new"), str(kept)],
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    assert json.loads(done.stdout) == {
        "socket": "PermissionError",
        "lookup": "PermissionError",
        "process": "PermissionError",
        "fork": "PermissionError",
        "write": "PermissionError",
        "remove": "PermissionError",
        "read": "done",
        "memory": "MemoryError",
        "some memory": "done",
        "priority": min(19, before + 10),
    }
    assert list(tmp_path.iterdir()) == [kept]


def test_code_is_never_taken_from_the_folder_that_kabar_is_run_in(
    tmp_path: Path,
) -> None:
    trap = tmp_path / "json.py"
    trap.write_text("raise SystemExit('taken from the working folder')", encoding="utf-8")
    program = (
        "from retrieval.intake.sandbox.sandbox import Sandbox\n"
        "import os, sys\n"
        "os.chdir(sys.argv[1])\n"
        "with Sandbox() as box:\n"
        "    print(box.read_feed(b'<rss><channel><title>News</title></channel></rss>',"
        " url='http://example.org/', content_type=None).title)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, str(tmp_path)],
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    assert done.stdout == "News\n"
