"""Every row of the crash matrix, every fault and rule of the page, and the test that shows it.

`docs/rules.md` lists all tests that carry a rule; here stands, for each, the one to read first (or
one for each mode the row speaks of), so that no row is covered by name alone.
"""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
sys.path.append(str(ROOT / "scripts"))

import rules  # noqa: E402 - scripts are no package

CRASHES, FAULTS, FORGED = "test_crashes", "test_faults", "test_forgeries"
LIMITS, DECIDED, COPIES = "test_deadlines", "test_faults_decided", "test_copies"
SIGNER, LATE, EVIDENCE = "test_signer", "test_late_letters", "test_evidence"
ON_DISK = f"{CRASHES}::test_what_is_on_the_disk_after_a_crash"
LATER = f"{CRASHES}::test_who_comes_back_after_hours_ends_like_the_other_and_pays_once"

TABLE: dict[str, tuple[str, ...]] = {
    "C0": (ON_DISK,),
    "C1": (ON_DISK, LATER),
    "C2": (ON_DISK,),
    "C3": (ON_DISK, LATER),
    "C4": (ON_DISK, LATER),
    "C5": (ON_DISK, LATER),
    "C6": (ON_DISK,),
    "C7": (
        ON_DISK,
        f"{DECIDED}::test_a_payee_that_crashed_with_its_signature_unsent_ends_like_the_others",
    ),
    "C8": (
        ON_DISK,
        f"{DECIDED}::test_a_signer_that_crashed_after_sending_learns_what_was_decided",
    ),
    "C9": (f"{DECIDED}::test_an_enzyme_with_a_part_of_the_signatures_goes_on_after_a_crash",),
    "C10": (f"{DECIDED}::test_an_enzyme_that_crashes_at_its_decision_decides_once",),
    "C11": (
        f"{DECIDED}::test_an_enzyme_that_crashes_at_its_decision_decides_once",
        f"{DECIDED}::test_an_enzyme_that_decided_answers_whoever_asks_after_a_crash",
    ),
    "C12": (f"{DECIDED}::test_a_witness_that_crashes_at_its_vote_votes_once",),
    "C13": (f"{DECIDED}::test_a_witness_that_crashes_at_its_vote_votes_once",),
    "C14": (ON_DISK, f"{FAULTS}::test_a_lost_certificate_is_asked_for_and_applied_late"),
    "C15": (ON_DISK,),
    "C16": (
        f"{CRASHES}::test_a_crash_between_any_two_writes_of_applying_leaves_nothing_half_done",
    ),
    "C17": (
        f"{CRASHES}::test_a_restart_settles_only_the_new_session_and_never_the_one_that_is_head",
    ),
    "C18": (f"{COPIES}::test_an_older_copy_of_a_wallet_stops_before_it_writes_anything",),
    "F1": (
        f"{FAULTS}::test_a_lost_preflight_is_sent_again_over_the_next_link",
        f"{FAULTS}::test_a_preflight_never_delivered_by_the_end_applies_to_nobody_and_never_locks",
    ),
    "F2": (f"{FAULTS}::test_a_repeated_preflight_gets_the_same_bytes_and_no_second_lock",),
    "F3": (f"{FAULTS}::test_a_repeated_preflight_gets_the_same_bytes_and_no_second_lock",),
    "F4": (f"{FAULTS}::test_a_reply_after_the_end_brings_no_session_data",),
    "F5": ("test_modes::test_a_paper_is_signed_by_all_or_by_none",),
    "F6": (
        f"{FAULTS}::test_lost_session_data_releases_both_and_the_money_goes_by_another_session",
        f"{DECIDED}::test_session_data_that_reaches_the_payer_only_ends_in_an_abort",
    ),
    "F7": (f"{FORGED}::test_altered_session_data_releases_and_no_signature_leaves",),
    "F8": (f"{FORGED}::test_altered_session_data_releases_and_no_signature_leaves",),
    "F9": (
        f"{FORGED}::test_a_second_session_data_for_one_preflight_is_never_signed",
        "test_modes::test_a_signer_that_was_given_other_data_comes_out_of_doubt_too",
    ),
    "F10": (
        f"{FAULTS}::test_a_lost_session_signature_completes_late",
        "test_early_letters::test_an_enzyme_that_never_saw_the_session_data_answers_a_late_signature",
    ),
    "F11": (f"{FORGED}::test_a_garbage_signature_is_refused_first_and_never_displaces_a_good_one",),
    "F12": (f"{FORGED}::test_a_garbage_signature_is_refused_first_and_never_displaces_a_good_one",),
    "F13": (f"{FORGED}::test_a_stranger_has_no_say_in_a_session",),
    "F14": (
        f"{FAULTS}::test_a_lost_certificate_is_asked_for_and_applied_late",
        f"{DECIDED}::test_who_did_not_get_the_certificate_asks_who_did",
    ),
    "F15": (f"{FORGED}::test_a_certificate_that_is_not_this_sessions_changes_nothing",),
    "F16": (
        f"{EVIDENCE}::test_a_certificate_with_anything_changed_is_refused",
        "test_modes::test_a_certificate_needs_the_votes_and_the_enzyme",
    ),
    "F17": (
        f"{FAULTS}::test_an_agreement_parked_by_its_person_opens_when_the_certificate_turns_up",
        f"{DECIDED}::test_one_of_eight_who_hears_a_day_late_completes_all_the_same",
    ),
    "F18": (f"{FORGED}::test_a_valid_certificate_for_a_released_payer_sounds_the_alarm",),
    "F19": (
        LATER,
        f"{DECIDED}::test_a_payee_that_crashed_with_its_signature_unsent_ends_like_the_others",
        f"{DECIDED}::test_a_payer_that_nobody_answers_parks_and_may_pay_anyway",
    ),
    "F20": (
        LATER,
        f"{DECIDED}::test_a_signer_that_crashed_after_sending_learns_what_was_decided",
    ),
    "F21": (f"{CRASHES}::test_both_crash_and_end_alike",),
    "F22": (f"{DECIDED}::test_an_enzyme_that_crashes_at_its_decision_decides_once",),
    "F23": (f"{DECIDED}::test_a_payer_that_nobody_answers_parks_and_may_pay_anyway",),
    "F24": (f"{DECIDED}::test_two_of_three_witnesses_decide_without_the_third",),
    "F25": (f"{DECIDED}::test_who_did_not_get_the_certificate_asks_who_did",),
    "F26": (
        "test_whole_certificates::test_what_an_enzyme_both_signed_and_parked_counts_on_both_sides",
    ),
    "F27": (f"{DECIDED}::test_a_signer_with_two_stories_splits_nobody_and_is_seen",),
    "F28": (f"{DECIDED}::test_in_mode_p_of_three_who_tells_two_stories_splits_and_can_be_named",),
    "F29": (f"{FORGED}::test_a_session_signature_shown_as_an_action_is_nothing",),
    "F30": (
        "test_whole_certificates::test_the_second_vote_of_a_liar_still_stands_in_the_certificate",
    ),
    "F31": (
        f"{DECIDED}::test_two_of_three_witnesses_decide_without_the_third",
        f"{DECIDED}::test_votes_that_split_with_a_dead_witness_leave_it_open_and_the_chains_free",
    ),
    "F32": (
        "test_witness::test_a_place_that_was_given_away_gets_no_commit",
        f"{COPIES}::test_an_older_copy_gets_nothing_signed_with_an_enzyme_or_witnesses",
    ),
    "F33": ("test_witness::test_a_top_must_be_the_newest_or_a_shown_way_must_lead_to_it",),
    "F34": (f"{EVIDENCE}::test_signers_and_witnesses_must_fit_the_mode",),
    "F35": (
        f"{LIMITS}::test_a_partner_whose_clock_is_ten_minutes_ahead_is_declined_with_our_clock",
    ),
    "F36": (f"{LIMITS}::test_clocks_five_seconds_apart_pay_all_the_same",),
    "F37": (
        f"{LIMITS}::test_a_clock_that_jumps_moves_no_deadline",
        f"{LIMITS}::test_a_timer_over_a_restart_never_lasts_longer_than_it_was_set_for",
    ),
    "F38": (f"{LIMITS}::test_a_head_later_than_our_clock_is_declined_with_the_difference_shown",),
    "F39": (
        f"{LIMITS}::test_an_own_payment_during_our_own_session_waits_its_turn_and_runs_by_itself",
    ),
    "F40": ("test_chain::test_of_two_who_build_on_one_head_the_second_gets_head_moved",),
    "F41": (
        f"{LIMITS}::test_a_payment_of_the_partner_while_ours_holds_the_chain_is_busy_and_tried_again",
    ),
    "F42": (
        f"{LIMITS}::test_crossing_payments_both_arrive_and_the_smaller_name_goes_first",
        "model/test_crowds::test_no_way_through_sessions_that_share_signers_breaks_a_law",
    ),
    "F43": (f"{EVIDENCE}::test_a_window_outside_the_limits_is_invalid",),
    "F44": (f"{LIMITS}::test_sessions_that_come_to_nothing_use_up_the_partners_lock_budget",),
    "F45": (f"{FORGED}::test_an_old_preflight_played_again_is_declined_without_a_lock",),
    "F46": (f"{FORGED}::test_a_replay_in_another_network_is_invalid",),
    "F47": (
        f"{FAULTS}::test_a_payee_that_accepts_and_never_signs_holds_nobody_and_the_payer_is_told",
        f"{DECIDED}::test_a_payee_that_withholds_its_signature_holds_nobody",
    ),
    "F49": (
        f"{FORGED}::test_a_payer_who_publishes_an_action_it_never_completed_is_bound_by_it",
        "test_finalised::test_what_the_payer_finalised_counts_in_whatever_state_the_payee_is",
    ),
    "F50": (f"{SIGNER}::test_answering_nothing_a_thousand_times_changes_nothing_but_the_pause",),
    "F51": (f"{FAULTS}::test_a_bare_chit_that_its_pledger_did_not_sign_is_refused",),
    "F52": (f"{DECIDED}::test_a_payee_cut_off_from_payer_and_enzyme_learns_later",),
    "F53": (f"{CRASHES}::test_a_full_disk_changes_nothing_and_lets_nothing_out",),
    "F54": (f"{COPIES}::test_a_copy_with_a_session_under_way_leaves_it_as_it_is",),
    "F55": ("test_chain::test_a_fork_is_two_actions_of_one_author_behind_one_link",),
    "F57": (
        f"{FAULTS}::test_a_payee_who_stopped_gets_the_bare_chit_of_a_payer_who_had_completed",
        "test_early_stop::test_a_payer_who_heard_the_stop_before_the_certificate_pays_bare",
    ),
    "F58": (f"{FORGED}::test_junk_for_unknown_sessions_is_dropped_before_storage",),
    "F59": (
        f"{COPIES}::test_one_key_on_two_devices_is_noticed_by_whoever_meets_the_others_partner",
    ),
    "F60": (
        f"{DECIDED}::test_one_of_eight_who_is_slow_to_accept_leaves_it_to_nobody",
        f"{DECIDED}::test_one_of_eight_who_hears_a_day_late_completes_all_the_same",
    ),
    "F61": (
        f"{LIMITS}::test_who_completes_at_the_last_moment_again_and_again_uses_the_budget_up",
        f"{LIMITS}::test_an_own_payment_during_an_incoming_session_goes_first_and_both_arrive",
    ),
    "F62": ("test_chain::test_a_locked_chain_takes_no_entry_and_observations_wait_for_it",),
    "R1": (
        "model/test_search::test_no_way_through_a_session_breaks_a_law",
        f"{LIMITS}::test_a_committed_chain_signs_nothing_else_until_it_is_free",
    ),
    "R2": (
        ON_DISK,
        "sim/test_planted_faults::test_planted_a_signature_leaves_before_its_commit",
    ),
    "R3": (
        "model/test_search::test_no_way_through_a_session_breaks_a_law",
        f"{LIMITS}::test_session_data_for_a_released_signer_is_answered_at_once",
    ),
    "R4": (
        "model/test_search::test_no_way_through_a_session_breaks_a_law",
        "property/test_tables::test_who_signed_writes_a_park_or_its_action_before_the_place_is_free",
    ),
    "R5": (f"{CRASHES}::test_a_crash_between_any_two_writes_of_applying_leaves_nothing_half_done",),
    "R6": (
        "model/test_search::test_no_way_through_a_session_breaks_a_law",
        f"{DECIDED}::test_votes_that_split_with_a_dead_witness_leave_it_open_and_the_chains_free",
    ),
    "R7": (
        "model/test_search::test_no_way_through_a_session_breaks_a_law",
        f"{SIGNER}::test_who_is_asked_shows_its_evidence_and_never_more",
    ),
    "R8": (
        "model/test_search::test_no_way_through_a_session_breaks_a_law",
        f"{DECIDED}::test_a_payer_that_nobody_answers_parks_and_may_pay_anyway",
        f"{FAULTS}::test_the_person_stops_waiting_and_both_still_count_the_same",
    ),
    "R9": (f"{FAULTS}::test_nobody_can_pair_the_actions_of_two_signers",),
    "R10": (
        f"{LIMITS}::test_sessions_that_come_to_nothing_use_up_the_partners_lock_budget",
        f"{LATE}::test_a_partner_over_the_lock_budget_may_come_again_after_a_pause_that_doubles",
    ),
    "N1": ("sim/test_planted_faults::test_planted_a_timer_lets_a_committed_party_abandon",),
    "N2": ("sim/test_planted_faults::test_planted_a_released_party_signs_later",),
    "N3": ("sim/test_planted_faults::test_planted_a_signature_leaves_before_its_commit",),
    "N4": ("test_chain::test_a_session_signature_is_no_claim_on_the_chain",),
    "N5": ("sim/test_planted_faults::test_planted_a_payee_who_stopped_uses_a_certificate",),
    "N6": (f"{SIGNER}::test_a_payees_stop_decides_nothing_in_modes_with_an_enzyme",),
    "N7": ("sim/test_planted_faults::test_planted_a_completed_payer_is_silent_on_a_stop",),
}

NOT_YET = {
    "F48": "a partner's authority needs no proof yet: accounts have one device",
    "F56": "there are no warrants yet: nobody is warranted between two messages",
}
"""Rows about parts that are not built: why there is no test."""

PARTLY = {
    "C15": "what was applied is there after a crash; publishing comes with the shared store",
    "F26": "money and evidence; the warrant itself comes with the shared store",
    "F27": "no split, and the fork is told to the person; its warrant comes later",
    "F28": "the two signatures that name the liar are kept; its warrant comes later",
    "F30": "both votes are kept and told; the warrant is sent when there is a shared store",
    "F55": "what makes a fork, and what does not; warrants come later",
    "F59": "noticed by partners and at the link; the warrant comes later",
    "F62": "observations wait for the lock; rulings of lifts come with lifts",
    "R9": "what is written; batches once an hour come with publishing",
}
"""Rows of which the test shows all there is so far, and what is missing."""

PAGE = [f"C{n}" for n in range(19)] + [f"F{n}" for n in range(1, 63)]
PAGE += [f"R{n}" for n in range(1, 11)] + [f"N{n}" for n in range(1, 8)]


def path_of(test: str) -> str:
    """`module::test` as docs/rules.md names it; modules without a folder are unit tests."""
    module, _, name = test.partition("::")
    folder = "" if "/" in module else "unit/"
    return f"tests/{folder}{module}.py::{name}"


def test_every_row_of_the_page_has_its_test_or_says_why_not() -> None:
    assert sorted(TABLE | NOT_YET) == sorted(PAGE)
    assert not TABLE.keys() & NOT_YET.keys()
    assert PARTLY.keys() <= TABLE.keys()
    assert all(TABLE.values())
    assert all(NOT_YET.values())


def test_every_test_of_the_table_is_there_and_carries_its_rule() -> None:
    carried = rules.find_tests()
    missing = [
        f"{rule}: {path_of(test)}"
        for rule, tests in TABLE.items()
        for test in tests
        if path_of(test) not in carried.get(rule, [])
    ]
    assert not missing, "\n".join(missing)


def test_a_row_that_is_not_built_has_no_test_by_accident() -> None:
    carried = rules.find_tests()
    assert [rule for rule in NOT_YET if rule in carried] == []


@pytest.mark.parametrize("rule", PAGE)
def test_the_rules_page_names_the_same_rows(rule: str) -> None:
    known = {name for family in rules.read_families() for name in family.rules}
    assert rule in known
