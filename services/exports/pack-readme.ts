import type { PackScope } from './select-entries.ts';

/** The text that teaches a stranger what the pack is and how to verify it with common tools. */
export function packReadme(options: {
  readonly scope: PackScope;
  readonly verifierKey: string;
  readonly entries: number;
  readonly findings: number;
}): string {
  const { scope, verifierKey, entries, findings } = options;
  // name+id+key: the key's base64 may hold a plus itself.
  const [name = '', , ...rest] = verifierKey.split('+');
  const key = rest.join('+');
  return `COMPLIANCE PACK

Project   ${printable(scope.project)}
Period    ${printable(scope.from)} to ${printable(scope.to)} (the end is not included)
Holds     ${entries} events, ${findings} findings
Log       ${name}
Key       ${verifierKey}

Compare the key with one that you got from the institution by another way: a key
that comes in the same envelope as the letter proves nothing.

WHAT IT PROVES
Every event in here is, byte for byte, in the institution's append-only log, at
the position that is stated; the log's key signed the log's state. Changing,
adding or removing a line here afterwards is noticed.
It does not prove that an event is true (each says by "trust" how far its sender
was checked), nor that the pack holds every event of the project: the indexes in
between belong to other projects of the same log.

VERIFY IT WITH PROVOST
    provost verify pack.zip --key '${verifierKey}'
Where the institution has replaced its key, a checkpoint may be signed by one from
before: give --key a file with all of its keys, one a line.

VERIFY IT BY HAND
1. Files. manifest.json lists the SHA-256 digest of every file:
       sha256sum README.txt events.ndjson findings.ndjson proofs.ndjson
2. Signature. manifest.sig is a signed note (https://c2sp.org/signed-note): text,
   blank line, signature line. Its second line must be "sha256:" and the digest of
       sha256sum manifest.json
   The last word of the signature line is base64 of 4 bytes of key id and 64 bytes
   of Ed25519 signature over the text (all up to and without the blank line). What
   follows the second "+" of the key above is base64 of one byte 01 and the 32 bytes
   of the public key.
       head -n 2 manifest.sig > text
       tail -n 1 manifest.sig | awk '{print $3}' | base64 -d | tail -c 64 > signature
       { printf '302a300506032b6570032100' | xxd -r -p
         printf '%s' '${key}' | base64 -d | tail -c 32
       } > key.der
       openssl pkeyutl -verify -pubin -keyform DER -inkey key.der -rawin \\
         -in text -sigfile signature
3. Checkpoints. Each checkpoints/N.txt is a signed note too, of the shard "log/N":
   line 2 is the number of entries of the log, line 3 its Merkle root in base64. It
   is signed by the same key, or by one before it.
4. Events. Line L of events.ndjson is proved by line L of proofs.ndjson, which
   names shard, index and the hashes of the path, the leaf's sibling first:
       leaf  = SHA-256(00 || line without its newline)
       inner = SHA-256(01 || left || right)
   Walk from the leaf as RFC 9162 section 2.1.3.2 says; the result must be the root.
   An event with "data-digest" instead of "data" is large: its data lies under that
   digest in bodies/.
5. Findings. Each line of findings.ndjson repeats the finding of the event at the
   position that it names.

Where "text" is given to a terminal, remember that names in events come from outside.
`;
}

/** Only what a terminal can show without acting on it. */
function printable(text: string): string {
  return text.replace(/[^\x20-\x7e]/g, '?');
}
