import unittest

import template_properties
from ministack.services import dynamodb, iam, s3
from ministack.services.cloudformation import provisioners

TRUST = {
    "Version": "2012-10-17",
    "Statement": [{"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}],
}


class TemplateProperties(unittest.TestCase):
    def setUp(self):
        for kind in template_properties.KEEPERS:
            handlers = provisioners._RESOURCE_HANDLERS[kind]
            self.addCleanup(handlers.update, dict(handlers))
        template_properties.install()

    def handlers(self, kind):
        return provisioners._RESOURCE_HANDLERS[kind]

    def test_a_bucket_has_the_tags_of_its_template(self):
        def tagged(**tags):
            return {"BucketName": "sheets", "Tags": [{"Key": key, "Value": value} for key, value in tags.items()]}

        bucket = self.handlers("AWS::S3::Bucket")
        bucket["create"]("Sheets", tagged(department="education"), "canteen")
        self.addCleanup(bucket["delete"], "sheets", {})
        self.assertEqual(s3._bucket_tags.get("sheets"), {"department": "education"})
        bucket["update"]("sheets", {}, tagged(department="health"), "canteen")
        self.assertEqual(s3._bucket_tags.get("sheets"), {"department": "health"})
        bucket["update"]("sheets", {}, tagged(), "canteen")
        self.assertIsNone(s3._bucket_tags.get("sheets"))

    def test_a_role_has_the_boundary_of_its_template(self):
        def bounded(boundary):
            return {"RoleName": "cook", "AssumeRolePolicyDocument": TRUST, **({"PermissionsBoundary": boundary} if boundary else {})}

        role = self.handlers("AWS::IAM::Role")
        role["create"]("Cook", bounded("arn:one"), "canteen")
        self.addCleanup(role["delete"], "cook", {})
        self.assertEqual(iam._roles["cook"]["PermissionsBoundary"], "arn:one")
        role["update"]("cook", bounded("arn:one"), bounded("arn:two"), "canteen")
        self.assertEqual(iam._roles["cook"]["PermissionsBoundary"], "arn:two")
        role["update"]("cook", bounded("arn:two"), bounded(None), "canteen")
        self.assertIsNone(iam._roles["cook"]["PermissionsBoundary"])

    def test_a_table_lets_lapse_what_its_template_says(self):
        keys = {
            "TableName": "meals",
            "BillingMode": "PAY_PER_REQUEST",
            "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}],
            "AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "S"}],
        }
        lapsing = {**keys, "TimeToLiveSpecification": {"AttributeName": "expires", "Enabled": True}}
        table = self.handlers("AWS::DynamoDB::Table")
        table["create"]("Meals", lapsing, "canteen")
        self.addCleanup(table["delete"], "meals", {})
        self.assertEqual(dynamodb._ttl_settings["meals"], {"TimeToLiveStatus": "ENABLED", "AttributeName": "expires"})
        table["update"]("meals", lapsing, keys, "canteen")
        self.assertIsNone(dynamodb._ttl_settings.get("meals"))


if __name__ == "__main__":
    unittest.main()
