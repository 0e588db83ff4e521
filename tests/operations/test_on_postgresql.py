"""Stories of the neighbouring modules once more on PostgreSQL: those in which indexes, guards or locks decide."""

from __future__ import annotations

import pytest

from tests.operations.test_outcomes import (
    test_a_plain_refusal_is_told_after_the_lag_with_the_gateways_words,
    test_a_refund_that_ran_twice_stops_everything,
    test_an_equal_refund_in_the_console_while_ours_is_lost_needs_a_person,
    test_late_and_perhaps_ours_is_for_a_person_and_blocks,
    test_late_evidence_does_not_wait_for_the_next_refund_to_end,
    test_recovery_took_it_meanwhile,
)
from tests.operations.test_refunds import (
    test_a_refund_is_made_once_and_the_lists_know_it,
    test_the_same_intent_is_the_same_refund,
    test_while_one_is_not_certain_nobody_else_begins,
)

pytestmark = pytest.mark.parametrize("database", ["postgresql"], indirect=True)
__all__ = [
    "test_a_plain_refusal_is_told_after_the_lag_with_the_gateways_words",
    "test_a_refund_is_made_once_and_the_lists_know_it",
    "test_a_refund_that_ran_twice_stops_everything",
    "test_an_equal_refund_in_the_console_while_ours_is_lost_needs_a_person",
    "test_late_and_perhaps_ours_is_for_a_person_and_blocks",
    "test_late_evidence_does_not_wait_for_the_next_refund_to_end",
    "test_recovery_took_it_meanwhile",
    "test_the_same_intent_is_the_same_refund",
    "test_while_one_is_not_certain_nobody_else_begins",
]
