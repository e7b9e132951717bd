import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { nginxReleases } from '../../helpers/nginx/workspace.ts';
import { acceptedBodies } from './model-accepted-bodies.ts';
import { type ModelGateway, type Outcome, startModelGateway } from './model-gateway.ts';
import { locateModel, readers } from './model-readers.ts';
import { refusedBodies } from './model-refused-bodies.ts';

const headers = { 'content-type': 'application/json' };
const other = 'other "name" \\ é';
/** More than 5/4 of client_body_buffer_size, up to which nginx keeps a body in memory. */
const space = Buffer.alloc(1_400_000, ' \n');

/** The body with another text where it names its model. */
function withModel(body: Buffer, text: string): Buffer {
  const place = locateModel(body);
  return place ? Buffer.concat([body.subarray(0, place.start), Buffer.from(text), body.subarray(place.stop)]) : body;
}

/** Cuts a body where readers are in the middle of something. */
function cut(body: Buffer): Buffer[] {
  const { start, stop } = locateModel(body) ?? { start: 1, stop: body.length - 1 };
  const places = [0, 1, start - 3, start + 1, stop - 1, stop, body.length - 1, body.length];
  const ordered = [...new Set(places)].filter((place) => place >= 0).sort((a, b) => a - b);
  return ordered.slice(1).map((place, index) => body.subarray(ordered[index], place));
}

/** Short enough to be shown when a test fails. */
function summary(body: Buffer = Buffer.alloc(0)): string {
  if (body.length < 500) return body.toString('latin1');
  return `${body.length} bytes, SHA-256 ${createHash('sha256').update(body).digest('hex')}`;
}

function received(outcome: Outcome): string {
  return outcome.status === 200 ? summary(outcome.body) : `${outcome.status} ${outcome.code}`;
}

describe.each(nginxReleases)('models in JSON on nginx %s', (release) => {
  let gateway: ModelGateway;

  beforeAll(async () => {
    gateway = await startModelGateway(release);
  });
  afterAll(() => gateway?.stop());

  for (const [name, given] of refusedBodies) {
    test(`refused: ${name}`, async () => {
      expect(await gateway.ask({ headers, body: Buffer.from(given) })).toMatchObject({ status: 400 });
    });
  }

  for (const [name, given] of acceptedBodies) {
    const body = Buffer.from(given);

    test(`every server agrees: ${name}`, async () => {
      const outcome = await gateway.ask({ headers, body });
      expect(received(outcome)).toBe(summary(body));
      for (const [reader, read] of Object.entries(readers)) {
        const reading = read(body);
        if (reading) expect([reader, reading.model]).toEqual([reader, outcome.model]);
      }
    });

    test(`arrives however it is sent, and renamed: ${name}`, async () => {
      const { model } = await gateway.ask({ headers, body });
      const renamed = withModel(body, JSON.stringify(other));
      const names = model === undefined ? [] : ['a', other];
      const overHttp2 = await gateway.ask({ headers, body, http2: true });
      const inChunks = await gateway.askInChunks(cut(body), headers);
      const long = await gateway.ask({ headers, body: Buffer.concat([space, body]) }, ...names);

      expect([overHttp2.model, inChunks.model, long.model]).toEqual([model, model, model]);
      expect([received(overHttp2), received(inChunks)]).toEqual([summary(body), summary(body)]);
      expect(received(await gateway.ask({ headers, body }, ...names))).toBe(summary(renamed));
      expect(received(await gateway.ask({ headers, body, http2: true }, ...names))).toBe(summary(renamed));
      expect(received(await gateway.askInChunks(cut(body), headers, ...names))).toBe(summary(renamed));
      expect(received(long)).toBe(summary(Buffer.concat([space, renamed])));
      expect(long.framing).toBe(`${space.length + renamed.length} none`);
    });
  }
});
