"""The IoT rule action `kinesis`.

AWS documents: the action puts a message into a stream under a partition key that may hold substitution templates
(https://docs.aws.amazon.com/iot/latest/developerguide/kinesis-rule-action.html); with `SELECT *` a payload that is no
JSON passes as raw bytes (https://docs.aws.amazon.com/iot/latest/developerguide/binary-payloads.html); an action that fails
is told to the rule's error action (https://docs.aws.amazon.com/iot/latest/developerguide/rule-error-handling.html).

MiniStack 1.5.33 skips the action, and drops a message that isn't UTF-8 before any action.
Raw bytes matter here: the consumer quarantines a malformed message with its reason instead of never hearing of it.

Delete when MiniStack has it.
"""

import contextvars
import json
import re
from functools import lru_cache
from typing import NamedTuple

from ministack.core.iam_evaluator import EvalContext, _gather_role_policies, evaluate
from ministack.services import iot, kinesis

PARTITION_KEY_LIMIT = 256
_TEMPLATE = re.compile(r"\$\{(.*?)\}")


class Message(NamedTuple):
    """What the rule at work selected, and from which publish."""

    selected: object
    selects_all: bool
    topic: str
    payload: bytes
    client_id: str | None


_message: contextvars.ContextVar[Message | None] = contextvars.ContextVar("rule_message", default=None)


@lru_cache(maxsize=256)
def selects_all(sql):
    """`SELECT *` and nothing beside it: the payload passes unchanged."""
    return iot._rule_select_clause(sql).strip() == "*"


def expand(template, message):
    """Each `${expression}` by the emulator's own rule SQL: topic(), topic(n), clientid(), timestamp(), newuuid(), …"""

    def value(match):
        decoded = message.selected if message.selects_all else iot._rule_message(message.payload)
        result = iot._eval_select_expr(match.group(1), message.topic, message.payload, decoded, message.client_id)
        # AWS replaces what is undefined by that very word.
        return "undefined" if result is iot._MISSING else result if isinstance(result, str) else json.dumps(result)

    return _TEMPLATE.sub(value, template)


def data_of(event, message):
    if isinstance(event, bytes):
        return event
    # The error action's document is another event than the one selected.
    if message is not None and message.selects_all and event is message.selected:
        return message.payload
    return event.encode() if isinstance(event, str) else json.dumps(event, ensure_ascii=False).encode()


def require_permission(account, region, role_arn, stream_arn):
    """AWS assumes the action's role: a rule without kinesis:PutRecord must fail here too."""
    from ministack.app import AUTH

    if not AUTH:
        return
    role = role_arn.rsplit("/", 1)[-1] if ":role/" in role_arn else ""
    context = EvalContext(
        principal_arn=f"arn:aws:sts::{account}:assumed-role/{role}/iot",
        principal_type="AssumedRole",
        principal_account=account,
        action="kinesis:PutRecord",
        resource_arn=stream_arn,
        region=region,
    )
    if not role or evaluate(context, _gather_role_policies(role, account)).decision != "Allow":
        raise PermissionError(
            f"{role_arn or 'no role'} is not authorized to perform: kinesis:PutRecord on resource: {stream_arn}"
        )


def put(account, region, action, event, message):
    name = action.get("streamName") or ""
    stream_arn = f"arn:aws:kinesis:{region}:{account}:stream/{name}"
    template = action.get("partitionKey") or ""
    key = expand(template, message) if message is not None else template
    if not 0 < len(key) <= PARTITION_KEY_LIMIT:
        raise ValueError(f"partitionKey must have 1 to {PARTITION_KEY_LIMIT} characters, has {len(key)}")
    with iot.request_scope(account, region):
        require_permission(account, region, action.get("roleArn") or "", stream_arn)
        if not kinesis.put_record_internal(stream_arn, key, data_of(event, message)):
            raise LookupError(f"Stream {name} under account {account} not found.")


def install():
    rule_event, run_actions, dispatch = iot._rule_event, iot._run_rule_actions, iot._dispatch_rule_action

    def project(sql, topic, payload, client_id=None, message=iot._UNDECODED):
        event = rule_event(sql, topic, payload, client_id, message)
        if event is iot._MISSING and selects_all(sql):
            event = payload
        _message.set(Message(event, selects_all(sql), topic, payload or b"", client_id))
        return event

    async def run(*args, **kwargs):
        # A republish runs other rules in the midst of this one's actions.
        token = _message.set(None)
        try:
            await run_actions(*args, **kwargs)
        finally:
            _message.reset(token)

    async def dispatch_action(account, region, rule_name, action, event):
        if "kinesis" in action:
            put(account, region, action["kinesis"] or {}, event, _message.get())
        else:
            await dispatch(account, region, rule_name, action, event)

    iot._rule_event, iot._run_rule_actions, iot._dispatch_rule_action = project, run, dispatch_action
    iot._RULE_ACTION_RESOURCE_KEYS["kinesis"] = ("streamName",)
