// How long a comparison takes and how that grows, after `npm run build`: `node bench/diff.js`. Read the ratios.
import { performance } from 'node:perf_hooks';
import { compile, diffGateways, findTarget, loadSource, readPublicModel } from '../dist/index.js';

const repeats = 5;
const sizes = [10, 100, 1000, 10_000];

/** A fifth of the routes share paths; `isAfter` changes a tenth of them, adds one and takes one away. */
function makeSpec(count, isAfter) {
  const upstreams = Array.from(
    { length: 20 },
    (_, index) => `  pool-${index}: { servers: [10.0.${index}.1:8000, 10.0.${index}.2:8000] }`,
  );
  const routes = Array.from({ length: count }, (_, index) => {
    const path = index % 5 === 4 ? `/team-${index - 1}/` : `/team-${index}/`;
    const match = index % 5 === 3 ? ', match: { method: POST, header: { X-LLM-Version: v2 } }' : '';
    const idle = isAfter && index % 10 === 0 ? ', timeouts: { idle: 600s }' : '';
    return `  - { name: route-${index}, path: ${path}${match}, upstream: pool-${index % 20}, auth: none${idle} }`;
  });
  const first = isAfter
    ? '  - { name: all, path: /, upstream: pool-1, auth: none, match: { header: { X-Any: true } } }'
    : '';
  const kept = isAfter ? routes.slice(0, -1) : routes;
  return ['version: 1', 'target: debian-13', 'upstreams:', ...upstreams, 'routes:', first, ...kept, ''].join('\n');
}

async function modelOf(text) {
  const source = await loadSource({ file: '-', overlays: [], cwd: '.', env: {}, stdin: async () => Buffer.from(text) });
  const { gateway, diagnostics } = compile({ root: source.value, target: findTarget('debian-13') });
  if (gateway === undefined) throw new Error(JSON.stringify(diagnostics[0]?.message));
  return readPublicModel(JSON.parse(JSON.stringify(gateway, (key, value) => (key === 'at' ? undefined : value))));
}

function median(values) {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)];
}

console.log('routes    diff (median)    changes    growth against ten times fewer');
let previous;
for (const size of sizes) {
  const before = await modelOf(makeSpec(size, false));
  const after = await modelOf(makeSpec(size, true));
  const times = [];
  let changes = 0;
  for (let round = 0; round < repeats; round++) {
    const started = performance.now();
    changes = diffGateways(before, after).changes.length;
    times.push(performance.now() - started);
  }
  const time = median(times);
  const growth = previous === undefined ? '' : `${(time / previous).toFixed(1)}x`;
  console.log(
    `${String(size).padStart(6)}    ${time.toFixed(1).padStart(10)} ms    ${String(changes).padStart(7)}    ${growth}`,
  );
  previous = time;
}
