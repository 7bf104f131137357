"""How a network learns: the loop, schedules, samplers, checkpoints, the choice of device."""
