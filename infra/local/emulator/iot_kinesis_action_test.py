"""Substitution templates of a partition key, and which bytes reach the stream."""

import json
import unittest

from ministack.services import iot

from iot_kinesis_action import Message, data_of, expand, selects_all

PAYLOAD = b'{"site": "A1", "n": 7}'
MESSAGE = Message(json.loads(PAYLOAD), True, "d/gauge-1/up", PAYLOAD, "gauge-1")


class PartitionKey(unittest.TestCase):
    def test_functions(self):
        self.assertEqual(expand("${topic()}", MESSAGE), "d/gauge-1/up")
        self.assertEqual(expand("${topic(2)}:${clientid()}", MESSAGE), "gauge-1:gauge-1")
        self.assertRegex(expand("${timestamp()}", MESSAGE), r"^\d{13}$")
        self.assertRegex(expand("${newuuid()}", MESSAGE), r"^[0-9a-f]{8}-[0-9a-f]{4}-4")

    def test_members_of_the_message(self):
        self.assertEqual(expand("${site}-${n}", MESSAGE), "A1-7")

    def test_plain_and_undefined(self):
        self.assertEqual(expand("all", MESSAGE), "all")
        self.assertEqual(expand("${nothing}", MESSAGE), "undefined")


class Data(unittest.TestCase):
    def test_select_all_passes_the_bytes_as_they_came(self):
        self.assertEqual(data_of(MESSAGE.selected, MESSAGE), PAYLOAD)
        self.assertEqual(data_of(b"\xff\xfe", MESSAGE), b"\xff\xfe")

    def test_a_projection_is_written_anew(self):
        projected = {"水位": 1}
        message = MESSAGE._replace(selected=projected, selects_all=False)
        self.assertEqual(data_of(projected, message), '{"水位": 1}'.encode())

    def test_an_error_document_is_not_the_message(self):
        self.assertEqual(json.loads(data_of({"failures": []}, MESSAGE)), {"failures": []})

    def test_only_a_lone_star_selects_all(self):
        for sql, expected in (
            ("SELECT * FROM 'a'", True),
            ("SELECT *", True),
            ("SELECT *, topic() AS t FROM 'a'", False),
            ("SELECT n FROM 'a'", False),
        ):
            self.assertEqual(selects_all(sql), expected, sql)

    def test_the_emulator_still_marks_what_is_no_text(self):
        self.assertIs(iot._rule_message(b"\xff"), iot._MISSING)


if __name__ == "__main__":
    unittest.main()
