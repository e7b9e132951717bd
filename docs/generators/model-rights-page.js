import { providers } from '../../dist/rights/providers.js';
import { generatedNote } from './generated-note.js';

const verdicts = {
  checked: 'what it may use; else 403 `model_not_allowed`',
  passes: 'it passes',
  not_named: '**403** `model_not_named`',
  not_visible: '**403** `model_not_visible`',
};

function requestText({ method, path, isHandshake }) {
  return `\`${isHandshake ? 'Upgrade' : method} ${path.replaceAll('$model', '<model>')}\``;
}

/** docs/model-rights.md: what callers with `models` may do, from what is known of providers. */
export function modelRightsPage() {
  const sections = providers.map(({ name, sources, ways }) => {
    const rows = ways.map(({ way, request, named, verdict }) =>
      [way, requestText(request), named, verdicts[verdict]].map((cell) => cell.replaceAll('|', '\\|')).join(' | '),
    );
    return `## ${name}\n\nFrom ${sources}.\n\n| Work | Such as | Where the model is named | What the caller gets |\n|---|---|---|---|\n${rows.map((row) => `| ${row} |\n`).join('')}`;
  });
  return `${generatedNote}

# What callers with \`models\` may do

A client whose \`models\` are restricted may start work only when every model that the request can make work is named where the
gateway looks, and is one of its own. What cannot be seen is refused: 403 \`model_not_named\` when the request names no model, 403
\`model_not_visible\` when the model is named elsewhere. That holds on every route, whichever upstream it leads to; the tables
are by provider because that is how APIs are known. Each row is a test that runs on nginx 1.22, 1.26 and 1.30.

Where the gateway looks:

* \`model\` at the top of a JSON body, in a field of a multipart body, in the path or in the query argument \`model\`. When that
  model is allowed, the rest of the body is looked at as well:
* in a JSON body, every key that ends in \`model\`, \`models\`, \`model_id\`, \`model_name\`, \`deployment\`, \`deployment_id\`,
  \`deployment_name\`, \`adapter_id\` or \`lora_path\`, wherever it stands. What it names has to be allowed too. Left out is what is the caller's own:
  schemas and arguments of functions, \`metadata\`, \`headers\`, \`documents\`, and what tools were called with and answered. Models of the
  table are meant as clients write them; only the one at the top is renamed for an upstream.
* tools that let a model of their own work have to name it.
* a multipart body is refused when a field but \`model\` has such a name.

Requests that read or delete (\`GET\`, \`HEAD\`, \`OPTIONS\`, \`DELETE\`) pass when they name no model, have no body and do not claim
another method; so do uploads of files, and \`cancel\`. All other requests have to name a model. The path counts as the upstream
gets it, after \`strip_prefix\`, \`add_prefix\`, \`set_path\` and \`base_path\`: a model that they put there has to be allowed as well, unless
\`models\` or \`match: { model }\` have led there by the name.

**Websockets.** What follows the handshake is not looked at. A handshake passes when its path ends in \`/realtime\`, it names an
allowed model in \`?model=\`, and all upstreams of the route are of providers that keep to it; vLLM, for one, takes the model from
\`session.update\`, so it has to be declared as \`provider: vllm\`. The session's model is bound then. One thing is not: a realtime
session may have what the caller says transcribed by a model that its messages name (\`audio.input.transcription.model\`). Where
that matters, give such clients no route with \`websocket: true\`.

**What is not restricted** is whose things they are: who knows the id of somebody else's response or file can read it with the
same provider key. And a server that does work for a \`GET\` without a model does it for everyone.

${sections.join('\n')}`;
}
