import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { nginxReleases } from '../helpers/nginx/workspace.ts';
import { acceptedBodies } from './model-accepted-bodies.ts';
import { type ModelGateway, startModelGateway } from './model-gateway.ts';
import { locateModel, readers } from './model-readers.ts';
import { refusedBodies } from './model-refused-bodies.ts';

const headers = { 'content-type': 'application/json' };
const other = 'other "name" \\ é';

/** The body with another text where it names its model. */
function withModel(body: Buffer, text: string): Buffer {
  const place = locateModel(body);
  return place ? Buffer.concat([body.subarray(0, place.start), Buffer.from(text), body.subarray(place.stop)]) : body;
}

function pieces(body: Buffer): Buffer[] {
  const { start, stop } = locateModel(body) ?? { start: 1, stop: body.length - 1 };
  const cuts = [0, 1, start - 3, start + 1, stop - 1, stop, body.length - 1, body.length];
  const ordered = [...new Set(cuts)].filter((cut) => cut >= 0).sort((a, b) => a - b);
  return ordered.slice(1).map((cut, index) => body.subarray(ordered[index], cut));
}

describe.each(nginxReleases)('models in JSON on nginx %s', (release) => {
  let gateway: ModelGateway;

  beforeAll(async () => {
    gateway = await startModelGateway(release);
  });
  afterAll(() => gateway?.stop());

  test.each(refusedBodies)('refuses %s', async (_, given) => {
    const { status } = await gateway.ask({ headers, body: Buffer.from(given) });
    expect(status).toBe(400);
  });

  test.each(acceptedBodies)('every server agrees about %s', async (_, given) => {
    const body = Buffer.from(given);
    const outcome = await gateway.ask({ headers, body });
    expect(outcome).toMatchObject({ status: 200, body });
    for (const [reader, read] of Object.entries(readers)) {
      const reading = read(body);
      if (reading) expect([reader, reading.model]).toEqual([reader, outcome.model]);
    }
  });

  test.each(acceptedBodies)('passes on and renames %s, however it is sent', async (_, given) => {
    const body = Buffer.from(given);
    const { model } = await gateway.ask({ headers, body });
    const renamed = withModel(body, JSON.stringify(other));
    const names = model === undefined ? [] : ['a', other];
    const space = Buffer.alloc(1_100_000, ' \n');
    const long = Buffer.concat([space, body]);

    expect(await gateway.ask({ headers, body }, ...names)).toMatchObject({ status: 200, body: renamed });
    expect(await gateway.ask({ headers, body, http2: true })).toMatchObject({ model, body });
    expect(await gateway.ask({ headers, body, http2: true }, ...names)).toMatchObject({ body: renamed });
    expect(await gateway.askInChunks(pieces(body), headers)).toMatchObject({ model, body });
    expect(await gateway.askInChunks(pieces(body), headers, ...names)).toMatchObject({ body: renamed });
    expect(await gateway.ask({ headers, body: long })).toMatchObject({ model, body: long });
    const outcome = await gateway.ask({ headers, body: long }, ...names);
    expect(outcome.body?.equals(Buffer.concat([space, renamed]))).toBe(true);
    expect(outcome.framing).toBe(`${space.length + renamed.length} none`);
  });
});
