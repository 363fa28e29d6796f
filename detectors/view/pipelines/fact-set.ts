import { DAY, STRETCH } from '../limits.ts';
import { rememberLast } from '../remember-last.ts';
import { endMark } from './mark.ts';

/** Characters of all records of one set; what does not fit is not known, so its coming is no news (`full`). */
export const MAX_SET_TEXT = 6144;

/**
 * What a pipeline's builds carry of one kind (variables, parameters, flags, dependencies), packed: a record a line, its
 * fields between tabs, the key first. Most builds carry what the one before carried: then only the mark is compared.
 */
export type FactSet = {
  /** Of the last build's facts as it said them (mark.ts), and of the facts in any order; -1 before the first. */
  mark: number;
  print: number;
  text: string;
  full: boolean;
  readonly since: number;
  /** Builds that carried such facts. */
  observed: number;
  /** Days on which the set changed, and the last of them. */
  changeDays: number;
  lastChange: number;
};

/** Key → its fields. Names of senders are keys of a map only, never of an object. */
export type Facts = Map<string, readonly string[]>;

/** A number that agrees for equal facts in any order. */
export function printOf(facts: Iterable<readonly [string, readonly string[]]>): number {
  let one = 0;
  let other = 0;
  for (const [key, fields] of facts) {
    let low = 0x811c9dc5;
    let high = 0x41c6ce57;
    const text = `${key}\t${fields.join('\t')}`;
    for (let at = 0; at < text.length; at += 1) {
      const code = text.charCodeAt(at);
      low = Math.imul(low ^ code, 0x01000193);
      high = Math.imul(high ^ code, 0x5bd1e995);
    }
    one = (one + low) | 0;
    other = (other + (high ^ (low >>> 15))) | 0;
  }
  return endMark({ low: one, high: other });
}

export function createFactSet(at: number): FactSet {
  return {
    mark: -1,
    print: -1,
    text: '',
    full: false,
    since: at,
    observed: 0,
    changeDays: 0,
    lastChange: at,
  };
}

/** The facts of the set; nobody changes them, since who judges a set and who learns it read the same. */
export function readFacts({ text }: FactSet): ReadonlyMap<string, readonly string[]> {
  return parseFacts(text);
}

const parseFacts = rememberLast(parse);

function parse(text: string): Facts {
  const facts: Facts = new Map();
  if (text === '') return facts;
  for (const line of text.split('\n')) {
    const [key = '', ...fields] = line.split('\t');
    facts.set(key, fields);
  }
  return facts;
}

/** Writes the facts that fit; the first to come stay. */
export function writeFacts(set: FactSet, facts: Facts): void {
  const lines: string[] = [];
  let length = 0;
  set.full = false;
  for (const [key, fields] of facts) {
    const line = [key, ...fields].join('\t');
    if (length + line.length + 1 > MAX_SET_TEXT) {
      set.full = true;
      break;
    }
    length += line.length + 1;
    lines.push(line);
  }
  set.text = lines.join('\n');
}

/** Counts a day with a change; the first builds of a pipeline say what it carries and change nothing. */
export function countChange(set: FactSet, at: number): void {
  if (set.observed > 1 && (set.changeDays === 0 || at - set.lastChange >= STRETCH)) {
    set.changeDays += 1;
  }
  set.lastChange = at;
}

/** Share of the days of observation on which the set changed; the last 24 hours do not count. */
export function changeRate(set: FactSet, at: number): number {
  const today = set.changeDays > 0 && at - set.lastChange < DAY ? 1 : 0;
  return (set.changeDays - today) / Math.max(1, set.observed);
}

/** A word as a field: what would break the packing becomes a space. */
export function toField(word: string, most = 256): string {
  return word.slice(0, most).replace(/[\t\n\r]/g, ' ');
}
