// What goes wrong between the daemon and Slack, and the daemon itself killed at bad moments: nothing that a member
// said is lost, and nothing is said twice to them.

import assert from 'node:assert/strict';
import {
  anchorKr, ASKED, begin, chances, checkins, FORM, form, freePort, MORNING, onceOnly, PEOPLE, play, prompt, reads, readyz,
  revive, say, scene, setUp, sleep, start, SUMMED, west, workspace,
} from './slack.mjs';

const ACK_MS = 2500; // Slack gives 3000
// A daemon that was killed does not know what it had just sent, nor what Slack had told it to wait for.
const forgetful = (slack) => slack.expect(/(ratelimited|repeated before Retry-After)/, { maybe: true });

// A team with an open sprint that has been asked today.
async function asked(stage, ws = stage.ws) {
  const maria = ws.member('maria');
  await begin(maria);
  stage.clock(ASKED);
  const first = await prompt(maria);
  await stage.settled(); // where it stands is on record; a scene of its own kills before that
  return { maria, jonas: ws.member('jonas'), lena: ws.member('lena'), first };
}

// ---- killed

scene('killed at any instant, it comes back with every answer, each counted once', { ...west, timeout: 120000 }, async (stage) => {
  const { ws, slack } = stage;
  const chance = chances(7);
  forgetful(slack);
  const { maria, first } = await asked(stage);
  const rounds = 50;
  for (let i = 0; i < rounds; i++) {
    const bySlash = chance.below(2) === 0;
    const answered = bySlash
      ? maria.slash('#west', '/sprint checkin kr1 +0.5')
      : maria.say('#west', 'kr1 +0.5', { thread: first });
    await sleep(chance.below(25));
    await revive(stage);
    if (bySlash) assert.ok((await answered).ok, 'it comes again by the next connection');
    if (i % 3 === 2) await stage.settled(); // Slack gives up after three retries
  }
  await stage.settled();
  await reads(maria, [`${22 + rounds / 2}%`, '0', '12 days']);
  assert.equal(ws.socket.counts.lost, 0);
  onceOnly(stage, maria);
});

scene('killed right before an acknowledgement, what was committed is not done again', { ...west }, async (stage) => {
  const { ws, slack } = stage;
  forgetful(slack);
  const { maria, first } = await asked(stage);
  for (let i = 0; i < 10; i++) {
    const { connection } = ws.socket;
    maria.say('#west', 'kr3 -0.25', { thread: first });
    connection.mute(); // the daemon has it, and its acknowledgement is not heard
    await sleep(40 + 10 * i);
    await revive(stage);
  }
  await reads(maria, ['22%', '0', '9.5 days']);
  onceOnly(stage, maria);
});

const CUTS = {
  cut: { do: 'cut-after' },
  silent: { do: 'hang-after' },
  never: { do: 'hang' },
  proxied: { do: 'html-after' },
  early: { do: 'cut-before' },
};

scene(
  'killed between posting and recording: the prompt stands once, and what was answered at once counts',
  { clock: MORNING, workspaces: Object.keys(CUTS).map((n) => workspace(n)) },
  async (stage) => {
    const { slack, clock } = stage;
    await Promise.all(slack.workspaces.map((ws) => begin(ws.member('maria'))));
    const cuts = slack.workspaces.map((ws) => slack.rule({ workspace: ws, method: 'chat.postMessage', times: 1, ...CUTS[ws.name] }));
    // An answer whose prompt is not found again in time is not acknowledged, so that it comes again.
    slack.expect(/socket: no ack/, { maybe: true });
    clock(ASKED);
    await slack.until('every prompt is sent', () => cuts.every((c) => c.hits === 1));
    await revive(stage);
    await Promise.all(
      slack.workspaces.map(async (ws) => {
        const maria = ws.member('maria');
        const first = await prompt(maria, '#west', { ms: 20000 });
        maria.say('#west', 'kr1 24%', { thread: first });
        await reads(maria, ['24%', '0', '12 days']);
      }),
    );
    await sleep(1500); // a second one would have come by now
    clock(SUMMED);
    for (const ws of slack.workspaces) {
      const maria = ws.member('maria');
      onceOnly(stage, maria);
      await maria.finds('#west', /^What moved/m, { ms: 10000 });
      onceOnly(stage, maria);
    }
  },
);

scene('what comes before it knows who it is waits: an answer to a prompt whose place is not on record counts', { ...west }, async (stage) => {
  const { ws, slack } = stage;
  const [maria, jonas] = ['maria', 'jonas'].map((n) => ws.member(n));
  forgetful(slack);
  await begin(maria);
  const posted = slack.rule({ method: 'chat.postMessage', times: 1, do: 'hang-after' });
  stage.clock(ASKED);
  await slack.until('the prompt is posted', () => posted.hits === 1);
  await stage.daemon.kill();
  slack.clearRules();
  jonas.say('#west', 'kr1 24%', { thread: await prompt(maria) });
  slack.rule({ method: 'auth.test', times: 1, do: 'slow', ms: 1000 });
  await start(stage);
  await reads(maria, ['24%', '0', '12 days'], { ms: 15000 });
  onceOnly(stage, maria);
});

scene('killed while it looks who is in the channel, a team is set up all the same, once', { ...west }, async (stage) => {
  const { ws, slack } = stage;
  const maria = ws.member('maria');
  const look = slack.rule({ method: 'conversations.members', do: 'slow', ms: 1000 });
  const said = maria.slash('#west', form('/sprint setup', { name: 'West', timezone: 'Europe/Berlin' }));
  await slack.until('it looks', () => look.hits === 1);
  await sleep(200); // whatever is acknowledged at once is by now
  await stage.daemon.kill();
  slack.clearRules();
  await start(stage);
  assert.ok((await said).ok, 'it comes again by the next connection');
  await maria.finds('#west', /West lives here now/);
  await stage.settled();
  onceOnly(stage, maria, '#west', 0);
  assert.equal(maria.sees('#west').filter((m) => /West lives here now/.test(m.text)).length, 1);
});

scene('nobody can see in time who is in the channel: it says so, keeps what was typed, and knows it the next time', { ...west }, async (stage) => {
  const { ws, slack } = stage;
  const maria = ws.member('maria');
  slack.rule({ method: 'conversations.members', times: 1, do: 'slow', ms: 2600 });
  const said = await maria.slash('#west', form('/sprint setup', { name: 'West', timezone: 'Europe/Berlin' }));
  assert.ok(said.ok && said.ackMs < ACK_MS, JSON.stringify(said));
  await maria.finds('#west', /could not see who is in this channel/);
  await sleep(1500);
  await setUp(maria);
});

scene('who is not told that a form was taken sends it again: it counts once', { ...west }, async (stage) => {
  const { ws, slack } = stage;
  const maria = ws.member('maria');
  forgetful(slack);
  await setUp(maria);
  await anchorKr(maria);
  await say(maria, '#west', '/sprint open');
  const modal = await maria.modal({ title: /Open a sprint/ });
  const { kr, initiative, ...fields } = FORM;
  await modal.fill({ ...fields, anchor: modal.input('anchor').options[0], 'kr:1': kr[0], 'kr:2': kr[1], 'kr:3': kr[2] });
  const first = modal.submit();
  ws.socket.connection.mute(); // the daemon has it, and its acknowledgement is not heard
  await sleep(300);
  await revive(stage);
  assert.ok((await first).failed, 'the form says that something went wrong');
  assert.ok((await modal.submit()).closed);
  await maria.finds('#west', /^Sprint 1: /m, { ms: 15000 });
  await stage.settled({ quietMs: 1500 });
  assert.equal(maria.sees('#west').filter((m) => !m.ephemeral && /^Sprint \d+: /m.test(m.text)).length, 1);
  assert.deepEqual(slack.duplicates(), []);
});

scene('killed during a refresh, the next one takes over with nothing lost', { ...west }, async (stage) => {
  const { ws, slack } = stage;
  const { maria, first } = await asked(stage);
  const chance = chances(11);
  forgetful(slack);
  const reasons = ['refresh_requested', 'warning', 'refresh_requested', 'warning', 'who_knows'];
  for (const reason of reasons) {
    maria.say('#west', 'kr2 +1', { thread: first });
    ws.socket.disconnect(reason, { closeMs: 200 });
    maria.say('#west', 'kr1 +1', { thread: first });
    await sleep(chance.below(60));
    await revive(stage);
  }
  await reads(maria, [`${22 + reasons.length}%`, `${reasons.length}`, '12 days']);
  onceOnly(stage, maria);
});

// ---- connections lost

// Each takes one connection away at a bad moment, while a member answers.
const LOSSES = {
  'cut without a close frame': (ws, tell) => {
    tell();
    ws.socket.connection?.cut();
  },
  'cut during hello': (ws, tell) => {
    ws.socket.plans.push({ cut: 'after' });
    ws.socket.connection?.cut();
    tell();
  },
  'closed with 1009': (ws, tell) => {
    tell();
    ws.socket.connection?.close(1009, 'Max frame length of 20480 has been exceeded');
  },
  'a warning with a hard close': (ws, tell) => {
    ws.socket.disconnect('warning', { closeMs: 30 });
    tell();
  },
  'a refresh': (ws, tell) => {
    tell();
    ws.socket.disconnect('refresh_requested', { closeMs: 3000 });
    tell();
  },
  'cut in the middle of an envelope': (ws, tell) => {
    const { connection } = ws.socket;
    if (connection?.open) connection.ws.send('{"envelope_id":"half', { binary: false, fin: false });
    tell();
    connection?.cut();
  },
  'an upgrade answered with 408': (ws, tell) => {
    ws.socket.plans.push({ status: 408 });
    ws.socket.connection?.cut();
    tell();
  },
  'a disconnect instead of hello': (ws, tell) => {
    ws.socket.plans.push({ before: 'refresh_requested', closeMs: 20 });
    ws.socket.connection?.close(1001);
    tell();
  },
  'a frame of rubbish, then the end': (ws, tell) => {
    for (const kind of ['empty', 'text', 'binary', 'half', 'deep', 'array', 'null', 'unknown', 'number'])
      ws.socket.connection?.rubbish(kind);
    tell();
    ws.socket.connection?.close(1001);
  },
};

const NAMES = Array.from({ length: 18 }, (_, i) => `ws${i}`);

scene(
  'fifty connections lost at bad moments, and every answer is there, once',
  { clock: MORNING, workspaces: NAMES.map((n) => workspace(n)), timeout: 150000 },
  async (stage) => {
    const { slack } = stage;
    slack.expect(/broken websocket/, { maybe: true });
    const chance = chances(50);
    await Promise.all(slack.workspaces.map((ws) => begin(ws.member('maria'))));
    stage.clock(ASKED);
    const kinds = Object.keys(LOSSES);
    let lost = 0;

    await Promise.all(
      slack.workspaces.map(async (ws, n) => {
        const maria = ws.member('maria');
        const first = await prompt(maria, '#west', { ms: 20000 });
        let told = 0;
        const tell = () => {
          told += 1;
          maria.say('#west', 'kr1 +0.5', { thread: first });
        };
        for (let i = 0; i < 3; i++) {
          const before = ws.socket.closed.length;
          LOSSES[kinds[(n + 4 * i) % kinds.length]](ws, tell);
          await slack.until(`${ws.name} loses it`, () => ws.socket.closed.length > before, 8000);
          await slack.until(
            `${ws.name} is connected again`,
            () => ws.socket.ready.some((c) => !c.warned),
            60000,
          );
          lost += ws.socket.closed.length - before;
          tell();
          await sleep(chance.below(50));
        }
        await reads(maria, [`${22 + told / 2}%`, '0', '12 days'], { ms: 15000 });
        assert.equal(ws.socket.counts.lost, 0);
        onceOnly(stage, maria);
      }),
    );
    assert.ok(lost >= 50, `${lost} connections were lost`);
  },
);

scene(
  'silence, a crowd and a switched-off Socket Mode are noticed and named, beside a workspace that works',
  {
    clock: MORNING,
    workspaces: ['silent', 'crowd', 'off', 'fine'].map((n) => workspace(n)),
    slack: { pingMs: 0, retryScale: 0.1 },
    settings: { listen: '127.0.0.1:0' },
    start: false,
    timeout: 150000,
  },
  async (stage) => {
    const { slack } = stage;
    const port = await freePort();
    stage.settings.listen = `127.0.0.1:${port}`;
    await stage.daemon.start();
    const [silent, crowd, off, fine] = slack.workspaces;
    await Promise.all(slack.workspaces.map((ws) => begin(ws.member('maria'))));
    stage.clock(ASKED);
    const firsts = await Promise.all(slack.workspaces.map((ws) => prompt(ws.member('maria'))));
    await readyz(port, 200, /ready/);

    silent.socket.connection.mute();
    silent.member('jonas').say('#west', 'kr1 23%', { thread: firsts[0] });
    crowd.socket.plans.push({ before: 'too_many_websockets' });
    crowd.socket.connection.cut();
    crowd.member('jonas').say('#west', 'kr1 24%', { thread: firsts[1] });
    off.socket.disable();
    off.member('jonas').say('#west', 'kr1 25%', { thread: firsts[2] });

    const said = await readyz(port, 503, /off: .*Socket Mode is switched off/);
    await readyz(port, 503, /crowd: .*other programs/);
    assert.doesNotMatch(said, /fine/);
    const opens = off.socket.opens;
    fine.member('jonas').say('#west', 'kr1 26%', { thread: firsts[3] });
    await reads(fine.member('maria'), ['26%', '0', '12 days']);

    await slack.until('silence is noticed', () => silent.socket.ready.length > 0 && silent.socket.serial > 1, 45000);
    await reads(silent.member('maria'), ['23%', '0', '12 days'], { ms: 20000 });
    await slack.until('the crowd is gone', () => crowd.socket.ready.length > 0, 45000);
    await reads(crowd.member('maria'), ['24%', '0', '12 days'], { ms: 10000 });
    assert.ok(off.socket.opens - opens <= 1, `${off.socket.opens - opens} tries while it is switched off`);

    off.socket.enabled = true;
    await stage.daemon.stop();
    await start(stage);
    await reads(off.member('maria'), ['25%', '0', '12 days']);
    await readyz(port, 200, /ready/);
    for (const ws of slack.workspaces) onceOnly(stage, ws.member('maria'));
  },
);

// ---- deliveries

scene('doubled, reordered, repeated and fragmented deliveries count once', { ...west, timeout: 90000 }, async (stage) => {
  const { ws } = stage;
  const { maria, jonas, lena, first } = await asked(stage);
  Object.assign(ws.socket.chaos, { duplicateEnvelope: 0.5, duplicateEvent: 0.5, reorder: 0.5, fragment: 0.5 });
  const chance = chances(3);
  const people = [maria, jonas, lena];
  let slashes = 0;
  for (let i = 0; i < 40; i++) {
    chance.pick(people).say('#west', 'kr1 +0.5', { thread: first });
    if (chance.below(3) === 0) for (const attempt of [1, 2, 3]) ws.socket.repeatEvent(ws.socket.last, attempt);
    if (chance.below(4) === 0) ws.socket.again();
    if (chance.below(8) === 0) {
      await say(chance.pick(people), '#west', '/sprint checkin kr3 -0.25');
      slashes += 1;
    }
    await sleep(chance.below(10));
  }
  const told = 12 - 0.25 * slashes;
  await reads(maria, ['42%', '0', `${told} days`]);
  await stage.settled();
  onceOnly(stage, maria);
});

scene('an edit that comes before what it edits is what counts', { ...west }, async (stage) => {
  const { ws } = stage;
  const { maria, jonas, first } = await asked(stage);
  const held = [];
  const { route } = ws.socket;
  ws.socket.route = (e) => (e.type === 'events_api' ? held.push(e) : route.call(ws.socket, e));
  const answer = jonas.say('#west', 'kr1 23%', { thread: first });
  await sleep(5);
  jonas.edit(answer, 'kr1 28%');
  ws.socket.route = route;
  assert.equal(held.length, 2);
  ws.socket.route(held[1]);
  await stage.settled();
  ws.socket.route(held[0]);
  await stage.settled();
  await reads(maria, ['28%', '0', '12 days']);
  onceOnly(stage, maria);
});

scene('what happened while nothing was connected comes as retries, and is taken', { ...west }, async (stage) => {
  const { ws, slack } = stage;
  forgetful(slack);
  const { maria, jonas, first } = await asked(stage);
  await stage.daemon.kill();
  const answer = jonas.say('#west', 'kr1 23%', { thread: first });
  jonas.say('#west', 'kr2 +2', { thread: first });
  jonas.edit(answer, 'kr1 25%');
  assert.equal((await maria.slash('#west', '/sprint status')).failed, 'dispatch_failed');
  await start(stage);
  await reads(maria, ['25%', '2', '12 days']);
  onceOnly(stage, maria);
});

scene('a slash command that comes again by the next connection is done once', { ...west }, async (stage) => {
  const { ws } = stage;
  const { maria } = await asked(stage);
  for (let i = 0; i < 3; i++) {
    const answered = maria.slash('#west', '/sprint checkin kr2 +1');
    ws.socket.connection.cut();
    assert.ok((await answered).ok);
    await ws.slack.until('connected again', () => ws.socket.ready.length > 0, 15000);
  }
  await reads(maria, ['22%', '3', '12 days']);
});

// ---- the Web API

const TROUBLES = {
  slow: { do: 'slow', ms: 8000 },
  hanging: { do: 'hang' },
  lost: { do: 'hang-after' },
  broken: { do: '500' },
  unsure: { do: '500-after' },
  proxy: { do: 'html' },
  proxied: { do: 'html-after' },
  busy: { do: '429', retryAfter: 3 },
  cut: { do: 'cut-before' },
  severed: { do: 'cut-after' },
  half: { do: 'half' },
  garbled: { do: 'garbage' },
};

scene(
  'a Web API in trouble delays no acknowledgement, tells nothing twice, and touches no other workspace',
  {
    clock: MORNING,
    workspaces: [...Object.keys(TROUBLES), 'fine'].map((n) => workspace(n)),
    timeout: 180000,
  },
  async (stage) => {
    const { slack } = stage;
    const fine = slack.workspaces[slack.workspaces.length - 1];
    const troubled = slack.workspaces.slice(0, -1);
    await Promise.all(slack.workspaces.map((ws) => begin(ws.member('maria'))));
    for (const ws of troubled)
      slack.rule({ workspace: ws, method: /^(chat|conversations|views|users|pins|files|auth|response|upload)/, times: 2, ...TROUBLES[ws.name] });
    stage.clock(ASKED);

    const first = await prompt(fine.member('maria'), '#west', { ms: 5000 });
    fine.member('jonas').say('#west', 'kr1 25%', { thread: first });
    await reads(fine.member('maria'), ['25%', '0', '12 days']);

    let slowest = 0;
    await Promise.all(
      slack.workspaces.map(async (ws) => {
        for (let i = 0; i < 8; i++) {
          const answer = await ws.member('jonas').slash('#west', '/sprint checkin kr2 +1');
          assert.ok(answer.ok, `${ws.name}: ${JSON.stringify(answer)}`);
          slowest = Math.max(slowest, answer.ackMs);
          await sleep(300);
        }
      }),
    );
    assert.ok(slowest < ACK_MS, `the slowest acknowledgement took ${Math.round(slowest)} ms`);

    await Promise.all(troubled.map((ws) => prompt(ws.member('maria'), '#west', { ms: 60000 })));
    await stage.settled({ quietMs: 1500, ms: 60000 });
    for (const ws of slack.workspaces) {
      await reads(ws.member('maria'), [ws === fine ? '25%' : '22%', '8', '12 days']);
      onceOnly(stage, ws.member('maria'));
    }
  },
);

const HOMES = Array.from({ length: 10 }, (_, i) => `#team${i}`);

scene(
  'twenty teams asked at the same minute are each asked once, within the rate limits',
  {
    clock: MORNING,
    workspaces: ['even', 'odd'].map((n) => workspace(n, { channels: Object.fromEntries(HOMES.map((h) => [h, PEOPLE])) })),
    timeout: 120000,
  },
  async (stage) => {
    const { slack } = stage;
    const teams = slack.workspaces.flatMap((ws) => HOMES.map((home) => ({ ws, home, maria: ws.member('maria') })));
    await Promise.all(teams.map(({ maria, home }) => begin(maria, home, { team: { name: `Team ${home.slice(1)}` } })));
    stage.clock(ASKED);
    await Promise.all(teams.map(({ maria, home }) => prompt(maria, home, { ms: 60000 })));
    await stage.settled({ quietMs: 1500, ms: 30000 });
    for (const { ws, home, maria } of teams) {
      onceOnly(stage, maria, home);
      const at = slack
        .called('chat.postMessage', ws)
        .filter((c) => !c.error && c.args.channel === ws.channel(home).id)
        .map((c) => c.at);
      for (let i = 1; i < at.length; i++)
        assert.ok(at[i] - at[i - 1] > 900, `${home}: ${Math.round(at[i] - at[i - 1])} ms between two posts`);
    }
  },
);

// ---- one workspace broken

scene(
  'a revoked token, an archived home and a rate limit each stay with their own workspace',
  {
    clock: MORNING,
    workspaces: ['revoked', 'archived', 'limited', 'fine'].map((n) => workspace(n, { channels: { '#west': PEOPLE, '#other': PEOPLE } })),
    start: false,
    timeout: 120000,
  },
  async (stage) => {
    const { slack } = stage;
    const port = await freePort();
    stage.settings.listen = `127.0.0.1:${port}`;
    await stage.daemon.start();
    const [revoked, archived, limited, fine] = slack.workspaces;
    await Promise.all(slack.workspaces.map((ws) => begin(ws.member('maria'))));

    revoked.event('tokens_revoked', { tokens: { oauth: [], bot: [revoked.bot.id] } });
    revoked.tokenState = 'token_revoked';
    archived.archive('#west');
    const limit = slack.rule({ workspace: limited, method: 'chat.postMessage', times: 2, do: '429', retryAfter: 2 });
    const said = await readyz(port, 503, /^revoked: .*(token|install)/m);
    assert.doesNotMatch(said, /^(limited|fine):/m);
    stage.clock(ASKED);

    const first = await prompt(fine.member('maria'));
    fine.member('jonas').say('#west', 'kr1 25%', { thread: first });
    await reads(fine.member('maria'), ['25%', '0', '12 days']);
    slack.expect(/archived api: .*is_archived/, { maybe: true });
    await archived.member('maria').finds('dm', /could not be delivered.*archived/s, { ms: 20000 });
    await prompt(limited.member('maria'), '#west', { ms: 20000 });
    assert.ok(limit.hits > 0);

    assert.equal(checkins(revoked.member('maria')).length, 0);
    revoked.tokenState = '';
    revoked.event('tokens_revoked', { tokens: { oauth: [], bot: [revoked.bot.id] } });
    await prompt(revoked.member('maria'), '#west', { ms: 20000 });
    await readyz(port, 200, /ready/);
    await stage.settled();
    for (const ws of [revoked, limited, fine]) onceOnly(stage, ws.member('maria'));
    const told = archived.member('maria').sees('dm').filter((m) => /could not be delivered/.test(m.text));
    assert.equal(told.length, 1, 'the facilitator is told once');
  },
);

// ---- forms

const OBJECTIVE = 'Restore qualified pipeline momentum before the mid-review';

scene('a modal that is open while the daemon restarts can be sent, and a closed one is kept as a draft', { ...west }, async (stage) => {
  const { ws } = stage;
  const [maria, jonas] = ['maria', 'jonas'].map((n) => ws.member(n));
  await begin(maria);

  await say(maria, '#west', '/sprint open');
  const modal = await maria.modal({ title: /Open a sprint/ });
  await modal.fill({ objective: OBJECTIVE, 'kr:1': 'Increase trial conversion from 5% to 9%' });
  await modal.close();
  await stage.settled();
  await revive(stage);
  await say(maria, '#west', '/sprint open');
  const draft = await maria.modal({ title: /Open a sprint/ });
  assert.equal(draft.input('objective').value, OBJECTIVE);
  assert.equal(draft.input('kr:1').value, 'Increase trial conversion from 5% to 9%');

  // Still open while the daemon goes and comes.
  await draft.fill({ situation: 'It does not go well.' });
  await revive(stage);
  const sent = await draft.submit();
  assert.ok(sent.errors || sent.updated, JSON.stringify(sent));
  assert.equal(draft.input('objective').value, OBJECTIVE, 'what was typed stands');
  await jonas.finds('#west', /Sprint 1:/);
});

for (const [name, trouble, expected] of [
  ['slow', { do: 'slow', ms: 3300 }, /views\.open: expired_trigger_id/],
  ['failing', { do: 'error', error: 'internal_error' }, null],
  ['hanging', { do: 'hang' }, null],
]) {
  scene(`a form that Slack is too ${name} to open leaves a button that opens it`, { ...west }, async (stage) => {
    const { ws, slack } = stage;
    const maria = ws.member('maria');
    await begin(maria);
    if (expected) slack.expect(expected, { maybe: true });
    slack.rule({ method: 'views.open', times: 1, ...trouble });
    await say(maria, '#west', '/sprint open');
    const offered = await maria.finds('#west', (m) => m.buttons.includes('Open the form'), { ms: 12000 });
    assert.ok(offered.ephemeral);
    await maria.press(offered, 'Open the form');
    const modal = await maria.modal({ title: /Open a sprint/ });
    await modal.fill({ objective: OBJECTIVE });
    assert.equal(modal.input('objective').value, OBJECTIVE);
  });
}

play('faults');
