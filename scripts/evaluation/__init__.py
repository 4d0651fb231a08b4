"""How much a run sounds like its person, and what it gives away; see `evaluate.py`."""
