import { type Static, Type } from 'typebox';
import { Compile } from 'typebox/compile';
import { fromBase64, utf8 } from '../../core/bytes.ts';
import { parseJson } from '../../core/json/parse-json.ts';

const Envelope = Type.Object({
  payloadType: Type.String({ minLength: 1, maxLength: 256 }),
  payload: Type.String({ maxLength: 1024 * 1024 }),
  signatures: Type.Array(
    Type.Object({ sig: Type.String({ maxLength: 1024 }), keyid: Type.Optional(Type.String()) }),
    { minItems: 1, maxItems: 64 },
  ),
});

const envelope = Compile(Envelope);

type ReadEnvelope = Pick<Static<typeof Envelope>, 'payloadType' | 'signatures'> & {
  readonly payload: Uint8Array;
};

/** Reads a DSSE envelope and decodes its payload; verifies nothing. */
export function readEnvelope(text: string): ReadEnvelope | undefined {
  const json = parseJson(utf8(text));
  const value: unknown = json.ok ? json.value : undefined;
  if (!envelope.Check(value)) return undefined;
  const payload = fromBase64(value.payload);
  if (payload === undefined) return undefined;
  return { payloadType: value.payloadType, signatures: value.signatures, payload };
}
