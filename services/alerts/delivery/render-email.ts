import type { NamedValue, Notification } from './notification.ts';
import { toHtml, toLine, toLines } from './plain-text.ts';

/** Both faces of a message, from one model. */
export type RenderedEmail = {
  readonly subject: string;
  readonly text: string;
  readonly html: string;
};

const CALLS = { page: 'Act now', ticket: 'Look into this', log: 'For the record' } as const;

/** Renders a notification; whatever a sender wrote is one clean line in the text and escaped in the HTML. */
export function renderEmail(notification: Notification): RenderedEmail {
  return {
    subject: subjectOf(notification),
    text: textOf(notification),
    html: htmlOf(notification),
  };
}

function subjectOf(n: Notification): string {
  const raised = { opened: '', escalated: ', escalated', reopened: ', open again' }[n.kind];
  return toLine(
    `[Provost] ${n.severity} ${n.disposition}${raised}: ${n.title} (${n.project})`,
    200,
  );
}

function textOf(n: Notification): string {
  const lines = [
    `${CALLS[n.disposition]}: ${toLine(n.title)}`,
    '',
    ...toLines(n.message),
    '',
    ...factsOf(n).map(({ name, value }) => `${`${name}:`.padEnd(12)}${toLine(value)}`),
    ...textTable('Observed', n.observed),
    ...textTable('Expected', n.expected),
    ...textList('What explains or aggravates it', n.context),
    '',
    'Evidence',
    ...n.evidence.map(
      ({ shard, index, role, url }) =>
        `  - shard ${shard}, index ${index}: ${toLine(role)}${url === undefined ? '' : `\n    ${url}`}`,
    ),
    '',
    'What to do',
    ...toLines(n.remediation.summary).map((line) => `  ${line}`),
    ...(n.remediation.owner === '' ? [] : [`  Owner: ${toLine(n.remediation.owner)}`]),
    ...n.remediation.steps.flatMap((step, i) => [
      `  ${i + 1}. ${toLine(step.text, 2048)}`,
      ...(step.command === undefined ? [] : [`       ${toLine(step.command, 4096)}`]),
    ]),
    '',
    'To take this alert on',
    ...(n.acknowledge.url === undefined ? [] : [`  ${n.acknowledge.url}`]),
    `  ${n.acknowledge.command}`,
    '',
    `Alert ${n.alertId}, incident ${n.incidentId}, notification ${n.notificationId}`,
  ];
  return `${lines.join('\n')}\n`;
}

function htmlOf(n: Notification): string {
  const colour = n.disposition === 'page' ? '#b3261e' : '#7a5900';
  return [
    '<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Provost</title></head>',
    '<body style="font:14px/1.5 sans-serif;color:#1c1b1f;max-width:46em">',
    `<p style="color:${colour};font-weight:bold;margin-bottom:0">${toHtml(CALLS[n.disposition])}</p>`,
    `<h1 style="font-size:20px;margin-top:0">${toHtml(n.title)}</h1>`,
    ...toLines(n.message).map((line) => `<p>${toHtml(line)}</p>`),
    htmlTable('', factsOf(n)),
    htmlTable('Observed', n.observed),
    htmlTable('Expected', n.expected),
    htmlList('What explains or aggravates it', n.context),
    `${htmlHeading('Evidence')}<ul>`,
    ...n.evidence.map(({ shard, index, role, url }) => {
      const place = `shard ${shard}, index ${index}`;
      const link = url === undefined ? place : `<a href="${toHtml(url)}">${place}</a>`;
      return `<li>${link}: ${toHtml(role)}</li>`;
    }),
    `</ul>${htmlHeading('What to do')}`,
    ...toLines(n.remediation.summary).map((line) => `<p>${toHtml(line)}</p>`),
    n.remediation.owner === '' ? '' : `<p>Owner: ${toHtml(n.remediation.owner)}</p>`,
    '<ol>',
    ...n.remediation.steps.map(
      ({ text, command }) =>
        `<li>${toHtml(text, 2048)}${command === undefined ? '' : htmlCommand(command)}</li>`,
    ),
    `</ol>${htmlHeading('To take this alert on')}`,
    n.acknowledge.url === undefined
      ? ''
      : `<p><a href="${toHtml(n.acknowledge.url)}">Open the alert</a></p>`,
    htmlCommand(n.acknowledge.command),
    `<p style="color:#5f5e62;font-size:12px">Alert ${toHtml(n.alertId)}, incident ${toHtml(n.incidentId)}, `,
    `notification ${toHtml(n.notificationId)}</p></body></html>`,
  ].join('\n');
}

function factsOf(n: Notification): readonly NamedValue[] {
  const facts = [
    { name: 'Project', value: n.project },
    { name: 'Rule', value: n.rule },
    { name: 'Severity', value: `${n.severity} (${n.disposition})` },
    { name: 'Subject', value: n.subject },
    { name: 'Actor', value: n.actor ?? '' },
    { name: 'Happened', value: n.occurredAt },
    { name: 'Raised', value: n.raisedAt },
    {
      name: 'Incident',
      value: `${n.incidentId}, ${n.alertsInIncident} alert(s); ${n.findingsInAlert} finding(s) in this one`,
    },
  ];
  return facts.filter(({ value }) => value !== '');
}

function textTable(heading: string, rows: readonly NamedValue[]): readonly string[] {
  if (rows.length === 0) return [];
  return ['', heading, ...rows.map(({ name, value }) => `  ${toLine(name, 64)}: ${toLine(value)}`)];
}

function textList(heading: string, items: readonly string[]): readonly string[] {
  return items.length === 0 ? [] : ['', heading, ...items.map((item) => `  - ${toLine(item)}`)];
}

function htmlTable(heading: string, rows: readonly NamedValue[]): string {
  if (rows.length === 0) return '';
  const title = heading === '' ? '' : htmlHeading(heading);
  const body = rows.map(
    ({ name, value }) =>
      `<tr><th style="text-align:left;padding-right:1em">${toHtml(name, 64)}</th><td><code>${toHtml(value, 1024)}</code></td></tr>`,
  );
  return `${title}<table>${body.join('')}</table>`;
}

function htmlList(heading: string, items: readonly string[]): string {
  if (items.length === 0) return '';
  const list = items.map((item) => `<li>${toHtml(item)}</li>`).join('');
  return `${htmlHeading(heading)}<ul>${list}</ul>`;
}

function htmlHeading(text: string): string {
  return `<h2 style="font-size:16px">${toHtml(text)}</h2>`;
}

function htmlCommand(command: string): string {
  return `<pre style="background:#f3f0f4;padding:.5em;white-space:pre-wrap">${toHtml(command, 4096)}</pre>`;
}
