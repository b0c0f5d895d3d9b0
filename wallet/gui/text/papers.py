"""Sentences of papers: a text that several people sign together, all or nobody."""

from __future__ import annotations

SENTENCES: dict[str, str | tuple[str, str]] = {
    "paper.text": "What is signed",
    "paper.unseen": (
        "This text holds signs that cannot be shown. "
        "Ask for it again in plain letters before you sign it."
    ),
    # Writing one.
    "paper.new": "Write a paper",
    "paper.intro": (
        "All of you sign the same text, or nobody does. It moves no money and changes no tally."
    ),
    "paper.title_label": "Title",
    "paper.title_left": ("{n} character left", "{n} characters left"),
    "paper.title_missing": "Write a title.",
    "paper.text_label": "Text",
    "paper.text_hint": "Everybody signs exactly this.",
    "paper.text_left": ("{n} character left", "{n} characters left"),
    "paper.text_over": ("One character too many", "{n} characters too many"),
    "paper.text_missing": "Write the text.",
    "paper.partners": "Who signs with you",
    "paper.partners_hint": (
        "Up to {n}. They must look at it within the time below.",
        "Up to {n}. They must look at it within the time below.",
    ),
    "paper.partners_missing": "Choose at least one partner.",
    "paper.partners_many": "At most {n} can sign with you.",
    "paper.offline": "{partner} – offline",
    "paper.nobody": "With an open tally you have a partner who can sign with you.",
    "paper.window": "Time to look",
    "paper.minutes": ("one minute", "{n} minutes"),
    "paper.review": "Review…",
    # Review.
    "paper.review.title": "Ask to sign “{title}”",
    "paper.review.text": "Text",
    "paper.review.who": "Who signs",
    "paper.review.you_and": "You and {names}",
    "paper.review.time": "Time to look",
    "paper.review.next": (
        "They are asked now. Your wallet signs by itself when all are ready. "
        "Your payments wait from then on until it has ended."
    ),
    "paper.review.sign": "Ask and sign",
    # Being asked.
    "paper.asked.title": "{partner} asks you to sign “{title}”",
    "paper.asked.sign": "Sign…",
    "paper.asked.refuse": "Refuse…",
    "paper.asked.refuse_now": "Refuse",
    "paper.asked.review": "Sign “{title}”",
    "paper.asked.review_sign": "Sign",
    "paper.asked.next": (
        "Your wallet signs when all are ready. It counts only when all have signed."
    ),
    "paper.asked.until": "{partner} waits until {until}.",
    # The list.
    "papers.title": "Papers",
    "papers.empty": "Papers that you sign together with others will be listed here.",
    "papers.row": "{title} · {names}",
    "papers.row_name": "{title}, with {names}: {status}, {when}",
    "papers.needs_you": "Needs you",
    "papers.signed": "Signed by all",
    "papers.not_signed": "Not signed",
    "papers.running": "Being signed",
    "papers.unknown": "Not known yet",
    # Comparing both copies of a tally, and the facts.
    "compare.title": "Compare copies with {partner}",
    "compare.intro": (
        "The same tally stands in both wallets. Here is where each copy ends at this moment."
    ),
    "compare.asking": "Asking {partner}'s wallet…",
    "compare.mine": "Your copy",
    "compare.theirs": "{partner}'s copy",
    "compare.end": "Last entry",
    "compare.none": "no entry yet",
    "compare.words": "Its mark",
    "compare.balance": "Balance",
    "compare.confirmed": "Equal up to",
    "compare.alike": "Both copies are the same.",
    "compare.behind": (
        "One copy has entries that the other does not have yet. "
        "The wallets bring them together by themselves; look again in a moment."
    ),
    "compare.differs": (
        "The copies differ at the same place. Nothing is changed by looking. "
        "Save the facts, and talk to {partner} before you sign anything new."
    ),
    "compare.silent": (
        "{partner}'s wallet did not answer. That says nothing about the copies. "
        "Try again when {partner} is connected."
    ),
    "compare.again": "Ask again",
    "stuck.compare": "Compare copies…",
    "facts.about": "What this is",
    "facts.what": (
        "What this wallet knows of one session. Under “evidence” stands what was signed, "
        "as it was signed; it holds no key and no secret. Who reads it learns what was agreed."
    ),
    "facts.happened": "What happened",
    "facts.signers": "Who signs",
    "facts.deciders": "Who decides",
    "facts.evidence": "evidence",
    "stuck.said.asked": "Asked",
    "stuck.said.asked_by": "{name} asked",
    "stuck.said.accepted": "You are ready, and your chain waits",
    "stuck.said.accepted_by": "{name} is ready",
    "stuck.said.data-sent": "Your wallet told the others that all are ready",
    "stuck.said.signed": "You signed",
    "stuck.said.signature-of-partner_by": "{name} signed",
    "stuck.said.voted_by": "{name} voted",
    "stuck.said.certificate_by": "{name} sent the proof that all have signed",
    "stuck.said.heard_by": "{name} answered a question",
    "stuck.said.asked-status": "Your wallet asked the others",
    "stuck.said.parked": "Your wallet goes on without waiting",
    "stuck.said.completed": "It counts; it is written in your chain",
    "stuck.said.paid": "It counts by the payer's own signature",
    "stuck.said.released": "Ended before you signed",
    "stuck.said.aborted": "Ended: it can never count",
    "stuck.said.cancelled": "Ended before anything was signed",
    "stuck.said.declined_by": "{name} declined",
    "stuck.said.other": "Something happened",
    "stuck.said.other_by": "{name} said something",
}
