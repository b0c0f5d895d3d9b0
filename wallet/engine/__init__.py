"""The engine: carries inputs to the tables and their effects to disk and wire.

`pump.py` is the one way in; `desks/` carry out what each family of tables asks for; `links.py`
speaks with peers, `queries/` read for the screens, `thread.py` is the thread it all runs in.
The only clock is `clock.py`, the only dice are `entropy.py`.  What the people's floor may see is
`api/`.
"""
