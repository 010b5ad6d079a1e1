/** The audit log as people meet it: what they decide and look at is in it, provably, and what was changed in it is found. */
import { execFileSync } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { DeleteObjectCommand, GetObjectCommand, ListObjectVersionsCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { SQSClient } from '@aws-sdk/client-sqs';
import { beforeAll, describe, expect, test } from 'vitest';
import type { AlertView } from '#functions/alerts/api.ts';
import type { EntryView, ProvenEntry } from '#functions/identity/audit/api.ts';
import { fromBase64 } from '#functions/identity/audit/bytes.ts';
import type { AuditRecord } from '#functions/identity/audit/record.ts';
import { HASH, pathOf, TILE, widthOf } from '#functions/identity/audit/tiles.ts';
import { AuditTrail } from '#functions/identity/audit/trail.ts';
import { hashLeaf, verifyCheckpoint, verifyInclusion, verifyOpening } from '#functions/identity/audit/verify.ts';
import { newId } from '#runtime/ids.ts';
import { as, aws, command, eventually, install, output, outputs, request, tokenOf } from './support/district.ts';

interface Signed {
  readonly checkpoint: string;
  readonly vkey: string;
  readonly size: number;
}
type Page = { items: EntryView[]; next?: string };

const entries = async (persona: string, query = '') => (await as(persona).get<Page>(`/v1/audit/entries?limit=100${query}`)).body.items;
const entry = (persona: string, id: string) => as(persona).get<ProvenEntry & { code?: string }>(`/v1/audit/entries/${id}`);
const signed = async (persona = 'citizen') => (await as(persona).get<Signed>('/v1/audit/checkpoint')).body;
const verify = (...options: string[]) => command('audit.ts', 'verify', ...options);
const file = async (path: string, persona = 'citizen') =>
  fetch(`${outputs().apiUrl}/v1/audit/log/${path}`, {
    headers: { authorization: `Bearer ${await tokenOf(persona)}` },
  });

const trail = () => new AuditTrail(new SQSClient(aws()), output('AuditQueueUrl'));
const look = (changes: Partial<AuditRecord> = {}): AuditRecord => ({
  id: newId('aud', Date.now()),
  at: new Date().toISOString(),
  action: 'cases:unmask',
  actor: 'person:peng-tao',
  department: 'education',
  resource: 'case:case_01JZ1Q2W3E4R5T6Y7V8X9C0B1N',
  subject: 'person:citizen',
  ground: '核对申请人身份',
  outcome: 'permitted',
  ...changes,
});

const inLog = (id: string, persona = 'auditor') =>
  eventually(`${id} in the log`, async () => {
    const { status, body } = await entry(persona, id);
    return status === 200 && body;
  });

const repair = async () => {
  const { FunctionError, Payload } = await new LambdaClient(aws()).send(
    new InvokeCommand({ FunctionName: output('AuditWriterFunctionName'), Payload: Buffer.from('{}') }),
  );
  expect(FunctionError, Buffer.from(Payload ?? []).toString()).toBeUndefined();
};

const proves = async ({ checkpoint, vkey, index, leaf, proof }: ProvenEntry) => {
  const { size, root } = await verifyCheckpoint(checkpoint, vkey);
  return verifyInclusion(await hashLeaf(fromBase64(leaf)), { index, size, proof: proof.map(fromBase64) }, root);
};

// Otherwise the schedule signs the empty log within a minute.
beforeAll(repair);

describe('what people do', () => {
  test('a decision is in the log, whoever took it, with a proof that anybody can check', async () => {
    const device = await install('river-level', 'wanan', 'audited');
    await device.send({ level: 5.2 });
    await device.send({ level: 5.2 });
    const incidentId = await eventually('the incident', async () => {
      const { items } = (await as('commander').get<{ items: AlertView[] }>('/v1/alerts?limit=500')).body;
      return items.find(({ deviceId }) => deviceId === device.id)?.incidentId;
    });
    await as('commander').post(`/v1/incidents/${incidentId}/acknowledgements`);
    await as('commander').post(`/v1/incidents/${incidentId}/resolution`, { reason: '演练，已结束' });
    const found = await eventually('its decisions', async () => {
      const items = await entries('auditor', `&resource=incident:${incidentId}`);
      return items.length >= 2 && items;
    });
    expect(found.map(({ record }) => record.action)).toContain('emergency/IncidentResolved');
    for (const one of found) {
      // Of the sensor and the escalation nothing: only what people did.
      expect(one.record.actor).toMatch(/^person:/);
      expect(Buffer.from(fromBase64(one.leaf)).toString()).not.toContain(one.record.actor);
      expect(await proves(await inLog(one.id))).toBe(true);
    }
    expect(found.find(({ record }) => record.action === 'emergency/IncidentResolved')?.record.ground).toBe('演练，已结束');
    await device.close();
  });

  test('a look at somebody’s data is on that person’s list, without the officer’s name', async () => {
    const record = look();
    await trail().record([record, record]);
    await trail().record([record]);
    const seen = await inLog(record.id, 'citizen');
    expect(seen.record).toMatchObject({
      action: 'cases:unmask',
      department: 'education',
      ground: '核对申请人身份',
      subject: 'person:citizen',
    });
    expect(seen.record.actor).toBeUndefined();
    expect(seen.hidden).toEqual(['actor']);
    expect(await proves(seen)).toBe(true);
    const committed = JSON.parse(Buffer.from(fromBase64(seen.leaf)).toString());
    expect(await verifyOpening(committed.subject, seen.salts.subject as string, 'person:citizen')).toBe(true);
    // Sent three times, it is there once.
    expect((await entries('auditor', `&resource=${record.resource}`)).filter(({ id }) => id === record.id)).toHaveLength(1);
    expect((await inLog(record.id)).record.actor).toBe('person:peng-tao');
  });

  test('the auditor’s own look is on it as well', async () => {
    const record = look();
    await trail().record([record]);
    await inLog(record.id);
    const own = await eventually('the look at the look', async () =>
      (await entries('citizen')).find(({ record: { action, resource } }) => action === 'audit:read' && resource === `audit:${record.id}`),
    );
    expect(own.record.department).toBe('big-data');
    const byAuditor = await entries('auditor', '&actor=person:pan-yi');
    expect(byAuditor.some(({ id }) => id === own.id)).toBe(true);
  });

  test('by day, and one filter at a time', async () => {
    const today = new Intl.DateTimeFormat('sv-SE', { timeZone: 'Asia/Shanghai', dateStyle: 'short' }).format(new Date());
    expect((await entries('auditor', `&day=${today}`)).length).toBeGreaterThan(3);
    expect(await entries('auditor', '&day=2020-01-01')).toEqual([]);
    const both = await as('auditor').get<{ code: string }>(`/v1/audit/entries?day=${today}&actor=person:pan-yi`);
    expect(both).toMatchObject({ status: 400, body: { code: 'one-filter' } });
  });
});

describe('who may', () => {
  test('others see nothing that is not about them, and cannot search for it', async () => {
    const record = look();
    await trail().record([record]);
    await inLog(record.id);
    expect(await entry('commander', record.id)).toMatchObject({ status: 404, body: { code: 'unknown-audit-entry' } });
    expect(await entries('commander')).toEqual([]);
    for (const query of ['actor=person:peng-tao', 'subject=person:citizen', `resource=${record.resource}`])
      expect((await as('commander').get(`/v1/audit/entries?${query}`)).status).toBe(403);
    expect((await as('citizen').get(`/v1/audit/entries?subject=person:citizen`)).status).toBe(200);
  });

  test('nobody without a token, no machine client, sees anything', async () => {
    for (const path of ['entries', 'checkpoint', 'log/checkpoint']) {
      expect((await request('GET', `/v1/audit/${path}`, undefined)).status).toBe(401);
      expect((await as('education-service').get(`/v1/audit/${path}`)).status).toBe(403);
    }
  });

  test('whoever can ask has the files, as their specification names them', async () => {
    const { size, checkpoint } = await signed();
    const response = await file('checkpoint');
    expect(response.headers.get('content-type')).toBe('text/plain; charset=utf-8');
    expect((await response.text()).startsWith(checkpoint.split('\n')[0] as string)).toBe(true);
    const index = Math.floor((size - 1) / TILE);
    const tile = await file(pathOf({ level: 0, index, width: widthOf(size, index) }));
    expect(tile.headers.get('content-type')).toBe('application/octet-stream');
    expect(tile.headers.get('cache-control')).toContain('immutable');
    expect((await tile.arrayBuffer()).byteLength).toBe(HASH * widthOf(size, index));
    for (const path of ['tile/0/999', 'tile/0/0', 'head']) expect((await file(path)).status).toBe(404);
  });
});

describe('erasure', () => {
  test('leaves the entry and its proof, and not the person', async () => {
    const record = look({ ground: '误查' });
    await trail().record([record]);
    await inLog(record.id, 'citizen');
    const erase = (persona: string, field: string) =>
      as(persona).post<EntryView & { code?: string }>(`/v1/audit/entries/${record.id}/erasures`, { field, ground: '本人申请删除' });
    expect((await erase('citizen', 'subject')).status).toBe(403);
    expect(await erase('auditor', 'actor')).toMatchObject({ status: 403, body: { code: 'kept-for-accountability' } });
    expect(await erase('auditor', 'subject')).toMatchObject({ status: 200 });
    expect((await erase('auditor', 'subject')).status).toBe(200);
    expect((await entry('citizen', record.id)).status).toBe(404);
    const left = await inLog(record.id);
    expect(left.hidden).toEqual(['subject']);
    expect(await proves(left)).toBe(true);
    const erasures = await eventually('the erasure’s own entry', async () => {
      const found = (await entries('auditor', `&resource=audit:${record.id}`)).filter(({ record: one }) => one.action === 'audit:erase');
      return found.length > 0 && found;
    });
    expect(erasures).toHaveLength(1);
    expect(erasures[0]?.record).toMatchObject({ actor: 'person:pan-yi', ground: '本人申请删除', detail: { field: 'subject' } });
    // Redelivered, it stays erased.
    await trail().record([record]);
    await sleep(2_000);
    expect((await inLog(record.id)).hidden).toEqual(['subject']);
  });
});

const s3 = () => new S3Client({ ...aws(), forcePathStyle: true });
const Bucket = () => output('AuditBucketName');
const stored = async (Key: string): Promise<Uint8Array> =>
  (await (await s3().send(new GetObjectCommand({ Bucket: Bucket(), Key }))).Body?.transformToByteArray()) as Uint8Array;
/** Even root can only put another version over it. */
const overwrite = (Key: string, Body: Uint8Array) => s3().send(new PutObjectCommand({ Bucket: Bucket(), Key, Body }));

const workers = (): number[] =>
  execFileSync('ps', ['-eo', 'pid,args'], { encoding: 'utf8' })
    .split('\n')
    .filter((line) => line.includes('test-district') && line.includes('ministack-lambda-luojiang-identity-audit-writer-'))
    .map((line) => Number(line.trim().split(/\s+/)[0]));

describe('the log itself', () => {
  test('grows by hundreds at once, is verified by one command, and remembers what was seen', async () => {
    const first = await verify();
    expect(first).toMatchObject({ code: 0, err: '' });
    const { size } = await signed();
    await trail().record(Array.from({ length: 600 }, (_, n) => look({ resource: `case:bulk-${n}` })));
    await eventually('all of them', async () => (await signed()).size >= size + 600, 60);
    const second = await verify();
    expect(second).toMatchObject({ code: 0, err: '' });
    expect(second.out).toContain('上次见过');
    expect(await verify('--openings')).toMatchObject({ code: 0, err: '', out: expect.stringContaining('个人信息与承诺相符') });
  }, 180_000);

  test('one entry is shown with its proof', async () => {
    const record = look();
    await trail().record([record]);
    await inLog(record.id);
    const shown = await command('audit.ts', 'show', record.id);
    expect(shown).toMatchObject({ code: 0, err: '', out: expect.stringContaining('证明成立') });
    expect((await command('audit.ts', 'key')).out.trim()).toBe((await signed()).vkey);
    expect((await command('audit.ts', 'show', newId('aud', 1))).code).toBe(1);
  });

  test.each(['tile/0/000', 'tile/entries/001', 'tile/entries/000'])('a changed %s is found, and named', async (path) => {
    const original = await stored(path);
    const changed = Uint8Array.from(original);
    changed[changed.length - 3] = (changed.at(-3) as number) ^ 1;
    await overwrite(path, changed);
    const { code, err } = await verify();
    await overwrite(path, original);
    expect(code).toBe(1);
    expect(err).toMatch(new RegExp(`tile/(0|entries)/${path.slice(-3)}`));
    expect(await verify()).toMatchObject({ code: 0, err: '' });
  });

  test('a version of a file can be removed by nobody', async () => {
    const { Versions = [] } = await s3().send(new ListObjectVersionsCommand({ Bucket: Bucket(), Prefix: 'tile/0/000' }));
    const full = Versions.filter(({ Key }) => Key === 'tile/0/000');
    expect(full.length).toBeGreaterThan(1);
    for (const { Key, VersionId } of full)
      await expect(s3().send(new DeleteObjectCommand({ Bucket: Bucket(), Key, VersionId }))).rejects.toMatchObject({
        name: 'AccessDenied',
      });
  });

  test('a writer killed in the midst leaves a log that holds; the schedule ends what it began', async () => {
    let killed = 0;
    const killing = (async () => {
      for (let times = 0; times < 20; times++) {
        await sleep(60);
        for (const pid of workers()) {
          try {
            process.kill(pid, 'SIGKILL');
            killed++;
          } catch {
            // It ended by itself.
          }
        }
      }
    })();
    for (let batch = 0; batch < 12; batch++) {
      await trail().record(Array.from({ length: 40 }, () => look()));
      await sleep(100);
    }
    await killing;
    expect(killed).toBeGreaterThan(0);
    await eventually('the schedule’s turn', async () => repair().then(() => true));
    expect(await verify()).toMatchObject({ code: 0, err: '' });
  }, 120_000);
});
