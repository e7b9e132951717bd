/** How the mock answers. Set for all requests by `server.behave`, for one by the header named beside each field. */
export interface Behaviour {
  /** `x-mock-status`; from 400 on the body is an error in the style of the API. */
  readonly status: number;
  /** `x-mock-delay-ms`: pause before the headers. */
  readonly delayMs: number;
  /** `x-mock-chunks`: pieces of content in a stream. */
  readonly chunks: number;
  /** `x-mock-gap-ms`: pause between two pieces. */
  readonly gapMs: number;
  /** `x-mock-cut-after-chunks`: destroy the socket after so many pieces; 0 sends the headers only. */
  readonly cutAfterChunks?: number;
  /** `x-mock-stall-after-chunks`: send no more after so many pieces, and keep the connection open. */
  readonly stallAfterChunks?: number;
  /** `x-mock-drop: 1`: destroy the socket before any answer. */
  readonly drop: boolean;
  /** `x-mock-reset: 1`: as `drop`, with a TCP reset. */
  readonly reset: boolean;
  /** `x-mock-body-bytes`: pads the content, so that a JSON body has this length exactly. 0 pads nothing. */
  readonly bodyBytes: number;
  /** `x-mock-content-type` */
  readonly contentType?: string;
  /** `x-mock-response-header: Name: value`, as often as needed. */
  readonly responseHeaders: readonly (readonly [name: string, value: string])[];
  /** `x-mock-prompt-tokens` */
  readonly promptTokens: number;
  /** `x-mock-completion-tokens`; by default one for each piece. */
  readonly completionTokens?: number;
}

const defaults: Behaviour = {
  status: 200,
  delayMs: 0,
  chunks: 4,
  gapMs: 5,
  drop: false,
  reset: false,
  bodyBytes: 0,
  responseHeaders: [],
  promptTokens: 11,
};

/** The behaviour for one request: its headers win over what was set for all. */
export function chooseBehaviour(
  set: Partial<Behaviour>,
  headers: readonly (readonly [name: string, value: string])[],
): Behaviour {
  const asked: { -readonly [Key in keyof Behaviour]?: Behaviour[Key] } = {};
  const added: [string, string][] = [];
  for (const [name, value] of headers) {
    const key = name.toLowerCase().replace(/^x-mock-/, '');
    if (key === name.toLowerCase()) continue;
    if (key === 'status') asked.status = Number(value);
    else if (key === 'delay-ms') asked.delayMs = Number(value);
    else if (key === 'chunks') asked.chunks = Number(value);
    else if (key === 'gap-ms') asked.gapMs = Number(value);
    else if (key === 'cut-after-chunks') asked.cutAfterChunks = Number(value);
    else if (key === 'stall-after-chunks') asked.stallAfterChunks = Number(value);
    else if (key === 'drop') asked.drop = value === '1';
    else if (key === 'reset') asked.reset = value === '1';
    else if (key === 'body-bytes') asked.bodyBytes = Number(value);
    else if (key === 'content-type') asked.contentType = value;
    else if (key === 'prompt-tokens') asked.promptTokens = Number(value);
    else if (key === 'completion-tokens') asked.completionTokens = Number(value);
    else if (key === 'response-header') added.push(splitHeader(value));
    else throw new Error(`unknown header \`${name}\` for the mock model server`);
  }
  const chosen = { ...defaults, ...set, ...asked };
  return { ...chosen, responseHeaders: [...chosen.responseHeaders, ...added] };
}

function splitHeader(line: string): [string, string] {
  const colon = line.indexOf(':');
  return [line.slice(0, colon).trim(), line.slice(colon + 1).trim()];
}
