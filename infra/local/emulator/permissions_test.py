import json
import unittest

from permissions import checks, in_group, permitted_as


def batch(*statements):
    return json.dumps({"Statements": [{"Statement": statement} for statement in statements]}).encode()


class Permissions(unittest.TestCase):
    def check(self, body, action="dynamodb:BatchExecuteStatement"):
        return checks(action, body, "us-east-1", "000000000000")

    def test_a_batch_needs_each_operation_on_each_table_once(self):
        body = batch('UPDATE "a" SET "x"=? WHERE "id"=?', 'UPDATE "a" SET "y"=?', 'DELETE FROM "b" WHERE "id"=?')
        table = "arn:aws:dynamodb:us-east-1:000000000000:table/"
        self.assertEqual(self.check(body), [("dynamodb:PartiQLDelete", table + "b"), ("dynamodb:PartiQLUpdate", table + "a")])

    def test_one_statement(self):
        body = json.dumps({"Statement": 'SELECT * FROM "t" WHERE "id"=?'}).encode()
        self.assertEqual(self.check(body, "dynamodb:ExecuteStatement")[0][0], "dynamodb:PartiQLSelect")

    def test_what_cannot_be_read_grants_nothing(self):
        self.assertEqual(self.check(batch('UPDATE "a" SET "x"=?', "nonsense")), [])
        self.assertEqual(self.check(b"{"), [])

    def test_a_batch_of_messages_is_permitted_as_one(self):
        self.assertEqual(permitted_as("sqs:SendMessageBatch"), "sqs:SendMessage")
        self.assertEqual(permitted_as("sqs:PurgeQueue"), "sqs:PurgeQueue")
        self.assertIsNone(permitted_as(None))

    def test_a_schedule_lies_in_its_group(self):
        arn = "arn:aws:scheduler:us-east-1:000000000000:schedule/"
        self.assertEqual(in_group(arn + "default/a", b'{"GroupName": "cases"}', {}), arn + "cases/a")
        self.assertEqual(in_group(arn + "default/a", b"", {"groupName": ["cases"]}), arn + "cases/a")
        self.assertEqual(in_group(arn + "default/a", b"{", {}), arn + "default/a")

    def test_other_actions_are_left_alone(self):
        self.assertEqual(self.check(batch('UPDATE "a" SET "x"=?'), "dynamodb:PutItem"), [])


if __name__ == "__main__":
    unittest.main()
