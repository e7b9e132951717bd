import type { PublicModel } from '../../src/diff/public-model.ts';

/** A model in which nothing is null or empty, so that every field of it can be walked. */
export const maximalModel: PublicModel = {
  server: {
    names: ['a.example.com'],
    listeners: [
      { host: '127.0.0.2', port: 80, tls: false },
      { host: '127.0.0.1', port: 443, tls: true },
    ],
    http2: true,
    tls: { certificate: 'a.crt', certificateKey: 'a.key', profile: 'intermediate', hsts: 1000 },
    redirect: { status: 301, port: 443 },
    trustedProxies: { ranges: ['10.0.0.0/8'], header: 'X-Forwarded-For', recursive: true },
    keepalive: { timeout: 1000, requests: 10 },
    maxBodySize: 1024,
    responseHeaders: [{ name: 'X-One', value: 'one' }],
  },
  resolver: { addresses: ['127.0.0.53'], valid: 1000, ipv6: true },
  upstreams: [
    {
      name: 'openai',
      provider: 'openai',
      servers: [
        {
          kind: 'network',
          host: 'api.openai.com',
          port: 443,
          weight: 1,
          backup: false,
          down: false,
          maxConns: 10,
          maxFails: 1,
          failTimeout: 1000,
        },
      ],
      balance: { kind: 'hash', key: { kind: 'header', name: 'X-User' }, consistent: true },
      keepalive: { connections: 32, timeout: 1000, requests: 10 },
      tls: { name: 'api.openai.com', verify: true, ca: 'ca.pem' },
      credential: {
        from: { source: 'env', name: 'KEY' },
        placement: { kind: 'header', name: 'Authorization', scheme: 'bearer' },
        hosts: ['relay.example.com'],
      },
      host: 'api.openai.com',
      basePath: '/openai',
      resolve: 'required',
      requestHeaders: [{ name: 'X-Two', value: 'two' }],
      credentialArguments: ['key'],
      hosted: true,
    },
  ],
  routes: [
    {
      name: 'chat',
      path: { kind: 'prefix', path: '/v1/' },
      conditions: [
        { kind: 'method', values: ['POST'] },
        { kind: 'host', values: ['a.example.com'] },
        { kind: 'client', ranges: ['10.0.0.0/8'] },
        { kind: 'header', name: 'x-three', test: { kind: 'one_of', values: ['three'] } },
        { kind: 'query', name: 'four', test: { kind: 'present' } },
      ],
      auth: 'none',
      upstream: 'openai',
      rewrite: { kind: 'prefix', strip: '/a', add: '/b' },
      timeouts: { connect: 1000, idle: 1000, send: 1000 },
      maxBodySize: 2048,
      buffering: true,
      websocket: true,
      compression: true,
      responseHeaders: [{ name: 'X-Five', value: 'five' }],
      requestHeaders: [{ name: 'X-Six', value: 'six' }],
    },
  ],
  compression: {
    gzip: { level: 5, minLength: 1000, types: ['text/plain'] },
    brotli: { level: 4, minLength: 1000, types: ['text/plain'] },
  },
  log: { access: 'access.log', error: 'error.log', level: 'warn' },
  process: {
    user: 'nobody',
    group: 'nogroup',
    workers: 2,
    connections: 1024,
    shutdownTimeout: 1000,
    pid: 'nginx.pid',
    temporaryDirectory: 'tmp',
  },
  compose: {
    network: 'llm',
    backends: [{ name: 'vllm', image: 'vllm:1', command: ['--model', 'a'], envFile: 'vllm.env' }],
  },
};
