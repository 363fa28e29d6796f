import { toHex, utf8 } from '../../../services/core/bytes.ts';
import type { EventOf, ProvostEvent } from '../../../services/core/events/event.ts';
import { sha256 } from '../../../services/core/merkle/hash-leaf.ts';
import { rememberLast } from '../remember-last.ts';

/** A credential in an image: what kind and where. The value is in nothing that leaves this file. */
export type SecretFact = {
  readonly kind: string;
  readonly where: string;
  /** A known format of a credential, not just something that looks random. */
  readonly certain: boolean;
  /** It lies where examples and tests lie. */
  readonly example: boolean;
  /** Stable over rebuilds: kind and place without digests and numbers. */
  readonly fingerprint: string;
};

/** Characters of a fingerprint. */
export const FINGERPRINT = 12;

const MAX_FACTS = 64;

/** The credentials that an event shows in an image, each kind and place once. */
export function secretsOf(event: ProvostEvent): readonly SecretFact[] {
  if (event.type !== 'artifact.pushed' && event.type !== 'artifact.inspected') return NONE;
  return factsOf(event);
}

type ImageEvent = EventOf<'artifact.pushed' | 'artifact.inspected'>;

const factsOf: (event: ImageEvent) => readonly SecretFact[] = rememberLast(readSecrets);

function readSecrets(event: ImageEvent): readonly SecretFact[] {
  switch (event.type) {
    case 'artifact.inspected': {
      const { secrets, labels, history } = event.data;
      if (secrets === undefined && labels === undefined && history === undefined) return NONE;
      return once([
        ...(secrets ?? []).map(({ kind, where }) => fact(kind, where, CERTAIN_KIND.test(kind))),
        ...textFacts('label', Object.entries(labels ?? {})),
        ...textFacts(
          'history',
          (history ?? []).map((line, at) => [`step ${at}`, line] as const),
        ),
      ]);
    }
    case 'artifact.pushed': {
      const { labels, annotations } = event.data;
      if (labels === undefined && annotations === undefined) return NONE;
      return once([
        ...textFacts('label', Object.entries(labels ?? {})),
        ...textFacts('annotation', Object.entries(annotations ?? {})),
      ]);
    }
  }
}

const NONE: readonly SecretFact[] = [];

/** Kinds of the inspector that name a format or an issuer, rather than a suspicion. */
const CERTAIN_KIND =
  /private.?key|ssh|pgp|aws|gcp|google|azure|github|gitlab|bitbucket|docker|npm|pypi|slack|stripe|twilio|sendgrid|\bpat\b|personal.?access|access.?(key|token)|service.?account|kube|oauth|refresh.?token|jwt|api.?token|deploy.?key|vault|hugging|openai|anthropic/i;

/** Formats that issuers gave their credentials so that they can be found. */
const FORMATS: readonly (readonly [kind: string, format: RegExp])[] = [
  ['private key', /-----BEGIN (?:[A-Z0-9]+ )*PRIVATE KEY(?: BLOCK)?-----/],
  ['AWS access key', /\b(?:AKIA|ASIA)[A-Z2-7]{16}\b/],
  ['GitHub token', /\b(?:gh[pousr]_[A-Za-z0-9]{36,255}|github_pat_[A-Za-z0-9_]{60,255})\b/],
  ['GitLab token', /\bgl(?:pat|rt|dt|cbt|ptt)-[A-Za-z0-9_-]{20,}/],
  ['Docker token', /\bdckr_(?:pat|oat)_[A-Za-z0-9_-]{20,}/],
  ['npm token', /\bnpm_[A-Za-z0-9]{36}\b/],
  ['PyPI token', /\bpypi-[A-Za-z0-9_-]{50,}/],
  ['Slack token', /\bxox[abeoprs]-[A-Za-z0-9-]{10,}/],
  ['Google API key', /\bAIza[A-Za-z0-9_-]{35}\b/],
  ['Hugging Face token', /\bhf_[A-Za-z0-9]{34,}\b/],
  ['API key', /\bsk-(?:proj-|live-|ant-)?[A-Za-z0-9_-]{32,}/],
  ['Stripe key', /\b[rs]k_live_[A-Za-z0-9]{20,}/],
  ['JSON web token', /\beyJ[A-Za-z0-9_-]{10,}\.eyJ[A-Za-z0-9_-]{10,}\.[A-Za-z0-9_-]{20,}/],
];

/** `NAME=value`, `--name value` or `name: value` where the name says that the value is secret. */
const ASSIGNED =
  /(?:^|[^A-Za-z0-9])[A-Za-z0-9_.-]{0,40}(?:passw(?:or)?d|passwd|secret|token|api[_-]?key|credentials?|access[_-]?key)[A-Za-z0-9_.-]{0,20}["']?\s*[=:\s]\s*["']?([^\s"'`;&|<>]{8,256})/gi;
const IN_URL = /\b[a-z][a-z0-9+.-]{1,15}:\/\/[^\s/:@]{1,64}:([^\s/:@]{6,128})@/gi;
/** How each format begins: one look at a text, instead of one for each format. */
const FORMAT_START =
  /-----BEGIN |A[KS]IA|gh[pousr]_|github_pat_|gl(?:pat|rt|dt|cbt|ptt)-|dckr_|npm_|pypi-|xox|AIza|hf_|sk-|[rs]k_live_|eyJ/;
/** Nothing shorter is a format or random enough. */
const SHORTEST = 12;
const SECRET_NAME = /passw(?:or)?d|secret|token|api[_-]?key|credential|access[_-]?key/i;

/** What stands where a secret would stand. */
const PLACEHOLDER =
  /^[$%{<(]|^\*+$|^x{3,}|example|sample|dummy|change.?me|placeholder|your[_-]|redacted|masked|insert|\bnone\b|\bnull\b|undefined|^(?:true|false)|^\/run\/secrets|^(?:file|https?):|test.?(?:key|token|secret|pass)|(.)\1{5,}|1234567|abcdef/i;
const EXAMPLE_PLACE =
  /(?:^|[/_.-])(?:tests?|testdata|examples?|samples?|fixtures?|docs?|doc|mocks?|spec)(?:[/_.-]|$)|site-packages\/[^ ]*test|node_modules\/[^ ]*(?:test|example)/i;

function textFacts(
  place: 'label' | 'annotation' | 'history',
  texts: readonly (readonly [string, string])[],
): readonly SecretFact[] {
  const facts: SecretFact[] = [];
  for (const [name, text] of texts) {
    if (text.length < SHORTEST) continue;
    const format = FORMAT_START.test(text) ? formatOf(text) : undefined;
    const named =
      format === undefined &&
      place !== 'history' &&
      SECRET_NAME.test(name) &&
      isSecretLike(text.trim());
    if (format === undefined && !named && !holdsSecret(text)) continue;
    const where = `${place} ${name.slice(0, 128)}`;
    facts.push(fact(format ?? 'value of a secret', where, format !== undefined));
  }
  return facts;
}

function formatOf(text: string): string | undefined {
  return FORMATS.find(([, pattern]) => {
    const match = pattern.exec(text)?.[0];
    return match !== undefined && !PLACEHOLDER.test(match);
  })?.[0];
}

/** Whether the text gives something that is named as a secret its value; most texts do not even hold such a name. */
function holdsSecret(text: string): boolean {
  if (SECRET_NAME.test(text) && givesValue(text, ASSIGNED)) return true;
  return text.includes('://') && text.includes('@') && givesValue(text, IN_URL);
}

function givesValue(text: string, assignment: RegExp): boolean {
  return [...text.matchAll(assignment)].some(
    ([, value]) => value !== undefined && isSecretLike(value),
  );
}

/** Random enough to be a credential, and nothing that stands for one. */
function isSecretLike(value: string): boolean {
  if (value.length < 12 || value.length > 256 || /\s/.test(value)) return false;
  if (PLACEHOLDER.test(value) || /^[\d.:-]+$/.test(value) || /^[a-z-]+$/i.test(value)) return false;
  // A path, a digest with its algorithm or an image name is no credential.
  if (/^(?:\/|\.\/|sha(?:256|512):)/.test(value) || value.split('/').length > 3) return false;
  return entropyOf(value) >= 3.2;
}

/** Bits a character, by how often each occurs. */
function entropyOf(text: string): number {
  const counts = new Map<string, number>();
  for (const char of text) counts.set(char, (counts.get(char) ?? 0) + 1);
  let bits = 0;
  for (const count of counts.values()) {
    const share = count / text.length;
    bits -= share * Math.log2(share);
  }
  return bits;
}

function fact(kind: string, where: string, certain: boolean): SecretFact {
  const place = where.replace(/(?:sha(?:256|512):)?[0-9a-f]{12,}/gi, '#').replace(/\d+/g, '#');
  const fingerprint = toHex(sha256(utf8(`${kind.toLowerCase()}\n${place}`))).slice(0, FINGERPRINT);
  return { kind, where, certain, example: EXAMPLE_PLACE.test(where), fingerprint };
}

function once(facts: readonly SecretFact[]): readonly SecretFact[] {
  const found = new Map(facts.map((one) => [one.fingerprint, one]));
  return [...found.values()].slice(0, MAX_FACTS);
}
