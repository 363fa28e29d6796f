import type { RegisteredSource } from '../api/ports.ts';
import type { Governance } from '../config/governance.ts';

/** The sources of the governance file; one that it does not call anything else merely claims. */
export function registeredSources(governance: Governance): readonly RegisteredSource[] {
  return (governance.sources ?? []).map(({ name, uri, trust = 'claimed' }) => ({
    name,
    uri,
    trust,
  }));
}
