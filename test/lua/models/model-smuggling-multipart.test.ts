import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { nginxReleases } from '../../helpers/nginx/workspace.ts';
import { type ModelGateway, startModelGateway } from './model-gateway.ts';
import { acceptedMultipart, refusedMultipart } from './model-multipart-bodies.ts';
import { readMultipart } from './model-multipart-readers.ts';

describe.each(nginxReleases)('models in multipart/form-data on nginx %s', (release) => {
  let gateway: ModelGateway;

  beforeAll(async () => {
    gateway = await startModelGateway(release);
  });
  afterAll(() => gateway?.stop());

  for (const { name, type, body } of refusedMultipart) {
    test(`refused: ${name}`, async () => {
      expect(await gateway.ask({ headers: { 'content-type': type }, body })).toMatchObject({ status: 400 });
    });
  }

  for (const { name, type, body } of acceptedMultipart) {
    test(`every server agrees, before and after a new name: ${name}`, async () => {
      const headers = { 'content-type': type };
      const outcome = await gateway.ask({ headers, body });
      expect(outcome.status).toBe(200);
      expect(outcome.body?.equals(body)).toBe(true);

      const readings = readMultipart(body, type);
      expect(readings.length).toBeGreaterThan(0);
      const model = outcome.model && Buffer.from(outcome.model).toString('latin1');
      for (const [habits, reading] of readings) expect([habits, reading]).toEqual([habits, model]);

      if (model === undefined) return;
      const renamed = await gateway.askInChunks([body.subarray(0, 50), body.subarray(50)], headers, 'a', 'some other');
      const want = body.toString('latin1').replace(`\r\n\r\n${model}\r\n--`, '\r\n\r\nsome other\r\n--');
      expect(renamed.body?.equals(Buffer.from(want, 'latin1'))).toBe(true);
    });
  }
});
