// TLS in front of an emulator, with certificates of our own making: a good one, and those that nobody should believe.
//
//   const front = await Front.start('localhost', port);
//   … the daemon speaks to front.url, and believes front.ca (front.strangersCa signs what 'stranger' shows) …
//   front.show('expired');  front.wire.cut();
//   front.refused;  front.entrusted;  front.holds(token)

import fs from 'node:fs';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import tls from 'node:tls';
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { Wire } from '../peers/wire.mjs';
import { LeftOut } from './faults_kit.mjs';

const run = promisify(execFile);

const NAMES = ['localhost', 'chat.test'];
const KEY = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes'];
const FROM = '20200101000000Z';
const UNTIL = '20491231000000Z';
const BYGONE = '20200102000000Z';

// Who signs which name until when.
const IDENTITIES = {
  good: { ca: 'ours', until: UNTIL },
  stranger: { ca: 'nobodys', until: UNTIL },
  expired: { ca: 'ours', until: BYGONE },
  other: { ca: 'ours', until: UNTIL, names: ['elsewhere.test'] },
};

// An authority of its own: nothing of the machine's settings.
const SETTINGS = `
[req]
distinguished_name = names
x509_extensions = authority
[names]
[authority]
basicConstraints = critical, CA:TRUE
[ca]
default_ca = own
[own]
database = index
new_certs_dir = .
rand_serial = yes
default_md = sha256
policy = any
copy_extensions = copy
unique_subject = no
[any]
commonName = supplied
`;

class Authority {
  static async make(folder, name) {
    const authority = new Authority();
    authority.folder = path.join(folder, name);
    fs.mkdirSync(authority.folder);
    fs.writeFileSync(path.join(authority.folder, 'index'), '');
    fs.writeFileSync(path.join(authority.folder, 'cnf'), SETTINGS);
    await authority.openssl('req', '-x509', '-config', 'cnf', ...KEY, '-subj', `/CN=${name}`, '-days', '2', '-keyout', 'ca.key', '-out', 'ca.pem');
    return authority;
  }

  openssl(...args) {
    return run('openssl', args, { cwd: this.folder });
  }

  file = (name) => path.join(this.folder, name);

  async sign(names, until) {
    const subject = ['-subj', `/CN=${names[0]}`, '-addext', `subjectAltName=${names.map((name) => `DNS:${name}`)}`];
    await this.openssl('req', '-config', 'cnf', ...KEY, ...subject, '-keyout', 'own.key', '-out', 'own.csr');
    await this.openssl('ca', '-batch', '-notext', '-config', 'cnf', '-cert', 'ca.pem', '-keyfile', 'ca.key', '-in', 'own.csr', '-out', 'own.pem', '-startdate', FROM, '-enddate', until);
    return { key: fs.readFileSync(this.file('own.key')), cert: fs.readFileSync(this.file('own.pem')) };
  }
}

async function make() {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'anchord-tls-'));
  process.on('exit', () => fs.rmSync(folder, { recursive: true, force: true }));
  const authorities = { ours: await Authority.make(folder, 'ours'), nobodys: await Authority.make(folder, 'nobodys') };
  const identities = {};
  for (const [which, { ca, until, names = NAMES }] of Object.entries(IDENTITIES))
    identities[which] = await authorities[ca].sign(names, until);
  return { identities, ca: authorities.ours.file('ca.pem'), strangersCa: authorities.nobodys.file('ca.pem') };
}

// Once for all scenes.
let made;
const certificates = async () => {
  try {
    made ??= make();
    return await made;
  } catch (e) {
    if (e.code !== 'ENOENT') throw e;
    throw new LeftOut('there is no openssl to make certificates');
  }
};

// A wire that remembers what came by it from the daemon's side.
class Tapped extends Wire {
  heard = [];

  join(near) {
    near.on('data', (bytes) => this.heard.push(bytes));
    super.join(near);
  }
}

export class Front {
  static async start(name, port) {
    const front = Object.assign(new Front(), await certificates());
    front.refused = []; // why the daemon did not go on
    front.entrusted = 0; // bytes that it said to one who showed a bad certificate
    front.server = tls.createServer(front.identities.good, (near) => front.join(near, port));
    front.server.on('tlsClientError', (e) => front.refused.push(e.code));
    await new Promise((resolve) => front.server.listen(0, '127.0.0.1', resolve));
    front.wire = await Tapped.start(front.server.address().port);
    front.url = `https://${name}:${front.wire.port}`;
    return front;
  }

  join(near, port) {
    const far = net.connect(port, '127.0.0.1');
    const { bad } = this;
    let read = 0;
    near.on('data', (bytes) => {
      read += bytes.length;
      if (bad) this.entrusted += bytes.length;
    });
    near.on('close', () => bad && read === 0 && this.refused.push('it said nothing'));
    near.pipe(far).pipe(near);
    for (const [one, other] of [[near, far], [far, near]]) one.on('error', () => {}).on('close', () => other.destroy());
  }

  show(which) {
    this.bad = which !== 'good';
    this.server.setSecureContext(this.identities[which]);
  }

  holds = (secret) => Buffer.concat(this.wire.heard).includes(secret);

  async stop() {
    await this.wire.stop();
    this.server.close();
  }
}
