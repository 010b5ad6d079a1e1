"""Two metrics that tell how much is used, which MiniStack 1.5.33 does not keep. Delete each when it does.

- AWS/Lambda ConcurrentExecutions of a function
  (https://docs.aws.amazon.com/lambda/latest/dg/monitoring-concurrency.html): recorded as each execution begins, by whatever it was begun.
- AWS/S3 BucketSizeBytes of a bucket (https://docs.aws.amazon.com/AmazonS3/latest/userguide/metrics-dimensions.html): AWS says it once a day;
  here it is as of the moment in which somebody asks.
"""

import threading

from ministack.services import cloudwatch, lambda_svc, s3

running = {}
lock = threading.Lock()


def counting(execute):
    def execute_and_count(func, config, *rest):
        name = config.get("FunctionName", "unknown")
        with lock:
            running[name] = running.get(name, 0) + 1
            at_once = running[name]
        cloudwatch.record_metric("AWS/Lambda", "ConcurrentExecutions", at_once, "Count", {"FunctionName": name})
        try:
            return execute(func, config, *rest)
        finally:
            with lock:
                running[name] -= 1

    return execute_and_count


def bytes_in(bucket):
    return sum(one["size"] for one in bucket.get("objects", {}).values())


def measure_buckets():
    for name in list(s3._buckets):
        dimensions = {"BucketName": name, "StorageType": "StandardStorage"}
        # One value, the present one: asking often must not fill the memory.
        cloudwatch._metric_bucket(("AWS/S3", "BucketSizeBytes", cloudwatch._dims_key(dimensions))).clear()
        cloudwatch.record_metric("AWS/S3", "BucketSizeBytes", bytes_in(s3._buckets[name]), "Bytes", dimensions)


def measured(answer):
    def measure_and_answer(*args, **kwargs):
        measure_buckets()
        return answer(*args, **kwargs)

    return measure_and_answer


def install():
    lambda_svc._execute_function_dispatch = counting(lambda_svc._execute_function_dispatch)
    for name in ("_get_metric_data", "_get_metric_statistics", "_list_metrics"):
        setattr(cloudwatch, name, measured(getattr(cloudwatch, name)))
