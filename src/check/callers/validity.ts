import type { CertificateClient, ClientKey, KeyClient, Rights } from '../../gateway/common/authentication.ts';
import { placeOfItem } from '../../gateway/common/place-of-item.ts';
import { namedClients } from '../common/named-clients.ts';
import type { Check, CheckSink } from '../common/rule.ts';

type Validity = Pick<Rights, 'notBefore' | 'notAfter'>;

/** OC3008: times that leave no time at all. */
export const checkValidity: Check = (gateway, sink) => {
  for (const client of namedClients(gateway)) {
    if (isNever(client)) reject(client, sink);
    if ('keys' in client) for (const [index, key] of client.keys.entries()) checkKey({ client, key, index }, sink);
  }
};

function isNever({ notBefore, notAfter }: Validity): boolean {
  return notBefore !== null && notAfter !== null && notAfter <= notBefore;
}

function reject({ at, id }: KeyClient | CertificateClient, sink: CheckSink): void {
  sink.error('OC3008', [...at, 'not_after'], {
    message: '`not_after` is not after `not_before`',
    help: `\`${id}\` could never call`,
    related: [{ message: 'valid from here on', path: [...at, 'not_before'] }],
  });
}

/** A key counts while both it and its client are valid. */
function checkKey(given: { client: KeyClient; key: ClientKey; index: number }, sink: CheckSink): void {
  const { client, key, index } = given;
  const place = (field: string) => placeOfItem(sink, { list: [...client.at, 'key'], index, field });
  const message = `this key of \`${client.id}\` is never valid`;
  if (isNever(key))
    sink.error('OC3008', place('not_after'), {
      message,
      help: '`not_after` has to be after `not_before`',
      related: [{ message: 'valid from here on', path: place('not_before') }],
    });
  else if (!isNever(client) && isNever({ notBefore: key.notBefore, notAfter: client.notAfter }))
    sink.error('OC3008', place('not_before'), {
      message,
      help: 'it starts when its client has ended',
      related: [{ message: 'the client ends here', path: [...client.at, 'not_after'] }],
    });
  else if (!isNever(client) && isNever({ notBefore: client.notBefore, notAfter: key.notAfter }))
    sink.error('OC3008', place('not_after'), {
      message,
      help: 'it ends before its client starts',
      related: [{ message: 'the client starts here', path: [...client.at, 'not_before'] }],
    });
}
