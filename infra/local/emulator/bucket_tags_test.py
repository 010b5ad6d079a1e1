import unittest

import bucket_tags
from ministack.services import s3
from ministack.services.cloudformation import provisioners


class BucketTags(unittest.TestCase):
    def setUp(self):
        handlers = provisioners._RESOURCE_HANDLERS[bucket_tags.BUCKET]
        before = dict(handlers)
        self.addCleanup(lambda: handlers.update(before))
        bucket_tags.install()
        self.handlers = handlers

    def tagged(self, **tags):
        return {"BucketName": "sheets", "Tags": [{"Key": key, "Value": value} for key, value in tags.items()]}

    def test_a_bucket_has_the_tags_of_its_template_until_it_goes(self):
        self.handlers["create"]("Sheets", self.tagged(department="education"), "canteen")
        self.assertEqual(s3._bucket_tags.get("sheets"), {"department": "education"})
        self.handlers["update"]("sheets", {}, self.tagged(department="health"), "canteen")
        self.assertEqual(s3._bucket_tags.get("sheets"), {"department": "health"})
        self.handlers["update"]("sheets", {}, self.tagged(), "canteen")
        self.assertIsNone(s3._bucket_tags.get("sheets"))
        self.handlers["delete"]("sheets", {})


if __name__ == "__main__":
    unittest.main()
