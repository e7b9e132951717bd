import { once } from 'node:events';
import { type IncomingMessage, request } from 'node:http';
import { setImmediate as nextTurn } from 'node:timers/promises';

/** Posts a body with chunked encoding, a chunk and a write for each piece. */
export async function postChunks(port: number, pieces: readonly Buffer[], headers: Readonly<Record<string, string>>) {
  const chunked = { ...headers, 'transfer-encoding': 'chunked' };
  const sent = request({ host: '127.0.0.1', port, method: 'POST', agent: false, headers: chunked });
  sent.setNoDelay(true);
  const answered = once(sent, 'response') as Promise<[IncomingMessage]>;
  for (const piece of pieces) {
    sent.write(piece);
    await nextTurn();
  }
  sent.end();
  const [response] = await answered;
  const parts: Buffer[] = [];
  for await (const part of response) parts.push(part as Buffer);
  return {
    status: response.statusCode ?? 0,
    headers: response.headers as Readonly<Record<string, string>>,
    body: Buffer.concat(parts),
  };
}
