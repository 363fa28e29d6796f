declare module 'snappyjs' {
  export function uncompress(compressed: Uint8Array, maxLength?: number): Uint8Array;
  export function compress(uncompressed: Uint8Array): Uint8Array;
}

declare module 'lz4js' {
  export function makeBuffer(size: number): Uint8Array;
  export function decompressFrame(source: Uint8Array, target: Uint8Array): number;
  export function decompressBound(source: Uint8Array): number;
  export function compress(source: Uint8Array): Uint8Array;
}
