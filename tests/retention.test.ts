/** What is kept no longer: a file that was taken out, an upload that nobody waits for, a draft whose time is over. */
import { DynamoDBClient, ListTablesCommand, QueryCommand, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { ListBucketsCommand, ListObjectsV2Command, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { describe, expect, test } from 'vitest';
import type { CaseView } from '#functions/casework/api.ts';
import { application, casesOf, draft, IT_OFFICER, ifMatch, send, view } from './support/cases.ts';
import { aws, eventually } from './support/district.ts';

const dynamo = new DynamoDBClient(aws());
const s3 = new S3Client({ ...aws(), forcePathStyle: true });
const named = (names: readonly (string | undefined)[] = [], part: RegExp): string => names.find((name) => part.test(name ?? '')) as string;
const TableName = named((await dynamo.send(new ListTablesCommand({}))).TableNames, /casework-Cases/);
const Bucket = named(
  (await s3.send(new ListBucketsCommand({}))).Buckets?.map(({ Name }) => Name),
  /casework/,
);

const put = (caseId: string, fileId: string) =>
  s3.send(new PutObjectCommand({ Bucket, Key: `cases/${caseId}/${fileId}`, Body: '%PDF-1.7\n%%EOF', ContentType: 'application/pdf' }));
const objectsOf = async (caseId: string) =>
  ((await s3.send(new ListObjectsV2Command({ Bucket, Prefix: `cases/${caseId}/` }))).Contents ?? []).map(({ Key }) =>
    Key?.split('/').at(-1),
  );
const itemsOf = async (caseId: string) => {
  const ExpressionAttributeValues = { ':id': { S: caseId } };
  const query = { TableName, KeyConditionExpression: 'id = :id', ExpressionAttributeValues, ConsistentRead: true };
  return ((await dynamo.send(new QueryCommand(query))).Items ?? []).map(({ part }) => part?.S);
};
const none = async (what: string, look: () => Promise<unknown[]>, seconds?: number) =>
  expect(await eventually(what, async () => (await look()).length === 0, seconds)).toBe(true);

/** A draft with a file that was uploaded and has passed its checks. */
const withFile = async (name: string): Promise<{ readonly made: CaseView; readonly fileId: string }> => {
  const { caseId, version } = await draft(application(name));
  const body = { name: 'plan.pdf', type: 'application/pdf', bytes: 14 };
  const added = await send<{ fileId: string }>(IT_OFFICER, 'POST', `/v1/cases/${caseId}/files`, { body, headers: ifMatch(version) });
  expect(added.status).toBeLessThan(300);
  const { fileId } = added.body;
  await put(caseId, fileId);
  const made = await eventually('checked', async () => {
    const seen = await view(caseId, IT_OFFICER);
    return seen.files[0]?.state !== 'awaited' && seen;
  });
  return { made, fileId };
};

describe('nothing is left', () => {
  test('of a file that was taken out of its request, nor of what is uploaded for it afterwards', async () => {
    const { made, fileId } = await withFile('留存一号');
    expect(await objectsOf(made.caseId)).toEqual([fileId]);
    const { status } = await send(IT_OFFICER, 'DELETE', `/v1/cases/${made.caseId}/files/${fileId}`, { headers: ifMatch(made.version) });
    expect(status).toBeLessThan(300);
    await none('the object removed', () => objectsOf(made.caseId));
    await put(made.caseId, fileId);
    await none('the late upload removed', () => objectsOf(made.caseId));
  });

  test('of a draft whose time is over: at once for its readers, then in the table and the bucket', async () => {
    const { made, fileId } = await withFile('留存二号');
    const { caseId, lapsesAt } = made;
    expect(Date.parse(lapsesAt as string) - Date.now()).toBeGreaterThan(89 * 86_400_000);
    expect((await itemsOf(caseId)).length).toBeGreaterThan(2);
    // As if nobody had touched it for so long.
    const Key = { id: { S: caseId }, part: { S: 'case' } };
    const ExpressionAttributeValues = { ':then': { N: '1' } };
    await dynamo.send(new UpdateItemCommand({ TableName, Key, UpdateExpression: 'SET expires = :then', ExpressionAttributeValues }));
    expect((await send(IT_OFFICER, 'GET', `/v1/cases/${caseId}`)).status).toBe(404);
    await none('history gone', () => itemsOf(caseId));
    await none('file gone', () => objectsOf(caseId));
    expect((await casesOf('education', IT_OFFICER)).map((one) => one.caseId)).not.toContain(caseId);
    expect(fileId).toMatch(/^file_/);
  });
});
