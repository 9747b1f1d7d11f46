// A root booted as a machine of its own, by systemd-nspawn, on the network of this one. Needs root.
//
//   const machine = await Machine.boot(root, { '/srv': folder });
//   const { code, out } = await machine.run('systemctl', 'start', 'anchord');
//   await machine.off();

import fs from 'node:fs';
import path from 'node:path';
import { execFile, spawn } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';

const BOOT_MS = 60000;
const OFF_MS = 30000;

// Why there can be none; undefined where there can.
export function missing() {
  if (process.getuid() !== 0) return 'booting a machine needs root';
  if (!fs.existsSync('/usr/bin/systemd-nspawn')) return 'systemd-nspawn (systemd-container) is not installed';
  return undefined;
}

// Where limits are kept in cgroups of the first version, nobody hands them on to a machine: it gets groups of its own,
// and is told by the kernel's command line that it may use them.
const OLD = ['memory', 'pids'].map((kind) => `/sys/fs/cgroup/${kind}`).filter((at) => fs.existsSync(`${at}/cgroup.procs`));
const ALLOWED = OLD.length ? ['SYSTEMD_CGROUP_ENABLE_LEGACY_FORCE=1'] : [];
const group = (at) => `${at}/anchord-package-${process.pid}`;

function removeGroups() {
  const remove = (at) => {
    for (const entry of fs.readdirSync(at, { withFileTypes: true })) if (entry.isDirectory()) remove(path.join(at, entry.name));
    fs.rmdirSync(at);
  };
  for (const at of OLD) if (fs.existsSync(group(at))) remove(group(at));
}

// The machine's first process, once there is one.
function begun({ pid }) {
  try {
    return fs.readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim();
  } catch {
    return ''; // it ended
  }
}

export class Machine {
  // binds: {where in the machine: a folder of this one, to be read}
  static async boot(root, binds = {}) {
    const machine = Object.assign(new Machine(), { root, said: '' });
    const options = Object.entries(binds).map(([to, from]) => `--bind-ro=${from}:${to}`);
    if (!fs.existsSync('/run/systemd/system')) options.push('--register=no', '--keep-unit');
    for (const at of OLD) fs.mkdirSync(group(at));
    const into = OLD.map((at) => `echo $$ >${group(at)}/cgroup.procs && `).join('');
    const args = ['-c', `${into}exec "$@"`, 'sh', 'systemd-nspawn', '--quiet', '--boot', '--console=pipe', `--directory=${root}`];
    machine.child = spawn('sh', [...args, ...options, ...ALLOWED], { stdio: ['ignore', 'pipe', 'pipe'] });
    process.on('exit', () => machine.child.kill('SIGKILL'));
    for (const out of [machine.child.stdout, machine.child.stderr])
      out.setEncoding('utf8').on('data', (s) => {
        machine.said += s;
      });
    machine.ended = new Promise((resolve) => {
      machine.child.once('close', resolve);
    });
    await machine.comes();
    return machine;
  }

  async comes() {
    for (const until = Date.now() + BOOT_MS; Date.now() < until; await sleep(200)) {
      if (this.child.exitCode !== null) break;
      this.leader = begun(this.child);
      const { out } = this.leader ? await this.run('systemctl', 'is-system-running') : { out: '' };
      if (/^(running|degraded)/.test(out)) return this.takeLimits();
    }
    await this.off();
    throw new Error(`no systemd boots here: ${this.said.trim() || 'it says nothing'}`);
  }

  async takeLimits() {
    for (const at of OLD) await this.run('mount', '-o', 'remount,bind,rw', at);
    if (OLD.length) await this.run('systemctl', 'daemon-reexec');
  }

  // The path, from outside, of what is there inside.
  inside = (at) => path.join(this.root, at);

  // A command as root in the machine, to its end: {code, out}.
  run(...command) {
    const enter = ['--target', this.leader, '--mount', '--uts', '--ipc', '--pid', '--cgroup', '--', ...command];
    return new Promise((resolve) => {
      const env = { PATH: '/usr/sbin:/usr/bin:/sbin:/bin', LC_ALL: 'C.UTF-8', SYSTEMD_PAGER: '' };
      execFile('nsenter', enter, { env, maxBuffer: 64 << 20, timeout: 120000 }, (e, stdout, stderr) =>
        resolve({ code: e ? (e.code ?? 1) : 0, out: stdout + stderr }));
    });
  }

  async off() {
    if (this.leader && this.child.exitCode === null) await this.run('systemctl', 'poweroff');
    await Promise.race([this.ended, sleep(OFF_MS, undefined, { ref: false })]);
    this.child.kill('SIGKILL');
    await this.ended;
    removeGroups();
  }
}
