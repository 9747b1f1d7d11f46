// The daemon as a service: reloaded while people work, and told to stop at bad moments.

import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import {
  ASKED, begin, form, FORM, freePort, MORNING, onceOnly, play, prompt, reads, readyz, say, scene, served, sleep,
  SUMMED, workspace,
} from './slack.mjs';
import { Front } from '../chaos/faults_tls.mjs';

// Tokens from files: the environment of a process that runs cannot be changed.
function keepTokens(stage, ws) {
  const file = (kind, token) => {
    const at = path.join(stage.folder, `${ws.name}-${kind}`);
    fs.writeFileSync(at, `${token}\n`, { mode: 0o600 });
    return `file:${at}`;
  };
  for (const token of [ws.appToken, ws.botToken]) stage.slack.secrets.add(token);
  ws.settings = { ...ws.settings, app_token: file('app', ws.appToken), bot_token: file('bot', ws.botToken) };
}

function rotate(stage, ws) {
  ws.appToken = ws.appToken.replace(/.$/, (c) => (c === 'x' ? 'y' : 'x'));
  ws.botToken = ws.botToken.replace(/.$/, (c) => (c === 'x' ? 'y' : 'x'));
  keepTokens(stage, ws);
}

const entries = (stage, event) =>
  stage.daemon.log
    .split('\n')
    .filter((line) => line.includes(`"event":"${event}"`))
    .map((line) => JSON.parse(line));

// SIGHUP, and what came of it: "reloaded" or "reload_refused".
async function reload(stage, how = () => stage.daemon.configure()) {
  const ended = () => entries(stage, 'reloaded').length + entries(stage, 'reload_refused').length;
  const before = ended();
  how();
  stage.daemon.signal('SIGHUP');
  await stage.until('the configuration is read anew', () => ended() > before, 10000);
}

// The configuration without these.
function leaveOut(stage, ...names) {
  stage.entries = () => Object.getPrototypeOf(stage).entries.call(stage).filter(({ name }) => !names.includes(name));
}

const connected = (ws) => ws.socket.ready.map((c) => c.id);

// A scene whose daemon has its tokens in files.
function tokensInFiles(name, { workspaces, ...options }, then) {
  scene(name, { workspaces, start: false, clock: MORNING, ...options }, async (stage) => {
    for (const ws of stage.slack.workspaces) keepTokens(stage, ws);
    await stage.daemon.start();
    await then(stage);
  });
}

// ---- seen from outside

// Prometheus' text format (0.0.4), read strictly: {family: {type, help, samples: [{name, labels, value}]}}.
const SAMPLE = /^([a-z][a-z0-9_]*)(?:\{((?:[a-z_]+="(?:[^"\\\n]|\\["\\n])*",?)+)\})? (-?\d+(?:\.\d+)?)$/;

function exposition(text) {
  assert.ok(text.endsWith('\n'));
  const families = new Map();
  const seen = new Set();
  let family;
  for (const line of text.slice(0, -1).split('\n')) {
    const help = line.match(/^# HELP ([a-z][a-z0-9_]*) (\S.*)$/);
    const type = line.match(/^# TYPE ([a-z][a-z0-9_]*) (counter|gauge|histogram)$/);
    const sample = line.match(SAMPLE);
    if (help) {
      assert.ok(!families.has(help[1]), `one HELP: ${line}`);
      family = { name: help[1], help: help[2], samples: [] };
      families.set(help[1], family);
    } else if (type) {
      assert.equal(type[1], family.name);
      assert.equal(family.type, undefined);
      [, , family.type] = type;
    } else {
      assert.ok(sample, `a sample: ${line}`);
      const [, name, list = '', value] = sample;
      const labels = Object.fromEntries([...list.matchAll(/([a-z_]+)="((?:[^"\\]|\\.)*)"/g)].map(([, k, v]) => [k, v]));
      assert.ok(!seen.has(`${name}{${list}}`), `once: ${line}`);
      seen.add(`${name}{${list}}`);
      const ends = family.type === 'histogram' ? ['_bucket', '_sum', '_count'] : [''];
      assert.ok(ends.some((end) => name === family.name + end), `${line} belongs to ${family.name}`);
      family.samples.push({ name, labels, value: Number(value) });
    }
  }
  return families;
}

function conventions({ name, type, samples }) {
  assert.ok(samples.length > 0, name);
  assert.match(name, /^anchord_/);
  assert.equal(name.endsWith('_total'), type === 'counter', name);
  if (type !== 'histogram') return;
  assert.match(name, /_seconds$/);
  const rows = new Map();
  for (const { name: part, labels, value } of samples) {
    const { le, ...rest } = labels;
    const key = JSON.stringify(rest);
    const row = rows.get(key) ?? { buckets: [] };
    if (part.endsWith('_bucket')) row.buckets.push([le === '+Inf' ? Infinity : Number(le), value]);
    else row[part.slice(name.length + 1)] = value;
    rows.set(key, row);
  }
  for (const { buckets, sum, count } of rows.values()) {
    assert.ok(sum >= 0);
    assert.deepEqual(buckets, [...buckets].sort(([a], [b]) => a - b), `${name}: in order`);
    const counts = buckets.map(([, n]) => n);
    assert.deepEqual(counts, [...counts].sort((a, b) => a - b), `${name}: they add up`);
    assert.deepEqual(buckets.at(-1), [Infinity, count]);
  }
}

const ROOT = new URL('../../', import.meta.url);
const shown = (file) => fs.readFileSync(new URL(file, ROOT), 'utf8').match(/\banchord_[a-z_]+/g);

scene(
  'metrics keep to the format and say what happened; alerts, dashboard and manual name what there is',
  { workspaces: [workspace('acme'), workspace('other')], clock: MORNING, start: false },
  async (stage) => {
    const { slack } = stage;
    const port = await freePort();
    const [acme] = slack.workspaces;
    const maria = acme.member('maria');
    stage.settings = { listen: `127.0.0.1:${port}` };
    await stage.daemon.start();
    await begin(maria);
    stage.clock(ASKED);
    await prompt(maria);
    await stage.settled();
    const scrape = async () => {
      const { status, text } = await served(port, '/metrics');
      assert.equal(status, 200);
      const families = exposition(text);
      for (const family of families.values()) conventions(family);
      return (name, labels) =>
        families.get(name.replace(/_(count|sum|bucket)$/, ''))?.samples.find((s) =>
          s.name === name && Object.entries(labels).every(([k, v]) => s.labels[k] === v))?.value;
    };
    const value = await scrape();
    for (const name of ['acme', 'other']) assert.equal(value('anchord_workspace_connected', { workspace: name }), 1);
    assert.equal(value('anchord_outbox_cards', { workspace: 'acme' }), 0);
    assert.ok(value('anchord_slack_envelopes_total', { workspace: 'acme' }) >= 4);
    assert.ok(value('anchord_slack_ack_seconds_count', { workspace: 'acme' }) >= 4);
    assert.ok(value('anchord_commit_seconds_count', {}) >= 4);
    assert.ok(value('anchord_timer_late_seconds_count', {}) >= 1);
    assert.equal(value('anchord_slack_calls_total', { workspace: 'other', method: 'auth.test', class: 'ok' }), 1);
    assert.equal(value('anchord_slack_calls_total', { workspace: 'acme', method: 'chat.postMessage', class: 'ok' }),
      slack.called('chat.postMessage', acme).length);

    slack.rule({ method: /^chat\./, do: 'hang' });
    stage.clock(SUMMED); // the summary cannot be said
    await slack.until('a card is on its way', () => slack.rules[0].hits > 0);
    stage.advance(600000);
    let waits;
    for (let i = 0; i < 100 && !(waits >= 600); i++) {
      await sleep(50);
      waits = (await scrape())('anchord_outbox_oldest_seconds', { workspace: 'acme' });
    }
    assert.ok(waits >= 600, `the oldest card has waited for ${waits} s`);
    assert.ok((await scrape())('anchord_outbox_cards', { workspace: 'acme' }) >= 1);
    slack.clearRules();

    const known = new Set((await served(port, '/metrics')).text.match(/^anchord_[a-z_]+/gm));
    for (const file of ['config/alerts.yaml', 'config/grafana-dashboard.json'])
      for (const name of shown(file))
        assert.ok(known.has(name) || /matrix/.test(name), `${file}: there is no ${name}`);
    const families = (names) =>
      [...new Set(names.map((name) => name.replace(/_(bucket|sum|count)$/, '')))].filter((name) => !/matrix/.test(name)).sort();
    assert.deepEqual(families(shown('docs/service.md')), families([...known]), 'docs/service.md names them all');
    JSON.parse(fs.readFileSync(new URL('config/grafana-dashboard.json', ROOT), 'utf8'));
  },
);

scene(
  'a log at debug is JSON lines that name a request from its coming to its card, and hold nothing that anybody said',
  { ...workspace(), clock: MORNING, settings: { log: { level: 'debug' } } },
  async (stage) => {
    const maria = stage.member('maria');
    const words = ['unmistakable-blocker', 'unmistakable-lesson', 'unmistakable-objective'];
    await begin(maria, '#west', { sprint: { objective: `Restore momentum in the ${words[2]} within two weeks` } });
    stage.clock(ASKED);
    const first = await prompt(maria);
    maria.say('#west', `kr1 24%\nblocked: ${words[0]}\nlearned: ${words[1]}`, { thread: first });
    await maria.finds('#west', (m) => m.text.includes(words[0]), { ms: 10000 });
    await say(maria, '#west', `/sprint nonsense ${words[1]}`).catch(() => {});
    await stage.settled();
    await stage.daemon.stop();
    const { log } = stage.daemon;
    for (const word of [...words, ...FORM.kr, FORM.situation, 'Restore', 'Qualified', 'lives here'])
      assert.ok(!log.includes(word), `the log holds ${word}`);
    const lines = log.trimEnd().split('\n').map((line) => JSON.parse(line));
    const of = (event) => lines.filter((l) => l.event === event);
    const came = of('event_came').map((l) => l.request);
    const put = of('card_put').find((l) => came.includes(l.request));
    assert.ok(put, 'a request put a card');
    for (const event of ['event_done', 'event_acknowledged'])
      assert.ok(of(event).some((l) => l.request === put.request), `${event} names request ${put.request}`);
    for (const event of ['card_out', 'card_settled'])
      assert.ok(of(event).some((l) => l.row === put.row), `${event} names row ${put.row}`);
  },
);

// ---- reloading

tokensInFiles(
  'reloaded while people answer: one comes, one goes, one gets a new token, and the others keep their connections',
  { workspaces: ['stays', 'goes', 'turns'].map((n) => workspace(n)), timeout: 90000 },
  async (stage) => {
    const { slack } = stage;
    const [stays, goes, turns] = slack.workspaces;
    slack.expect(/invalid_auth|not_authed/, { maybe: true });
    slack.expect(/socket: no ack/, { maybe: true }); // what turns was asked while it was away comes again
    await Promise.all(slack.workspaces.map((ws) => begin(ws.member('maria'))));
    stage.clock(ASKED);
    const asked = await Promise.all([stays, turns].map((ws) => prompt(ws.member('maria'))));
    await prompt(goes.member('maria'));
    await stage.settled();
    const before = { stays: connected(stays), turns: connected(turns) };

    let told = 0;
    let on = true;
    const telling = (async () => {
      while (on) {
        told += 1;
        stays.member('maria').say('#west', 'kr2 +1', { thread: asked[0] });
        turns.member('maria').say('#west', 'kr2 +1', { thread: asked[1] });
        await sleep(25);
      }
    })();
    await sleep(100);
    await reload(stage, () => {
      leaveOut(stage, goes.name);
      const comes = slack.workspace(workspace('comes'));
      keepTokens(stage, comes);
      rotate(stage, turns);
      stage.daemon.configure();
    });
    const serve = slack.workspaces.filter((ws) => ws !== goes);
    await slack.until('turns and comes are connected', () => serve.every((ws) => ws.socket.ready.length === 1), 15000);
    await sleep(100);
    on = false;
    await telling;

    assert.deepEqual(connected(stays), before.stays, 'stays has the connection that it had');
    assert.deepEqual(stays.socket.closed, []);
    assert.notDeepEqual(connected(turns), before.turns);
    assert.equal(goes.socket.ready.length, 0);
    await reads(stays.member('maria'), ['22%', `${told}`, '12 days'], { ms: 20000 });
    await reads(turns.member('maria'), ['22%', `${told}`, '12 days'], { ms: 20000 });
    for (const ws of [stays, turns]) onceOnly(stage, ws.member('maria'));
    await begin(slack.workspaces[3].member('maria'));
  },
);

tokensInFiles(
  'a workspace that was taken out and comes back has what it had',
  { workspaces: [workspace('keeps'), workspace('acme')] },
  async (stage) => {
    const { slack } = stage;
    const [, acme] = slack.workspaces;
    const maria = acme.member('maria');
    await begin(maria);
    await stage.settled();
    leaveOut(stage, 'acme');
    await reload(stage);
    assert.equal(acme.socket.ready.length, 0);
    stage.clock(ASKED); // its check-in is due, and nobody is there to be asked
    await sleep(300);
    leaveOut(stage);
    await reload(stage);
    await slack.until('acme is connected again', () => acme.socket.ready.length === 1, 10000);
    const first = await prompt(maria, '#west', { ms: 15000 });
    maria.say('#west', 'kr1 24%', { thread: first });
    await reads(maria, ['24%', '0', '12 days']);
    onceOnly(stage, maria);
  },
);

tokensInFiles(
  'a new policy holds from the next message on',
  { workspaces: [workspace()], settings: { policy: { max_active_sprints: 1 } } },
  async (stage) => {
    const maria = stage.member('maria');
    const connection = connected(stage.ws);
    await begin(maria);
    const open = form('/sprint open', { ...FORM, objective: 'Win back the accounts that went quiet' });
    await say(maria, '#west', open);
    await maria.finds('#west', (m) => m.ephemeral && /has 1 open sprint/.test(m.text), { ms: 10000 });
    stage.settings = { policy: { max_active_sprints: 2 } };
    await reload(stage);
    await say(maria, '#west', open);
    await maria.finds('#west', /^Sprint 2: /m, { ms: 15000 });
    assert.deepEqual(connected(stage.ws), connection);
  },
);

tokensInFiles(
  'a bad file changes nothing, and every mistake is told with its place',
  { workspaces: [workspace()] },
  async (stage) => {
    const { daemon } = stage;
    const connection = connected(stage.ws);
    const good = fs.readFileSync(daemon.file, 'utf8');
    const bad = {
      'no YAML': '{{{\n',
      'nothing': '',
      'two mistakes': good.replace('workspaces:', 'stores: here\nlog: {level: loud}\nworkspaces:'),
      'a token that is not there': good.replace(/file:\S+-app/, 'file:/nowhere'),
    };
    for (const [what, text] of Object.entries(bad)) {
      const before = entries(stage, 'configuration_mistake').length;
      await reload(stage, () => fs.writeFileSync(daemon.file, text));
      const mistakes = entries(stage, 'configuration_mistake').slice(before);
      assert.ok(mistakes.length >= (what === 'two mistakes' ? 2 : 1), `${what}: ${JSON.stringify(mistakes)}`);
      for (const { mistake } of mistakes) assert.match(mistake, /anchord\.yaml:\d+:\d+: ./, what);
    }
    fs.unlinkSync(daemon.file);
    await reload(stage, () => {});
    assert.equal(entries(stage, 'reloaded').length, 0);
    await begin(stage.member('maria'));
    assert.deepEqual(connected(stage.ws), connection);
    await reload(stage);
    assert.equal(entries(stage, 'reloaded').length, 1, 'a file that was mended is taken');
    assert.deepEqual(connected(stage.ws), connection);
  },
);

scene(
  'listen moves where it can, and stays where it cannot; another store takes a restart',
  { ...workspace(), clock: MORNING, start: false },
  async (stage) => {
    const [first, second, taken] = [await freePort(), await freePort(), Number(new URL(stage.slack.origin).port)];
    const listen = (port) => {
      stage.settings = port ? { listen: `127.0.0.1:${port}` } : {};
    };
    listen(first);
    await stage.daemon.start();
    await readyz(first, 200);
    const cases = [
      { to: second, answers: second, silent: first },
      { to: taken, answers: second },
      { to: 0, silent: second },
      { to: first, answers: first, silent: second },
    ];
    for (const { to, answers, silent } of cases) {
      listen(to);
      await reload(stage);
      if (answers) await readyz(answers, 200);
      if (silent) await assert.rejects(served(silent), `${silent} is closed`);
    }
    assert.equal(entries(stage, 'listen_not_changed').length, 1);
    await reload(stage, () => {
      const text = fs.readFileSync(stage.daemon.file, 'utf8');
      fs.writeFileSync(stage.daemon.file, text.replace('anchord.db', 'other.db'));
    });
    assert.equal(entries(stage, 'store_not_changed').length, 1);
    assert.ok(!fs.existsSync(path.join(stage.folder, 'other.db')));
    await begin(stage.member('maria'));
  },
);

scene(
  'another ca_file counts from its reload on, and so does none',
  { ...workspace(), clock: MORNING, start: false },
  async (stage) => {
    const inner = Number(new URL(stage.slack.inner).port);
    const [api, socket] = [await Front.start('localhost', inner), await Front.start('localhost', inner)];
    const port = await freePort();
    const trusts = (...files) => {
      const ca_file = path.join(stage.folder, `ca-of-${files.length}.pem`);
      fs.writeFileSync(ca_file, files.map((file) => fs.readFileSync(file, 'utf8')).join('\n'));
      stage.ws.settings = { api_url: `${api.url}/api/`, ...(files.length ? { ca_file } : {}) };
    };
    try {
      socket.show('stranger');
      stage.slack.front = socket.url;
      stage.settings = { listen: `127.0.0.1:${port}` };
      trusts(api.ca);
      stage.daemon.launch();
      await readyz(port, 503, /its certificate is not good/, 20000);
      trusts(api.ca, api.strangersCa);
      await reload(stage);
      await readyz(port, 200, /./, 20000);
      await begin(stage.member('maria'));
      trusts();
      await reload(stage);
      await readyz(port, 503, /certificate/, 20000);
      await stage.daemon.stop();
    } finally {
      for (const front of [api, socket]) await front.stop();
    }
  },
);

tokensInFiles(
  'many reloads at once are one or two, and one that is under way does not keep it from stopping',
  { workspaces: [workspace()] },
  async (stage) => {
    for (let i = 0; i < 10; i++) stage.daemon.signal('SIGHUP');
    await stage.until('it is reloaded', () => entries(stage, 'reloaded').length > 0, 10000);
    rotate(stage, stage.ws);
    stage.slack.expect(/invalid_auth|not_authed/, { maybe: true });
    stage.daemon.configure();
    stage.daemon.signal('SIGHUP');
    await stage.daemon.stop({ ms: 10000 });
  },
);

// ---- stopping: it ends by itself, and nothing that was acknowledged is missing afterwards

const STUCK = {
  'a connection that does not answer its close': ({ ws }) => ws.socket.connection.ws._socket.pause(),
  'a Web API that is dead': ({ slack }) => slack.rule({ method: '*', do: 'hang' }),
  'a Web API that is gone': ({ slack }) => slack.rule({ method: '*', do: 'cut-before' }),
  'nothing in the way': () => {},
};

for (const [what, stick] of Object.entries(STUCK)) {
  scene(`told to stop with an outbox that is full: ${what}`, { ...workspace(), clock: MORNING }, async (stage) => {
    const { ws, slack } = stage;
    const maria = ws.member('maria');
    slack.expect(/socket|auth\.test|chat\.|hang|cut|pong|closed/, { maybe: true });
    await begin(maria);
    stage.clock(ASKED);
    const first = await prompt(maria);
    await stage.settled();
    const { connection } = ws.socket;
    const before = ws.socket.counts.acked;
    stick(stage);
    for (let i = 0; i < 40; i++) maria.say('#west', 'kr2 +1', { thread: first });
    if (what.startsWith('a connection')) await sleep(50);
    else await slack.until('some are acknowledged', () => ws.socket.counts.acked > before, 10000);
    const end = await stage.daemon.stop({ ms: 10000 });
    assert.deepEqual(end, { code: 0, signal: null });
    slack.clearRules();
    connection.cut();
    stage.clock(Math.round(slack.wall()));
    await stage.daemon.start();
    await reads(maria, ['22%', '40', '12 days'], { ms: 20000 });
    onceOnly(stage, maria);
  });
}

play('service', 3);
