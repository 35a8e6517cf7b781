// What a form asks and sends: fields that depend on others, what the direction answers, and secrets that stay.
import { describe, expect, it } from 'vitest';
import { configOf, isAsked, isMissing, kindOf, type Setting } from './setting.ts';

const setting = (name: string, given: Partial<Setting> = {}): Setting => ({
  name,
  label: { en: name, zh: name },
  help: null,
  required: false,
  secret: false,
  placeholder: null,
  group: null,
  showWhen: null,
  options: {},
  byDirection: {},
  rarely: false,
  isFile: false,
  schema: { type: 'string' },
  ...given,
});

const use = setting('use', {
  schema: { type: 'string', enum: ['read', 'write'], default: 'read' },
  byDirection: { up: 'read', down: 'write' },
});
const sheet = setting('sheet', { showWhen: { field: 'use', is: 'read' } });
const auth = setting('auth', { schema: { type: 'string', enum: ['token', 'none'], default: 'token' } });
const token = setting('token', { secret: true, required: true, showWhen: { field: 'auth', is: 'token' } });
const all = [use, sheet, auth, token];

describe('a form of settings', () => {
  it('does not ask what the direction of the job answers, and sends it', () => {
    expect(isAsked(use, all, {}, 'up')).toBe(false);
    expect(configOf(all, {}, 'down')).toEqual({ use: 'write' });
  });

  it('asks a field only while the field that it depends on says so, default included', () => {
    expect(all.filter((one) => isAsked(one, all, {}, 'up')).map((one) => one.name)).toEqual(['sheet', 'auth', 'token']);
    expect(all.filter((one) => isAsked(one, all, { auth: 'none' }, 'down')).map((one) => one.name)).toEqual(['auth']);
  });

  it('sends nothing of a field that is hidden, and takes away what was saved and then emptied', () => {
    expect(configOf(all, { auth: 'none', token: 'x', sheet: '' }, 'up', { use: 'read', sheet: 'People' })).toEqual({
      use: 'read',
      auth: 'none',
      sheet: null,
    });
  });

  it('leaves a secret that nobody typed as it is', () => {
    expect(configOf(all, { token: '' }, 'up', { token: '••' })).toEqual({ use: 'read' });
    expect(isMissing(token, {})).toBe(true);
  });

  it('knows the kind of each field by its schema', () => {
    const kinds = [
      token,
      auth,
      sheet,
      setting('on', { schema: { type: 'boolean' } }),
      setting('count', { schema: { type: 'integer' } }),
      setting('names', { schema: { type: 'array' } }),
      setting('columns', { schema: { type: 'object' } }),
      setting('ca', { placeholder: '-----BEGIN CERTIFICATE-----' }),
    ].map(kindOf);
    expect(kinds).toEqual(['secret', 'choice', 'text', 'switch', 'number', 'list', 'pairs', 'long']);
  });
});
