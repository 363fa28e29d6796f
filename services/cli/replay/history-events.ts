import { type Static, Type } from 'typebox';
import { Compile } from 'typebox/compile';
import { problem } from '../../core/errors.ts';
import type { EventData, EventType } from '../../core/events/catalogue.ts';
import type { SourceEvent } from '../../core/events/event.ts';
import { validateSourceEvent } from '../../core/events/validate-event.ts';
import type { JsonValue } from '../../core/json/json-value.ts';
import { parseJson } from '../../core/json/parse-json.ts';
import { fail, type Outcome, ok } from '../../core/outcome.ts';

const Word = Type.String({ minLength: 1, maxLength: 256 });
const DigestWord = Type.String({ pattern: '^[0-9a-f]{8,64}$' });

/** A change of a registry's history: a content identity seen for the first time, or a tag that came, moved or went. */
const HistoryLine = Type.Object({
  /** Unix seconds. */
  t: Type.Integer({ minimum: 0, maximum: 253_402_300_799 }),
  repo: Word,
  author: Word,
  merger: Type.Optional(Word),
  /** It introduces a repository or belongs to the opening snapshot. */
  first: Type.Optional(Type.Boolean()),
  kind: Type.Union([Type.Literal('image'), Type.Literal('tag')]),
  digest: Type.Optional(DigestWord),
  gitRepo: Type.Optional(Type.String({ maxLength: 512 })),
  commit: Type.Optional(Word),
  dir: Type.Optional(Type.String({ maxLength: 256 })),
  file: Type.Optional(Type.String({ maxLength: 255 })),
  builder: Type.Optional(Word),
  /** Platform → child digest and source commit. */
  platforms: Type.Optional(
    Type.Record(Type.String(), Type.Array(Type.String(), { minItems: 1, maxItems: 2 })),
  ),
  children: Type.Optional(Type.Array(DigestWord, { maxItems: 256 })),
  tag: Type.Optional(Word),
  from: Type.Optional(Type.Union([DigestWord, Type.Null()])),
  to: Type.Optional(Type.Union([DigestWord, Type.Null()])),
});

type HistoryLine = Static<typeof HistoryLine>;

const history = Compile(HistoryLine);
const SOURCE = 'urn:provost:history';

/**
 * Maps a line of a registry's history to the events that a registry and a builder would have sent: an image is a
 * finished build and its push by digest; a tag is a push, a move or a removal; a tag of the opening is a listing, since
 * what was there before says nothing about habits. The author acts; who landed the change is the credential.
 */
export function parseHistoryLine(bytes: Uint8Array, line: number): Outcome<readonly SourceEvent[]> {
  const json: Outcome<JsonValue> = parseJson(bytes);
  if (!json.ok) return json;
  const { value } = json;
  if (!history.Check(value)) {
    const first = [...history.Errors(value)][0];
    return fail(
      problem('event.data', `history: ${first?.message ?? 'unknown shape'}`, first?.instancePath),
    );
  }
  const events: SourceEvent[] = [];
  for (const draft of value.kind === 'image' ? imageEvents(value, line) : tagEvents(value)) {
    const event = validateSourceEvent({
      specversion: '1.0',
      id: `${line}:${draft.type}`,
      source: SOURCE,
      type: draft.type,
      time: new Date(value.t * 1000).toISOString(),
      data: draft.data,
    });
    if (!event.ok) return event;
    events.push(event.value);
  }
  return ok(events);
}

type Draft = { readonly type: EventType; readonly data: JsonValue };

function imageEvents(image: HistoryLine, line: number): readonly Draft[] {
  if (image.digest === undefined) return [draft('artifact.pushed', { ...headOf(image), tags: [] })];
  const digest = digestOf(image.digest);
  const platforms = Object.entries(image.platforms ?? {}).map(([name, [child]]) => ({
    digest: digestOf(child ?? ''),
    platform: platformOf(name),
  }));
  const children = image.children?.map((child) => ({ digest: digestOf(child) })) ?? platforms;
  return [
    draft('build.finished', {
      runId: `history-${line}`,
      outcome: 'success',
      actor: { name: image.author },
      ...(image.builder === undefined ? {} : { builderId: image.builder }),
      ...(image.gitRepo === undefined ? {} : { sourceRepository: image.gitRepo }),
      ...(image.commit === undefined ? {} : { commit: image.commit }),
      ...(image.file === undefined
        ? {}
        : { workflow: { path: `${image.dir ?? '.'}/${image.file}` } }),
      outputs: [digest, ...platforms.map((platform) => platform.digest)].map((output) => ({
        repository: image.repo,
        digest: output,
      })),
    }),
    draft('artifact.pushed', {
      ...headOf(image),
      digest,
      tags: [],
      ...(children.length === 0 ? {} : { children }),
    }),
  ];
}

function tagEvents(change: HistoryLine): readonly Draft[] {
  const { tag = '', from, to } = change;
  if (to === null || to === undefined) {
    const before = from === null || from === undefined ? {} : { digest: digestOf(from) };
    return [draft('tag.deleted', { ...headOf(change), tag, ...before })];
  }
  const digest = digestOf(to);
  if (change.first === true) {
    return [
      draft('registry.snapshot-taken', {
        repository: change.repo,
        tags: [{ tag, digest }],
        complete: false,
      }),
    ];
  }
  if (from === null || from === undefined) {
    return [draft('artifact.pushed', { ...headOf(change), digest, tags: [tag] })];
  }
  return [draft('tag.moved', { ...headOf(change), tag, from: digestOf(from), to: digest })];
}

function draft<T extends EventType>(type: T, data: Partial<EventData<T>>): Draft {
  // The validation that follows is the judge of the data; here it only has to be JSON.
  return { type, data: data as unknown as JsonValue };
}

function headOf({ repo, author, merger }: HistoryLine) {
  return {
    repository: repo,
    actor: { name: author },
    ...(merger === undefined ? {} : { client: { tokenId: merger } }),
  };
}

/** The history's digests stand for content and are not SHA-256 of a manifest: their algorithm says so. */
function digestOf(word: string): string {
  return `stand-in:${word}`;
}

function platformOf(name: string): { os: string; architecture: string; variant?: string } {
  const [os = 'linux', architecture = 'unknown', variant] = name.split('-');
  return { os, architecture, ...(variant === undefined ? {} : { variant }) };
}
