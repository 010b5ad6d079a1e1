"""What becomes of a batch after its invocation: the rules of a Lambda event source mapping over a stream.

Pure: no clock, no emulator, no threads. The rules, each from AWS's documentation:

- Partial batch responses: the lowest reported sequence number is the checkpoint, everything from it on is retried; an
  empty response is a success; an empty, null or wrongly named identifier fails the whole batch.
  https://docs.aws.amazon.com/lambda/latest/dg/services-kinesis-batchfailurereporting.html
- Bisecting: a failed batch is split in two, a partly failed one at the returned sequence number; "splitting batches
  doesn't consume the retry quota". What never reached the function (throttling) consumes none either.
  https://docs.aws.amazon.com/lambda/latest/dg/kinesis-on-failure-destination.html
- MaximumRetryAttempts and MaximumRecordAgeInSeconds: -1 is for ever; afterwards the batch is discarded.
  https://docs.aws.amazon.com/lambda/latest/dg/services-kinesis-parameters.html
"""

from dataclasses import dataclass

FOR_EVER = -1
FIRST_DELAY_SECONDS = 0.1
LONGEST_DELAY_SECONDS = 5.0


@dataclass(frozen=True)
class Policy:
    report_item_failures: bool = False
    bisect: bool = False
    max_retries: int = FOR_EVER
    max_age_seconds: float = FOR_EVER


@dataclass(frozen=True)
class Succeeded:
    pass


@dataclass(frozen=True)
class NotInvoked:
    """Throttled, or the function isn't there: AWS retries until the records expire."""


@dataclass(frozen=True)
class FailedFrom:
    """The function failed; `index` is the first record that isn't done (0: the whole batch)."""

    index: int


@dataclass(frozen=True)
class Part:
    """Records [start, end) of the batch, to be invoked as a batch of their own."""

    start: int
    end: int
    failures: int


@dataclass(frozen=True)
class Decision:
    done: int
    """So many leading records are done."""
    discarded: int = 0
    """So many after them are given up, and go to the on-failure destination."""
    retry: tuple[Part, ...] = ()
    """What follows, in this order."""
    wait: bool = False
    """Back off before the retry."""


def first_failed(response, sequence_numbers):
    """Index of the first record not done by a partial batch response; None when all are."""
    if response is None or response == "" or response == {}:
        return None
    if not isinstance(response, dict):
        return 0
    failures = response.get("batchItemFailures")
    if failures is None or failures == []:
        return None
    if not isinstance(failures, list):
        return 0
    indexes = []
    for failure in failures:
        identifier = failure.get("itemIdentifier") if isinstance(failure, dict) else None
        if identifier not in sequence_numbers:
            return 0
        indexes.append(sequence_numbers.index(identifier))
    return min(indexes)


def outcome_of(result, sequence_numbers, policy):
    """Reads what the emulator's `_execute_function` answers: {"body", "error"?, "throttle"?}."""
    if result.get("throttle"):
        return NotInvoked()
    if result.get("error"):
        return FailedFrom(0)
    if not policy.report_item_failures:
        return Succeeded()
    index = first_failed(result.get("body"), sequence_numbers)
    return Succeeded() if index is None else FailedFrom(index)


def decide(size, failures, outcome, policy):
    """`failures`: how often this very batch has failed before, splits not counted."""
    if isinstance(outcome, Succeeded):
        return Decision(done=size)
    if isinstance(outcome, NotInvoked):
        return Decision(done=0, retry=(Part(0, size, failures),), wait=True)
    index = outcome.index
    if policy.bisect and index > 0:
        return Decision(done=index, retry=(Part(index, size, 0),))
    if policy.bisect and size > 1:
        middle = (size + 1) // 2
        return Decision(done=0, retry=(Part(0, middle, failures), Part(middle, size, failures)))
    # A batch that begins at another record than before is another batch: it has failed once.
    counted = failures + 1 if index == 0 else 1
    if policy.max_retries != FOR_EVER and counted > policy.max_retries:
        return Decision(done=index, discarded=size - index)
    return Decision(done=index, retry=(Part(index, size, counted),), wait=True)


def expired(arrivals, now, policy):
    """How many leading records are too old to be sent to the function at all."""
    if policy.max_age_seconds == FOR_EVER:
        return 0
    count = 0
    while count < len(arrivals) and now - arrivals[count] > policy.max_age_seconds:
        count += 1
    return count


def delay_seconds(attempt):
    """Before the retry after the `attempt`-th failure in a row (1, 2, …)."""
    return min(LONGEST_DELAY_SECONDS, FIRST_DELAY_SECONDS * 2 ** min(attempt - 1, 10))
