"""Reading of a file's rows, stretch by stretch: what is wrong is gathered, and somebody watches."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from storage.importing.batch import ReadProblems
from storage.importing.readings import ChunkReader
from storage.importing.report import ImportPhase, Progress
from storage.importing.tables.table import NamedTable


@dataclass(slots=True)
class FileReading:
    """Goes through a table once; ``rows`` counts what was read so far."""

    table: NamedTable
    progress: Progress
    rows: int = 0
    problems: ReadProblems = field(default_factory=ReadProblems)

    def __iter__(self) -> Iterator[ChunkReader]:
        """Yield a reader of the columns of each stretch, and take its findings when it is done."""
        for chunk in self.table.chunks():
            reader = ChunkReader(chunk, self.table.columns)
            self.rows += len(chunk.rows)
            yield reader
            self.problems.findings += (*chunk.findings, *reader.findings)
            self.problems.unreadable |= reader.unreadable_accounts()
            self.problems.ragged |= bool(chunk.findings)
            total = max(self.table.file.line_count, self.rows)
            self.progress(ImportPhase.READING, done=self.rows, total=total)
