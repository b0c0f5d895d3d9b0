"""Countersigning: one entry on two (up to eight) source chains, or on none.

`signer.py` is the table; `preflight.py` derives what is promised and signed and checks it before
the table is asked; `certificate.py` judges evidence.  Source: countersigning.md.
"""
