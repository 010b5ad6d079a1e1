import { S3Client } from '@aws-sdk/client-s3';
import { SQSClient } from '@aws-sdk/client-sqs';
import { DISTRICT, mayOn, type Principal, person } from '#functions/identity/access.ts';
import { clientOptions, dynamo } from '#runtime/clients.ts';
import { readConfig } from '#runtime/config.ts';
import { readEnv } from '#runtime/env.ts';
import { denied, httpApi, serve } from '#runtime/http.ts';
import { Bytes } from '#runtime/operation.ts';
import { eraseAuditField, getAuditCheckpoint, getAuditEntry, getAuditFile, listAuditEntries, proveAuditConsistency } from '../api.ts';
import { Bucket } from '../bucket.ts';
import type { AuditConfig } from '../config.ts';
import { dayIn } from '../day.ts';
import { auditApiEnv } from '../environment.ts';
import { erasing, looked } from '../looks.ts';
import { filterOf, Reading, type Sight, unknownEntry, viewOf } from '../reading.ts';
import { AuditStore, type Entry } from '../store.ts';
import { AuditTrail } from '../trail.ts';
import * as validators from '../validators.generated.ts';

const env = readEnv(auditApiEnv);
const { timezone, auditYears } = readConfig<AuditConfig>();
const dayOf = dayIn(timezone);
const store = new AuditStore(dynamo(), env.AUDIT_TABLE, dayOf);
const reading = new Reading(store, new Bucket(new S3Client(clientOptions), env.AUDIT_BUCKET), dayOf);
const trail = new AuditTrail(new SQSClient(clientOptions), env.AUDIT_QUEUE);

const sightOf = (principal: Principal): Sight => (mayOn(principal, 'audit:read', DISTRICT) ? 'all' : 'own');
const isAbout = ({ openings }: Entry, { id }: Principal): boolean => openings.subject?.value === `person:${id}`;

const entryFor = async (id: string, principal: Principal): Promise<Entry> => {
  const entry = await store.entry(id);
  const visible =
    entry && (sightOf(principal) === 'all' || (mayOn(principal, 'audit:read', person(principal.id)) && isAbout(entry, principal)));
  if (!visible) throw unknownEntry();
  return entry;
};

export const handler = httpApi(
  [
    serve(listAuditEntries, async ({ principal, query, requestId, now }) => {
      const sight = sightOf(principal);
      const filter = filterOf(query);
      const own = { by: 'subject', value: `person:${principal.id}` } as const;
      // Of themselves people may see everything; whom else it is about, or who looked, is not theirs to search for.
      if (sight === 'own' && filter !== undefined && query.subject !== own.value) throw denied(principal, 'audit:read');
      const { entries, next } = await reading.list(sight === 'own' ? own : filter, query.limit ?? 50, query.cursor);
      if (sight === 'all') await trail.record(looked(entries, JSON.stringify(filter ?? {}), { principal, requestId, now }));
      return { items: entries.map((entry) => viewOf(entry, sight)), ...(next !== undefined && { next }) };
    }),
    serve(getAuditEntry, async ({ principal, params, requestId, now }) => {
      const sight = sightOf(principal);
      const entry = await entryFor(params.entryId, principal);
      const proven = await reading.prove(entry.index);
      if (sight === 'all') await trail.record(looked([entry], entry.id, { principal, requestId, now }));
      return { ...viewOf(entry, sight), ...proven };
    }),
    serve(eraseAuditField, async ({ principal, params, body, requestId, now }) => {
      if (!mayOn(principal, 'audit:erase', DISTRICT)) throw denied(principal, 'audit:erase');
      const entry = await store.entry(params.entryId);
      if (!entry) throw unknownEntry();
      // Before it is under a checkpoint, its openings lie in the batch on its way as well.
      await reading.prove(entry.index);
      const record = erasing(entry, body, auditYears, { principal, requestId, now });
      if (record) {
        await trail.record([record]);
        await store.erase(entry.id, body.field);
      }
      return viewOf((await store.entry(entry.id)) ?? entry, 'own');
    }),
    serve(proveAuditConsistency, async ({ query }) => reading.consistency(query.from, query.to)),
    serve(getAuditCheckpoint, async () => {
      const { checkpoint, vkey, size } = await reading.signed();
      return { checkpoint, vkey, size };
    }),
    // Whoever may ask for entries at all may have all files: nothing in them is personal, and a proof that one cannot check is none.
    serve(getAuditFile, async ({ params }) => {
      const { bytes, lasting } = await reading.file(params.path);
      const type = params.path.startsWith('tile/') ? 'application/octet-stream' : 'text/plain; charset=utf-8';
      return new Bytes(bytes, type, lasting ? 'private, max-age=31536000, immutable' : 'no-store');
    }),
  ],
  validators,
);
