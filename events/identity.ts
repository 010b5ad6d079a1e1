import Type from 'typebox';
import { defineEvent, type EventOf, Id, Timestamp } from './envelope.ts';

/** Who somebody is stays in the directory: events carry ids, duties and days, no names and no reasons. */
const OfficerId = Type.String({ description: 'Equals the `sub` of the officer’s tokens' });
const Day = Type.String({ pattern: '^\\d{4}-\\d{2}-\\d{2}$', description: 'A day of the district’s calendar' });

const HeldDuty = Type.Object(
  {
    department: Type.String(),
    duty: Type.String(),
    from: Type.Optional(Day),
    until: Type.Optional(Day),
  },
  { additionalProperties: false },
);

const object = <T extends Type.TProperties>(properties: T) =>
  Type.Object({ officerId: OfficerId, ...properties }, { additionalProperties: false });

export const OfficerEntered = defineEvent({
  source: 'identity',
  name: 'OfficerEntered',
  version: 1,
  description: 'The bureau entered somebody, or a machine client, whom the directory did not know.',
  data: object({ kind: Type.Union([Type.Literal('person'), Type.Literal('service')]), duties: Type.Array(HeldDuty) }),
  sample: { officerId: 'tan-yu', kind: 'person', duties: [{ department: 'water', duty: 'it-officer' }] },
});

export const DutiesChanged = defineEvent({
  source: 'identity',
  name: 'DutiesChanged',
  version: 1,
  description: 'Somebody holds other duties than before; those that are missing ended at once.',
  data: object({ duties: Type.Array(HeldDuty), formerly: Type.Array(HeldDuty) }),
  sample: {
    officerId: 'fang-lan',
    duties: [{ department: 'health', duty: 'head', from: '2026-07-01' }],
    formerly: [{ department: 'health', duty: 'it-officer' }],
  },
});

export const OfficerDeparted = defineEvent({
  source: 'identity',
  name: 'OfficerDeparted',
  version: 1,
  description: 'Somebody leaves: from that day on they may do nothing, nor may others in their name.',
  data: object({ leftOn: Day }),
  sample: { officerId: 'cao-ning', leftOn: '2026-07-15' },
});

export const OfficerReturned = defineEvent({
  source: 'identity',
  name: 'OfficerReturned',
  version: 1,
  description: 'The day on which somebody leaves, or left, was taken back.',
  data: object({}),
  sample: { officerId: 'cao-ning' },
});

const Delegation = {
  delegationId: Id('dlg'),
  department: Type.String(),
  duty: Type.String(),
  /** Whose duty it is and stays. */
  delegator: OfficerId,
  deputy: OfficerId,
  /** The last day. */
  until: Day,
};

const delegation = {
  delegationId: 'dlg_01JZ1Q2W3E4R5T6Y7V8X9C0B1N',
  department: 'big-data',
  duty: 'reviewer',
  delegator: 'peng-tao',
  deputy: 'cao-ning',
  until: '2026-07-31',
};

export const DutyDelegated = defineEvent({
  source: 'identity',
  name: 'DutyDelegated',
  version: 1,
  description: 'Somebody lets a colleague act for them in one of their duties, to the end of a day.',
  data: Type.Object(Delegation, { additionalProperties: false }),
  sample: delegation,
});

export const DelegationRevoked = defineEvent({
  source: 'identity',
  name: 'DelegationRevoked',
  version: 1,
  description: 'A delegation ended before its day. One that ends by itself, with its day or with the duty behind it, says nothing.',
  data: Type.Object({ ...Delegation, revokedBy: OfficerId, revokedAt: Timestamp }, { additionalProperties: false }),
  sample: { ...delegation, revokedBy: 'yu-qing', revokedAt: '2026-07-10T09:30:00.000+08:00' },
});

export type IdentityEvent =
  | EventOf<typeof OfficerEntered>
  | EventOf<typeof DutiesChanged>
  | EventOf<typeof OfficerDeparted>
  | EventOf<typeof OfficerReturned>
  | EventOf<typeof DutyDelegated>
  | EventOf<typeof DelegationRevoked>;
