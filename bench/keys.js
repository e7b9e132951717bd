// What a check of a key costs, in CPU time of the nginx worker, beside a bare `proxy_pass` in the same run; and how long
// a key file takes to load. After `npm run build`, with nginx, its Lua module and wrk: `node bench/keys.js`. Read the ratios.
import { execFileSync, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

const sizes = [100, 10_000, 100_000];
const rounds = Number(process.argv[2] ?? 7);
const seconds = 2;
/** Keys that requests rotate through, so that not one line of memory answers them all. */
const usedKeys = 64;

const bin = new URL('../bin/openclaw.js', import.meta.url).pathname;
const folder = mkdtempSync(join(tmpdir(), 'openclaw-bench-'));
const started = [];

function freePort() {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
}

async function startNginx(prefix, port) {
  const child = spawn('nginx', ['-p', prefix, '-c', 'nginx.conf', '-g', 'daemon off;'], {
    env: { ...process.env, PROVIDER: 'sk-bench-provider' },
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  started.push(child);
  for (let tries = 0; tries < 100; tries++) {
    await sleep(50);
    const workers = workersOf(child.pid);
    if (workers.length > 0) return { worker: workers[0], url: `http://127.0.0.1:${port}` };
  }
  throw new Error(`nginx in ${prefix} did not start`);
}

function workersOf(master) {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .filter((pid) => {
      try {
        return new RegExp(`^PPid:\\t${master}$`, 'm').test(readFileSync(`/proc/${pid}/status`, 'utf8'));
      } catch {
        return false;
      }
    })
    .map(Number);
}

/** Clock ticks of 10 ms that a process has had. */
function ticksOf(pid) {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1].split(' ');
  return Number(fields[11]) + Number(fields[12]);
}

const script = join(folder, 'keys.lua');
writeFileSync(
  script,
  `local keys = { ${Array.from({ length: usedKeys }, (_, index) => `"${keyOf(index)}"`).join(', ')} }
local turn = 0
function request()
  turn = turn % #keys + 1
  return wrk.format("POST", "/v1/chat/completions", { ["x-api-key"] = keys[turn], ["content-type"] = "application/json" },
    '{"model":"m","messages":[{"role":"user","content":"hello"}]}')
end
`,
);

/** Microseconds of CPU in the worker for one request. */
function measure({ worker, url }) {
  const before = ticksOf(worker);
  const report = execFileSync('wrk', ['-t1', '-c16', `-d${seconds}s`, '-s', script, url], { encoding: 'utf8' });
  const requests = Number(/(\d+) requests in/.exec(report)?.[1]);
  if (/Non-2xx|Socket errors/.test(report)) throw new Error(report);
  return ((ticksOf(worker) - before) * 10_000) / requests;
}

function keyOf(index) {
  return `oc-bench-${index}-0123456789abcdef0123456789abcdef`;
}

function median(values) {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)];
}

async function main() {
  const upstreamPort = await freePort();
  plain('upstream', upstreamPort, `location / { default_type application/json; return 200 '{"id":"x"}'; }`);
  await startNginx(join(folder, 'upstream'), upstreamPort);

  const barePort = await freePort();
  plain(
    'bare',
    barePort,
    'location / { proxy_http_version 1.1; proxy_set_header Connection ""; proxy_buffering off; proxy_pass http://llm; }',
    `upstream llm { server 127.0.0.1:${upstreamPort}; keepalive 32; }`,
  );
  const bare = await startNginx(join(folder, 'bare'), barePort);
  const gateways = [{ name: 'no key asked', ...(await startGateway(0, upstreamPort)) }];
  for (const size of sizes)
    gateways.push({ name: `${size} clients`, size, ...(await startGateway(size, upstreamPort)) });

  const ratios = gateways.map(() => []);
  const bares = [];
  measure(bare);
  for (const gateway of gateways) measure(gateway);
  for (let round = 0; round < rounds; round++) {
    for (const [index, gateway] of gateways.entries()) {
      // The bare one before and after: what the machine does meanwhile falls on both.
      const first = measure(bare);
      const own = measure(gateway);
      const base = (first + measure(bare)) / 2;
      bares.push(base);
      ratios[index].push(own / base);
    }
  }
  console.log(`bare proxy_pass: ${median(bares).toFixed(1)} us of CPU a request (median of ${bares.length})\n`);
  console.log('gateway            CPU against bare    from .. to');
  for (const [index, gateway] of gateways.entries()) {
    const all = ratios[index];
    console.log(
      `${gateway.name.padEnd(18)} ${median(all).toFixed(2).padStart(10)}x        ${Math.min(...all).toFixed(2)} .. ${Math.max(...all).toFixed(2)}`,
    );
  }
  console.log('\nload of a key file, in the master at start');
  for (const { size } of gateways.filter(({ size }) => size !== undefined))
    console.log(`${String(size).padStart(7)} clients    ${loadTime(size).toFixed(0)} ms`);
}

function plain(name, port, location, http = '') {
  mkdirSync(join(folder, name));
  writeFileSync(
    join(folder, name, 'nginx.conf'),
    `worker_processes 1; pid nginx.pid; error_log stderr warn;
events { worker_connections 1024; }
http { access_log off; keepalive_requests 1000000; ${http} server { listen 127.0.0.1:${port}; ${location} } }
`,
  );
}

function keyFileOf(size) {
  const file = join(folder, `${size}.keys`);
  const lines = Array.from({ length: size }, (_, index) => {
    const hash = createHash('sha256').update(keyOf(index)).digest('hex');
    return `client-${index} sha256:${hash}${index % 3 === 0 ? ' tier=premium' : ''}\n`;
  });
  writeFileSync(file, lines.join(''));
  return file;
}

async function startGateway(size, upstreamPort) {
  const port = await freePort();
  const prefix = join(folder, `gateway-${size}`);
  const keys = size === 0 ? '' : `key_maps: { apps: { from: x-api-key, file: ${keyFileOf(size)} } }`;
  const spec = join(folder, `${size}.yaml`);
  writeFileSync(
    spec,
    `version: 1
target: debian-12
server: { listen: { http: "127.0.0.1:${port}" }, keepalive: { requests: 1000000 } }
process: { workers: 1, pid: ${prefix}.pid, user: root, group: root }
log: { access: false, error: ${prefix}.log }
${keys}
upstreams: { llm: { servers: ["127.0.0.1:${upstreamPort}"], credential: env:PROVIDER } }
routes: [{ path: /, upstream: llm, auth: ${size === 0 ? 'none' : 'apps'} }]
`,
  );
  execFileSync(process.execPath, [bin, 'build', spec, '-o', prefix, '-q']);
  return { prefix, ...(await startNginx(prefix, port)) };
}

/** Milliseconds that the runtime needs to read and parse a key file, by nginx's own LuaJIT. */
function loadTime(size) {
  const conf = join(folder, 'load.conf');
  writeFileSync(
    conf,
    `load_module /usr/lib/nginx/modules/ndk_http_module.so;
load_module /usr/lib/nginx/modules/ngx_http_lua_module.so;
pid ${folder}/load.pid; error_log stderr error; events { }
http { lua_package_path "${join(folder, `gateway-${size}`)}/lua/?.lua;;";
  init_by_lua_block {
    local key_file, started = require "openclaw.callers.key_file", os.clock()
    local file = io.open("${join(folder, `${size}.keys`)}", "rb")
    local parsed = key_file.parse(file:read("*a"))
    io.stdout:write(string.format("%d %.3f", parsed.count, os.clock() - started))
    io.stdout:flush()
    os.exit(0)
  } }
`,
  );
  const [count, time] = execFileSync('nginx', ['-p', folder, '-c', conf], { encoding: 'utf8' }).split(' ');
  if (Number(count) !== size) throw new Error(`${count} of ${size} keys were loaded`);
  return Number(time) * 1000;
}

try {
  await main();
} finally {
  for (const child of started) child.kill('SIGTERM');
  await sleep(500);
  rmSync(folder, { recursive: true, force: true });
}
