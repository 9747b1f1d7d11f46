// service.mjs ROOT: the package that is installed there, under a systemd that runs, within all limits of its unit: it
// becomes ready, is answered, draws, is reloaded, hangs, is looked at, and stops. Ends with 77 and a sentence where no
// machine can be booted.

import assert from 'node:assert/strict';
import fs from 'node:fs';
import { ASKED, begin as beginOnSlack, MORNING, onceOnly, PEOPLE, prompt as promptOnSlack, reads as readsOnSlack, SUMMED, workspace } from '../e2e/slack.mjs';
import { begin as beginOnMatrix, prompt as promptOnMatrix, reads as readsOnMatrix } from '../e2e/matrix.mjs';
import { Stage } from '../peers/matrix/harness.mjs';
import { Machine, missing } from './machine.mjs';
import { STORE, Unit } from './unit.mjs';

const EXPOSURE_MAX = 1.3; // systemd-analyze security
const PNG = Buffer.from('\x89PNG\r\n\x1a\n', 'latin1');
const CLOCKS = '/srv';

// A system call that is not allowed would fail, as the unit is delivered; here it ends the daemon, so that none is
// refused unseen. But for GLib, which tries whether it may set a thread's scheduling, and takes no for an answer.
const UNFORGIVING = { SystemCallErrorNumber: 'kill', SystemCallFilter: 'sched_setattr' };

let broken = 0;

// What `what` returns is told beside it.
async function keeps(promise, what) {
  try {
    const told = await what();
    console.error(`  kept    ${promise}${told ? ` (${told})` : ''}`);
  } catch (e) {
    broken += 1;
    console.error(`  BROKEN  ${promise}\n${e.message.replace(/^/gm, '          ')}`);
  }
}

const office = { server: 'emulator', clock: MORNING, rooms: { west: PEOPLE }, slack: workspace('acme') };

// The stage's workspaces, with their secrets as systemd hands them over.
function credentials(stage, unit) {
  const variables = stage.variables();
  const loaded = [];
  const named = (value) => {
    const [, name] = /^\$\{(.*)\}$/.exec(value) ?? [];
    if (!name) return value;
    const [reference, load] = unit.credential(name.toLowerCase(), variables[name]);
    loaded.push(load);
    return reference;
  };
  const workspaces = stage.entries().map((entry) => Object.fromEntries(Object.entries(entry).map(([k, v]) => [k, named(v)])));
  return { workspaces, loaded };
}

async function isTight(unit) {
  const out = await unit.must('systemd-analyze', 'security', '--offline=yes', `--threshold=${EXPOSURE_MAX * 10}`, 'anchord.service');
  return out.match(/exposure level for \S+: ([\d.]+)/)?.[1];
}

// ---- what the kernel says of the process
const status = async ({ machine }, pid, name) =>
  (await machine.run('sed', '-n', `s/^${name}:[[:space:]]*//p`, `/proc/${pid}/status`)).out.trim().split(/\s/)[0];

// A controller, its file, the same where cgroups are of the first version, and what the unit sets.
const CGROUP_LIMITS = [
  ['memory', 'memory.max', 'memory.limit_in_bytes', 512 << 20],
  ['pids', 'pids.max', 'pids.max', 32],
];

async function isWithinLimits(unit) {
  const { machine } = unit;
  const pid = await unit.show('MainPID');
  const wanted = { NoNewPrivs: '1', Seccomp: '2', CapEff: '0'.repeat(16), CapBnd: '0'.repeat(16) };
  for (const [name, value] of Object.entries(wanted)) assert.equal(await status(unit, pid, name), value, name);
  assert.equal(await status(unit, pid, 'Uid'), (await unit.must('id', '-u', 'anchord')).trim());
  const mounts = (await machine.run('cat', `/proc/${pid}/mountinfo`)).out.split('\n').map((line) => line.split(' '));
  const root = mounts.findLast(([, , , , at]) => at === '/');
  assert.match(root[5], /\bro\b/, 'the file system can only be read');
  assert.match(root[5], /\bnoexec\b/, 'nothing but what is named can be started');
  const map = (await machine.run('cat', `/proc/${pid}/uid_map`)).out.trim().split('\n');
  assert.ok(map.length > 1 || !/4294967295$/.test(map[0]), 'it sees no accounts but its own');
  const groups = (await machine.run('cat', `/proc/${pid}/cgroup`)).out;
  for (const [kind, file, oldFile, value] of CGROUP_LIMITS) {
    const [, old] = groups.match(new RegExp(`^\\d+:${kind}:(.*)$`, 'm')) ?? [];
    const [, now] = groups.match(/^0::(.*)$/m);
    const at = old === undefined ? `/sys/fs/cgroup${now}/${file}` : `/sys/fs/cgroup/${kind}${old}/${oldFile}`;
    assert.equal((await unit.must('cat', at)).trim(), `${value}`, at);
  }
}

// ---- what its people see
async function isAnswered({ stage, there, maria, room }) {
  await beginOnSlack(there, '#west');
  await beginOnMatrix(maria, room, { team: { name: 'East' } });
  stage.clock(ASKED);
  const [onSlack, onMatrix] = [await promptOnSlack(there), await promptOnMatrix(maria, room)];
  there.say('#west', 'kr1 25%', { thread: onSlack });
  await maria.say(room, 'kr1 24%', { thread: onMatrix });
  await readsOnSlack(there, ['25%', '0', '12 days']);
  await readsOnMatrix(maria, room, ['24%', '0', '12 days']);
  return { onSlack, onMatrix };
}

async function isDrawn({ stage, there, maria, room }, { onSlack, onMatrix }) {
  stage.clock(SUMMED);
  const { ws } = there;
  const image = await stage.until('the chart stands in Slack', () =>
    ws.channel('#west').byTs.get(onSlack.ts).blocks.find((b) => b.type === 'image' && b.slack_file), 20000);
  const inSlack = ws.files.get(image.slack_file.id).data;
  const picture = await maria.finds(room, (m) => m.image, { thread: onMatrix, ms: 20000 });
  const { bytes } = await maria.media(picture.image.url);
  for (const [where, png] of [['Slack', inSlack], ['Matrix', bytes]]) {
    assert.ok(png.subarray(0, 8).equals(PNG), `a PNG in ${where}`);
    assert.ok(png.length > 4000, `${png.length} bytes in ${where}: there are words in it`);
  }
}

async function isReloaded({ stage, unit, there }, workspaces) {
  const before = there.ws.socket.ready.map((c) => c.id);
  const comes = stage.beside.slack.workspace(workspace('west'));
  const [app, bot] = [await unit.file('west-app', comes.appToken), await unit.file('west-bot', comes.botToken)];
  const entry = { name: 'west', platform: 'slack', app_token: app, bot_token: bot, api_url: stage.beside.slack.api };
  unit.configure([...workspaces, { ...entry, platform: 'pigeon' }]);
  await assert.rejects(unit.must('systemctl', 'reload', 'anchord'), 'a mistake is refused');
  unit.configure([...workspaces, entry]);
  await unit.must('systemctl', 'reload', 'anchord');
  await stage.until('the new workspace is connected', () => comes.socket.ready.length === 1, 20000);
  assert.deepEqual(there.ws.socket.ready.map((c) => c.id), before, 'the others keep their connections');
  assert.deepEqual(there.ws.socket.closed, []);
  await beginOnSlack(comes.member('maria'), '#west');
}

async function isRevived({ stage, unit, there }) {
  const before = await unit.show('MainPID');
  await unit.must('systemctl', 'kill', '--signal=STOP', 'anchord');
  stage.beside.slack.expect(/socket: (no (ack|pong)|pong)|closed/, { maybe: true });
  await stage.until('systemd ends it', () => there.ws.socket.ready.length === 0, 90000);
  await stage.until('it is there again', () => there.ws.socket.ready.length === 1, 60000);
  assert.notEqual(await unit.show('MainPID'), before);
  assert.equal(await unit.show('NRestarts'), '1');
  assert.ok((await unit.entries('-u', 'anchord')).some((e) => /[Ww]atchdog timeout/.test(e.MESSAGE)), 'it was the watchdog');
  await readsOnSlack(there, ['25%', '0', '12 days'], { ms: 20000 });
}

async function isLookedAfter(unit) {
  const copy = '/root/copy.db';
  await unit.must('anchord', 'verify', '--db', STORE);
  await unit.must('anchord', 'backup', '--db', STORE, copy);
  await unit.must('anchord', 'verify', copy);
  await unit.must('sh', '-c', `printf ':as maria\\n:in #west\\n/sprint help\\n' | anchord console --plain --db /root/own.db | grep -q /sprint`);
  const owner = (await unit.must('stat', '-c', '%U %a', STORE, `${STORE}-wal`)).trim();
  assert.equal(owner, 'anchord 600\nanchord 600', 'the store stays its own');
}

async function isLogged(unit) {
  const started = await unit.entries('-u', 'anchord', 'EVENT=started');
  assert.ok(started.length > 0, 'entries have fields');
  assert.equal(started[0].WORKSPACES, '2');
  const killed = (await unit.entries()).filter((e) => /SIGSYS|status=31|code=dumped/.test(e.MESSAGE) || e.SYSCALL);
  assert.deepEqual(killed.map((e) => e.MESSAGE), [], 'no system call was refused');
}

async function isStopped(unit) {
  const began = Date.now();
  await unit.stop();
  const told = `${Date.now() - began} ms`;
  for (const [property, value] of [['Result', 'success'], ['ExecMainStatus', '0'], ['ActiveState', 'inactive']])
    assert.equal(await unit.show(property), value, property);
  return told;
}

async function play(machine, stage) {
  const unit = new Unit(stage, machine);
  stage.daemon = unit;
  stage.beside.daemon = unit;
  const { workspaces, loaded } = credentials(stage, unit);
  await unit.edit({ LoadCredential: loaded, Environment: `ANCHORD_TEST_CLOCK=${CLOCKS}/clock`, ...UNFORGIVING });
  unit.configure(workspaces);

  await keeps('its unit exposes little', () => isTight(unit));
  await keeps('it becomes ready', async () => {
    await unit.start();
    assert.match(await unit.show('StatusText'), /2 of 2 workspaces connected/);
  });
  await keeps('it is within its limits', () => isWithinLimits(unit));
  await stage.prepare();
  const scene = { stage, unit, there: stage.beside.ws.member('maria'), maria: stage.member('maria'), room: stage.room('west') };
  let asked;
  await keeps('a check-in is answered', async () => {
    asked = await isAnswered(scene);
  });
  await keeps('charts are drawn', () => isDrawn(scene, asked));
  await keeps('a reload brings a workspace and keeps connections', () => isReloaded(scene, workspaces));
  await keeps('an administrator looks after it while it runs', () => isLookedAfter(unit));
  await keeps('the watchdog revives it', () => isRevived(scene));
  await keeps('its log has fields, and no system call was refused', () => isLogged(unit));
  await keeps('it stops', () => isStopped(unit));
  await keeps('nothing stands twice, and no log holds a secret', async () => {
    onceOnly(stage.beside, scene.there);
    await stage.check();
  });
}

function leaveOut(why) {
  console.error(`  left out: its life as a service; ${why}`);
  process.exit(77);
}

const why = missing();
if (why) leaveOut(why);
const [root] = process.argv.slice(2);
const stage = await Stage.open(office);
fs.chmodSync(stage.folder, 0o755); // its clock is read by the daemon's own account
const machine = await Machine.boot(root, { [CLOCKS]: stage.folder }).catch(async (e) => {
  await stage.close();
  leaveOut(e.message);
});
try {
  await keeps('its life is played to the end', () => play(machine, stage));
} finally {
  await stage.close();
  await machine.off();
}
process.exit(broken ? 1 : 0);
