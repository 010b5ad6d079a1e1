"""Two things of Step Functions that MiniStack 1.5.33 does otherwise than AWS. Delete each when it does them alike.

- TimeoutSeconds may be a JSONata expression (https://docs.aws.amazon.com/step-functions/latest/dg/state-task.html); MiniStack
  compares the text of it with a number and fails the execution.
- SendTaskSuccess, SendTaskFailure and SendTaskHeartbeat are permitted on the state machine that gave the token out
  (https://docs.aws.amazon.com/step-functions/latest/dg/concept-create-iam-advanced.html); MiniStack asks for them on `*`.
"""

import contextvars
import json

from ministack.core import iam_actions
from ministack.services import stepfunctions

machine = contextvars.ContextVar("machine", default=None)
# Of tokens that are over, too: AWS answers TaskDoesNotExist or TaskTimedOut for them, not AccessDenied.
machines_of_tokens = {}
KEPT = 10_000


def with_timeout(state, raw_input, context):
    """The state with its time-out as a number."""
    if not isinstance(state.get("TimeoutSeconds"), str):
        return state
    seconds = stepfunctions._jsonata_state_field(state, "TimeoutSeconds", "number", raw_input, context)
    return {**state, "TimeoutSeconds": seconds}


def machine_of(body):
    """None where no token is asked about. One from before a restart is taken for any machine's: whose it was is forgotten."""
    try:
        token = json.loads(body or b"{}").get("taskToken")
    except (ValueError, AttributeError):
        return None
    return None if token is None else machines_of_tokens.get(token) or next(iter(stepfunctions._state_machines), None)


def install():
    execute_task = stepfunctions._execute_task
    invoke_with_callback = stepfunctions._invoke_with_callback
    extract_resource_arn = iam_actions.extract_resource_arn

    def execute(state, raw_input, execution, context):
        machine.set(context.get("StateMachine", {}).get("Id"))
        return execute_task(with_timeout(state, raw_input, context), raw_input, execution, context)

    def remember(resource, arguments, token, state):
        machines_of_tokens[token] = machine.get()
        while len(machines_of_tokens) > KEPT:
            machines_of_tokens.pop(next(iter(machines_of_tokens)))
        return invoke_with_callback(resource, arguments, token, state)

    def resource_arn(service, method, path, headers, body, *rest):
        arn = extract_resource_arn(service, method, path, headers, body, *rest)
        return machine_of(body) or arn if service == "states" and arn == "*" else arn

    stepfunctions._execute_task = execute
    stepfunctions._invoke_with_callback = remember
    iam_actions.extract_resource_arn = resource_arn
