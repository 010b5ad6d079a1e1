"""Statements in PartiQL are permitted by what they do, on the table that they name.

AWS knows dynamodb:PartiQLSelect, PartiQLInsert, PartiQLUpdate and PartiQLDelete, and no action called BatchExecuteStatement
(https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/ql-iam.html). MiniStack 1.5.33 asks for the latter, on `*`.
Delete when MiniStack asks for the former.
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


def install():
    transaction_checks = iam_actions.dynamodb_transaction_checks

    def both(action, body, region, account_id):
        return checks(action, body, region, account_id) or transaction_checks(action, body, region, account_id)

    iam_actions.dynamodb_transaction_checks = both
