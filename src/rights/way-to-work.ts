/** A request that a row of the table stands for. `$model` in its path and its body is the model that is asked for. */
export interface SampleRequest {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** From `/v1/…` on, as the SDK of the provider sends it. */
  readonly path: string;
  readonly json?: string;
  /** Fields of multipart/form-data. */
  readonly form?: Readonly<Record<string, string>>;
  readonly isHandshake?: true;
}

/** What a caller gets whose `models` are restricted. */
export type Verdict =
  /** As for a chat: it passes when it may use what is named. */
  | 'checked'
  /** It passes: no model works for it. */
  | 'passes'
  /** 403 `model_not_named`. */
  | 'not_named'
  /** 403 `model_not_visible`, whatever the request names besides. */
  | 'not_visible';

/** One way of making a model work, or of preparing or reading such work. */
export interface WayToWork {
  readonly way: string;
  readonly request: SampleRequest;
  /** Where the model is named. */
  readonly named: string;
  readonly verdict: Verdict;
  /** What the last segments of a path tell, `*` for any one: it outweighs the model that a body names at its top. */
  readonly endpoint?: { readonly tail: string; readonly means: EndpointMeaning };
  /** The last segments of a path where the model of a handshake is that of the whole session. */
  readonly bindsHandshake?: string;
  /** An argument of a handshake with which it is not. */
  readonly freesHandshake?: string;
  /** A key of the body with which it cannot be seen which model works: wherever it stands, or `top.` or its parent before it. */
  readonly hiddenBy?: string;
  /** The `type` of a tool that lets a model of its own work, whose name has to stand beside it. */
  readonly tool?: string;
  /** The `type` of a tool, or the `id` of a plugin, that lets models work which are not all named. */
  readonly hidingTool?: string;
}

export type EndpointMeaning =
  /** Nothing works for such a request. */
  | 'no_work'
  /** The model is named elsewhere, or a key is handed out that works without the gateway. */
  | 'hidden'
  /** Each of `requests` names its own in `params.model`. */
  | 'each_request'
  /** Names are written as Google does: `models/` and the name. */
  | 'google_names';

export interface Provider {
  readonly name: string;
  /** Where the ways were looked up: packages of npm with their versions. */
  readonly sources: string;
  readonly ways: readonly WayToWork[];
}

export function post(path: string, json: object): SampleRequest {
  return { method: 'POST', path, json: JSON.stringify(json) };
}
