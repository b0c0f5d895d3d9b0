"""Floor 0: bytes to bytes. Encode, hash, name, sign, seal, derive.

Here live the canonical form of everything that is signed or hashed, and thin, checked doors to
libsodium. No I/O, no clock, no dice: seeds, nonces and salts are arguments. Nothing here knows
what a tally is. Start with `encoding.py`, then `ids.py` and `signing.py`.
"""
