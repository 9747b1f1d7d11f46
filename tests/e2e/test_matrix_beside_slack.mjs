// A Slack workspace and a Matrix account in one daemon, each with a team; what is shared stays within one workspace.

import assert from 'node:assert/strict';
import { ASKED, SUMMED, ask, begin, checkins, form, onceOnly, play, prompt, reads, scene, west } from './matrix.mjs';
import { begin as beginOnSlack, prompt as promptOnSlack, reads as readsOnSlack, say, onceOnly as onceOnSlack, workspace } from './slack.mjs';

const both = { ...west, server: 'emulator', slack: workspace('acme'), timeout: 150000 };

async function asked(stage) {
  const there = stage.beside.ws.member('maria');
  const maria = stage.member('maria');
  const room = stage.room('west');
  await beginOnSlack(there, '#west');
  await begin(maria, room, { team: { name: 'North' } });
  stage.clock(ASKED);
  return { there, maria, room, onSlack: await promptOnSlack(there), onMatrix: await prompt(maria, room) };
}

scene('each team is asked in its own place, and answers there', both, async (stage) => {
  const { there, maria, room, onSlack, onMatrix } = await asked(stage);
  there.say('#west', 'kr1 25%', { thread: onSlack });
  await maria.say(room, 'kr1 24%', { thread: onMatrix });
  await readsOnSlack(there, ['25%', '0', '12 days']);
  await reads(maria, room, ['24%', '0', '12 days']);
  stage.clock(SUMMED);
  await maria.waits('it is summed up', () => /^What moved/m.test(checkins(maria, room)[0].text), 20000);
  await there.finds('#west', /^What moved/m, { ms: 20000 });
  onceOnly(maria, room);
  onceOnSlack(stage.beside, there);
});

scene('a sprint of two teams stays within one workspace, and the attempt across is refused clearly', both, async (stage) => {
  const { there, maria, room } = await asked(stage);
  const joint = {
    trigger: 'Cross-Functional Gap',
    situation: '320 qualified leads a month are handed over and 6% convert',
    anchor: '1',
    window: '14 July - 28 July',
    objective: 'Establish a working lead handoff that ends the conversion drop',
    kr: ['Reduce handoff response time from 30 hours to 4 hours', 'Increase meeting conversion rate from 12% to 25%', 'Progress 15 qualified leads from Meeting to Proposal stage'],
  };
  const refused = await ask(maria, room, form('!sprint open', { ...joint, owner: 'North, West' }), /second look/, { ms: 20000 });
  assert.match(refused.text, /There is no team “West” here/);
  await say(there, '#west', form('/sprint open', { ...joint, owner: 'West, North' }));
  const modal = await there.modal({ title: /Open a sprint/ });
  assert.match(modal.text, /There is no team “North” here/);
  for (const posts of [maria.sees(room), there.sees('#west')]) assert.ok(posts.every((m) => !/^Sprint 2: /m.test(m.text)));
});

scene('one that is down holds up the other by nothing', both, async (stage) => {
  const { there, onSlack } = await asked(stage);
  await stage.hs.pause();
  there.say('#west', 'kr1 25%', { thread: onSlack });
  await readsOnSlack(there, ['25%', '0', '12 days']);
  await stage.readyz(503, /community/, 60000);
  await stage.hs.resume();
  await stage.readyz(200, /./, 60000);
});

play('Matrix beside Slack', 2);
