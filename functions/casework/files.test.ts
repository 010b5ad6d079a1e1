import { S3Client } from '@aws-sdk/client-s3';
import { beforeEach, describe, expect, test, vi } from 'vitest';
import { CASE_ID, FORM, file, fileId, NOW } from './casework.fixture.ts';
import { Files, fileOf, keyOf } from './files.ts';

const client = new S3Client({ region: 'cn-north-1', credentials: { accessKeyId: 'id', secretAccessKey: 'secret' } });
const files = new Files('bucket-1', client);
const PDF = { name: 'plan.pdf', type: 'application/pdf', bytes: 5000 };

test('a key names a case and a file, and what is no such key is nobody’s', () => {
  expect(fileOf(keyOf(CASE_ID, fileId(3)))).toEqual({ caseId: CASE_ID, fileId: fileId(3) });
  for (const key of [
    '',
    'cases/x/y',
    `cases/${CASE_ID}`,
    `x/cases/${CASE_ID}/${fileId(3)}`,
    `cases/${CASE_ID}/${fileId(3)}/more`,
    `cases/${CASE_ID}/../${fileId(3)}`,
  ])
    expect(fileOf(key), key).toBeUndefined();
});

describe('a declared file', () => {
  test('is accepted by type and size', () => {
    expect(() => files.accept(FORM, PDF)).not.toThrow();
    expect(() => files.accept(FORM, { ...PDF, bytes: 5001 })).toThrow(
      expect.objectContaining({ kind: 'tooLarge', code: 'file-too-large' }),
    );
    expect(() => files.accept(FORM, { ...PDF, type: 'image/png' })).toThrow(
      expect.objectContaining({ kind: 'invalid', code: 'file-type-not-accepted' }),
    );
    const { files: _, ...without } = FORM;
    expect(() => files.accept(without, PDF)).toThrow(
      expect.objectContaining({ text: { zh: expect.stringContaining('无'), en: expect.stringContaining('none') } }),
    );
  });
});

describe('an upload’s address', () => {
  test('permits one key, one type, one size, for a quarter of an hour', async () => {
    const { fields, url, expiresAt } = await files.upload(CASE_ID, fileId(1), PDF, NOW);
    const policy = JSON.parse(Buffer.from(fields.Policy as string, 'base64').toString());
    expect(policy.conditions).toEqual(
      expect.arrayContaining([
        ['content-length-range', 5000, 5000],
        { 'Content-Type': 'application/pdf' },
        { key: `cases/${CASE_ID}/${fileId(1)}` },
        { bucket: 'bucket-1' },
      ]),
    );
    expect(url).toContain('bucket-1');
    expect(expiresAt).toBe(new Date(NOW + 900_000).toISOString());
    const lasts = Date.parse(policy.expiration) - Date.now();
    expect(lasts).toBeGreaterThan(880_000);
    expect(lasts).toBeLessThanOrEqual(901_000);
  });
});

describe('a download’s address', () => {
  const query = async (change: object = {}) => new URL((await files.download(CASE_ID, file(1, change), NOW)).url).searchParams;

  test('lasts five minutes and never shows the file within a page', async () => {
    expect((await query()).get('X-Amz-Expires')).toBe('300');
    expect((await query()).get('response-content-type')).toBe('application/pdf');
    expect((await query()).get('response-content-disposition')).toBe("attachment; filename*=UTF-8''plan-1.pdf");
    expect((await files.download(CASE_ID, file(1), NOW)).expiresAt).toBe(new Date(NOW + 300_000).toISOString());
  });

  test('is of the version that was checked, whatever was put over it', async () => {
    expect((await query({ version: 'v-9' })).get('versionId')).toBe('v-9');
    expect((await query()).has('versionId')).toBe(false);
  });

  test.each([
    ['图纸 1.pdf', "UTF-8''%E5%9B%BE%E7%BA%B8%201.pdf"],
    ['a"b;c\'(d)*.pdf', "UTF-8''a%22b%3Bc%27%28d%29%2A.pdf"],
    ['half \ud800.pdf', "UTF-8''half%20%EF%BF%BD.pdf"],
  ])('names it as it was called: %j', async (name, encoded) => {
    expect((await query({ name })).get('response-content-disposition')).toBe(`attachment; filename*=${encoded}`);
  });
});

describe('what lies there', () => {
  beforeEach(() => vi.restoreAllMocks());
  const calls = (answer: (name: string, input: { ContinuationToken?: string }) => object) =>
    vi
      .spyOn(client, 'send')
      .mockImplementation(async (command: object) => answer(command.constructor.name, (command as { input: object }).input) as never);
  const deleted = (send: ReturnType<typeof calls>) =>
    send.mock.calls
      .map(([command]) => [command.constructor.name, command.input])
      .filter(([name]) => name === 'DeleteObjectCommand')
      .map(([, input]) => input);

  test('is removed by its key: the bucket keeps it for some weeks', async () => {
    const send = calls(() => ({}));
    await files.remove(CASE_ID, fileId(1));
    expect(deleted(send)).toEqual([{ Bucket: 'bucket-1', Key: `cases/${CASE_ID}/${fileId(1)}` }]);
  });

  test('is removed at once where a version is named, and only that', async () => {
    const send = calls(() => ({}));
    await files.remove(CASE_ID, fileId(1), 'v-2');
    expect(deleted(send)).toEqual([{ Bucket: 'bucket-1', Key: `cases/${CASE_ID}/${fileId(1)}`, VersionId: 'v-2' }]);
  });

  test('of a case is all removed, over many pages, and nothing of a case whose id begins alike', async () => {
    const pages: Record<string, object> = {
      first: { Contents: [{ Key: 'a' }, { Key: 'b' }], NextContinuationToken: 'more' },
      more: { Contents: [{ Key: 'c' }] },
    };
    const send = calls((name, { ContinuationToken = 'first' }) =>
      name === 'ListObjectsV2Command' ? (pages[ContinuationToken] as object) : {},
    );
    await files.removeAll(CASE_ID);
    expect(deleted(send)).toEqual(['a', 'b', 'c'].map((Key) => ({ Bucket: 'bucket-1', Key })));
    expect(send.mock.calls[0]?.[0].input).toMatchObject({ Bucket: 'bucket-1', Prefix: `cases/${CASE_ID}/` });
  });

  test('may be nothing', async () => {
    const send = calls(() => ({}));
    await files.removeAll(CASE_ID);
    expect(deleted(send)).toEqual([]);
  });
});

describe('an uploaded file is read', () => {
  beforeEach(() => vi.restoreAllMocks());
  const answers = (answer: object) => vi.spyOn(client, 'send').mockImplementation(async () => answer as never);
  const Body = { transformToByteArray: async () => Uint8Array.of(1, 2) };

  test('with the version that it is', async () => {
    const send = answers({ Body, VersionId: 'v-9' });
    expect(await files.read('cases/x')).toEqual({ bytes: Uint8Array.of(1, 2), version: 'v-9' });
    expect(send.mock.calls[0]?.[0].input).toEqual({ Bucket: 'bucket-1', Key: 'cases/x' });
  });

  test('of a bucket without versions too', async () => {
    answers({ Body });
    expect(await files.read('cases/x')).toEqual({ bytes: Uint8Array.of(1, 2) });
  });

  test('or there is none', async () => {
    answers({});
    await expect(files.read('cases/x')).rejects.toThrow('cases/x');
  });
});
