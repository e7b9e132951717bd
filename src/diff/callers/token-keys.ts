import type { TokenKeys } from '../../gateway/common/authentication.ts';
import { hashText } from '../../output/manifest.ts';
import type { PlainValue } from '../../source/value-node.ts';
import type { Rule, Verdict } from '../common/rule.ts';
import { showReference } from '../common/show-reference.ts';
import { showUrl } from '../common/show-url.ts';
import { showDuration } from '../common/show-value.ts';
import { quote, verdict } from '../common/verdicts.ts';
import { whenRead } from '../common/when-read.ts';

type RemoteKeys = Extract<TokenKeys, { readonly kind: 'url' }>;

/** What it means that tokens are verified with other keys. */
export function tokenKeysRule<Subject>(): Rule<TokenKeys, Subject> {
  return {
    label: 'keys',
    about:
      'What tokens are verified with. Others loosen: who has their private part can claim to be anyone. So does keeping fetched keys for longer, and fetching them unencrypted.',
    risks: ['loosens', 'narrows', 'capacity'],
    takesEffect: (before, after) =>
      after.kind === 'secret' && !(before.kind === 'secret' && showReference(before.from) === showReference(after.from))
        ? whenRead(after.from)
        : 'reload',
    show: showTokenKeys,
    plain: describeForPrograms,
    judge: (before, after) =>
      before.kind === 'url' && after.kind === 'url'
        ? judgeRemoteKeys(before, after)
        : verdict(
            'loosens',
            `tokens are verified with ${describeTokenKeys(after)}, no longer with ${describeTokenKeys(before)}`,
          ),
  };
}

function judgeRemoteKeys(before: RemoteKeys, after: RemoteKeys): Verdict {
  const [was, now] = [before.url, after.url];
  if (now.scheme === 'http' && was.scheme === 'https')
    return verdict(
      'loosens',
      `keys of tokens are fetched unencrypted from ${quote(now.host)}: anyone in between can make tokens`,
    );
  if (was.host !== now.host)
    return verdict(
      'loosens',
      `tokens are verified with the keys of ${quote(now.host)}, no longer with those of ${quote(was.host)}`,
    );
  if (was.path !== now.path || (was.scheme === now.scheme && was.port !== now.port))
    return verdict('loosens', `tokens are verified with other keys of ${quote(now.host)}`);
  if (after.maxAge > before.maxAge)
    return verdict('loosens', `keys that the issuer withdraws can be used for up to ${showDuration(after.maxAge)}`);
  if (now.scheme !== was.scheme) return verdict('narrows', 'keys of tokens are fetched encrypted');
  return after.maxAge < before.maxAge
    ? verdict('narrows', `keys that the issuer withdraws can be used for only ${showDuration(after.maxAge)}`)
    : verdict(
        'capacity',
        `keys of tokens are fetched at most every ${showDuration(after.minRefresh)}, within ${showDuration(after.timeout)}`,
      );
}

/** Where keys are, in a sentence; of a URL only the host, because the rest may come from outside of the spec. */
export function describeTokenKeys(keys: TokenKeys): string {
  switch (keys.kind) {
    case 'url':
      return `the keys of ${quote(keys.url.host)}`;
    case 'file':
      return `the keys in ${quote(keys.path)}, which the spec does not show`;
    case 'public_key':
      return `the public key ${quote(fingerprint(keys.pem))}`;
    case 'secret':
      return `the secret in ${quote(showReference(keys.from))}`;
  }
}

function showTokenKeys(keys: TokenKeys): string {
  switch (keys.kind) {
    case 'url':
      return `${showUrl(keys.url)} (max_age ${showDuration(keys.maxAge)})`;
    case 'file':
      return keys.path;
    case 'public_key':
      return `public key ${fingerprint(keys.pem)}`;
    case 'secret':
      return showReference(keys.from);
  }
}

function describeForPrograms(keys: TokenKeys): PlainValue {
  return keys.kind === 'url' ? { ...keys, url: showUrl(keys.url) } : showTokenKeys(keys);
}

function fingerprint(pem: string): string {
  return hashText(pem.replace(/\s/g, '')).slice('sha256:'.length, 'sha256:'.length + 12);
}
