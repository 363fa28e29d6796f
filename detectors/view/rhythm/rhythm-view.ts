/** When a repository changes, and who removes things from it. */
export type RhythmView = Record<string, never>;
