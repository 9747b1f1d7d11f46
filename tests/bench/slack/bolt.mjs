// A small bot on Slack's own framework, for comparison: it acknowledges, answers nothing, keeps nothing.
// With the argument "view" it opens a modal for each command.

import bolt from '@slack/bolt';

const app = new bolt.App({
  token: process.env.SLACK_BOT_TOKEN,
  appToken: process.env.SLACK_APP_TOKEN,
  socketMode: true,
  clientOptions: { slackApiUrl: process.env.SLACK_API_URL },
  logLevel: bolt.LogLevel.ERROR,
});

const VIEW = {
  type: 'modal',
  title: { type: 'plain_text', text: 'Check in' },
  submit: { type: 'plain_text', text: 'Send' },
  blocks: [{ type: 'input', block_id: 'kr', label: { type: 'plain_text', text: 'KR1' }, element: { type: 'plain_text_input', action_id: 'value' } }],
};

app.command(/.*/, async ({ ack, body, client }) => {
  await ack();
  if (process.argv[2] === 'view') await client.views.open({ trigger_id: body.trigger_id, view: VIEW });
});
await app.start();
