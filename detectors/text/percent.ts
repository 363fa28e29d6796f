/** A share from 0 to 1 as people read it, e.g. `97 %`. */
export function percent(share: number): string {
  return `${Math.round(share * 100)} %`;
}
