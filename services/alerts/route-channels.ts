import type { Governance, RouteConfig } from '../config/governance.ts';
import { DISPOSITIONS, type Disposition } from '../core/finding.ts';

/** What a route is chosen by. */
export type Routable = {
  readonly project: string;
  readonly rule: string;
  readonly disposition: Disposition;
};

/**
 * Names of the channels to be told, in the order of the governance file, each once. Without routes, tickets and pages
 * go to every channel. A condition that is missing or empty fits everything: a mistake may tell too many, never nobody.
 */
export function routeChannels(
  governance: Pick<Governance, 'channels' | 'routes'>,
  alert: Routable,
): readonly string[] {
  const names = (governance.channels ?? []).map((channel) => channel.name);
  const routes = governance.routes ?? [];
  if (routes.length === 0) return reaches('ticket', alert.disposition) ? names : [];
  const told = new Set(
    routes.filter((route) => fits(route, alert)).flatMap((route) => route.channels),
  );
  return names.filter((name) => told.has(name));
}

function fits(route: RouteConfig, alert: Routable): boolean {
  const { projects = [], rules = [] } = route;
  return (
    reaches(route.minimum, alert.disposition) &&
    (projects.length === 0 || projects.some((pattern) => matches(pattern, alert.project))) &&
    (rules.length === 0 || rules.includes(alert.rule))
  );
}

function reaches(minimum: Disposition, disposition: Disposition): boolean {
  return DISPOSITIONS.indexOf(disposition) >= DISPOSITIONS.indexOf(minimum);
}

function matches(pattern: string, name: string): boolean {
  return pattern.endsWith('*') ? name.startsWith(pattern.slice(0, -1)) : pattern === name;
}
