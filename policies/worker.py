"""The child process that parses untrusted files: `python -m policies.worker MEMORY_BYTES`.

It limits itself, says that it is ready, and then answers requests one by one: a JSON line {name, document_id, size}
followed by `size` bytes comes in, a JSON line goes out. JSON and not pickle: a file that takes over this process must
not thereby take over the one that asked.
"""

from __future__ import annotations

import json
import logging
import os
import resource
import sys
from typing import BinaryIO

from policies.errors import UnreadablePolicy
from policies.memory import settle_memory
from policies.parsing import parse_policy

_FILE_BYTES = 512 * 2**20
_OPEN_FILES = 256


def limit_this_process(memory_bytes: int) -> None:
    """Bound memory, written files and open files of this process and all it starts; no core dumps."""
    resource.setrlimit(resource.RLIMIT_DATA, (memory_bytes, memory_bytes))
    resource.setrlimit(resource.RLIMIT_FSIZE, (_FILE_BYTES, _FILE_BYTES))
    resource.setrlimit(resource.RLIMIT_NOFILE, (_OPEN_FILES, _OPEN_FILES))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def serve(requests: BinaryIO, answers: BinaryIO) -> None:
    """Answer requests until they end, or until memory runs out (this process is spoilt then and another takes over)."""
    while header_line := requests.readline():
        header = json.loads(header_line)
        data = requests.read(header["size"])
        answer: dict[str, object]
        try:
            parsed = parse_policy(data, name=header["name"], document_id=header["document_id"])
            answer = {"parsed": parsed.to_json()}
        except UnreadablePolicy as refused:
            answer = {"refused": {"code": refused.code, "message": refused.message}}
        except MemoryError:
            _send(answers, {"refused": {"code": "memory"}})
            return
        except RecursionError:
            answer = {"refused": {"code": "nesting"}}
        _send(answers, answer)


def _send(answers: BinaryIO, answer: dict[str, object]) -> None:
    answers.write(json.dumps(answer, ensure_ascii=False).encode("utf-8", errors="surrogatepass") + b"\n")
    answers.flush()


def main() -> None:
    """Run until standard input ends. Whatever a library prints goes to standard error, never between the answers."""
    limit_this_process(int(sys.argv[1]))
    logging.getLogger("trafilatura").setLevel(logging.CRITICAL)  # its remarks on odd pages are no events of ours
    settle_memory()
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    _send(answers, {"ready": True})
    serve(sys.stdin.buffer, answers)


if __name__ == "__main__":
    main()
