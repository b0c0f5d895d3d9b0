"""Floor 3, the disk: one encrypted file per profile, and the vault that holds its key.

`database.py` opens the file and is the only place where SQLite's errors are caught;
`migrations.py` brings it up to date; the repositories keep what the floors above hand them.
`vault.py` keeps the secrets, `profile.py` the folder of both. No rules of the game, no clock and
no dice: nonces and salts come in as `dice`. Start with `opening.py`.
"""
