import { s01 } from './s01.ts';
import { s03 } from './s03.ts';
import { s04 } from './s04.ts';
import { s05 } from './s05.ts';
import type { Scenario } from './scenario.ts';

/** Every incident and every look-alike. */
export const SCENARIOS: readonly Scenario[] = [s01, s03, s04, s05];
