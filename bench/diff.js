// How long a comparison takes and how that grows, after `npm run build`: `node bench/diff.js`. Read the ratios.
import { createHash } from 'node:crypto';
import { performance } from 'node:perf_hooks';
import { compile, diffGateways, findTarget, loadSource, readPublicModel } from '../dist/index.js';
import { publicModel } from '../dist/output/manifest.js';

const repeats = 5;
const target = findTarget('debian-13');

/** A fifth of the routes share paths, and half of them ask for a key. */
function makeRoutes(count, isAfter) {
  const routes = Array.from({ length: count }, (_, index) => {
    const path = index % 5 === 4 ? `/team-${index - 1}/` : `/team-${index}/`;
    const match = index % 5 === 3 ? ', match: { method: POST, header: { X-LLM-Version: v2 } }' : '';
    const idle = isAfter && index % 10 === 0 ? ', timeouts: { idle: 600s }' : '';
    const auth = index % 2 === 0 ? 'apps' : isAfter && index % 10 === 1 ? '[apps, staff]' : 'none';
    return `  - { name: route-${index}, path: ${path}${match}, upstream: pool-${index % 20}, auth: ${auth}${idle} }`;
  });
  const first = '  - { name: all, path: /, upstream: pool-1, auth: none, match: { header: { X-Any: true } } }';
  return isAfter ? [first, ...routes.slice(0, -1)] : routes;
}

/** Of ten clients one gets wider rights, one another key, and of a hundred one goes and one comes. */
function makeClients(count, isAfter) {
  return Array.from({ length: count }, (_, index) => {
    const turn = isAfter ? index % 10 : -1;
    const hash = createHash('sha256')
      .update(`${index} ${turn === 1}`)
      .digest('hex');
    const routes = `[route-${2 * (index % 4)}${turn === 0 ? ', route-8' : ''}]`;
    const id = isAfter && index % 100 === 2 ? `new-${index}` : `client-${index}`;
    return `      - { id: ${id}, key: sha256:${hash}, tier: tier-${index % 4}, routes: ${routes}, models: [gpt-4o*] }`;
  });
}

function makeSpec(size, isAfter) {
  const upstreams = Array.from(
    { length: 20 },
    (_, index) => `  pool-${index}: { servers: [10.0.${index}.1:8000, 10.0.${index}.2:8000] }`,
  );
  return [
    'version: 1',
    'upstreams:',
    ...upstreams,
    'key_maps:',
    '  apps:',
    '    clients:',
    ...makeClients(size.keys, isAfter),
    '  staff: { file: staff.keys }',
    'routes:',
    ...makeRoutes(size.routes, isAfter),
    '',
  ].join('\n');
}

async function modelOf(text) {
  const source = await loadSource({ file: '-', overlays: [], cwd: '.', env: {}, stdin: async () => Buffer.from(text) });
  const { gateway, diagnostics } = compile({ root: source.value, target });
  if (gateway === undefined) throw new Error(JSON.stringify(diagnostics[0]?.message));
  return readPublicModel(publicModel(gateway));
}

async function measure(size) {
  const started = performance.now();
  const [before, after] = [await modelOf(makeSpec(size, false)), await modelOf(makeSpec(size, true))];
  const compiling = performance.now() - started;
  let changes = 0;
  const times = Array.from({ length: repeats }, () => {
    // Nothing that is remembered of a model may help the next round.
    const [was, now] = [structuredClone(before), structuredClone(after)];
    const begun = performance.now();
    changes = diffGateways(was, now).changes.length;
    return performance.now() - begun;
  });
  return { changes, compiling, time: times.sort((a, b) => a - b)[Math.floor(repeats / 2)] };
}

console.log('routes     keys    changes    diff (median)    per route or key    of the time to compile both specs');
for (const size of [
  { routes: 10, keys: 100 },
  { routes: 100, keys: 1000 },
  { routes: 1000, keys: 10_000 },
  { routes: 3000, keys: 30_000 },
]) {
  const { changes, compiling, time } = await measure(size);
  const cells = [
    String(size.routes).padStart(6),
    String(size.keys).padStart(7),
    String(changes).padStart(9),
    `${time.toFixed(1)} ms`.padStart(15),
    `${((1000 * time) / (size.routes + size.keys)).toFixed(1)} µs`.padStart(18),
    `${((100 * time) / compiling).toFixed(1)} %`,
  ];
  console.log(cells.join('  '));
}
