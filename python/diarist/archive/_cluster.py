"""What a cluster has room for."""

from __future__ import annotations

from typing import Any

from diarist._errors import InvalidArgumentError


def room_for(ray: Any, threads: int, grows: bool = False) -> int:
    """Processes of so many cores that the machines of now have room for, at least 1.

    ``grows`` says that machines may come that are not there yet. A cluster without a core for workers is taken for one that grows.

    Raises
    ------
    InvalidArgumentError
        Where no machine has so many cores: Ray would wait for one for ever.
    """
    cores = [int(node["Resources"].get("CPU", 0)) for node in ray.nodes() if node["Alive"]]
    most = max(cores, default=0)
    if 0 < most < threads and not grows:
        raise InvalidArgumentError(
            f"threads = {threads}",
            f"is more than any machine of the cluster has: {most} core{'s' if most > 1 else ''}",
            (f"give {most} at most" if most > 1 else "give 1") + ", or start a larger machine first",
        )
    return max(1, sum(count // threads for count in cores))
