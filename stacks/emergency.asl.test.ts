import validateAsl from 'asl-validator';
import { expect, test } from 'vitest';
import { escalation } from './emergency.asl.ts';

interface State {
  readonly Type: string;
  readonly Next?: string;
  readonly Default?: string;
  readonly Catch?: readonly { readonly ErrorEquals: readonly string[]; readonly Next: string }[];
  readonly Choices?: readonly { readonly Next: string }[];
  readonly Resource?: string;
  readonly TimeoutSeconds?: unknown;
}

const definition = escalation({ partition: 'aws-cn', callFunctionArn: 'arn:aws-cn:lambda:cn-north-1:000000000000:function:call' }) as {
  readonly StartAt: string;
  readonly States: Readonly<Record<string, State>>;
};
const { States } = definition;

const nextOf = ({ Next, Default, Catch = [], Choices = [] }: State): string[] =>
  [Next, Default, ...Catch.map((one) => one.Next), ...Choices.map((one) => one.Next)].filter((name): name is string => name !== undefined);

test('a linter of the States Language finds nothing', () => {
  // It knows numbers only where AWS takes JSONata too.
  const numbers = JSON.parse(JSON.stringify(definition), (key, value) => (key === 'TimeoutSeconds' ? 60 : value));
  const { isValid, errors } = validateAsl(numbers, { checkPaths: false, checkArn: false });
  expect(errors).toEqual([]);
  expect(isValid).toBe(true);
});

test('the linter would find a state that does not exist', () => {
  const broken = JSON.parse(JSON.stringify(definition).replaceAll('"Next":"Over"', '"Next":"Nowhere"'));
  expect(validateAsl(broken, { checkPaths: false, checkArn: false }).isValid).toBe(false);
});

test('every state is reached, every way leads to a state', () => {
  const reached = new Set([definition.StartAt]);
  for (const name of reached) for (const next of nextOf(States[name] as State)) reached.add(next);
  expect([...reached].sort()).toEqual(Object.keys(States).sort());
});

test('whatever goes wrong while a step is called, the next level hears of it', () => {
  const caught = States.Call?.Catch ?? [];
  expect(caught.flatMap(({ ErrorEquals }) => ErrorEquals)).toEqual(['States.Timeout', 'States.ALL']);
  expect(new Set(caught.map(({ Next }) => Next))).toEqual(new Set(['Unanswered']));
  expect(States.Call?.TimeoutSeconds).toBeDefined();
});

test('after the last step it says so, pauses and begins again', () => {
  const way = ['Unanswered', 'Exhaust', 'Exhausted', 'NextRound', 'Pause', 'Call'];
  for (const [i, name] of way.slice(0, -1).entries()) expect(nextOf(States[name] as State)).toContain(way[i + 1]);
});

test('only an answer, or the end of an execution’s history, ends the calling', () => {
  const before = (name: string) => Object.entries(States).flatMap(([from, state]) => (nextOf(state).includes(name) ? [from] : []));
  expect(before('Over')).toEqual(['Call', 'Exhausted']);
  expect(before('HandOver')).toEqual(['Exhausted']);
});

test('the partition is the one it is deployed in', () => {
  const arns = Object.values(States).flatMap(({ Resource }) => Resource ?? []);
  expect(arns).toEqual(['arn:aws-cn:states:::lambda:invoke.waitForTaskToken', 'arn:aws-cn:states:::lambda:invoke']);
});
