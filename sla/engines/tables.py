"""What stands in a lake, as the engines read it; and the error that says what an engine lacks."""

from sla.errors import ReplyclockError
from sla.lake_tables import PARTITIONS, Columns, Files, columns, empty, files, views

__all__ = ["PARTITIONS", "Columns", "EngineError", "Files", "columns", "empty", "files", "views"]


class EngineError(ReplyclockError):
    """An engine cannot be used; says what to do."""
