// `anchord doctor` and `anchord check` against Slack as it is found: what works, what does not, how to mend it, and
// what the exit code says of it. Nothing is posted, and no token is printed.

import assert from 'node:assert/strict';
import fs from 'node:fs';
import { begin, freePort, play, scene, west, workspace } from './slack.mjs';

const off = { ...west, start: false };

async function doctor(stage) {
  const { code, signal, out } = await stage.daemon.command(['doctor', '-c', stage.daemon.file], { ms: 60000 });
  assert.equal(signal, null, out);
  assert.deepEqual(stage.leaks(), []);
  return { code, out };
}

// The lines that name a failure.
const failures = (out) => out.split('\n').filter((l) => l.includes('FAIL'));

// Each of them, in order; and that it is ill.
function expectFailures({ code, out }, ...patterns) {
  const found = failures(out);
  assert.equal(found.length, patterns.length, out);
  patterns.forEach((p, i) => assert.match(found[i], p));
  assert.match(out, /Something needs mending\.\n$/);
  assert.equal(code, 1);
}

function expectWell({ code, out }) {
  assert.deepEqual(failures(out), []);
  assert.match(out, /All is well\.\n$/);
  assert.equal(code, 0);
}

const posts = (stage) => stage.slack.calls.filter((c) => /^(chat|views|pins|files|conversations\.(join|open))/.test(c.method));

// A team in #west, and the daemon gone again.
async function withTeam(stage) {
  await stage.daemon.start();
  await begin(stage.member('maria'));
  await stage.settled();
  await stage.daemon.stop();
}

scene('all is well', off, async (stage) => {
  await withTeam(stage);
  const before = posts(stage).length;
  const said = await doctor(stage);
  expectWell(said);
  for (const good of [/ok +store: can be opened/, /ok +bot token: anchord in acme/, /ok +scopes/, /ok +app token/, /ok +home #west/])
    assert.match(said.out, good);
  assert.equal(posts(stage).length, before, 'it posts nothing');
});

scene('before the first start there is no store, and none is made', off, async (stage) => {
  const said = await doctor(stage);
  expectWell(said);
  assert.match(said.out, /store: not there yet/);
  assert.match(said.out, /homes: not looked at, since there is no store yet/);
  assert.equal(fs.existsSync(`${stage.folder}/anchord.db`), false, 'it would belong to whoever examines');
});

scene('a folder that is missing is named', off, async (stage) => {
  const configure = stage.daemon.configure.bind(stage.daemon);
  stage.daemon.configure = () => {
    configure();
    fs.writeFileSync(stage.daemon.file, fs.readFileSync(stage.daemon.file, 'utf8').replace('/anchord.db', '/nowhere/anchord.db'));
  };
  expectFailures(await doctor(stage), /store: .*nowhere.*mkdir/);
});

scene('a running daemon has the store, and that is well', west, async (stage) => {
  const said = await doctor(stage);
  expectWell(said);
  assert.match(said.out, /a running daemon has it open/);
  assert.match(said.out, /homes: not looked at, since a running daemon holds the store/);
});

scene(
  'scopes that are missing are named, with what they are for',
  { ...off, scopes: ['chat:write', 'commands', 'channels:read', 'channels:history', 'groups:read', 'groups:history', 'im:read',
    'im:write', 'im:history', 'users:read', 'usergroups:read', 'app_mentions:read', 'channels:join'] },
  async (stage) => {
    const said = await doctor(stage);
    expectFailures(said, /scope files:write: missing, needed for charts/, /scope pins:write: missing, needed for .*; add it under/);
    assert.match(said.out, /ok +bot token/);
  },
);

for (const error of ['token_revoked', 'invalid_auth', 'account_inactive'])
  scene(`a bot token that is refused (${error}) is one thing to mend`, off, async (stage) => {
    await withTeam(stage);
    stage.slack.rule({ method: 'auth.test', do: 'error', error, times: Infinity });
    stage.slack.rule({ method: 'conversations.info', do: 'error', error, times: Infinity });
    const said = await doctor(stage);
    expectFailures(said, /bot token: .*install/);
    assert.match(said.out, /homes: not looked at, since they need the bot token/);
    assert.match(said.out, /ok +app token/);
  });

scene('an app token of another app is named', off, async (stage) => {
  stage.env.ANCHORD_TEST_ACME_APP = 'xapp-1-A0OTHER-123-0123456789abcdef';
  stage.slack.secrets.add(stage.env.ANCHORD_TEST_ACME_APP);
  stage.slack.expect(/apps\.connections\.open: invalid_auth/, { maybe: true });
  const said = await doctor(stage);
  expectFailures(said, /app token: .*token/);
  assert.match(said.out, /ok +bot token/);
});

scene('Socket Mode that is switched off is named', off, async (stage) => {
  stage.ws.socket.enabled = false;
  expectFailures(await doctor(stage), /app token: /);
});

scene('an archived home is named', off, async (stage) => {
  await withTeam(stage);
  stage.ws.archive('#west');
  expectFailures(await doctor(stage), /home #west: the channel is archived/);
});

scene('a home that the app is not in is named', off, async (stage) => {
  await withTeam(stage);
  stage.ws.leave('#west', stage.ws.bot, { announce: false });
  expectFailures(await doctor(stage), /home #west: the app is not in the channel; invite it/);
});

scene('a home that is gone is named by its id', off, async (stage) => {
  await withTeam(stage);
  const { id } = stage.ws.channel('#west');
  stage.slack.rule({ method: 'conversations.info', do: 'error', error: 'channel_not_found', times: Infinity });
  expectFailures(await doctor(stage), new RegExp(`home ${id}: .*gone`));
});

scene('where nobody answers, it says so and ends', { ...off, timeout: 90000 }, async (stage) => {
  await withTeam(stage);
  const port = await freePort();
  const configure = stage.daemon.configure.bind(stage.daemon);
  stage.daemon.configure = () => {
    configure();
    fs.writeFileSync(stage.daemon.file, fs.readFileSync(stage.daemon.file, 'utf8').replaceAll(stage.slack.api, `http://127.0.0.1:${port}/api/`));
  };
  expectFailures(await doctor(stage), /bot token: nobody answers at .*api_url/, /app token: nobody answers at .*api_url/);
});

scene('what is not Slack is not taken for it', { ...off, timeout: 90000 }, async (stage) => {
  stage.slack.rule({ do: 'html', times: Infinity });
  expectFailures(await doctor(stage), /bot token: what answers .* is not Slack/, /app token: what answers .* is not Slack/);
});

scene('one ill workspace does not hide the others', { ...off, workspaces: ['ill', 'fine'].map((n) => workspace(n)) }, async (stage) => {
  stage.slack.rule({ workspace: stage.slack.workspaces[0], method: 'auth.test', do: 'error', error: 'token_revoked', times: Infinity });
  const said = await doctor(stage);
  expectFailures(said, /bot token/);
  assert.match(said.out, /^ill \(Slack\)\n(.*\n)*^fine \(Slack\)\n +ok +bot token/m);
});

scene('check needs no Slack, and names the line of a mistake', off, async (stage) => {
  const check = (args = ['check', '-c', stage.daemon.file]) => stage.daemon.command(args);
  const calls = stage.slack.calls.length;
  const fine = await check();
  assert.equal(fine.code, 0, fine.out);
  assert.match(fine.out, /no mistakes; 1 workspace/);
  stage.settings.chek_in = '09:30';
  const wrong = await check();
  assert.equal(wrong.code, 2, wrong.out);
  assert.match(wrong.out, /anchord\.yaml:\d+:\d+: chek_in: unknown key/);
  const ill = await stage.daemon.command(['doctor', '-c', stage.daemon.file]);
  assert.equal(ill.code, 2, 'doctor reads the same file');
  assert.match(ill.out, /anchord\.yaml:\d+:\d+: chek_in/);
  delete stage.settings.chek_in;
  stage.env.ANCHORD_TEST_ACME_BOT = '';
  const bare = await check();
  assert.equal(bare.code, 2, 'a secret that is not set is a mistake');
  assert.match(bare.out, /bot_token/);
  assert.equal((await check(['doctor', '--nonsense'])).code, 2);
  assert.equal((await check(['check', 'too', 'many'])).code, 2);
  assert.equal(stage.slack.calls.length, calls);
});

play('doctor', 3);
