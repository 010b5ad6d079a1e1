import { expect, test } from 'vitest';
import { defineEnv, readEnv } from './env.ts';

const env = defineEnv({ ALERTS_TABLE: 'Alerts', EVENT_BUS: 'The bus', JWKS_URI: 'Keys; empty: as the issuer says' });
const full = { ALERTS_TABLE: 'alerts', EVENT_BUS: 'luojiang', JWKS_URI: '' };

test('a function reads what it named and nothing else', () => {
  expect(readEnv(env, { ...full, AWS_SECRET_ACCESS_KEY: 'secret' })).toEqual(full);
});

test('a variable may be empty, but not missing', () => {
  expect(readEnv(env, full).JWKS_URI).toBe('');
  expect(() => readEnv(env, { ...full, JWKS_URI: undefined })).toThrow('Missing environment variables: JWKS_URI');
});

test('every missing variable is named at once, at start', () => {
  expect(() => readEnv(env, { EVENT_BUS: 'luojiang' })).toThrow('Missing environment variables: ALERTS_TABLE, JWKS_URI');
});

test('a function that needs nothing starts with nothing', () => {
  expect(readEnv(defineEnv({}), {})).toEqual({});
});

test('it is the process’s own environment that is read', () => {
  process.env.OF_THIS_TEST = 'here';
  try {
    expect(readEnv(defineEnv({ OF_THIS_TEST: 'Set above' }))).toEqual({ OF_THIS_TEST: 'here' });
  } finally {
    delete process.env.OF_THIS_TEST;
  }
});
