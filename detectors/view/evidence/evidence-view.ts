/** Attestations, signers and rebuilds of the images of a repository. */
export type EvidenceView = Record<string, never>;
