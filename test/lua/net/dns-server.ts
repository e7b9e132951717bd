import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { createServer, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

interface DnsRecord {
  readonly type: 'A' | 'AAAA' | 'CNAME' | 'SRV';
  /** Of an SRV record `priority weight port target`. */
  readonly value: string;
  /** Seconds; 1 unless told. */
  readonly ttl?: number;
}

/** What the server does with a question over UDP; over TCP it always answers. */
export type DnsBehaviour =
  | 'answer'
  | 'drop'
  | 'truncate'
  | 'wrong-id'
  | 'wrong-question'
  | 'spoof-then-answer'
  | 'pointer-loop'
  | 'forward-pointer'
  | 'long-record'
  | 'short'
  | 'empty'
  | 'garbage'
  | 'server-failure'
  | 'refused';

interface DnsQuestion {
  readonly id: number;
  readonly name: string;
  readonly type: number;
  readonly over: 'udp' | 'tcp';
}

export interface DnsServer {
  readonly port: number;
  /** Every question so far, oldest first. */
  readonly questions: DnsQuestion[];
  /** Replaces the records of a name; none at all makes it unknown (NXDOMAIN). */
  set(name: string, records: readonly DnsRecord[]): void;
  behave(behaviour: DnsBehaviour, options?: { readonly delayMs?: number }): void;
  stop(): Promise<void>;
}

const typeNumbers = { A: 1, CNAME: 5, AAAA: 28, SRV: 33 } as const;

/** Starts a DNS server on a port of 127.0.0.1, the same for UDP and TCP. */
export async function startDnsServer(port: number): Promise<DnsServer> {
  const records = new Map<string, readonly DnsRecord[]>();
  const questions: DnsQuestion[] = [];
  let behaviour: DnsBehaviour = 'answer';
  let delayMs = 0;

  const udp = createSocket('udp4');
  udp.on('message', async (query, peer) => {
    questions.push(parseQuestion(query, 'udp'));
    if (delayMs > 0) await sleep(delayMs);
    for (const reply of replies(behaviour, query, records)) udp.send(reply, peer.port, peer.address);
  });

  const sockets = new Set<Socket>();
  const tcp = createServer((socket) => {
    sockets.add(socket.on('close', () => sockets.delete(socket)).on('error', () => {}));
    socket.once('data', (framed) => {
      const query = framed.subarray(2);
      questions.push(parseQuestion(query, 'tcp'));
      const reply = answer(query, records);
      const prefix = uint16(reply.length);
      // In two parts: a reader must not take one read for one message.
      socket.write(Buffer.concat([prefix, reply.subarray(0, 5)]));
      setTimeout(() => socket.end(reply.subarray(5)), 20);
    });
  });

  udp.bind(port, '127.0.0.1');
  tcp.listen(port, '127.0.0.1');
  await Promise.all([once(udp, 'listening'), once(tcp, 'listening')]);
  return {
    port,
    questions,
    set: (name, list) => void records.set(name, list),
    behave: (next, options) => {
      behaviour = next;
      delayMs = options?.delayMs ?? 0;
    },
    stop: async () => {
      for (const socket of sockets) socket.destroy();
      await Promise.all([new Promise<void>((done) => udp.close(done)), new Promise((done) => tcp.close(done))]);
    },
  };
}

type Records = ReadonlyMap<string, readonly DnsRecord[]>;

function replies(behaviour: DnsBehaviour, query: Buffer, records: Records): Buffer[] {
  const good = answer(query, records);
  const wrongId = Buffer.concat([
    uint16((query.readUInt16BE(0) + 1) % 65536),
    answerWith(query, '127.6.6.6').subarray(2),
  ]);
  switch (behaviour) {
    case 'answer':
      return [good];
    case 'drop':
      return [];
    case 'truncate':
      return [withFlags(query, 0x8380)];
    case 'wrong-id':
      return [wrongId];
    case 'wrong-question':
      return [otherQuestion(query)];
    case 'spoof-then-answer':
      return [wrongId, otherQuestion(query), Buffer.alloc(3), good];
    case 'pointer-loop':
      // The owner of the first record is a pointer to itself.
      return [pointerAnswer(query, query.length)];
    case 'forward-pointer':
      return [pointerAnswer(query, query.length + 40)];
    case 'long-record':
      return [withRecord(query, Buffer.from([0xc0, 12, 0, 1, 0, 1, 0, 0, 0, 1, 0xff, 0xff, 127, 6, 6, 6]))];
    case 'short':
      return [good.subarray(0, good.length - 3)];
    case 'empty':
      return [Buffer.alloc(0)];
    case 'garbage':
      return [Buffer.concat([query.subarray(0, 2), Buffer.alloc(300, 0xff)])];
    case 'server-failure':
      return [withFlags(query, 0x8182)];
    case 'refused':
      return [withFlags(query, 0x8185)];
  }
}

/** The records of the name and of what its CNAMEs lead to, or NXDOMAIN. */
function answer(query: Buffer, records: Records): Buffer {
  const { name, type } = parseQuestion(query, 'udp');
  const found = records.get(name) ?? [];
  if (found.length === 0) return withFlags(query, 0x8183);
  const parts: Buffer[] = [];
  const add = (owner: string, depth: number): void => {
    for (const record of records.get(owner) ?? []) {
      if (record.type !== 'CNAME' && typeNumbers[record.type] !== type) continue;
      // The question's own name as a pointer to it, as servers do.
      parts.push(encodeRecord(owner === name ? Buffer.from([0xc0, 12]) : encodeName(owner), record));
      if (record.type === 'CNAME' && depth < 20) add(record.value, depth + 1);
    }
  };
  add(name, 0);
  const message = Buffer.concat([withFlags(query, 0x8180), ...parts]);
  message.writeUInt16BE(parts.length, 6);
  return message;
}

function answerWith(query: Buffer, address: string): Buffer {
  return answer(query, new Map([[parseQuestion(query, 'udp').name, [{ type: 'A', value: address }]]]));
}

function otherQuestion(query: Buffer): Buffer {
  const other = Buffer.from(answerWith(query, '127.6.6.6'));
  other[13] = 'z'.charCodeAt(0);
  return other;
}

function pointerAnswer(query: Buffer, offset: number): Buffer {
  return withRecord(
    query,
    Buffer.from([0xc0 | (offset >> 8), offset & 255, 0, 1, 0, 1, 0, 0, 0, 1, 0, 4, 127, 6, 6, 6]),
  );
}

function withRecord(query: Buffer, record: Buffer): Buffer {
  const message = Buffer.concat([withFlags(query, 0x8180), record]);
  message.writeUInt16BE(1, 6);
  return message;
}

function withFlags(query: Buffer, flags: number): Buffer {
  const message = Buffer.from(query);
  message.writeUInt16BE(flags, 2);
  return message;
}

function parseQuestion(query: Buffer, over: 'udp' | 'tcp'): DnsQuestion {
  const labels: string[] = [];
  let offset = 12;
  for (let size = query[offset] ?? 0; size > 0; size = query[offset] ?? 0) {
    labels.push(query.toString('latin1', offset + 1, offset + 1 + size));
    offset += size + 1;
  }
  return {
    id: query.readUInt16BE(0),
    name: labels.join('.').toLowerCase(),
    type: query.readUInt16BE(offset + 1),
    over,
  };
}

function encodeRecord(owner: Buffer, record: DnsRecord): Buffer {
  const data = encodeData(record);
  const ttl = Buffer.alloc(4);
  ttl.writeUInt32BE(record.ttl ?? 1);
  return Buffer.concat([owner, uint16(typeNumbers[record.type]), uint16(1), ttl, uint16(data.length), data]);
}

function encodeData(record: DnsRecord): Buffer {
  switch (record.type) {
    case 'A':
      return Buffer.from(record.value.split('.').map(Number));
    case 'AAAA':
      return Buffer.concat(record.value.split(':').map((group) => uint16(Number.parseInt(group, 16))));
    case 'CNAME':
      return encodeName(record.value);
    case 'SRV': {
      const [priority, weight, port, target = ''] = record.value.split(' ');
      return Buffer.concat([...[priority, weight, port].map((value) => uint16(Number(value))), encodeName(target)]);
    }
  }
}

function encodeName(name: string): Buffer {
  const labels = name
    .split('.')
    .filter(Boolean)
    .map((label) => Buffer.from([label.length, ...Buffer.from(label)]));
  return Buffer.concat([...labels, Buffer.alloc(1)]);
}

function uint16(value: number): Buffer {
  return Buffer.from([value >> 8, value & 255]);
}
