import type { EventType } from '../../../services/core/events/catalogue.ts';
import type { Finding } from '../../../services/core/finding.ts';
import type { JudgeContext } from '../../detector.ts';
import { caseWith, isSign, keepCase, type Sensor, type Sign } from './cases-view.ts';
import { isIncident } from './weigh-case.ts';

/** Folds what the rules found about an entry into the open cases; a case that is an incident now is told once. */
export function learnFindings(context: JudgeContext, findings: readonly Finding[]): void {
  for (const sign of signsOf(context, findings)) {
    const { known, next } = caseWith(context.view.cases, sign);
    keepCase(context.view.cases, known, { ...next, paged: next.paged || isIncident(next) });
  }
}

/** The findings that count as signs. */
export function signsOf(context: JudgeContext, findings: readonly Finding[]): readonly Sign[] {
  const sensor = sensorOf(context.entry.event.type);
  return findings.filter(isSign).flatMap((finding) => {
    const [judged] = finding.evidence;
    if (judged === undefined) return [];
    const { shard, index, source, id } = judged;
    const ref = { shard, index, source, id };
    return [{ finding, at: Date.parse(finding.occurredAt), sensor, ref }];
  });
}

const SENSORS: Readonly<Record<string, Sensor>> = {
  artifact: 'registry',
  tag: 'registry',
  repository: 'registry',
  registry: 'registry',
  build: 'build',
  attestation: 'evidence',
  sbom: 'evidence',
  signature: 'evidence',
  rebuild: 'evidence',
  vulnerability: 'evidence',
  source: 'source',
  login: 'access',
  token: 'access',
  role: 'access',
  member: 'access',
  key: 'access',
  package: 'package',
  'workflow-run': 'run',
};

function sensorOf(type: EventType): Sensor {
  return SENSORS[type.split('.')[0] ?? ''] ?? 'registry';
}
