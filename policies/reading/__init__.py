"""Any file a department publishes, as a PolicyText."""

from policies.reading.reader import MAX_BYTES, read_policy

__all__ = ["MAX_BYTES", "read_policy"]
