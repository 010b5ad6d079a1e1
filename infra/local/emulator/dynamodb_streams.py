"""The stream of a DynamoDB table tells of every write, and survives a restart.

AWS writes a record for each item changed, by whichever operation, and keeps it for 24 hours
(https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Streams.html), and for each that its time to live ended
(https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/time-to-live-ttl-streams.html). MiniStack 1.5.33 tells nothing
of UPDATE and DELETE in PartiQL and of what its sweeper removes, and saves its tables without their streams: an outbox row would
never be relayed.
Delete when MiniStack does all three.
"""

import copy
import os
import threading
import time

from ministack.core.arn import parse_arn
from ministack.core.responses import AccountRegionScopedDict, request_scope
from ministack.services import dynamodb


SWEEPER = "dynamodb-ttl-reaper"
# As often as MiniStack sweeps; a test need not wait so long.
SWEEP_SECONDS = float(os.environ.get("TTL_SWEEP_SECONDS", "60"))


class SweepersTime:
    """The module `time` as the emulator's tables see it: the sweeper sleeps as long as it is told."""

    def __getattr__(self, name):
        return getattr(time, name)

    def sleep(self, seconds):
        time.sleep(SWEEP_SECONDS if threading.current_thread().name == SWEEPER else seconds)


def install():
    keep_over_restarts()
    tell_of_statements()
    tell_of_time()


def keep_over_restarts():
    get_state, load = dynamodb.get_state, dynamodb.load_persisted_state

    def get_state_with_streams():
        return {
            **get_state(),
            "stream_records": copy.deepcopy(dynamodb._stream_records),
            "stream_trimmed": copy.deepcopy(dynamodb._stream_trimmed),
        }

    def load_with_streams(data):
        load(data)
        for name in ("stream_records", "stream_trimmed"):
            saved = (data or {}).get(name)
            if isinstance(saved, AccountRegionScopedDict):
                getattr(dynamodb, f"_{name}")._data.update(saved._data)

    dynamodb.get_state, dynamodb.load_persisted_state = get_state_with_streams, load_with_streams


def tell_of_statements():
    dynamodb._partiql_update = telling("MODIFY", dynamodb._partiql_update)
    dynamodb._partiql_delete = telling("REMOVE", dynamodb._partiql_delete)


def telling(event, execute):
    def execute_and_tell(table, parsed, data=None):
        partition, sort, _, error = dynamodb._partiql_key_target(table, parsed)
        old = None if error else table["items"].get(partition, {}).get(sort)
        answer = execute(table, parsed, data)
        if answer[0] == 200 and old is not None:
            new = table["items"].get(partition, {}).get(sort)
            dynamodb._emit_stream_event(dynamodb._normalize_table_name(parsed["table"]), event, old, new)
        return answer

    return execute_and_tell


def tell_of_time():
    """Requests tell of what they remove by themselves; the sweeper is known by its thread."""
    remove = dynamodb._remove_item

    def remove_and_tell(table, partition, sort):
        old = remove(table, partition, sort)
        if old is not None and threading.current_thread().name == SWEEPER:
            arn = parse_arn(table["TableArn"])
            with request_scope(arn.account_id, arn.region):
                dynamodb._emit_stream_event(table["TableName"], "REMOVE", old, None)
        return old

    dynamodb._remove_item = remove_and_tell
    # MiniStack's own began to sleep when it was imported.
    dynamodb.time = SweepersTime()
    threading.Thread(target=dynamodb._ttl_reaper, daemon=True, name=SWEEPER).start()
