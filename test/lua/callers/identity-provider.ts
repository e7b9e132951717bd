import { httpAnswer, type ScriptedAnswer, type ScriptedServer, startScriptedServer } from '../net/scripted-server.ts';

/** How the provider answers; all but the first three are answers that nobody may rely on. */
export type ProviderBehaviour =
  | 'answer'
  | 'chunked'
  | 'until-close'
  | 'late'
  | 'error'
  | 'redirect'
  | 'not-json'
  | 'truncated'
  | 'huge'
  | 'slow'
  | 'hang'
  | 'reset';

export interface IdentityProvider extends ScriptedServer {
  /** For every path that does not name a behaviour of its own, such as `/jwks?behave=hang`. */
  behave(behaviour: ProviderBehaviour): void;
  /** Replaces the key set that `/jwks` serves. */
  setKeys(keys: readonly object[]): void;
  /** What `/introspect` says about a token; about any other it says that it is not active. */
  setToken(token: string, answer: object | string): void;
}

export interface IdentityProviderOptions {
  readonly port: number;
  readonly tls?: { readonly cert: string; readonly key: string };
}

/** Starts the server of a token issuer: a JWKS and an introspection endpoint. */
export async function startIdentityProvider(options: IdentityProviderOptions): Promise<IdentityProvider> {
  let behaviour: ProviderBehaviour = 'answer';
  let keys: readonly object[] = [];
  const tokens = new Map<string, object | string>();

  const server = await startScriptedServer({
    ...options,
    answer: ({ path, body }) => {
      const url = new URL(path, 'http://provider');
      const token = new URLSearchParams(body).get('token') ?? '';
      const answer = url.pathname === '/jwks' ? { keys } : (tokens.get(token) ?? { active: false });
      const text = typeof answer === 'string' ? answer : JSON.stringify(answer);
      const own = url.searchParams.get('behave') as ProviderBehaviour | null;
      return misbehave(own ?? behaviour, text);
    },
  });
  return {
    ...server,
    behave: (next) => {
      behaviour = next;
    },
    setKeys: (next) => {
      keys = next;
    },
    setToken: (token, answer) => void tokens.set(token, answer),
  };
}

function misbehave(behaviour: ProviderBehaviour, text: string): ScriptedAnswer {
  const whole = httpAnswer(200, text);
  switch (behaviour) {
    case 'answer':
      return { parts: [whole], end: 'close' };
    case 'chunked':
      return {
        parts: ['HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n', ...chunks(text), '0\r\n\r\n'],
        end: 'hang',
      };
    case 'until-close':
      return { parts: ['HTTP/1.1 200 OK\r\n\r\n', 20, text], end: 'close' };
    case 'late':
      return { parts: [300, whole], end: 'close' };
    case 'error':
      return { parts: [httpAnswer(500, text)], end: 'close' };
    case 'redirect':
      return { parts: [httpAnswer(307, text, ['Location: /redirected'])], end: 'close' };
    case 'not-json':
      return { parts: [httpAnswer(200, '<html>Sign in</html>')], end: 'close' };
    case 'truncated':
      return { parts: [whole.slice(0, -5)], end: 'close' };
    case 'huge':
      return { parts: [httpAnswer(200, text + ' '.repeat(600_000))], end: 'close' };
    case 'slow':
      return { parts: [...whole].flatMap((byte) => [byte, 20]), end: 'hang' };
    case 'hang':
      return { parts: [], end: 'hang' };
    case 'reset':
      return { parts: [whole.slice(0, 20), 20], end: 'reset' };
  }
}

/** Cut where no reader may depend on it: within the size, and between CR and LF. */
function chunks(text: string): (string | number)[] {
  const pieces = text.match(/.{1,20}/gs) ?? [];
  return pieces.flatMap((piece) => ['0', `${piece.length.toString(16)}\r`, 5, `\n${piece}\r\n`]);
}
