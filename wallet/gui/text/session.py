"""Sentences of sessions that run, wait, are stuck or have ended (ux.md 5.10, 5.11, 5.24).

H5: "failed", "cancelled", "not paid" stand only where the outcome is final.
"""

from __future__ import annotations

SENTENCES: dict[str, str | tuple[str, str]] = {
    "session.title.pay": "You pay {partner} {amount}",
    "session.title.paid": "{partner} pays you {amount}",
    "session.title.open": "Opening the tally with {partner}",
    "session.title.amend": "Other terms for the tally with {partner}",
    "session.title.paper": "Paper “{title}”",
    "session.title.decide": ("You decide for one other", "You decide for {n} others"),
    "session.cannot_see": "What it is about you cannot see.",
    "session.with": "With {names}",
    "session.batch": (
        "One payment.",
        "{n} payments together: all of them or none.",
    ),
    "session.first_for": "The first is for {memo}.",
    "session.for": "For: {memo}",
    "session.step.asked": "{partner} was asked",
    "session.step.asked_me": "{partner} asked you",
    "session.step.asked.all": "The others were asked",
    "session.step.asked.decide": "{partner} asked you to decide",
    "session.step.accepted": "{partner} is ready",
    "session.step.accepted.all": "All are ready",
    "session.step.accepted.one": "All are ready",
    "session.step.accepted.several": "All are ready",
    "session.step.accepted.decide": "You are ready",
    "session.step.ready": "{partner} is ready",
    "session.step.ready_me": "You are ready",
    "session.step.signed": "Both sign",
    "session.step.accepted_me": "You are ready",
    "session.step.locked": "Other payments wait",
    "session.step.data": "Both know the same",
    "session.step.signed_partner": "{partner} signed",
    "session.step.signed_partner.all": "All others signed",
    "session.step.signed_partner.one": "Decision by {decider}",
    "session.step.signed_partner.several": "Votes of {decider}",
    "session.step.signed_partner.decide": "The others signed",
    "session.step.signed_me": "You signed",
    "session.step.signed_me.decide": "You signed last and decided",
    "session.step.checked": "Both copies checked",
    "session.step.agreed": "Agreed",
    "session.step.other": "A step was taken",
    "session.now.asked": "Asking {partner}…",
    "session.now.ready": "{partner} is ready. Your other payments wait until {until}.",
    "session.now.ready_me": "You are ready. Your other payments wait until {until}.",
    "session.now.ready_all": "All are ready. Your other payments wait until {until}.",
    "session.now.ready_decide": "You are ready. You sign last, when all others have signed. "
    "Your other payments wait until {until}.",
    "session.now.signed": "You signed. Waiting for {names}.",
    "session.now.signed.one": "You signed. {decider} decides.",
    "session.now.signed.several": "You signed. {needed} of {decider} decide.",
    "session.now.checking": "{names} signed. Checking.",
    "session.now.checking.one": "{decider} decided. Checking.",
    "session.now.checking.several": "{needed} of {decider} decided. Checking.",
    "session.now.agreed": "Agreed.",
    "session.until": "until {until}",
    "session.locked": "Until this ends your wallet signs nothing else; "
    "what you start meanwhile waits its turn.",
    "session.not_locked": "Nothing else waits for this.",
    "session.stop": "Stop before I sign",
    "session.stop_said.asked": "Nothing has been signed. Stops at once.",
    "session.stop_said.asked_signs": "Nothing has been signed. Stops at once. "
    "Your wallet signs as soon as all are ready; then it can no longer be stopped.",
    "session.stop_said.ready": "Nothing is signed by you. Stops at once; "
    "{partner}'s wallet is free by {until} at the latest.",
    "session.stop_said.ready_all": "Nothing is signed by you. Stops at once; "
    "the other wallets are free by {until} at the latest.",
    "session.stop_said.ready_decide": "Nothing is signed by you. "
    "If you do nothing until {until}, it counts for nobody.",
    "session.stop_said.signed": "You signed. {partner} may still finish. "
    "From {until} on you can stop waiting.",
    "session.stop_said.signed_payer": "You signed. Only {decider} can decide now. "
    "After {until} your wallet goes on by itself, and you can pay anyway: it counts once.",
    "session.stop_said.signed_payee": "You signed. Only {decider} can decide now. "
    "From {until} on you can stop waiting.",
    "session.stop_said.signed_agreement": "You signed. Only {decider} can decide now. "
    "From {until} on you can go on without waiting; this item stays open.",
    "session.stop_said.checking": "Both have signed; it can no longer be stopped.",
    "session.stopping": "Stopping…",
    "session.stop_waiting_from": "Stop waiting ({until})",
    "session.go_on_from": "Go on from {until} on",
    "session.background": "Keep in background",
    "session.offset": "{partner}'s clock differs by {seconds} s.",
    "session.done.pay": "Agreed. You paid {partner} {amount}.",
    "session.done.paid": "Agreed. {partner} paid you {amount}.",
    "session.done.open": "Agreed. The tally with {partner} is open.",
    "session.done.amend": "Agreed. The new terms with {partner} stand.",
    "session.done.look": "Look at the tally",
    "session.not_done": "Nothing was paid.",
    "session.not_done_open": "Nothing was opened.",
    "session.not_done_amend": "The terms stay as they were. What is owed has not changed.",
    "session.done.paper": "Agreed. All have signed “{title}”.",
    "session.done.decide": "You decided that it counts. The others know.",
    "session.done.look_paper": "All papers",
    "session.not_done_paper": "The paper does not count for anyone.",
    "session.not_done_decide": "It does not count for anyone.",
    "session.not_done.refused": "{partner} refused.",
    "session.not_done.refused_me": "You refused.",
    "session.not_done.refused_words": "{partner} refused: “{words}”",
    "session.not_done.busy": "{partner}'s wallet was signing something else. "
    "Try again in a moment.",
    "session.not_done.policy": "{partner} does not want this now. Talk to {partner} before you "
    "try again.",
    "session.not_done.closed": "The tally is not open in {partner}'s wallet. Talk to {partner} "
    "before you try again.",
    "session.not_done.differs": "{partner}'s copy of the tally differs from yours, so nothing new "
    "is signed on it. Compare the two copies together.",
    "session.not_done.limit": "The balance would be larger than a tally can hold. Make it smaller.",
    "session.not_done.budget": "Too much of what you began with {partner} came to nothing, so "
    "{partner}'s wallet makes a pause. Try again in an hour.",
    "session.not_done.clock": "The clocks of the two computers differ too much to sign anything. "
    "Set both clocks right, then try again.",
    "session.not_done.unserved": "Whoever should decide does not do that for you two. Choose "
    "somebody else in the terms, or for this payment.",
    "session.not_done.stale": "{partner}'s wallet is an older copy of itself. Nothing was signed; "
    "it is tried again when {partner} has opened the newer copy.",
    "session.not_done.batch": "Another payment that was to be signed with it was not accepted. "
    "This one is tried again without it.",
    "session.not_done.late": "{partner} did not answer in time, and nothing was signed.",
    "session.not_done.expired": "The time ran out before {partner}'s wallet could answer. "
    "Try again.",
    "session.not_done.future": "Your clock is ahead of {partner}'s. Set both clocks right, "
    "then try again.",
    "session.not_done.invalid": "What {partner}'s wallet knows does not go with this entry. "
    "Compare the tally with {partner} before you try again.",
    "session.not_done.stopped": "You stopped it before anything was signed.",
    "session.not_done.own act": "Something you did yourself went first.",
    "session.not_done.cancelled": "{partner} took it back before anything was signed.",
    "session.not_done.aborted": "{partner}'s wallet has shown that it never signed.",
    "session.not_done.aborted.E": "{decider} decided that it does not count.",
    "session.not_done.aborted.Q": "Too many witnesses voted no: {decider}.",
    "session.not_done.crossed": "You and {partner} asked each other at the same moment.",
    "session.not_done.goes_on": (
        "Nothing was signed in this try. The payment goes on by itself: do not pay a second time."
    ),
    "session.not_done.look_chit": "Look at the payment",
    "session.not_done.other": "It ended without your signature.",
    "session.free": "Your wallet is free again.",
    "session.again": "Try again",
    "session.gone": "This session is not here any more.",
    "session.running_title": "Sessions",
    "session.running_none": "Nothing is being signed.",
    "session.running_row": "{what} · {left}",
    "session.running_ended": "{what} · {outcome}",
    "session.outcome.done": "Agreed",
    "session.outcome.not done": "Not done",
    "session.outcome.not known": "Not known yet",
    "session.outcome.running": "Both signing",
    "session.announce.agreed": "Agreed.",
    "session.announce.unknown": "Not known yet.",
    # Waiting for a partner who is offline.
    "waiting.title": "Waiting to send {amount} to {partner}",
    "waiting.money": "Nothing has left. It is not signed yet.",
    "waiting.why": "{partner} is offline. It is signed as soon as both wallets are connected.",
    "waiting.why_since": "{partner} is offline since {since}. "
    "It is signed as soon as both wallets are connected.",
    "waiting.turn": "It waits until another session has ended.",
    "waiting.withdraw": "Withdraw",
    "waiting.withdraw_hint": "Nothing was signed, so nothing needs to be undone.",
    "waiting.withdrawn": "Withdrawn. Nothing was paid.",
    "waiting.keep": "Keep waiting",
    # The partner asks.
    "asked.title": "{partner} wants to pay you {amount}",
    "asked.title_open": "{partner} wants to open the tally with you",
    "asked.title_amend": "{partner} asks you for other terms",
    "asked.accept": "Accept {amount}",
    "asked.accept_open": "Accept",
    "asked.decline": "Decline…",
    "asked.decline_now": "Decline",
    "asked.reason": "A word for {partner} (not needed)",
    "asked.after": "After this: {balance}.",
    "asked.until": "{partner} waits until {until}.",
    "asked.direction": "{partner} pays you",
    "asked.next": "Both wallets sign. You pledge nothing by accepting money.",
    "asked.over": "This is more than you agreed to let {partner} owe you.",
    # Not known yet.
    "stuck.title.pay": "Not known yet: {amount} to {partner}",
    "stuck.title.paid": "Not known yet: {amount} from {partner}",
    "stuck.title.open": "Not known yet: the tally with {partner}",
    "stuck.title.amend": "Not known yet: the terms with {partner}",
    "stuck.title.paper": "Not known yet: paper “{title}”",
    "stuck.title.decide": ("Not decided yet for one other", "Not decided yet for {n} others"),
    "stuck.money.pay": "{amount} is reserved. It is either paid or not – we do not know yet. "
    "Do not make a second payment; Pay anyway counts only once.",
    "stuck.money.pay_plain": "{amount} is reserved. It is either paid or not – "
    "we do not know yet. Do not make a second payment.",
    "stuck.money.paid": "{partner} has either paid you {amount} or not – we do not know yet. "
    "You have lost nothing by waiting.",
    "stuck.money.open": "The tally is either open or not – we do not know yet. Nothing is owed.",
    "stuck.money.amend": "Either the former terms stand or the new ones – we do not know yet. "
    "What is owed has not changed, and payments go on.",
    "stuck.money.paper": "Either all have signed the paper or nobody – we do not know yet.",
    "stuck.money.decide": "You have decided nothing yet. Your own money is not touched.",
    "stuck.facts": "What is known",
    "stuck.fact.ended": "The time for it ended.",
    "stuck.fact.heard": "{partner}'s wallet last answered.",
    "stuck.fact.never_heard": "{partner}'s wallet has not answered since.",
    "stuck.tries": (
        "Asked {partner} once, next try in {left}.",
        "Asked {partner} {n} times, next try in {left}.",
    ),
    "stuck.tries_none": "{partner} is asked as soon as the wallets are connected.",
    "stuck.asking": "Asking {partner}…",
    "stuck.ask_now": "Ask now",
    "stuck.keep": "Keep checking",
    "stuck.keep_hint": "Costs nothing. Your wallet goes on meanwhile; only this item stays open.",
    "stuck.pay_anyway": "Pay anyway…",
    "stuck.pay_anyway_hint": "{partner} gets {amount} exactly once, "
    "whether or not {partner}'s wallet had finished.",
    "stuck.pay_anyway_hint_decided_pay": "{partner} gets {amount} exactly once, "
    "whatever {decider} decides.",
    "stuck.stop_waiting": "Stop waiting…",
    "stuck.stop_waiting_hint": "If {partner}'s wallet did pay, it counts as soon as it tells us. "
    "Your wallet is free at once.",
    "stuck.go_on": "Go on without waiting…",
    "stuck.go_on_hint_decided_pay": "Your wallet is free again. {amount} stays reserved "
    "until there is word from {decider}; you can still pay anyway.",
    "stuck.go_on_hint_decided_paper": "Your wallet is free again. "
    "This item stays open until there is word from {decider}.",
    "stuck.go_on_hint": "Your wallet is free again. "
    "This item stays open until {partner}'s wallet answers.",
    "stuck.save": "Save facts…",
    "stuck.saved": "Saved.",
    "stuck.not_saved": "It could not be saved there. Choose another place.",
    "stuck.talk": "Copy a message",
    "stuck.talk_text": "Please open your wallet: a session between us is not finished. "
    "Session {session}, ended {ended}.",
    "stuck.copied": "The message is in the clipboard.",
    "stuck.review.pay_title": "Pay {partner} {amount} anyway",
    "stuck.review.stop_title": "Stop waiting for {partner}",
    "stuck.review.go_title": "Go on without waiting for {partner}",
    "stuck.review.pay_sign": "Pay anyway",
    "stuck.review.stop_sign": "Stop waiting",
    "stuck.review.go_sign": "Go on without waiting",
    "stuck.review.what": "What",
    "stuck.review.means": "What it means",
    "stuck.acts_later": "More becomes possible once {partner} has been asked.",
    "stuck.facts_file": "Facts of a session",
}
