import unittest

import usage_metrics
from ministack.services import cloudwatch, s3


def values(namespace, metric, dimensions):
    points = cloudwatch._metrics.get((namespace, metric, cloudwatch._dims_key(dimensions))) or []
    return [point["Value"] for point in points]


class Usage(unittest.TestCase):
    def test_executions_are_counted_while_they_run(self):
        config = {"FunctionName": "outer"}

        def nested(func, config, depth):
            return depth if depth == 0 else count(func, config, depth - 1)

        count = usage_metrics.counting(nested)
        self.assertEqual(count({}, config, 2), 0)
        self.assertEqual(values("AWS/Lambda", "ConcurrentExecutions", config), [1, 2, 3])
        self.assertEqual(usage_metrics.running["outer"], 0)

    def test_one_that_fails_is_over(self):
        def fail(func, config):
            raise ValueError

        with self.assertRaises(ValueError):
            usage_metrics.counting(fail)({}, {"FunctionName": "failing"})
        self.assertEqual(usage_metrics.running["failing"], 0)

    def test_a_bucket_is_as_large_as_its_objects_when_asked(self):
        dimensions = {"BucketName": "files", "StorageType": "StandardStorage"}
        s3._buckets["files"] = {"objects": {"a": {"size": 5}, "b": {"size": 7}}}
        ask = usage_metrics.measured(lambda: values("AWS/S3", "BucketSizeBytes", dimensions))
        self.assertEqual(ask(), [12])
        s3._buckets["files"]["objects"]["a"]["size"] = 1
        self.assertEqual(ask(), [8])


if __name__ == "__main__":
    unittest.main()
