import { describe, expect, test } from 'vitest';
import { DISTRICT, type DutyName, may, mayOn, type Principal, person } from '#functions/identity/access.ts';

const holding = (duty: DutyName | undefined, changes: Partial<Principal> = {}): Principal => ({
  kind: 'person',
  id: 'pan-yi',
  name: '潘毅',
  roles: [],
  towns: [],
  duties: duty === undefined ? [] : [{ department: 'big-data', duty }],
  bureau: 'big-data',
  ...changes,
});

describe('the audit log', () => {
  test('is read and erased in by the bureau’s auditors, and no other duty', () => {
    for (const duty of ['it-officer', 'head', 'reviewer', 'approver', 'operator', 'registrar'] as const) {
      expect(mayOn(holding(duty), 'audit:read', DISTRICT), duty).toBe(false);
      expect(may(holding(duty), 'audit:erase'), duty).toBe(false);
    }
    expect(mayOn(holding('auditor'), 'audit:read', DISTRICT)).toBe(true);
    expect(mayOn(holding('auditor'), 'audit:erase', DISTRICT)).toBe(true);
  });

  test('is not read by the auditor of another department', () => {
    const elsewhere = holding(undefined, { duties: [{ department: 'health', duty: 'auditor' }] });
    expect(mayOn(elsewhere, 'audit:read', DISTRICT)).toBe(false);
    expect(may(elsewhere, 'audit:erase')).toBe(false);
  });

  test('is erased in by no machine', () => {
    expect(may(holding('auditor', { kind: 'service' }), 'audit:erase')).toBe(false);
  });

  test('shows everybody what it says of themselves, and of nobody else', () => {
    const citizen = holding(undefined, { id: 'li-na', roles: ['citizen'] });
    expect(mayOn(citizen, 'audit:read', person('li-na'))).toBe(true);
    expect(mayOn(citizen, 'audit:read', person('pan-yi'))).toBe(false);
    expect(may(citizen, 'audit:read')).toBe(true);
    expect(may(holding(undefined, { kind: 'service' }), 'audit:read')).toBe(false);
  });
});
