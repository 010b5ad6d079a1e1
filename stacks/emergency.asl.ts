/**
 * The escalation in the States Language (JSONata): call a step, wait by task token for enough answers or for its time to pass, go up,
 * at the end say so and begin again. It keeps the time and nothing else: whether an answer counts and whether a call is still due, the
 * incident's item decides (functions/emergency/incident.ts).
 */
export interface EscalationTargets {
  readonly partition: string;
  readonly callFunctionArn: string;
}

/**
 * An execution's history holds 25,000 events. A step takes 8 at most, a plan has 10 steps at most, a round some 12 more: 100 rounds stay
 * well below. The watchdog then starts the next execution, as it would after any other end.
 */
const ROUNDS = 100;

/** A call that fails for the moment is tried again quickly: somebody waits for it. */
const RETRY = [
  // Nobody on duty: another try would find nobody either.
  { ErrorEquals: ['NobodyOnDuty'], MaxAttempts: 0 },
  { ErrorEquals: ['States.TaskFailed'], IntervalSeconds: 1, BackoffRate: 2, MaxAttempts: 3, MaxDelaySeconds: 5, JitterStrategy: 'FULL' },
];

export const escalation = ({ partition, callFunctionArn }: EscalationTargets): object => ({
  Comment: 'Calls the people of an incident, level by level, until enough answer',
  QueryLanguage: 'JSONata',
  StartAt: 'Begin',
  States: {
    Begin: {
      Type: 'Pass',
      Comment: 'Where it stood, if it was called for before',
      Assign: {
        incidentId: '{% $states.input.incidentId %}',
        attempt: '{% $states.input.attempt %}',
        steps: '{% $states.input.steps %}',
        repeat: '{% $states.input.repeat %}',
        round: '{% $states.input.round %}',
        firstRound: '{% $states.input.round %}',
        step: '{% $states.input.step %}',
        remaining: '{% $states.input.remaining %}',
        pause: '{% $states.input.pause %}',
      },
      Next: 'Pause',
    },
    Pause: { Type: 'Wait', Seconds: '{% $pause %}', Next: 'Call' },
    Call: {
      Type: 'Task',
      Comment: 'Calls the step and waits: any answer to the token means that calling is over',
      Resource: `arn:${partition}:states:::lambda:invoke.waitForTaskToken`,
      Arguments: {
        FunctionName: callFunctionArn,
        Payload: {
          kind: 'call',
          incidentId: '{% $incidentId %}',
          attempt: '{% $attempt %}',
          round: '{% $round %}',
          step: '{% $step %}',
          taskToken: '{% $states.context.Task.Token %}',
        },
      },
      // A step that was being called when an earlier execution ended has only what was left of its time.
      TimeoutSeconds: '{% $remaining > 0 ? $remaining : $steps[$step] %}',
      Retry: RETRY,
      Catch: [
        { ErrorEquals: ['States.Timeout'], Next: 'Unanswered' },
        // Whatever else went wrong: the next level must hear of it.
        { ErrorEquals: ['States.ALL'], Next: 'Unanswered' },
      ],
      Next: 'Over',
    },
    Unanswered: {
      Type: 'Choice',
      Choices: [
        {
          Condition: '{% $step + 1 < $count($steps) %}',
          Assign: { step: '{% $step + 1 %}', remaining: 0 },
          Next: 'Call',
        },
      ],
      Default: 'Exhaust',
    },
    Exhaust: {
      Type: 'Task',
      Comment: 'Says that nobody answered, and when calling begins again',
      Resource: `arn:${partition}:states:::lambda:invoke`,
      Arguments: {
        FunctionName: callFunctionArn,
        Payload: { kind: 'exhaust', incidentId: '{% $incidentId %}', attempt: '{% $attempt %}', round: '{% $round %}' },
      },
      Assign: { outcome: '{% $states.result.Payload.outcome %}' },
      Retry: RETRY.slice(1),
      Catch: [{ ErrorEquals: ['States.ALL'], Assign: { outcome: 'repeat' }, Next: 'Exhausted' }],
      Next: 'Exhausted',
    },
    Exhausted: {
      Type: 'Choice',
      Choices: [
        { Condition: "{% $outcome = 'stop' %}", Next: 'Over' },
        { Condition: `{% $round - $firstRound >= ${ROUNDS} %}`, Next: 'HandOver' },
      ],
      Default: 'NextRound',
    },
    NextRound: {
      Type: 'Pass',
      Assign: {
        round: '{% $round + 1 %}',
        step: '{% $repeat.from %}',
        remaining: 0,
        pause: '{% $repeat.after %}',
      },
      Next: 'Pause',
    },
    HandOver: { Type: 'Succeed', Comment: 'The watchdog goes on with a new execution' },
    Over: { Type: 'Succeed' },
  },
});
