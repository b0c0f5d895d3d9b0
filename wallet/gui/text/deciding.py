"""Who signs and who decides: in a session, in terms, for one payment, and what we do for others.

Source: countersigning.md, the table of modes: each says what can go wrong (ux.md 5.10).
"""

from __future__ import annotations

SENTENCES: dict[str, str | tuple[str, str]] = {
    # Names in a row.
    "names.two": "{one} and {other}",
    "names.three": "{one}, {two} and {three}",
    "names.more": ("{one}, {two} and one other", "{one}, {two} and {n} others"),
    "names.nobody": "nobody",
    "names.you": "You",
    "names.signer": "somebody without a name",
    "names.witness": "a witness without a name",
    # One who signs, and how far.
    "signer.title": "Who signs",
    "signer.role.payer": "pays",
    "signer.role.payee": "is paid",
    "signer.role.initiator": "asked for it",
    "signer.role.acceptor": "was asked",
    "signer.role.enzyme": "decides",
    "signer.role.payer_me": "pay",
    "signer.role.payee_me": "are paid",
    "signer.role.initiator_me": "asked for it",
    "signer.role.acceptor_me": "were asked",
    "signer.role.enzyme_me": "decide",
    "signer.signed": "Signed",
    "signer.ready": "Ready",
    "signer.not_ready": "Not ready yet",
    "signer.no": "No signature known",
    "signer.decided": "Decided",
    "signer.spoken": "{name} {role}: {state}",
    # Who decides, and what can go wrong.
    "decider.title": "Who decides",
    "decider.yes": "Voted yes",
    "decider.not": "Voted no",
    "decider.none": "Has not voted",
    "decider.here": "connected",
    "decider.away": "not connected",
    "decider.spoken": "{name}: {state}, {online}",
    "decider.count": (
        "{yes} of {n} voted yes; {needed} must.",
        "{yes} of {n} voted yes; {needed} must.",
    ),
    "decides.P.payer": (
        "You two alone. You sign last, so you always know how it ends. "
        "If the line breaks, {partner} waits for your wallet."
    ),
    "decides.P.payee": (
        "You two alone. {partner} signs last and decides. If {partner}'s wallet disappears, "
        "it stays open until it is back; a payment that was made is not lost."
    ),
    "decides.P.initiator": (
        "Nobody else decides. You sign last, so you always know how it ends. "
        "If your wallet disappears, the others wait for it."
    ),
    "decides.P.acceptor": (
        "Nobody else decides. {partner} signs last and decides. If {partner}'s wallet disappears, "
        "it stays open until it is back."
    ),
    "decides.E": (
        "{decider} signs last and decides. If {decider} disappears before that, "
        "it stays open until {decider} is back."
    ),
    "decides.E.payer": "You can pay anyway then; it counts once.",
    "decides.E.payee": "You can stop waiting then; a payment that was made still counts.",
    "decides.Q": (
        "{needed} of {names} decide. If fewer can be reached, it stays open until they can.",
        "{needed} of {names} decide. If fewer can be reached, it stays open until they can.",
    ),
    "decides.Q.one": (
        "{names} decides. If {names} disappears before that, it stays open until they are back."
    ),
    "decides.Q.payer": "You can pay anyway then; it counts once.",
    "decides.Q.payee": "You can stop waiting then; a payment that was made still counts.",
    "decides.me": (
        "You sign last and decide. You see who signs; what it is about you cannot see. "
        "While you decide, your own payments wait."
    ),
    # Choosing who decides.
    "choose.title": "Who decides",
    "choose.terms": "As the terms say: {who}",
    "choose.terms.P": "you two alone",
    "choose.terms.E": "{names}",
    "choose.terms.Q": "{needed} of {names}",
    "choose.alone": "You two alone",
    "choose.alone_all": "Nobody else",
    "choose.one": "{name} decides",
    "choose.several": "Several witnesses",
    "choose.who": "Which witnesses",
    "choose.needed": "How many must agree",
    "choose.too_few": "Choose at least one witness.",
    "choose.lied": "{name} was caught with two different votes and cannot be chosen.",
    "choose.is_party": "{name} takes part and cannot decide.",
    "choose.none": "You know nobody who decides for others yet.",
    "choose.find": "Find somebody who decides…",
    "choose.asks": "{partner} is asked first, because the terms say something else.",
    "choose.means.P": (
        "Nobody else learns that you two deal with each other. If the line breaks in between, "
        "one of you waits for the other's wallet."
    ),
    "choose.means.P_all": (
        "Your wallet signs last and decides. If it disappears in between, the others wait for it."
    ),
    "choose.means.E": (
        "{name} signs last and learns who signs, not what. If {name} disappears in between, "
        "it stays open until {name} is back."
    ),
    "choose.means.Q": (
        "{needed} of {n} must agree. They learn who signs, not what. "
        "It stays open if fewer can be reached.",
        "{needed} of {n} must agree. They learn who signs, not what. "
        "It stays open if fewer can be reached.",
    ),
    "choose.review": "Who decides",
    # The page: who decides for you, what you do for others.
    "deciding.title": "Who decides",
    "deciding.intro": (
        "When two wallets sign, the line may break in between. Somebody you both trust can decide "
        "then. They learn who signs, never what it is about."
    ),
    "deciding.mine": "Who can decide for you",
    "deciding.none": "You know nobody yet. Paste the card of somebody you trust, or scan it.",
    "deciding.offers": "Offers",
    "deciding.role.chosen": "You added them.",
    "deciding.role.offered": "Offers to do it for you.",
    "deciding.role.tally": "Named in the terms of a tally.",
    "deciding.role.session": "Decided something you took part in.",
    "deciding.does.both": "Decides alone, or votes with others.",
    "deciding.does.decides": "Decides alone.",
    "deciding.does.votes": "Votes with others.",
    "deciding.does.nothing": "Does not do it at the moment.",
    "deciding.since": "Known since {when}.",
    "deciding.record": "{completed} completed, {aborted} came to nothing, silent {silent} times.",
    "deciding.record_none": "Has not decided anything for you yet.",
    "deciding.last": "Last on {when}.",
    "deciding.lied": (
        "Was caught with two different votes about one thing. Do not let them decide. "
        "Your money is as your tallies show it."
    ),
    "deciding.take": "Take the offer",
    "deciding.take_name": "Take the offer of {name}",
    "deciding.drop": "Remove",
    "deciding.drop_name": "Remove {name}",
    "deciding.dropped": "Removed. Terms that name them stay as they are.",
    "deciding.refuse": "No, thank you",
    "deciding.refuse_name": "Do not take the offer of {name}",
    "deciding.taken": "They can decide for you from now on.",
    "deciding.link": "Card as a link",
    "deciding.link_hint": "It begins with tallystick:card",
    "deciding.look": "Look at it",
    "deciding.scan": "Scan or open a file",
    "deciding.not_card": "This is not a card of somebody who decides. Nothing was added.",
    "deciding.card.title": "{name} offers to decide for others",
    "deciding.card.nameless": "Somebody without a name offers to decide for others",
    "deciding.card.known": "You know them already. Adding the card again brings it up to date.",
    "deciding.card.your own": "This is your own card. Give it to somebody else.",
    "deciding.card.another network": "This card belongs to another network. Nothing was added.",
    "deciding.card.no witness": "They do not decide for others at the moment. Nothing was added.",
    "deciding.card.trust": (
        "Add only somebody whom you and your partners trust. "
        "A card says who they are; it does not say that they are honest."
    ),
    "deciding.card.add": "Add",
    "deciding.added": "Added. You can choose them when you pay.",
    # What we do for others.
    "service.title": "What you do for others",
    "service.decide": "Sign last and decide",
    "service.decide_hint": (
        "While you decide, your own payments wait, up to a minute each time. "
        "Your computer must be on."
    ),
    "service.vote": "Vote with others",
    "service.vote_hint": "Your own payments do not wait. Your computer should be on.",
    "service.whom.nobody": "For nobody",
    "service.whom.partners": "For partners",
    "service.whom.anyone": "For anyone",
    "service.done": "Decided {decided}, voted {voted} times.",
    "service.done_none": "You have not decided anything yet.",
    "service.now": ("One waits for you now.", "{n} wait for you now."),
    "service.look": "Look",
    "service.slots": ("You keep the place of one chain.", "You keep the places of {n} chains."),
    "service.card": "Your card",
    "service.card_hint": "Who has it can name you as the one who decides.",
    "service.card_none": "Decide or vote for somebody first; then there is a card to show.",
    "service.card_offline": "There is no card without a network.",
    "service.offer": "Offer it to a partner",
    "service.offer_to": "Partner",
    "service.offer_send": "Offer",
    "service.offered": "Offered to {partner}.",
    "service.offer_nobody": "You have no open tally yet.",
    "settings.deciding": "Who decides",
    "settings.deciding_hint": "Who decides when the line breaks, and whether you do it for others.",
    "settings.deciding_open": "Open…",
}
