import json
import unittest

import step_functions


class StepFunctions(unittest.TestCase):
    def test_a_timeout_is_evaluated_with_the_variables_of_the_execution(self):
        context = {"StateMachine": {"QueryLanguage": "JSONata"}, "Variables": {}, "Execution": {"Id": "x"}, "State": {}}
        state = {"QueryLanguage": "JSONata", "TimeoutSeconds": "{% $states.input.within * 2 %}"}
        self.assertEqual(step_functions.with_timeout(state, {"within": 3}, context)["TimeoutSeconds"], 6)

    def test_a_number_stays(self):
        self.assertEqual(step_functions.with_timeout({"TimeoutSeconds": 5}, {}, {}), {"TimeoutSeconds": 5})
        self.assertEqual(step_functions.with_timeout({}, {}, {}), {})

    def test_a_token_belongs_to_the_machine_that_gave_it_out(self):
        step_functions.machines_of_tokens["t"] = "arn:machine"
        self.addCleanup(step_functions.machines_of_tokens.clear)
        self.assertEqual(step_functions.machine_of(json.dumps({"taskToken": "t"}).encode()), "arn:machine")
        self.assertIsNone(step_functions.machine_of(json.dumps({"taskToken": "u"}).encode()))
        self.assertIsNone(step_functions.machine_of(b"["))


if __name__ == "__main__":
    unittest.main()
