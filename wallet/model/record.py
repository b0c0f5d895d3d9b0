"""The common form of everything that is signed, hashed or sent: frozen, closed, sparing.

Source: records.md, *Bytes*.  Unknown fields are refused, fields at their default are not
written, so one value has one form.
"""

from __future__ import annotations

import msgspec


class Record(
    msgspec.Struct,
    frozen=True,
    forbid_unknown_fields=True,
    omit_defaults=True,
    kw_only=True,
    dict=False,
):
    """A frozen record with a canonical form."""
