import type { Notification } from '../../services/alerts/delivery/notification.ts';

/** A notification of a page with a little of everything. */
export function sampleNotification(options: Partial<Notification> = {}): Notification {
  return {
    notificationId: 'a'.repeat(32),
    threadId: 'a'.repeat(32),
    kind: 'opened',
    channel: 'mail',
    project: 'lab',
    incidentId: 'c'.repeat(32),
    alertId: 'd'.repeat(32),
    alertsInIncident: 2,
    findingsInAlert: 1,
    severity: 'critical',
    disposition: 'page',
    rule: 'tag-mutation',
    title: 'Tag 1.0 of lab/tool was overwritten',
    message: 'The tag points to content that no build explains.\nIt was cited by 3 runs.',
    subject: 'tag:lab/tool:1.0',
    actor: 'mallory',
    occurredAt: '2026-03-01T00:00:00Z',
    raisedAt: '2026-03-01T00:00:01.000Z',
    observed: [{ name: 'digest', value: 'sha256:bad' }],
    expected: [{ name: 'digest', value: 'sha256:good' }],
    context: ['No change was announced'],
    evidence: [
      { shard: 1, index: 7, role: 'judged', url: 'https://provost.example/api/v1/entries/1/7' },
    ],
    remediation: {
      summary: 'Move the tag back.',
      owner: 'registry administrator',
      steps: [{ text: 'Copy the good image', command: "skopeo copy 'docker://a' 'docker://b'" }],
    },
    acknowledge: {
      url: 'https://provost.example/api/v1/alerts/d',
      command: 'provost alerts acknowledge d --url https://provost.example',
    },
    ...options,
  };
}
