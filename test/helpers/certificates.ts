import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { withTemporaryFolder } from './temporary-folder.ts';

/** A certificate and its key, as PEM texts and as files. */
interface Certificate {
  readonly cert: string;
  readonly key: string;
  readonly certPath: string;
  readonly keyPath: string;
}

export interface Certificates {
  readonly ca: Certificate;
  /** A list that revokes the leaves of these names, as PEM. */
  readonly revoke: (names: readonly string[]) => Promise<string>;
  /** A certificate for a name, as client, that is over after a moment, to the second. */
  readonly issueUntil: (name: string, end: Date) => Promise<Pem>;
  /** A certificate for a name that nobody but its owner has signed. */
  readonly forge: (name: string) => Promise<Pem>;
  /** By name. Each is valid for its name and for 127.0.0.1, as server and as client; but those of `expired…` are over. */
  readonly leaves: Readonly<Record<string, Certificate>>;
}

type Pem = Pick<Certificate, 'cert' | 'key'>;

const newKey = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '2'];
const issued = new Map<string, Promise<Pem>>();

/** Writes a throwaway CA and a certificate for each name into a folder. A process has one CA and one key per name. */
export async function makeCertificates(folder: string, names: readonly string[]): Promise<Certificates> {
  await mkdir(folder, { recursive: true });
  const leaves: Record<string, Certificate> = {};
  for (const name of names) leaves[name] = await save(folder, name, await leafFor(name));
  return {
    ca: await save(folder, 'ca', await authority()),
    leaves,
    revoke: revocationList,
    issueUntil,
    forge: selfSigned,
  };
}

async function save(folder: string, name: string, pem: Pem): Promise<Certificate> {
  const certPath = join(folder, `${name.replace('*', 'wildcard')}.crt`);
  const keyPath = join(folder, `${name.replace('*', 'wildcard')}.key`);
  await writeFile(certPath, pem.cert);
  await writeFile(keyPath, pem.key, { mode: 0o600 });
  return { ...pem, certPath, keyPath };
}

function authority(): Promise<Pem> {
  return issueOnce('', async (folder) => {
    const extension = [
      '-addext',
      'basicConstraints=critical,CA:TRUE',
      '-addext',
      'keyUsage=critical,keyCertSign,cRLSign',
    ];
    await openssl(folder, ['req', '-x509', ...newKey, '-subj', '/CN=openclaw test CA', ...extension, ...outputs]);
  });
}

function leafFor(name: string): Promise<Pem> {
  return issueOnce(name, async (folder) => {
    const ca = await authority();
    await writeFile(join(folder, 'ca.crt'), ca.cert);
    await writeFile(join(folder, 'ca.key'), ca.key);
    await writeFile(join(folder, 'extensions'), `subjectAltName=DNS:${name},IP:127.0.0.1\nbasicConstraints=CA:FALSE\n`);
    const request = ['req', '-new', ...newKey, '-subj', `/CN=${name}`, '-keyout', 'key.pem', '-out', 'request.pem'];
    await openssl(folder, request);
    const days = name.startsWith('expired') ? '-1' : '2';
    const signing = ['-CA', 'ca.crt', '-CAkey', 'ca.key', '-CAcreateserial', '-extfile', 'extensions', '-days', days];
    await openssl(folder, ['x509', '-req', '-in', 'request.pem', ...signing, '-out', 'cert.pem']);
  });
}

function issueUntil(name: string, end: Date): Promise<Pem> {
  const moment = `${end.toISOString().replace(/\..*$/, '').replace(/[-T:]/g, '')}Z`;
  return issueOnce(`${name} until ${moment}`, async (folder) => {
    const ca = await authority();
    await writeFile(join(folder, 'ca.crt'), ca.cert);
    await writeFile(join(folder, 'ca.key'), ca.key);
    await writeFile(join(folder, 'index.txt'), '');
    await writeFile(join(folder, 'openssl.cnf'), authoritySettings);
    const request = ['req', '-new', ...newKey, '-subj', `/CN=${name}`, '-keyout', 'key.pem', '-out', 'request.pem'];
    await openssl(folder, request);
    const signing = ['ca', '-config', 'openssl.cnf', '-batch', '-notext', '-enddate', moment];
    await openssl(folder, [...signing, '-in', 'request.pem', '-out', 'cert.pem', '-outdir', '.']);
  });
}

function selfSigned(name: string): Promise<Pem> {
  return issueOnce(`self-signed ${name}`, async (folder) => {
    await openssl(folder, ['req', '-x509', ...newKey, '-subj', `/CN=${name}`, ...outputs]);
  });
}

async function revocationList(names: readonly string[]): Promise<string> {
  return withTemporaryFolder(async (folder) => {
    const ca = await authority();
    await writeFile(join(folder, 'ca.crt'), ca.cert);
    await writeFile(join(folder, 'ca.key'), ca.key);
    await writeFile(join(folder, 'index.txt'), '');
    await writeFile(join(folder, 'openssl.cnf'), authoritySettings);
    for (const name of names) {
      await writeFile(join(folder, 'leaf.crt'), (await leafFor(name)).cert);
      await openssl(folder, ['ca', '-config', 'openssl.cnf', '-revoke', 'leaf.crt']);
    }
    await openssl(folder, ['ca', '-config', 'openssl.cnf', '-gencrl', '-out', 'list.pem']);
    return readFile(join(folder, 'list.pem'), 'utf8');
  });
}

const authoritySettings = `[ca]
default_ca = test
[test]
database = index.txt
certificate = ca.crt
private_key = ca.key
default_md = sha256
default_crl_days = 2
rand_serial = yes
policy = any
[any]
commonName = supplied
`;

const outputs = ['-keyout', 'key.pem', '-out', 'cert.pem'];

function issueOnce(name: string, issue: (folder: string) => Promise<void>): Promise<Pem> {
  const before = issued.get(name);
  if (before !== undefined) return before;
  const pem = withTemporaryFolder(async (folder) => {
    await issue(folder);
    return {
      cert: await readFile(join(folder, 'cert.pem'), 'utf8'),
      key: await readFile(join(folder, 'key.pem'), 'utf8'),
    };
  });
  issued.set(name, pem);
  return pem;
}

async function openssl(folder: string, commandArguments: readonly string[]): Promise<void> {
  await execa('openssl', commandArguments, { cwd: folder, stdin: 'ignore' });
}
