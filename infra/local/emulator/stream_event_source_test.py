"""The reader of a shard against a stream and a function that exist only here."""

import threading
import time
import unittest

from ministack.services import lambda_svc

import stream_event_source
from stream_event_source import Checkpoints, Slot, policy_of, start_position
from stream_sources import KinesisSource, bell, time_position

SHARD = "shardId-000000000000"


class Stream:
    """As a KinesisSource, of records that lie in a list."""

    arn, batch_info = "arn:aws:kinesis:us-east-1:000000000000:stream/s", "KinesisBatchInfo"
    sequence, arrival, key, size = (
        staticmethod(f) for f in (KinesisSource.sequence, KinesisSource.arrival, KinesisSource.key, KinesisSource.size)
    )

    def __init__(self):
        self.records = []

    def shards(self):
        return {SHARD: self.records}

    def put(self, data, key="k", arrived=None):
        number = len(self.records) + 1
        self.records.append(
            {
                "SequenceNumber": f"{number:030d}",
                "Data": data,
                "PartitionKey": key,
                "ApproximateArrivalTimestamp": time.time() if arrived is None else arrived,
            }
        )
        bell.ring((self.arn, SHARD))

    def event(self, record, _shard_id, _role):
        return {"data": record["Data"], "key": record["PartitionKey"], "sequence": record["SequenceNumber"]}


class Reader(unittest.TestCase):
    def setUp(self):
        self.stream, self.invoked, self.discarded = Stream(), [], []
        self.answer = lambda records: {"body": None}
        self.scope = ("000000000000", "us-east-1", self.id())
        self.mapping = {"FunctionName": "f", "BatchSize": 3, "StartingPosition": "TRIM_HORIZON"}
        lambda_svc._esms._data[self.scope] = self.mapping
        replaced = {
            (lambda_svc, "_execute_function"): self.execute,
            (lambda_svc, "_get_func_record_for_qualifier"): lambda *_: ({"config": {"FunctionName": "f"}}, None),
            (stream_event_source, "send_failure"): lambda *args: self.discarded.append(
                (args[4], [r["Data"] for r in args[3]])
            ),
        }
        for (module, name), value in replaced.items():
            self.addCleanup(setattr, module, name, getattr(module, name))
            setattr(module, name, value)
        self.addCleanup(self.end)
        self.lock = threading.Lock()

    def end(self):
        """Deletes the mapping, and waits until its readers have noticed."""
        lambda_svc._esms._data.pop(self.scope, None)
        bell.ring((self.stream.arn, SHARD))
        for slot in self.slots:
            slot.join(5)
            self.assertFalse(slot.is_alive())

    slots = ()

    def read(self, slots=1):
        self.mapping["ParallelizationFactor"] = slots
        self.slots = [Slot(self.scope, self.mapping, self.stream, SHARD, index, slots) for index in range(slots)]
        for slot in self.slots:
            slot.start()

    def execute(self, _function, event):
        records = event["Records"]
        with self.lock:
            self.invoked.append([record["data"] for record in records])
        return self.answer(records)

    def until(self, look):
        deadline = time.monotonic() + 5
        while not look():
            self.assertLess(time.monotonic(), deadline, f"{self.invoked} {self.discarded}")
            time.sleep(0.005)

    def test_batches_of_the_configured_size_in_order(self):
        for data in "abcdefg":
            self.stream.put(data)
        self.read()
        self.until(lambda: len(self.invoked) == 3)
        self.assertEqual(self.invoked, [["a", "b", "c"], ["d", "e", "f"], ["g"]])

    def test_a_batching_window_collects(self):
        self.mapping["MaximumBatchingWindowInSeconds"] = 1
        self.read()
        for data in "ab":
            self.stream.put(data)
            time.sleep(0.05)
        self.assertEqual(self.invoked, [])
        self.until(lambda: self.invoked)
        self.assertEqual(self.invoked, [["a", "b"]])

    def test_a_full_batch_ends_the_window(self):
        self.mapping["MaximumBatchingWindowInSeconds"] = 60
        self.read()
        for data in "abc":
            self.stream.put(data)
        self.until(lambda: self.invoked == [["a", "b", "c"]])

    def test_slots_share_the_keys_and_keep_the_order_of_each(self):
        order = {}

        def note(records):
            with self.lock:
                for record in records:
                    order.setdefault(record["key"], []).append(record["data"])
            return {"body": None}

        self.answer = note
        for number in range(200):
            self.stream.put(str(number), key=f"k{number % 9}")
        self.read(slots=4)
        self.until(lambda: sum(map(len, order.values())) == 200)
        self.assertEqual(order, {f"k{k}": [str(n) for n in range(k, 200, 9)] for k in range(9)})

    def test_a_slot_that_waits_holds_no_other(self):
        gate = threading.Event()

        def wait_for_the_gate(records):
            if records[0]["key"] == "k0":
                gate.wait(5)
            return {"body": None}

        self.answer = wait_for_the_gate
        for number in range(9):
            self.stream.put(str(number), key=f"k{number}")
        self.mapping["BatchSize"] = 1
        self.read(slots=4)
        held = next(slot for slot in self.slots if slot._mine({"PartitionKey": "k0"}))
        others = [data for data in map(str, range(9)) if not held._mine({"PartitionKey": f"k{data}"})]
        self.assertGreater(len(others), 0)
        # All but those behind the one that waits.
        self.until(lambda: {"0", *others} <= {data for [data] in self.invoked})
        self.assertEqual(sorted(data for [data] in self.invoked), sorted(["0", *others]))
        gate.set()
        self.until(lambda: len(self.invoked) == 9)

    def test_what_is_too_old_is_never_sent(self):
        self.mapping["MaximumRecordAgeInSeconds"] = 60
        self.stream.put("old", arrived=time.time() - 61)
        self.stream.put("new")
        self.read()
        self.until(lambda: self.invoked)
        self.assertEqual((self.invoked, self.discarded), ([["new"]], [("MaximumRecordAgeExceeded", ["old"])]))

    def test_a_throttle_uses_up_no_retry(self):
        self.mapping["MaximumRetryAttempts"] = 0
        answers = [{"error": True, "throttle": True}, {"error": True, "throttle": True}, {"body": None}]
        self.answer = lambda records: answers.pop(0)
        self.stream.put("a")
        self.read()
        self.until(lambda: not answers)
        self.assertEqual((self.invoked, self.discarded), ([["a"]] * 3, []))

    def test_retries_that_run_out_discard_the_batch_and_go_on(self):
        self.mapping["MaximumRetryAttempts"] = 1
        self.answer = lambda records: {"error": True, "body": {}} if records[0]["data"] == "a" else {"body": None}
        for data in "abcd":
            self.stream.put(data)
        self.read()
        self.until(lambda: ["d"] in self.invoked)
        self.assertEqual(self.invoked, [["a", "b", "c"], ["a", "b", "c"], ["d"]])
        self.assertEqual(self.discarded, [("RetryAttemptsExhausted", ["a", "b", "c"])])

    def test_what_was_not_done_is_read_again_after_a_restart(self):
        self.mapping.update(BatchSize=2, FunctionResponseTypes=["ReportBatchItemFailures"])
        self.answer = lambda records: {
            "body": {"batchItemFailures": [{"itemIdentifier": r["sequence"]} for r in records if r["data"] == "d"]}
        }
        for data in "abcde":
            self.stream.put(data)
        self.read()
        self.until(lambda: self.invoked.count(["d"]) == 2)
        self.end()
        self.invoked, self.answer = [], lambda records: {"body": None}
        lambda_svc._esms._data[self.scope] = self.mapping
        self.read()
        self.until(lambda: "e" in sum(self.invoked, []))
        self.assertEqual(sum(self.invoked, []), ["d", "e"])

    def test_another_factor_begins_where_the_slowest_slot_was(self):
        checkpoints = Checkpoints(self.scope, self.mapping)
        checkpoints.slots(SHARD, 2)[:] = ["5", "3"]
        self.assertEqual(checkpoints.slots(SHARD, 2), ["5", "3"])
        self.assertEqual(checkpoints.slots(SHARD, 4), ["3"] * 4)


class Start(unittest.TestCase):
    def test_positions(self):
        self.assertEqual(start_position({"StartingPosition": "TRIM_HORIZON"}, "7"), "")
        self.assertEqual(start_position({"StartingPosition": "LATEST"}, "7"), "7")
        at = start_position({"StartingPosition": "AT_TIMESTAMP", "StartingPositionTimestamp": 1_800_000_000.5}, "7")
        before, after = f"{1_800_000_000_499:020d}0000000009", f"{1_800_000_000_500:020d}0000000001"
        self.assertTrue(before < at < after)
        self.assertEqual(at, time_position(1_800_000_000.5))


class Settings(unittest.TestCase):
    def test_no_retries_is_a_setting(self):
        self.assertEqual(policy_of({"MaximumRetryAttempts": 0}).max_retries, 0)
        self.assertEqual(policy_of({}).max_retries, -1)
        self.assertFalse(policy_of({"BisectBatchOnFunctionError": "false"}).bisect)


if __name__ == "__main__":
    unittest.main()
