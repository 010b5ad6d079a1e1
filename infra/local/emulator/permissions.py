"""Some operations are permitted under another name than their own.

- PartiQL: by what a statement does, on the table that it names: dynamodb:PartiQLSelect, PartiQLInsert, PartiQLUpdate, PartiQLDelete
  (https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/ql-iam.html). MiniStack 1.5.33 asks for BatchExecuteStatement on `*`.
- SQS batches: by the action on a single message
  (https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-api-permissions-reference.html). MiniStack asks for
  SendMessageBatch.
- Schedules of EventBridge Scheduler by `schedule/<group>/<name>`
  (https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazoneventbridgescheduler.html). MiniStack takes every group
  for `default`.

Neither BatchExecuteStatement nor SendMessageBatch is an action that a policy can name. Delete when MiniStack does the same.
"""

import json
import re

from ministack.core import iam_actions

STATEMENT = re.compile(r'\s*(SELECT|INSERT|UPDATE|DELETE)\b.*?(?:\bFROM|\bINTO|UPDATE)\s+"([^"]+)"', re.IGNORECASE | re.DOTALL)


def statements(action, body):
    try:
        request = json.loads(body or b"{}")
    except ValueError:
        return []
    if action == "dynamodb:BatchExecuteStatement":
        return [one.get("Statement", "") for one in request.get("Statements", [])]
    return [request.get("Statement", "")] if action == "dynamodb:ExecuteStatement" else []


def checks(action, body, region, account_id):
    """Pairs of action and table; a statement that can't be read is checked as itself and so refused."""
    found = []
    for statement in statements(action, body):
        match = re.match(r"\s*UPDATE\s+\"([^\"]+)\"", statement, re.IGNORECASE)
        operation, table = ("Update", match.group(1)) if match else _other(statement)
        if table is None:
            return []
        found.append((f"dynamodb:PartiQL{operation}", f"arn:aws:dynamodb:{region}:{account_id}:table/{table}"))
    return sorted(set(found))


def _other(statement):
    match = STATEMENT.match(statement)
    return (match.group(1).capitalize(), match.group(2)) if match else (None, None)


SQS_BATCH = re.compile(r"^sqs:(SendMessage|DeleteMessage|ChangeMessageVisibility)Batch$")


def permitted_as(action):
    return SQS_BATCH.sub(r"sqs:\1", action) if action else action


def in_group(resource, body, query):
    """The schedule in the group that the request names: in its body when it writes, in the query otherwise."""
    if ":schedule/default/" not in resource:
        return resource
    try:
        written = json.loads(body or b"{}").get("GroupName")
    except ValueError:
        written = None
    asked = (query or {}).get("groupName")
    group = written or (asked[0] if isinstance(asked, list) else asked) or "default"
    return resource.replace(":schedule/default/", f":schedule/{group}/")


def install():
    resource_arn = iam_actions.extract_resource_arn

    def grouped(service, method, path, headers, body, query_params, *rest, **named):
        found = resource_arn(service, method, path, headers, body, query_params, *rest, **named)
        return in_group(found, body, query_params) if service == "scheduler" and isinstance(found, str) else found

    iam_actions.extract_resource_arn = grouped
    extract = iam_actions.extract_iam_action
    iam_actions.extract_iam_action = lambda *args, **kwargs: permitted_as(extract(*args, **kwargs))
    transaction_checks = iam_actions.dynamodb_transaction_checks

    def both(action, body, region, account_id):
        return checks(action, body, region, account_id) or transaction_checks(action, body, region, account_id)

    iam_actions.dynamodb_transaction_checks = both
