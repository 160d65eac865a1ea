"""An archive of recordings, on one machine or many, with Ray: ``pip install diarist[ray]``.

>>> from diarist import archive
>>> result = archive.diarize("talks/", output="turns/")
>>> result.turns().to_pandas()

``diarize`` finds what is new, works on it with one process and model for each core that Ray has, and keeps turns, speakers
with their embeddings, statistics and errors as Parquet, and an RTTM file of each recording. Interrupted, or run again, it goes
on where it was. ``diarize_long`` divides one very long recording among them. ``link`` finds who is the same person in which recordings. ``Archive`` opens what is there. Nothing of this is imported before it is used.
"""

from diarist.archive._archive import Archive, Counts
from diarist.archive._link import link
from diarist.archive._long import diarize_long
from diarist.archive._run import diarize

__all__ = ["Archive", "Counts", "diarize", "diarize_long", "link"]
