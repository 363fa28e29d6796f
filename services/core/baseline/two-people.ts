/** Who proposed and who approves, as the events that the API authenticated name them. */
type Person = { readonly name: string; readonly id?: string | undefined };

/** Whether two different people stand behind a baseline: names and account ids both differ, and both are named. */
export function areTwoPeople(proposer: Person, approver: Person): boolean {
  if (proposer.name === '' || approver.name === '' || proposer.name === approver.name) return false;
  return !proposer.id || !approver.id || proposer.id !== approver.id;
}
