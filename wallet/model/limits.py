"""Every limit of the wallet, once, each with its reason.

Sizes are bytes, lives are milliseconds and texts are characters unless the name says otherwise.
Money and rates: see also `amounts.py`, which reads and writes them.
"""

from __future__ import annotations

_SECOND = 1_000
_MINUTE = 60 * _SECOND
_HOUR = 60 * _MINUTE
_DAY = 24 * _HOUR

# --- money -------------------------------------------------------------------------------------

# A pledge of nothing is not a pledge.
MIN_AMOUNT = 1
# The greatest integer every JSON reader keeps exact (RFC 8785): nine million million units.
MAX_AMOUNT = 2**53 - 1
# Parts per million: minus to plus 100 %; beyond that a rate is a mistake.
MIN_RATE = -1_000_000
MAX_RATE = 1_000_000

# --- what a message may weigh ------------------------------------------------------------------

# The largest frame; a record with its entry still fits, and one frame cannot fill the memory.
FRAME_BYTES = 1 << 20
# The largest entry: the same as Holochain's order of size, and it must fit a frame.
ENTRY_BYTES = 1 << 20
# An entry sent beside a preflight delays every signature by its transfer.
SESSION_ENTRY_BYTES = 64 << 10
# Each signer stores it, and each proof carries it.
PREFLIGHT_BYTES = 32 << 10
# The tag of a link is an index, not content.
LINK_TAG_BYTES = 1_000
# An invoice reference or the list of settings changed: not a document.
REF_BYTES = 4 << 10
# One line in every list; a peer's text is bounded everywhere.
MEMO_LENGTH = 200
# Longer ones make a QR code that cheap cameras cannot read: bigger things go by file.
LINK_BYTES = 600
# Text offered as a link is looked at only up to here: reading must cost nothing.
LINK_READ_BYTES = 8 << 10

# --- how often ---------------------------------------------------------------------------------

# Messages per second, counted again in bytes. Strangers: enough to open a tally in a second.
STRANGER_RATE = 50
STRANGER_BURST = 100
# Peers with an open tally: a busy shop's clearing round, still below what one core verifies.
PEER_RATE = 2_000
PEER_BURST = 4_000
# More unfinished sessions than this with one peer is a lock-up, not business.
SESSIONS_PER_PEER = 4
# A shop's day with one customer; more would be a flood of questions on the screen.
INVOICES_PER_PEER = 100

# --- sessions ----------------------------------------------------------------------------------

# Payments in one session: a weekend's with one partner; they stand or fall together.
MAX_BATCH = 32
# Two partners at least; each more signer is one more who can let all the others wait.
MIN_SIGNERS = 2
MAX_SIGNERS = 8
# Witnesses vote M of N; fifteen votes still fit one frame many times over.
MIN_WITNESSES = 0
MAX_WITNESSES = 15
# Shorter than a second no slow network can do, longer than ten minutes nobody should be held.
SESSION_MIN_MS = 1 * _SECOND
SESSION_MAX_MS = 10 * _MINUTE
# Time for a person to read and agree.
SESSION_DEFAULT_MS = 60 * _SECOND
# Where a policy agrees without asking a person.
SESSION_POLICY_MS = 15 * _SECOND
# A session may start this far ahead of our clock: ordinary clocks differ by less (F35).
CLOCK_AHEAD_MS = 6 * _SECOND
# A clock this far ahead of its own past and of the partners' median may be wrong: nothing is signed
# by it unless the person says that it is right (countersigning.md, *Clocks*).
CLOCK_DOUBT_MS = 2 * _MINUTE
# With less time left than this, accepting would only lock the chain for nothing.
MIN_REMAINING_MS = 2 * _SECOND
# First question after a session's end, then doubling: positive evidence comes soon or late (R7).
ASK_FIRST_MS = 1 * _SECOND
ASK_LONGEST_MS = 5 * _MINUTE
# One round of questions plus ten seconds, where nobody sits in front of it (R6).
PARK_AFTER_MS = 11 * _SECOND
# Locks by one partner's sessions that came to nothing: per hour, then back off (R10).
LOCK_BUDGET_MS = 30 * _SECOND
LOCK_BUDGET_PER_MS = 1 * _HOUR
# Nor may a partner hold it by completing late, again and again: beyond what a slow line needs, the
# locks of completed sessions count as well.
LOCK_FREE_MS = 2 * _SECOND
# A partner's questions to the person that came to nothing: each leaves a line in lists and notices.
# A wallet that tries again while nobody looks asks once a minute or less.
QUESTIONS_PER_HOUR = 60
# Other terms that nobody looked at in time are asked about again after this pause.
ASK_AGAIN_MS = 2 * _MINUTE
# A buried session cannot live again before its window's cap is over (R3).
TOMBSTONE_MS = SESSION_MAX_MS + 10 * _MINUTE
# An offer nobody answers (credit.md, *Tally*).
OFFER_MS = 14 * _DAY
# Chits in one consensus message; chains of thousands go in many (credit.md, *Consensus*).
CONSENSUS_PAGE = 100
# ... and no more than this much of chits and proofs: the message must fit a frame.
CONSENSUS_PAGE_BYTES = 768 << 10

# --- those who decide and witness --------------------------------------------------------------

# An enzyme, and a witness asked in doubt, wait this long beyond a session's end: a signature that
# left in time may still be on its way (countersigning.md, *Rules*).
DECIDE_AFTER_MS = 10 * _SECOND
# How long a witness listens to the other witnesses before it votes that nothing can come of it.
HEAR_WITNESSES_MS = 2 * _SECOND
# Actions of a signer that a witness walks from the last place it knows: they fit one frame.
WALK_MOST = 2_000
# Votes are never changed, so a witness votes only on sessions whose votes it still remembers.
VOTE_MEMORY_MS = 30 * _DAY
# Sessions of one client that a witness holds undecided at the same time.
BALLOTS_PER_CLIENT = 16
# And those it takes from one client in an hour: a busy shop, not a flood.
BALLOTS_PER_HOUR = 2_000

# --- routes and lifts --------------------------------------------------------------------------

# Longer chains fail more often than they pay: each step must be online at once.
ROUTE_STEPS = 10
# Each step asks at most this many partners: a question must not become a storm.
ROUTE_FAN_OUT = 10
# Reserved credit comes back after two minutes at the latest, if nobody decides before.
LIFT_MS = 120 * _SECOND

# --- invitations -------------------------------------------------------------------------------

# A partner may answer next weekend; a member sits in the same house; a device is in the hand.
INVITATION_PARTNER_MS = 7 * _DAY
INVITATION_MEMBER_MS = 48 * _HOUR
INVITATION_DEVICE_MS = 15 * _MINUTE
