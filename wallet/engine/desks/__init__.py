"""Desks: for each family of tables, who loads the record, asks the table, and does what it says.

A desk checks messages before the table hears of them, holds the keys' work (signing, sealing),
and writes rows; it decides nothing.  All of it happens inside the pump's transaction.
"""
