"""Another program that reads what diarist writes, or writes what diarist reads."""
import typing


def takes_all(_name):
    return True


def has_turns(case):
    return bool(case.turns)


# What pandas, with which several of them read tables, takes for no value at all.
PANDAS_MISSING = {"", "#N/A", "#N/A N/A", "#NA", "-1.#IND", "-1.#QNAN", "-NaN", "-nan", "1.#IND", "1.#QNAN", "<NA>", "N/A", "NA",
                  "NULL", "NaN", "None", "n/a", "nan", "null"}  # fmt: skip


def pandas_takes(name):
    """Not what it takes for missing, and quotes around a cell are none of the name to it."""
    return name not in PANDAS_MISSING and not name.startswith('"')


class Reader(typing.NamedTuple):
    """`read` takes a file and the case that it was written from, and gives the turns that the program finds: (start,
    end, speaker) in units of 10^-decimals seconds. It asserts what else it sees."""

    format: str
    who: str
    read: typing.Callable
    decimals: int
    # What the format makes of a speaker's name.
    name: typing.Callable
    # Names that the program does not take, for reasons of its own; turns of these are left out for it.
    takes: typing.Callable = takes_all
    # Whether it can be asked about a case at all.
    suits: typing.Callable = takes_all


class Writer(typing.NamedTuple):
    """`write` takes a case, the file to write, and a function that gives the case as diarist wrote it in a format."""

    ending: str
    who: str
    write: typing.Callable
    decimals: int
    name: typing.Callable
    takes: typing.Callable = takes_all
    suits: typing.Callable = takes_all
