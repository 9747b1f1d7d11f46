// What people and other systems might write wherever the tactical layer takes words: texts that try to mention, to link
// and to break the markup, and ones as long as Slack lets them be. Nothing that the daemon says for it troubles a channel.

import assert from 'node:assert/strict';
import { form, freePort, NASTY, notMentioned, play, say, scene, setUp, stranger, workspace } from './slack.mjs';
import { at, JUNE, objective, proposals, week, weekly } from './quarter.mjs';

const quiet = { slack: { limits: false }, timeout: 150000 };
const plain = (text) => text.replace(/[\ud800-\udfff]/g, '');

// Sent as it stands on the wire; whatever is answered, it is answered.
async function raw(member, line, where = '#west') {
  const answer = await member.slash(where, line, { raw: true });
  assert.ok(answer.ok, `${JSON.stringify(line.slice(0, 80))}: ${JSON.stringify(answer)}`);
  return answer.message?.text ?? '';
}

// As many of the texts as a field has room for, until all of them were written into one.
function* fields(max) {
  let text = '';
  for (const one of NASTY.map((t) => [...t].slice(0, max - 1).join(''))) {
    if (text.length + one.length >= max) {
      yield text;
      text = '';
    }
    text += `${text && ' '}${one}`;
  }
  yield text;
}

scene('no text of a weekly check-in, a target, a token, a link or a search can', { clock: JUNE, ...workspace(), ...quiet }, async (stage) => {
  const { ws, slack } = stage;
  const [maria, jonas] = ['maria', 'jonas'].map((n) => ws.member(n));
  stranger(slack);
  slack.expect(/expired_trigger_id/, { maybe: true }); // a storm of commands may be slower than a form's three seconds
  await setUp(maria, '#west', { weekly: 'Monday 09:30', lead: '@maria' });
  await objective(maria);
  stage.clock(at('2025-06-09', '09:30'));
  const first = await weekly(maria);
  for (const text of NASTY) {
    for (const line of [
      `/okr checkin ${text}`,
      `/okr checkin kr1 $21M\nlearned: ${text}`,
      `/okr checkin kr1 $21M confidence ${text} revised: ${text}`,
      `/okr target 1 $31M: reason ${text}`,
      `/okr target 1 ${text}`,
      `/okr target ${text}`,
      `/okr token ${text}`,
      `/okr token revoke ${text}`,
      `/okr link ${text} feeds ${text}`,
      `/okr unlink ${text} feeds 1`,
      `/okr dismiss ${text}: ${text}`,
      `/okr show ${text}`,
      `/okr chart ${text}`,
      `/okr rollup ${text} markdown`,
      `/sprint learnings ${text}`,
      `/sprint learnings team: ${text}`,
      `/sprint decide ${text}`,
      `/sprint decide handoff ${text}`,
      `/sprint followup ${text}`,
      form('/sprint setup', { weekly: text }),
    ])
      await raw(jonas, line);
    await raw(maria, `/okr token ${[...text].slice(0, 40).join('')}`);
    jonas.say('#west', `kr2 19%\nlearned: ${text}`, { thread: first, raw: true });
  }
  await stage.settled({ ms: 60000 });
  stage.clock(at('2025-06-09', '17:30'));
  await maria.finds('#west', /^What moved this week/m, { ms: 75000 });
  for (const line of ['/okr list', '/okr show 1', '/okr token', '/okr link', '/okr rollup', '/okr rollup markdown', '/okr rollup csv', '/sprint learnings']) await say(maria, '#west', line);
  await maria.home();
  await stage.settled();
  notMentioned(slack, ws, 'lena');
  assert.ok(stage.daemon.log.length < 400000);
});

scene('the weekly form, the target and the value of a KR take any text, and stay forms', { clock: JUNE, ...workspace(), ...quiet }, async (stage) => {
  const { ws, slack } = stage;
  const maria = ws.member('maria');
  stranger(slack);
  await setUp(maria, '#west', { weekly: 'Monday 09:30' });
  await objective(maria);
  stage.clock(at('2025-06-09', '09:30'));
  await weekly(maria);
  for (const text of NASTY) {
    for (const [line, title] of [['/okr checkin', /Weekly check-in/], ['/okr target', /Another target/]]) {
      await say(maria, '#west', line);
      const modal = await maria.modal({ title });
      const values = {};
      for (const input of modal.inputs)
        if (/text_input$/.test(input.type)) values[input.block_id] = [...text].slice(0, (input.element.max_length ?? 3000) / 2).join('');
      if (title.test('Another target')) values.kr = modal.input('kr').options[0];
      await modal.fill(values);
      const sent = await modal.submit({ unchecked: true });
      assert.ok(!sent.failed, `${line} ${JSON.stringify(text.slice(0, 40))}: ${sent.failed}`);
      while (maria.modals.length) await maria.modals[maria.modals.length - 1].close();
    }
  }
  await stage.settled({ ms: 60000 });
  assert.match(await say(maria, '#west', '/okr show 1'), /→ \*\$20M\* → \$30M/);
  notMentioned(slack, ws, 'lena');
});

// As many as there are texts to say why not.
const COUNTED = ['customers', 'leads', 'accounts', 'partners', 'renewals', 'referrals', 'subscribers', 'contracts', 'signups', 'installations', 'visitors', 'orders'];

scene('why a sprint is not wanted may be any text', { clock: JUNE, ...workspace(), ...quiet }, async (stage) => {
  const { ws, slack } = stage;
  const [maria, jonas] = ['maria', 'jonas'].map((n) => ws.member(n));
  stranger(slack);
  const reasons = [...fields(300)];
  const statements = COUNTED.slice(0, reasons.length).map((c) => `Increase paying ${c} from 0 to 130`);
  assert.equal(statements.length, reasons.length);
  await setUp(maria, '#west', { weekly: 'Monday 09:30' });
  for (let n = 0; n < statements.length; n += 5)
    await objective(maria, '#west', statements.slice(n, n + 5).map((s) => `${s}\nobjective: ${n / 5 + 1}`), {
      objective: ['Win customers who stay', 'Be where they look', 'Be there when they ask'][n / 5],
      period: 'FY Q3, 2025-06-02 - 2025-08-31',
    });
  const all = (value) => statements.map((_, n) => `kr${n + 1} ${value}`).join(', ');
  for (const [day, value] of [['2025-06-09', 10], ['2025-06-16', 20], ['2025-06-23', 30], ['2025-06-30', 30], ['2025-07-07', 30]])
    await week(stage, maria, day, all(value));
  await slack.until('each is proposed', () => proposals(maria).length === statements.length, 30000);
  for (const [n, card] of proposals(maria).entries()) {
    await jonas.press(card, 'Not now');
    const modal = await jonas.modal();
    await modal.fill({ reason: reasons[n] });
    const sent = await modal.submit({ unchecked: true });
    assert.ok(sent.closed, JSON.stringify([reasons[n], sent]));
  }
  const told = () => maria.sees('#west').filter((m) => /dismissed the sprint that was proposed/.test(m.text)).length;
  await slack.until('every reason is told', () => told() === statements.length, 60000); // a message a second
  await slack.until('every card says so', () => proposals(maria).every((m) => !m.buttons.length && /Dismissed by @jonas/.test(m.text)), 60000);
  notMentioned(slack, ws, 'lena');
});

// The buttons as somebody might send them who wrote the request themselves.
const NUMBERS = ['0', '-1', '7', '99999', '9223372036854775807', '9223372036854775808', '1e9', ' 1', '1;', '', 'z'.repeat(1900), '<!channel>'];
const ACTIONS = ['weekly.form', 'weekly.same', 'proposal.open', 'proposal.dismiss', 'decide', 'action.done', 'tactical.apply', 'form.open'];
const PATHS = ['number.999.yes', 'number.1.yes.yes.yes', 'handoff.<!channel>', 'okr dismiss', 'okr dismiss 1', 'okr token x', 'sprint followup 99', 'sprint followup', 'okr target 99', 'okr checkin 1', 'sprint retro 99'];

scene('forged presses change nothing', { clock: JUNE, ...workspace('acme', { channels: { '#west': ['maria', 'jonas'], '#east': ['jonas'] } }), ...quiet }, async (stage) => {
  const { ws, slack } = stage;
  const [maria, jonas] = ['maria', 'jonas'].map((n) => ws.member(n));
  slack.expect(/api: .*(not_in_channel|channel_not_found|invalid_arguments|exchanged_trigger_id|expired_trigger_id)/, { maybe: true });
  await setUp(maria, '#west', { weekly: 'Monday 09:30' });
  await objective(maria, '#west', ['Increase qualified leads from 0 to 130']);
  await setUp(jonas, '#east', { name: 'East' });
  for (const [day, value] of [['2025-06-09', 10], ['2025-06-16', 20], ['2025-06-23', 30], ['2025-06-30', 30], ['2025-07-07', 30]])
    await week(stage, maria, day, `kr1 ${value}`);
  const card = await maria.finds('#west', /KR 1 is at risk/, { ms: 10000 });
  const [first] = card.raw.blocks.find((b) => b.type === 'actions').elements;
  const id = first.value.split(' ')[1];
  const press = async (action_id, value) => {
    const answer = await ws.socket.deliver('interactive', {
      ...jonas.common('block_actions'),
      trigger_id: ws.trigger(jonas.user),
      ...jonas.fromMessage(card.channel, card.raw),
      actions: [{ type: 'button', block_id: 'b', action_ts: ws.ts(), text: first.text, action_id, value }],
    });
    assert.ok(!answer.failed, `${action_id} ${value.slice(0, 80)}: ${answer.failed}`);
    while (jonas.modals.length) await jonas.modals[jonas.modals.length - 1].close();
  };
  for (const action of ACTIONS)
    for (const where of ['C0WEST', 'C0EAST', 'C0NOWHERE'])
      for (const value of [...NUMBERS, ...PATHS, ...(where === 'C0WEST' ? [] : [id])]) await press(`${action}/1`, `${where} ${value}`);
  await stage.settled({ ms: 60000 });
  const [shown] = proposals(maria);
  assert.deepEqual(shown.buttons, ['Fill in the form', 'Not now'], 'it still asks');
  assert.match(await say(maria, '#west', '/okr show 1'), /→ \*30\* →[^]*5 readings/);
  assert.doesNotMatch(await say(jonas, '#east', '/okr list'), /leads/);
  assert.ok(stage.daemon.log.length < 200000);
});

scene('what another system sends is text like any other', { clock: JUNE, ...workspace(), ...quiet, start: false }, async (stage) => {
  const { ws, slack } = stage;
  const maria = ws.member('maria');
  stranger(slack);
  const port = await freePort();
  stage.settings.listen = `127.0.0.1:${port}`;
  await stage.daemon.start();
  await setUp(maria, '#west', { lead: '@maria' });
  await objective(maria);
  const name = '<!channel> *x* `y`';
  const [token] = (await raw(maria, `/okr token ${name}`)).match(/anchord_[0-9a-f]{64}/);
  slack.secrets.add(token);
  const post = async (body, of = token) => {
    const answer = await fetch(`http://127.0.0.1:${port}/api/v1/readings`, {
      method: 'POST',
      headers: { authorization: `Bearer ${of}`, 'content-type': 'application/json' },
      body: JSON.stringify(body),
      signal: AbortSignal.timeout(10000),
    });
    return { status: answer.status, ...(await answer.json()) };
  };
  let value = 20;
  const taken = [];
  for (const text of NASTY.slice(0, 25).map(plain)) {
    value += 0.1;
    const answer = await post({ kr: 1, value: `$${value.toFixed(1)}M`, source: [...text].slice(0, 100).join(''), key: [...text].slice(0, 50).join('') });
    assert.ok([200, 422].includes(answer.status), JSON.stringify(answer));
    if (answer.status === 200) taken.push(value);
    const wrong = await post([{ kr: text, value: 1 }, { kr: 1, value: text }, { kr: 1, value: 1, day: text }]);
    assert.deepEqual([wrong.status, wrong.faults?.length], [422, 3], JSON.stringify(wrong));
    await say(maria, '#west', '/okr list');
    await say(maria, '#west', '/okr show 1');
  }
  assert.ok(taken.length > 5, `${taken.length} were taken`);
  await raw(maria, `/okr token revoke ${name}`);
  await stage.settled();
  notMentioned(slack, ws, 'lena');
});

play('hostile');
