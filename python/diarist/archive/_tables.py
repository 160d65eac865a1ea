"""The tables of an archive: their columns, and their rows of one recording."""

from __future__ import annotations

import io
from typing import Any

from diarist._result import Diarization
from diarist.archive._packages import package

#: Of what a run writes, in the order in which a block's are written: the last one says that the others are there.
NAMES = ("turns", "speakers", "errors", "statistics")


def schema_of(name: str) -> Any:
    """The columns of a table; docs/ray.md says what they mean."""
    pyarrow = package("pyarrow")
    text, whole, real, count = pyarrow.string(), pyarrow.int64(), pyarrow.float64(), pyarrow.int32()
    which = [("recording", text), ("generation", count)]
    columns = {
        "turns": [("start", real), ("end", real), ("speaker", text), ("confidence", real), ("channel", count)],
        "speakers": [
            ("speaker", text),
            ("channel", count),
            ("speech", real),
            ("embedding", pyarrow.list_(pyarrow.float32())),
        ],
        "persons": [
            ("speaker", text),
            ("person", text),
            ("known_voice", pyarrow.bool_()),
            ("speech", real),
            ("score", real),
        ],
        "errors": [("key", text), ("code", text), ("message", text), ("again", pyarrow.bool_())],
        "statistics": [
            ("key", text),
            ("size", whole),
            ("version", text),
            ("duration", real),
            ("turns", count),
            ("speakers", count),
            ("speech", real),
            ("notices", pyarrow.list_(text)),
            ("rttm", text),
            ("wall", real),
            ("real_time_factor", real),
            ("peak_memory", whole),
            ("threads", count),
            ("instruction_set", text),
            ("precision", text),
            ("preset", text),
            ("step", real),
            ("model", text),
        ],
    }
    return pyarrow.schema(which + columns[name])


def rows_of(result: Diarization, which: dict[str, Any], about: dict[str, Any]) -> dict[str, list[dict[str, Any]]]:
    """Rows of what was found in a recording.

    Parameters
    ----------
    which : dict
        Its ``recording`` and ``generation``.
    about : dict
        Further columns of its statistics.
    """
    told = result.statistics
    assert told is not None
    return {
        "turns": [{**which, **turn._asdict()} for turn in result.turns],
        "speakers": [
            {
                **which,
                "speaker": speaker.name,
                "channel": speaker.channel,
                "speech": speaker.total,
                "embedding": speaker.centroid,
            }
            for speaker in result.speakers
        ],
        "statistics": [
            {
                **which,
                **about,
                "duration": result.duration,
                "turns": len(result.turns),
                "speakers": len(result.speakers),
                "speech": sum(speaker.total for speaker in result.speakers),
                "notices": list(result.notices),
                "wall": told.wall,
                "real_time_factor": told.real_time_factor,
                "peak_memory": told.peak_memory,
                "threads": told.threads,
                "instruction_set": told.instruction_set,
                "precision": told.precision,
                "preset": told.preset,
                "step": told.step,
                "model": told.model,
            }
        ],
    }


def parquet(name: str, rows: Any) -> bytes:
    """A table's file, with Zstandard; of dicts, or of a table that has the columns."""
    table = rows if name == "persons" else package("pyarrow").Table.from_pylist(rows, schema=schema_of(name))
    content = io.BytesIO()
    # Numbers of an embedding do not repeat: a dictionary of them would be half as large again; their high bytes alone are alike.
    how = {"use_dictionary": ["recording", "speaker"], "use_byte_stream_split": ["embedding.list.element"]}
    package("pyarrow.parquet").write_table(
        table, content, compression="zstd", **(how if name == "speakers" else {})
    )
    return content.getvalue()
