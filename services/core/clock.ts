/** Milliseconds since the Unix epoch, from whoever owns time in this process (a test owns its own). */
export type Clock = { readonly now: () => number };
