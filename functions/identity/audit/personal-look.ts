/** What is logged when somebody is shown personal data in full: by whom, of what, on what ground. Record it (trail.ts) before it is answered. */
import { type Action, behalf, type Principal, type Resource } from '#functions/identity/access.ts';
import { idFor } from '#runtime/ids.ts';
import type { AuditRecord } from './record.ts';

export interface Looking {
  readonly principal: Principal;
  readonly now: number;
  /** The same request sent again is one look. */
  readonly requestId: string;
}

export interface Shown {
  /** What permitted it: the ground is also whose duty it was. */
  readonly permission: Action;
  readonly on: Resource;
  /** `cases:unmask` */
  readonly action: string;
  /** `case:case_…` */
  readonly resource: string;
  readonly department: string;
  readonly ground: string;
  readonly detail: Readonly<Record<string, string>>;
}

export const personalLook = ({ principal, now, requestId }: Looking, { permission, on, ...shown }: Shown): AuditRecord => {
  const whose = behalf(principal, permission, on);
  return {
    id: idFor('aud', now, requestId, shown.action, shown.resource),
    at: new Date(now).toISOString(),
    actor: `${principal.kind}:${principal.id}`,
    ...(whose !== undefined && { onBehalfOf: `person:${whose}` }),
    outcome: 'permitted',
    ...shown,
  };
};
