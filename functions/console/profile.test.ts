import { Compile } from 'typebox/compile';
import { expect, test } from 'vitest';
import type { Principal } from '#functions/identity/access.ts';
import { type DistrictView, Profile } from './api.ts';
import { profileOf } from './profile.ts';

const education = { id: 'education', name: { zh: '区教育局', en: 'Education Bureau' } };
const bureau = { id: 'big-data', name: { zh: '区数据局', en: 'Big Data Bureau' } };
const district = { departments: [education, bureau], bureau: 'big-data' } as unknown as DistrictView;

const caller = (change: Partial<Principal>): Principal => ({
  kind: 'person',
  id: 'jiang-he',
  name: '蒋河',
  roles: [],
  towns: [],
  duties: [],
  bureau: 'big-data',
  ...change,
});

test('an officer is told their duties in words, the departments once each, and what they may do', () => {
  const profile = profileOf(
    caller({
      duties: [
        { department: 'education', duty: 'it-officer' },
        { department: 'education', duty: 'head', for: 'qin-yu' },
        { department: 'big-data', duty: 'auditor' },
      ],
    }),
    district,
  );
  expect(profile).toMatchObject({
    id: 'jiang-he',
    departments: [education, bureau],
    duties: [
      { department: education, duty: 'it-officer', name: { zh: '信息员', en: 'IT officer' } },
      { department: education, duty: 'head', name: { zh: '分管领导', en: 'Head' }, for: 'qin-yu' },
      { department: bureau, duty: 'auditor', name: { zh: '审计岗', en: 'Auditor' } },
    ],
  });
  expect(profile.actions).toEqual(
    expect.arrayContaining(['profile:read', 'cases:create', 'cases:decide', 'directory:delegate', 'audit:read']),
  );
  expect(profile.actions).not.toContain('directory:write');
  expect([...Compile(Profile).Errors(profile)]).toEqual([]);
});

test('a machine is one, a citizen has no department, one that the district gave up goes by its id', () => {
  expect(profileOf(caller({ kind: 'service', duties: [{ department: 'gone', duty: 'it-officer' }] }), district)).toMatchObject({
    kind: 'service',
    departments: [{ id: 'gone', name: { zh: 'gone', en: 'gone' } }],
  });
  const citizen = profileOf(caller({ roles: ['citizen'], towns: ['wanan'] }), district);
  expect(citizen).toMatchObject({
    departments: [],
    duties: [],
    towns: ['wanan'],
    actions: ['profile:read', 'district:read', 'audit:read'],
  });
});
