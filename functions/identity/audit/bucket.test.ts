import { NoSuchKey } from '@aws-sdk/client-s3';
import { expect, test } from 'vitest';
import { Bucket } from './bucket.ts';

interface Sent {
  readonly Key: string;
  readonly Tagging?: string;
  readonly ObjectLockMode?: string;
  readonly ObjectLockRetainUntilDate?: Date;
}

const sending = (answer: () => unknown = () => ({})) => {
  const sent: Sent[] = [];
  const send = async ({ input }: { input: Sent }) => {
    sent.push(input);
    return answer();
  };
  return { bucket: new Bucket({ send } as never, 'files'), sent };
};
const days = ({ ObjectLockRetainUntilDate }: Sent): number =>
  Math.round(((ObjectLockRetainUntilDate?.getTime() ?? 0) - Date.now()) / 86_400_000);

test('what is kept is locked for the bucket’s own term', async () => {
  const { bucket, sent } = sending();
  await bucket.put('tile/0/000', new Uint8Array(1), 'kept');
  expect(Object.keys(sent[0] ?? {}).filter((name) => name.startsWith('ObjectLock') || name === 'Tagging')).toEqual([]);
});

test('what will be superseded is locked and marked, the checkpoint for a day', async () => {
  const { bucket, sent } = sending();
  await bucket.put('tile/0/000.p/1', new Uint8Array(1), 'superseded');
  await bucket.put('checkpoint', new Uint8Array(1), 'superseded');
  expect(sent).toMatchObject([
    { ObjectLockMode: 'COMPLIANCE', Tagging: 'lasting=superseded' },
    { ObjectLockMode: 'COMPLIANCE', Tagging: 'lasting=superseded' },
  ]);
  expect(sent.map(days)).toEqual([730, 1]);
});

test('a file that is not there is no error, and any other answer is', async () => {
  const missing = new NoSuchKey({ message: 'none', $metadata: {} });
  expect(await sending(() => Promise.reject(missing)).bucket.get('tile/0/000')).toBeUndefined();
  await expect(sending(() => Promise.reject(new Error('AccessDenied'))).bucket.get('tile/0/000')).rejects.toThrow('AccessDenied');
});
