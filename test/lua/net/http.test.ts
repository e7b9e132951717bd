import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { makeCertificates } from '../../helpers/certificates.ts';
import { freePort } from '../../helpers/free-port.ts';
import { nginxReleases } from '../../helpers/nginx/workspace.ts';
import { withTemporaryFolder } from '../../helpers/temporary-folder.ts';
import { type AuthGateway, startAuthGateway } from '../callers/auth-gateway.ts';
import { type DnsServer, startDnsServer } from './dns-server.ts';
import { httpAnswer, type ScriptedAnswer, type ScriptedServer, startScriptedServer } from './scripted-server.ts';

const head = 'HTTP/1.1 200 OK\r\n';
const chunked = `${head}Transfer-Encoding: chunked\r\n\r\n`;
const long = 'x'.repeat(20_000);

/** A body may have 1000 bytes; where time is what runs out, it is 400 ms. */
const answers: [name: string, answer: string | ScriptedAnswer, want: string][] = [
  ['a length', httpAnswer(200, 'hello'), '200 hello'],
  ['a length, and bytes beyond it', `${httpAnswer(200, 'hello')}HTTP/1.1 500 No\r\n\r\n`, '200 hello'],
  ['a length of 0', httpAnswer(200, ''), '200 '],
  ['an error with a body', httpAnswer(401, 'no'), '401 no'],
  ['no body at all', { parts: ['HTTP/1.1 204 No Content\r\n\r\n'], end: 'hang' }, '204 '],
  ['no reason phrase', 'HTTP/1.1 200\r\nContent-Length: 2\r\n\r\nok', '200 ok'],
  ['HTTP/1.0 until the close', { parts: ['HTTP/1.0 200 OK\r\n\r\nhel', 30, 'lo'], end: 'close' }, '200 hello'],
  ['an announcement first', `HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n${httpAnswer(200, 'hello')}`, '200 hello'],
  ['chunks', `${chunked}3\r\nhel\r\n2;name="value"\r\nlo\r\n0\r\nTrailer: 1\r\n\r\n`, '200 hello'],
  [
    'chunks, byte by byte',
    { parts: [...`${chunked}3\r\nhel\r\n2\r\nlo\r\n0\r\n\r\n`].flatMap((byte) => [byte, 1]), end: 'hang' },
    '200 hello',
  ],
  ['as many bytes as allowed', httpAnswer(200, 'x'.repeat(1000)), `200 ${'x'.repeat(1000)}`],
  ['one byte too many', httpAnswer(200, 'x'.repeat(1001)), 'the answer is larger than 1000 bytes'],
  [
    'a length without bounds',
    { parts: [`${head}Content-Length: ${'9'.repeat(400)}\r\n\r\n`], end: 'hang' },
    'the answer is larger than 1000 bytes',
  ],
  [
    'too many bytes until the close',
    { parts: [`${head}\r\n${long}`], end: 'hang' },
    'the answer is larger than 1000 bytes',
  ],
  [
    'too many bytes in chunks',
    { parts: [`${chunked}${`64\r\n${'x'.repeat(100)}\r\n`.repeat(11)}`], end: 'hang' },
    'the answer is larger than 1000 bytes',
  ],
  [
    'a chunk without bounds',
    { parts: [`${chunked}ffffffff\r\n`], end: 'hang' },
    'the answer is larger than 1000 bytes',
  ],
  [
    'a chunk size of many digits',
    { parts: [`${chunked}${'0'.repeat(9)}5\r\nhello\r\n0\r\n\r\n`], end: 'hang' },
    'malformed chunk',
  ],
  ['a negative chunk size', `${chunked}-5\r\nhello\r\n0\r\n\r\n`, 'malformed chunk'],
  ['a chunk without its line end', `${chunked}4\r\nhell--0\r\n\r\n`, 'malformed chunk'],
  ['a chunk that is longer than its size', `${chunked}4\r\nhello\r\n0\r\n\r\n`, 'malformed chunk'],
  ['a chunk size line without end', { parts: [`${chunked}5;${long}`], end: 'hang' }, 'too long'],
  ['bare line feeds between chunks', `${chunked}5\nhello\n0\n\n`, 'the answer ended early'],
  ['chunks that end early', `${chunked}5\r\nhello\r\n`, 'the answer ended early'],
  ['a body that ends early', `${head}Content-Length: 9\r\n\r\nhello`, 'the answer ended early'],
  ['a head that ends early', `${head}Content-Len`, 'the answer ended early'],
  ['nothing', '', 'the answer ended early'],
  ['a reset', { parts: [`${head}Content-Length: 9\r\n\r\nhello`, 30], end: 'reset' }, 'connection reset by peer'],
  ['silence', { parts: [], end: 'hang' }, 'timeout'],
  [
    'a byte now and then',
    { parts: [...httpAnswer(200, 'hello')].flatMap((byte) => [byte, 100]), end: 'hang' },
    'timeout',
  ],
  [
    'both a length and chunks',
    `${head}Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n`,
    'unknown transfer coding',
  ],
  ['another transfer coding', `${head}Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n`, 'unknown transfer coding'],
  [
    'two transfer codings',
    `${head}Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`,
    'unknown transfer coding',
  ],
  ['chunks in HTTP/1.0', 'HTTP/1.0 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n', 'unknown transfer coding'],
  ['two lengths', `${head}Content-Length: 5\r\nContent-Length: 5\r\n\r\nhello`, 'malformed content length'],
  ['a signed length', `${head}Content-Length: +5\r\n\r\nhello`, 'malformed content length'],
  ['a compressed body', `${head}Content-Encoding: gzip\r\nContent-Length: 5\r\n\r\nhello`, 'unknown content encoding'],
  ['a folded header', `${head}X-A: 1\r\n 2\r\nContent-Length: 5\r\n\r\nhello`, 'malformed header'],
  ['white space before a colon', `${head}Content-Length : 5\r\n\r\nhello`, 'malformed header'],
  ['a NUL in a header', `${head}X-A: \0\r\nContent-Length: 5\r\n\r\nhello`, 'malformed header'],
  ['a bare CR in a header', `${head}X-A: 1\rContent-Length: 5\r\n\r\nhello`, 'malformed header'],
  [
    'a head that is too large',
    { parts: [`${head}${`X-A: ${'x'.repeat(1000)}\r\n`.repeat(17)}`], end: 'hang' },
    'the head is larger than 16384 bytes',
  ],
  ['a header line without end', { parts: [`${head}X-A: ${long}`], end: 'hang' }, 'the head is larger than 16384 bytes'],
  [
    'announcements without end',
    { parts: ['HTTP/1.1 100 Continue\r\n\r\n'.repeat(1000)], end: 'hang' },
    'the head is larger than 16384 bytes',
  ],
  ['another protocol', 'SSH-2.0-OpenSSH_9.2\r\n\r\n', 'not an HTTP answer'],
  ['HTTP/2', 'HTTP/2 200 OK\r\n\r\n', 'not an HTTP answer'],
  ['a switch of protocols', 'HTTP/1.1 101 Switching Protocols\r\nUpgrade: h2c\r\n\r\n', 'not an HTTP answer'],
  ['a redirect', httpAnswer(302, 'hello', ['Location: /elsewhere']), 'redirected (status 302)'],
  ['a redirect that keeps the method', httpAnswer(307, '', ['Location: http://127.0.0.1/']), 'redirected (status 307)'],
];

/** A handshake that is over at once, on a busy machine, leaves nginx before 1.30 without a better reason. */
const mismatch = /^TLS: certificate (host mismatch|verification failed)$/;
const untrusted = /^TLS: (2[01]: unable to .*|certificate verification failed)$/;

/** A location that sends the request of its arguments in the phase that they name, and prints what came of it. */
function location(path: string, directives: string): string {
  return `location ${path} {
    ${directives}
    rewrite_by_lua_block { require("sender").run("rewrite") }
    access_by_lua_block { require("sender").run("access") }
    content_by_lua_block { require("sender").in_timer() }
  }`;
}

const sender = `local _M = {}

local function send(args)
  local answer, reason = require("openclaw.net.http").request {
    scheme = args.scheme, host = args.host, port = tonumber(args.port), path = args.path, method = args.method,
    headers = { [args.name or "X-Sent"] = args.value or "1" }, body = args.body, timeout = tonumber(args.timeout) or 5000, max_bytes = 1000,
    verify = args.verify ~= "no", server_name = args.server_name,
  }
  return answer and answer.status .. " " .. answer.body or reason
end

function _M.run(phase)
  local args = ngx.req.get_uri_args()
  if (args.phase or "rewrite") == phase then
    ngx.print(send(args))
    ngx.exit(200)
  end
end

function _M.in_timer()
  local args, result = ngx.req.get_uri_args(), nil
  ngx.timer.at(0, function()
    result = send(args)
  end)
  while not result do
    ngx.sleep(0.01)
  end
  ngx.print(result)
end

return _M
`;

describe.each(nginxReleases)('the HTTP client on nginx %s', (release) => {
  let plain: ScriptedServer;
  let secure: ScriptedServer;
  let dns: DnsServer;
  let gateway: AuthGateway;
  let answer: ScriptedAnswer;

  beforeAll(async () => {
    dns = await startDnsServer(await freePort());
    dns.set('issuer.test', [{ type: 'A', value: '127.0.0.1' }]);
    plain = await startScriptedServer({ port: await freePort(), answer: () => answer });
    await withTemporaryFolder(async (folder) => {
      const { ca, leaves } = await makeCertificates(folder, ['issuer.test']);
      const { cert = '', key = '' } = leaves['issuer.test'] ?? {};
      secure = await startScriptedServer({ port: await freePort(), tls: { cert, key }, answer: () => answer });
      gateway = await startAuthGateway({
        release,
        http: `resolver 127.0.0.1:${dns.port} ipv6=off; resolver_timeout 1s; lua_ssl_verify_depth 3;`,
        server: [
          location('/trusts-the-issuer', 'lua_ssl_trusted_certificate ca.pem;'),
          location('/trusts-others', 'lua_ssl_trusted_certificate /etc/ssl/certs/ca-certificates.crt;'),
          location('/trusts-nobody', ''),
        ].join('\n'),
        files: { 'ca.pem': ca.cert, 'lua/sender.lua': sender },
      });
    });
  });
  afterAll(() => Promise.all([gateway?.stop(), plain?.stop(), secure?.stop(), dns?.stop()]));
  beforeEach(() => {
    answer = { parts: [httpAnswer(200, 'hello')], end: 'close' };
    plain.requests.length = 0;
    secure.requests.length = 0;
  });

  async function send(options: Readonly<Record<string, string>> = {}, path = '/trusts-the-issuer'): Promise<string> {
    const defaults = { scheme: 'http', host: '127.0.0.1', port: String(plain.port), path: '/', method: 'GET' };
    const query = new URLSearchParams({ ...defaults, ...options });
    return (await fetch(`${gateway.url}${path}?${query}`)).text();
  }

  test.each(answers)('knows what to make of %s', async (_, given, want) => {
    answer = typeof given === 'string' ? { parts: [given], end: 'close' } : given;
    expect(await send({ timeout: want === 'timeout' ? '400' : '5000' })).toBe(want);
    expect(plain.requests).toHaveLength(1);
  });

  test.each(['rewrite', 'access', 'timer'])('works in the phase %s', async (phase) => {
    expect(await send({ phase })).toBe('200 hello');
  });

  test('sends what it is told to', async () => {
    await send({ method: 'POST', path: '/a/b?c=d&e=%20', name: 'X-Token', value: 'a b', body: 'token=1&b=2' });
    expect(plain.requests).toEqual([
      {
        method: 'POST',
        path: '/a/b?c=d&e=%20',
        headers: {
          host: `127.0.0.1:${plain.port}`,
          'user-agent': 'openclaw',
          connection: 'close',
          'content-length': '11',
          'x-token': 'a b',
        },
        body: 'token=1&b=2',
      },
    ]);
  });

  test.each([
    ['value', 'a\r\nX-Admin: 1'],
    ['value', 'a\nX-Admin: 1'],
    ['value', 'a\0b'],
    ['name', 'X-A: 1\r\nX-Admin'],
    ['path', '/ HTTP/1.1\r\nX-Admin: 1\r\nX-Rest:'],
    ['path', '/a b'],
    ['path', 'http://127.0.0.1/'],
    ['path', ''],
    ['host', '127.0.0.1\r\nX-Admin: 1'],
    ['host', 'user@127.0.0.1'],
    ['host', 'unix:/run/secret.sock'],
    ['method', 'GET / HTTP/1.1\r\nX-Admin: 1\r\n\r\nGET'],
  ])('sends nothing when the %s is %j', async (option, value) => {
    expect(await send({ [option]: value })).toMatch(/^malformed /);
    expect(plain.requests).toEqual([]);
  });

  test('names the reason when nobody listens', async () => {
    expect(await send({ port: String(await freePort()) })).toBe('connection refused');
  });

  test('asks the resolver of nginx for the address of a name', async () => {
    expect(await send({ host: 'issuer.test' })).toBe('200 hello');
    expect(plain.requests[0]?.headers.host).toBe(`issuer.test:${plain.port}`);
    expect(await send({ host: 'unknown.test' })).toMatch(/^unknown\.test could not be resolved/);
  });

  test('verifies who answers over TLS, before anything is sent', async () => {
    const tls = { scheme: 'https', host: 'issuer.test', port: String(secure.port) };
    const byAddress = { ...tls, host: '127.0.0.1' };
    expect(await send(tls)).toBe('200 hello');
    expect(await send({ ...byAddress, server_name: 'issuer.test' })).toBe('200 hello');
    expect(secure.requests).toHaveLength(2);

    expect(await send({ ...tls, server_name: 'other.test' })).toMatch(mismatch);
    expect(await send(tls, '/trusts-others')).toMatch(untrusted);
    expect(await send(tls, '/trusts-nobody')).toMatch(untrusted);
    // nginx compares names only: an address in the certificate does not count.
    expect(await send(byAddress)).toMatch(mismatch);
    expect(await send({ ...tls, port: String(plain.port) })).toMatch(/^TLS: handshake failed/);
    expect(secure.requests).toHaveLength(2);

    expect(await send({ ...tls, verify: 'no', server_name: 'other.test' }, '/trusts-nobody')).toBe('200 hello');
  });

  test('reads until the close over TLS too', async () => {
    answer = { parts: ['HTTP/1.1 200 OK\r\n\r\nhel', 30, 'lo'], end: 'close' };
    expect(await send({ scheme: 'https', host: 'issuer.test', port: String(secure.port) })).toBe('200 hello');
  });
});
