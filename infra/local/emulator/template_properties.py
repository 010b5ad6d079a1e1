"""Three things that a template says and MiniStack 1.5.33 forgets. Delete each when it keeps it.

- A bucket's Tags: nothing that goes by tags would find it.
  https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-s3-bucket.html#cfn-s3-bucket-tags
- A role's PermissionsBoundary, which MiniStack enforces where a role has one.
  https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-iam-role.html#cfn-iam-role-permissionsboundary
- A table's TimeToLiveSpecification: nothing in it would ever lapse.
  https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-dynamodb-table.html#cfn-dynamodb-table-timetolivespecification
"""

from ministack.services import dynamodb, iam, s3
from ministack.services.cloudformation import provisioners


def tag_bucket(name, properties):
    tags = {tag["Key"]: tag["Value"] for tag in properties.get("Tags") or []}
    if tags:
        s3._bucket_tags[name] = tags
    else:
        s3._bucket_tags.pop(name, None)


def bound_role(name, properties):
    iam._roles[name]["PermissionsBoundary"] = properties.get("PermissionsBoundary")


def let_lapse(name, properties):
    wanted = properties.get("TimeToLiveSpecification")
    if wanted and str(wanted.get("Enabled")).lower() == "true":
        dynamodb._ttl_settings[name] = {"TimeToLiveStatus": "ENABLED", "AttributeName": wanted["AttributeName"]}
    else:
        dynamodb._ttl_settings.pop(name, None)


KEEPERS = {"AWS::S3::Bucket": tag_bucket, "AWS::IAM::Role": bound_role, "AWS::DynamoDB::Table": let_lapse}


def keeping(keep, change, properties_at):
    """Creates or updates, then keeps what the template says now: what it no longer says goes."""

    def changed(*args, **named):
        physical_id, attributes = change(*args, **named)
        keep(physical_id, args[properties_at])
        return physical_id, attributes

    return changed


def install():
    for kind, keep in KEEPERS.items():
        handlers = provisioners._RESOURCE_HANDLERS[kind]
        # create(logical_id, properties, …), update(physical_id, old, properties, …)
        handlers["create"] = keeping(keep, handlers["create"], 1)
        handlers["update"] = keeping(keep, handlers["update"], 2)
