"""How a run computes: where, in how many processes, and for how long."""

from dataclasses import dataclass

from trainer.distributed import Team, TeamStop
from trainer.machine import Machine


@dataclass(frozen=True)
class Runtime:
    machine: Machine
    team: Team
    attention: str  # One of `attention.NAMES`
    stop: TeamStop
