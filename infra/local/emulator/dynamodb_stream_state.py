"""Records of DynamoDB streams survive a restart.

AWS keeps them for 24 hours (https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Streams.html).
MiniStack 1.5.33 saves its tables without them: an outbox row written just before a stop would never be relayed.
Delete when MiniStack saves them.
"""

import copy

from ministack.core.responses import AccountRegionScopedDict
from ministack.services import dynamodb


def install():
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
