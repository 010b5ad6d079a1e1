"""The two kinds of stream a Lambda function can read, behind one face: shards of records in sequence order.

Also mends what the emulator's streams lack for that:
- a put rings the bell of its shard, so that a reader needn't poll;
- `_expire_records` copied every record of the stream on each put (20 ms each at 100,000 records): expiry by bisection;
- both kinds grow for 24 hours: once all mappings have read them, only the newest STREAM_KEEP_READ_RECORDS of a shard
  stay. (AWS keeps them all. A reader by GetRecords that is behind by more than that misses records.)
Delete with stream_event_source.py.
"""

import base64
import json
import os
import threading
import time
from bisect import bisect_left, bisect_right

from ministack.core.arn import ArnParseError, parse_arn
from ministack.services import dynamodb, kinesis

KEEP_READ_RECORDS = int(os.environ.get("STREAM_KEEP_READ_RECORDS", "10000"))
DYNAMODB_SHARD = "shardId-00000000000000000000-00000000"

# Sequence number and append as one step: TTL's sweeper writes from a thread of its own, and a reader that had gone past
# the later number would never see the earlier.
_write_lock = threading.RLock()


class Bell:
    """Wakes the readers of a shard."""

    def __init__(self):
        self._conditions = {}
        self._rings = {}

    def _condition(self, key):
        return self._conditions.setdefault(key, threading.Condition())

    def ring(self, key):
        condition = self._condition(key)
        with condition:
            self._rings[key] = self._rings.get(key, 0) + 1
            condition.notify_all()

    def rings(self, key):
        return self._rings.get(key, 0)

    def wait(self, key, heard, timeout):
        """Until it has rung since `heard`."""
        condition = self._condition(key)
        with condition:
            condition.wait_for(lambda: self._rings.get(key, 0) != heard, timeout)


bell = Bell()


class KinesisSource:
    batch_info = "KinesisBatchInfo"

    def __init__(self, arn, spec):
        self.arn, self._spec = arn, spec

    def _stream(self):
        name = self._spec.resource.removeprefix("stream/")
        stream = kinesis._streams.get_scoped(self._spec.account_id, self._spec.region, name)
        return stream if stream and stream["StreamStatus"] == "ACTIVE" else None

    def shards(self):
        stream = self._stream()
        return {shard_id: shard["records"] for shard_id, shard in stream["shards"].items()} if stream else {}

    def forget(self, shard_id, count):
        del self._stream()["shards"][shard_id]["records"][:count]

    @staticmethod
    def sequence(record):
        return record["SequenceNumber"]

    @staticmethod
    def arrival(record):
        return record["ApproximateArrivalTimestamp"]

    @staticmethod
    def key(record):
        return record["PartitionKey"]

    @staticmethod
    def size(record):
        return len(record["Data"]) + len(record["PartitionKey"]) + 400

    def event(self, record, shard_id, role):
        data = record["Data"]
        return {
            "kinesis": {
                "kinesisSchemaVersion": "1.0",
                "partitionKey": record["PartitionKey"],
                "sequenceNumber": record["SequenceNumber"],
                "data": base64.b64encode(data).decode() if isinstance(data, bytes) else data,
                "approximateArrivalTimestamp": record["ApproximateArrivalTimestamp"],
            },
            "eventSource": "aws:kinesis",
            "eventVersion": "1.0",
            "eventID": f"{shard_id}:{record['SequenceNumber']}",
            "eventName": "aws:kinesis:record",
            "invokeIdentityArn": role,
            "awsRegion": self._spec.region,
            "eventSourceARN": self.arn,
        }


class DynamoDBSource:
    batch_info = "DDBStreamBatchInfo"

    def __init__(self, arn, spec):
        self.arn, self._spec = arn, spec
        self._table_name = spec.resource.split("/")[1]

    def _scope(self):
        return self._spec.account_id, self._spec.region, self._table_name

    def shards(self):
        table = dynamodb._tables.get_scoped(*self._scope())
        if not table or table.get("LatestStreamArn") != self.arn:
            return {}
        records = dynamodb._stream_records.get_scoped(*self._scope())
        return {DYNAMODB_SHARD: records if records is not None else []}

    def forget(self, _shard_id, count):
        del dynamodb._stream_records.get_scoped(*self._scope())[:count]
        trimmed = dynamodb._stream_trimmed
        trimmed.set_scoped(*self._scope(), trimmed.get_scoped(*self._scope(), 0) + count)

    @staticmethod
    def sequence(record):
        return record["dynamodb"]["SequenceNumber"]

    @staticmethod
    def arrival(record):
        return record["dynamodb"]["ApproximateCreationDateTime"]

    @staticmethod
    def key(record):
        """In order per item, not per partition key: that is what AWS promises for DynamoDB streams."""
        return json.dumps(record["dynamodb"]["Keys"], sort_keys=True)

    @staticmethod
    def size(record):
        return len(json.dumps(record))

    @staticmethod
    def event(record, _shard_id, _role):
        return record


def source_of(arn):
    """None for what isn't a stream of records (a queue)."""
    try:
        spec = parse_arn(arn)
    except ArnParseError:
        return None
    if spec.service == "kinesis" and spec.resource.startswith("stream/"):
        return KinesisSource(arn, spec)
    if spec.service == "dynamodb" and "/stream/" in spec.resource:
        return DynamoDBSource(arn, spec)
    return None


def records_after(source, records, position):
    """Index of the first record after this sequence number."""
    return bisect_right(records, position, key=source.sequence)


def now_position():
    """Later than every record there is, earlier than each to come."""
    return kinesis._next_sequence_number()


def time_position(timestamp):
    """Sequence numbers of the emulator begin with the time in milliseconds, so AT_TIMESTAMP is a position too."""
    return f"{int(timestamp * 1000):020d}"


def trim(source, shard_id, read_by_all):
    """Drops records at or before `read_by_all`, but for the newest KEEP_READ_RECORDS. Rarely, as it moves the whole list."""
    with _write_lock:
        records = source.shards().get(shard_id)
        if records is None or len(records) < KEEP_READ_RECORDS * 1.25:
            return
        count = min(len(records) - KEEP_READ_RECORDS, records_after(source, records, read_by_all))
        if count > 0:
            source.forget(shard_id, count)


def _expire_records(stream):
    cutoff = time.time() - stream["RetentionPeriodHours"] * 3600
    for shard in stream["shards"].values():
        records = shard["records"]
        if records and records[0]["ApproximateArrivalTimestamp"] < cutoff:
            del records[: bisect_left(records, cutoff, key=KinesisSource.arrival)]


def install():
    touched = set()
    route = kinesis._route_to_shard
    emit = dynamodb._emit_stream_event

    def route_to_shard(hash_key, stream):
        shard_id = route(hash_key, stream)
        touched.add((stream["StreamARN"], shard_id))
        return shard_id

    def ringing(put):
        def put_and_ring(*args):
            with _write_lock:
                answer = put(*args)
                keys = list(touched)
                touched.clear()
            for key in keys:
                bell.ring(key)
            return answer

        return put_and_ring

    def emit_and_ring(table_name, *args, **kwargs):
        with _write_lock:
            emit(table_name, *args, **kwargs)
        arn = (dynamodb._tables.get(table_name) or {}).get("LatestStreamArn")
        if arn:
            bell.ring((arn, DYNAMODB_SHARD))

    kinesis._expire_records = _expire_records
    kinesis._route_to_shard = route_to_shard
    for name in ("_put_record", "_put_records", "put_record_internal"):
        setattr(kinesis, name, ringing(getattr(kinesis, name)))
    dynamodb._emit_stream_event = emit_and_ring
