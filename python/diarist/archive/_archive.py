"""What an archive holds, to be read."""

from __future__ import annotations

from typing import Any, NamedTuple, Optional

from diarist._errors import InvalidArgumentError, NotFoundError
from diarist._linking import Linking
from diarist._options import flag
from diarist.archive._packages import package
from diarist.archive._storage import Storage
from diarist.archive._tables import NAMES, schema_of
from diarist.archive._worker import rttm_name


#: Where ``link`` keeps what it found: a row for each speaker, and all that more can be added to.
APPEARANCES = "persons/appearances.parquet"
DOCUMENT = "persons/persons.json"


class Counts(NamedTuple):
    """Of recordings.

    Attributes
    ----------
    recordings : int
        That the run was given; of an archive that was opened, all that are in it.
    done : int
        Diarized by this run.
    kept : int
        Done by runs before.
    failed : int
        With a row in the table of errors instead.
    """

    recordings: int
    done: int
    kept: int
    failed: int


class Archive:
    """The tables that ``diarize`` wrote. It reads what is there when it is asked, also while a run goes on.

    Parameters
    ----------
    output : str or path
        The folder, or its URL.
    storage_options : dict, optional
        What fsspec's file system takes: credentials and the like.

    Raises
    ------
    NotFoundError
        Where there is no archive.
    """

    def __init__(
        self,
        output: Any,
        *,
        storage_options: Optional[dict[str, Any]] = None,
        _counts: Optional[Counts] = None,
    ) -> None:
        self._storage = Storage(output, storage_options)
        self._counts = _counts
        if _counts is None and not self._storage.names("runs"):
            raise NotFoundError(self._storage.location, "holds no archive", "name the output of a run")

    @property
    def location(self) -> str:
        """Absolute path or URL."""
        return self._storage.location

    @property
    def counts(self) -> Counts:
        """Of the run that this came from, or of all there is."""
        if self._counts is None:
            done, failed = self.statistics().num_rows, self.errors().num_rows
            return Counts(done + failed, 0, done, failed)
        return self._counts

    def turns(self, persons: bool = False) -> Any:
        """Who spoke when.

        Parameters
        ----------
        persons : bool
            With a column ``person``: the name that ``link`` found, null where it has none.

        Returns
        -------
        pyarrow.Table
            ``recording``, ``start``, ``end``, ``speaker``, ``confidence``, ``channel``, ``generation``; by recording, then
            as ``Diarizer`` gives them. The newest state of each recording alone.

        Raises
        ------
        NotFoundError
            For persons of an archive that was never linked.
        """
        table = self._table("turns")
        if not flag("persons", persons):
            return table
        named = self.persons().select(["recording", "speaker", "person"])
        place = package("pyarrow").array(range(table.num_rows))
        table = table.append_column("place", place).join(named, keys=["recording", "speaker"])
        return table.sort_by("place").drop_columns(["place"])

    def speakers(self) -> Any:
        """Who was heard.

        Returns
        -------
        pyarrow.Table
            ``recording``, ``speaker``, ``channel``, ``speech`` (seconds), ``embedding`` (null where nothing was clean
            enough), ``generation``; by recording, then by first appearance.
        """
        return self._table("speakers")

    def persons(self) -> Any:
        """Who is who in all recordings, as ``link`` found it.

        Returns
        -------
        pyarrow.Table
            ``recording``, ``speaker``, ``person`` (null where nothing was clean enough to be compared), ``known_voice``,
            ``speech``, ``score``, ``generation``; by recording and speaker. What was diarized anew since then is left out.

        Raises
        ------
        NotFoundError
            Where it was never linked.
        """
        if not self._storage.exists(APPEARANCES):
            raise NotFoundError(self.location, "was never linked", "call diarist.archive.link")
        file = package("pyarrow").BufferReader(self._storage.read(APPEARANCES))
        table = package("pyarrow.parquet").read_table(file)
        current = self._split()[0].select(["recording", "generation"])
        table = table.join(current, keys=["recording", "generation"], join_type="inner")
        return table.sort_by([("recording", "ascending"), ("speaker", "ascending")])

    def linking(self) -> Linking:
        """The same as an object, for ``Linking.name`` and ``link(known=)``; also of what was diarized anew since then.

        Raises
        ------
        NotFoundError
            Where it was never linked.
        """
        if not self._storage.exists(DOCUMENT):
            raise NotFoundError(self.location, "was never linked", "call diarist.archive.link")
        return Linking.parse(self._storage.read(DOCUMENT), f"{self.location}/{DOCUMENT}")

    def statistics(self) -> Any:
        """A row for each recording that was diarized: length, counts, cost, where its RTTM is.

        Returns
        -------
        pyarrow.Table
        """
        return self._table("statistics")

    def errors(self) -> Any:
        """A row for each recording that could not be diarized.

        Returns
        -------
        pyarrow.Table
            ``recording``, ``code`` (of ``DiaristError``, or ``"memory"``, ``"lost"``), ``message``, ``again`` (whether the
            next run tries it again though the file is the same), ``key``, ``generation``.
        """
        return self._table("errors")

    def dataset(self, name: str) -> Any:
        """A table that need not fit into memory, in no promised order.

        Parameters
        ----------
        name : {"turns", "speakers", "statistics", "errors"}

        Returns
        -------
        pyarrow.dataset.Dataset
            Without rows that a newer run has replaced.
        """
        if name not in NAMES:
            raise InvalidArgumentError("name", f"'{name}' is none", "take one of " + ", ".join(NAMES))
        whole = self._shards(name, self._storage.names("statistics"))
        field = package("pyarrow.compute").field
        stale = self._stale()
        if not stale.num_rows:
            return whole
        wanted = None
        for generation in stale["generation"].unique().to_pylist():
            these = stale.filter(field("generation") == generation)["recording"]
            kept = (field("generation") != generation) | ~field("recording").isin(these.combine_chunks())
            wanted = kept if wanted is None else wanted & kept
        return whole.filter(wanted)

    def rttm(self, recording: str) -> str:
        """The RTTM of a recording, by its path or URL as the tables have it.

        Raises
        ------
        NotFoundError
        """
        try:
            return self._storage.read(rttm_name(recording)).decode("utf-8", "surrogateescape")
        except FileNotFoundError:
            raise NotFoundError(recording, f"has no RTTM in {self.location}") from None

    def __repr__(self) -> str:
        return f"<Archive {self.location!r}>"

    def _table(self, name: str) -> Any:
        # Shards are read in their names' order, and Arrow sorts stably.
        return self.dataset(name).to_table().sort_by([("recording", "ascending")])

    def _shards(self, name: str, files: list[str]) -> Any:
        paths = [self._storage.path(f"{name}/{file}") for file in files if file.endswith(".parquet")]
        return package("pyarrow.dataset").dataset(
            paths, schema=schema_of(name), filesystem=self._storage.fs, format="parquet"
        )

    def _states(self) -> Any:
        """Recording, generation, key and again (null of what was done) of each row that says how one ended."""
        pyarrow = package("pyarrow")
        files = self._storage.names("statistics")
        done = self._shards("statistics", files).to_table(["recording", "generation", "key"])
        errors = self._shards("errors", files).to_table(["recording", "generation", "key", "again"])
        done = done.append_column("again", pyarrow.nulls(done.num_rows, pyarrow.bool_()))
        return pyarrow.concat_tables([done, errors])

    def _split(self) -> tuple[Any, Any]:
        """The states that count, of the newest run that ended with the recording, and those that do not."""
        states = self._states()
        ordered = states.sort_by([("recording", "ascending"), ("generation", "descending")])
        names = ordered["recording"].combine_chunks()
        if len(names) < 2:
            return ordered, ordered.slice(len(names))
        pyarrow, compute = package("pyarrow"), package("pyarrow.compute")
        first = compute.not_equal(names.slice(1), names.slice(0, len(names) - 1))
        first = pyarrow.concat_arrays([pyarrow.array([True]), first])
        return ordered.filter(first), ordered.filter(compute.invert(first))

    def _stale(self) -> Any:
        return self._split()[1]

    def settled_keys(self) -> Any:
        """Keys of recordings that need no more work: an array of str."""
        current = self._split()[0]
        compute = package("pyarrow.compute")
        again = compute.fill_null(current["again"], False)
        return current.filter(compute.invert(again))["key"].combine_chunks()

    def failed_among(self, keys: Any) -> int:
        """How many of the keys stand for recordings whose newest row is an error."""
        current = self._split()[0]
        compute = package("pyarrow.compute")
        failed = current.filter(compute.is_valid(current["again"]))["key"]
        return int(compute.sum(compute.is_in(failed, value_set=keys)).as_py() or 0)
