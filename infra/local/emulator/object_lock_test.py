import unittest

import object_lock
from ministack.services import s3
from ministack.services.cloudformation import provisioners

object_lock.install()
BUCKET = provisioners._RESOURCE_HANDLERS["AWS::S3::Bucket"]
PROPERTIES = {
    "BucketName": "locked",
    "ObjectLockEnabled": True,
    "ObjectLockConfiguration": {
        "ObjectLockEnabled": "Enabled",
        "Rule": {"DefaultRetention": {"Mode": "COMPLIANCE", "Days": 10}},
    },
}


class ObjectLock(unittest.TestCase):
    def setUp(self):
        BUCKET["create"]("Files", PROPERTIES, "stack")

    def tearDown(self):
        BUCKET["delete"]("locked", PROPERTIES)

    def put(self, headers=None):
        status, answer, _ = s3._put_object("locked", "a", b"1", headers or {})
        self.assertEqual(status, 200)
        return answer["x-amz-version-id"]

    def delete(self, version):
        return s3._delete_object("locked", "a", {}, {"versionId": [version]})[0]

    def test_an_object_is_locked_for_the_buckets_term(self):
        self.assertEqual(self.delete(self.put()), 403)

    def test_an_object_written_over_stays_as_a_version(self):
        first, second = self.put(), self.put()
        self.assertNotEqual(first, second)
        self.assertEqual(self.delete(first), 403)

    def test_a_term_of_its_own_wins(self):
        over = {"x-amz-object-lock-mode": "COMPLIANCE", "x-amz-object-lock-retain-until-date": "2001-01-01T00:00:00Z"}
        self.assertEqual(self.delete(self.put(over)), 204)

    def test_a_changed_term_holds_for_what_comes_after(self):
        rule = {"DefaultRetention": {"Mode": "GOVERNANCE", "Years": 1}}
        changed = {**PROPERTIES, "ObjectLockConfiguration": {"ObjectLockEnabled": "Enabled", "Rule": rule}}
        BUCKET["update"]("locked", PROPERTIES, changed, "stack")
        self.assertEqual(s3._bucket_object_lock["locked"]["default_retention"], {"Mode": "GOVERNANCE", "Years": 1})

    def test_a_bucket_without_it_locks_nothing(self):
        self.assertIsNone(object_lock.default_retention({}))
        object_lock.lock("other", {"BucketName": "other"})
        self.assertIsNone(s3._bucket_object_lock.get("other"))


if __name__ == "__main__":
    unittest.main()
