import { dynamo } from '#runtime/clients.ts';
import { readConfig } from '#runtime/config.ts';
import { readEnv } from '#runtime/env.ts';
import { httpApi, serve } from '#runtime/http.ts';
import { idFor } from '#runtime/ids.ts';
import type { Principal } from '../access.ts';
import * as acting from '../acting.ts';
import { delegateDuty, getOfficer, listDelegations, listOfficers, putOfficer, revokeDelegation } from '../api.ts';
import type { DirectoryConfig } from '../config.ts';
import { dayOf } from '../directory.ts';
import { getEntry, listEntries, putEntry } from '../entries.ts';
import { directoryEnv } from '../environment.ts';
import { Directory } from '../store.ts';
import * as validators from '../validators.generated.ts';

const { officers, timezone, ...places } = readConfig<DirectoryConfig>();
const directory = new Directory(dynamo(), readEnv(directoryEnv).DIRECTORY_TABLE, officers);

const today = (now: number) => dayOf(now, timezone);
const cause = ({ principal, requestId, now }: { principal: Principal; requestId: string; now: number }) => ({
  actor: `${principal.kind}:${principal.id}`,
  trace: requestId,
  now,
});

export const handler = httpApi(
  [
    serve(listOfficers, ({ principal, query }) => listEntries(directory, places, principal, query)),
    serve(getOfficer, ({ principal, params }) => getEntry(directory, principal, params.officerId)),
    serve(putOfficer, (call) => {
      const entry = { kind: 'person' as const, ...call.body, id: call.params.officerId };
      return putEntry(directory, places, call.principal, entry, call.ifMatch, cause(call));
    }),
    serve(listDelegations, ({ principal, query, now }) => acting.listDelegations(directory, principal, query.mine === true, today(now))),
    serve(delegateDuty, (call) => {
      const { principal, body, key, now } = call;
      // Without a time in it: at whatever time it is sent again, it is the same.
      const delegationId = idFor('dlg', 0, principal.id, key);
      return acting.delegateDuty(directory, principal, { delegationId, ...body }, today(now), cause(call));
    }),
    serve(revokeDelegation, (call) =>
      acting.revokeDelegation(directory, call.principal, call.params.delegationId, today(call.now), cause(call)),
    ),
  ],
  validators,
);
