// The installed daemon as systemd runs it in a machine, where the harness (../peers/daemon.mjs) has a child of its own:
// configuration, credentials, start, reload, stop, and its log.

import fs from 'node:fs';
import path from 'node:path';

const DROP_IN = '/etc/systemd/system/anchord.service.d/test.conf';
const SECRETS = '/etc/anchord/credentials';
export const STORE = '/var/lib/anchord/anchord.db';

export class Unit {
  constructor(stage, machine) {
    Object.assign(this, { stage, machine, runs: 0, log: '' });
  }

  // What "systemctl edit anchord" writes: {key: values}.
  async edit(settings) {
    const lines = Object.entries(settings).flatMap(([key, values]) => [values].flat().map((value) => `${key}=${value}`));
    const file = this.machine.inside(DROP_IN);
    fs.mkdirSync(path.dirname(file), { recursive: true });
    fs.writeFileSync(file, ['[Service]', ...lines, ''].join('\n'));
    await this.must('systemctl', 'daemon-reload');
  }

  // A secret for the unit alone, read by systemd at a start; returns how the configuration names it.
  credential(name, secret) {
    const file = this.machine.inside(`${SECRETS}/${name}`);
    fs.mkdirSync(path.dirname(file), { recursive: true, mode: 0o700 });
    fs.writeFileSync(file, `${secret}\n`, { mode: 0o600 });
    return [`credential:${name}`, `${name}:${SECRETS}/${name}`];
  }

  // A secret that a reload can bring.
  async file(name, secret) {
    const at = `/etc/anchord/${name}`;
    fs.writeFileSync(this.machine.inside(at), `${secret}\n`, { mode: 0o600 });
    await this.must('chown', 'anchord:', at);
    return `file:${at}`;
  }

  // JSON is YAML.
  configure(workspaces) {
    const { port } = this.stage;
    const settings = { store: `sqlite:${STORE}`, listen: `127.0.0.1:${port}`, workspaces };
    fs.writeFileSync(this.machine.inside('/etc/anchord/anchord.yaml'), `${JSON.stringify(settings, null, 2)}\n`);
  }

  async must(...command) {
    const { code, out } = await this.machine.run(...command);
    if (code !== 0) throw new Error(`${command.join(' ')}: ${code}\n${out}`);
    return out;
  }

  async start() {
    this.runs += 1;
    await this.must('systemctl', 'start', 'anchord');
    await this.stage.until('it is connected', () => this.stage.connected(1), 30000);
  }

  show = async (property) => (await this.must('systemctl', 'show', '--value', '-p', property, 'anchord')).trim();

  // The journal of the machine, entry by entry; `match`: as journalctl takes it.
  async entries(...match) {
    const out = await this.must('journalctl', '--no-pager', '-o', 'json', ...match);
    return out.split('\n').filter((line) => line.startsWith('{')).map((line) => JSON.parse(line));
  }

  // ---- what the stage asks
  async stop() {
    await this.must('systemctl', 'stop', 'anchord');
    this.log = await this.must('journalctl', '--no-pager', '-o', 'json');
  }

  kill = () => this.machine.run('systemctl', 'kill', '--signal=KILL', 'anchord');

  get tail() {
    return this.log.slice(-4000);
  }
}
