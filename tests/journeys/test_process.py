"""The service as a process: what stops its start, and how it ends."""

import os
import signal
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path

import httpx
import pytest

ROOT = Path(__file__).resolve().parents[2]
# The real `serve_app`, with one more address that answers only once a file is there: a request that is running.
_SERVE = """
import sys, time
from pathlib import Path
from api import serving
made = serving.create_app
def create_app(*args, **kwargs):
    app = made(*args, **kwargs)
    @app.get("/wait")
    def wait() -> dict[str, str]:
        Path("waiting").touch()
        deadline = time.monotonic() + 60
        while not Path("go").exists() and time.monotonic() < deadline:
            time.sleep(0.02)
        return {"said": "done"}
    return app
serving.create_app = create_app
serving.serve_app(host="127.0.0.1", port=int(sys.argv[1]))
print("closed", flush=True)
"""


def _environment(folder: Path, **more: str) -> dict[str, str]:
    ours = {"MIANSHEN_DATA_DIR": str(folder), "MIANSHEN_LOG_LEVEL": "info", "PYTHONPATH": str(ROOT)}
    return {**{k: v for k, v in os.environ.items() if not k.startswith("MIANSHEN_")}, **ours, **more}


def _free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


def _wait_for(done: object, process: subprocess.Popen[str], seconds: float = 90) -> None:
    deadline = time.monotonic() + seconds
    while not done():  # type: ignore[operator]
        assert process.poll() is None, process.communicate()
        assert time.monotonic() < deadline
        time.sleep(0.05)


def _answers(port: int) -> bool:
    try:
        return httpx.get(f"http://127.0.0.1:{port}/healthz", timeout=2).status_code == 200
    except httpx.HTTPError:
        return False


@pytest.mark.timeout(240)
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_stop_lets_a_running_request_finish_and_ends_with_0(tmp_path: Path, number: signal.Signals) -> None:
    port = _free_port()
    process = subprocess.Popen(
        [sys.executable, "-c", _SERVE, str(port)],
        cwd=tmp_path,
        env=_environment(tmp_path),
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )
    _wait_for(lambda: _answers(port), process)
    answers: list[httpx.Response] = []
    asking = threading.Thread(target=lambda: answers.append(httpx.get(f"http://127.0.0.1:{port}/wait", timeout=60)))
    asking.start()
    _wait_for(lambda: (tmp_path / "waiting").exists(), process)
    process.send_signal(number)
    _wait_for(lambda: not _answers(port), process)  # nobody new is let in, and the one inside still holds the process
    (tmp_path / "go").touch()
    asking.join(timeout=60)
    said, _ = process.communicate(timeout=90)
    assert [(a.status_code, a.json()) for a in answers] == [(200, {"said": "done"})]
    assert process.returncode == 0, said[-2000:]
    assert "closed" in said.splitlines()  # the database and the workers were put away, not dropped
    assert "Traceback" not in said


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"MIANSHEN_ENV": "production"}, "MIANSHEN_SECRET_KEY"),
        ({"MIANSHEN_PUSH_TOP": "many"}, "MIANSHEN_PUSH_TOP 的值不能使用:应为整数"),
        ({"MIANSHEN_PUSH_TOPP": "3"}, "不认识的设置:MIANSHEN_PUSH_TOPP"),
        ({"MIANSHEN_WEBHOOK_ALLOW": "everything"}, "MIANSHEN_WEBHOOK_ALLOW"),
        ({"MIANSHEN_DATABASE_URL": "mysql://me:hunter2@127.0.0.1/x"}, "MIANSHEN_DATABASE_URL"),
        ({"MIANSHEN_DATABASE_URL": "postgresql://me:hunter2@127.0.0.1:1/x"}, "数据库无法打开"),
        ({"MIANSHEN_DATA_DIR": "/proc/nowhere"}, "MIANSHEN_DATA_DIR"),
    ],
)
def test_settings_that_cannot_be_used_stop_the_start_with_one_chinese_line(
    tmp_path: Path, given: dict[str, str], words: str
) -> None:
    outcome = subprocess.run(
        [sys.executable, "-c", "import sys; from api.serving import serve_app; serve_app(host='127.0.0.1', port=int(sys.argv[1]))", str(_free_port())],
        cwd=tmp_path,
        env=_environment(tmp_path, **given),
        text=True,
        capture_output=True,
        timeout=90,
        check=False,
    )  # fmt: skip
    said = outcome.stderr.strip().splitlines()
    assert outcome.returncode == 2, outcome.stderr[-2000:]
    assert len(said) == 1
    assert said[0].startswith("不能启动:")
    assert words in said[0]
    assert "hunter2" not in outcome.stderr + outcome.stdout
