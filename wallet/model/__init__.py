"""Floor 1: plain facts. Amounts, times, actions, tallies, identities, limits and errors.

Here live frozen values and their checks, and every error a person or a peer can cause. No I/O, no
clock, no dice, no state machines: what may happen next is the business of `wallet/protocol`.
Start with `errors.py` and `amounts.py`.
"""
