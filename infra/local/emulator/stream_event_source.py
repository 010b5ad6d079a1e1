"""Lambda event source mappings of Kinesis and DynamoDB streams, as AWS runs them.

AWS documents: one batch at a time per shard and parallelization slot, in order per partition key, with batch size and
window, partial batch responses, bisecting, retry and age limits, an on-failure destination and event filters.
https://docs.aws.amazon.com/lambda/latest/dg/with-kinesis.html
https://docs.aws.amazon.com/lambda/latest/dg/with-ddb.html
https://docs.aws.amazon.com/lambda/latest/dg/invocation-eventfiltering.html

MiniStack 1.5.33 polls all shards of all mappings in one thread, ignores partial responses (the bad record is lost), and
knows neither bisecting nor retry limits nor slots nor AT_TIMESTAMP; one poison record blocks its shard for ever. What
remains missing here: tumbling windows, S3 destinations, enhanced fan-out, streams of other accounts, and the check of the
function's role for kinesis:GetRecords and sqs:SendMessage.

Delete, with batch_decision.py and stream_sources.py, when MiniStack has it.
"""

import logging
import threading
import time
import zlib
from collections import deque

from ministack.core.responses import _request_account_id, _request_region, get_account_id, get_region
from ministack.services import lambda_svc
from ministack.services.cloudformation import provisioners

import stream_sources
from batch_decision import FOR_EVER, Policy, NotInvoked, decide, delay_seconds, expired, outcome_of
from failure_destination import send_failure
from stream_sources import bell, records_after, source_of

logger = logging.getLogger("stream_event_source")

DEFAULT_BATCH_SIZE = 100
PAYLOAD_LIMIT_BYTES = 6 * 1024 * 1024
# A reader looks up this often though no bell rang: for a mapping switched off or a shard gone.
IDLE_SECONDS = 1.0
SUPERVISE_SECONDS = 0.5
# Within a batching window a look at the shard now and then costs less than a wake-up per record.
WINDOW_LOOK_SECONDS = 0.1

_draining = threading.Event()


def policy_of(mapping):
    # Every comparison with None: 0 retries is a setting, not its absence.
    retries, age = mapping.get("MaximumRetryAttempts"), mapping.get("MaximumRecordAgeInSeconds")
    return Policy(
        report_item_failures="ReportBatchItemFailures" in (mapping.get("FunctionResponseTypes") or []),
        bisect=str(mapping.get("BisectBatchOnFunctionError", False)).lower() == "true",
        max_retries=FOR_EVER if retries is None else int(retries),
        max_age_seconds=FOR_EVER if age is None else float(age),
    )


def slots_of(mapping):
    return int(mapping.get("ParallelizationFactor") or 1)


def is_enabled(mapping):
    return str(mapping.get("Enabled", True)).lower() == "true"


def start_position(mapping, created_at):
    """Where a mapping begins that has no checkpoint yet."""
    starting = mapping.get("StartingPosition", "LATEST")
    if starting == "AT_TIMESTAMP" and mapping.get("StartingPositionTimestamp") is not None:
        return stream_sources.time_position(float(mapping["StartingPositionTimestamp"]))
    return "" if starting == "TRIM_HORIZON" else created_at


class Checkpoints:
    """Sequence numbers done, per mapping, shard and slot. They live in the dictionary the emulator keeps its own positions
    in, so that they are saved, restored and dropped with the mapping."""

    def __init__(self, scope, mapping):
        store = lambda_svc._kinesis_positions._data
        entry = store.get(scope)
        if not isinstance(entry, dict) or "shards" not in entry:
            entry = store[scope] = {"created_at": stream_sources.now_position(), "shards": {}}
        self._shards = entry["shards"]
        self._start = start_position(mapping, entry["created_at"])

    def slots(self, shard_id, count):
        slots = self._shards.get(shard_id)
        if slots is None or len(slots) != count:
            # Another factor sends keys to other slots: all begin where the slowest was. Some come twice, none is lost.
            slots = self._shards[shard_id] = [min(slots) if slots else self._start] * count
        return slots

    def slowest(self, shard_id):
        return min(self._shards.get(shard_id) or [self._start])


class Batch:
    def __init__(self, records, failures, position):
        self.records, self.failures = records, failures
        self.position = position
        """The checkpoint once all of it is done."""


class Slot(threading.Thread):
    """Reads one shard for one mapping, those partition keys that hash to it."""

    def __init__(self, scope, mapping, source, shard_id, index, count):
        super().__init__(daemon=True, name=f"stream-{mapping['FunctionName']}-{shard_id[-4:]}-{index}")
        self._scope, self._mapping, self._source, self._shard_id = scope, mapping, source, shard_id
        self.index, self.count = index, count
        self._checkpoints = Checkpoints(scope, mapping).slots(shard_id, count)
        self._read = self._checkpoints[index]
        self._pending = deque()
        self._failed_in_a_row = 0
        self._bell = (source.arn, shard_id)

    def is_wanted(self):
        return (
            not _draining.is_set()
            and lambda_svc._esms._data.get(self._scope) is self._mapping
            and is_enabled(self._mapping)
            and slots_of(self._mapping) == self.count
            and self._shard_id in self._source.shards()
        )

    def run(self):
        account, region, _ = self._scope
        _request_account_id.set(account)
        _request_region.set(region)
        while self.is_wanted():
            try:
                if not self._pending and not self._fetch():
                    continue
                self._process(self._pending.popleft())
            except Exception:
                # Read again from the checkpoint: at least once, never less.
                logger.exception("%s: begins again at its checkpoint", self.name)
                self._pending.clear()
                self._read = self._checkpoints[self.index]
                time.sleep(IDLE_SECONDS)

    def _mine(self, record):
        return self.count == 1 or zlib.crc32(self._source.key(record).encode()) % self.count == self.index

    def _take(self, limit):
        """The next records of this slot and the position after them: at most `limit`, at most a payload."""
        shard = self._source.shards().get(self._shard_id, [])
        taken, size, position = [], 0, self._read
        for record in shard[records_after(self._source, shard, self._read) :]:
            if self._mine(record):
                size += self._source.size(record)
                if taken and size > PAYLOAD_LIMIT_BYTES:
                    return taken, position, True
                taken.append(record)
            position = self._source.sequence(record)
            if len(taken) >= limit:
                return taken, position, True
        return taken, position, False

    def _fetch(self):
        heard = bell.rings(self._bell)
        limit = int(self._mapping.get("BatchSize") or DEFAULT_BATCH_SIZE)
        records, position, full = self._take(limit)
        if not records:
            self._advance(position)
            self._read = position
            bell.wait(self._bell, heard, IDLE_SECONDS)
            return False
        closes = time.monotonic() + float(self._mapping.get("MaximumBatchingWindowInSeconds") or 0)
        while not full and (left := closes - time.monotonic()) > 0 and self.is_wanted():
            time.sleep(min(left, WINDOW_LOOK_SECONDS))
            records, position, full = self._take(limit)
        self._read = position
        self._pending.append(Batch(records, 0, position))
        return True

    def _advance(self, position):
        if position > self._checkpoints[self.index]:
            self._checkpoints[self.index] = position

    def _process(self, batch):
        policy = policy_of(self._mapping)
        old = expired([self._source.arrival(record) for record in batch.records], time.time(), policy)
        if old:
            self._discard(batch.records[:old], "MaximumRecordAgeExceeded", batch.failures)
            batch.records = batch.records[old:]
        if not batch.records:
            self._advance(batch.position)
            return
        outcome = self._invoke(batch, policy)
        decision = decide(len(batch.records), batch.failures, outcome, policy)
        finished = decision.done + decision.discarded
        if decision.discarded:
            self._discard(batch.records[decision.done : finished], "RetryAttemptsExhausted", batch.failures + 1)
        self._mapping["LastProcessingResult"] = (
            "PROBLEM: Function call failed" if decision.retry or decision.discarded else "OK"
        )
        if finished:
            self._advance(self._source.sequence(batch.records[finished - 1]))
        self._pending.extendleft(reversed([self._part(batch, part) for part in decision.retry]))
        if not decision.retry:
            self._advance(batch.position)
        self._back_off(decision)

    def _part(self, batch, part):
        last = part.end == len(batch.records)
        position = batch.position if last else self._source.sequence(batch.records[part.end - 1])
        return Batch(batch.records[part.start : part.end], part.failures, position)

    def _back_off(self, decision):
        if not decision.wait:
            if not decision.retry:
                self._failed_in_a_row = 0
            return
        self._failed_in_a_row = 1 if decision.done else self._failed_in_a_row + 1
        until = time.monotonic() + delay_seconds(self._failed_in_a_row)
        while (left := until - time.monotonic()) > 0 and self.is_wanted():
            time.sleep(min(left, IDLE_SECONDS))

    def _invoke(self, batch, policy):
        function, _ = lambda_svc._get_func_record_for_qualifier(
            self._mapping["FunctionName"], self._mapping.get("Qualifier")
        )
        if function is None:
            return NotInvoked()
        role = function["config"].get("Role", "")
        events = [self._source.event(record, self._shard_id, role) for record in batch.records]
        sent = lambda_svc._apply_filter_criteria(events, self._mapping)
        if not sent:
            return outcome_of({}, [], policy)
        result = lambda_svc._execute_function(function, {"Records": sent})
        if result.get("error") and not result.get("throttle"):
            logger.warning(
                "%s: %s failed: %s\n%s",
                self.name,
                function["config"]["FunctionName"],
                result.get("body"),
                result.get("log", ""),
            )
        # Numbers of all records, also of those filtered out: an index must be one into the batch.
        return outcome_of(result, [self._source.sequence(record) for record in batch.records], policy)

    def _discard(self, records, condition, invoke_count):
        logger.warning("%s: gives up %d records: %s", self.name, len(records), condition)
        send_failure(self._mapping, self._source, self._shard_id, records, condition, invoke_count)


def trim_read_records(mappings):
    """Of each shard, what all its mappings have read."""
    slowest = {}
    for scope, mapping, source in mappings:
        checkpoints = Checkpoints(scope, mapping)
        for shard_id in source.shards():
            position = checkpoints.slowest(shard_id)
            known = slowest.get((source.arn, shard_id))
            slowest[source.arn, shard_id] = (source, position if known is None else min(position, known[1]))
    for (_arn, shard_id), (source, position) in slowest.items():
        stream_sources.trim(source, shard_id, position)


def stream_mappings():
    for scope, mapping in list(lambda_svc._esms._data.items()):
        source = source_of(mapping.get("EventSourceArn", ""))
        if source is not None:
            yield scope, mapping, source


def start_missing(running, scope, mapping, source):
    """`running` holds the slots of each shard of each mapping."""
    count = slots_of(mapping)
    for shard_id in source.shards():
        slots = [slot for slot in running.get((scope, shard_id), []) if slot.is_alive()]
        # Those of another factor end with their batch; beside them, new ones would read the same keys.
        if all(slot.count == count for slot in slots):
            alive = {slot.index for slot in slots}
            started = [Slot(scope, mapping, source, shard_id, n, count) for n in range(count) if n not in alive]
            for slot in started:
                slot.start()
            slots += started
        running[scope, shard_id] = slots


def supervise(wake):
    """Keeps a slot running for each that there should be."""
    running = {}
    while not _draining.is_set():
        wake.wait(SUPERVISE_SECONDS)
        wake.clear()
        try:
            mappings = list(stream_mappings())
            for scope, mapping, source in mappings:
                if is_enabled(mapping):
                    start_missing(running, scope, mapping, source)
            running = {key: slots for key, slots in running.items() if any(slot.is_alive() for slot in slots)}
            trim_read_records(mappings)
        except Exception:
            logger.exception("supervisor of event source mappings")


def drain(limit):
    """Begins no batch, and lets functions that run finish: once the server closes their calls fail, and count as retries."""
    _draining.set()
    lambda_svc._poll_sqs = lambda: False
    until = time.monotonic() + limit
    while lambda_svc.executions_in_flight()[0] > 0 and time.monotonic() < until:
        time.sleep(0.02)


def install():
    stream_sources.install()
    wake = threading.Event()
    create_by_api, create_by_template = lambda_svc._create_esm, provisioners._lambda_esm_create
    ensure_poller = lambda_svc._ensure_poller

    def keep_timestamp(known, asked):
        """AT_TIMESTAMP's time, which the emulator drops."""
        if asked.get("StartingPositionTimestamp") is not None:
            for scope in set(lambda_svc._esms._data) - known:
                lambda_svc._esms._data[scope]["StartingPositionTimestamp"] = asked["StartingPositionTimestamp"]

    def creating(create, properties_at):
        def create_mapping(*args):
            known = set(lambda_svc._esms._data)
            properties = args[properties_at]
            if source_of(properties.get("EventSourceArn", "") or "") is not None:
                properties = {"BatchSize": DEFAULT_BATCH_SIZE, **properties}
            answer = create(*args[:properties_at], properties, *args[properties_at + 1 :])
            keep_timestamp(known, properties)
            return answer

        return create_mapping

    def anchor(mapping_id, source_arn, _starting):
        """LATEST is the time of the mapping's creation, not of its first poll."""
        scope = (get_account_id(), get_region(), mapping_id)
        mapping = lambda_svc._esms._data.get(scope)
        if source_of(source_arn) is not None:
            Checkpoints(scope, mapping or {})

    def ensure_poller_and_wake():
        ensure_poller()
        wake.set()

    lambda_svc._create_esm = creating(create_by_api, 0)
    provisioners._RESOURCE_HANDLERS["AWS::Lambda::EventSourceMapping"]["create"] = creating(create_by_template, 1)
    provisioners._lambda_esm_create = provisioners._RESOURCE_HANDLERS["AWS::Lambda::EventSourceMapping"]["create"]
    lambda_svc._init_stream_position = anchor
    lambda_svc._ensure_poller = ensure_poller_and_wake
    lambda_svc._poll_kinesis = lambda_svc._poll_dynamodb_streams = lambda: False
    threading.Thread(target=supervise, args=(wake,), daemon=True, name="stream-supervisor").start()
