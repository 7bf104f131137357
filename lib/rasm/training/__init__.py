"""How a network learns: the loop, schedules, snapshots, and one file a thing learnt."""
