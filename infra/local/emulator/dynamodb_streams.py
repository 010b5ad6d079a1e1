"""The stream of a DynamoDB table tells of every write, and survives a restart.

AWS writes a record for each item changed, by whichever operation, and keeps it for 24 hours
(https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Streams.html). MiniStack 1.5.33 tells nothing of UPDATE and
DELETE in PartiQL, and saves its tables without their streams: an outbox row would never be relayed.
Delete when MiniStack does both.
"""

import copy

from ministack.core.responses import AccountRegionScopedDict
from ministack.services import dynamodb


def install():
    keep_over_restarts()
    tell_of_statements()


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
