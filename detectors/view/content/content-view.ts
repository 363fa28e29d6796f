/** What the images of a repository are made of. */
export type ContentView = Record<string, never>;
