"""Untrusted files in processes of their own: limits on time and memory, and a new process for one that failed."""

from __future__ import annotations

import json
import os
import select
import signal
import subprocess
import sys
import time
from contextlib import suppress
from dataclasses import dataclass
from types import TracebackType
from typing import Any

from policies.errors import UnreadablePolicy
from policies.parsing import ParsedPolicy

_CHUNK = 1 << 20
_START_SECONDS = 60.0
_FILES_PER_WORKER = 500


@dataclass(frozen=True, slots=True)
class Limits:
    """What one file may cost."""

    seconds: float = 60.0
    memory_bytes: int = 2**30


class Sandbox:
    """Parses files one after another in one child process; use as a context manager, from one thread at a time."""

    def __init__(self, limits: Limits | None = None) -> None:
        self._limits = limits or Limits()
        self._child: subprocess.Popen[bytes] | None = None
        self._served = 0

    def __enter__(self) -> Sandbox:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()

    def parse(self, data: bytes, *, name: str, document_id: str) -> ParsedPolicy:
        """Parse one file; raises UnreadablePolicy where it cannot be read, takes too long or too much, or crashes."""
        child = self._ready_child()
        header = json.dumps({"name": name, "document_id": document_id, "size": len(data)}) + "\n"
        try:
            assert child.stdin is not None
            child.stdin.write(header.encode("ascii"))
            child.stdin.write(data)
            child.stdin.flush()
            answer = self._answer(child, self._limits.seconds)
        except (BrokenPipeError, ConnectionResetError):
            answer = None
        except TimeoutError:
            self.close()
            seconds = f"{self._limits.seconds:g}"
            raise UnreadablePolicy(
                "timeout", f"处理超过 {seconds} 秒,已停止;文件可能异常复杂,请拆分或另存为 docx 后重新上传"
            ) from None
        self._served += 1
        if answer is None:
            self.close()
            raise UnreadablePolicy("crashed", "处理这个文件时程序异常退出,文件可能已损坏;请另存后重新上传")
        return self._value(answer)

    def close(self) -> None:
        """End the child process, and whatever it started."""
        child, self._child, self._served = self._child, None, 0
        if child is None:
            return
        with suppress(ProcessLookupError):  # it may be gone already
            os.killpg(child.pid, signal.SIGKILL)
        for pipe in (child.stdin, child.stdout):
            if pipe is not None:
                with suppress(BrokenPipeError):  # unsent bytes of a request to a dead child
                    pipe.close()
        child.wait()

    def _value(self, answer: dict[str, Any]) -> ParsedPolicy:
        if "parsed" in answer:
            return ParsedPolicy.from_json(answer["parsed"])
        refused = answer["refused"]
        code = refused["code"]
        if code == "memory":
            self.close()
            size = self._limits.memory_bytes / 2**30
            raise UnreadablePolicy(code, f"处理所需内存超过 {size:g} GB,已停止;请只上传政策正文,或拆分后上传")
        if code == "nesting":
            raise UnreadablePolicy(code, "文件结构嵌套过深,可能是恶意文件,已拒绝;请另存后重新上传")
        raise UnreadablePolicy(code, refused["message"])

    def _ready_child(self) -> subprocess.Popen[bytes]:
        if self._child is not None and (self._child.poll() is not None or self._served >= _FILES_PER_WORKER):
            self.close()
        if self._child is None:
            self._child = _start(self._limits)
            if self._answer(self._child, _START_SECONDS) is None:
                self.close()
                raise ChildProcessError("policies.worker did not start; run `python -m policies.worker 1073741824`")
        return self._child

    def _answer(self, child: subprocess.Popen[bytes], seconds: float) -> dict[str, Any] | None:
        """The next line of the child; None where it died, TimeoutError where none came in time."""
        assert child.stdout is not None
        end = time.monotonic() + seconds
        parts: list[bytes] = []
        while not (parts and parts[-1].endswith(b"\n")):
            left = end - time.monotonic()
            ready, _, _ = select.select([child.stdout], [], [], max(left, 0.0))
            if not ready:
                raise TimeoutError
            part = os.read(child.stdout.fileno(), _CHUNK)
            if not part:
                return None
            parts.append(part)
        answer: dict[str, Any] = json.loads(b"".join(parts).decode("utf-8", errors="surrogatepass"))
        return answer


def _start(limits: Limits) -> subprocess.Popen[bytes]:
    environment = {
        "PATH": os.environ.get("PATH", os.defpath),
        "PYTHONPATH": os.pathsep.join(path for path in sys.path if path),
        "HOME": os.environ.get("HOME", "/tmp"),
        "LANG": "C.UTF-8",
        "OMP_NUM_THREADS": "1",
        "OPENBLAS_NUM_THREADS": "1",
    }
    return subprocess.Popen(
        [sys.executable, "-m", "policies.worker", str(limits.memory_bytes)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env=environment,
        start_new_session=True,
        bufsize=0,
    )
