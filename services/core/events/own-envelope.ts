import { OWN_SOURCE } from './event.ts';

/** The envelope of a fact that Provost itself states: received at its own time (RFC 3339), and authenticated. */
export function ownEnvelope(of: {
  readonly id: string;
  readonly subject: string;
  readonly project: string;
  readonly time: string;
}) {
  return {
    ...of,
    specversion: '1.0',
    source: OWN_SOURCE,
    receivedtime: of.time,
    trust: 'authenticated',
  } as const;
}
