import type { Command } from 'commander';

/** Tells whether a group's default command runs because none was named, as in `provost alerts`. */
export function isUnnamed(group: Command, command: Command): boolean {
  return group.args[0] !== command.name();
}

/**
 * Keeps a group's default command from taking a misspelt command for its argument: the group refuses it and says which
 * commands it has.
 */
export function refuseUnknownWords(group: Command, command: Command): Command {
  const takesArguments = command.registeredArguments.length > 0;
  return command.allowExcessArguments().hook('preAction', () => {
    const [word] = command.args;
    if (word === undefined || (takesArguments && !isUnnamed(group, command))) return;
    const known = group.commands.map((each) => each.name()).join(', ');
    group.error(`error: expected one of ${known}, received '${word}'`);
  });
}
