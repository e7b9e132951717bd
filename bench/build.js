// How long a build takes and how that grows: `npm run bench`. Not a test: machines differ, so read the ratios.
import { execFileSync } from 'node:child_process';
import { performance } from 'node:perf_hooks';
import { compile, findTarget, loadSource } from '../dist/index.js';

const repeats = 5;
const sizes = [10, 100, 1000, 10_000];

/** A spec as a large team might have: a fifth of the routes share paths, and providers and own servers are mixed. */
function makeSpec(count) {
  const upstreams = Array.from(
    { length: 20 },
    (_, index) => `  pool-${index}: { servers: [10.0.${index}.1:8000, 10.0.${index}.2:8000] }`,
  );
  const routes = Array.from({ length: count }, (_, index) => {
    const path = index % 5 === 4 ? `/team-${index - 1}/` : `/team-${index}/`;
    const match = index % 5 === 3 ? ', match: { method: POST, header: { X-LLM-Version: v2 } }' : '';
    return `  - { name: route-${index}, path: ${path}${match}, upstream: pool-${index % 20}, auth: none, strip_prefix: ${path} }`;
  });
  return ['version: 1', 'target: debian-13', 'upstreams:', ...upstreams, 'routes:', ...routes, ''].join('\n');
}

async function timeBuild(text) {
  const started = performance.now();
  const source = await loadSource({ file: '-', overlays: [], cwd: '.', env: {}, stdin: async () => Buffer.from(text) });
  const { artifacts, diagnostics } = compile({ root: source.value, target: findTarget('debian-13') });
  if (artifacts === undefined) throw new Error(JSON.stringify(diagnostics[0]?.message));
  return performance.now() - started;
}

function median(values) {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)];
}

console.log('routes    work (median)    per route    growth against ten times fewer');
let previous;
for (const size of sizes) {
  const text = makeSpec(size);
  const times = [];
  for (let round = 0; round < repeats; round++) times.push(await timeBuild(text));
  const time = median(times);
  const growth = previous === undefined ? '' : `${(time / previous).toFixed(1)}x`;
  console.log(
    `${String(size).padStart(6)}    ${time.toFixed(0).padStart(10)} ms    ${((time / size) * 1000).toFixed(0).padStart(6)} us    ${growth}`,
  );
  previous = time;
}

const bin = new URL('../bin/openclaw.js', import.meta.url).pathname;
const run = (args) => {
  const started = performance.now();
  execFileSync(process.execPath, args, { stdio: 'ignore' });
  return performance.now() - started;
};
const startUp = median(Array.from({ length: 9 }, () => run([bin, '--version'])));
const bare = median(Array.from({ length: 9 }, () => run(['-e', '0'])));
console.log(
  `\nopenclaw --version: ${startUp.toFixed(0)} ms (bare node: ${bare.toFixed(0)} ms, ratio ${(startUp / bare).toFixed(1)})`,
);
