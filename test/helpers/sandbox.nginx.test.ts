import { existsSync, readFileSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { makeCertificates } from './certificates.ts';
import { freePort } from './free-port.ts';
import { sendBytes } from './http/send-bytes.ts';
import { request, stream } from './http-client.ts';
import { type MockModelServer, startMockModelServer } from './mock-model-server.ts';
import { listProcesses } from './nginx/processes.ts';
import { nginxReleases } from './nginx/workspace.ts';
import { type RunningNginx, type StartOptions, startNginx, testConfig } from './nginx.ts';
import { withTemporaryFolder } from './temporary-folder.ts';

const cleanups: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0)) await cleanup();
});

async function startMock(): Promise<MockModelServer> {
  const mock = await startMockModelServer();
  cleanups.push(mock.close);
  return mock;
}

/** Starts nginx on a folder that holds just this text as `nginx.conf`. */
async function start(config: string, options: Omit<StartOptions, 'folder'>): Promise<RunningNginx> {
  const nginx = await withFolder(config, (folder) => startNginx({ ...options, folder }));
  cleanups.push(nginx.stop);
  return nginx;
}

function withFolder<Result>(config: string, work: (folder: string) => Promise<Result>): Promise<Result> {
  return withTemporaryFolder(async (folder) => {
    await mkdir(join(folder, 'conf.d'));
    await writeFile(join(folder, 'nginx.conf'), config);
    return work(folder);
  });
}

const modules = ['ndk_http', 'ngx_http_lua', 'ngx_http_brotli_filter']
  .map((name) => `load_module /usr/lib/nginx/modules/${name}_module.so;\n`)
  .join('');

/** A gateway in front of the mock, with a Lua location and whatever else a test needs. */
function gateway(port: number, mock: MockModelServer, more = ''): string {
  return `${modules}
worker_processes 2;
pid nginx.pid;
error_log error.log;
env OPENCLAW_TEST_KEY;
events {}
http {
  access_log /var/log/nginx/access.log;
  server {
    listen 127.0.0.1:${port};
    location = /lua { content_by_lua_block { ngx.say(os.getenv("OPENCLAW_TEST_KEY"), " ", require("cjson")._NAME) } }
    location / {
      proxy_pass http://127.0.0.1:${mock.port};
      proxy_http_version 1.1;
      proxy_set_header Upgrade $http_upgrade;
      proxy_set_header Connection $http_connection;
      proxy_buffering off;
    }
    ${more}
  }
}
`;
}

async function processesOfGroup(leader: number): Promise<number[]> {
  return (await listProcesses()).filter(({ group }) => group === leader).map(({ pid }) => pid);
}

describe.each(nginxReleases)('nginx %s', (release) => {
  test('is the version that it claims, runs Lua, and sees the environment', async () => {
    const [mock, port] = [await startMock(), await freePort()];
    await start(gateway(port, mock), { release, ports: [port], env: { OPENCLAW_TEST_KEY: 'sk-1' } });
    const answer = await request({ port, path: '/lua' });
    expect([answer.status, answer.text]).toEqual([200, 'sk-1 cjson\n']);
    expect(answer.headers.server).toMatch(new RegExp(`^nginx/${release.replace('.', '\\.')}\\.\\d+$`));
  });

  test('proxies a stream piece by piece, and tells the upstream when the client leaves', async () => {
    const [mock, port] = [await startMock(), await freePort()];
    await start(gateway(port, mock), { release, ports: [port] });
    const headers = { 'x-mock-gap-ms': '100', 'x-mock-chunks': '50' };
    const response = await stream({ port, path: '/v1/chat/completions', headers, json: { stream: true } });
    const arrived: string[] = [];
    for await (const { text } of response) {
      arrived.push(text);
      if (text.includes('token-2 ')) break;
    }
    expect(arrived.length).toBeGreaterThanOrEqual(3);
    response.abort();
    const recorded = await mock.waitForRequest(({ abortedAt }) => abortedAt !== undefined);
    expect(recorded.finishedAt).toBeUndefined();
  });

  test('passes a websocket through', async () => {
    const [mock, port] = [await startMock(), await freePort()];
    await start(gateway(port, mock), { release, ports: [port] });
    const websocket = new WebSocket(`ws://127.0.0.1:${port}/v1/realtime`);
    websocket.on('open', () => websocket.send('hello'));
    const echoed = await new Promise((resolve, reject) => {
      websocket.on('message', (data) => resolve(data.toString()));
      websocket.on('error', reject);
    });
    expect(echoed).toBe('hello');
    expect(mock.requests).toMatchObject([{ websocket: true, url: '/v1/realtime' }]);
    websocket.terminate();
  });

  test('leaves no process and no folder behind', async () => {
    const [mock, port] = [await startMock(), await freePort()];
    const nginx = await start(gateway(port, mock), { release, ports: [port] });
    await expect.poll(nginx.workerPids).toHaveLength(2);
    expect(await processesOfGroup(nginx.pid)).toHaveLength(3);
    expect((await nginx.readFile('nginx.pid')).trim()).toBe(String(nginx.pid));
    await nginx.stop();
    expect(await processesOfGroup(nginx.pid)).toEqual([]);
    expect(existsSync(nginx.prefix)).toBe(false);
    await expect(request({ port })).rejects.toThrow('ECONNREFUSED');
    await nginx.stop();
  });

  test('takes a master that was killed, its workers, and its folder along', async () => {
    const [mock, port] = [await startMock(), await freePort()];
    const nginx = await start(gateway(port, mock), { release, ports: [port] });
    process.kill(nginx.pid, 'SIGKILL');
    await expect.poll(() => processesOfGroup(nginx.pid)).toEqual([]);
    await nginx.stop();
    expect(existsSync(nginx.prefix)).toBe(false);
  });

  test('reloads: new workers, new configuration; a broken one is refused', async () => {
    const [mock, port] = [await startMock(), await freePort()];
    const nginx = await start(gateway(port, mock, 'location = /new { return 404; }'), { release, ports: [port] });
    await writeFile(join(nginx.prefix, 'nginx.conf'), gateway(port, mock, 'location = /new { return 299; }'));
    await nginx.reload();
    await expect.poll(async () => (await request({ port, path: '/new' })).status).toBe(299);
    await writeFile(join(nginx.prefix, 'nginx.conf'), gateway(port, mock, 'nonsense;'));
    await expect(nginx.reload()).rejects.toThrow('unknown directive "nonsense" in nginx.conf:');
    expect((await request({ port, path: '/new' })).status).toBe(299);
  });

  test('says why it did not start', async () => {
    const [mock, port] = [await startMock(), await freePort()];
    const starting = start(gateway(port, mock, 'nonsense;'), { release, ports: [port] });
    await expect(starting).rejects.toThrow(/nginx 1\.\d+ did not start\n.*unknown directive "nonsense"/);
  });

  test('does not see the environment of the tests', async () => {
    const [mock, port] = [await startMock(), await freePort()];
    process.env.OPENCLAW_TEST_KEY = 'leaked';
    try {
      await start(gateway(port, mock), { release, ports: [port] });
    } finally {
      delete process.env.OPENCLAW_TEST_KEY;
    }
    expect((await request({ port, path: '/lua' })).text).toBe('nil cjson\n');
  });

  test('serves TLS and HTTP/2 with certificates given as files, inside the prefix and at absolute paths', async () => {
    const [mock, port, other] = [await startMock(), await freePort(), await freePort()];
    await withTemporaryFolder(async (folder) => {
      const { ca, leaves } = await makeCertificates(folder, ['gateway.test']);
      const { cert = '', key = '' } = leaves['gateway.test'] ?? {};
      const live = '/etc/letsencrypt/live/gateway.test';
      const files = { 'ssl/a.crt': cert, 'ssl/a.key': key, [`${live}/a.crt`]: cert, [`${live}/a.key`]: key };
      const more = `listen 127.0.0.1:${other} ssl http2; ssl_protocols TLSv1.3; ssl_certificate ssl/a.crt; ssl_certificate_key ${live}/a.key;`;
      await start(gateway(port, mock, more), { release, ports: [port, other], files });
      const tls = { ca: ca.cert, servername: 'gateway.test' };
      const answer = await request({ port: other, path: '/lua', http2: true, tls });
      expect([answer.status, answer.httpVersion, answer.tlsProtocol]).toEqual([200, '2.0', 'TLSv1.3']);
      const posted = await request({ port: other, path: '/v1/embeddings', http2: true, tls, json: { input: 'x' } });
      expect(posted.json().object).toBe('list');
      expect((await request({ port: other, path: '/lua', tls })).httpVersion).toBe('1.1');
    });
    expect(existsSync('/etc/letsencrypt/live/gateway.test')).toBe(false);
  });

  test('gets bytes that no client would send', async () => {
    const [mock, port] = [await startMock(), await freePort()];
    await start(gateway(port, mock), { release, ports: [port] });
    const answer = await sendBytes({ port, bytes: 'GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n' });
    expect(answer).toMatch(/^HTTP\/1\.1 400 /);
    expect(mock.requests).toEqual([]);
  });

  test('-t resolves the given hosts and no others', async () => {
    const config = `
user www-data;
pid /run/openclaw-test.pid;
events {}
http {
  access_log /var/log/nginx/openclaw-test.log;
  proxy_cache_path /var/cache/openclaw-test keys_zone=a:1m;
  upstream openai { server api.openai.com:443; }
  server {
    listen 80;
    location / {
      proxy_pass https://openai;
      proxy_ssl_trusted_certificate /etc/ssl/certs/ca-certificates.crt;
    }
  }
}
`;
    const machineHosts = readFileSync('/etc/hosts', 'utf8');
    await withFolder(config, async (folder) => {
      const known = await testConfig({ release, folder, hosts: { 'api.openai.com': '192.0.2.1' } });
      expect(known.output).toMatch(/test is successful\s*$/);
      expect(known.ok).toBe(true);
      const unknown = await testConfig({ release, folder });
      expect(unknown.output).toContain('host not found in upstream "api.openai.com:443" in nginx.conf:');
      expect(unknown.ok).toBe(false);
    });
    expect(readFileSync('/etc/hosts', 'utf8')).toBe(machineHosts);
    for (const path of ['/run/openclaw-test.pid', '/var/log/nginx/openclaw-test.log', '/var/cache/openclaw-test']) {
      expect(existsSync(path), path).toBe(false);
    }
  });

  test('keeps the logs that Debian puts into /var/log/nginx readable', async () => {
    const [mock, port] = [await startMock(), await freePort()];
    const nginx = await start(gateway(port, mock), { release, ports: [port] });
    await request({ port, path: '/seen' });
    await expect.poll(() => nginx.readFile('/var/log/nginx/access.log')).toContain('GET /seen');
  });
});

test('is not fooled by somebody else on its port', async () => {
  const mock = await startMock();
  const starting = start(gateway(mock.port, mock), { release: '1.22', ports: [mock.port] });
  await expect(starting).rejects.toThrow('Address already in use');
});

test('a free port is never given twice, nor while somebody listens on it', async () => {
  const ports = await Promise.all(Array.from({ length: 20 }, freePort));
  expect(new Set(ports).size).toBe(20);
  const mock = await startMockModelServer({ port: Math.max(...ports) + 1 });
  cleanups.push(mock.close);
  for (let count = 0; count < 5; count += 1) expect(await freePort()).not.toBe(mock.port);
});
