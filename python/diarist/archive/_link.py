"""The same voices under the same name in all recordings of an archive."""

from __future__ import annotations

from typing import Any, Optional

from diarist._errors import InvalidTypeError
from diarist._linking import LINK_SCORE, Linking, link_columns
from diarist._model import BUILT_IN, Model
from diarist._options import flag, kind
from diarist._voices import SpeakerStore
from diarist.archive._archive import APPEARANCES, DOCUMENT, Archive
from diarist.archive._packages import package
from diarist.archive._tables import parquet, schema_of


def link(
    results: Any,
    *,
    add: bool = False,
    voices: Optional[SpeakerStore] = None,
    min_score: float = LINK_SCORE,
    threads: int = 0,
    model: Any = None,
    storage_options: Optional[dict[str, Any]] = None,
) -> Archive:
    """Finds who is the same person in which recordings of an archive, in this process, and keeps it there.

    ``Archive.persons`` then has a row for each speaker, ``Archive.turns(persons=True)`` the names of persons.

    Parameters
    ----------
    results : Archive, str or path
        What ``diarize`` gave, or its ``output``.
    add : bool
        Persons who were found before keep their names, and what is new joins them, without doing it all again. Otherwise
        all recordings are linked together, and names start anew. The first time there is nothing to add to.
    voices : SpeakerStore, optional
        Who is one of its voices gets that name.
    min_score : float
        How sure it must be that two are one: more makes fewer mistakes, and more persons.
    threads : int
        Workers; 0 takes every core. Changes nothing but the time.
    model : Model or path, optional
        The pack that diarized; the built-in one where left out.
    storage_options : dict, optional
        What fsspec's file system takes, where ``results`` is a URL.

    Raises
    ------
    NotFoundError
        Where there is no archive.
    InvalidArgumentError
        Of embeddings that are not the model's, of options out of their range; with ``add`` also of a recording that was
        diarized anew since it was linked.
    WrongModelError
        Where voices, or the persons found before, are of another model.
    InputOutputError
        Where the archive cannot be written to.
    """
    import numpy as np

    archive = results if isinstance(results, Archive) else Archive(results, storage_options=storage_options)
    known = archive.linking() if flag("add", add) and archive._storage.exists(DOCUMENT) else None
    table = archive.dataset("speakers").to_table()
    embeddings = table["embedding"]
    lengths = package("pyarrow.compute").list_value_length(embeddings).fill_null(0)
    # Chunk by chunk: all of them in one list would end at two thousand million numbers.
    numbers = [chunk.flatten().to_numpy(zero_copy_only=False) for chunk in embeddings.chunks]
    linking = link_columns(
        table["recording"].to_pylist(),
        table["speaker"].to_pylist(),
        table["speech"].to_pylist(),
        lengths.to_pylist(),
        np.concatenate([np.empty(0, np.float32), *numbers]),
        known=known,
        voices=voices,
        min_score=min_score,
        threads=threads,
        model=_model_of(model),
    )
    archive._storage.write(APPEARANCES, parquet("persons", _rows(table, linking)))
    # Last: who finds it finds the rows, too.
    archive._storage.write(DOCUMENT, linking.to_json().encode("utf-8", "surrogateescape"))
    return archive


def _model_of(model: Any) -> Optional[Model]:
    if model is None or isinstance(model, Model):
        return model
    if model == BUILT_IN:
        return None
    if not hasattr(model, "__fspath__") and not isinstance(model, str):
        raise InvalidTypeError("model", f"is of type {kind(model)}", "give a diarist.Model, or a pack's path")
    return Model.load(model)


def _rows(speakers: Any, linking: Linking) -> Any:
    """A row for each speaker, as ``Archive.persons`` gives them."""
    found = {
        (each.recording, each.speaker): (person.name, person.known_voice, each.score)
        for person in linking.persons
        for each in person.appearances
    }
    nobody = (None, None, None)
    who = zip(speakers["recording"].to_pylist(), speakers["speaker"].to_pylist())
    named = [found.get(each, nobody) for each in who]
    pyarrow = package("pyarrow")
    schema = schema_of("persons")
    kept = speakers.select(["recording", "generation", "speaker", "speech"])
    columns = {name: kept[name] for name in kept.column_names}
    for place, name in enumerate(["person", "known_voice", "score"]):
        columns[name] = pyarrow.array([row[place] for row in named], type=schema.field(name).type)
    return pyarrow.table([columns[name] for name in schema.names], schema=schema)
