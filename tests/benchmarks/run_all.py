"""Every benchmark that needs no more than this machine, one after the other: what `make bench` runs.

python -m tests.benchmarks.run_all [--full]      --full: one province of 2,638,000 enterprises, too
"""

import subprocess
import sys

PARTS = (
    ("tests.benchmarks.matching",),
    ("tests.benchmarks.slider",),
    ("tests.benchmarks.linking",),
    ("tests.benchmarks.snapshot_build", "--enterprises", "20000"),
    ("tests.benchmarks.service_latency",),
    ("tests.benchmarks.service_latency", "--enterprises", "20000"),
)


def main() -> int:
    """Run the parts; the exit status is 1 where one of them failed."""
    failed = False
    for module, *options in PARTS:
        print(f"== {module}", flush=True)
        extra = ["--full"] if module.endswith("matching") and "--full" in sys.argv[1:] else []
        failed |= subprocess.run([sys.executable, "-m", module, *options, *extra], check=False).returncode != 0
    return int(failed)


if __name__ == "__main__":
    sys.exit(main())
