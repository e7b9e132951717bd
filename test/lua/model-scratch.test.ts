import { expect, test } from 'vitest';
import { startModelGateway } from './model-gateway.ts';
import { nginxReleases } from '../helpers/nginx/workspace.ts';
test.each(nginxReleases)('x %s', async (release) => {
  const g = await startModelGateway(release);
  try {
    const big = 'y'.repeat(2_000_000);
    const body = `{"x":"${big}","model":"cheap"}`;
    const show = (o: any) => console.log(JSON.stringify({ ...o, body: undefined, size: o.body?.length, tail: o.body?.subarray(-40).toString('latin1') }));
    console.log(await g.call('scan', ['{"model":"a"}', '{"model": 5}', '[', '{"model":"\\u0041","stream" : true}']));
    console.log(await g.call('path', ['/v1beta/models/gem:gen', '/OpenAI/Deployments/d/chat x']));
    show(await g.ask({ body: '{"model":"cheap"}' }));
    show(await g.ask({ body: '{"model":"cheap"}' }, 'b', 'expensive-é'));
    show(await g.ask({ body, }, 'b', 'expensive'));
    show(await g.ask({ body, http2: true }, 'b', 'expensive'));
    show(await g.ask({ body: '{"model":"cheap"}', http2: true }, 'b', 'expensive'));
    show(await g.askInChunks([Buffer.from('{"mod'), Buffer.from('el":"cheap"}')], { headers: { 'x-rename': 'b|expensive' } }));
    show(await g.askInChunks([Buffer.from('{"mod'), Buffer.from('el":"cheap"}')]));
    show(await g.askInChunks([Buffer.from(body.slice(0, 5)), Buffer.from(body.slice(5, 1500000)),  Buffer.from(body.slice(1500000))], { headers: { 'x-rename': 'b|expensive' } }));
    show(await g.ask({ path: '/v1?model=cheap&x=1' }, 'b', 'c'));
    show(await g.ask({ path: '/v1beta/models/gem:streamGenerateContent', body: '{"model":"models/gem"}' }, 'b', 'c'));
    const edge = `{"x":"${'y'.repeat(1048576-26)}","model":"cheap"}`;
    for (const n of ['', 'c', 'expensive-long']) show(await g.ask({ body: edge }, ...(n ? [n, 'other', n] : [])));
    const bigchunk = Buffer.alloc(65_000_000, 'x');
    show(await g.askInChunks([bigchunk]).catch((e: Error) => ({ error: e.message })));
    console.log((await g.errorLog()).split('\n').filter((l) => /\[(warn|error|alert|crit)/.test(l)).join('\n').slice(0, 3000));
    const t = performance.now();
    for (let i = 0; i < 500; i++) await g.ask({ body: '{"model":"cheap"}' });
    console.log((performance.now() - t) / 500);
  } finally {
    await g.stop();
  }
});
