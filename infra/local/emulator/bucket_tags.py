"""MiniStack 1.5.33 forgets the tags that a template gives to a bucket, so that nothing which goes by tags finds it. Delete this when it keeps them.

https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-s3-bucket.html#cfn-s3-bucket-tags
"""

from ministack.services import s3
from ministack.services.cloudformation import provisioners

BUCKET = "AWS::S3::Bucket"


def keep(name, properties):
    """As the template has them now: one that it no longer names goes."""
    tags = {tag["Key"]: tag["Value"] for tag in properties.get("Tags") or []}
    if tags:
        s3._bucket_tags[name] = tags
    else:
        s3._bucket_tags.pop(name, None)


def install():
    handlers = provisioners._RESOURCE_HANDLERS[BUCKET]
    create, update = handlers["create"], handlers["update"]

    def created(logical_id, properties, stack):
        name, attributes = create(logical_id, properties, stack)
        keep(name, properties)
        return name, attributes

    def updated(physical_id, before, properties, stack):
        name, attributes = update(physical_id, before, properties, stack)
        keep(name, properties)
        return name, attributes

    handlers.update(create=created, update=updated)
