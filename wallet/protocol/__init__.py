"""The rules of the game: tables, and the checks that stand before them.

Nothing here reads a clock, throws dice, touches disk or wire.  Machines are tables
(`machine.py`) that turn a frozen record and an input into a new record and effects
(`effects.py`); messages are decoded in `messages/`; what must be true before a machine is asked
stands in `chain/`, `countersign/` and `credit/` as plain functions.
Start with `countersign/signer.py`.
"""
