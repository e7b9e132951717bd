// What routing by model, fallback and balancing cost: CPU time of the nginx worker, time to the first token of a stream,
// and memory of an open one, each beside a bare `proxy_pass` in the same run. After `npm run build`, with nginx, its Lua
// module and wrk: `node bench/routing.js`. Takes about three minutes. Read the ratios.
import { execFileSync, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { Agent, createServer as createHttpServer, request as httpRequest } from 'node:http';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';

const rounds = Number(process.argv[2] ?? 3);
/** Such as `by_model` or `64 KB`; by default all. */
const wanted = process.argv[3];
const seconds = 1;
const openStreams = 2000;
const timedStreams = 600;

const kilobyte = 1024;
const prose = 'The committee met on Tuesday to consider how the harbour might be kept open through the winter. ';
/** Full of quotes and newlines, which JSON escapes. */
const code = readdirSync(new URL('../templates/lua/openclaw', import.meta.url))
  .sort()
  .map((name) => readFileSync(new URL(`../templates/lua/openclaw/${name}`, import.meta.url), 'utf8'))
  .join('');

/** In its place every request has another number: no two texts are the same, as in real life. */
const mark = '@@@@';

/** As OpenAI's own client writes it: the model comes last. */
function bodyOf({ model, size, text = prose }) {
  const encode = (content) => JSON.stringify({ messages: [{ role: 'user', content: `${mark} ${content}` }], model });
  const full = text.repeat(Math.ceil(size / text.length) + 1);
  let length = size;
  while (encode(full.slice(0, length)).length > size)
    length -= Math.ceil((encode(full.slice(0, length)).length - size) / 2);
  return encode(full.slice(0, length));
}

const sizes = [
  ['1 KB', { size: kilobyte }],
  ['8 KB', { size: 8 * kilobyte }],
  ['64 KB', { size: 64 * kilobyte }],
  ['64 KB code', { size: 64 * kilobyte, text: code }],
  ['1 MB', { size: 1024 * kilobyte - 512 }],
];
const small = sizes.slice(0, 1);
const several = sizes.filter(([name]) => name === '1 KB' || name === '64 KB');
const cases = [
  { name: 'upstream, nothing to choose', path: '/plain', model: 'same', sizes: several },
  { name: 'by_model', path: '/by-model', model: 'same', sizes },
  { name: 'by_model, renamed', path: '/by-model', model: 'renamed', sizes },
  { name: 'fallback, not needed', path: '/fallback', model: 'same', sizes: several },
  { name: 'split', path: '/split', model: 'same', sizes: small },
  { name: 'balance: conversation', path: '/conversation', model: 'same', sizes: several },
  { name: 'balance: least_time', path: '/least-time', model: 'same', sizes: small },
].flatMap(({ sizes: own, ...one }) =>
  own.map(([size, body]) => ({ ...one, size, body: bodyOf({ ...body, model: one.model }) })),
);

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
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  started.push(child);
  for (let tries = 0; tries < 100; tries++) {
    await sleep(50);
    const workers = workersOf(child.pid);
    if (workers.length > 0) return { worker: workers[0], port };
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

/** Microseconds on a CPU that a process has had. */
function cpuOf(pid) {
  return Number(readFileSync(`/proc/${pid}/schedstat`, 'utf8').split(' ')[0]) / 1000;
}

function memoryOf(pid) {
  return Number(/^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))[1]);
}

let scripts = 0;

/** Microseconds of CPU in the worker for one request. */
function measure({ worker, port }, { path, body }) {
  const script = join(folder, `${scripts++}.lua`);
  const text = body.replace(/[\\"\n\r]/g, (letter) => ({ '\n': '\\n', '\r': '\\r' })[letter] ?? `\\${letter}`);
  writeFileSync(
    script,
    `local requests, turn = {}, 0
function init()
  for index = 1, ${body.length > 100 * kilobyte ? 8 : 64} do
    local body = string.gsub("${text}", "${mark}", string.format("%04d", index), 1)
    requests[index] = wrk.format("POST", nil, { ["content-type"] = "application/json" }, body)
  end
end
function request()
  turn = turn % #requests + 1
  return requests[turn]
end
`,
  );
  const before = cpuOf(worker);
  const report = execFileSync('wrk', ['-t1', '-c8', `-d${seconds}s`, '-s', script, `http://127.0.0.1:${port}${path}`], {
    encoding: 'utf8',
  });
  const spent = cpuOf(worker) - before;
  rmSync(script);
  if (/Non-2xx|Socket errors/.test(report)) throw new Error(`${path}\n${report}`);
  return spent / Number(/(\d+) requests in/.exec(report)[1]);
}

function quantile(values, share) {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length * share)];
}

function plain(name, port, { location, http = '' }) {
  mkdirSync(join(folder, name));
  writeFileSync(
    join(folder, name, 'nginx.conf'),
    `worker_processes 1; pid nginx.pid; error_log stderr warn; worker_rlimit_nofile 16384;
events { worker_connections 8192; }
http { access_log off; keepalive_requests 1000000; client_max_body_size 32m; client_body_buffer_size 1m;
  ${http} server { listen 127.0.0.1:${port}; ${location} } }
`,
  );
  return startNginx(join(folder, name), port);
}

const bareLocation =
  'proxy_http_version 1.1; proxy_set_header Connection ""; proxy_buffering off; proxy_read_timeout 300s;';

async function startGateway({ upstreamPorts, streamPort }) {
  const port = await freePort();
  const prefix = join(folder, 'gateway');
  const spec = join(folder, 'openclaw.yaml');
  const [one, two] = upstreamPorts.map((own) => `"127.0.0.1:${own}"`);
  const chat = 'set_path: /v1/chat/completions, auth: none';
  writeFileSync(
    spec,
    `version: 1
target: debian-12
server: { listen: { http: "127.0.0.1:${port}" }, keepalive: { requests: 1000000 } }
process: { workers: 1, pid: ${prefix}.pid, user: root, group: root, connections: 8192 }
log: { access: false, error: ${prefix}.log }
models: { same: one, renamed: { upstream: one, as: meta-llama/Llama-3.1-8B-Instruct }, "gpt-4o*": two, stream: stream }
upstreams:
  one: { servers: [${one}], keepalive: { requests: 1000000 } }
  two: { servers: [${two}], keepalive: { requests: 1000000 } }
  conversation: { balance: conversation, servers: [${one}, ${two}], keepalive: { requests: 1000000 } }
  least-time: { balance: least_time, servers: [${one}, ${two}], keepalive: { requests: 1000000 } }
  stream: ["127.0.0.1:${streamPort}"]
routes:
  - { path: =/plain, upstream: one, ${chat} }
  - { path: =/by-model, upstream: by_model, ${chat} }
  - { path: =/fallback, upstream: one, fallback: two, ${chat} }
  - { path: =/split, split: { one: 95%, two: 5% }, ${chat} }
  - { path: =/conversation, upstream: conversation, ${chat} }
  - { path: =/least-time, upstream: least-time, ${chat} }
  - { path: =/stream, upstream: by_model, fallback: two, timeouts: { first_byte: 60s, idle: 120s, total: 10m }, stream_errors: event, ${chat} }
`,
  );
  execFileSync(process.execPath, [bin, 'build', spec, '-o', prefix, '-q']);
  return startNginx(prefix, port);
}

function measureCost(bare, gateway) {
  const chosen = cases.filter(({ name, size }) => wanted === undefined || `${name} ${size}`.includes(wanted));
  const results = chosen.map((one) => ({ ...one, bares: [], owns: [], ratios: [] }));
  for (let round = 0; round <= rounds; round++) {
    for (const result of results) {
      // Now this one first, now that one: what the machine does meanwhile falls on both.
      const turn = [() => measure(bare, result), () => measure(gateway, result)];
      const first = turn[round % 2]();
      const second = turn[1 - (round % 2)]();
      const [base, own] = round % 2 === 0 ? [first, second] : [second, first];
      if (round === 0) continue;
      result.bares.push(base);
      result.owns.push(own);
      result.ratios.push(own / base);
    }
  }
  console.log('CPU of the worker for a request    body          bare       ours    added    ratio    from .. to');
  for (const { name, size, bares, owns, ratios } of results) {
    const [base, own] = [quantile(bares, 0.5), quantile(owns, 0.5)];
    const cells = [
      name.padEnd(32),
      size.padEnd(10),
      `${base.toFixed(1)} us`.padStart(10),
      `${own.toFixed(1)} us`.padStart(10),
      (own - base).toFixed(1).padStart(8),
      `${quantile(ratios, 0.5).toFixed(2)}x`.padStart(8),
      `  ${Math.min(...ratios).toFixed(2)} .. ${Math.max(...ratios).toFixed(2)}`,
    ];
    console.log(cells.join(' '));
  }
}

/** A server of streams: one token, and then, when the request says so, nothing more. */
function startStreams(port) {
  const event = 'data: {"choices":[{"index":0,"delta":{"content":"token"}}]}\n\n';
  const server = createHttpServer((request, response) => {
    let text = '';
    request.setEncoding('utf8').on('data', (piece) => {
      text += piece;
    });
    request.on('end', () => {
      response.writeHead(200, { 'Content-Type': 'text/event-stream' });
      response.write(event);
      if (!text.includes('stay open')) response.end('data: [DONE]\n\n');
    });
  });
  server.keepAliveTimeout = 60_000;
  return new Promise((resolve) => server.listen(port, '127.0.0.1', 5000, () => resolve(server)));
}

/** Milliseconds to the first token. With `stay`, the stream stays open and is given back too. */
function openStream({ port, agent, stay }) {
  const content = stay ? 'stay open' : prose.repeat(10);
  const body = JSON.stringify({ messages: [{ role: 'user', content }], model: 'stream', stream: true });
  return new Promise((resolve, reject) => {
    const begun = performance.now();
    const headers = { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) };
    const request = httpRequest({ port, host: '127.0.0.1', path: '/stream', method: 'POST', headers, agent });
    request.once('error', reject);
    request.once('response', (response) => {
      if (response.statusCode !== 200) return reject(new Error(`a stream was answered with ${response.statusCode}`));
      response.on('error', () => undefined);
      response.once('data', () => {
        const time = performance.now() - begun;
        if (stay) resolve({ request, time });
        else response.resume().once('end', () => resolve({ request, time }));
      });
    });
    request.end(body);
  });
}

async function measureFirstToken(bare, gateway) {
  const times = [[], []];
  const agents = [new Agent({ keepAlive: true }), new Agent({ keepAlive: true })];
  for (let turn = 0; turn < timedStreams + 50; turn++) {
    for (const index of turn % 2 === 0 ? [0, 1] : [1, 0]) {
      const { time } = await openStream({ port: [bare, gateway][index].port, agent: agents[index], stay: false });
      if (turn >= 50) times[index].push(time);
    }
  }
  for (const agent of agents) agent.destroy();
  console.log(`\ntime to the first token (${timedStreams} streams each)    bare        ours        added`);
  for (const [name, share] of [
    ['p50', 0.5],
    ['p99', 0.99],
  ]) {
    const [base, own] = times.map((list) => quantile(list, share));
    const cells = [base, own, own - base].map((value) => `${value.toFixed(2)} ms`.padStart(10));
    console.log(`${name.padEnd(48)} ${cells.join('  ')}`);
  }
}

async function memoryOfStreams({ worker, port }) {
  const before = memoryOf(worker);
  const open = [];
  for (let count = 0; count < openStreams; count += 50)
    open.push(...(await Promise.all(Array.from({ length: 50 }, () => openStream({ port, stay: true })))));
  await sleep(500);
  const growth = memoryOf(worker) - before;
  for (const { request } of open) request.on('error', () => undefined).destroy();
  await sleep(500);
  return { before, perStream: growth / openStreams };
}

async function main() {
  const [upstreamPort, secondPort, barePort, streamPort] = [
    await freePort(),
    await freePort(),
    await freePort(),
    await freePort(),
  ];
  const answer = `location / { default_type application/json; return 200 '{"id":"x"}'; }`;
  await plain('upstream', upstreamPort, { location: `${answer} } server { listen 127.0.0.1:${secondPort}; ${answer}` });
  const streams = await startStreams(streamPort);
  const bare = await plain('bare', barePort, {
    location: `location / { ${bareLocation} proxy_pass http://llm; } location = /stream { ${bareLocation} proxy_pass http://streams; }`,
    http: `upstream llm { server 127.0.0.1:${upstreamPort}; keepalive 32; keepalive_requests 1000000; }
  upstream streams { server 127.0.0.1:${streamPort}; keepalive 32; }`,
  });
  const gateway = await startGateway({ upstreamPorts: [upstreamPort, secondPort], streamPort });

  measureCost(bare, gateway);
  if (wanted === undefined) {
    await measureFirstToken(bare, gateway);
    console.log(`\nmemory of the worker                 before    for each of ${openStreams} open streams`);
    for (const [name, one] of [
      ['bare', bare],
      ['ours', gateway],
    ]) {
      const { before, perStream } = await memoryOfStreams(one);
      console.log(
        `${name.padEnd(32)} ${`${(before / 1024).toFixed(1)} MB`.padStart(10)}    ${perStream.toFixed(1)} KB`,
      );
    }
  }
  streams.closeAllConnections();
  streams.close();
}

try {
  await main();
} finally {
  for (const child of started) child.kill('SIGTERM');
  await sleep(500);
  rmSync(folder, { recursive: true, force: true });
}
