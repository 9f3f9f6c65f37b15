import type { Colors } from '../wording/colors';
import type { Rollout } from '../../questions/rollout/rollout';
import type { Step } from './step';
import type { Sides } from './go-back';

export interface RolloutOptions {
  readonly sides: Sides;
  readonly color: boolean;
}

/** Starts a comment line, for both shells and Prometheus. */
export const MARK = '#';

/** Commands, each below its purpose; consecutive commands with the same purpose share it. */
export function commandLines(
  commands: Step['commands'],
  { dim, cyan }: Pick<Colors, 'dim' | 'cyan'>,
): string[] {
  return commands.flatMap(({ line, what }, index) => {
    const isSaid = commands[index - 1]?.what === what;
    return isSaid ? [cyan(line)] : [dim(`${MARK} ${what}`), cyan(line)];
  });
}

/** The plan in one line. */
export function headline({ jails, hasOld }: Rollout): string {
  const names = jails.map(({ jail }) => jail.namespace).join(', ');
  const from = hasOld ? 'From what runs today' : 'From an unknown start';
  return `${from} to ${jails.length === 1 ? 'the jail' : 'the jails'} ${names}, in 5 steps.`;
}
