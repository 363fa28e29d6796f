import type { Control } from './audit-report.ts';

const iso = (id: string, title: string): Control => ({
  framework: 'ISO/IEC 27001:2022',
  id,
  title,
});
const ssdf = (id: string, title: string): Control => ({
  framework: 'NIST SP 800-218 (SSDF 1.1)',
  id,
  title,
});

/** Controls that a check gives evidence for; it supports them, it does not fulfil them alone. */
export const CONTROLS = {
  logging: iso('A.8.15', 'Logging'),
  monitoring: iso('A.8.16', 'Monitoring activities'),
  configuration: iso('A.8.9', 'Configuration management'),
  change: iso('A.8.32', 'Change management'),
  records: iso('A.5.33', 'Protection of records'),
  assessment: iso('A.5.25', 'Assessment and decision on information security events'),
  response: iso('A.5.26', 'Response to information security incidents'),
  evidence: iso('A.5.28', 'Collection of evidence'),
  corrective: iso('10.2', 'Nonconformity and corrective action'),
  protectCode: ssdf('PS.1', 'Protect all forms of code from unauthorized access and tampering'),
  verifyRelease: ssdf('PS.2', 'Provide a mechanism for verifying software release integrity'),
  archiveRelease: ssdf('PS.3', 'Archive and protect each software release'),
  remediate: ssdf('RV.2', 'Assess, prioritize, and remediate vulnerabilities'),
  provenanceExists: {
    framework: 'SLSA v1.0',
    id: 'Build L1',
    title: 'Provenance generation: exists',
  },
} as const satisfies Record<string, Control>;
