import { once } from 'node:events';
import { connect } from 'node:net';

/** Sends a GET whose target goes out byte for byte, as no HTTP client would send it, and returns the status. */
export async function rawGet(port: number, target: string): Promise<number> {
  const socket = connect(port, '127.0.0.1');
  let answer = '';
  socket.setEncoding('latin1').on('data', (text: string) => {
    answer += text;
  });
  socket.write(`GET ${target} HTTP/1.1\r\nHost: gateway\r\nConnection: close\r\n\r\n`);
  await once(socket, 'close');
  return Number(answer.split(' ')[1]);
}
