"""The documented rules of a stream's event source mapping, one by one, and then all of them over every way to fail."""

import itertools
import unittest

from batch_decision import (
    Decision,
    FailedFrom,
    NotInvoked,
    Part,
    Policy,
    Succeeded,
    decide,
    delay_seconds,
    expired,
    first_failed,
    outcome_of,
)

SEQUENCE = ["s1", "s2", "s3", "s4", "s5"]


def failures(*identifiers):
    return {"batchItemFailures": [{"itemIdentifier": identifier} for identifier in identifiers]}


class PartialResponse(unittest.TestCase):
    def test_success(self):
        for response in (None, "", {}, {"batchItemFailures": None}, {"batchItemFailures": []}, {"other": 1}):
            self.assertIsNone(first_failed(response, SEQUENCE), response)

    def test_lowest_failed_sequence_number_wins(self):
        self.assertEqual(first_failed(failures("s3"), SEQUENCE), 2)
        self.assertEqual(first_failed(failures("s5", "s2", "s4"), SEQUENCE), 1)
        self.assertEqual(first_failed(failures("s2", "s2"), SEQUENCE), 1)

    def test_whole_batch_fails(self):
        whole = [
            failures(""),
            failures(None),
            failures("s9"),
            failures("s4", ""),
            failures("s4", None),
            failures("s4", "s9"),
            {"batchItemFailures": [{"itemIdentifer": "s4"}]},
            {"batchItemFailures": [{}]},
            {"batchItemFailures": ["s4"]},
            {"batchItemFailures": {"itemIdentifier": "s4"}},
            {"batchItemFailures": "s4"},
            "ok",
            7,
            ["s4"],
            True,
        ]
        for response in whole:
            self.assertEqual(first_failed(response, SEQUENCE), 0, response)


class Outcome(unittest.TestCase):
    def test_partial_response_counts_only_where_it_is_switched_on(self):
        result = {"body": failures("s4")}
        self.assertEqual(outcome_of(result, SEQUENCE, Policy(report_item_failures=True)), FailedFrom(3))
        self.assertEqual(outcome_of(result, SEQUENCE, Policy()), Succeeded())

    def test_function_error_fails_the_whole_batch_whatever_it_returned(self):
        result = {"error": True, "body": failures("s4")}
        self.assertEqual(outcome_of(result, SEQUENCE, Policy(report_item_failures=True)), FailedFrom(0))

    def test_throttle_is_no_failure(self):
        self.assertEqual(outcome_of({"error": True, "throttle": True, "body": {}}, SEQUENCE, Policy()), NotInvoked())


class Decide(unittest.TestCase):
    def test_success(self):
        self.assertEqual(decide(5, 3, Succeeded(), Policy()), Decision(done=5))

    def test_retry_from_the_first_failed(self):
        self.assertEqual(decide(5, 0, FailedFrom(2), Policy()), Decision(done=2, retry=(Part(2, 5, 1),), wait=True))

    def test_progress_starts_the_count_anew(self):
        self.assertEqual(decide(5, 2, FailedFrom(1), Policy(max_retries=2)).retry, (Part(1, 5, 1),))
        self.assertEqual(decide(5, 1, FailedFrom(0), Policy(max_retries=2)).retry, (Part(0, 5, 2),))

    def test_retry_limit_discards_what_is_left_of_the_batch(self):
        self.assertEqual(decide(5, 2, FailedFrom(0), Policy(max_retries=2)), Decision(done=0, discarded=5))
        self.assertEqual(decide(5, 0, FailedFrom(3), Policy(max_retries=0)), Decision(done=3, discarded=2))

    def test_for_ever(self):
        self.assertEqual(decide(1, 10_000, FailedFrom(0), Policy()).retry, (Part(0, 1, 10_001),))

    def test_bisect_halves_without_consuming_the_quota(self):
        policy = Policy(bisect=True, max_retries=0)
        self.assertEqual(decide(5, 0, FailedFrom(0), policy), Decision(done=0, retry=(Part(0, 3, 0), Part(3, 5, 0))))
        self.assertEqual(decide(2, 0, FailedFrom(0), policy).retry, (Part(0, 1, 0), Part(1, 2, 0)))
        self.assertEqual(decide(1, 0, FailedFrom(0), policy), Decision(done=0, discarded=1))

    def test_bisect_at_the_returned_sequence_number(self):
        policy = Policy(bisect=True, max_retries=0)
        self.assertEqual(decide(5, 0, FailedFrom(4), policy), Decision(done=4, retry=(Part(4, 5, 0),)))

    def test_throttle_consumes_nothing_and_is_not_split(self):
        decision = decide(5, 1, NotInvoked(), Policy(bisect=True, max_retries=1))
        self.assertEqual(decision, Decision(done=0, retry=(Part(0, 5, 1),), wait=True))


class Age(unittest.TestCase):
    def test_leading_records_past_the_limit(self):
        policy = Policy(max_age_seconds=60)
        self.assertEqual(expired([0, 10, 39.9, 40, 100], 100, policy), 3)
        self.assertEqual(expired([40], 100, policy), 0)
        self.assertEqual(expired([], 100, policy), 0)

    def test_for_ever(self):
        self.assertEqual(expired([0], 1e9, Policy()), 0)


class Delay(unittest.TestCase):
    def test_doubles_up_to_five_seconds(self):
        self.assertEqual([delay_seconds(n) for n in (1, 2, 3, 7, 500)], [0.1, 0.2, 0.4, 5.0, 5.0])


def walk(size, poison, policy, reports):
    """Runs a whole batch with these poison records to its end: what was done, what discarded, invocations per record."""
    done, discarded, tried = [], [], [0] * size
    waiting = [(list(range(size)), 0)]
    for _ in range(10_000):
        if not waiting:
            return done, discarded, tried
        records, failed = waiting.pop(0)
        for record in records:
            tried[record] += 1
        bad = [i for i, record in enumerate(records) if record in poison]
        outcome = Succeeded() if not bad else FailedFrom(bad[0] if reports else 0)
        decision = decide(len(records), failed, outcome, policy)
        done += records[: decision.done]
        discarded += records[decision.done : decision.done + decision.discarded]
        waiting[:0] = [(records[part.start : part.end], part.failures) for part in decision.retry]
    raise AssertionError("never ends")


class EveryWayToFail(unittest.TestCase):
    """Sizes 1 to 6, every set of poison records, each policy: nothing lost, nothing done twice, order kept, an end."""

    def cases(self):
        for size, bisect, reports, retries in itertools.product(range(1, 7), (False, True), (False, True), (0, 1, 3)):
            for count in range(size + 1):
                for poison in itertools.combinations(range(size), count):
                    policy = Policy(report_item_failures=reports, bisect=bisect, max_retries=retries)
                    yield size, set(poison), policy, reports, walk(size, set(poison), policy, reports)

    def test_each_record_ends_once_and_no_poison_is_taken_for_done(self):
        for size, poison, policy, _reports, (done, discarded, _tried) in self.cases():
            self.assertEqual(sorted(done + discarded), list(range(size)), (poison, policy))
            self.assertEqual(set(done) & poison, set(), (poison, policy))
            self.assertEqual(done, sorted(done), (poison, policy))

    def test_bisect_discards_poison_only(self):
        for _size, poison, policy, _reports, (_done, discarded, _tried) in self.cases():
            if policy.bisect:
                self.assertEqual(set(discarded), poison, policy)

    def test_poison_is_tried_once_more_than_its_retries(self):
        for size, poison, policy, _reports, (_done, _discarded, tried) in self.cases():
            if size == 1 and poison:
                self.assertEqual(tried, [policy.max_retries + 1], policy)


if __name__ == "__main__":
    unittest.main()
