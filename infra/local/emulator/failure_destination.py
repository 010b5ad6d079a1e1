"""The message about a discarded batch that AWS sends to an on-failure destination: its metadata, not its records.
https://docs.aws.amazon.com/lambda/latest/dg/kinesis-on-failure-destination.html
Delete with stream_event_source.py."""

import json
import logging
from datetime import datetime, timezone

from ministack.core.arn import ArnParseError, parse_arn
from ministack.core.responses import new_uuid
from ministack.services import sns, sqs

logger = logging.getLogger("stream_event_source")


def _iso(timestamp):
    return datetime.fromtimestamp(timestamp, timezone.utc).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def failure_message(mapping, source, shard_id, records, condition, invoke_count, now, request_id):
    return {
        "requestContext": {
            "requestId": request_id,
            "functionArn": mapping["FunctionArn"],
            "condition": condition,
            "approximateInvokeCount": invoke_count,
        },
        "responseContext": {"statusCode": 200, "executedVersion": "$LATEST", "functionError": "Unhandled"},
        "version": "1.0",
        "timestamp": _iso(now),
        source.batch_info: {
            "shardId": shard_id,
            "startSequenceNumber": source.sequence(records[0]),
            "endSequenceNumber": source.sequence(records[-1]),
            "approximateArrivalOfFirstRecord": _iso(source.arrival(records[0])),
            "approximateArrivalOfLastRecord": _iso(source.arrival(records[-1])),
            "batchSize": len(records),
            "streamArn": source.arn,
        },
    }


def send_failure(mapping, source, shard_id, records, condition, invoke_count):
    destination = ((mapping.get("DestinationConfig") or {}).get("OnFailure") or {}).get("Destination")
    if not destination:
        return
    now = datetime.now(timezone.utc).timestamp()
    body = json.dumps(failure_message(mapping, source, shard_id, records, condition, invoke_count, now, new_uuid()))
    try:
        service = parse_arn(destination).service
    except ArnParseError:
        service = "?"
    if service == "sns":
        sns._fanout(destination, new_uuid(), body, "")
        return
    queue = sqs._queue_by_arn(destination) if service == "sqs" else None
    if queue is None:
        # As on AWS, where only the metric DestinationDeliveryFailures tells: the records are given up all the same.
        logger.error(
            "on-failure destination %s is no queue or topic there is; %d records given up", destination, len(records)
        )
        return
    sqs._act_send_message({"MessageBody": body}, queue["url"])
