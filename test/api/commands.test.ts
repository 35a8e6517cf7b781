// Commands over HTTP: sent twice they happen once, and a run is followed to its end.
import { get } from 'node:http';
import { describe, expect, it, onTestFinished } from 'vitest';
import { openApi, type ApiScene } from '../support/api-scene.ts';

const keyed = (key: string) => ({ 'idempotency-key': key });

describe('a command with an idempotency key', () => {
  it('happens once, however often it is sent, and is answered the same', async () => {
    const { ask, scene } = await openApi();
    const send = () => ask('POST', `/jobs/${scene.up}/runs`, { body: { dryRun: true }, headers: keyed('a-1') });
    const first = await send();
    expect([first.status, first.body]).toEqual([202, { run: 1, resumed: false }]);
    expect((await send()).body).toEqual(first.body);
    expect((await ask('POST', `/jobs/${scene.up}/runs`, { body: { dryRun: true } })).body.run).toBe(2);
    expect((await ask('GET', '/runs')).body.runs).toHaveLength(2);
  });

  it('that says something else is refused, and so is a key that is none', async () => {
    const { ask, scene } = await openApi();
    await ask('POST', '/brakes', { body: { reason: 'one' }, headers: keyed('k') });
    const other = await ask('POST', '/brakes', { body: { reason: 'two' }, headers: keyed('k') });
    expect([other.status, other.body.code]).toEqual([422, 'key-reused']);
    const elsewhere = await ask('POST', `/jobs/${scene.up}/runs`, { body: {}, headers: keyed('k') });
    expect(elsewhere.status).toBe(422);
    expect((await ask('POST', '/brakes', { body: { reason: 'x' }, headers: keyed('a b') })).body.errors).toMatchObject([
      { field: 'Idempotency-Key' },
    ]);
  });

  it('is a key of its caller: another person may use the same', async () => {
    const { ask } = await openApi();
    await ask('POST', '/brakes', { body: { reason: 'one' }, headers: keyed('k') });
    expect((await ask('POST', '/brakes', { body: { reason: 'two' }, headers: keyed('k'), as: 'operator' })).status).toBe(201);
  });

  it('that was refused may be sent again when the reason is gone', async () => {
    const { ask, scene } = await openApi();
    await ask('POST', `/jobs/${scene.up}/state`, { body: { state: 'disabled', seen: true } });
    const send = () => ask('POST', `/jobs/${scene.up}/runs`, { body: {}, headers: keyed('k') });
    expect((await send()).status).toBe(409);
    await ask('POST', `/jobs/${scene.up}/state`, { body: { state: 'enabled', unseen: true } });
    expect((await send()).status).toBe(202);
  });

  it('that was cut off is not carried out again behind its caller’s back', async () => {
    const { ask, scene } = await openApi();
    await ask('POST', '/brakes', { body: { reason: 'one' }, headers: keyed('k') });
    await scene.bench.database.write((transaction) => transaction.run('UPDATE answered SET answer = NULL'));
    const again = await ask('POST', '/brakes', { body: { reason: 'one' }, headers: keyed('k') });
    expect([again.status, again.body.detail]).toEqual([409, expect.stringContaining('still under way, or was cut off')]);
  });

  it('keeps its answer sealed, and for a day', async () => {
    const { ask, scene } = await openApi();
    await ask('POST', '/brakes', { body: { reason: 'one' }, headers: keyed('k') });
    const [row] = await scene.bench.database.all<{ answer: string }>('SELECT answer FROM answered');
    expect(row!.answer).not.toContain('one');
    scene.days(1.1);
    expect((await ask('POST', '/brakes', { body: { reason: 'two', job: 1 }, headers: keyed('k') })).status).toBe(201);
  });
});

interface Event {
  readonly event: string;
  readonly id: string;
  readonly data: Record<string, unknown>;
}

async function listening(api: ApiScene): Promise<string> {
  return api.app.listen({ host: '127.0.0.1', port: 0 });
}

function follow(url: string, lastEventId?: string): Promise<{ status: number; events: Event[] }> {
  return new Promise((resolve, reject) => {
    const request = get(url, { headers: { 'x-as': 'viewer', ...(lastEventId ? { 'last-event-id': lastEventId } : {}) } }, (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
      response.on('error', reject).on('end', () =>
        resolve({
          status: response.statusCode!,
          events: text
            .split('\n\n')
            .filter((block) => block.startsWith('event:'))
            .map((block) => {
              const field = (name: string): string =>
                block
                  .split('\n')
                  .find((line) => line.startsWith(`${name}: `))!
                  .slice(name.length + 2);
              return { event: field('event'), id: field('id'), data: JSON.parse(field('data')) as Record<string, unknown> };
            }),
        }),
      );
    });
    request.on('error', reject);
    onTestFinished(() => void request.destroy());
  });
}

describe('the events of a run', () => {
  it('tell its state, its stages in order, and its end', async () => {
    const api = await openApi({ people: 30 });
    await api.ask('POST', `/jobs/${api.scene.up}/runs`, { body: {} });
    const { status, events } = await follow(`${await listening(api)}/api/v1/runs/1/events`);
    expect(status).toBe(200);
    expect(events[0]).toMatchObject({ event: 'state', data: { id: 1, state: 'queued' } });
    expect(events.at(-1)).toMatchObject({ event: 'end', id: 'end', data: { id: 1, state: 'succeeded' } });
    const stages = events.filter((event) => event.event === 'progress').map((event) => String(event.data.stage));
    expect([...new Set(stages)]).toEqual(['open', 'read', 'observe', 'assess', 'diff', 'guard', 'confirm', 'apply', 'record', 'close']);
  });

  it('go on where a client lost them, and say nothing twice', async () => {
    const api = await openApi({ people: 30 });
    await api.ask('POST', `/jobs/${api.scene.up}/runs`, { body: {} });
    const { events } = await follow(`${await listening(api)}/api/v1/runs/1/events`, '1.5.99999');
    const stages = events.filter((event) => event.event === 'progress').map((event) => String(event.data.stage));
    expect([...new Set(stages)]).toEqual(['guard', 'confirm', 'apply', 'record', 'close']);
  });

  it('are over for who has heard the end', async () => {
    const api = await openApi();
    await api.scene.bench.run(api.scene.up);
    const url = `${await listening(api)}/api/v1/runs/1/events`;
    expect((await follow(url)).events.map((event) => event.event)).toEqual(['state', 'end']);
    expect((await follow(url, 'end')).status).toBe(204);
  });

  it('of several runs share one connection, which ends with the last of them', async () => {
    const api = await openApi({ people: 30 });
    await api.scene.bench.run(api.scene.up);
    await api.ask('POST', `/jobs/${api.scene.up}/runs`, { body: {} });
    const { status, events } = await follow(`${await listening(api)}/api/v1/runs/events?runs=1,2`);
    expect(status).toBe(200);
    expect(events.filter((event) => event.event !== 'progress').map(({ event, data }) => [event, data.id, data.state])).toEqual([
      ['state', 1, 'succeeded'],
      ['end', 1, 'succeeded'],
      ['state', 2, 'queued'],
      ['end', 2, 'succeeded'],
    ]);
    expect(new Set(events.filter((event) => event.event === 'progress').map(({ data }) => data.run))).toEqual(new Set([2]));
  });

  it('of several runs are refused where one of them is not there, or the list is none', async () => {
    const api = await openApi();
    await api.scene.bench.run(api.scene.up);
    expect((await api.ask('GET', '/runs/events?runs=1,9')).body).toMatchObject({ status: 404, code: 'not-found' });
    expect((await api.ask('GET', '/runs/events?runs=a')).body).toMatchObject({ status: 400, errors: [{ field: 'runs' }] });
    expect((await api.ask('GET', '/runs/events')).body).toMatchObject({ status: 400, errors: [{ field: 'runs' }] });
    expect((await api.ask('GET', '/runs/events?runs=1&x=2')).body).toMatchObject({ status: 400, errors: [{ field: 'x' }] });
  });

  it('of a run that is not there are a problem document', async () => {
    const { ask } = await openApi();
    expect((await ask('GET', '/runs/9/events')).body).toMatchObject({ status: 404, code: 'not-found' });
    expect((await ask('GET', '/runs/x/events')).body).toMatchObject({ status: 400, errors: [{ field: 'run' }] });
  });
});
