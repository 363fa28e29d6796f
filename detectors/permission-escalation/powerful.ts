const ROLE =
  /(?:^|[^a-z])(?:admin\w*|owner\w*|root|super\w*|maint\w*|manag\w*|sudo|security|all|\*)(?:$|[^a-z])/i;
const SCOPE =
  /(?:^|[^a-z])(?:admin\w*|owner\w*|root|super\w*|manag\w*|delete\w*|prod\w*|org|secrets?|security|all|\*)(?:$|[^a-z])|\*/i;

/** Whether the role's name says that its holder may change what others may do. A name is only a hint: it weighs, never decides. */
export function isPowerfulRole(role: string): boolean {
  return ROLE.test(role);
}

export function isPowerfulScope(scope: string): boolean {
  return SCOPE.test(scope);
}
