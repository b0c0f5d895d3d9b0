"""Questions a screen asks, answered from committed rows: pure functions (Database, Now, …) → view.

One module a subject: `home.py`, `tallies.py`, `invitations.py`, `chits.py`, `sessions.py`; `now.py`
is what the engine knows and the disk does not.  They run on the reader's connection
(`store/reader.py`), never beside the pump on the writer's.  Nothing here writes, decides or waits;
a question that needs more than a page of rows asks an index, not the rows.
"""
