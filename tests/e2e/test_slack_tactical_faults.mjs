// The daemon killed at bad moments of the tactical layer: no answer is lost, none counts twice, and a sprint is proposed
// once, whenever that was.

import assert from 'node:assert/strict';
import { chances, play, revive, say, scene, setUp, sleep, workspace } from './slack.mjs';
import { at, JUNE, objective, PIPELINE, proposals, summary, weekly } from './quarter.mjs';

const forgetful = (slack) => slack.expect(/(ratelimited|repeated before Retry-After)/, { maybe: true });

// Waits until the KR reads so.
async function stands(stage, member, value) {
  const shown = async () => (await member.slash('#west', '/okr show 1')).message?.text ?? '';
  let last;
  for (let tries = 0; tries < 80; tries++) {
    last = await shown();
    if (last.includes(`→ *${value}* →`)) return last;
    await sleep(100);
  }
  return assert.fail(`it is not ${value}:\n${last}`);
}

scene('killed between the commit of a weekly answer and its acknowledgement, it counts once', { clock: JUNE, ...workspace(), timeout: 120000 }, async (stage) => {
  const { ws, slack } = stage;
  const maria = ws.member('maria');
  forgetful(slack);
  await setUp(maria, '#west', { weekly: 'Monday 09:30' });
  await objective(maria, '#west', [PIPELINE]);
  stage.clock(at('2025-06-09', '09:30'));
  const asked = await weekly(maria);
  await stage.settled(); // where it stands is on record
  for (let i = 0; i < 8; i++) {
    const { connection } = ws.socket;
    maria.say('#west', 'kr1 +$100k', { thread: asked });
    connection.mute(); // the daemon has it, and its acknowledgement is not heard
    await sleep(20 + 15 * i);
    await revive(stage);
  }
  const answered = maria.slash('#west', '/okr checkin kr1 +$100k');
  await sleep(5);
  await revive(stage);
  assert.ok((await answered).ok, 'it comes again by the next connection');
  stage.clock(at('2025-06-09', '17:30'));
  await summary(stage, maria, asked);
  assert.match(await stands(stage, maria, '$20.9M'), /The last 8 of 9 readings/);
  assert.deepEqual(slack.duplicates(), []);
});

// Many teams at once: the prompt, an answer, and what `close` does at the end of the day.
async function weekOfAll(stage, day, value, close) {
  const { slack } = stage;
  stage.clock(at(day, '09:30'));
  const asked = await Promise.all(
    slack.workspaces.map(async (ws) => {
      const prompt = await weekly(ws.member('maria'), '#west', { ms: 20000 });
      ws.member('maria').say('#west', `${value}, confidence 5`, { thread: prompt });
      await ws.member('maria').finds('#west', /confidence 5; shown/, { thread: prompt, ms: 10000 });
      return prompt;
    }),
  );
  stage.clock(at(day, '17:30'));
  await close();
  await Promise.all(slack.workspaces.map((ws, n) => summary(stage, ws.member('maria'), asked[n])));
}

const VALUES = [['2025-06-09', '$20.8M'], ['2025-06-16', '$21.5M'], ['2025-06-23', '$22.3M'], ['2025-06-30', '$22.3M']];

// Every team is one check-in from a proposal.
async function stalling(stage) {
  await Promise.all(
    stage.slack.workspaces.map(async (ws) => {
      await setUp(ws.member('maria'), '#west', { weekly: 'Monday 09:30' });
      await objective(ws.member('maria'), '#west', [PIPELINE]);
    }),
  );
  for (const [day, value] of VALUES) await weekOfAll(stage, day, value, () => {});
  await stage.settled();
}

// Each is proposed once, and the question can be answered.
async function proposedOnce(stage) {
  await Promise.all(
    stage.slack.workspaces.map(async (ws) => {
      const maria = ws.member('maria');
      const card = await maria.finds('#west', /KR 1 is at risk/, { ms: 30000 });
      await maria.press(card, 'Not now');
      const modal = await maria.modal({ title: /No sprint/ });
      await modal.fill({ reason: 'the fair is in two weeks' });
      assert.ok((await modal.submit()).closed);
      await maria.finds('#west', /dismissed the sprint/, { ms: 30000 });
      await stage.slack.until('the card says so', () => !maria.sees('#west').find((m) => m.ts === card.ts).buttons.length, 30000);
    }),
  );
  await sleep(1500); // a second one would have come by now
  for (const ws of stage.slack.workspaces) assert.equal(proposals(ws.member('maria')).length, 1, ws.name);
  assert.deepEqual(stage.slack.duplicates(), []);
}

const CUTS = {
  cut: { do: 'cut-after' },
  silent: { do: 'hang-after' },
  never: { do: 'hang' },
  early: { do: 'cut-before' },
};

scene(
  'killed between the commit of a proposal and its post, the card stands once',
  { clock: JUNE, workspaces: Object.keys(CUTS).map((n) => workspace(n)), timeout: 200000 },
  async (stage) => {
    const { slack } = stage;
    forgetful(slack);
    await stalling(stage);
    await weekOfAll(stage, '2025-07-07', '$22.3M', async () => {
      const cuts = slack.workspaces.map((ws) => slack.rule({ workspace: ws, method: 'chat.postMessage', times: 1, ...CUTS[ws.name] }));
      await slack.until('every proposal is sent', () => cuts.every((c) => c.hits === 1), 20000);
      await revive(stage);
    });
    await proposedOnce(stage);
  },
);

scene(
  'killed at any instant of a summing up, each team is told once',
  { clock: JUNE, workspaces: Array.from({ length: 4 }, (_, n) => workspace(`ws${n}`)), timeout: 200000 },
  async (stage) => {
    const chance = chances(3);
    forgetful(stage.slack);
    await stalling(stage);
    await weekOfAll(stage, '2025-07-07', '$22.3M', async () => {
      for (let i = 0; i < 12; i++) {
        await sleep(chance.below(60));
        await revive(stage);
      }
    });
    await proposedOnce(stage);
  },
);

play('faults', 2);
