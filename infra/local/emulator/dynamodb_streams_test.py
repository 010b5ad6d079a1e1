import threading
import unittest

import dynamodb_streams
from ministack.core.responses import request_scope
from ministack.services import dynamodb

dynamodb_streams.install()
KEY = {"id": {"S": "a"}, "part": {"S": "case"}}
TABLE = {
    "TableName": "kept",
    "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}, {"AttributeName": "part", "KeyType": "RANGE"}],
    "AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "S"}, {"AttributeName": "part", "AttributeType": "S"}],
    "BillingMode": "PAY_PER_REQUEST",
    "StreamSpecification": {"StreamEnabled": True, "StreamViewType": "NEW_IMAGE"},
}


class TimeToLive(unittest.TestCase):
    def setUp(self):
        scope = request_scope("000000000000", "us-gov-west-1")
        scope.__enter__()
        self.addCleanup(scope.__exit__, None, None, None)
        dynamodb._create_table(TABLE)
        self.addCleanup(dynamodb._delete_table, {"TableName": "kept"})
        dynamodb._put_item({"TableName": "kept", "Item": {**KEY, "expires": {"N": "1"}}})

    def told(self):
        return [(one["eventName"], one["dynamodb"]["Keys"]) for one in dynamodb._stream_records.get("kept", [])]

    def sweep(self, name):
        # The sweeper has no request of its own around it.
        table = dynamodb._tables["kept"]
        sweeper = threading.Thread(target=dynamodb._remove_item, args=(table, "a", "case"), name=name)
        sweeper.start()
        sweeper.join()

    def test_what_the_sweeper_removes_is_told(self):
        self.sweep(dynamodb_streams.SWEEPER)
        self.assertEqual(self.told(), [("INSERT", KEY), ("REMOVE", KEY)])

    def test_there_is_such_a_sweeper(self):
        self.assertIn(dynamodb_streams.SWEEPER, [thread.name for thread in threading.enumerate()])

    def test_a_request_tells_of_what_it_removes_once(self):
        dynamodb._delete_item({"TableName": "kept", "Key": KEY})
        self.assertEqual(self.told(), [("INSERT", KEY), ("REMOVE", KEY)])

    def test_what_is_not_there_is_not_told_of(self):
        self.sweep(dynamodb_streams.SWEEPER)
        self.sweep(dynamodb_streams.SWEEPER)
        self.assertEqual(len(self.told()), 2)


if __name__ == "__main__":
    unittest.main()
