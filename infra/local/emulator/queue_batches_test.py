import unittest

import queue_batches


class QueueBatches(unittest.TestCase):
    """Against a queue that gives ten at a time, as MiniStack's does."""

    def setUp(self):
        self.left = []
        self.receive = queue_batches.receiving(self.ten)

    def ten(self, queue_url, max_number):
        count = min(max_number, 10)
        some, self.left = self.left[:count], self.left[count:]
        return some

    def fill(self, count, body="x"):
        self.left = [{"body": body} for _ in range(count)]

    def test_takes_as_many_as_asked_for(self):
        self.fill(35)
        self.assertEqual(len(self.receive("url", 25)), 25)
        self.assertEqual(len(self.left), 10)

    def test_takes_what_is_there(self):
        self.fill(13)
        self.assertEqual(len(self.receive("url", 1000)), 13)
        self.assertEqual(self.receive("url", 1000), [])

    def test_takes_no_more_than_an_invocation_carries(self):
        self.fill(100, "x" * 200_000)
        self.assertEqual(len(self.receive("url", 1000)), 30)


if __name__ == "__main__":
    unittest.main()
