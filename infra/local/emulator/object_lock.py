"""A bucket's object lock by CloudFormation, which MiniStack 1.5.33 leaves out. Delete when it does the same.

ObjectLockEnabled turns versions on as well; ObjectLockConfiguration holds the term for which an object without one of its own is locked
(https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-properties-s3-bucket-objectlockconfiguration.html).
"""

from ministack.services import s3
from ministack.services.cloudformation import provisioners


def default_retention(properties):
    """As S3 keeps it; None where objects are locked only if they say so themselves."""
    rule = (properties.get("ObjectLockConfiguration") or {}).get("Rule") or {}
    retention = rule.get("DefaultRetention")
    if not retention:
        return None
    terms = {unit: int(retention[unit]) for unit in ("Days", "Years") if unit in retention}
    return {"Mode": retention["Mode"], **terms}


def lock(bucket, properties):
    if str(properties.get("ObjectLockEnabled")).lower() != "true":
        return
    s3._bucket_versioning[bucket] = "Enabled"
    s3._bucket_object_lock[bucket] = {"enabled": True, "default_retention": default_retention(properties)}


def install():
    handler = provisioners._RESOURCE_HANDLERS["AWS::S3::Bucket"]
    create, update, delete = handler["create"], handler["update"], handler["delete"]

    def created(logical_id, properties, stack_name):
        bucket, attributes = create(logical_id, properties, stack_name)
        lock(bucket, properties)
        return bucket, attributes

    def updated(physical_id, old_properties, new_properties, *rest):
        bucket, attributes = update(physical_id, old_properties, new_properties, *rest)
        lock(bucket, new_properties)
        return bucket, attributes

    def deleted(physical_id, properties, *rest):
        s3._bucket_object_lock.pop(physical_id, None)
        return delete(physical_id, properties, *rest)

    handler.update({"create": created, "update": updated, "delete": deleted})
