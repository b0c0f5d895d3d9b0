"""Credit: the life of a tally, of a payment, and the order of a tally's chits.

`tally.py`, `chit.py` and `consensus.py` are tables; `proof.py` checks that who pledges is who
signed, on every path a chit can arrive by.  Source: credit.md; MyCHIPs protocol 1.0.
"""
